//! A token bucket, for those who want to be told 429.

use jiff::Timestamp;

use crate::options::RateLimit;

/// Calls that were let through, less what time has given back.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    used: u32,
    since: Option<Timestamp>,
}

impl Limiter {
    /// Lets a call through and says how many more may come at once, or refuses it.
    pub(crate) fn let_through(&mut self, now: Timestamp, limit: &RateLimit) -> Option<u32> {
        let seconds = self.since.map_or(0, |since| now.as_second() - since.as_second());
        let given_back = u32::try_from(seconds.max(0)).unwrap_or(u32::MAX).saturating_mul(limit.per_second);
        self.used = self.used.saturating_sub(given_back);
        self.since = Some(now);
        let left = limit.burst.saturating_sub(self.used).checked_sub(1)?;
        self.used += 1;
        Some(left)
    }
}
