//! Scripted misbehaviour: what the next requests of a method get instead of, or besides, the usual answer.

mod weather;

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::Mutex,
};

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use self::weather::Weather;
pub(crate) use self::weather::check as check_weather;
use crate::sync::lock;

/// What happens to one request (or to several, with [`times`](Self::times)).
///
/// All parts are optional and combine. A fault with a status, a body or a name of its own replaces the answer, and the
/// request is not acted on unless [`act`](Self::act) says so; any other lets the method work and changes how its answer
/// travels.
///
/// ```
/// use greenapi_partner_mock::{Cut, Fault};
///
/// let busy = Fault { status: Some(429), retry_after: Some("2".into()), ..Fault::default() };
/// let lost = Fault { cut: Some(Cut::AfterAction), ..Fault::default() };
/// assert_ne!(busy, lost);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Fault {
    /// The HTTP status of the answer. Without a body of any kind, the body is empty.
    pub status: Option<u16>,
    /// Headers to add or replace; `null` takes one away.
    pub headers: BTreeMap<String, Option<String>>,
    /// The answer's body as JSON, sent minified. `null` is a body too.
    #[serde(deserialize_with = "even_null", skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// The answer's body as text.
    pub text: Option<String>,
    /// The answer's body as bytes in base64.
    pub body_base64: Option<String>,
    /// The answer's `Content-Type`; an empty text takes the header away.
    pub content_type: Option<String>,
    /// How long to wait before answering (or cutting), in milliseconds.
    pub delay_ms: Option<u64>,
    /// Sends the body in pieces, with a pause before each.
    pub drip: Option<Drip>,
    /// Where the connection is closed.
    pub cut: Option<Cut>,
    /// Whether the method takes effect although a scripted answer is sent: "500, but created".
    pub act: bool,
    /// The answer's `Retry-After`.
    pub retry_after: Option<String>,
    /// A well-known failure; what else is given goes over it.
    pub named: Option<Named>,
    /// Applies only to a request on a connection that has served one before. Others are answered as usual, and the
    /// fault waits.
    pub reused_connection: bool,
    /// Reads the request (with `act`, acts on it) and keeps it unanswered until it is released or the client hangs up.
    pub hold: bool,
    /// How many requests get it: 1 unless given, -1 for all that come.
    pub times: Option<i64>,
}

impl Fault {
    /// A well-known failure.
    pub fn named(named: Named) -> Self {
        Self { named: Some(named), ..Self::default() }
    }

    /// An answer with this status and no body.
    pub fn status(status: u16) -> Self {
        Self { status: Some(status), ..Self::default() }
    }

    /// An answer with this status and JSON body.
    pub fn json(status: u16, body: Value) -> Self {
        Self { status: Some(status), body: Some(body), ..Self::default() }
    }

    /// A connection closed at this point.
    pub fn cut(cut: Cut) -> Self {
        Self { cut: Some(cut), ..Self::default() }
    }

    /// A request that is kept unanswered.
    pub fn hold() -> Self {
        Self { hold: true, ..Self::default() }
    }

    /// Whether the fault brings an answer of its own, in place of the method's.
    pub(crate) fn replaces_answer(&self) -> bool {
        self.status.is_some()
            || self.body.is_some()
            || self.text.is_some()
            || self.body_base64.is_some()
            || self.named.is_some()
    }

    fn is_for(&self, reused_connection: bool) -> bool {
        reused_connection || !self.reused_connection
    }

    /// Says what cannot be sent, if anything.
    pub(crate) fn check(&self) -> Result<(), String> {
        use base64::{Engine as _, engine::general_purpose::STANDARD};

        if let Some(status) = self.status.filter(|status| !(200..=999).contains(status)) {
            return Err(format!("status is from 200 to 999, not {status}"));
        }
        if [self.body.is_some(), self.text.is_some(), self.body_base64.is_some()].iter().filter(|given| **given).count()
            > 1
        {
            return Err("body, text and bodyBase64 exclude each other".to_owned());
        }
        if let Some(Err(error)) = self.body_base64.as_ref().map(|text| STANDARD.decode(text)) {
            return Err(format!("bodyBase64: {error}"));
        }
        for (name, value) in &self.headers {
            http::HeaderName::try_from(name).map_err(|error| format!("headers: {name:?}: {error}"))?;
            http::HeaderValue::try_from(value.as_deref().unwrap_or_default())
                .map_err(|error| format!("headers: {name}: {error}"))?;
        }
        for value in [&self.content_type, &self.retry_after].into_iter().flatten() {
            http::HeaderValue::try_from(value).map_err(|error| format!("{value:?}: {error}"))?;
        }
        Ok(())
    }
}

/// Where a connection is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    /// When the request's first bytes arrive: reset, nothing of it acted on.
    BeforeRequest,
    /// After the request's head, with its body unread.
    ReadingRequest,
    /// When the request was read whole, and was not acted on.
    AfterRequest,
    /// When the request was acted on: the instance is created or deleted, and nobody is told.
    AfterAction,
    /// After the answer's head, with its full `Content-Length`, and half of its body.
    TruncatedBody,
}

/// How a body is sent in pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Drip {
    /// How many pieces.
    pub chunks: usize,
    /// The pause before each, in milliseconds.
    pub delay_ms: u64,
}

/// Failures that are documented, or common enough to have a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Named {
    /// HTTP 429.
    RateLimited,
    /// createInstance's code 100: no free instances at the moment.
    NoCapacity,
    /// createInstance's code 200, an error in spite of its number: the instance could not be saved.
    SaveError,
    /// Code 401 in an HTTP 200: a wrong partner token.
    Unauthorized,
    /// Code 404 in an HTTP 200: no such instance, or deleted already.
    NotFound,
    /// HTTP 200 with JSON's content type and a body that is none.
    Garbage,
    /// HTTP 502 with nginx's page.
    #[serde(rename = "html_502")]
    Html502,
    /// HTTP 200 without a body.
    Empty,
    /// HTTP 404 with the JSON that upstream's framework writes for an unknown path.
    #[serde(rename = "nest_404")]
    Nest404,
    /// HTTP 307 to the same address: who follows it, calls twice.
    Redirect,
}

/// The faults that wait, and those that come by chance where none does.
#[derive(Debug, Default)]
pub(crate) struct Script(Mutex<Scripted>);

#[derive(Debug, Default)]
struct Scripted {
    /// Per method, by its name in small letters.
    queues: HashMap<String, VecDeque<Fault>>,
    weather: Weather,
}

impl Script {
    /// Adds faults to the end of a method's queue; `*` is the queue of all methods.
    pub(crate) fn append(&self, method: &str, faults: impl IntoIterator<Item = Fault>) {
        let faults = faults.into_iter().filter(|fault| fault.times != Some(0));
        lock(&self.0).queues.entry(method.to_ascii_lowercase()).or_default().extend(faults);
    }

    /// Sets what the requests of a method get by chance.
    pub(crate) fn set_weather(&self, method: &str, seed: u64, shares: Vec<(f64, Fault)>) {
        lock(&self.0).weather.set(method, seed, shares);
    }

    pub(crate) fn clear(&self) {
        let mut scripted = lock(&self.0);
        scripted.queues.clear();
        scripted.weather.clear();
    }

    /// The fault for a request that arrived, if one is due.
    pub(crate) fn take(&self, method: &str, reused_connection: bool) -> Option<Fault> {
        let mut scripted = lock(&self.0);
        let method = method.to_ascii_lowercase();
        match scripted.queue(&method) {
            Some(queue) => take_first(queue, |fault| fault.is_for(reused_connection)),
            None => scripted.weather.of(&method)?.take().filter(|fault| fault.is_for(reused_connection)),
        }
    }

    /// The same, if it is one that closes the connection before the request is read.
    pub(crate) fn take_early_cut(&self, method: &str, reused_connection: bool) -> Option<Fault> {
        let mut scripted = lock(&self.0);
        let method = method.to_ascii_lowercase();
        let is_wanted = |fault: &Fault| fault.is_for(reused_connection) && fault.cut == Some(Cut::BeforeRequest);
        if let Some(queue) = scripted.queue(&method) {
            return take_first(queue, is_wanted);
        }
        let chances = scripted.weather.of(&method)?;
        // Any other stays drawn for the same request, when it has been read.
        if chances.next().is_some_and(is_wanted) { chances.take() } else { None }
    }
}

impl Scripted {
    /// The queue in which a request's fault waits: its method's own, or else that for all methods.
    fn queue(&mut self, method: &str) -> Option<&mut VecDeque<Fault>> {
        let waits = |name: &&str| self.queues.get(*name).is_some_and(|queue| !queue.is_empty());
        let name = [method, "*"].into_iter().find(waits)?;
        self.queues.get_mut(name)
    }
}

/// Takes the first fault of a queue, if it is wanted; one for several requests stays for the others.
fn take_first(queue: &mut VecDeque<Fault>, is_wanted: impl Fn(&Fault) -> bool) -> Option<Fault> {
    let first = queue.front_mut().filter(|fault| is_wanted(fault))?;
    match first.times {
        None | Some(1) => queue.pop_front(),
        Some(times) => {
            first.times = Some(if times > 1 { times - 1 } else { times });
            Some(first.clone())
        }
    }
}

/// Tells a field that is `null` from one that is not there.
fn even_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
