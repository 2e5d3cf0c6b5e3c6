//! Metronome of a runtime on which calls come: for the bindings, whose runtimes are their own.
//!
//! A timer that comes before all others of its runtime has to be told to the thread that waits for the next one, and each call has
//! one for its time limit. Where a call is alone, that would wake a thread for nothing in the middle of it; so while calls come, there
//! is always a timer that comes before theirs.

use std::{
    sync::atomic::{AtomicU8, Ordering},
    time::Duration,
};

use tokio::time;

/// A timer that is always there while calls come, and no longer: a process that is idle is left alone.
#[derive(Debug)]
pub struct Metronome {
    period: Duration,
    state: AtomicU8,
}

impl Metronome {
    /// One that beats at least as often as the shortest timer of a call.
    #[must_use]
    pub const fn new(period: Duration) -> Self {
        Self { period, state: AtomicU8::new(SILENT) }
    }

    /// A call begins, on the runtime that this is called in.
    pub fn on_call(&'static self) {
        if self.state.load(Ordering::Relaxed) != HEARD && self.state.swap(HEARD, Ordering::AcqRel) == SILENT {
            tokio::spawn(self.beat());
        }
    }

    /// Until no call has come for the length of a beat.
    async fn beat(&self) {
        while self.goes_on() {
            time::sleep(self.period).await;
        }
    }

    fn goes_on(&self) -> bool {
        let (next, order) = (Ordering::AcqRel, Ordering::Acquire);
        self.state.compare_exchange(HEARD, BEATING, next, order).is_ok()
            || self.state.compare_exchange(BEATING, SILENT, next, order).is_err()
    }
}

const SILENT: u8 = 0;
/// It beats, and has heard of no call since the last one.
const BEATING: u8 = 1;
const HEARD: u8 = 2;

#[cfg(test)]
mod tests {
    use tokio::runtime::Handle;

    use super::*;

    const PERIOD: Duration = Duration::from_secs(1);

    fn alive() -> usize {
        Handle::current().metrics().num_alive_tasks()
    }

    #[tokio::test(start_paused = true)]
    async fn it_beats_while_calls_come_and_no_longer() {
        static METRONOME: Metronome = Metronome::new(PERIOD);
        for _ in 0..5 {
            METRONOME.on_call();
            METRONOME.on_call();
            assert_eq!(alive(), 1);
            time::sleep(PERIOD + PERIOD / 2).await;
        }
        time::sleep(2 * PERIOD).await;
        assert_eq!(alive(), 0);
        METRONOME.on_call();
        assert_eq!(alive(), 1, "it begins again");
    }
}
