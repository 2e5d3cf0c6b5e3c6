//! What a worker tells.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::memory;

/// A measurement under way: the time and the memory since it began.
#[derive(Debug)]
pub struct Stopwatch {
    rss_before: Option<u64>,
    began: Instant,
}

impl Stopwatch {
    /// Begins one.
    #[must_use]
    pub fn start() -> Self {
        memory::forget_peak();
        Self { rss_before: memory::resident(), began: Instant::now() }
    }

    /// Ends it, after so much work.
    #[must_use]
    pub fn stop(self, count: usize) -> Measured {
        let seconds = self.began.elapsed();
        Measured { seconds, count, rss_before: self.rss_before, rss_peak: memory::peak() }
    }
}

/// What was measured.
#[derive(Debug)]
pub struct Measured {
    /// How long all of it took.
    pub seconds: Duration,
    /// How many calls that were, or of how many instances.
    pub count: usize,
    rss_before: Option<u64>,
    rss_peak: Option<u64>,
}

impl Measured {
    /// The same with another time.
    #[must_use]
    pub fn within(self, seconds: Duration) -> Self {
        Self { seconds, ..self }
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({
            "seconds": self.seconds.as_secs_f64(),
            "count": self.count,
            "rss_before": self.rss_before,
            "rss_peak": self.rss_peak,
        })
    }
}

/// The median of several times.
#[must_use]
pub fn typical(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
