//! Notifications one after the other, each acknowledged when it was dealt with.

use std::{fmt, time::Duration};

use tokio::time::{self, Instant};

use super::Flow;
use crate::{
    InstanceClient, Notification,
    config::{BACKOFF_CAP, BACKOFF_FIRST},
    endpoint::CallOptions,
    error::{Error, ErrorCode},
    log::TARGET,
};

pub(crate) const FLOW: Flow =
    Flow { name: "notifications", node: "notifications", prose: include_str!("notifications.md") };

impl InstanceClient {
    #[doc = include_str!("notifications.md")]
    pub fn notifications(&self) -> Notifications {
        Notifications::of(self.clone())
    }
}

/// An endless iteration over the notifications of an instance.
#[must_use = "nothing is received until a notification is asked for"]
pub struct Notifications {
    instance: InstanceClient,
    receive_timeout: Option<u64>,
    idle: Option<Duration>,
    /// The receipt of the last one given, until it is acknowledged.
    pending: Option<u64>,
    /// The receipt of what could not be read when it came last.
    unreadable: Option<u64>,
    failures: u32,
}

impl Notifications {
    pub(crate) fn of(instance: InstanceClient) -> Self {
        Self { instance, receive_timeout: None, idle: None, pending: None, unreadable: None, failures: 0 }
    }

    /// Seconds that upstream waits in each long poll, 5 to 60. Defaults to 5.
    pub fn receive_timeout(mut self, seconds: u64) -> Self {
        self.receive_timeout = Some(seconds);
        self
    }

    /// How long [`try_next`](Self::try_next) waits for one. Defaults to none: without end.
    pub fn idle(mut self, idle: Duration) -> Self {
        self.idle = Some(idle);
        self
    }

    /// As [`next`](Self::next); nothing when nothing came for as long as [`idle`](Self::idle) says. The last one is then
    /// acknowledged.
    pub async fn try_next(&mut self) -> Result<Option<Notification>, Error> {
        let Some(idle) = self.idle else { return self.next().await.map(Some) };
        let refused = |error: Error| error.during("receiveNotification");
        if idle.is_zero() {
            return Err(refused(Error::invalid_request("idle must be longer than nothing")));
        }
        match time::timeout(idle, self.next()).await {
            Ok(next) => next.map(Some),
            // Nobody knows whether something came.
            Err(_) if self.failures > 0 => {
                Err(refused(Error::new(ErrorCode::Unavailable, "upstream could not be asked while it was waited for")))
            }
            Err(_) => self.ack().await.map(|()| None),
        }
    }

    /// Acknowledges the last one, and waits for the next, without end. Dropped before it is done, it loses none; after an
    /// error it may be asked again.
    pub async fn next(&mut self) -> Result<Notification, Error> {
        loop {
            let begun = Instant::now();
            match self.receive().await {
                Ok(Some(notification)) => {
                    self.failures = 0;
                    return Ok(notification);
                }
                // An answer at once is no long poll: some gateways say 504 so.
                Ok(None) => {
                    self.failures = 0;
                    time::sleep_until(begun + SHORTEST_POLL).await;
                }
                Err(error) if passes(&error) => self.rest(&error).await,
                Err(error) => return Err(error),
            }
        }
    }

    /// Acknowledges the last notification now: it does not come again. Without effect where that is done.
    pub async fn ack(&mut self) -> Result<(), Error> {
        let Some(receipt_id) = self.pending else { return Ok(()) };
        match self.instance.delete_notification(receipt_id).await {
            Ok(()) => {}
            // It was deleted before: by hand, or by another process.
            Err(error) if error.code() == ErrorCode::Refused => {}
            Err(error) => return Err(error),
        }
        self.pending = None;
        Ok(())
    }

    async fn receive(&mut self) -> Result<Option<Notification>, Error> {
        self.ack().await?;
        let received = self.patient().receive_whatever_comes(self.receive_timeout).await?;
        if let Some(Notification::Unreadable(item)) = &received
            && self.unreadable != item.receipt_id()
        {
            // What was damaged on its way comes whole the next time: upstream still has it.
            self.unreadable = item.receipt_id();
            tracing::warn!(
                target: TARGET,
                operation = "receiveNotification",
                id_instance = self.instance.id_instance(),
                "a notification cannot be read: it is asked for once more"
            );
            return Ok(None);
        }
        self.unreadable = None;
        self.pending = received.as_ref().and_then(Notification::receipt_id);
        Ok(received)
    }

    /// A client whose polls take the time that they need.
    fn patient(&self) -> InstanceClient {
        self.instance.with_options(CallOptions::default())
    }

    /// An outage is waited through: a service that listens is not to end with it.
    async fn rest(&mut self, error: &Error) {
        let wait = BACKOFF_FIRST.saturating_mul(2_u32.saturating_pow(self.failures)).min(BACKOFF_CAP);
        self.failures = self.failures.saturating_add(1);
        tracing::warn!(
            target: TARGET,
            operation = error.operation(),
            id_instance = self.instance.id_instance(),
            code = error.code().as_str(),
            "notifications cannot be received just now: trying again"
        );
        time::sleep(error.retry_after().map_or(wait, |asked| asked.max(wait))).await;
    }
}

/// What the next try may find otherwise.
fn passes(error: &Error) -> bool {
    matches!(error.code(), ErrorCode::Unavailable | ErrorCode::Timeout | ErrorCode::RateLimited | ErrorCode::NotReady)
}

impl fmt::Debug for Notifications {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Notifications").field("instance", &self.instance).finish_non_exhaustive()
    }
}

/// Polls begin no sooner after one another than this.
const SHORTEST_POLL: Duration = BACKOFF_FIRST;
