//! The live instance of a name, created at most once.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::OwnedMutexGuard,
    time::{self, Instant},
};

use super::{
    Flow,
    compare_settings::compare_settings,
    create_instance::{NOTHING_CREATED, create_named, look_for, warn_of},
    left_alone::to_its_end,
    store_turn::{NameTurn, Turned},
};
use crate::{
    CreateInstance, CreatedInstance, EnsureOptions, EnsuredInstance, Instance, PartnerClient,
    api::Create,
    client::NameStore,
    config::{LONGEST_CALL, SETTLE, SETTLE_FIRST_WAIT},
    endpoint::CallOptions,
    error::{Error, ErrorCode},
    log::TARGET,
    store::Claim,
};

pub(crate) const FLOW: Flow =
    Flow { name: "ensure_instance", node: "ensureInstance", prose: include_str!("ensure_instance.md") };

impl PartnerClient {
    #[doc = include_str!("ensure_instance.md")]
    pub async fn ensure_instance(&self, settings: CreateInstance) -> Result<EnsuredInstance, Error> {
        self.ensure_instance_with(settings, EnsureOptions::default()).await
    }

    /// [`ensure_instance`](Self::ensure_instance), with options of the call.
    pub async fn ensure_instance_with(
        &self,
        settings: CreateInstance,
        options: EnsureOptions,
    ) -> Result<EnsuredInstance, Error> {
        ensure_instance(self, settings, options).await
    }
}

pub(crate) async fn ensure_instance(
    partner: &PartnerClient,
    settings: CreateInstance,
    options: EnsureOptions,
) -> Result<EnsuredInstance, Error> {
    let name = settings.given_name().map(ToOwned::to_owned);
    let asked = options.compare_settings.then(|| settings.clone());
    let deadline = Instant::now() + time_of(partner, &options);
    let (instance, is_new) = match ensured(partner, settings, options).await? {
        Ensured::Found(listed) => (listed, false),
        Ensured::Settled(listed) => (listed, true),
        Ensured::New(created) => (Instance::of_created(&created, name.as_deref()), true),
    };
    if let Some(asked) = asked.filter(|_| !is_new) {
        let left = deadline.saturating_duration_since(Instant::now());
        compare_settings(partner, &instance, &asked, left).await;
    }
    Ok(EnsuredInstance::new(instance, is_new))
}

/// The time of the whole call.
fn time_of(partner: &PartnerClient, options: &EnsureOptions) -> Duration {
    options.call.timeout.unwrap_or_else(|| partner.timeout()).min(LONGEST_CALL)
}

/// How it came about that there is an instance of that name.
pub(crate) enum Ensured {
    /// It was there before.
    Found(Instance),
    /// It was created.
    New(CreatedInstance),
    /// It was created, no answer said so, and the list has it.
    Settled(Instance),
}

pub(super) async fn ensured(
    partner: &PartnerClient,
    settings: CreateInstance,
    options: EnsureOptions,
) -> Result<Ensured, Error> {
    let Some(name) = settings.given_name().filter(|name| !name.is_empty()).map(ToOwned::to_owned) else {
        return Err(Error::invalid_request("ensure_instance needs a name").during("createInstance"));
    };
    settings.encode()?;
    let time = time_of(partner, &options);
    if time.is_zero() {
        return Err(Error::invalid_request("the timeout must be longer than nothing").during("createInstance"));
    }
    let deadline = Instant::now() + time;
    let Ok(turn) = time::timeout_at(deadline, partner.0.names.hold(&name)).await else {
        let message = "the time was up while another call was creating an instance of this name";
        return Err(Error::new(ErrorCode::Timeout, message).during("createInstance"));
    };
    let asked = Asked { name, settings, options, deadline };
    if let Some(store) = &partner.0.store {
        return ensured_in_store(partner, store, asked, turn).await;
    }
    let left = deadline.saturating_duration_since(Instant::now());
    let listed = partner.get_instances_with(CallOptions::timeout(left)).await?;
    if let Some(found) = oldest(partner.0.memory.live(&listed, &asked.name)) {
        return Ok(Ensured::Found(found));
    }
    listed.must_be_whole(NOTHING_CREATED)?;
    asked.create(partner, turn, None).await
}

/// With a store: whoever has the name there is waited for, and what is known of it is believed.
async fn ensured_in_store(
    partner: &PartnerClient,
    store: &NameStore,
    asked: Asked,
    turn: OwnedMutexGuard<()>,
) -> Result<Ensured, Error> {
    let (turn, name, deadline) = (Arc::new(turn), &*asked.name, asked.deadline);
    let settle = asked.settle();
    let asking =
        NameTurn { partner, store, name, deadline, settle, retry_unknown: asked.options.retry_unknown, second: false };
    loop {
        let claim = match asking.take().await? {
            Turned::Known(known) => return Ok(Ensured::Found(known)),
            Turned::Settled(found) => return Ok(Ensured::Settled(found)),
            Turned::Mine(claim) => claim,
        };
        let listed = asking.list().await?;
        if let Some(found) = oldest(partner.0.memory.live(&listed, name)) {
            claim.done(&store.of_listed(&found)).await;
            return Ok(Ensured::Found(found));
        }
        listed.must_be_whole(NOTHING_CREATED)?;
        match asked.clone().create(partner, Arc::clone(&turn), Some(Arc::clone(&claim))).await {
            // Held up for longer than its claim: somebody else may have the name, and is waited for.
            Err(_) if claim.is_lost() => {}
            ended => return ended,
        }
    }
}

/// What is to be created, and how.
#[derive(Clone)]
struct Asked {
    name: String,
    settings: CreateInstance,
    options: EnsureOptions,
    deadline: Instant,
}

impl Asked {
    fn settle(&self) -> Duration {
        self.options.settle.unwrap_or(SETTLE).min(LONGEST_CALL)
    }

    /// Creates it; until it is known what came of it, nobody else of this client has the name.
    async fn create(
        self,
        partner: &PartnerClient,
        turn: impl Send + 'static,
        claim: Option<Arc<Claim>>,
    ) -> Result<Ensured, Error> {
        self.settings.check_name()?;
        self.settings.doubts().into_iter().for_each(warn_of);
        // Half of what is left, so that there is time to look if no answer comes.
        let half = self.deadline.saturating_duration_since(Instant::now()) / 2;
        if half.is_zero() {
            let message = "the time was up before anything was created";
            return Err(Error::new(ErrorCode::Timeout, message).during("createInstance"));
        }
        let sent = claim.as_ref().map(|claim| claim.sent()).unwrap_or_default();
        let (partner, settle) = (partner.clone(), self.settle());
        let create = Create { settings: self.settings, sent: sent.clone(), claim: claim.clone() };
        // On the heap: every caller's future would carry it otherwise.
        let creation = Box::pin(async move {
            let _turn = turn;
            let ended = match create_named(&partner, create, &self.name, CallOptions::timeout(half)).await {
                Err(error) if error.code() == ErrorCode::OutcomeUnknown => {
                    let until = (Instant::now() + settle).min(self.deadline);
                    keep_looking(&partner, &self.name, until).await.map(Ensured::Settled).ok_or(error)
                }
                ended => ended,
            };
            if let (Some(store), Some(claim)) = (&partner.0.store, &claim) {
                store.tell(claim, &ended).await;
            }
            ended
        });
        to_its_end(creation, sent).await
    }
}

/// Looks until `deadline`, after 1, 2, 4 … seconds; a list that cannot be had is looked for again.
pub(crate) async fn keep_looking(partner: &PartnerClient, name: &str, deadline: Instant) -> Option<Instance> {
    let mut wait = SETTLE_FIRST_WAIT;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return None;
        }
        let last = wait >= left;
        let pause = if last { left / 2 } else { wait };
        time::sleep(pause).await;
        let options = CallOptions::timeout(left.saturating_sub(pause));
        if let Ok(Some(found)) = look_for(partner, name, options).await {
            return Some(found);
        }
        if last {
            return None;
        }
        wait = wait.saturating_mul(2);
    }
}

/// The oldest of the live instances that have one name.
pub(crate) fn oldest(mut named: Vec<Instance>) -> Option<Instance> {
    // One without a time was created a moment ago, and stands in no list yet.
    named.sort_by_key(|one| (one.time_created().is_none(), one.time_created(), one.id_instance()));
    if let [oldest, _, ..] = &*named {
        tracing::warn!(
            target: TARGET,
            operation = "getInstances",
            id_instance = oldest.id_instance(),
            count = named.len(),
            "several live instances have the name that was asked for; the oldest is used, and each is charged"
        );
    }
    named.into_iter().next()
}
