//! Work on many instances, under way.

use std::{
    fmt,
    future::Future,
    marker::PhantomData,
    panic,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
};

use futures_core::Stream;
use tokio::sync::{mpsc, watch};
use tracing::instrument::WithSubscriber;

use super::{Progress, Table};
use crate::{
    error::Error,
    lock::lock,
    model::{Model, Modelled, Record},
};

/// Work on many instances, under way: its results as they come. Nothing happens before the first is asked for.
///
/// Dropping it is [`stop`](Control::stop): nothing more is begun, and what was sent ends by itself, unseen. It is a
/// [`Stream`] too.
#[must_use = "nothing happens until a result is asked for"]
pub struct Run<T> {
    results: Results,
    of: PhantomData<fn() -> T>,
}

impl<T: Modelled> Run<T> {
    /// The next result, in the order in which they end; `None` after the last.
    ///
    /// An error is the run's own, and the last that it says; that of one instance stands in its result.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        self.results.next().await.map(|result| result.map(T::from_record))
    }

    /// All results that are still to come, in the order in which they end.
    pub async fn collect(mut self) -> Result<Table<T>, Error> {
        self.results.rest().await.map(Table::of)
    }

    /// What can be asked of it, and told to it, while somebody waits for its next result.
    pub fn control(&self) -> Control {
        self.results.control()
    }

    /// Its results by their fields: for the bindings.
    #[doc(hidden)]
    pub fn into_results(self) -> Results {
        self.results
    }

    /// A run whose `work` goes on by itself once the first result was asked for, and tells its results to the sink.
    pub(crate) fn driven<W>(work: impl FnOnce(Sink) -> W + Send + 'static) -> Self
    where
        W: Future<Output = Result<(), Error>> + Send + 'static,
    {
        let control = Control(Arc::default());
        let (sink, taken) = (control.clone(), control.clone());
        let records = async_stream::try_stream! {
            let (results, mut arrivals) = mpsc::unbounded_channel();
            let work = work(Sink { results, control: sink }).with_current_subscriber();
            let work: Pin<Box<dyn Future<Output = _> + Send>> = Box::pin(work);
            let mut driver = tokio::spawn(work);
            let mut ended = None;
            loop {
                if ended.is_none() && taken.takes_all() {
                    tokio::select! {
                        outcome = &mut driver => ended = Some(outcome),
                        () = taken.takes_one_by_one() => {}
                    }
                }
                let Some(record) = arrivals.recv().await else { break };
                taken.0.reading.send_modify(|reading| reading.unread -= 1);
                yield record;
            }
            let ended = match ended {
                Some(ended) => ended,
                None => driver.await,
            };
            match ended {
                Ok(ended) => ended?,
                Err(error) if error.is_panic() => panic::resume_unwind(error.into_panic()),
                Err(_) => {}
            }
        };
        Self { results: Results { model: T::MODEL, records: Box::pin(records), control, over: false }, of: PhantomData }
    }
}

impl<T: Modelled> Stream for Run<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.results.poll(context).map(|next| next.map(|result| result.map(T::from_record)))
    }
}

impl<T> fmt::Debug for Run<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Run").field("progress", &self.results.control.progress()).finish_non_exhaustive()
    }
}

/// The results of a [`Run`], whatever they are of.
#[doc(hidden)]
pub struct Results {
    model: &'static Model,
    records: Pin<Box<dyn Stream<Item = Result<Record, Error>> + Send>>,
    control: Control,
    over: bool,
}

impl Results {
    /// What each of them is.
    pub fn model(&self) -> &'static Model {
        self.model
    }

    /// The next one; `None` after the last.
    pub async fn next(&mut self) -> Option<Result<Record, Error>> {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    /// All that are still to come.
    pub async fn rest(&mut self) -> Result<Vec<Record>, Error> {
        let _reading = TakesAll::of(&self.control);
        let mut rest = Vec::new();
        while let Some(next) = self.next().await {
            rest.push(next?);
        }
        Ok(rest)
    }

    /// What can be asked of the run, and told to it.
    pub fn control(&self) -> Control {
        self.control.clone()
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Record, Error>>> {
        if self.over {
            return Poll::Ready(None);
        }
        let next = self.records.as_mut().poll_next(context);
        self.over = matches!(next, Poll::Ready(None | Some(Err(_))));
        next
    }
}

impl Drop for Results {
    fn drop(&mut self) {
        self.control.stop();
    }
}

/// A hold on a [`Run`]: clones are of the same one.
#[derive(Clone)]
pub struct Control(Arc<RunInner>);

#[derive(Default)]
struct RunInner {
    stopped: watch::Sender<bool>,
    reading: watch::Sender<Reading>,
    tally: Mutex<Tally>,
    /// Every item as it stands, in the order in which they were given.
    items: Mutex<Vec<Record>>,
}

/// How far whoever reads has come.
#[derive(Default)]
struct Reading {
    /// How many results were told, and not taken yet.
    unread: usize,
    /// They take all that come, and look at none before the last has come: nobody wakes them for each.
    all: bool,
}

/// That all results are taken, until this is dropped.
struct TakesAll(Control);

impl TakesAll {
    fn of(control: &Control) -> Self {
        control.0.reading.send_modify(|reading| reading.all = true);
        Self(control.clone())
    }
}

impl Drop for TakesAll {
    fn drop(&mut self) {
        self.0.0.reading.send_modify(|reading| reading.all = false);
    }
}

/// The numbers of a [`Progress`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) total: u64,
    pub(crate) done: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
    pub(crate) unknown: u64,
}

impl Control {
    /// Begins nothing more: what was sent ends, and what was not is told as skipped.
    pub fn stop(&self) {
        self.0.stopped.send_replace(true);
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        let tally = *lock(&self.0.tally);
        let ended = tally.done + tally.failed + tally.skipped + tally.unknown;
        let counts =
            [tally.total, tally.done, tally.failed, tally.skipped, tally.unknown, tally.total.saturating_sub(ended)];
        Progress::from_record(Record::of(Progress::MODEL, counts.map(Into::into).into()))
    }

    /// Every item as it stands, in the order in which they were given: also those that are not done yet. For the
    /// bindings.
    #[doc(hidden)]
    pub fn items(&self) -> Vec<Record> {
        lock(&self.0.items).clone()
    }

    fn takes_all(&self) -> bool {
        self.0.reading.borrow().all
    }

    async fn takes_one_by_one(&self) {
        let mut reading = self.0.reading.subscribe();
        // The sender lives as long as the control.
        let _ = reading.wait_for(|reading| !reading.all).await;
    }
}

/// Where the work of a [`Run`] tells its results.
pub(crate) struct Sink {
    results: mpsc::UnboundedSender<Record>,
    control: Control,
}

impl Sink {
    /// Whether nothing more is to be begun.
    pub(crate) fn is_stopped(&self) -> bool {
        *self.control.0.stopped.borrow()
    }

    /// Waits until nothing more is to be begun.
    pub(crate) async fn stopped(&self) {
        let mut stopped = self.control.0.stopped.subscribe();
        // The sender lives as long as the sink.
        let _ = stopped.wait_for(|stopped| *stopped).await;
    }

    /// Waits until fewer than so many results are unread, or nothing more is to be begun: whoever has stopped reading, be it
    /// by a mistake in a loop's body, is not to find later how much was done meanwhile.
    pub(crate) async fn room(&self, unread_below: usize) {
        let has_room = |reading: &Reading| reading.all || reading.unread < unread_below;
        if has_room(&self.control.0.reading.borrow()) {
            return;
        }
        let mut reading = self.control.0.reading.subscribe();
        tokio::select! {
            // The sender lives as long as the sink.
            _ = reading.wait_for(has_room) => {}
            () = self.stopped() => {}
        }
    }

    /// Says what there is to do, each as it stands.
    pub(crate) fn plan(&self, items: Vec<Record>) {
        self.expect(items.len());
        *lock(&self.control.0.items) = items;
    }

    /// Says how many items there are, where nobody asks how each of them stands.
    pub(crate) fn expect(&self, total: usize) {
        lock(&self.control.0.tally).total = u64::try_from(total).unwrap_or(u64::MAX);
    }

    /// Changes how an item stands, without telling it as a result.
    pub(crate) fn mark(&self, index: usize, item: Record) {
        if let Some(place) = lock(&self.control.0.items).get_mut(index) {
            *place = item;
        }
    }

    /// Tells a result, and counts it.
    pub(crate) fn tell(&self, index: usize, result: Record, count: impl FnOnce(&mut Tally) -> &mut u64) {
        *count(&mut lock(&self.control.0.tally)) += 1;
        self.mark(index, result.clone());
        // Nobody waits for there to be more.
        self.control.0.reading.send_if_modified(|reading| {
            reading.unread += 1;
            false
        });
        // Whoever has left needs no results.
        let _ = self.results.send(result);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop at the first surprise")]
    use std::{future::poll_fn, pin::pin, time::Duration};

    use tokio::{sync::oneshot, task::yield_now, time::timeout};

    use super::*;

    /// A result with this number in it.
    fn numbered(number: u64) -> Record {
        Record::of(Progress::MODEL, [number; 6].map(Into::into).into())
    }

    fn tell(sink: &Sink, number: u64) {
        sink.tell(0, numbered(number), |tally| &mut tally.done);
    }

    #[tokio::test]
    async fn who_takes_all_results_is_not_woken_for_each() {
        let mut run = Run::<Progress>::driven(|sink| async move {
            for number in 0..100 {
                sink.room(1).await;
                tell(&sink, number);
                yield_now().await;
            }
            Ok(())
        });
        let mut rest = pin!(run.results.rest());
        let mut looks = 0;
        let all = poll_fn(|context| {
            looks += 1;
            rest.as_mut().poll(context)
        });
        assert_eq!(all.await.unwrap().len(), 100);
        assert_eq!(looks, 2, "to begin, and when all have come");
    }

    #[tokio::test(start_paused = true)]
    async fn who_took_all_and_does_not_any_more_gets_each_as_it_comes() {
        let (go_on, goes_on) = oneshot::channel();
        let mut run = Run::<Progress>::driven(|sink| async move {
            sink.room(1).await;
            tell(&sink, 1);
            sink.room(1).await;
            goes_on.await.unwrap();
            tell(&sink, 2);
            Ok(())
        });
        {
            let mut rest = pin!(run.results.rest());
            let began = poll_fn(|context| Poll::Ready(rest.as_mut().poll(context).is_pending()));
            assert!(began.await, "it waits for the last");
            yield_now().await;
        }
        let next = timeout(Duration::from_secs(60), run.next()).await.expect("it has come");
        assert_eq!(Record::from(next.unwrap().unwrap()), numbered(1));
        go_on.send(()).unwrap();
        assert_eq!(run.results.rest().await.unwrap(), [numbered(2)]);
    }
}
