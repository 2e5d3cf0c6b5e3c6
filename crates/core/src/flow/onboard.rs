//! From a name to a linked instance.

use std::{
    future::{Future, pending},
    pin::Pin,
    sync::{Arc, OnceLock},
};

use async_stream::try_stream;
use serde_json::{Map, Value, json};
use tokio::{pin, select};

use super::{
    Flow, SHORTEST_CALL,
    authorize::Linking,
    ensure_instance::{Ensured, ensured},
    events::Events,
    options::{AuthorizeOptions, Deadline},
    settings::{expected, verify},
};
use crate::{
    CreateInstance, Created, EnsureOptions, Event, InstanceClient, PartnerClient, Settings, SettingsNotKept,
    endpoint::CallOptions, error::Error, log::TARGET,
};

pub(crate) const FLOW: Flow = Flow { name: "onboard", node: "onboard", prose: include_str!("onboard.md") };

impl PartnerClient {
    #[doc = include_str!("onboard.md")]
    pub fn onboard(&self, settings: CreateInstance, options: AuthorizeOptions) -> Events {
        onboard(self, settings, options)
    }
}

/// Refuses at once what the first step would refuse, before anything is asked or paid.
pub(crate) fn checked(settings: &CreateInstance, options: &AuthorizeOptions) -> Result<(), Error> {
    options.begin().map_err(|error| error.during(FLOW.node))?;
    settings.encode().map(drop)
}

pub(crate) fn onboard(partner: &PartnerClient, settings: CreateInstance, options: AuthorizeOptions) -> Events {
    let (partner, handle) = (partner.clone(), Arc::new(OnceLock::new()));
    let told = Arc::clone(&handle);
    Events::of(
        handle,
        try_stream! {
            let deadline = options.begin()?;
            let given = settings.encode()?;
            let (instance, created) = begin(&partner, settings, &deadline).await?;
            let _ = told.set(instance.clone());
            let mut keeping = Keeping::begin(&instance, &given, created.is_new() == Some(true), &options);
            yield Event::Created(created);
            let mut linking = Linking::new(&instance, &options, deadline);
            loop {
                let event = {
                    // Not dropped for the settings' sake: it may have sent what is not sent twice.
                    let next = linking.next();
                    pin!(next);
                    loop {
                        select! {
                            biased;
                            event = &mut next => break event,
                            lost = keeping.lost() => yield lost,
                        }
                    }
                };
                if matches!(event, Ok(Event::Authorized(_))) {
                    keeping.end(&instance);
                }
                yield event?;
            }
        },
    )
}

/// The look at whether a new instance keeps its settings, beside the linking.
struct Keeping {
    names: Vec<&'static str>,
    /// None where it is over, or where there is nothing to look for.
    look: Option<Verification>,
}

/// A look that is under way: it ends with the names of what is not kept.
type Verification = Pin<Box<dyn Future<Output = Result<Vec<&'static str>, Error>> + Send>>;

impl Keeping {
    fn begin(instance: &InstanceClient, given: &Map<String, Value>, is_new: bool, options: &AuthorizeOptions) -> Self {
        let given = Settings::given(given);
        let names = expected(&given);
        if !is_new || !options.verify_settings || names.is_empty() {
            return Self { names, look: None };
        }
        let (instance, timeout) = (instance.clone(), options.verify_timeout);
        // Only what setSettings takes: the name is none.
        let given = given.settable().into();
        let look = async move { verify(&instance, &given, timeout, CallOptions::default(), false).await };
        Self { names, look: Some(Box::pin(look)) }
    }

    /// What was not kept, once that is known; else it waits without end.
    async fn lost(&mut self) -> Event {
        loop {
            let Some(look) = &mut self.look else { return pending().await };
            let looked = look.await;
            self.look = None;
            match looked {
                Ok(lost) if lost.is_empty() => {}
                Ok(lost) => {
                    let fields = Map::from_iter([("names".to_owned(), json!(lost))]);
                    return Event::SettingsNotKept(SettingsNotKept::read(fields));
                }
                // The linking has its own eyes: what ends it is told there.
                Err(error) => tracing::debug!(
                    target: TARGET,
                    operation = "getSettings",
                    code = error.code().as_str(),
                    "nobody knows whether the settings are kept"
                ),
            }
        }
    }

    /// The linking is not held up: what is not known by now stays so.
    fn end(&mut self, instance: &InstanceClient) {
        if self.look.take().is_some() {
            tracing::info!(
                target: TARGET,
                operation = "getSettings",
                id_instance = instance.id_instance(),
                settings = self.names.join(", "),
                "a phone was linked before all settings were seen in force: look at get_settings later"
            );
        }
    }
}

/// The live instance of the name, or a new one: never a second.
async fn begin(
    partner: &PartnerClient,
    settings: CreateInstance,
    deadline: &Deadline,
) -> Result<(InstanceClient, Created), Error> {
    let name = settings.given_name().map(ToOwned::to_owned);
    let call = CallOptions::timeout(deadline.left().min(partner.timeout()).max(SHORTEST_CALL));
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
