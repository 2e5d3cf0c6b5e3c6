//! One instance, over the list.

use crate::{
    Instance, PartnerClient,
    api::GetInstances,
    endpoint::CallOptions,
    error::{Error, ErrorCode},
    model::checked_id,
};

impl PartnerClient {
    #[doc = include_str!("../flow/get_instance.md")]
    pub async fn get_instance(&self, id_instance: u64) -> Result<Instance, Error> {
        self.get_instance_with(id_instance, CallOptions::default()).await
    }

    /// [`get_instance`](Self::get_instance), with options of the call.
    pub async fn get_instance_with(&self, id_instance: u64, options: CallOptions) -> Result<Instance, Error> {
        get_instance(self, id_instance, options).await
    }
}

pub(crate) async fn get_instance(
    partner: &PartnerClient,
    id_instance: u64,
    options: CallOptions,
) -> Result<Instance, Error> {
    let operation = || GetInstances::SPEC.operation.clone();
    let id = checked_id(id_instance).map_err(|error| error.during(operation()))?;
    let listed = partner.get_instances_with(options).await.map_err(of_no_instance)?;
    if let Some(found) = partner.0.memory.find(&listed, id) {
        return Ok(found);
    }
    listed.must_be_whole(&format!("instance {id} is not in the list, which says nothing"))?;
    Err(Error::new(ErrorCode::NotFound, format!("the account lists no instance {id}")).during(operation()))
}

/// A list that is refused with code 404 says nothing of one instance.
fn of_no_instance(error: Error) -> Error {
    if error.code() != ErrorCode::NotFound {
        return error;
    }
    let status = error.status().unwrap_or_default();
    Error::new(
        ErrorCode::Refused,
        format!("upstream gives no list, which says nothing of this instance (HTTP {status})"),
    )
    .during(GetInstances::SPEC.operation.clone())
    .with_status(status)
    .with_description(error.description().map(ToOwned::to_owned))
}
