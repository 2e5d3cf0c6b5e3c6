//! Record of what arrived, in order of arrival, and what became of it.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use http::{HeaderMap, Method, Version};
use serde_json::{Map, Value};
use tokio::sync::Notify;

use crate::{json, sync::lock};

/// One request that a mock received, or a webhook that it sent.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// Upstream's word for the method, as documented (`createInstance`), or the path's where it is none of upstream's;
    /// `webhook` for a notification that the mock sends.
    pub method: String,
    /// The HTTP verb.
    pub verb: Method,
    /// The path, with its query if it has one; the whole address of a webhook.
    pub path: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; empty where the connection was cut before it was read.
    pub body: Bytes,
    /// The number of the connection it came on.
    pub connection: u64,
    /// The version of HTTP it was spoken in.
    pub http: Version,
    /// What became of it.
    pub outcome: Outcome,
    /// The status it was answered with.
    pub status: Option<u16>,
}

impl RecordedRequest {
    /// The body as JSON, if it is that; what is no character in it is U+FFFD.
    pub fn json(&self) -> Option<Value> {
        json::read(&self.body).ok()
    }

    /// The request as `GET /_mock/requests` shows it.
    pub fn to_json(&self) -> Value {
        let mut headers = Map::new();
        for name in self.headers.keys() {
            let values: Vec<_> =
                self.headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
            headers.insert(name.to_string(), values.join(", ").into());
        }
        let body = match self.json() {
            Some(json) => json,
            None if self.body.is_empty() => Value::Null,
            None => String::from_utf8_lossy(&self.body).into(),
        };
        serde_json::json!({
            "method": self.method,
            "verb": self.verb.as_str(),
            "path": self.path,
            "headers": headers,
            "body": body,
            "connection": self.connection,
            "http": format!("{:?}", self.http),
            "outcome": self.outcome.as_str(),
            "status": self.status,
        })
    }
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It is being worked on, or its answer is under way.
    InProgress,
    /// It is kept unanswered by a fault.
    Held,
    /// It was answered in full.
    Answered,
    /// The mock closed its connection.
    Cut,
    /// The client closed its connection, or cancelled the request, before the answer was complete.
    HungUp,
    /// It is one of the mock's own, a webhook, and was not sent: the mock calls nobody outside of its machine.
    Refused,
}

impl Outcome {
    /// The word for it in JSON: `in_progress`, `held`, `answered`, `cut`, `hung_up` or `refused`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "in_progress",
            Self::Held => "held",
            Self::Answered => "answered",
            Self::Cut => "cut",
            Self::HungUp => "hung_up",
            Self::Refused => "refused",
        }
    }

    /// The outcome that a word stands for.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        [Self::InProgress, Self::Held, Self::Answered, Self::Cut, Self::HungUp, Self::Refused]
            .into_iter()
            .find(|outcome| outcome.as_str() == word)
    }
}

/// Which requests are meant. The default means all.
///
/// ```
/// use greenapi_partner_mock::{Outcome, Requests};
///
/// let cancelled = Requests::of("createInstance").that_are(Outcome::HungUp);
/// assert_ne!(cancelled, Requests::default());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Requests {
    method: Option<String>,
    outcome: Option<Outcome>,
}

impl Requests {
    /// Requests of one method, in any case of letters.
    pub fn of(method: impl Into<String>) -> Self {
        Self { method: Some(method.into()), outcome: None }
    }

    /// Of these, the ones with this outcome.
    #[must_use]
    pub fn that_are(mut self, outcome: Outcome) -> Self {
        self.outcome = Some(outcome);
        self
    }

    fn mean(&self, request: &RecordedRequest) -> bool {
        self.method.as_ref().is_none_or(|method| request.method.eq_ignore_ascii_case(method))
            && self.outcome.is_none_or(|outcome| request.outcome == outcome)
    }
}

/// All requests since the start, or since they were cleared.
#[derive(Debug, Default)]
pub(crate) struct Log {
    kept: Mutex<Kept>,
    changed: Notify,
}

impl Log {
    /// Notes a request that arrived; the ticket tells what becomes of it.
    pub(crate) fn note(self: &Arc<Self>, request: RecordedRequest, keep: usize) -> Ticket {
        let mut kept = lock(&self.kept);
        let number = kept.first + kept.requests.len() as u64;
        kept.total += 1;
        kept.requests.push_back(request);
        while kept.requests.len() > keep {
            kept.requests.pop_front();
            kept.first += 1;
        }
        drop(kept);
        self.changed.notify_waiters();
        Ticket { log: Arc::clone(self), number, settled: false }
    }

    pub(crate) fn all(&self, meant: &Requests) -> Vec<RecordedRequest> {
        lock(&self.kept).requests.iter().filter(|request| meant.mean(request)).cloned().collect()
    }

    /// How many arrived, kept or not.
    pub(crate) fn total(&self) -> u64 {
        lock(&self.kept).total
    }

    pub(crate) fn clear(&self) {
        let mut kept = lock(&self.kept);
        kept.first += kept.requests.len() as u64;
        kept.requests.clear();
        kept.total = 0;
    }

    /// Waits until at least so many are there.
    pub(crate) async fn wait(&self, meant: &Requests, count: usize) -> Vec<RecordedRequest> {
        until(&self.changed, || self.are_there(meant, count).then(|| self.all(meant))).await
    }

    /// Whether at least so many are there; cheap, for it is asked anew with every request that comes.
    fn are_there(&self, meant: &Requests, count: usize) -> bool {
        let kept = lock(&self.kept);
        kept.requests.len() >= count
            && kept.requests.iter().filter(|request| meant.mean(request)).take(count).count() == count
    }

    fn settle(&self, number: u64, outcome: Outcome, status: Option<u16>) {
        let mut kept = lock(&self.kept);
        let place = number.checked_sub(kept.first).and_then(|place| usize::try_from(place).ok());
        if let Some(request) = place.and_then(|place| kept.requests.get_mut(place)) {
            request.outcome = outcome;
            request.status = status;
        }
        drop(kept);
        self.changed.notify_waiters();
    }
}

#[derive(Debug, Default)]
struct Kept {
    requests: VecDeque<RecordedRequest>,
    /// The number of the first one kept.
    first: u64,
    total: u64,
}

/// The right to say what became of a request. Dropped without a word, the client has hung up.
#[derive(Debug)]
pub(crate) struct Ticket {
    log: Arc<Log>,
    number: u64,
    settled: bool,
}

impl Ticket {
    pub(crate) fn held(&self) {
        self.log.settle(self.number, Outcome::Held, None);
    }

    pub(crate) fn let_go(&self) {
        self.log.settle(self.number, Outcome::InProgress, None);
    }

    pub(crate) fn answered(&mut self, status: u16) {
        self.settle(Outcome::Answered, Some(status));
    }

    pub(crate) fn cut(&mut self) {
        self.settle(Outcome::Cut, None);
    }

    pub(crate) fn refused(&mut self) {
        self.settle(Outcome::Refused, None);
    }

    fn settle(&mut self, outcome: Outcome, status: Option<u16>) {
        if !self.settled {
            self.settled = true;
            self.log.settle(self.number, outcome, status);
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.settle(Outcome::HungUp, None);
    }
}

/// Waits until a look gives something, looking again whenever there is news.
pub(crate) async fn until<T>(news: &Notify, look: impl Fn() -> Option<T>) -> T {
    loop {
        let next = news.notified();
        tokio::pin!(next);
        next.as_mut().enable();
        if let Some(found) = look() {
            return found;
        }
        next.await;
    }
}
