//! Hands: the same done with many things, so many at once, each on whichever thread is free.

use std::{
    future::Future,
    panic,
    sync::{Arc, Mutex},
    vec,
};

use tokio::{sync::mpsc, task::JoinSet};
use tracing::instrument::WithSubscriber as _;

use crate::lock::lock;

/// Hands at work. Dropped, they leave off what is under way.
pub(super) struct Hands(JoinSet<()>);

impl Hands {
    /// So many hands, each of which takes the next thing as soon as it has done one.
    pub(super) fn at_work<T, W>(count: usize, things: Vec<T>, work: impl Fn(T) -> W + Send + Sync + 'static) -> Self
    where
        T: Send + 'static,
        W: Future<Output = ()> + Send + 'static,
    {
        let count = count.min(things.len());
        let shared = Arc::new((Mutex::new(things.into_iter()), work));
        let mut hands = JoinSet::new();
        for _ in 0..count {
            let shared = Arc::clone(&shared);
            let hand = async move {
                let (things, work) = &*shared;
                while let Some(thing) = next_of(things) {
                    work(thing).await;
                }
            };
            hands.spawn(hand.with_current_subscriber());
        }
        Self(hands)
    }

    /// Waits until all is done. What has panicked at it panics here.
    pub(super) async fn done(mut self) {
        while let Some(ended) = self.0.join_next().await {
            if let Err(error) = ended
                && error.is_panic()
            {
                panic::resume_unwind(error.into_panic());
            }
        }
    }
}

/// What comes of each of many things, as they are done.
pub(super) struct Outcomes<R> {
    hands: Option<Hands>,
    arrivals: mpsc::UnboundedReceiver<R>,
}

impl<R: Send + 'static> Outcomes<R> {
    /// Of things that so many [`Hands`] have at once.
    pub(super) fn of<T, W>(count: usize, things: Vec<T>, work: impl Fn(T) -> W + Send + Sync + 'static) -> Self
    where
        T: Send + 'static,
        W: Future<Output = R> + Send + 'static,
    {
        let (outcomes, arrivals) = mpsc::unbounded_channel();
        let hands = Hands::at_work(count, things, move |thing| {
            let (outcomes, working) = (outcomes.clone(), work(thing));
            async move {
                // Who is gone needs no outcome.
                let _ = outcomes.send(working.await);
            }
        });
        Self { hands: Some(hands), arrivals }
    }

    /// The next one; none after the last.
    pub(super) async fn next(&mut self) -> Option<R> {
        let next = self.arrivals.recv().await;
        if next.is_none()
            && let Some(hands) = self.hands.take()
        {
            hands.done().await;
        }
        next
    }
}

fn next_of<T>(things: &Mutex<vec::IntoIter<T>>) -> Option<T> {
    lock(things).next()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use std::{
        future::pending,
        sync::{
            atomic::{AtomicUsize, Ordering},
            mpsc::{RecvTimeoutError, channel, sync_channel},
        },
        time::Duration,
    };

    use tokio::task::{spawn, yield_now};

    use super::*;

    #[tokio::test]
    async fn all_is_done_once_and_never_more_at_once_than_there_are_hands() {
        let (at_work, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let seen = Arc::clone(&most);
        let mut outcomes = Outcomes::of(3, (0..10).collect(), move |number| {
            let (at_work, most) = (Arc::clone(&at_work), Arc::clone(&most));
            async move {
                most.fetch_max(at_work.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
                yield_now().await;
                at_work.fetch_sub(1, Ordering::Relaxed);
                number
            }
        });
        let mut all = Vec::new();
        while let Some(number) = outcomes.next().await {
            all.push(number);
        }
        all.sort_unstable();
        assert_eq!((all, seen.load(Ordering::Relaxed)), ((0..10).collect(), 3));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn two_things_are_done_by_two_threads() {
        // Each needs the other while it has its thread.
        let (one, other) = (sync_channel(1), sync_channel(1));
        let ends = vec![(one.0, other.1), (other.0, one.1)];
        let mut met = Outcomes::of(2, ends, async |(here, there)| {
            here.send(()).unwrap();
            there.recv_timeout(Duration::from_secs(60)).is_ok()
        });
        assert_eq!((met.next().await, met.next().await, met.next().await), (Some(true), Some(true), None));
    }

    #[tokio::test]
    async fn a_panic_of_one_is_the_callers() {
        let hands = Hands::at_work(2, vec![1, 2, 3], async |number| assert_ne!(number, 2, "the second"));
        let ended = spawn(hands.done()).await.unwrap_err().into_panic();
        assert!(ended.downcast_ref::<String>().unwrap().contains("the second"));
    }

    #[tokio::test]
    async fn dropped_they_leave_off_what_is_under_way() {
        let (held, end) = channel::<()>();
        let hands = Hands::at_work(1, vec![held], async |_held| pending().await);
        yield_now().await;
        drop(hands);
        yield_now().await;
        assert_eq!(end.recv_timeout(Duration::from_secs(60)), Err(RecvTimeoutError::Disconnected));
    }
}
