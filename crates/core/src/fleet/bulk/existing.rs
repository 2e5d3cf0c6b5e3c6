//! The same done to many instances that exist.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::{
    BulkItem, BulkOptions,
    executor::{Before, Executor, Known, Order, Step, unsettled},
    instance_index::InstanceIndex,
    item::{Standing, Subject},
    options::Deletions,
};
use crate::{
    Instance, InstanceClient, PartnerClient, SetSettings,
    api::{instance::request, nothing_left},
    config::{BULK_INSTANCE_CONCURRENCY, BULK_PARTNER_CONCURRENCY, LONGEST_CALL, VERIFY_TIMEOUT},
    error::{Error, ErrorCode},
    fleet::{
        Run,
        journal::{ItemState, JournalRow},
        run::Sink,
    },
    flow::{
        offboard::offboard_listed,
        settings::{ToSet, carry_out, not_kept},
    },
    instance::set_settings,
    model::checked_id,
    secret::short_digest,
};

/// What is done to each.
#[derive(Clone, Debug)]
pub(crate) enum Work {
    Delete,
    SetSettings(SetSettings),
    Reboot,
    Logout,
}

impl PartnerClient {
    #[doc = include_str!("delete_instance_accounts.md")]
    pub fn delete_instance_accounts(&self, ids: Vec<u64>, options: BulkOptions) -> Run<BulkItem> {
        change_instances(self, Work::Delete, ids, options)
    }

    #[doc = include_str!("set_instances_settings.md")]
    pub fn set_instances_settings(&self, ids: Vec<u64>, settings: SetSettings, options: BulkOptions) -> Run<BulkItem> {
        change_instances(self, Work::SetSettings(settings), ids, options)
    }

    #[doc = include_str!("reboot_instances.md")]
    pub fn reboot_instances(&self, ids: Vec<u64>, options: BulkOptions) -> Run<BulkItem> {
        change_instances(self, Work::Reboot, ids, options)
    }

    #[doc = include_str!("logout_instances.md")]
    pub fn logout_instances(&self, ids: Vec<u64>, options: BulkOptions) -> Run<BulkItem> {
        change_instances(self, Work::Logout, ids, options)
    }
}

pub(crate) fn change_instances(
    partner: &PartnerClient,
    work: Work,
    ids: Vec<u64>,
    options: BulkOptions,
) -> Run<BulkItem> {
    let partner = partner.clone();
    Run::driven(move |sink| change(partner, work, ids, options, sink))
}

async fn change(
    partner: PartnerClient,
    work: Work,
    ids: Vec<u64>,
    options: BulkOptions,
    sink: Sink,
) -> Result<(), Error> {
    options.check()?;
    for (index, id) in ids.iter().enumerate() {
        checked_id(*id).map_err(|error| Error::invalid_request(format!("ids[{index}]: {}", error.message())))?;
    }
    let digest = work.check().await?;
    if ids.is_empty() {
        // Not even the list is asked for, and an `expect` is not met.
        return work.guard(&[], &[], 0, &options);
    }
    let order = Order {
        kind: work.kind(),
        work: digest,
        subjects: ids.iter().copied().map(Subject::with_id).collect(),
        keys: ids.iter().map(u64::to_string).collect(),
        creates: false,
    };
    let decide = |known: &Known<'_>, subjects: &mut [Subject]| {
        let Known { list: known, rows, .. } = *known;
        let mut met = HashSet::new();
        let steps = ids.iter().zip(subjects).enumerate().map(|(index, (id, subject))| {
            subject.instance = known.find(*id);
            if !met.insert(*id) {
                return Step::Tell(Standing::skipped(TWICE));
            }
            let state = rows.get(index).map_or(ItemState::Waiting, |row| row.state);
            work.step(*id, known, state, &options)
        });
        let steps: Vec<_> = steps.collect();
        work.guard(&steps, rows, known.live_count(), &options)?;
        Ok(steps)
    };
    let concurrency = options.concurrency.unwrap_or(work.concurrency());
    let (executor, todo) = Executor::open(&partner, order, &options, concurrency, sink, decide).await?;
    let changing = Arc::new(Changing { partner, work, options, executor: Arc::clone(&executor) });
    let one = |changing: Arc<Changing>, (index, before)| async move { changing.send(index, before).await };
    executor.each(changing, todo.send, one).await;
    executor.close().await
}

impl Work {
    /// The kind of run, as a journal says it.
    fn kind(&self) -> &'static str {
        match self {
            Self::Delete => "deleteInstanceAccounts",
            Self::SetSettings(_) => "setInstancesSettings",
            Self::Reboot => "rebootInstances",
            Self::Logout => "logoutInstances",
        }
    }

    /// Upstream's method.
    fn operation(&self) -> &'static str {
        match self {
            Self::Delete => "deleteInstanceAccount",
            Self::SetSettings(_) => "setSettings",
            Self::Reboot => "reboot",
            Self::Logout => "logout",
        }
    }

    fn concurrency(&self) -> usize {
        if matches!(self, Self::Delete) { BULK_PARTNER_CONCURRENCY } else { BULK_INSTANCE_CONCURRENCY }
    }

    /// Checks what is to be done, and gives a digest of it where it differs from run to run.
    async fn check(&self) -> Result<String, Error> {
        let Self::SetSettings(settings) = self else { return Ok(String::new()) };
        let order = ToSet::read(settings.clone().into())?;
        request(&set_settings::OPERATION, order.settings.clone(), None, true).await?;
        Ok(fingerprint(&order.settings))
    }

    /// Holds what would be done against the caller's guards. Only a deletion has some.
    pub(super) fn guard(
        &self,
        steps: &[Step],
        rows: &[JournalRow],
        live: usize,
        options: &BulkOptions,
    ) -> Result<(), Error> {
        if !matches!(self, Self::Delete) {
            return Ok(());
        }
        let mut deletions = Deletions { live: u64::try_from(live).unwrap_or(u64::MAX), ..Deletions::default() };
        for (index, step) in steps.iter().enumerate() {
            match (step, rows.get(index).map(|row| row.state)) {
                (Step::Send(_), _) => deletions.now += 1,
                (_, Some(ItemState::Done | ItemState::Sent | ItemState::Unknown)) => deletions.earlier += 1,
                _ => {}
            }
        }
        options.guard_deletions(deletions)
    }

    /// What is to be done with an instance, by what the journal and the list say of it.
    pub(super) fn step(&self, id: u64, known: &InstanceIndex, state: ItemState, options: &BulkOptions) -> Step {
        let listed = known.find(id);
        let in_doubt = matches!(state, ItemState::Sent | ItemState::Unknown);
        let failed = |code, what: &str| {
            let message = format!("nothing was sent: {what} instance {id}");
            Step::Settle(Standing::failed(Error::new(code, message).during(self.operation())))
        };
        if state == ItemState::Done {
            return Step::Tell(Standing::skipped(DONE_EARLIER));
        }
        if in_doubt && matches!(self, Self::Reboot) && !options.retry_unknown {
            return Step::Tell(Standing::unknown(unsettled()));
        }
        let Some(listed) = listed else {
            let nothing = format!("nothing was sent: instance {id} is not in the list, which says nothing");
            if let Err(error) = known.must_be_whole(&nothing) {
                return Step::Settle(Standing::failed(error));
            }
            return failed(ErrorCode::NotFound, "the account does not list");
        };
        match self {
            Self::Delete if listed.deleted() && in_doubt => Step::Settle(Standing::done().because(ALREADY_DELETED)),
            Self::Delete if listed.deleted() => Step::Tell(Standing::skipped(ALREADY_DELETED)),
            Self::Delete => Step::Send(Before::of(in_doubt)),
            _ if listed.deleted() => failed(ErrorCode::NotFound, "the account has deleted"),
            _ if listed.api_token_instance().is_none() => {
                failed(ErrorCode::InvalidRequest, "the list has no apiTokenInstance of")
            }
            _ => Step::Send(Before::of(in_doubt)),
        }
    }
}

struct Changing {
    partner: PartnerClient,
    work: Work,
    options: BulkOptions,
    executor: Arc<Executor>,
}

impl Changing {
    async fn send(&self, index: usize, before: Before) {
        let unsent = |why| match (&self.work, before) {
            (Work::Reboot, Before::Unsettled) => Standing::unknown(unsettled()).because(why),
            _ => Standing::skipped(why),
        };
        // Only what the list has is sent.
        let Some(listed) = &self.executor.subjects[index].instance else { return };
        if !self.executor.begin(index, unsent).await {
            return;
        }
        let standing = self.act(listed, before).await.unwrap_or_else(Standing::ended_by);
        self.executor.end(index, &standing).await;
    }

    async fn act(&self, listed: &Instance, before: Before) -> Result<Standing, Error> {
        let Self { partner, options, .. } = self;
        let instance = || Ok::<_, Error>(InstanceClient::of_listed(partner, listed)?.with_options(options.call()));
        let acted = match &self.work {
            Work::Delete if options.logout => {
                let time = options.timeout.unwrap_or_else(|| partner.timeout()).min(LONGEST_CALL);
                offboard_listed(partner, listed, Instant::now() + time).await
            }
            Work::Delete => partner.delete_instance_account_with(listed.id_instance(), options.call()).await,
            Work::SetSettings(settings) => {
                let time = options.verify.then(|| options.verify_timeout.unwrap_or(VERIFY_TIMEOUT));
                let order = ToSet::read(settings.clone().into())?.verified(time);
                let lost = carry_out(&instance()?, order, options.call()).await?;
                return Ok(if lost.is_empty() { Standing::done() } else { Standing::not_kept(not_kept(&lost)) });
            }
            Work::Reboot => instance()?.reboot().await,
            Work::Logout => instance()?.logout().await,
        };
        match (&self.work, acted.as_ref().map_err(Error::code)) {
            // Somebody else was quicker: the list had it a moment ago.
            (Work::Delete, Err(_)) if acted.as_ref().is_err_and(nothing_left) => {
                Ok(Standing::done().because(ALREADY_DELETED))
            }
            (Work::Logout, Err(ErrorCode::NotAuthorized)) => Ok(Standing::done().because(NO_PHONE)),
            // The earlier run has logged it out.
            (Work::Logout, Err(ErrorCode::Refused)) if before == Before::Unsettled => {
                Ok(Standing::done().because(NO_PHONE))
            }
            _ => acted.map(|()| Standing::done()),
        }
    }
}

/// A digest of settings, without those that are secret.
fn fingerprint(settings: &Map<String, Value>) -> String {
    let nothing = Map::new();
    let extra = settings.get("extra").and_then(Value::as_object).unwrap_or(&nothing);
    let given = settings.iter().filter(|(name, _)| *name != "extra").chain(extra);
    let told: BTreeMap<&str, &Value> = given
        .map(|(name, value)| {
            let known = set_settings::OPERATION.params.iter().map(|param| &param.field);
            match known.clone().find(|field| field.name == name || field.wire == name) {
                Some(field) if field.secret => (field.wire, &Value::Null),
                Some(field) => (field.wire, value),
                None => (name.as_str(), value),
            }
        })
        .collect();
    short_digest(json!(told).to_string().as_bytes())
}

const TWICE: &str = "given before in the same run";
const DONE_EARLIER: &str = "done by an earlier run of this journal";
pub(super) const ALREADY_DELETED: &str = "already deleted";
const NO_PHONE: &str = "no phone was linked";
