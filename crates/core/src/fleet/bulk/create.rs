//! Many new instances, none of them twice.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use tokio::{sync::mpsc, time::Instant};

use super::{
    BulkItem, BulkOptions,
    executor::{Before, Executor, Known, Order, Step, unsettled},
    instance_index::InstanceIndex,
    item::{Standing, Subject},
    reconciliation::{Missed, Reconciliation},
};
use crate::{
    CreateInstance, Instance, PartnerClient,
    api::Create,
    client::StoredName,
    config::{BULK_PARTNER_CONCURRENCY, LONGEST_CALL, SETTLE},
    error::{Error, ErrorCode},
    fleet::{
        Run,
        journal::{ItemState, Journal, JournalRow},
        run::Sink,
    },
    flow::{
        create_instance::{NOTHING_CREATED, create_named, warn_of},
        ensure_instance::Ensured,
        store_turn::{NameTurn, Turned},
    },
    store::Claim,
};

impl PartnerClient {
    #[doc = include_str!("create_instances.md")]
    pub fn create_instances(&self, specs: Vec<CreateInstance>, options: BulkOptions) -> Run<BulkItem> {
        create_instances(self, specs, options)
    }
}

pub(crate) fn create_instances(
    partner: &PartnerClient,
    given: Vec<CreateInstance>,
    options: BulkOptions,
) -> Run<BulkItem> {
    let partner = partner.clone();
    Run::driven(move |sink| create(partner, given, options, sink))
}

async fn create(
    partner: PartnerClient,
    given: Vec<CreateInstance>,
    options: BulkOptions,
    sink: Sink,
) -> Result<(), Error> {
    options.check()?;
    let specs = plan(given, options.journal.as_ref())?;
    if specs.is_empty() {
        return Ok(());
    }
    let order = Order {
        kind: "createInstances",
        work: String::new(),
        subjects: specs.iter().map(|spec| Subject::named(&spec.name)).collect(),
        keys: specs.iter().map(|spec| spec.name.clone()).collect(),
        creates: true,
    };
    let decide = |all: &Known<'_>, _: &mut [Subject]| {
        let known = all.list;
        let row = |index: usize| all.rows.get(index).copied();
        let mut doubts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let steps = specs.iter().enumerate().map(|(index, spec)| {
            let step = step(spec, row(index), known, all.stored.get(&spec.name), options.retry_unknown)?;
            if matches!(step, Step::Send(_)) {
                spec.settings.check_name().map_err(|error| wrong(index, error.message()))?;
                spec.settings.doubts().into_iter().for_each(|doubt| doubts.entry(doubt).or_default().push(index));
            }
            Ok(step)
        });
        let steps = steps.collect::<Result<Vec<_>, _>>()?;
        let sent = |step: &&Step| match step {
            Step::Send(_) => true,
            Step::Look => options.retry_unknown,
            Step::Tell(_) | Step::Settle(_) => false,
        };
        let sent = steps.iter().filter(sent).count();
        options.guard_creations(sent)?;
        if sent > 0 {
            known.must_be_whole(NOTHING_CREATED)?;
        }
        for (doubt, places) in doubts {
            warn_of(format_args!("{}: {doubt}", these(&places)));
        }
        Ok(steps)
    };
    let concurrency = options.concurrency.unwrap_or(BULK_PARTNER_CONCURRENCY);
    let (executor, todo) = Executor::open(&partner, order, &options, concurrency, sink, decide).await?;
    let creating = Arc::new(Creating { partner, specs, options, executor: Arc::clone(&executor) });
    let missed = creating.round(todo.send, todo.look).await;
    creating.round(missed.into_iter().map(|index| (index, Before::Unsettled)).collect(), Vec::new()).await;
    drop(creating);
    executor.close().await
}

/// What is to be created, with its name.
struct Planned {
    settings: CreateInstance,
    name: String,
    /// Whether the name was made of the journal's.
    generated: bool,
}

/// Checks all that is to be created, before anything is sent.
fn plan(given: Vec<CreateInstance>, journal: Option<&Journal>) -> Result<Vec<Planned>, Error> {
    let stem = journal.and_then(Journal::stem);
    let mut places: HashMap<String, usize> = HashMap::new();
    let planned = given.into_iter().enumerate().map(|(index, settings)| {
        let given_name = settings.given_name().map(ToOwned::to_owned);
        let generated = given_name.is_none();
        let Some(name) = given_name.or_else(|| Some(format!("{}-{}", stem.as_ref()?, index + 1))) else {
            return Err(wrong(index, "it has no name; with a journal it would get one"));
        };
        let settings = if generated { settings.name(&name) } else { settings };
        settings.encode().map_err(|error| wrong(index, error.message()))?;
        if let Some(first) = places.insert(name.clone(), index) {
            let why = format!("it has the name of specs[{first}], {name:?}: each needs one of its own");
            return Err(wrong(index, &why));
        }
        Ok(Planned { settings, name, generated })
    });
    planned.collect()
}

/// Some of them, for a sentence.
fn these(places: &[usize]) -> String {
    match places {
        [] => String::new(),
        [one] => format!("specs[{one}]"),
        [first, more @ ..] => format!("specs[{first}] and {} more", more.len()),
    }
}

/// An error of one of them, which is the run's: nothing was sent.
fn wrong(index: usize, why: &str) -> Error {
    Error::invalid_request(format!("specs[{index}]: {why}")).during("createInstance")
}

/// What is to be done with an item, by what the journal, the list and the store say of it.
fn step(
    spec: &Planned,
    row: Option<JournalRow>,
    known: &InstanceIndex,
    stored: Option<&StoredName>,
    retry_unknown: bool,
) -> Result<Step, Error> {
    let JournalRow { state, id_instance } = row.unwrap_or(JournalRow { state: ItemState::Waiting, id_instance: None });
    if state == ItemState::Done {
        let instance = id_instance.and_then(|id| known.find(id));
        return Ok(Step::Tell(Standing::skipped(CREATED_EARLIER).with(instance).with_id(id_instance)));
    }
    let live = known.live(&spec.name);
    if live.is_none() {
        match stored {
            // Of another process, be it that the list lags or shows another name.
            Some(StoredName::Live(instance)) => return Ok(Step::Tell(Standing::skipped(LIVE).with(instance.clone()))),
            Some(StoredName::InDoubt) if !retry_unknown => return Ok(Step::Tell(Standing::unknown(unsettled()))),
            Some(StoredName::InDoubt | StoredName::Open) | None => {}
        }
    }
    Ok(match (state, live) {
        (ItemState::Waiting, Some(_)) if spec.generated => {
            let message = format!(
                "nothing was sent: a live instance has the name {:?}, which this journal has not sent; another journal of \
                 the same name made it: give this one another name, or the specs names of their own",
                spec.name
            );
            return Err(Error::invalid_request(message));
        }
        (ItemState::Waiting, Some(live)) => Step::Tell(Standing::skipped(LIVE).with(Some(live))),
        (_, Some(live)) => Step::Settle(Standing::found(live)),
        // Created by another process, be it that the list lags or shows another name.
        // Even where the caller has looked: the request of a run that has just crashed may still be on its way.
        (ItemState::Sent, None) => Step::Look,
        (ItemState::Unknown, None) if !retry_unknown => Step::Tell(Standing::unknown(unsettled())),
        (ItemState::Unknown, None) => Step::Send(Before::Unsettled),
        (ItemState::Waiting | ItemState::Failed | ItemState::Done, None) => Step::Send(Before::Never),
    })
}

struct Creating {
    partner: PartnerClient,
    specs: Vec<Planned>,
    options: BulkOptions,
    executor: Arc<Executor>,
}

/// Creations that are sent, and where those go of which nobody knows what came of them.
struct Sending {
    creating: Arc<Creating>,
    missed: mpsc::UnboundedSender<Missed>,
}

impl Creating {
    /// Sends some and looks for others, and for those that get no answer. Gives those of an earlier run that are to be
    /// sent again, since they were not found.
    async fn round(self: &Arc<Self>, send: Vec<(usize, Before)>, look: Vec<usize>) -> Vec<usize> {
        let (missed, arrivals) = mpsc::unbounded_channel();
        for index in look {
            let _ = missed.send(Missed { index, name: self.specs[index].name.clone(), error: None, claim: None });
        }
        let settle = self.options.settle.unwrap_or(SETTLE);
        let again = self.options.retry_unknown;
        let looking = Reconciliation::new(&self.partner, &self.executor, settle, again);
        // Dropped with the last that is sent, it ends the looking.
        let sending = Arc::new(Sending { creating: Arc::clone(self), missed });
        let one = |sending: Arc<Sending>, (index, before)| async move {
            sending.creating.send(index, before, &sending.missed).await;
        };
        tokio::join!(self.executor.each(sending, send, one), looking.run(arrivals)).1
    }

    async fn send(&self, index: usize, before: Before, missed: &mpsc::UnboundedSender<Missed>) {
        let unsent = |why| match before {
            Before::Never => Standing::skipped(why),
            Before::Unsettled => Standing::unknown(unsettled()).because(why),
        };
        let claim = match self.claim(index).await {
            Ok(claim) => claim,
            Err(standing) => return self.executor.end(index, &standing).await,
        };
        // Dropped, the claim leaves the name free.
        if !self.executor.begin(index, unsent).await {
            return;
        }
        let Planned { settings, name, .. } = &self.specs[index];
        let sent = claim.as_ref().map(|claim| claim.sent()).unwrap_or_default();
        let create = Create { settings: settings.clone(), sent, claim: claim.clone() };
        let ended = create_named(&self.partner, create, name, self.options.call()).await;
        if let (Some(store), Some(claim)) = (&self.partner.0.store, &claim)
            && !ended.as_ref().is_err_and(|error| error.code() == ErrorCode::OutcomeUnknown)
        {
            store.tell(claim, &ended).await;
        }
        match ended {
            Ok(Ensured::New(created)) => {
                let instance = Instance::of_created(&created, Some(name));
                self.executor.end(index, &Standing::done().with(Some(instance))).await;
            }
            Ok(Ensured::Found(listed) | Ensured::Settled(listed)) => {
                self.executor.end(index, &Standing::found(listed)).await;
            }
            Err(error) if error.code() == ErrorCode::OutcomeUnknown => {
                // The looking is there as long as somebody sends.
                let _ = missed.send(Missed { index, name: name.clone(), error: Some(error), claim });
            }
            Err(error) => self.executor.end(index, &Standing::failed(error)).await,
        }
    }
}

impl Creating {
    /// With a store, the claim on a name: whoever else has it is waited for. Otherwise how the item stands.
    async fn claim(&self, index: usize) -> Result<Option<Arc<Claim>>, Standing> {
        let Some(store) = &self.partner.0.store else { return Ok(None) };
        let time = self.options.timeout.unwrap_or_else(|| self.partner.timeout()).min(LONGEST_CALL);
        let turn = NameTurn {
            partner: &self.partner,
            store,
            name: &self.specs[index].name,
            deadline: Instant::now() + time,
            settle: self.options.settle.unwrap_or(SETTLE).min(LONGEST_CALL),
            retry_unknown: self.options.retry_unknown,
            second: false,
        };
        match turn.take().await {
            Ok(Turned::Mine(claim)) => Ok(Some(claim)),
            Ok(Turned::Known(known)) => Err(Standing::skipped(LIVE).with(Some(known))),
            Ok(Turned::Settled(found)) => Err(Standing::found(found)),
            Err(error) if error.code() == ErrorCode::OutcomeUnknown => Err(Standing::unknown(error)),
            Err(error) => Err(Standing::failed(error)),
        }
    }
}

const LIVE: &str = "a live instance has this name";
const CREATED_EARLIER: &str = "created by an earlier run of this journal";

#[cfg(test)]
mod property;
