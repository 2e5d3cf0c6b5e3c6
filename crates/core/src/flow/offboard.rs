//! From an instance to none: the phone is unlinked, then it is deleted.

use tokio::time::Instant;

use super::{Flow, SHORTEST_CALL};
use crate::{
    Instance, InstanceClient, PartnerClient,
    api::nothing_left,
    config::LONGEST_CALL,
    endpoint::CallOptions,
    error::{Error, ErrorCode},
    log::TARGET,
};

pub(crate) const FLOW: Flow = Flow { name: "offboard", node: "offboard", prose: include_str!("offboard.md") };

impl PartnerClient {
    #[doc = include_str!("offboard.md")]
    pub async fn offboard(&self, id_instance: u64) -> Result<(), Error> {
        self.offboard_with(id_instance, CallOptions::default()).await
    }

    /// [`offboard`](Self::offboard), with options of the whole flow.
    pub async fn offboard_with(&self, id_instance: u64, options: CallOptions) -> Result<(), Error> {
        offboard(self, id_instance, options).await
    }
}

pub(crate) async fn offboard(partner: &PartnerClient, id_instance: u64, options: CallOptions) -> Result<(), Error> {
    let time = options.timeout.unwrap_or_else(|| partner.timeout()).min(LONGEST_CALL);
    let deadline = Instant::now() + time;
    let listed = partner.get_instance_with(id_instance, CallOptions::timeout(time)).await?;
    offboard_listed(partner, &listed, deadline).await
}

/// The same for one that a list has shown a moment ago.
pub(crate) async fn offboard_listed(
    partner: &PartnerClient,
    listed: &Instance,
    deadline: Instant,
) -> Result<(), Error> {
    let left = || CallOptions::timeout(deadline.saturating_duration_since(Instant::now()).max(SHORTEST_CALL));
    if listed.deleted() {
        return Ok(());
    }
    if listed.api_token_instance().is_some() {
        let instance = InstanceClient::of_listed(partner, listed)?;
        unlink(&instance.with_options(left())).await?;
    }
    match partner.delete_instance_account_with(listed.id_instance(), left()).await {
        // Somebody else was quicker: the list had it a moment ago.
        Err(error) if nothing_left(&error) => Ok(()),
        deleted => deleted,
    }
}

/// Logs out where there is anything to log out. Where upstream cannot be asked, nothing is deleted yet: the phone would
/// keep an open session for good. Every other answer means that there is no session that we could end; that of a host which
/// has no logout too, for the next try would get the same.
async fn unlink(instance: &InstanceClient) -> Result<(), Error> {
    match instance.logout().await {
        Ok(()) => Ok(()),
        Err(error) => match error.code() {
            ErrorCode::Unavailable | ErrorCode::Timeout | ErrorCode::RateLimited | ErrorCode::InvalidRequest => {
                Err(error)
            }
            ErrorCode::Configuration if !error.is_about_the_url() => Err(error),
            ErrorCode::NotAuthorized | ErrorCode::NotFound => Ok(()),
            code => {
                tracing::warn!(
                    target: TARGET,
                    operation = "logout",
                    id_instance = instance.id_instance(),
                    code = code.as_str(),
                    "could not log out before deleting: if a phone was linked, its session stays open in the phone"
                );
                Ok(())
            }
        },
    }
}
