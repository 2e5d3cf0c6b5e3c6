//! An instance's state, through all that a new one says before it works.

use tokio::time::Instant;

use super::options::{Deadline, ReadyOptions};
use crate::{
    InstanceClient,
    config::REST_AFTER_REBOOT,
    endpoint::CallOptions,
    error::{Error, ErrorCode},
    log::TARGET,
};

/// What a look at the state came to.
pub(super) enum Observation {
    /// The instance works, linked or not.
    Ready(String),
    /// It is being created (no state), or `starting`.
    Waiting(Option<String>),
    /// Nobody knows: upstream could not be asked.
    Unseen,
}

/// Looks at the state again and again.
pub(super) struct Readiness {
    instance: InstanceClient,
    deadline: Deadline,
    reboot_after: Option<std::time::Duration>,
    starting_since: Option<Instant>,
    rebooted: bool,
}

impl Readiness {
    pub(super) fn new(instance: &InstanceClient, deadline: Deadline, options: &ReadyOptions) -> Self {
        Self {
            instance: instance.clone(),
            deadline,
            reboot_after: options.reboot_after,
            starting_since: None,
            rebooted: false,
        }
    }

    /// One look. What passes by itself is no error: a new instance that says its token is wrong or that it is unpaid, an
    /// upstream that does not answer just now. A token that was changed meanwhile is read again from the partner's list.
    pub(super) async fn look(&mut self) -> Result<Observation, Error> {
        match self.instance.learn_age(self.options()).await {
            Ok(()) => {}
            Err(error) if error.is_retryable() && !self.deadline.left().is_zero() => return Ok(Observation::Unseen),
            Err(error) => return Err(error),
        }
        match self.instance.with_options(self.options()).get_state_instance().await {
            Ok(state) if state == STARTING => {
                self.reboot_if_stuck().await?;
                Ok(Observation::Waiting(Some(state)))
            }
            Ok(state) => {
                self.starting_since = None;
                Ok(Observation::Ready(state))
            }
            Err(error) => self.pass_over(error).await,
        }
    }

    /// Waits until it is time for the next look.
    pub(super) async fn pause(&self) -> Result<(), Error> {
        self.deadline.sleep(self.deadline.interval(), "the instance was not ready").await
    }

    async fn pass_over(&mut self, error: Error) -> Result<Observation, Error> {
        match error.code() {
            ErrorCode::NotReady => Ok(Observation::Waiting(None)),
            ErrorCode::RateLimited | ErrorCode::Unavailable | ErrorCode::Timeout if !self.deadline.left().is_zero() => {
                Ok(Observation::Unseen)
            }
            ErrorCode::Unauthorized if self.instance.reread_token(self.options()).await? => Ok(Observation::Unseen),
            _ => Err(error),
        }
    }

    /// One that is `starting` for too long is rebooted once, and then left alone for a while.
    async fn reboot_if_stuck(&mut self) -> Result<(), Error> {
        let since = *self.starting_since.get_or_insert_with(Instant::now);
        let Some(limit) = self.reboot_after.filter(|limit| !self.rebooted && since.elapsed() >= *limit) else {
            return Ok(());
        };
        self.rebooted = true;
        tracing::warn!(
            target: TARGET,
            operation = "reboot",
            id_instance = self.instance.id_instance(),
            "the instance hangs in starting: it is rebooted"
        );
        match self.instance.with_options(self.options()).reboot().await {
            Ok(()) => self.deadline.sleep(limit.mul_f64(REST_AFTER_REBOOT), "the instance was not ready").await,
            // Whether it was rebooted or not, the next looks tell.
            Err(error) if error.is_retryable() || error.code() == ErrorCode::OutcomeUnknown => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn options(&self) -> CallOptions {
        CallOptions::timeout(self.deadline.left().max(super::SHORTEST_CALL))
    }
}

const STARTING: &str = "starting";
