//! Executor of a run: how each item stands, the results, the journal.

use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex},
};

use tokio::{sync::OwnedMutexGuard, time::Instant};

use super::{
    BulkOptions,
    instance_index::InstanceIndex,
    item::{Standing, Status, Subject},
};
use crate::{
    PartnerClient,
    client::StoredName,
    endpoint::CallOptions,
    error::{Error, ErrorCode},
    fleet::{
        hands::Hands,
        journal::{Head, ItemState, JournalRow, OpenJournal},
        last_known::Account,
        run::Sink,
    },
    lock::lock,
};

/// What a run is over, before anything is known of it.
pub(super) struct Order {
    pub(super) kind: &'static str,
    /// What is done to each, as a digest, where that differs from run to run.
    pub(super) work: String,
    pub(super) subjects: Vec<Subject>,
    /// What the journal knows each by: its name, or its id.
    pub(super) keys: Vec<String>,
    /// Whether these are names to be created: nobody else of this client creates one of them meanwhile.
    pub(super) creates: bool,
}

/// What is known when a run begins.
pub(super) struct Known<'a> {
    pub(super) list: &'a InstanceIndex,
    /// The journal's; none where it is new.
    pub(super) rows: &'a [JournalRow],
    /// What the store has of the names that are to be created.
    pub(super) stored: &'a HashMap<String, StoredName>,
}

/// What is decided of an item, by the list and the journal.
pub(super) enum Step {
    /// Nothing is sent, and it stays in the journal as it is.
    Tell(Standing),
    /// Nothing is sent, and the journal is told.
    Settle(Standing),
    /// Sent by a run that crashed: looked for.
    Look,
    /// Sent now.
    Send(Before),
}

/// Whether an item that is to be sent was sent before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Before {
    Never,
    /// By an earlier run, and nobody knows what came of it.
    Unsettled,
}

impl Before {
    pub(super) fn of(in_doubt: bool) -> Self {
        if in_doubt { Self::Unsettled } else { Self::Never }
    }
}

/// What is left to do when all that was decided at once is told.
#[derive(Default)]
pub(super) struct Todo {
    pub(super) send: Vec<(usize, Before)>,
    pub(super) look: Vec<usize>,
}

pub(super) struct Executor {
    pub(super) sink: Sink,
    pub(super) subjects: Vec<Subject>,
    journal: Option<OpenJournal>,
    /// Why the journal can no longer be written.
    broken: Mutex<Option<Error>>,
    /// By their places, the names that are held until it is told what has become of them.
    held: Mutex<HashMap<usize, OwnedMutexGuard<()>>>,
    concurrency: usize,
}

impl Executor {
    /// Opens the journal, asks for the list, decides what is to be done with each item, and tells what is not to be sent.
    ///
    /// An error of `decide` is the run's: nothing was sent then.
    pub(super) async fn open(
        partner: &PartnerClient,
        order: Order,
        options: &BulkOptions,
        concurrency: usize,
        sink: Sink,
        decide: impl FnOnce(&Known<'_>, &mut [Subject]) -> Result<Vec<Step>, Error>,
    ) -> Result<(Arc<Self>, Todo), Error> {
        let Order { kind, work, mut subjects, keys, creates } = order;
        let waiting = Standing::of(Status::Waiting);
        sink.plan(subjects.iter().enumerate().map(|(index, one)| one.item(index, &waiting)).collect());
        let Account { host, token_digest } = Account::of(partner);
        let head = Head { kind, work, host, account: token_digest };
        let (journal, rows) = match &options.journal {
            None => (None, Vec::new()),
            Some(journal) if options.dry_run => (None, journal.peek(partner, head.clone(), keys.clone()).await?),
            Some(journal) => {
                let (journal, rows) = journal.open(partner, head.clone(), keys.clone()).await?;
                (Some(journal), rows)
            }
        };
        // After the journal and the names: what was sent before by whoever had them is in this list.
        let looking = async {
            let names = if creates && !options.dry_run { hold(partner, &keys).await } else { HashMap::new() };
            if !creates {
                return Ok::<_, Error>((names, partner.get_instances().await?, HashMap::new()));
            }
            let listed = partner.list_to_create(CallOptions::default()).await?;
            let stored = match &partner.0.store {
                Some(store) => store.look_at_all(&keys, Instant::now() + partner.timeout()).await?,
                None => HashMap::new(),
            };
            Ok((names, listed, stored))
        };
        let (names, listed) = tokio::select! {
            looked = looking => looked.map(|(names, listed, stored)| (names, Some((listed, stored))))?,
            () = sink.stopped() => (HashMap::new(), None),
        };
        let steps = match &listed {
            Some((listed, stored)) => {
                let list = InstanceIndex::of(partner, listed);
                decide(&Known { list: &list, rows: &rows, stored }, &mut subjects)?
            }
            None => subjects.iter().map(|_| Step::Tell(Standing::skipped(STOPPED))).collect(),
        };
        let executor = Self { sink, subjects, journal, broken: Mutex::default(), held: Mutex::new(names), concurrency };
        let executor = Arc::new(executor);
        if let (Some(journal), Some(_)) = (&executor.journal, &listed) {
            executor.note(journal.begin(head, keys).await);
        }
        let todo = executor.carry_out(steps, options).await;
        Ok((executor, todo))
    }

    /// Writes down that an item is about to be sent. Otherwise it is told as not sent, and must not be.
    ///
    /// Nothing is begun while nobody reads the results of what was.
    pub(super) async fn begin(&self, index: usize, unsent: impl FnOnce(&'static str) -> Standing) -> bool {
        self.sink.room(self.concurrency).await;
        let not_begun = if self.sink.is_stopped() {
            Some(STOPPED)
        } else if self.is_broken() || !self.write(index, ItemState::Sent, None).await {
            Some(NOT_WRITTEN)
        } else {
            None
        };
        match not_begun {
            Some(why) => self.tell(index, &unsent(why)),
            None => self.sink.mark(index, self.subjects[index].item(index, &Standing::of(Status::UnderWay))),
        }
        not_begun.is_none()
    }

    /// Writes down what has become of an item, and tells it.
    pub(super) async fn end(&self, index: usize, standing: &Standing) {
        if let Some(state) = standing.status.journalled() {
            self.write(index, state, self.subjects[index].id(standing)).await;
        }
        self.tell(index, standing);
    }

    /// [`end`](Self::end) of all of these.
    pub(super) async fn end_all(self: &Arc<Self>, settled: Vec<(usize, Standing)>) {
        let end = |executor: Arc<Self>, (index, standing)| async move { executor.end(index, &standing).await };
        self.each(Arc::clone(self), settled, end).await;
    }

    /// Tells what has become of an item, and leaves it in the journal as it is.
    pub(super) fn tell(&self, index: usize, standing: &Standing) {
        lock(&self.held).remove(&index);
        let item = self.subjects[index].item(index, standing);
        self.sink.tell(index, item, |tally| standing.status.count(tally));
    }

    /// Does all of these with what they share, so many at once as the run may.
    pub(super) async fn each<S, T, W>(&self, shared: Arc<S>, items: Vec<T>, work: fn(Arc<S>, T) -> W)
    where
        S: Send + Sync + 'static,
        T: Send + 'static,
        W: Future<Output = ()> + Send + 'static,
    {
        Hands::at_work(self.concurrency, items, move |item| work(Arc::clone(&shared), item)).done().await;
    }

    /// The end of the run: an error where the journal does not tell all of it.
    pub(super) async fn close(self: Arc<Self>) -> Result<(), Error> {
        let broken = lock(&self.broken).take();
        // All that had a part of it has ended.
        if let Some(journal) = Arc::into_inner(self).and_then(|executor| executor.journal) {
            journal.close().await;
        }
        broken.map_or(Ok(()), Err)
    }

    async fn carry_out(self: &Arc<Self>, steps: Vec<Step>, options: &BulkOptions) -> Todo {
        let mut todo = Todo::default();
        let mut settled = Vec::new();
        for (index, step) in steps.into_iter().enumerate() {
            match step {
                Step::Tell(standing) => self.tell(index, &standing),
                step if options.dry_run => self.tell(index, &foreseen(step, options)),
                Step::Settle(standing) => settled.push((index, standing)),
                Step::Look => todo.look.push(index),
                Step::Send(before) => {
                    self.sink.mark(index, self.subjects[index].item(index, &Standing::of(Status::Waiting)));
                    todo.send.push((index, before));
                }
            }
        }
        self.end_all(settled).await;
        todo
    }

    async fn write(&self, index: usize, state: ItemState, id_instance: Option<u64>) -> bool {
        let Some(journal) = &self.journal else { return true };
        self.note(journal.write(index, JournalRow { state, id_instance }).await)
    }

    fn note(&self, written: Result<(), Error>) -> bool {
        match written {
            Ok(()) => true,
            Err(error) => {
                lock(&self.broken).get_or_insert(error);
                false
            }
        }
    }

    fn is_broken(&self) -> bool {
        lock(&self.broken).is_some()
    }
}

/// Holds names, all in one order, so that two runs with the same ones never wait for each other forever.
async fn hold(partner: &PartnerClient, names: &[String]) -> HashMap<usize, OwnedMutexGuard<()>> {
    let mut places: Vec<_> = names.iter().enumerate().collect();
    places.sort_by_key(|(_, name)| *name);
    let mut held = HashMap::new();
    for (place, name) in places {
        held.insert(place, partner.0.names.hold(name).await);
    }
    held
}

/// What a dry run says of a step.
fn foreseen(step: Step, options: &BulkOptions) -> Standing {
    match step {
        // A run would write it down as done; this one does nothing.
        Step::Settle(Standing { status: Status::Done, reason, instance, .. }) => {
            Standing { reason, ..Standing::of(Status::Skipped).with(instance) }
        }
        Step::Settle(standing) | Step::Tell(standing) => standing,
        Step::Look if !options.retry_unknown => Standing::unknown(unsettled()),
        Step::Look | Step::Send(_) => Standing::of(Status::Planned),
    }
}

/// Why an item of an earlier run is not sent again.
pub(super) fn unsettled() -> Error {
    Error::new(
        ErrorCode::OutcomeUnknown,
        "sent by an earlier run of this journal, and nobody knows whether it took effect: look, and if it has not, run \
         again with retry_unknown",
    )
}

const STOPPED: &str = "the run was stopped";
const NOT_WRITTEN: &str = "the journal cannot be written";
