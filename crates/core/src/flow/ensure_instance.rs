//! The live instance of a name, created at most once.

use tokio::time::{self, Instant};

use super::Flow;
use crate::{
    CallOptions, CreateInstance, CreatedInstance, EnsureOptions, Instance, Instances, PartnerClient,
    call::TARGET,
    config::{LONGEST_CALL, SETTLE, SETTLE_FIRST_WAIT},
    error::{Error, ErrorCode},
};

pub(crate) const FLOW: Flow =
    Flow { name: "ensure_instance", node: "ensureInstance", prose: include_str!("ensure_instance.md") };

pub(crate) async fn ensure_instance(
    partner: &PartnerClient,
    settings: CreateInstance,
    options: EnsureOptions,
) -> Result<Instance, Error> {
    let name = settings.given_name().map(ToOwned::to_owned);
    Ok(match ensured(partner, settings, options).await? {
        Ensured::Found(listed) | Ensured::Settled(listed) => listed,
        Ensured::New(created) => Instance::of_created(&created, name.as_deref()),
    })
}

/// How it came about that there is an instance of that name.
pub(super) enum Ensured {
    /// It was there before.
    Found(Instance),
    /// It was created.
    New(CreatedInstance),
    /// It was created, no answer came, and the list has it.
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
    let time = options.call.timeout.unwrap_or_else(|| partner.timeout()).min(LONGEST_CALL);
    let deadline = Instant::now() + time;
    if let Some(found) = oldest_live(&partner.get_instances_with(CallOptions::timeout(time)).await?, &name) {
        return Ok(Ensured::Found(found));
    }
    // Half of what is left, so that there is time to look if no answer comes.
    let half = deadline.saturating_duration_since(Instant::now()) / 2;
    if half.is_zero() {
        let message = "the time was up before anything was created";
        return Err(Error::new(ErrorCode::Timeout, message).during("createInstance"));
    }
    match partner.create_instance_with(settings, CallOptions::timeout(half)).await {
        Ok(created) => Ok(Ensured::New(created)),
        Err(error) if error.code() == ErrorCode::OutcomeUnknown => {
            let settle = Instant::now() + options.settle.unwrap_or(SETTLE).min(LONGEST_CALL);
            look_for(partner, &name, settle.min(deadline)).await.map(Ensured::Settled).ok_or(error)
        }
        Err(error) => Err(error),
    }
}

/// Looks until `deadline`, after 1, 2, 4 … seconds; a list that cannot be had is looked for again.
async fn look_for(partner: &PartnerClient, name: &str, deadline: Instant) -> Option<Instance> {
    let mut wait = SETTLE_FIRST_WAIT;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return None;
        }
        let last = wait >= left;
        let pause = if last { left / 2 } else { wait };
        time::sleep(pause).await;
        let listed = partner.get_instances_with(CallOptions::timeout(left.saturating_sub(pause))).await;
        if let Some(found) = listed.ok().and_then(|instances| oldest_live(&instances, name)) {
            return Some(found);
        }
        if last {
            return None;
        }
        wait = wait.saturating_mul(2);
    }
}

fn oldest_live(instances: &Instances, name: &str) -> Option<Instance> {
    let mut named: Vec<_> = instances.iter().filter(|one| !one.deleted() && one.name() == Some(name)).collect();
    named.sort_by_key(|one| (one.time_created(), one.id_instance()));
    if named.len() > 1 {
        tracing::warn!(
            target: TARGET,
            operation = "getInstances",
            count = named.len(),
            "several live instances have the name that was asked for; the oldest is used, and each is charged"
        );
    }
    named.into_iter().next()
}
