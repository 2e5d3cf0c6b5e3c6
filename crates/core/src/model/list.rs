//! A list of instances as one compact value: one text for all strings, one row of numbers for each instance.

use std::{borrow::Cow, fmt, sync::Arc};

use jiff::{Timestamp, civil::DateTime, tz};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{CreatedInstance, Field, FieldValue, Kind};
use crate::{json, secret::ZeroedText, wire};

/// The fields of an instance, in the order of the contract.
pub(crate) const FIELDS: &[Field] = &[
    Field::new("id_instance", "idInstance", Kind::Int, "The instance's id."),
    Field::new("name", "name", Kind::Text, "The name that the console shows; `Instance <id>` unless one was given."),
    Field::new("type_instance", "typeInstance", Kind::Text, "The messenger: whatsapp, telegram or v3 (MAX)."),
    Field::new("messenger", "messenger", Kind::Text, "The messenger again, in the newest lists."),
    Field::new("type_account", "typeAccount", Kind::Text, "Deprecated by upstream; empty."),
    Field::new("partner_user_uiid", "partnerUserUiid", Kind::Text, "Deprecated by upstream; empty."),
    Field::new("time_created", "timeCreated", Kind::Time, "When it was created."),
    Field::new("time_deleted", "timeDeleted", Kind::Time, "When it was deleted; nothing while it lives."),
    Field::new("api_token_instance", "apiTokenInstance", Kind::Text, "The instance's token. Secret.").secret(),
    Field::new("deleted", "deleted", Kind::Flag, "Whether it is deleted. Such a one stays listed for three months."),
    Field::new("tariff", "tariff", Kind::Text, "The plan, such as PARTNER_23."),
    Field::new("is_free", "isFree", Kind::Flag, "Whether it is on the free plan (Developer)."),
    Field::new("is_partner", "isPartner", Kind::Flag, "Whether it is on the Partner plan."),
    Field::new(
        "expiration_date",
        "expirationDate",
        Kind::Time,
        "When its day ends; a partner's instance renews by itself.",
    ),
    Field::new("is_expired", "isExpired", Kind::Flag, "Whether it is unpaid."),
    Field::new("api_url", "apiUrl", Kind::Text, "The instance's API host, where the list names it."),
    Field::new("media_url", "mediaUrl", Kind::Text, "The instance's upload host, where the list names it."),
];

/// The instances of one answer.
#[derive(Default)]
pub(crate) struct List {
    text: ZeroedText,
    /// A row of cells for each instance: one cell a field, in the order of `FIELDS`, and one for what is `extra`.
    ///
    /// A flat list and no array of arrays: an array's length would be computed from `FIELDS` wherever the compiler asks for the
    /// type, and a release build once asked in a circle.
    cells: Vec<Cell>,
    /// How many items of the answer were no objects, and are not here.
    passed_over: usize,
}

/// A value in eight bytes; its field's kind says how they are read.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Cell(u64);

impl Cell {
    /// Nothing was sent. No span begins so late, and no time is so early; no id is 0.
    const NONE: Self = Self(1 << 63);
    const NO_ID: Self = Self(0);

    fn of_text(span: Span) -> Self {
        Self(u64::from(span.start) << 32 | u64::from(span.length))
    }

    fn of_time(time: Timestamp) -> Self {
        Self(time.as_microsecond().cast_unsigned())
    }

    fn of_flag(flag: bool) -> Self {
        Self(u64::from(flag))
    }

    fn known(self) -> Option<u64> {
        (self != Self::NONE).then_some(self.0)
    }

    #[expect(clippy::cast_possible_truncation, reason = "the two halves of a cell")]
    fn span(self) -> Option<Span> {
        self.known().map(|bits| Span { start: (bits >> 32) as u32, length: bits as u32 })
    }

    fn time(self) -> Option<Timestamp> {
        Timestamp::from_microsecond(self.known()?.cast_signed()).ok()
    }

    fn flag(self) -> Option<bool> {
        self.known().map(|bits| bits == 1)
    }
}

/// A part of the list's text.
#[derive(Clone, Copy)]
struct Span {
    start: u32,
    length: u32,
}

impl List {
    /// Reads upstream's array; otherwise says what was there instead, without quoting it.
    pub(crate) fn decode(body: &[u8]) -> Result<Self, String> {
        // What is as it should be is read where it lies.
        let list = std::str::from_utf8(body).ok().and_then(|text| Self::of_text(text).ok());
        list.map_or_else(|| Self::of_text(&json::mended(body)), Ok)
    }

    fn of_text(text: &str) -> Result<Self, String> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let mut list = Self::default();
        let mut problem = None;
        ListSeed { list: &mut list, problem: &mut problem }
            .deserialize(&mut reader)
            .and_then(|()| reader.end())
            .map_err(|error| {
                problem
                    .unwrap_or_else(|| format!("it is no JSON list (line {}, column {})", error.line(), error.column()))
            })?;
        Ok(list)
    }

    /// A list of the one instance that was just created.
    pub(crate) fn of_created(created: &CreatedInstance, name: Option<&str>) -> Self {
        let texts = [
            (const { place("name") }, name),
            (const { place("type_instance") }, created.type_instance()),
            (const { place("api_token_instance") }, Some(created.api_token_instance())),
            (const { place("api_url") }, created.api_url()),
            (const { place("media_url") }, created.media_url()),
        ];
        let length = texts.iter().filter_map(|(_, value)| value.map(str::len)).sum();
        let mut list = Self { text: ZeroedText::with_capacity(length), ..Self::default() };
        list.begin_row();
        list.put(const { place("id_instance") }, Cell(created.id_instance()));
        for (field, value) in texts {
            let cell = value.map_or(Cell::NONE, |value| list.keep(value, field));
            list.put(field, cell);
        }
        list
    }

    /// A list of one instance that was created before, as it was kept.
    pub(crate) fn of_stored(created: &CreatedInstance, name: &str, created_at: Option<Timestamp>) -> Self {
        let mut list = Self::of_created(created, Some(name));
        if let Some(at) = created_at {
            list.put(const { place("time_created") }, Cell::of_time(at));
        }
        list
    }

    /// A list of one row of this one, as it is once that instance is deleted.
    pub(crate) fn deleted_row(&self, row: usize) -> Self {
        let mut list = Self::default();
        list.begin_row();
        for place in 0..ROW {
            let cell = self.cell(row, place);
            let is_text = FIELDS.get(place).is_none_or(|field| field.kind == Kind::Text);
            let text = if is_text { self.part(cell) } else { None };
            let cell = text.map_or(cell, |text| list.keep(text, place));
            list.put(place, cell);
        }
        list.put(const { place("deleted") }, Cell::of_flag(true));
        list
    }

    pub(crate) fn shared(self) -> Arc<Self> {
        Arc::new(self)
    }

    pub(crate) fn len(&self) -> usize {
        self.cells.len() / ROW
    }

    /// Whether upstream listed something that could not be read: then nobody knows what is not there.
    pub(crate) fn is_incomplete(&self) -> bool {
        self.passed_over > 0
    }

    pub(crate) fn bytes(&self) -> usize {
        self.text.capacity() + self.cells.capacity() * size_of::<Cell>()
    }

    pub(crate) fn id(&self, row: usize) -> u64 {
        self.cell(row, const { place("id_instance") }).0
    }

    pub(crate) fn value(&self, row: usize, field: usize) -> FieldValue<'_> {
        let cell = self.cell(row, field);
        match FIELDS[field].kind {
            Kind::Int => FieldValue::Int(cell.0),
            Kind::Text => FieldValue::text(self.part(cell)),
            Kind::Time => FieldValue::time(cell.time()),
            Kind::Flag => FieldValue::flag(cell.flag()),
            _ => FieldValue::None,
        }
    }

    pub(crate) fn extra(&self, row: usize) -> serde_json::Map<String, serde_json::Value> {
        let inside = self.part(self.cell(row, EXTRA)).unwrap_or_default();
        let object = format!("{{{inside}}}");
        let read = json::read(object.as_bytes()).or_else(|| json::read_one_by_one(object.as_bytes()));
        read.unwrap_or_default()
    }

    fn cell(&self, row: usize, place: usize) -> Cell {
        self.cells[row * ROW + place]
    }

    fn part(&self, cell: Cell) -> Option<&str> {
        let span = cell.span()?;
        let start = usize::try_from(span.start).ok()?;
        self.text.get(start..start + usize::try_from(span.length).ok()?)
    }

    fn begin_row(&mut self) {
        self.cells.resize(self.cells.len() + ROW, Cell::NONE);
        self.put(const { place("id_instance") }, Cell::NO_ID);
    }

    /// Puts a cell into the row that was begun last.
    fn put(&mut self, place: usize, cell: Cell) {
        let begun = self.cells.len() - ROW;
        self.cells[begun + place] = cell;
    }

    /// Keeps `value` in the text for this place of the row that was begun last, or points at what the row before has there
    /// where that is the same.
    fn keep(&mut self, value: &str, place: usize) -> Cell {
        let before = self.len().checked_sub(2).map_or(Cell::NONE, |row| self.cell(row, place));
        if self.part(before) == Some(value) {
            return before;
        }
        match (u32::try_from(self.text.len()), u32::try_from(value.len())) {
            (Ok(start), Ok(length)) if start <= LAST_START => {
                self.text.push_str(value);
                Cell::of_text(Span { start, length })
            }
            _ => Cell::NONE,
        }
    }

    /// The value of a known field; `None`: it cannot be read.
    fn read(&mut self, field: usize, raw: &str) -> Option<Cell> {
        match FIELDS[field].kind {
            Kind::Int if raw == "null" => Some(Cell::NO_ID),
            _ if raw == "null" => Some(Cell::NONE),
            Kind::Int => wire::whole_number(raw).map(Cell),
            Kind::Flag => wire::flag(raw).map(Cell::of_flag),
            Kind::Text => wire::text(raw).map(|value| self.keep(&value, field)),
            Kind::Time => match when(&wire::text(raw).unwrap_or(Cow::Borrowed(raw)))? {
                When::At(time) => Some(Cell::of_time(time)),
                When::Never => Some(Cell::NONE),
            },
            _ => None,
        }
    }

    /// The one reading of `deleted` and `timeDeleted`: what is said outright decides, and without that a time of deletion does.
    fn settle_deletion(&mut self) {
        let row = self.len() - 1;
        if self.cell(row, const { place("deleted") }) == Cell::NONE {
            let is_deleted = self.cell(row, const { place("time_deleted") }) != Cell::NONE;
            self.put(const { place("deleted") }, Cell::of_flag(is_deleted));
        }
    }
}

/// The strings and numbers of a JSON array, put into a [`List`].
struct ListSeed<'a> {
    list: &'a mut List,
    problem: &'a mut Option<String>,
}

impl<'de> DeserializeSeed<'de> for ListSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for ListSeed<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of instances")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(RowSeed { list: self.list, problem: self.problem })?.is_some() {}
        Ok(())
    }
}

/// One object of the array.
struct RowSeed<'a> {
    list: &'a mut List,
    problem: &'a mut Option<String>,
}

impl<'de> DeserializeSeed<'de> for RowSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for RowSeed<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an instance")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let list = self.list;
        list.begin_row();
        let mut extra = String::new();
        let mut expected = 0;
        while let Some(Key(key)) = members.next_key()? {
            let raw = members.next_value::<&RawValue>()?.get();
            let known = position(&key, expected);
            if let Some(field) = known {
                expected = field + 1;
            }
            if let Some((field, cell)) = known.and_then(|field| Some((field, list.read(field, raw)?))) {
                list.put(field, cell);
            } else {
                let comma = if extra.is_empty() { "" } else { "," };
                extra.extend([comma, &serde_json::Value::from(key.as_ref()).to_string(), ":", raw]);
            }
        }
        let row = list.len() - 1;
        if list.cell(row, const { place("id_instance") }) == Cell::NO_ID {
            *self.problem = Some(format!("item {row} of the list has no idInstance"));
            return Err(serde::de::Error::custom("no idInstance"));
        }
        list.settle_deletion();
        if !extra.is_empty() {
            let cell = list.keep(&extra, EXTRA);
            list.put(EXTRA, cell);
        }
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.pass_over();
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        self.pass_over();
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        self.pass_over();
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        self.pass_over();
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        self.pass_over();
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        self.pass_over();
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        self.pass_over();
        Ok(())
    }
}

impl RowSeed<'_> {
    /// An item that is no object is no instance that anybody knows.
    fn pass_over(self) {
        self.list.passed_over += 1;
    }
}

/// A member's name, borrowed unless it holds escapes.
struct Key<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KeyVisitor)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Key<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Borrowed(name)))
    }

    fn visit_str<E>(self, name: &str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Owned(name.to_owned())))
    }
}

/// Which field `key` is. Upstream's order hardly changes from row to row, so the search begins where the last ended.
fn position(key: &str, expected: usize) -> Option<usize> {
    (expected..FIELDS.len()).chain(0..expected.min(FIELDS.len())).find(|&field| FIELDS[field].wire == key)
}

/// A moment, or none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum When {
    At(Timestamp),
    Never,
}

/// A time of upstream's: without a zone it is UTC+3 (Moscow), as its console and its billing are. A number is seconds since
/// 1970. It says "never" by the year 1, with a zone or without, or by a 0.
pub(crate) fn when(text: &str) -> Option<When> {
    let time = match wire::plain_number(text).parse::<i64>() {
        Ok(0) => return Some(When::Never),
        Ok(seconds) if seconds < EARLIEST_NUMBER && seconds > YEAR_TWO => return None,
        Ok(seconds) => Timestamp::from_second(seconds).ok()?,
        Err(_) => moment(text)?,
    };
    Some(if time.as_second() < YEAR_TWO { When::Never } else { When::At(time) })
}

fn moment(text: &str) -> Option<Timestamp> {
    let clock = text.get(DATE_LENGTH..)?;
    if clock.contains(['Z', 'z', '+', '-']) {
        return text.parse().ok();
    }
    UPSTREAM_OFFSET.to_timestamp(text.parse::<DateTime>().ok()?).ok()
}

/// The year 2, in seconds: what is before it is how upstream says "never".
pub(crate) const YEAR_TWO: i64 = -62_104_060_800;
/// A smaller number is no time of upstream's, but a date without its hyphens, or a mistake.
const EARLIEST_NUMBER: i64 = 1_000_000_000;
pub(crate) const UPSTREAM_OFFSET: tz::Offset = tz::offset(3);
/// Of `2022-06-08`.
const DATE_LENGTH: usize = 10;

/// Where `extra` stands in a row: behind the fields. It is the inside of a JSON object, of what this version does not know or
/// could not read.
const EXTRA: usize = FIELDS.len();
/// How many cells a row has.
const ROW: usize = EXTRA + 1;
/// Texts that would begin later are not kept: `Cell::NONE` would begin right behind it.
const LAST_START: u32 = i32::MAX as u32;

/// The place of a field, by its name here; there is no such field: it does not compile.
pub(crate) const fn place(name: &str) -> usize {
    let mut field = 0;
    while !same(FIELDS[field].name.as_bytes(), name.as_bytes()) {
        field += 1;
    }
    field
}

const fn same(one: &[u8], other: &[u8]) -> bool {
    let mut byte = 0;
    while byte < one.len() && byte < other.len() && one[byte] == other[byte] {
        byte += 1;
    }
    byte == one.len() && byte == other.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn equal_neighbours_share_their_text() {
        let one = |id| json!({"idInstance": id, "tariff": "PARTNER_23", "typeInstance": "whatsapp", "new": true});
        let body = json!((1..=1000).map(one).collect::<Vec<_>>()).to_string();
        let list = List::decode(body.as_bytes()).unwrap();
        assert_eq!(&*list.text, "PARTNER_23whatsapp\"new\":true");
    }

    #[test]
    fn a_time_is_read_in_every_spelling_and_never_is_none() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let table = [
            ("2022-06-08T09:19:04", Some(When::At(at("2022-06-08T06:19:04Z")))),
            ("2022-06-08T09:19:04Z", Some(When::At(at("2022-06-08T09:19:04Z")))),
            ("1700000000", Some(When::At(at("2023-11-14T22:13:20Z")))),
            ("1700000000.0", Some(When::At(at("2023-11-14T22:13:20Z")))),
            ("0001-01-01T00:00:00", Some(When::Never)),
            ("0001-01-01T00:00:00Z", Some(When::Never)),
            ("0001-01-01T00:00:00.000Z", Some(When::Never)),
            ("0001-01-01T00:00:00+03:00", Some(When::Never)),
            ("0001-01-01", Some(When::Never)),
            ("0", Some(When::Never)),
            ("0.0", Some(When::Never)),
            ("-62135596800", Some(When::Never)),
            ("20220608", None),
            ("1700000000000", None),
            ("yesterday", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(when(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_said_outright_of_a_deletion_decides_and_else_its_time() {
        let gone = "2022-06-08T09:19:04";
        let table = [
            (json!({}), false),
            (json!({"deleted": true}), true),
            (json!({"deleted": 1}), true),
            (json!({"deleted": "1.0"}), true),
            (json!({"deleted": "true", "timeDeleted": "0001-01-01T00:00:00"}), true),
            (json!({"deleted": 0, "timeDeleted": gone}), false),
            (json!({"deleted": false, "timeDeleted": gone}), false),
            (json!({"timeDeleted": gone}), true),
            (json!({"deleted": null, "timeDeleted": gone}), true),
            (json!({"deleted": "maybe", "timeDeleted": gone}), true),
            (json!({"deleted": "maybe"}), false),
            (json!({"timeDeleted": "0001-01-01T00:00:00Z"}), false),
            (json!({"timeDeleted": 0}), false),
        ];
        for (mut item, expected) in table {
            item["idInstance"] = json!("7.0");
            let list = List::decode(json!([item]).to_string().as_bytes()).unwrap();
            let deleted = list.value(0, const { place("deleted") });
            assert_eq!((list.id(0), deleted), (7, FieldValue::Flag(expected)), "{item}");
        }
    }

    #[test]
    fn what_is_no_object_is_passed_over_and_counted() {
        let list = List::decode(br#"[null,{"idInstance":1},"x",[1,{"a":2}],7,-7,1.5,true,{"idInstance":2}]"#).unwrap();
        assert_eq!((list.len(), list.passed_over, list.is_incomplete()), (2, 7, true));
        assert!(!List::decode(br#"[{"idInstance":1}]"#).unwrap().is_incomplete());
    }
}
