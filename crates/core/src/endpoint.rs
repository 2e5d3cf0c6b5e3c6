//! Endpoint: what one request of upstream is made of, and what comes back; the ground of all calls. No I/O.

use std::{
    borrow::Cow,
    future::{self, Future},
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use tokio::time::Instant;

use crate::{
    config::{BaseUrl, PACE_MARGIN},
    error::{Error, ErrorCode},
    hosts::{MAX, TELEGRAM},
    json,
    lock::lock,
    secret::{self, Secret, ZeroedBytes},
};

/// The facts about an upstream method that are not the caller's decisions.
#[derive(Clone, Debug)]
pub(crate) struct Spec {
    /// Upstream's name for it.
    pub(crate) operation: Cow<'static, str>,
    pub(crate) method: Method,
    /// The path, with `{partnerToken}` or `{apiTokenInstance}` where the token goes. What is logged and shown is this
    /// template.
    pub(crate) path: Cow<'static, str>,
    /// What happens when it is done twice.
    pub(crate) retry: Class,
    /// The time of a call, where the client's user names none.
    pub(crate) timeout: Duration,
    /// How long one try may take; the whole call where there is none.
    pub(crate) attempt: Option<Duration>,
    /// The documented rate per instance; none where there is none.
    pub(crate) rate: Option<Rate>,
    /// Upstream's page.
    pub(crate) page: &'static str,
    /// Our prose, for the documentation of every language.
    pub(crate) prose: &'static str,
}

impl Spec {
    /// Whether it is a method of the partner API, and not of an instance.
    pub(crate) fn is_partners(&self) -> bool {
        self.path.starts_with("/partner/")
    }

    /// Whether it creates, and bills, an instance.
    pub(crate) fn is_creation(&self) -> bool {
        self.path == CREATE_INSTANCE
    }
}

/// The path of the method that creates, and bills, an instance.
pub(crate) const CREATE_INSTANCE: &str = "/partner/createInstance/{partnerToken}";

/// What happens when an operation is done twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// It only reads.
    Safe,
    /// The second time changes nothing more.
    Idempotent,
    /// It could bill, send or rotate twice.
    Once,
}

impl Class {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Idempotent => "idempotent",
            Self::Once => "once",
        }
    }
}

/// How many calls a second upstream takes of one method of one instance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rate {
    pub(crate) usual: f64,
    /// Of Telegram, where its table differs.
    pub(crate) telegram: f64,
    /// Of MAX, where its table differs.
    pub(crate) max: f64,
}

impl Rate {
    pub(crate) const fn new(usual: f64) -> Self {
        Self { usual, telegram: usual, max: usual }
    }

    pub(crate) const fn of_telegram(mut self, telegram: f64) -> Self {
        self.telegram = telegram;
        self
    }

    pub(crate) const fn of_max(mut self, max: f64) -> Self {
        self.max = max;
        self
    }

    /// The time from one call to the next.
    pub(crate) fn interval(self, messenger: &str) -> Duration {
        let rate = match messenger {
            TELEGRAM => self.telegram,
            MAX => self.max,
            _ => self.usual,
        };
        Duration::from_secs_f64(PACE_MARGIN / rate)
    }
}

/// One request of an upstream method: what goes out.
pub(crate) trait Asks: Send + Sync + 'static {
    fn spec(&self) -> &Spec;

    /// The body; fails before anything is sent.
    fn body(&self) -> Result<Option<Body>, Error> {
        Ok(None)
    }

    /// What follows the path: a further segment, a query.
    fn suffix(&self) -> String {
        String::new()
    }

    /// The time of the call, where its caller names none; the client's, if it has one.
    fn timeout(&self, of_client: Option<Duration>) -> Duration {
        of_client.unwrap_or(self.spec().timeout)
    }

    /// What the caller already has, so that an unchanged answer need not be sent again.
    fn if_none_match(&self) -> Option<&HeaderValue> {
        None
    }

    /// The instance that it is about, where neither path nor token says so.
    fn id_instance(&self) -> Option<u64> {
        None
    }

    /// Where it is told whether the request may have left this machine.
    fn sent(&self) -> Sent {
        Sent::default()
    }

    /// Who must say yes before each try, right before it is sent; an error is the call's.
    fn permit(&self, _deadline: Instant) -> Option<Permitted<'_>> {
        None
    }
}

/// The same, and what comes back.
pub(crate) trait Endpoint: Asks {
    type Output: Send + 'static;

    /// The success, recognised by its key; otherwise what is there instead.
    fn decode(&self, answer: &Answer) -> Result<Self::Output, Mismatch>;

    /// What `error` means after an earlier try of the same call that may have taken effect.
    fn after_unanswered(&self, _error: &Error) -> Option<Self::Output> {
        None
    }

    /// What there is already of what an earlier try of the same call was refused with a 429: looked for, within this time,
    /// before it is sent again. An error of the looking is the call's.
    fn after_refused(&self, _left: Duration) -> Looked<'_, Self::Output> {
        Box::pin(future::ready(Ok(None)))
    }
}

/// A look that is under way.
pub(crate) type Looked<'a, T> = Pin<Box<dyn Future<Output = Result<Option<T>, Error>> + Send + 'a>>;

/// A question that is under way whether a request may be sent.
pub(crate) type Permitted<'a> = Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>>;

/// Whether a request may have left this machine, and nobody knows yet that it was refused; and until when it may.
#[derive(Clone, Default)]
pub(crate) struct Sent(Arc<Leaving>);

#[derive(Default)]
struct Leaving {
    has_left: AtomicBool,
    until: Mutex<Option<Instant>>,
}

impl Sent {
    pub(crate) fn get(&self) -> bool {
        self.0.has_left.load(Ordering::Relaxed)
    }

    pub(crate) fn set(&self) {
        self.0.has_left.store(true, Ordering::Relaxed);
    }

    pub(crate) fn clear(&self) {
        self.0.has_left.store(false, Ordering::Relaxed);
    }

    /// It may leave until then, and not after.
    pub(crate) fn allow_until(&self, until: Instant) {
        *lock(&self.0.until) = Some(until);
    }

    /// It leaves, if it still may.
    pub(crate) fn leave(&self) -> bool {
        let may = lock(&self.0.until).is_none_or(|until| Instant::now() < until);
        if may {
            self.set();
        }
        may
    }
}

/// What is sent along.
#[derive(Clone)]
pub(crate) struct Body {
    pub(crate) data: Bytes,
    pub(crate) content_type: Cow<'static, str>,
    /// The name of a file that is the whole body: its header.
    pub(crate) file_name: Option<HeaderValue>,
}

impl Body {
    pub(crate) fn json(value: &serde_json::Value) -> Self {
        Self { data: value.to_string().into(), content_type: Cow::Borrowed("application/json"), file_name: None }
    }

    /// The same of a value that has a secret in it: it is zeroed, here and where it is sent.
    pub(crate) fn secret_json(mut value: serde_json::Value) -> Self {
        let mut data = ZeroedBytes::with_capacity(SECRET_BODY);
        // Nothing to fail at: a value is JSON, and memory takes it.
        let _ = serde_json::to_writer(&mut data, &value);
        secret::zero(&mut value);
        Self { data: Bytes::from_owner(data), content_type: Cow::Borrowed("application/json"), file_name: None }
    }
}

/// Nearly all bodies with a secret are shorter.
const SECRET_BODY: usize = 1024;

/// Why an answer is not the success, without a token in it.
#[derive(Debug)]
pub(crate) struct Mismatch {
    pub(crate) why: String,
    /// What it means, where a document says so.
    pub(crate) code: Option<ErrorCode>,
}

impl<T: Into<String>> From<T> for Mismatch {
    fn from(why: T) -> Self {
        Self { why: why.into(), code: None }
    }
}

/// An answer, as it came.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

const A_YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

impl Answer {
    /// What a frame of a socket says, to be read like an answer.
    pub(crate) fn of_frame(text: &str) -> Self {
        Self { status: 200, headers: HeaderMap::new(), body: Bytes::from(text.to_owned()) }
    }

    /// `Retry-After`, as seconds or as a date; what is further off than anybody waits is so far off.
    pub(crate) fn retry_after(&self, now: SystemTime) -> Option<Duration> {
        let value = self.headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
        if let Ok(seconds) = value.parse::<f64>() {
            return Duration::try_from_secs_f64(seconds.clamp(0.0, A_YEAR.as_secs_f64())).ok();
        }
        let date = httpdate::parse_http_date(value).ok()?;
        Some(date.duration_since(now).unwrap_or_default().min(A_YEAR))
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether the whole body is `null`.
    pub(crate) fn is_null(&self) -> bool {
        json::unmarked(&self.body).trim_ascii() == b"null"
    }

    /// Whether there is no body.
    pub(crate) fn is_blank(&self) -> bool {
        json::unmarked(&self.body).trim_ascii().is_empty()
    }

    /// The rate limiter's headers, for the trace only: `Remaining: -1` means that nobody counts. What is no number is no
    /// figure of a limiter, and may be anything.
    pub(crate) fn rate_limit(&self) -> String {
        let names = ["remaining", "burst-capacity", "replenish-rate", "requested-tokens"];
        let values = names.iter().filter_map(|name| {
            let value: i64 = self.headers.get(format!("x-ratelimit-{name}"))?.to_str().ok()?.trim().parse().ok()?;
            Some(format!("{name}={value}"))
        });
        values.collect::<Vec<_>>().join(" ")
    }
}

/// Whom a request goes to, and with which credentials.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) base: BaseUrl,
    pub(crate) token: Secret,
    /// The instance, where it is an instance call.
    pub(crate) id_instance: Option<u64>,
    /// The instance's messenger, whose rates differ; WhatsApp where there is none.
    pub(crate) messenger: &'static str,
    /// Whether it is so new that it may answer as if its token were wrong or it were unpaid.
    pub(crate) is_young: bool,
}

/// Options of one call.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct CallOptions {
    /// The time of the whole call, with its retries. Defaults to the client's.
    pub timeout: Option<Duration>,
}

impl CallOptions {
    /// A call that ends after this time.
    #[must_use]
    pub fn timeout(timeout: Duration) -> Self {
        Self { timeout: Some(timeout) }
    }
}
