//! Posts: the events that wait, in order for each instance, several instances at once, each again until the receiver has it.

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    time::{Duration, SystemTime},
};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use jiff::Timestamp;
use tokio::{
    sync::{Mutex, mpsc::UnboundedReceiver, watch},
    time::{self, Instant},
};

use super::{
    super::Sink,
    Delivery, End,
    event::Event,
    receiver::{Posted, Receiver},
    spool::Spool,
};
use crate::{
    config::{DELIVER_CONCURRENCY, DELIVER_LONGEST_RETRY_AFTER, DELIVER_LONGEST_WAIT},
    error::{Error, ErrorCode},
    log::TARGET,
    model::Record,
};

/// What posts go with.
#[derive(Clone, Copy)]
pub(super) struct Means<'a> {
    pub(super) receiver: &'a Receiver,
    pub(super) spool: &'a Mutex<Spool>,
    pub(super) sink: &'a Sink,
    /// The first wait between two posts of an event.
    pub(super) first_wait: Duration,
}

/// What waits, and when whose turn is.
#[derive(Default)]
struct Queues {
    waiting: HashMap<u64, Queue>,
    /// Those of which none is under way, by when the next may be.
    due: BTreeSet<(Instant, u64)>,
    /// When the receiver wants to be asked again.
    rests_until: Option<Instant>,
    total: usize,
}

#[derive(Default)]
struct Queue {
    events: VecDeque<Event>,
    /// How often the first of them was posted.
    attempts: u32,
}

/// What came of an attempt.
enum Tried {
    Delivered(Record),
    Again { wait: Duration, is_asked_for: bool },
    LostTurn,
    Failed(Error),
}

/// Posts what waits and what arrives until it is halted; what is under way then ends first.
pub(super) async fn post(
    means: Means<'_>,
    pending: Vec<(u64, Event)>,
    mut arrivals: UnboundedReceiver<(u64, Event)>,
    mut halted: watch::Receiver<bool>,
) -> Result<End, Error> {
    let mut queues = Queues::default();
    for (id, event) in pending {
        queues.put(id, event);
    }
    let mut under_way = FuturesUnordered::new();
    loop {
        let is_halted = *halted.borrow_and_update();
        if is_halted && under_way.is_empty() {
            return Ok(End::Stopped);
        }
        means.sink.expect(queues.total);
        let mut wake = None;
        while !is_halted && under_way.len() < DELIVER_CONCURRENCY {
            match queues.next(Instant::now()) {
                Next::Now(id, event, attempt) => {
                    under_way.push(async move { (id, means.attempt(id, event, attempt).await) });
                }
                Next::At(at) => {
                    wake = Some(at);
                    break;
                }
                Next::Nothing => break,
            }
        }
        tokio::select! {
            _ = halted.changed(), if !is_halted => {}
            Some((id, event)) = arrivals.recv() => queues.put(id, event),
            Some((id, tried)) = under_way.next(), if !under_way.is_empty() => match tried {
                Tried::Delivered(record) => {
                    queues.delivered(id);
                    means.sink.tell(0, record, |tally| &mut tally.done);
                }
                Tried::Again { wait, is_asked_for } => queues.again(id, Instant::now() + wait, is_asked_for),
                Tried::LostTurn => return Ok(End::LostTurn),
                Tried::Failed(error) => return Err(error),
            },
            () = time::sleep_until(wake.unwrap_or_else(Instant::now)), if wake.is_some() => {}
        }
    }
}

impl Means<'_> {
    /// Posts an event once, and writes down that it was taken.
    async fn attempt(self, id: u64, event: Event, attempt: u32) -> Tried {
        // Whoever has stopped reading is not to find later how much was done meanwhile.
        self.sink.room(MOST_UNREAD).await;
        match self.spool.lock().await.holds().await {
            Ok(true) => {}
            Ok(false) => return Tried::LostTurn,
            Err(error) => return Tried::Failed(error),
        }
        let (status, why, retry_after) = match self.receiver.post(&event).await {
            Err(error) => return Tried::Failed(error),
            Ok(Posted::Answered(answer)) if answer.is_success() => return self.delivered(id, event, attempt).await,
            Ok(Posted::Answered(answer)) if answer.status == GONE => return Tried::Failed(self.gone()),
            Ok(Posted::Answered(answer)) => {
                let retry_after = answer.retry_after(SystemTime::now());
                (Some(answer.status), format!("it answered {}", answer.status), retry_after)
            }
            Ok(Posted::Lost(why)) => (None, why, None),
        };
        let back_off = back_off(self.first_wait, attempt, fastrand::f64());
        let wait = retry_after.unwrap_or_default().min(DELIVER_LONGEST_RETRY_AFTER).max(back_off);
        tracing::warn!(
            target: TARGET,
            operation = "deliver",
            id_instance = id,
            host = self.receiver.host(),
            status,
            attempt,
            wait_milliseconds = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
            "the receiver did not take an event, which is posted again: {why}"
        );
        Tried::Again { wait, is_asked_for: retry_after.is_some() }
    }

    async fn delivered(self, id: u64, event: Event, attempt: u32) -> Tried {
        tracing::debug!(target: TARGET, operation = "deliver", id_instance = id, attempt, kind = event.kind, "an event was delivered");
        match self.spool.lock().await.delivered(id).await {
            Ok(true) => {
                let Event { id: event_id, kind, .. } = event;
                let values =
                    vec![kind.into(), id.into(), event_id.into(), u64::from(attempt).into(), Timestamp::now().into()];
                Tried::Delivered(Record::of(Delivery::MODEL, values))
            }
            Ok(false) => Tried::LostTurn,
            Err(error) => Tried::Failed(error),
        }
    }

    fn gone(self) -> Error {
        let host = self.receiver.host();
        let why =
            format!("the receiver at {host} answered 410 Gone: it wants no more events; those that wait are kept");
        Error::new(ErrorCode::Refused, why).with_status(GONE)
    }
}

/// What may be posted next.
enum Next {
    Now(u64, Event, u32),
    At(Instant),
    Nothing,
}

impl Queues {
    fn put(&mut self, id: u64, event: Event) {
        self.total += 1;
        let queue = self.waiting.entry(id).or_default();
        queue.events.push_back(event);
        if queue.events.len() == 1 {
            self.due.insert((Instant::now(), id));
        }
    }

    fn next(&mut self, now: Instant) -> Next {
        let Some(&(due, id)) = self.due.first() else { return Next::Nothing };
        let at = self.rests_until.map_or(due, |until| until.max(due));
        if at > now {
            return Next::At(at);
        }
        self.due.remove(&(due, id));
        let Some(queue) = self.waiting.get_mut(&id) else { return Next::Nothing };
        queue.attempts += 1;
        match queue.events.front() {
            Some(event) => Next::Now(id, event.clone(), queue.attempts),
            None => Next::Nothing,
        }
    }

    fn delivered(&mut self, id: u64) {
        let Some(queue) = self.waiting.get_mut(&id) else { return };
        queue.events.pop_front();
        queue.attempts = 0;
        if queue.events.is_empty() {
            self.waiting.remove(&id);
        } else {
            self.due.insert((Instant::now(), id));
        }
    }

    /// Once more at that moment; if the receiver has asked for it, so all others.
    fn again(&mut self, id: u64, at: Instant, is_asked_for: bool) {
        self.due.insert((at, id));
        if is_asked_for {
            self.rests_until = self.rests_until.max(Some(at));
        }
    }
}

/// From half of the first wait × 2ⁿ to the whole, at most five minutes.
fn back_off(first: Duration, attempt: u32, random: f64) -> Duration {
    let doubled = first.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)));
    doubled.min(DELIVER_LONGEST_WAIT).mul_f64(f64::midpoint(1.0, random))
}

const GONE: u16 = 410;
/// How many deliveries may be told that nobody has read.
const MOST_UNREAD: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::DELIVER_FIRST_WAIT;

    #[test]
    fn waits_double_up_to_the_cap_and_jitter_takes_up_to_half() {
        let table = [
            (1, 1.0, 1.0),
            (1, 0.0, 0.5),
            (2, 1.0, 2.0),
            (5, 1.0, 16.0),
            (5, 0.5, 12.0),
            (9, 1.0, 256.0),
            (10, 1.0, 300.0),
            (99, 0.0, 150.0),
        ];
        for (attempt, random, wait) in table {
            let wait = Duration::from_secs_f64(wait);
            assert_eq!(back_off(DELIVER_FIRST_WAIT, attempt, random), wait, "{attempt} {random}");
        }
    }
}
