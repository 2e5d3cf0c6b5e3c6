//! The arguments of an operation: checked by its table of parameters, and put where upstream wants them.

use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt as _;
use http::HeaderValue;
use jiff::{Timestamp, civil::Date};
use reqwest::multipart::{Form, Part};
use serde_json::{Map, Value};

use crate::{
    config::RECEIVE_TIMEOUT,
    endpoint::Body,
    error::Error,
    model::{
        Field, Kind, Limit, WEBHOOK_URL, checked_id, did_you_mean, every_setting, id_instance, is_webhook_url, limit,
    },
    wire,
};

/// A parameter of an operation.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "marks, each by itself")]
pub(crate) struct Param {
    pub(crate) field: Field,
    pub(crate) place: Place,
    pub(crate) required: bool,
    /// Whether Python takes it by its place too.
    pub(crate) positional: bool,
    /// The least and the most that upstream takes: of a number, or of the letters of a text and the items of a list.
    pub(crate) range: Option<(i64, i64)>,
    /// The only numbers that upstream takes; any where there are none.
    pub(crate) among: &'static [u64],
    /// Its name on the wire where the messenger is another than WhatsApp, if it is called otherwise there.
    pub(crate) elsewhere: Option<&'static str>,
    /// What an object has in it, or each object of a list; anything where there is nothing.
    pub(crate) parts: &'static [Param],
    /// Whether the text is a URL that upstream posts to, or empty.
    pub(crate) is_webhook_url: bool,
    /// What it is where nothing is given.
    pub(crate) default: Default,
    /// Whether null is an answer of its own, and not "nothing given".
    pub(crate) may_be_null: bool,
}

/// What an argument is where nothing is given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Default {
    /// Nothing: upstream, or the flow, has a default of its own.
    Nothing,
    Flag(bool),
    Seconds(f64),
    Count(usize),
    Text(&'static str),
}

/// Where a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Place {
    /// Into the JSON body; flags are booleans.
    Body,
    /// The same; flags are "yes" and "no".
    Words,
    /// Into a form, beside a file.
    Form,
    /// Into the query.
    Query,
    /// Into the query; upstream waits so many seconds.
    Poll,
    /// A segment of its own, at the end of the path.
    Segment,
    /// The file itself, in a form.
    File,
    /// The file itself, which is the whole body; its name goes into a header.
    Whole,
    /// The file's name.
    Name,
    /// Nowhere: it is for us.
    Flow,
}

impl Param {
    pub(crate) const fn new(
        name: &'static str,
        wire: &'static str,
        kind: Kind,
        place: Place,
        doc: &'static str,
    ) -> Self {
        Self::of(Field::new(name, wire, kind, doc), place)
    }

    /// One of a flow: it goes nowhere.
    pub(crate) const fn of_flow(name: &'static str, wire: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self::new(name, wire, kind, Place::Flow, doc)
    }

    pub(crate) const fn of(field: Field, place: Place) -> Self {
        Self {
            field,
            place,
            required: false,
            positional: false,
            range: None,
            among: &[],
            elsewhere: None,
            parts: &[],
            is_webhook_url: false,
            default: Default::Nothing,
            may_be_null: false,
        }
    }

    pub(crate) const fn required(mut self) -> Self {
        self.required = true;
        self.positional = true;
        self
    }

    /// By its name alone, although it is required.
    pub(crate) const fn by_name(mut self) -> Self {
        self.positional = false;
        self
    }

    /// By its place too, although it is not required.
    pub(crate) const fn by_place(mut self) -> Self {
        self.positional = true;
        self
    }

    pub(crate) const fn secret(mut self) -> Self {
        self.field = self.field.secret();
        self
    }

    /// Of a stranger's content: in no log, and in no frame of Python's.
    pub(crate) const fn personal(mut self) -> Self {
        self.field = self.field.personal();
        self
    }

    pub(crate) const fn within(mut self, least: i64, most: i64) -> Self {
        self.range = Some((least, most));
        self
    }

    pub(crate) const fn among(mut self, numbers: &'static [u64]) -> Self {
        self.among = numbers;
        self
    }

    /// Telegram and MAX call it otherwise.
    pub(crate) const fn elsewhere(mut self, wire: &'static str) -> Self {
        self.elsewhere = Some(wire);
        self
    }

    pub(crate) const fn of_parts(mut self, parts: &'static [Self]) -> Self {
        self.parts = parts;
        self
    }

    /// A URL may hold a secret of its owner.
    const fn limited(mut self, limit: &Limit) -> Self {
        match limit {
            Limit::Url => {
                self.is_webhook_url = true;
                self.personal()
            }
            Limit::Range(range) => self.within(*range.start(), *range.end()),
            Limit::None | Limit::Idle => self,
        }
    }

    /// A URL may hold a secret of its owner. Its limits are held by what is sent: `CreateInstance`, as in Rust.
    const fn guarded(self, limit: &Limit) -> Self {
        if matches!(limit, Limit::Url) { self.personal() } else { self }
    }

    pub(crate) const fn one_of(mut self, words: &'static [&'static str]) -> Self {
        self.field = self.field.one_of(words);
        self
    }

    pub(crate) const fn default(mut self, default: Default) -> Self {
        self.default = default;
        self
    }

    pub(crate) const fn or_null(mut self) -> Self {
        self.may_be_null = true;
        self
    }
}

/// A file to be uploaded: its bytes, or where they are.
#[derive(Clone)]
pub struct File {
    name: String,
    content: Content,
}

#[derive(Clone)]
enum Content {
    Bytes(Bytes),
    Path(PathBuf),
}

impl File {
    /// A file of these bytes, with the name that the chat shows.
    pub fn new(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self { name: name.into(), content: Content::Bytes(bytes.into()) }
    }

    /// A file of the disk, read when the call is made.
    pub fn open(path: impl AsRef<Path>) -> Self {
        let path = path.as_ref();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Self { name, content: Content::Path(path.to_owned()) }
    }

    /// The name that the chat shows.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// The same file, its bytes in memory.
    pub(crate) async fn loaded(self) -> Result<Self, Error> {
        let Content::Path(path) = &self.content else { return Ok(self) };
        let unreadable = |why: String| Error::invalid_request(format!("the file {}: {why}", path.display()));
        let (of, shown) = (path.clone(), self.name.clone());
        let read = tokio::task::spawn_blocking(move || std::fs::read(of)).await;
        let bytes = read.map_err(|_| unreadable("it could not be read".into()))?;
        Ok(Self::new(shown, bytes.map_err(|error| unreadable(error.to_string()))?))
    }

    fn bytes(&self) -> Bytes {
        match &self.content {
            Content::Bytes(bytes) => bytes.clone(),
            Content::Path(_) => Bytes::new(),
        }
    }
}

/// Without its bytes.
impl fmt::Debug for File {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("File").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The arguments, where they go.
pub(crate) struct Placed {
    pub(crate) body: Option<Body>,
    pub(crate) suffix: String,
    /// How long upstream is asked to wait.
    pub(crate) polls_for: Option<Duration>,
}

/// Checks each argument, by its name here or upstream's; null is "not given". `extra` is sent as it is.
pub(crate) async fn place(
    params: &'static [Param],
    mut arguments: Map<String, Value>,
    mut file: Option<File>,
    is_whatsapp: bool,
) -> Result<Placed, Error> {
    let extra = extra(&mut arguments)?;
    let mut placed = Placed { body: None, suffix: String::new(), polls_for: None };
    let (mut json, mut form, mut query) = (Map::new(), Vec::new(), Vec::new());
    for param in params {
        let Field { name, wire, .. } = param.field;
        let given = arguments.shift_remove(name).or_else(|| arguments.shift_remove(wire));
        let value = match given.filter(|value| !value.is_null()) {
            Some(value) => checked(param, value)?,
            None if param.required && matches!(param.place, Place::File | Place::Whole) && file.is_some() => continue,
            None if param.place == Place::Poll => {
                placed.polls_for = Some(RECEIVE_TIMEOUT);
                continue;
            }
            None if param.required => return Err(missing(param)),
            None => continue,
        };
        let wire = param.elsewhere.filter(|_| !is_whatsapp).unwrap_or(wire);
        match (param.place, value) {
            (Place::Words, Value::Bool(flag)) => drop(json.insert(wire.to_owned(), wire::yes_no(flag).into())),
            (Place::Body | Place::Words, value) => drop(json.insert(wire.to_owned(), value)),
            (Place::Form, value) => form.push((wire, plain(&value))),
            (Place::Query, value) => query.push(pair(wire, &plain(&value))),
            (Place::Poll, value) => {
                placed.polls_for = value.as_u64().map(Duration::from_secs);
                query.push(format!("{wire}={value}"));
            }
            (Place::Segment, value) => placed.suffix = format!("/{}", encoded(&plain(&value))),
            (Place::Name, name) => file = file.map(|file| file.named(&plain(&name))),
            (Place::File | Place::Whole, _) => return Err(Error::invalid_request(format!("{name} must be a file"))),
            (Place::Flow, _) => {}
        }
    }
    if let Some(unknown) = arguments.keys().next() {
        return Err(unknown_argument(unknown, params, LEARNED));
    }
    let takes_json = params.iter().any(|param| matches!(param.place, Place::Body | Place::Words));
    for (field, value) in extra {
        if !takes_json && (file.is_none() || params.iter().any(|param| param.place == Place::Whole)) {
            return Err(Error::invalid_request("this method takes no `extra`"));
        }
        if json.contains_key(&field) || form.iter().any(|(name, _)| *name == field) {
            return Err(Error::invalid_request(format!("{field} is given twice: as an argument and in `extra`")));
        }
        json.insert(field, value);
    }
    if !query.is_empty() {
        placed.suffix = format!("{}?{}", placed.suffix, query.join("&"));
    }
    placed.body = match file {
        Some(file) if params.iter().any(|param| param.place == Place::Whole) => Some(raw(file).await?),
        Some(file) => {
            let file = file.loaded().await?;
            let takes_a_name = params.iter().any(|param| param.place == Place::Form && param.field.wire == FILE_NAME);
            if takes_a_name && !form.iter().any(|(name, _)| *name == FILE_NAME) {
                form.push((FILE_NAME, file.name.clone()));
            }
            let more = json.iter().map(|(name, value)| (name.as_str(), plain(value)));
            Some(multipart(&file, form.into_iter().chain(more)).await?)
        }
        None if takes_json && json.is_empty() => return Err(Error::invalid_request("give at least one argument")),
        None if takes_json => Some(Body::json(&Value::Object(json))),
        None => None,
    };
    Ok(placed)
}

/// The arguments of a flow, each checked, by their names here. Null is "not given" where it is no answer of its own.
pub(crate) fn read<'a>(
    params: impl IntoIterator<Item = &'a Param> + Clone,
    mut arguments: Map<String, Value>,
) -> Result<Map<String, Value>, Error> {
    let mut read = Map::new();
    for param in params.clone() {
        let Field { name, wire, .. } = param.field;
        match arguments.shift_remove(name).or_else(|| arguments.shift_remove(wire)) {
            Some(Value::Null) if param.may_be_null => drop(read.insert(name.to_owned(), Value::Null)),
            None | Some(Value::Null) if param.required => return Err(missing(param)),
            None | Some(Value::Null) => {}
            Some(value) => drop(read.insert(name.to_owned(), checked(param, value)?)),
        }
    }
    match arguments.keys().next() {
        Some(unknown) => Err(unknown_argument(unknown, params, "")),
        None => Ok(read),
    }
}

/// Upstream asks for it beside the file, which has a name of its own.
const FILE_NAME: &str = "fileName";

/// The value in the form that upstream wants, or what is wrong with it.
fn checked(param: &Param, value: Value) -> Result<Value, Error> {
    let Field { name, kind, .. } = param.field;
    let wrong = |what: &str| Err(Error::invalid_request(format!("{name} must be {what}")));
    let value = match (kind, value) {
        // A flow says itself what is wrong with a blank name, in the words of the method that it would go to.
        (Kind::Text, Value::String(text)) if param.required && param.place != Place::Flow && text.trim().is_empty() => {
            return wrong("text, not empty");
        }
        (Kind::Text, Value::String(text)) if param.is_webhook_url && !text.is_empty() && !is_webhook_url(&text) => {
            return wrong(&format!("{WEBHOOK_URL}, or empty for none"));
        }
        (Kind::Text | Kind::Decimal | Kind::Prices | Kind::Path, value) if value.is_string() => value,
        (Kind::Flag, value) if value.is_boolean() => value,
        (Kind::Int | Kind::Id, value) if value.is_u64() => value,
        (Kind::Number, value) if value.is_number() => value,
        (Kind::Id, Value::String(text)) if digits(&text).is_some() => digits(&text).into(),
        (Kind::Phone, value) => match phone(&value) {
            Some(number) => number.into(),
            None => {
                return wrong("an international phone number: 7 to 15 digits, as in 79001234567 or +7 900 123-45-67");
            }
        },
        (Kind::Duration, value) if seconds(&value).is_some() => value,
        (Kind::Instance, value) => id_of(&value).map_err(|error| Error::invalid_request(error.message()))?.into(),
        (Kind::Ids, Value::Array(ids)) => {
            let place = |index, error: Error| Error::invalid_request(format!("{name}[{index}]: {}", error.message()));
            let ids = ids.iter().enumerate();
            ids.map(|(index, id)| id_of(id).map_err(|error| place(index, error))).collect::<Result<_, _>>()?
        }
        (Kind::Specs, Value::Array(specs)) => match specs.iter().position(|one| !one.is_string() && !one.is_object()) {
            Some(index) => {
                let what = "settings, as create_instance takes them, or a name";
                return Err(Error::invalid_request(format!("{name}[{index}] must be {what}")));
            }
            None => Value::Array(specs),
        },
        (Kind::Decimal | Kind::Prices, Value::Number(number)) => number.to_string().into(),
        (Kind::Prices, Value::Object(by_tariff)) => Value::Object(by_tariff),
        (Kind::Date, Value::String(text)) if is_day(&text) => text.into(),
        (Kind::Time, Value::String(text)) if text.parse::<Timestamp>().is_ok() => text.into(),
        (Kind::Json, value) => value,
        (Kind::Object, Value::Object(object)) => Value::Object(whole(param.parts, name, object)?),
        (Kind::Texts, Value::Array(items)) if items.iter().all(is_filled) && !items.is_empty() => Value::Array(items),
        (Kind::Objects, Value::Array(items)) if !items.is_empty() => {
            let items = items.into_iter().enumerate();
            items.map(|(place, item)| one_of_list(param, place, item)).collect::<Result<_, _>>()?
        }
        (Kind::Text, _) => return wrong("text"),
        (Kind::Time, _) => return wrong("a moment with its zone, such as 2026-11-25T12:00:00Z"),
        (Kind::Date, _) => return wrong("a day, such as 2026-11-25"),
        (Kind::Ids, _) => return wrong("a list of the ids of instances"),
        (Kind::Specs, _) => return wrong("a list of settings, as create_instance takes them, or of names"),
        (Kind::Decimal, _) => return wrong("an exact number, such as 12.50"),
        (Kind::Prices, _) => return wrong("a price, or one for each tariff"),
        (Kind::Path, _) => return wrong("a path"),
        (Kind::Bytes, _) => return wrong("a file: bytes or a path"),
        (Kind::Number, _) => return wrong("a number"),
        (Kind::Flag, _) => return wrong("true or false"),
        (Kind::Duration, _) => return wrong("a positive number"),
        (Kind::Object, _) => return wrong("an object of names and values"),
        (Kind::Texts, _) => return wrong("a list of texts, none of them empty"),
        (Kind::Objects, _) => return wrong("a list of objects, not empty"),
        (Kind::Int | Kind::Id, _) => return wrong("a whole number from 0 up"),
        (Kind::Error | Kind::Ledger, _) => return wrong(kind.as_str()),
    };
    if let Some((least, most)) = param.range {
        let (size, counted) = match &value {
            Value::String(text) => (text.chars().count().to_string(), Some("letters")),
            Value::Array(items) => (items.len().to_string(), Some("items")),
            number => (number.to_string(), None),
        };
        #[expect(clippy::cast_precision_loss, reason = "the bounds are small")]
        let range = least as f64..=most as f64;
        if !size.parse().is_ok_and(|size: f64| range.contains(&size)) {
            return Err(Error::invalid_request(match counted {
                Some(what) => format!("{name} must have {least} to {most} {what}, and has {size}"),
                None => format!("{name} must be from {least} to {most}, and is {size}"),
            }));
        }
    }
    match value.as_u64() {
        Some(number) if !param.among.is_empty() && !param.among.contains(&number) => {
            let known: Vec<_> = param.among.iter().map(u64::to_string).collect();
            wrong(&format!("one of {}, and is {number}", known.join(", ")))
        }
        _ => Ok(value),
    }
}

/// The id of an instance: a number, or its digits.
fn id_of(value: &Value) -> Result<u64, Error> {
    value.as_str().map_or_else(|| checked_id(value.as_u64().unwrap_or(0)), id_instance)
}

/// A moment is none: it would be two days, by two zones.
fn is_day(text: &str) -> bool {
    text.len() == "2026-11-25".len() && text.parse::<Date>().is_ok()
}

fn is_filled(item: &Value) -> bool {
    item.as_str().is_some_and(|text| !text.trim().is_empty())
}

/// An object of a list. Where it has one part, that may stand for it.
fn one_of_list(param: &Param, place: usize, item: Value) -> Result<Value, Error> {
    let name = format!("{}[{place}]", param.field.name);
    let object = match (item, param.parts) {
        (Value::Object(object), _) => object,
        (item, [only]) => Map::from_iter([(only.field.wire.to_owned(), item)]),
        _ => return Err(Error::invalid_request(format!("{name} must be an object of names and values"))),
    };
    whole(param.parts, &name, object).map(Value::Object)
}

/// An object whose parts are known: each by its name here or upstream's. `extra` goes into it as it is.
fn whole(parts: &'static [Param], name: &str, mut object: Map<String, Value>) -> Result<Map<String, Value>, Error> {
    if parts.is_empty() {
        return Ok(object);
    }
    let within = |error: Error| Error::invalid_request(format!("{name}: {}", error.message()));
    let mut read = Map::new();
    let extra = extra(&mut object).map_err(within)?;
    for part in parts {
        let Field { name: ours, wire, .. } = part.field;
        let given = object.shift_remove(ours).or_else(|| object.shift_remove(wire));
        match given.filter(|value| !value.is_null()) {
            Some(value) => drop(read.insert(wire.to_owned(), checked(part, value).map_err(within)?)),
            None if part.required => return Err(within(missing(part))),
            None => {}
        }
    }
    match object.keys().next() {
        Some(unknown) => Err(within(unknown_argument(unknown, parts, LEARNED))),
        None => Ok(read.into_iter().chain(extra).collect()),
    }
}

/// What upstream learned since.
fn extra(arguments: &mut Map<String, Value>) -> Result<Map<String, Value>, Error> {
    match arguments.shift_remove("extra") {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(extra)) => Ok(extra),
        Some(_) => Err(Error::invalid_request("extra must be an object of upstream's field names and values")),
    }
}

fn missing(param: &Param) -> Error {
    Error::invalid_request(format!("{} is missing", param.field.name))
}

fn unknown_argument<'a>(name: &str, params: impl IntoIterator<Item = &'a Param>, hint: &str) -> Error {
    let meant = did_you_mean(name, params.into_iter().map(|param| &param.field));
    Error::invalid_request(format!("there is no argument {name:?}{}", meant.as_deref().unwrap_or(hint)))
}

/// What is said to who gives what nobody knows, where it can be sent all the same.
const LEARNED: &str = "; what upstream learned since goes into `extra`";

/// Refuses what is no phone number, for who sends it later.
pub(crate) fn check_phone(number: &str) -> Result<(), Error> {
    checked(&PHONE, number.into()).map(drop)
}

/// A length of time, from nothing up.
pub(crate) fn seconds(value: &Value) -> Option<Duration> {
    Duration::try_from_secs_f64(value.as_f64()?).ok()
}

/// A whole number in decimal digits.
fn digits(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// A phone number in any of the ways that people write it.
fn phone(value: &Value) -> Option<u64> {
    let text = match value {
        Value::Number(number) => number.as_u64()?.to_string(),
        Value::String(text) => text.trim().trim_start_matches('+').to_owned(),
        _ => return None,
    };
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.' | '\u{a0}')).collect();
    let fits = (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| digits.parse().ok()).flatten().filter(|_| !digits.starts_with('0'))
}

/// A value as text, for a form, a query or a path.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// A form of a file and these fields.
pub(crate) async fn form(file: File, fields: &Map<String, Value>) -> Result<Body, Error> {
    multipart(&file.loaded().await?, fields.iter().map(|(name, value)| (name.as_str(), plain(value)))).await
}

/// A field of a query.
pub(crate) fn pair(name: &str, value: &str) -> String {
    format!("{}={}", encoded(name), encoded(value))
}

/// A form with a file in it.
async fn multipart<'a>(file: &File, fields: impl Iterator<Item = (&'a str, String)>) -> Result<Body, Error> {
    let broken = |_| Error::invalid_request("the file cannot be sent: its name is odd");
    // Not the name's own type where it is unknown: upstream goes by the ending of the name.
    let kind = mime_guess::from_path(&file.name).first_or_octet_stream();
    let part = Part::stream(file.bytes()).file_name(file.name.clone()).mime_str(kind.as_ref()).map_err(broken)?;
    let form = fields.fold(Form::new().percent_encode_noop(), |form, (name, value)| form.text(name.to_owned(), value));
    let form = form.part("file", part);
    let content_type = format!("multipart/form-data; boundary={}", form.boundary()).into();
    let data: BytesMut = form.into_stream().try_collect().await.map_err(broken)?;
    Ok(Body { data: data.freeze(), content_type, file_name: None })
}

/// A file as the whole body. Its name goes into a header, for which upstream documents no way to write other letters than
/// ASCII's.
pub(crate) async fn raw(file: File) -> Result<Body, Error> {
    let file = file.loaded().await?;
    let kind = mime_guess::from_path(&file.name).first_or_octet_stream();
    let name = Some(&*file.name).filter(|name| !name.is_empty() && name.is_ascii());
    let file_name = name.and_then(|name| HeaderValue::from_str(name).ok()).ok_or_else(|| {
        Error::invalid_request("the file needs a name of ASCII letters with its ending: it is sent in a header")
    })?;
    Ok(Body { data: file.bytes(), content_type: kind.to_string().into(), file_name: Some(file_name) })
}

/// What setSettings takes.
macro_rules! settable {
    (everywhere { $($all:tt)* } set { $($more:tt)* } read { $($shown:tt)* }) => {
        settable!(@params $($all)* $($more)*);
    };
    (@params $($name:ident $wire:literal $kind:ident { $($secret:ident)? } [$($limit:tt)*]
        $what:literal $set:literal $new:literal;)*) => {
        pub(crate) const SETTINGS: &[Param] = &[$(Param::of(
            Field::new(stringify!($name), $wire, Kind::$kind, concat!($what, $set))$(.$secret())?,
            Place::Words,
        ).limited(&limit!($($limit)*)),)*];
    };
}

every_setting!(settable);

/// What createInstance takes besides a name.
macro_rules! created {
    (everywhere { $($name:ident $wire:literal $kind:ident { $($secret:ident)? } [$($limit:tt)*]
        $what:literal $set:literal $new:literal;)* } $($others:tt)*) => {
        pub(crate) const CREATED: &[Param] = &[$(Param::of(
            Field::new(stringify!($name), $wire, Kind::$kind, concat!($what, $new))$(.$secret())?,
            Place::Flow,
        ).guarded(&limit!($($limit)*)),)*];
    };
}

every_setting!(created);

/// Declares what a method takes, once: its parameters, `PARAMS`, and for Rust a struct that is made of what must be given and
/// has a setter for each of the others. A line has the name here and upstream's, the kind, the place, marks and a sentence.
macro_rules! takes {
    ($(#[doc = $text:literal])* $name:ident {
        needed { $($needed:ident $nwire:literal $nkind:ident $nplace:ident
            { $($nmark:ident $(($($ngiven:tt)*))?)* } $ndoc:expr;)* }
        $(file { $file:ident $fwire:literal $fdoc:expr; })?
        optional { $($field:ident $wire:literal $kind:ident $place:ident
            { $($mark:ident $(($($given:tt)*))?)* } $doc:expr;)* }
    }) => {
        const PARAMS: &[$crate::api::instance::Param] = &[
            $(takes!(@param $needed $nwire $nkind $nplace $ndoc).required()$(.$nmark($($($ngiven)*)?))*,)*
            $(takes!(@param $file $fwire Bytes File $fdoc).required(),)?
            $(takes!(@param $field $wire $kind $place $doc)$(.$mark($($($given)*)?))*,)*
        ];

        $crate::model::request! {
            $(#[doc = $text])*
            $name($($needed $nkind),*) { $($field $kind $doc;)* }
        }
    };
    (@param $name:ident $wire:literal $kind:ident $place:ident $doc:expr) => {
        $crate::api::instance::Param::new(
            stringify!($name),
            $wire,
            $crate::model::Kind::$kind,
            $crate::api::instance::Place::$place,
            $doc,
        )
    };
}
pub(crate) use takes;

/// The sentences of parameters that several methods have.
macro_rules! told {
    (chat) => {
        "The chat: `79001234567@c.us`, a group `…@g.us`."
    };
    (group) => {
        "The group: `120363043968066561@g.us`; Telegram and MAX: its chat's number."
    };
    (participant) => {
        "The participant's chat: `79001234567@c.us`."
    };
    (message) => {
        "The message's id."
    };
    (quoted) => {
        "The message that is answered."
    };
    (typing) => {
        "Milliseconds to show typing before: 1000 to 20000."
    };
}
pub(crate) use told;

/// The milliseconds of typing that upstream takes.
pub(crate) const TYPING: (i64, i64) = (1000, 20_000);

/// The parameters that several methods have.
pub(crate) const PHONE: Param =
    Param::new("phone_number", "phoneNumber", Kind::Phone, Place::Body, "The phone number, international.").required();

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorCode;
    use futures_util::FutureExt as _;
    use serde_json::json;

    const PARAMS: &[Param] = &[
        Param::new("chat_id", "chatId", Kind::Text, Place::Body, "").required(),
        Param::new("is_on", "isOn", Kind::Flag, Place::Words, ""),
        Param::new("count", "count", Kind::Int, Place::Query, "").within(1, 5),
        Param::new("phone_number", "phoneNumber", Kind::Phone, Place::Body, ""),
        Param::new("receipt_id", "receiptId", Kind::Int, Place::Segment, ""),
    ];

    fn placed(arguments: Value) -> Result<(Value, String), Error> {
        let Value::Object(arguments) = arguments else { panic!() };
        let placed = place(PARAMS, arguments, None, true).now_or_never().unwrap()?;
        Ok((serde_json::from_slice(&placed.body.unwrap().data).unwrap(), placed.suffix))
    }

    #[test]
    fn arguments_go_where_the_table_says() {
        let arguments = json!({"chat_id": "1@c.us", "isOn": true, "count": 3, "receipt_id": 7, "extra": {"new": 1}});
        let body = json!({"chatId": "1@c.us", "isOn": "yes", "new": 1});
        assert_eq!(placed(arguments).unwrap(), (body, "/7?count=3".to_owned()));
    }

    #[test]
    fn a_phone_number_is_read_as_people_write_it() {
        let written = [json!(79_001_234_567_u64), json!("79001234567"), json!("+7 (900) 123-45-67")];
        for phone in written {
            let (body, _) = placed(json!({"chat_id": "x", "phone_number": phone})).unwrap();
            assert_eq!(body["phoneNumber"], json!(79_001_234_567_u64));
        }
        let wrong = [json!("007900"), json!("+79001234567890123"), json!("abc"), json!(12), json!(-7), json!(true)];
        for phone in wrong {
            assert!(placed(json!({"chat_id": "x", "phone_number": phone})).is_err(), "{phone}");
        }
    }

    #[test]
    fn what_is_wrong_is_refused_before_anything_is_sent() {
        let wrong = [
            json!({}),
            json!({"chat_id": null}),
            json!({"chat_id": " "}),
            json!({"chat_id": 1}),
            json!({"chat_id": "x", "is_on": "yes"}),
            json!({"chat_id": "x", "count": 0}),
            json!({"chat_id": "x", "count": 6}),
            json!({"chat_id": "x", "count": -1}),
            json!({"chat_id": "x", "chatID": "y"}),
            json!({"chat_id": "x", "extra": []}),
            json!({"chat_id": "x", "extra": {"chatId": "y"}}),
        ];
        for arguments in wrong {
            let refused = placed(arguments.clone()).unwrap_err();
            assert_eq!(refused.code(), ErrorCode::InvalidRequest, "{arguments}");
        }
    }

    #[test]
    fn an_upload_goes_under_the_name_that_is_given_and_else_under_its_own() {
        let params = crate::instance::send_file_by_upload::OPERATION.params;
        let name_of = |arguments: Value| {
            let Value::Object(arguments) = arguments else { panic!() };
            let file = File::new("own.txt", &b"Hello"[..]);
            let body = place(params, arguments, Some(file), true).now_or_never().unwrap().unwrap().body.unwrap();
            let text = String::from_utf8_lossy(&body.data).into_owned();
            let (_, after) = text.split_once("name=\"fileName\"\r\n\r\n").unwrap();
            assert_eq!(text.matches("name=\"fileName\"").count(), 1, "{text}");
            after.split("\r\n").next().unwrap().to_owned()
        };
        assert_eq!(name_of(json!({ "chat_id": "1@c.us" })), "own.txt");
        assert_eq!(name_of(json!({ "chat_id": "1@c.us", "file_name": "bill.txt" })), "bill.txt");
    }

    #[test]
    fn a_form_holds_fields_and_the_file_and_a_name_cannot_break_out() {
        let file = File::new("a\"b\r\n.jpg", &b"\x00\xff"[..]);
        let body = multipart(&file, [("chatId", "1@c.us".to_owned())].into_iter()).now_or_never().unwrap().unwrap();
        let text = String::from_utf8_lossy(&body.data).into_owned();
        assert!(text.contains("name=\"chatId\"\r\n\r\n1@c.us\r\n"), "{text}");
        assert!(text.contains("Content-Type: image/jpeg\r\n\r\n"), "{text}");
        assert!(!text.contains("a\"b") && !text.contains("b\r\n.jpg"), "{text}");
        let boundary = body.content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
        assert!(text.ends_with(&format!("--{boundary}--\r\n")) && text.starts_with(&format!("--{boundary}\r\n")));
    }
}
