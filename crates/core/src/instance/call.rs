//! Any other method of an instance: what it is, the table of methods says, and for all that it lacks the caller.

use std::{borrow::Cow, fmt};

use serde_json::{Map, Value};

use super::{
    File, Host, Param, Place, arguments,
    methods::{Verb, facts_of},
    read,
};
use crate::{
    InstanceClient, config,
    endpoint::{Answer, Asks, Body, Class, Endpoint, Mismatch, Spec},
    error::Error,
    model::Kind,
    secret::{self, Secret},
};

/// A call of any method of an instance: for those that this library has no function for.
///
/// ```
/// use greenapi_partner::Call;
/// use serde_json::json;
///
/// let poll = Call::new("sendPoll").json(json!({ "chatId": "79001234567@c.us", "message": "?", "options": [] }));
/// let chats = Call::new("getChats").query("count", &10);
/// let new = Call::get("getHoroscope").safe();
/// ```
#[derive(Clone)]
#[must_use]
pub struct Call {
    method: String,
    verb: Option<Verb>,
    json: Option<Value>,
    file: Option<File>,
    query: Vec<(String, String)>,
    host: Option<Host>,
    retry: Option<Class>,
}

impl Call {
    /// A call by the verb that the method has; of one that is not known, by POST with a body and else by GET.
    pub fn new(method: impl Into<String>) -> Self {
        Self { method: method.into(), verb: None, json: None, file: None, query: Vec::new(), host: None, retry: None }
    }

    /// A call by GET.
    pub fn get(method: impl Into<String>) -> Self {
        Self::by(method, Verb::Get)
    }

    /// A call by POST.
    pub fn post(method: impl Into<String>) -> Self {
        Self::by(method, Verb::Post)
    }

    /// A call by DELETE.
    pub fn delete(method: impl Into<String>) -> Self {
        Self::by(method, Verb::Delete)
    }

    /// The body. Beside a file, the fields of its form.
    pub fn json(mut self, body: Value) -> Self {
        self.json = Some(body);
        self
    }

    /// A file to upload: as the form's field `file`, or as the whole body where the method takes it so (uploadFile).
    pub fn file(mut self, file: File) -> Self {
        self.file = Some(file);
        self
    }

    /// A field of the query.
    pub fn query(mut self, name: impl Into<String>, value: &dyn ToString) -> Self {
        self.query.push((name.into(), value.to_string()));
        self
    }

    /// Asked of the host for uploads. Defaults to the method's own; of one that is not known, to the API's.
    pub fn media(mut self) -> Self {
        self.host = Some(Host::Media);
        self
    }

    /// It is sent at most once, as one is that is not known.
    pub fn once(mut self) -> Self {
        self.retry = Some(Class::Once);
        self
    }

    /// It only reads: it may be repeated whenever no answer came.
    pub fn safe(mut self) -> Self {
        self.retry = Some(Class::Safe);
        self
    }

    /// Doing it twice changes nothing more: it may be repeated whenever no answer came.
    pub fn idempotent(mut self) -> Self {
        self.retry = Some(Class::Idempotent);
        self
    }

    /// A call by its parts, as the bindings get them: `verb` in any case of letters, `host` `api` or `media`, `retry`
    /// `once`, `safe` or `idempotent`.
    #[doc(hidden)]
    pub fn of(method: &str, parts: &Map<String, Value>, file: Option<File>) -> Result<Self, Error> {
        let word = |name: &str| parts.get(name).and_then(Value::as_str).map(str::to_ascii_lowercase);
        let wrong = |what: &str| Err(Error::invalid_request(what).during(method.to_owned()));
        let json = parts.get("json").filter(|json| !json.is_null()).cloned();
        let verb = match word("verb").as_deref() {
            None => None,
            Some("get") => Some(Verb::Get),
            Some("post") => Some(Verb::Post),
            Some("delete") => Some(Verb::Delete),
            Some(_) => return wrong("verb must be GET, POST or DELETE"),
        };
        let host = match word("host").as_deref() {
            None => None,
            Some("api") => Some(Host::Api),
            Some("media") => Some(Host::Media),
            Some(_) => return wrong("host must be api or media"),
        };
        let retry = match word("retry").as_deref() {
            None => None,
            Some("once") => Some(Class::Once),
            Some("safe") => Some(Class::Safe),
            Some("idempotent") => Some(Class::Idempotent),
            Some(_) => return wrong("retry must be once, safe or idempotent"),
        };
        let query = match parts.get("query") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Object(query)) => query.iter().map(|(name, value)| (name.clone(), plain(value))).collect(),
            Some(_) => return wrong("query must be an object of names and values"),
        };
        Ok(Self { method: method.to_owned(), verb, json, file, query, host, retry })
    }

    pub(crate) fn host(&self) -> Host {
        self.host.or_else(|| Some(facts_of(&self.method)?.host)).unwrap_or(Host::Api)
    }

    /// What upstream may repeat of it and nobody may read.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        let query = self.query.iter().map(|(name, value)| (name.clone(), value.as_str().into()));
        let sent = [self.json.clone().unwrap_or_default(), query.collect::<Map<_, _>>().into()];
        sent.iter().flat_map(secret::secrets_in).collect()
    }

    /// The request, checked.
    pub(crate) async fn request(self) -> Result<CallRequest, Error> {
        let operation = self.method.clone();
        self.checked().await.map_err(|error| error.during(operation))
    }

    async fn checked(self) -> Result<CallRequest, Error> {
        if self.method.is_empty() || !self.method.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Error::invalid_request("the method must be upstream's name of it: letters and digits"));
        }
        let facts = facts_of(&self.method);
        let has_body = self.json.is_some() || self.file.is_some();
        let verb = self.verb.or(facts.and_then(|facts| facts.verb));
        let verb = verb.unwrap_or(if has_body { Verb::Post } else { Verb::Get });
        if verb == Verb::Get && has_body {
            return Err(Error::invalid_request("a GET has no body: give the verb"));
        }
        let raw_file = facts.is_some_and(|facts| facts.takes_raw_file);
        let with_file = self.file.is_some();
        let body = match (self.file, self.json) {
            (Some(file), None) if raw_file => Some(arguments::raw(file).await?),
            (_, _) if raw_file => {
                return Err(Error::invalid_request("the file is the whole body of this method: give it, and no json"));
            }
            (None, None) => None,
            (None, Some(json)) => Some(Body::json(&json)),
            (Some(file), None) => Some(arguments::form(file, &Map::new()).await?),
            (Some(file), Some(Value::Object(fields))) => Some(arguments::form(file, &fields).await?),
            (Some(_), Some(_)) => return Err(Error::invalid_request("beside a file, json must be an object")),
        };
        let query: Vec<_> = self.query.iter().map(|(name, value)| arguments::pair(name, value)).collect();
        let suffix = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
        let retry = self.retry.or(facts.map(|facts| facts.retry)).unwrap_or(Class::Once);
        let spec = Spec {
            path: Cow::Owned(format!("/waInstance{{idInstance}}/{}/{{apiTokenInstance}}", self.method)),
            // The pace of a known method is shared with its function, and by all spellings of its name.
            operation: facts.map_or(Cow::Owned(self.method), |facts| Cow::Borrowed(facts.name)),
            method: verb.method(),
            retry,
            timeout: if with_file { config::UPLOAD_TIMEOUT } else { config::TIMEOUT },
            attempt: (retry != Class::Once).then_some(config::ATTEMPT_TIMEOUT),
            rate: facts.and_then(|facts| facts.rate),
            page: "https://green-api.com/en/docs/api/",
            prose: PROSE,
        };
        Ok(CallRequest { spec, body, suffix })
    }

    fn by(method: impl Into<String>, verb: Verb) -> Self {
        Self { verb: Some(verb), ..Self::new(method) }
    }
}

/// The names of what is sent: the values may be secret.
impl fmt::Debug for Call {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields = self.json.as_ref().and_then(Value::as_object).map(|fields| fields.keys().collect::<Vec<_>>());
        let query: Vec<_> = self.query.iter().map(|(name, _)| name).collect();
        formatter
            .debug_struct("Call")
            .field("method", &self.method)
            .field("verb", &self.verb)
            .field("json", &fields)
            .field("file", &self.file)
            .field("query", &query)
            .field("host", &self.host)
            .field("retry", &self.retry)
            .finish()
    }
}

impl InstanceClient {
    #[doc = include_str!("call.md")]
    pub async fn call(&self, call: Call) -> Result<Value, Error> {
        let (target, echoed) = (self.target(call.host())?, call.secrets());
        self.engine().call(call.request().await?, &target, self.call_options(), &echoed).await
    }
}

/// The parameters of `call`, for the contract.
pub(crate) const PARAMS: &[Param] = &[
    Param::new("method", "method", Kind::Text, Place::Segment, "Upstream's name of the method.").required(),
    Param::new(
        "verb",
        "verb",
        Kind::Text,
        Place::Body,
        "GET, POST or DELETE. Defaults to the method's own; of an unknown one, to POST with a body, else GET.",
    )
    .one_of(&["GET", "POST", "DELETE"]),
    Param::new("json", "json", Kind::Json, Place::Body, "The body; beside a file, the fields of its form.").personal(),
    Param::new("file", "file", Kind::Bytes, Place::File, "A file to upload: its bytes, or its path."),
    Param::new("query", "query", Kind::Object, Place::Query, "Fields of the query, by name.").personal(),
    Param::new(
        "host",
        "host",
        Kind::Text,
        Place::Body,
        "`api` or `media`. Defaults to the method's own; of an unknown one, to `api`.",
    )
    .one_of(&["api", "media"]),
    Param::new(
        "retry",
        "retry",
        Kind::Text,
        Place::Body,
        "`once`, `safe` or `idempotent`. Defaults to the method's own; of an unknown one, to `once`.",
    )
    .one_of(&["once", "safe", "idempotent"]),
];

pub(crate) const PROSE: &str = include_str!("call.md");

/// One request of a [`Call`].
#[derive(Clone)]
pub(crate) struct CallRequest {
    spec: Spec,
    body: Option<Body>,
    suffix: String,
}

impl Asks for CallRequest {
    fn spec(&self) -> &Spec {
        &self.spec
    }

    fn body(&self) -> Result<Option<Body>, Error> {
        Ok(self.body.clone())
    }

    fn suffix(&self) -> String {
        self.suffix.clone()
    }
}

impl Endpoint for CallRequest {
    type Output = Value;

    fn decode(&self, answer: &Answer) -> Result<Value, Mismatch> {
        read::any(answer)
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}
