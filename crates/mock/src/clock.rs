//! The mock's clock: the machine's, until a test sets it or moves it.

use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};

use crate::sync::lock;

/// Tells the time that the account lives by.
#[derive(Debug, Default)]
pub(crate) struct Clock(Mutex<Reading>);

impl Clock {
    /// What time it is, to the second, as upstream stores it.
    pub(crate) fn now(&self) -> Timestamp {
        let now = match *lock(&self.0) {
            Reading::Running { ahead } => Timestamp::now().saturating_add(ahead).unwrap_or(Timestamp::MAX),
            Reading::Stopped { at } => at,
        };
        Timestamp::from_second(now.as_second()).unwrap_or(now)
    }

    /// Stops the clock at a moment.
    pub(crate) fn stop_at(&self, moment: Timestamp) {
        *lock(&self.0) = Reading::Stopped { at: moment };
    }

    /// Moves the clock. A stopped one stays stopped, a running one goes on from there.
    pub(crate) fn advance(&self, by: SignedDuration) {
        let mut reading = lock(&self.0);
        *reading = match *reading {
            Reading::Running { ahead } => Reading::Running { ahead: ahead.saturating_add(by) },
            Reading::Stopped { at } => Reading::Stopped { at: at.saturating_add(by).unwrap_or(at) },
        };
    }

    /// Follows the machine's clock again.
    pub(crate) fn reset(&self) {
        *lock(&self.0) = Reading::default();
    }
}

#[derive(Debug)]
enum Reading {
    Running { ahead: SignedDuration },
    Stopped { at: Timestamp },
}

impl Default for Reading {
    fn default() -> Self {
        Self::Running { ahead: SignedDuration::ZERO }
    }
}
