//! createInstance, and what is to be known around it: what a client remembers, and what is looked for before it is sent again.

use std::{fmt, sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::time::Instant;

use super::{
    SHORTEST_CALL,
    ensure_instance::{Ensured, oldest},
    store_turn::{NameTurn, Turned},
};
use crate::{
    CreateInstance, CreatedInstance, Instance, PartnerClient,
    api::Create,
    client::NameStore,
    config::{LONGEST_CALL, SETTLE},
    endpoint::{Answer, Asks, Body, CallOptions, Endpoint, Looked, Mismatch, Permitted, Sent, Spec},
    error::Error,
    log::TARGET,
    store::Claim,
};

impl PartnerClient {
    #[doc = include_str!("../api/create_instance.md")]
    pub async fn create_instance(&self, settings: CreateInstance) -> Result<CreatedInstance, Error> {
        self.create_instance_with(settings, CallOptions::default()).await
    }

    /// [`create_instance`](Self::create_instance), with options of the call.
    pub async fn create_instance_with(
        &self,
        settings: CreateInstance,
        options: CallOptions,
    ) -> Result<CreatedInstance, Error> {
        create_instance(self, settings, options).await
    }
}

pub(crate) async fn create_instance(
    partner: &PartnerClient,
    settings: CreateInstance,
    options: CallOptions,
) -> Result<CreatedInstance, Error> {
    let name = settings.sent_name().map(ToOwned::to_owned);
    settings.doubts().into_iter().for_each(warn_of);
    let created = match (&partner.0.store, &name) {
        (Some(store), Some(name)) if !name.is_empty() => {
            create_in_store(partner, store, name, settings, options).await?
        }
        _ => send(partner, settings, None, options).await?,
    };
    remember(partner, &created, name.as_deref());
    Ok(created)
}

async fn send(
    partner: &PartnerClient,
    settings: CreateInstance,
    claim: Option<Arc<Claim>>,
    options: CallOptions,
) -> Result<CreatedInstance, Error> {
    let sent = claim.as_ref().map(|claim| claim.sent()).unwrap_or_default();
    let create = Create { settings, sent, claim };
    let echoed = create.echoed();
    partner.call(create, options, &echoed).await
}

/// With a store: whoever has the name is waited for; that it has an instance already is no reason not to create another.
async fn create_in_store(
    partner: &PartnerClient,
    store: &NameStore,
    name: &str,
    settings: CreateInstance,
    options: CallOptions,
) -> Result<CreatedInstance, Error> {
    settings.encode()?;
    settings.check_name()?;
    let time = options.timeout.unwrap_or_else(|| partner.timeout()).min(LONGEST_CALL);
    if time.is_zero() {
        return Err(Error::invalid_request("the timeout must be longer than nothing").during("createInstance"));
    }
    let deadline = Instant::now() + time;
    let asking = NameTurn { partner, store, name, deadline, settle: SETTLE, retry_unknown: false, second: true };
    asking.prove().await?;
    loop {
        let Turned::Mine(claim) = asking.take().await? else { continue };
        let options = CallOptions::timeout(deadline.saturating_duration_since(Instant::now()).max(SHORTEST_CALL));
        match send(partner, settings.clone(), Some(Arc::clone(&claim)), options).await {
            Ok(created) => {
                claim.done(&store.of_created(&created)).await;
                return Ok(created);
            }
            Err(error) => {
                store.tell_failed(&claim, &error).await;
                if !claim.is_lost() {
                    return Err(error);
                }
            }
        }
    }
}

/// Says what is odd about settings that are sent all the same.
pub(crate) fn warn_of(doubt: impl fmt::Display) {
    tracing::warn!(target: TARGET, operation = "createInstance", "{doubt}");
}

/// Creates an instance of this name, which no list has had. After a 429 the list is asked before the creation is sent
/// again: a gateway may answer so after upstream has acted.
pub(crate) async fn create_named(
    partner: &PartnerClient,
    create: Create,
    name: &str,
    options: CallOptions,
) -> Result<Ensured, Error> {
    let echoed = create.echoed();
    let named = CreateNamed { create, partner: partner.clone(), name: name.to_owned() };
    let ensured = partner.call(named, options, &echoed).await?;
    if let Ensured::New(created) = &ensured {
        remember(partner, created, Some(name));
    }
    Ok(ensured)
}

fn remember(partner: &PartnerClient, created: &CreatedInstance, name: Option<&str>) {
    partner.0.memory.created(Instance::of_created(created, name), name, created.received_at);
}

/// Looks into the list for a live instance of this name that no answer has told of.
pub(super) async fn look_for(
    partner: &PartnerClient,
    name: &str,
    options: CallOptions,
) -> Result<Option<Instance>, Error> {
    let listed = partner.get_instances_with(options).await?;
    let found = oldest(partner.0.memory.live(&listed, name));
    match &found {
        Some(found) => partner.0.memory.created(found.clone(), Some(name), Timestamp::now()),
        None => listed.must_be_whole(NOTHING_CREATED)?,
    }
    Ok(found)
}

/// createInstance, by someone who can look for what came of it.
struct CreateNamed {
    create: Create,
    partner: PartnerClient,
    name: String,
}

impl Asks for CreateNamed {
    fn spec(&self) -> &Spec {
        self.create.spec()
    }

    fn body(&self) -> Result<Option<Body>, Error> {
        self.create.body()
    }

    fn sent(&self) -> Sent {
        self.create.sent()
    }

    fn permit(&self, deadline: Instant) -> Option<Permitted<'_>> {
        self.create.permit(deadline)
    }
}

impl Endpoint for CreateNamed {
    type Output = Ensured;

    fn decode(&self, answer: &Answer) -> Result<Ensured, Mismatch> {
        self.create.decode(answer).map(Ensured::New)
    }

    fn after_refused(&self, left: Duration) -> Looked<'_, Ensured> {
        Box::pin(async move {
            let looked = look_for(&self.partner, &self.name, CallOptions::timeout(left.max(SHORTEST_CALL))).await;
            let Some(found) = looked.map_err(|error| not_seen(&error))? else { return Ok(None) };
            tracing::warn!(
                target: TARGET,
                operation = "createInstance",
                id_instance = found.id_instance(),
                "it was created although the answer was a 429, which says that nothing was done: a gateway on the way does \
                 not tell the truth"
            );
            Ok(Some(Ensured::Settled(found)))
        })
    }
}

/// What follows from a list that could not be read whole.
pub(crate) const NOTHING_CREATED: &str = "nothing is created";

/// Why nothing was sent again: nobody could see whether there was need to.
fn not_seen(error: &Error) -> Error {
    let message = format!(
        "refused with a 429, and not sent again without a look at the list, which could not be had: {}",
        error.message()
    );
    let (code, wait) = (error.code(), error.retry_after());
    let told = Error::new(code, message).with_description(error.description().map(ToOwned::to_owned));
    error.status().into_iter().fold(told, Error::with_status).with_retry_after(wait)
}
