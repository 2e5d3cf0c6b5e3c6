//! Until a phone is linked, by whomever.

use super::{
    Flow,
    options::{Deadline, ReadyOptions},
    readiness::{Observation, Readiness},
};
use crate::{
    InstanceClient,
    error::{Error, ErrorCode},
};

pub(crate) const FLOW: Flow = Flow {
    name: "wait_until_authorized",
    node: "waitUntilAuthorized",
    prose: include_str!("wait_until_authorized.md"),
};

impl InstanceClient {
    #[doc = include_str!("wait_until_authorized.md")]
    pub async fn wait_until_authorized(&self, options: ReadyOptions) -> Result<(), Error> {
        wait_until_authorized(self, options).await
    }
}

pub(crate) async fn wait_until_authorized(instance: &InstanceClient, options: ReadyOptions) -> Result<(), Error> {
    let deadline = Deadline::of(&options)?;
    let mut readiness = Readiness::new(instance, deadline, &options);
    loop {
        match readiness.look().await? {
            Observation::Ready(state) if state == AUTHORIZED => return Ok(()),
            Observation::Ready(state) => not_held(&state)?,
            Observation::Waiting(_) | Observation::Unseen => {}
        }
        deadline.sleep(deadline.interval(), "no phone was linked").await?;
    }
}

/// The states that no waiting ends.
pub(super) fn not_held(state: &str) -> Result<(), Error> {
    if !is_held(state) {
        return Ok(());
    }
    let what = format!("the account is {state}: {}", ErrorCode::Suspended.advice());
    Err(Error::new(ErrorCode::Suspended, what).with_description(Some(state.to_owned())))
}

pub(super) fn is_held(state: &str) -> bool {
    HELD.contains(&state)
}

pub(super) const AUTHORIZED: &str = "authorized";
const HELD: [&str; 3] = ["blocked", "suspended", "yellowCard"];
