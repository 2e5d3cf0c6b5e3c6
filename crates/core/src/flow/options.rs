//! Options of the flows of one instance.

use std::time::Duration;

use tokio::time::Instant;

use crate::{
    api::instance::check_phone,
    config::{FLOW_TIMEOUT, LONGEST_CALL, POLL_INTERVAL, REBOOT_AFTER, VERIFY_TIMEOUT},
    endpoint::CallOptions,
    error::{Error, ErrorCode},
};

/// Options of [`wait_until_ready`](crate::InstanceClient::wait_until_ready) and
/// [`wait_until_authorized`](crate::InstanceClient::wait_until_authorized).
#[derive(Clone, Copy, Debug)]
pub struct ReadyOptions {
    /// How long to wait in all. Defaults to 900 seconds.
    pub timeout: Duration,
    /// How long between two looks at the state. Defaults to 5 seconds, as upstream's pages say.
    pub interval: Option<Duration>,
    /// After how long in `starting` the instance is rebooted, once; it then has 0.4 times as long to rest. Defaults to
    /// 300 seconds; `None`: never.
    pub reboot_after: Option<Duration>,
}

impl Default for ReadyOptions {
    fn default() -> Self {
        Self { timeout: FLOW_TIMEOUT, interval: None, reboot_after: Some(REBOOT_AFTER) }
    }
}

/// Options of [`ensure_instance_with`](crate::PartnerClient::ensure_instance_with).
#[derive(Clone, Copy, Debug, Default)]
pub struct EnsureOptions {
    /// Options of the whole call.
    pub call: CallOptions,
    /// How long to look for an instance whose creation got no answer. Defaults to 60 seconds.
    pub settle: Option<Duration>,
    /// Whether to ask for the settings of an instance that was there before, and to warn where they are not those that were
    /// asked for. Defaults to false.
    pub compare_settings: bool,
    /// With a store: whether to create an instance although an earlier creation of the name was sent, nobody knows what came
    /// of it, and the list does not show it. Defaults to false.
    pub retry_unknown: bool,
}

/// Options of [`authorize`](crate::InstanceClient::authorize) and [`onboard`](crate::PartnerClient::onboard).
#[derive(Clone, Debug)]
pub struct AuthorizeOptions {
    /// How long to wait, and for how often to look.
    pub ready: ReadyOptions,
    /// The phone to link by its number. `None`: by QR code.
    pub phone_number: Option<String>,
    /// Whether `onboard` looks, beside the linking, whether the settings that it has created the instance with come into
    /// force; `authorize` has none to look for. Defaults to true.
    pub verify_settings: bool,
    /// How long it looks for them, before and again after it has set them once more. Defaults to 300 seconds.
    pub verify_timeout: Duration,
}

impl Default for AuthorizeOptions {
    fn default() -> Self {
        Self {
            ready: ReadyOptions::default(),
            phone_number: None,
            verify_settings: true,
            verify_timeout: VERIFY_TIMEOUT,
        }
    }
}

impl AuthorizeOptions {
    /// Refuses what makes no sense, before anything is sent or paid; the time begins.
    pub(super) fn begin(&self) -> Result<Deadline, Error> {
        self.phone_number.as_deref().map_or(Ok(()), check_phone)?;
        if self.verify_timeout.is_zero() {
            return Err(Error::invalid_request("verify_timeout must be longer than nothing"));
        }
        Deadline::of(&self.ready)
    }
}

/// The time of a flow.
#[derive(Clone, Copy)]
pub(super) struct Deadline {
    pub(super) at: Instant,
    timeout: Duration,
    interval: Option<Duration>,
}

impl Deadline {
    pub(super) fn of(options: &ReadyOptions) -> Result<Self, Error> {
        let timeout = options.timeout.min(LONGEST_CALL);
        if timeout.is_zero() {
            return Err(Error::invalid_request("the timeout must be longer than nothing"));
        }
        Ok(Self { at: Instant::now() + timeout, timeout, interval: options.interval })
    }

    pub(super) fn left(&self) -> Duration {
        self.at.saturating_duration_since(Instant::now())
    }

    /// Between two looks at the state.
    pub(super) fn interval(&self) -> Duration {
        self.interval_or(POLL_INTERVAL)
    }

    pub(super) fn interval_or(&self, default: Duration) -> Duration {
        self.interval.unwrap_or(default).max(SHORTEST_INTERVAL)
    }

    /// Waits so long, or until the time is up: then that is the error.
    pub(super) async fn sleep(&self, time: Duration, waited_for: &str) -> Result<(), Error> {
        if time >= self.left() {
            tokio::time::sleep_until(self.at).await;
            return Err(self.over(waited_for));
        }
        tokio::time::sleep(time).await;
        Ok(())
    }

    pub(super) fn over(&self, waited_for: &str) -> Error {
        Error::new(ErrorCode::Timeout, format!("{waited_for} within {} s", self.timeout.as_secs_f64()))
    }
}

/// No flow turns into a busy loop.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(10);
