//! Pacing, when the next call may go: upstream documents so many a second, per instance and method. Pure decisions.
//!
//! <https://green-api.com/en/docs/api/ratelimiter/>

use std::{borrow::Cow, time::Duration};

use tokio::time::Instant;

use crate::passing::PassingMap;

/// The next free moment of each instance and method; one that has passed need not be kept.
#[derive(Debug, Default)]
pub(crate) struct Pace(PassingMap<(u64, Cow<'static, str>), Instant>);

impl Pace {
    /// Books the next free moment and gives the wait until then; a wait that is not shorter than `left` is given as
    /// the error, and nothing is booked.
    pub(crate) fn book(
        &mut self,
        id_instance: u64,
        method: Cow<'static, str>,
        interval: Duration,
        now: Instant,
        left: Duration,
    ) -> Result<Duration, Duration> {
        let moments = self.0.with_room(|free| *free <= now);
        let free = moments.entry((id_instance, method)).or_insert(now);
        let wait = free.saturating_duration_since(now);
        if !wait.is_zero() && wait >= left {
            return Err(wait);
        }
        *free = now + wait + interval;
        Ok(wait)
    }
}

#[cfg(test)]
mod property;
#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::Rate;

    const SECOND: Duration = Duration::from_secs(1);
    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn calls_of_one_method_of_one_instance_stand_apart_and_others_do_not_wait() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        let mut book = |id, method: &'static str| pace.book(id, method.into(), SECOND, now, LONG);
        assert_eq!(book(1, "qr"), Ok(Duration::ZERO));
        assert_eq!(book(1, "qr"), Ok(SECOND));
        assert_eq!(book(1, "qr"), Ok(2 * SECOND));
        assert_eq!(book(1, "reboot"), Ok(Duration::ZERO));
        assert_eq!(book(2, "qr"), Ok(Duration::ZERO));
    }

    #[test]
    fn a_moment_that_has_passed_is_not_saved_up() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        assert_eq!(pace.book(1, "qr".into(), SECOND, now, LONG), Ok(Duration::ZERO));
        assert_eq!(pace.book(1, "qr".into(), SECOND, now + 9 * SECOND, LONG), Ok(Duration::ZERO));
        assert_eq!(pace.book(1, "qr".into(), SECOND, now + 9 * SECOND, LONG), Ok(SECOND));
    }

    #[test]
    fn a_wait_longer_than_what_is_left_is_refused_and_books_nothing() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        assert_eq!(pace.book(1, "qr".into(), 10 * SECOND, now, SECOND), Ok(Duration::ZERO));
        assert_eq!(pace.book(1, "qr".into(), 10 * SECOND, now, SECOND), Err(10 * SECOND));
        assert_eq!(pace.book(1, "qr".into(), 10 * SECOND, now, LONG), Ok(10 * SECOND));
    }

    #[test]
    fn the_interval_follows_the_messenger() {
        let rate = Rate::new(3.0).of_telegram(2.0).of_max(1.0);
        assert_eq!(
            ["whatsapp", "telegram", "v3", "new"].map(|of| rate.interval(of).as_millis()),
            [350, 525, 1050, 350]
        );
    }
}
