//! One instance, over the list.

use super::Flow;
use crate::{
    CallOptions, Instance, PartnerClient,
    api::List,
    error::{Error, ErrorCode},
    model::checked_id,
};

pub(crate) const FLOW: Flow =
    Flow { name: "get_instance", node: "getInstance", prose: include_str!("get_instance.md") };

pub(crate) async fn get_instance(
    partner: &PartnerClient,
    id_instance: u64,
    options: CallOptions,
) -> Result<Instance, Error> {
    let operation = || List::SPEC.operation.clone();
    let id = checked_id(id_instance).map_err(|error| error.during(operation()))?;
    let found = partner.get_instances_with(options).await?.find(id);
    found.ok_or_else(|| {
        Error::new(ErrorCode::NotFound, format!("the account lists no instance {id}")).during(operation())
    })
}
