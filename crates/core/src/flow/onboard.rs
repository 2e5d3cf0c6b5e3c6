//! From a name to a linked instance.

use std::sync::{Arc, OnceLock};

use async_stream::try_stream;
use serde_json::{Map, Value, json};

use super::{
    Flow, SHORTEST_CALL,
    authorize::Linking,
    ensure_instance::{Ensured, ensured},
    events::Events,
    options::{AuthorizeOptions, Patience},
};
use crate::{CallOptions, CreateInstance, Created, EnsureOptions, Event, InstanceClient, PartnerClient, error::Error};

pub(crate) const FLOW: Flow = Flow { name: "onboard", node: "onboard", prose: include_str!("onboard.md") };

pub(crate) fn onboard(partner: &PartnerClient, settings: CreateInstance, options: AuthorizeOptions) -> Events {
    let (partner, handle) = (partner.clone(), Arc::new(OnceLock::new()));
    let told = Arc::clone(&handle);
    Events::of(
        handle,
        try_stream! {
            let patience = options.begin()?;
            let (instance, created) = begin(&partner, settings, &patience).await?;
            let _ = told.set(instance.clone());
            yield Event::Created(created);
            let mut linking = Linking::new(&instance, &options, patience);
            loop {
                yield linking.next().await?;
            }
        },
    )
}

/// The live instance of the name, or a new one: never a second.
async fn begin(
    partner: &PartnerClient,
    settings: CreateInstance,
    patience: &Patience,
) -> Result<(InstanceClient, Created), Error> {
    let name = settings.given_name().map(ToOwned::to_owned);
    let call = CallOptions::timeout(patience.left().min(partner.timeout()).max(SHORTEST_CALL));
    let ensured = ensured(partner, settings, EnsureOptions { call, ..EnsureOptions::default() }).await?;
    let (instance, is_new) = match &ensured {
        Ensured::New(created) => (InstanceClient::of_created(partner, created)?, true),
        Ensured::Settled(listed) => (InstanceClient::of_listed(partner, listed)?, true),
        Ensured::Found(listed) => (InstanceClient::of_listed(partner, listed)?, false),
    };
    let fields = json!({
        "idInstance": instance.id_instance(),
        "name": name,
        "typeInstance": instance.type_instance(),
        "isNew": is_new,
    });
    let fields = if let Value::Object(fields) = fields { fields } else { Map::new() };
    Ok((instance, Created::read(fields)))
}
