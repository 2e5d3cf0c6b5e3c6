//! Until a new instance works.

use super::{
    Flow,
    options::{Deadline, ReadyOptions},
    readiness::{Observation, Readiness},
};
use crate::{InstanceClient, error::Error};

pub(crate) const FLOW: Flow =
    Flow { name: "wait_until_ready", node: "waitUntilReady", prose: include_str!("wait_until_ready.md") };

impl InstanceClient {
    #[doc = include_str!("wait_until_ready.md")]
    pub async fn wait_until_ready(&self, options: ReadyOptions) -> Result<String, Error> {
        wait_until_ready(self, options).await
    }
}

pub(crate) async fn wait_until_ready(instance: &InstanceClient, options: ReadyOptions) -> Result<String, Error> {
    let deadline = Deadline::of(&options)?;
    let mut readiness = Readiness::new(instance, deadline, &options);
    loop {
        if let Observation::Ready(state) = readiness.look().await? {
            return Ok(state);
        }
        readiness.pause().await?;
    }
}
