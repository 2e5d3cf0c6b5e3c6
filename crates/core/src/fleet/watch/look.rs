//! One look after the other: the list, and the states where they are wanted.

use std::{
    collections::HashMap,
    panic,
    sync::{Arc, Mutex},
    time::Duration,
};

use jiff::Timestamp;
use tokio::time::{self, Instant};

use super::{
    super::{Ledger, duplicates, hands::Outcomes, inspect},
    WatchInner, WatchOptions,
    changes::{Base, Difference, Seen},
    looked::Looked,
    settling::Settling,
    snapshot,
    turn::Turn,
};
use crate::{
    Instance, Instances, PartnerClient,
    config::LONGEST_CALL,
    error::{Error, ErrorCode},
    lock::lock,
    log::TARGET,
};

/// The looks of one watch.
pub(in crate::fleet) struct Looks {
    partner: PartnerClient,
    interval: Duration,
    ledger: Option<Ledger>,
    /// Where one of many tells.
    turn: Option<Turn>,
    /// How many instances may be asked for their state at once; nothing where none is asked.
    states: Option<usize>,
    /// What is held back where a state has to settle.
    settling: Option<Settling>,
    /// Whether what is known is of the list's account is still to be seen.
    is_to_be_proven: bool,
    /// When the next look may begin.
    due: Instant,
    /// The list of the last look.
    last: Option<Instances>,
}

/// What one look has seen.
pub(in crate::fleet) struct Look {
    listed: Instances,
    states: Option<States>,
    groups: Option<Groups>,
    at: Timestamp,
}

impl Look {
    /// What of it can be counted.
    pub(super) fn counted(&self, partner: &PartnerClient) -> Looked {
        let duplicates = duplicates::groups(partner, &self.listed).iter().map(|group| group.len() - 1).sum();
        Looked { listed: self.listed.clone(), groups: self.groups.clone(), duplicates, at: self.at }
    }
}

impl Looks {
    /// Checks the options, and finds out what whoever watches knows already.
    pub(in crate::fleet) async fn begin(
        partner: PartnerClient,
        options: WatchOptions,
        shared: &WatchInner,
    ) -> Result<Self, Error> {
        let WatchOptions { interval, since, ledger, exclusive, states, settle, concurrency } = options;
        let concurrency = inspect::concurrency(concurrency)?;
        let turn = match (&partner.0.store, exclusive) {
            (_, false) => None,
            (Some(names), true) => Some(Turn::of(names.store.clone())),
            (None, true) => return Err(Error::configuration("exclusive needs the client's store")),
        };
        let mut base = since.map(|text| snapshot::read(&text, &shared.account)).transpose()?;
        let mut is_to_be_proven = false;
        if let Some(ledger) = ledger.clone() {
            let account = shared.account.clone();
            let known = blocking(move || {
                ledger.tie(&account)?;
                Ok((ledger.known()?, ledger.is_to_be_proven()?))
            });
            let (known, unproven) = known.await?;
            is_to_be_proven = unproven && base.is_none();
            base = base.or(known);
        }
        *lock(&shared.base) = base.map(Base::of);
        let states = states.then_some(concurrency);
        let settling = settle.then(Settling::default);
        let interval = interval.clamp(SHORTEST_INTERVAL, LONGEST_CALL);
        let due = Instant::now();
        Ok(Self { partner, interval, ledger, turn, states, settling, is_to_be_proven, due, last: None })
    }

    /// Goes on from another base, which may have to be proven.
    pub(in crate::fleet) fn begin_anew(&mut self, is_to_be_proven: bool) {
        self.is_to_be_proven = is_to_be_proven;
        self.last = None;
    }

    /// Waits for the next look and makes it. What passes by itself is waited through.
    pub(in crate::fleet) async fn next(&mut self, shared: &WatchInner) -> Result<Look, Error> {
        loop {
            time::sleep_until(self.due).await;
            self.due = Instant::now() + self.interval;
            match self.partner.get_instances().await {
                Ok(listed) => {
                    if std::mem::take(&mut self.is_to_be_proven) {
                        prove(&listed, shared)?;
                    }
                    let asked = match self.states {
                        Some(concurrency) => Some(states(&self.partner, &listed, concurrency).await),
                        None => None,
                    };
                    let (states, groups) = asked.unzip();
                    return Ok(Look { listed, states, groups, at: Timestamp::now() });
                }
                Err(error) if passes(&error) => {
                    shared.count(Err(error.code()));
                    self.rest(&error);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Waits until it is this watch that tells; what was told then is what whoever watches knows.
    pub(super) async fn take_turn(&mut self, shared: &WatchInner) -> Result<(), Error> {
        if let Some(turn) = &mut self.turn
            && let Some(is_stored) = turn.take(shared).await?
        {
            self.is_to_be_proven |= is_stored;
            self.last = None;
        }
        Ok(())
    }

    /// Whether this watch may tell what it has seen.
    pub(super) async fn may_tell(&mut self, shared: &WatchInner) -> Result<bool, Error> {
        match &mut self.turn {
            Some(turn) => turn.holds(shared).await,
            None => Ok(true),
        }
    }

    /// Takes note that a change was told. If it cannot be written, another tells it again, and the rest.
    pub(super) async fn told(&mut self, id: u64, shared: &WatchInner) -> Result<bool, Error> {
        match &mut self.turn {
            Some(turn) => turn.told(id, shared).await,
            None => Ok(true),
        }
    }

    /// What is different from what whoever watches knows; nothing where this is the first that they know.
    pub(in crate::fleet) fn compare(&mut self, look: &mut Look, shared: &WatchInner) -> Vec<Difference> {
        let mut base = lock(&shared.base);
        if let (Some(settling), Some(states), Some(base)) = (&mut self.settling, &mut look.states, &*base) {
            settling.hold_back(states, base);
        }
        let seen = Seen { listed: &look.listed, states: look.states.as_ref(), at: look.at };
        match base.as_mut() {
            None => {
                *base = Some(Base::seen(&seen));
                Vec::new()
            }
            Some(_) if look.states.is_none() && self.is_last(&look.listed) => Vec::new(),
            Some(base) => base.compare(&seen),
        }
    }

    /// Remembers a look, all of whose changes were handed out.
    pub(in crate::fleet) async fn record(&mut self, look: Look, shared: &WatchInner) -> Result<(), Error> {
        if let Some(turn) = &mut self.turn
            && !turn.write_all(shared).await?
        {
            return Ok(());
        }
        let Look { listed, states, at, .. } = look;
        let changed = (!self.is_last(&listed)).then(|| listed.clone());
        self.last = Some(listed);
        let Some(ledger) = self.ledger.clone() else { return Ok(()) };
        let mut states = states.unwrap_or_default();
        if let Some(base) = lock(&shared.base).as_ref() {
            states.extend(base.without_state_yet().map(|id| (id, String::new())));
        }
        blocking(move || ledger.record_look(changed.as_ref(), &states, at)).await
    }

    /// Whether upstream has said that the list is the one of the last look.
    fn is_last(&self, listed: &Instances) -> bool {
        self.last.as_ref().is_some_and(|last| last.is_of_same_list(listed))
    }

    fn rest(&mut self, error: &Error) {
        tracing::warn!(
            target: TARGET,
            operation = error.operation(),
            code = error.code().as_str(),
            "the list cannot be had just now: it is asked for again"
        );
        if let Some(wait) = error.retry_after() {
            self.due = self.due.max(Instant::now() + wait.min(LONGEST_CALL));
        }
    }
}

/// A list that shows none of those that are known is another account's.
fn prove(listed: &Instances, shared: &WatchInner) -> Result<(), Error> {
    let base = lock(&shared.base);
    let Some(known) = base.as_ref().map(Base::instances).filter(|known| !known.is_empty()) else { return Ok(()) };
    if listed.is_incomplete() || listed.iter().any(|one| known.contains_key(&one.id_instance())) {
        return Ok(());
    }
    Err(Error::configuration(
        "the partner token is of another account than what the store, or the spool, remembers: its list shows none of those instances; \
         give it another account, or the client its own token",
    ))
}

/// What the next look may find otherwise.
pub(in crate::fleet) fn passes(error: &Error) -> bool {
    error.is_retryable() || error.code() == ErrorCode::Protocol
}

/// The states of the live ones, as far as they could be had, and where each belongs by its state, or by why there is none.
///
/// A host that does not answer at all is left alone for the rest of the look: each call to it takes its full time, and the
/// list would not be looked at for as long.
async fn states(partner: &PartnerClient, listed: &Instances, concurrency: usize) -> (States, Groups) {
    let shared = Arc::new((partner.clone(), Silent::default()));
    let mut asked = Outcomes::of(concurrency, listed.live().iter().collect(), move |one: Instance| {
        let shared = Arc::clone(&shared);
        async move {
            let (partner, silent) = &*shared;
            let state = state(partner, &one, silent).await;
            (one, state)
        }
    });
    let (mut states, mut groups) = (States::new(), Groups::new());
    while let Some((one, state)) = asked.next().await {
        let group = inspect::group(one.is_expired(), state.as_deref().map_err(|code| *code));
        groups.insert(one.id_instance(), group);
        if let Ok(state) = state {
            states.insert(one.id_instance(), state);
        }
    }
    (states, groups)
}

async fn state(partner: &PartnerClient, one: &Instance, silent: &Silent) -> Result<String, ErrorCode> {
    let instance = partner.instance_of_listed(one).map_err(|error| error.code())?;
    let host = instance.api_url().to_owned();
    if silent.is_silent(&host) {
        return Err(ErrorCode::Unavailable);
    }
    let state = instance.get_state_instance().await.map_err(|error| error.code());
    let lost = matches!(state, Err(ErrorCode::Unavailable | ErrorCode::Timeout));
    silent.note(&host, lost);
    state
}

/// The state of each instance, by its id.
type States = HashMap<u64, String>;

/// Where each belongs, as `inspect` has it.
type Groups = HashMap<u64, &'static str>;

/// How many calls in a row each host has left without an answer.
#[derive(Default)]
struct Silent(Mutex<HashMap<String, u32>>);

impl Silent {
    fn is_silent(&self, host: &str) -> bool {
        lock(&self.0).get(host).is_some_and(|lost| *lost >= SILENT_AFTER)
    }

    fn note(&self, host: &str, lost: bool) {
        let mut hosts = lock(&self.0);
        if !lost {
            hosts.remove(host);
            return;
        }
        let count = hosts.entry(host.to_owned()).or_default();
        *count += 1;
        if *count == SILENT_AFTER {
            tracing::warn!(
                target: TARGET,
                operation = "getStateInstance",
                host,
                "a host does not answer: the states of its instances stay as they were until the next look"
            );
        }
    }
}

/// Work on the ledger's file, on a thread of its own.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) if error.is_panic() => panic::resume_unwind(error.into_panic()),
        Err(_) => Err(Error::configuration("the runtime is shutting down")),
    }
}

/// No watch turns into a busy loop.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(10);
const SILENT_AFTER: u32 = 8;
