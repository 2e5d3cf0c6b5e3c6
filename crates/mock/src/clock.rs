//! The mock's clock: the machine's, until a test sets it or moves it.

use std::{future::pending, sync::Mutex, time::Duration};

use jiff::{SignedDuration, Timestamp};
use tokio::{sync::Notify, time::sleep};

use crate::sync::lock;

/// Tells the time that the account lives by.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    reading: Mutex<Reading>,
    touched: Notify,
}

impl Clock {
    /// What time it is, to the second, as upstream stores it.
    pub(crate) fn now(&self) -> Timestamp {
        to_second(self.exactly())
    }

    /// What time it is, to the fraction of a second, for what takes less than one.
    pub(crate) fn exactly(&self) -> Timestamp {
        lock(&self.reading).now()
    }

    /// Waits until the clock shows a moment, without end if there is none, and never if it is past.
    pub(crate) async fn reaches(&self, moment: Option<Timestamp>) {
        let Some(moment) = moment else { return pending().await };
        loop {
            let touched = self.touched.notified();
            tokio::pin!(touched);
            touched.as_mut().enable();
            let left = moment.duration_since(self.exactly());
            if !left.is_positive() {
                return;
            }
            if matches!(*lock(&self.reading), Reading::Stopped { .. }) {
                touched.await;
                continue;
            }
            tokio::select! {
                () = touched => {}
                () = sleep(left.try_into().unwrap_or(Duration::MAX)) => {}
            }
        }
    }

    /// Stops the clock at a moment.
    pub(crate) fn stop_at(&self, moment: Timestamp) {
        *lock(&self.reading) = Reading::Stopped { at: moment };
        self.touched.notify_waiters();
    }

    /// Moves the clock. A stopped one stays stopped, a running one goes on from there.
    pub(crate) fn advance(&self, by: SignedDuration) {
        let mut reading = lock(&self.reading);
        *reading = match *reading {
            Reading::Running { ahead } => Reading::Running { ahead: ahead.saturating_add(by) },
            Reading::Stopped { at } => Reading::Stopped { at: at.saturating_add(by).unwrap_or(at) },
        };
        drop(reading);
        self.touched.notify_waiters();
    }

    /// Follows the machine's clock again.
    pub(crate) fn reset(&self) {
        *lock(&self.reading) = Reading::default();
        self.touched.notify_waiters();
    }
}

/// A moment as upstream stores it.
pub(crate) fn to_second(moment: Timestamp) -> Timestamp {
    Timestamp::from_second(moment.as_second()).unwrap_or(moment)
}

#[derive(Debug)]
enum Reading {
    Running { ahead: SignedDuration },
    Stopped { at: Timestamp },
}

impl Reading {
    fn now(&self) -> Timestamp {
        match *self {
            Self::Running { ahead } => Timestamp::now().saturating_add(ahead).unwrap_or(Timestamp::MAX),
            Self::Stopped { at } => at,
        }
    }
}

impl Default for Reading {
    fn default() -> Self {
        Self::Running { ahead: SignedDuration::ZERO }
    }
}
