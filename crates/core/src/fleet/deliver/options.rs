//! Options of a delivery.

use std::{fmt, path::PathBuf, time::Duration};

use crate::{
    config::{DELIVER_FIRST_WAIT, DELIVER_NAME, DELIVER_TIMEOUT, WATCH_INTERVAL},
    secret::Secret,
};

/// Options of [`PartnerClient::deliver`](crate::PartnerClient::deliver): where to, signed with what, and where it is kept.
///
/// ```
/// use greenapi_partner::DeliverOptions;
///
/// let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// let options = DeliverOptions::new("https://example.com/events", secret).spool("events.spool").states(true);
/// ```
#[derive(Clone)]
#[must_use]
pub struct DeliverOptions {
    pub(super) url: Secret,
    pub(super) secret: Secret,
    pub(super) spool: Option<PathBuf>,
    pub(super) name: String,
    pub(super) interval: Duration,
    pub(super) states: bool,
    pub(super) settle: bool,
    pub(super) concurrency: Option<usize>,
    pub(super) timeout: Duration,
    pub(super) plain_http: bool,
    pub(super) first_wait: Duration,
}

impl DeliverOptions {
    /// To this address, signed with this secret: `whsec_` and the base64 of 24 to 64 bytes; several, with spaces between them,
    /// while one is replaced by another.
    pub fn new(url: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            url: Secret::new(url),
            secret: Secret::new(secret),
            spool: None,
            name: DELIVER_NAME.to_owned(),
            interval: WATCH_INTERVAL,
            states: false,
            settle: false,
            concurrency: None,
            timeout: DELIVER_TIMEOUT,
            plain_http: false,
            first_wait: DELIVER_FIRST_WAIT,
        }
    }

    /// The file that keeps what is known and what waits, made where there is none, on a local file system. Defaults to the
    /// client's store.
    pub fn spool(mut self, spool: impl Into<PathBuf>) -> Self {
        self.spool = Some(spool.into());
        self
    }

    /// Which delivery it is, of several in the client's store. Defaults to `events`.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// From the beginning of one look to that of the next. Defaults to 60 seconds.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// Whether to ask every live instance for its state. Defaults to false.
    pub fn states(mut self, states: bool) -> Self {
        self.states = states;
        self
    }

    /// Whether a new state is told only once the next look shows it too. Defaults to false.
    pub fn settle(mut self, settle: bool) -> Self {
        self.settle = settle;
        self
    }

    /// How many instances may be asked for their state at once. Defaults to 64.
    pub fn concurrency(mut self, concurrency: usize) -> Self {
        self.concurrency = Some(concurrency);
        self
    }

    /// How long the receiver may take for one event. Defaults to 15 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Whether a receiver beyond this machine may be posted to without TLS. Defaults to false.
    pub fn plain_http(mut self, plain_http: bool) -> Self {
        self.plain_http = plain_http;
        self
    }

    /// The first wait between two posts of an event: for tests.
    #[doc(hidden)]
    pub fn first_wait(mut self, first_wait: Duration) -> Self {
        self.first_wait = first_wait;
        self
    }
}

/// Without the address and the secret.
impl fmt::Debug for DeliverOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DeliverOptions")
            .field("url", &self.url)
            .field("secret", &self.secret)
            .field("spool", &self.spool)
            .field("name", &self.name)
            .field("interval", &self.interval)
            .field("states", &self.states)
            .field("settle", &self.settle)
            .field("concurrency", &self.concurrency)
            .field("timeout", &self.timeout)
            .field("plain_http", &self.plain_http)
            .finish_non_exhaustive()
    }
}
