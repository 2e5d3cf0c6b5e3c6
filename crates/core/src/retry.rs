//! Pure decisions: send again? wait how long? No clock and no socket in here.
//!
//! Upstream has no idempotency keys, so a request whose fate is unknown may be repeated only where doing it twice is
//! harmless. That is a fact about the operation and stands in its `Spec`; it is never inferred from the HTTP verb.

use std::time::Duration;

use crate::{
    config::{BACKOFF_CAP, BACKOFF_FIRST, BUDGET_FULL, BUDGET_PER_RETRY, BUDGET_PER_SUCCESS},
    endpoint::Class,
};

/// How a try ended that did not bring an answer to go by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Nothing left this machine, or the server says that it has processed nothing of it.
    NotSent,
    /// Nothing left this machine, and nothing will before its set-up is another: a certificate that is not trusted.
    Barred,
    /// Status 429: upstream did not act.
    Refused,
    /// 5xx, a cut reply, or no reply in time: upstream may have acted.
    Unanswered,
    /// The answer is larger than the caller allows. The next one would be, too.
    TooLarge,
}

/// What is known when a try has failed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Situation {
    pub(crate) class: Class,
    pub(crate) failure: Failure,
    /// Retries made so far, and how many there may be.
    pub(crate) retries: u32,
    pub(crate) max_retries: u32,
    /// What upstream asks for.
    pub(crate) retry_after: Option<Duration>,
    /// What is left of the call's time.
    pub(crate) left: Duration,
    /// 0..1, for the jitter.
    pub(crate) random: f64,
}

/// How long to wait before the next try; `None`: there is no next try.
pub(crate) fn next_wait(situation: &Situation, budget: &mut Budget) -> Option<Duration> {
    let repeatable = match situation.failure {
        Failure::NotSent | Failure::Refused => true,
        Failure::Unanswered => situation.class != Class::Once,
        Failure::Barred | Failure::TooLarge => false,
    };
    if !repeatable || situation.retries >= situation.max_retries {
        return None;
    }
    let wait = situation.retry_after.unwrap_or_else(|| backoff(situation.retries, situation.random));
    (wait < situation.left && budget.take()).then_some(wait)
}

/// Full jitter: anything from nothing to 0.25 s × 2ⁿ, at most 8 s.
fn backoff(retries: u32, random: f64) -> Duration {
    BACKOFF_FIRST.saturating_mul(2_u32.saturating_pow(retries)).min(BACKOFF_CAP).mul_f64(random)
}

/// What keeps an outage from being multiplied: retries are paid for by successes.
#[derive(Debug)]
pub(crate) struct Budget(u32);

impl Budget {
    pub(crate) fn full() -> Self {
        Self(BUDGET_FULL)
    }

    pub(crate) fn success(&mut self) {
        self.0 = (self.0 + BUDGET_PER_SUCCESS).min(BUDGET_FULL);
    }

    /// What is left, 0 to 1.
    pub(crate) fn left(&self) -> f64 {
        f64::from(self.0) / f64::from(BUDGET_FULL)
    }

    fn take(&mut self) -> bool {
        let enough = self.0 >= BUDGET_PER_RETRY;
        if enough {
            self.0 -= BUDGET_PER_RETRY;
        }
        enough
    }
}

#[cfg(test)]
mod property;
#[cfg(test)]
mod tests {
    use super::*;
    use Class::{Idempotent, Once, Safe};
    use Failure::{Barred, NotSent, Refused, TooLarge, Unanswered};

    const CALM: Situation = Situation {
        class: Safe,
        failure: NotSent,
        retries: 0,
        max_retries: 3,
        retry_after: None,
        left: Duration::from_secs(60),
        random: 1.0,
    };

    fn seconds(situation: &Situation) -> Option<f64> {
        next_wait(situation, &mut Budget::full()).map(|wait| wait.as_secs_f64())
    }

    #[test]
    fn only_an_unanswered_once_and_what_is_barred_or_too_large_are_never_repeated() {
        let table = [
            (Safe, NotSent, true),
            (Safe, Barred, false),
            (Safe, Refused, true),
            (Safe, Unanswered, true),
            (Safe, TooLarge, false),
            (Idempotent, NotSent, true),
            (Idempotent, Barred, false),
            (Idempotent, Refused, true),
            (Idempotent, Unanswered, true),
            (Idempotent, TooLarge, false),
            (Once, NotSent, true),
            (Once, Barred, false),
            (Once, Refused, true),
            (Once, Unanswered, false),
            (Once, TooLarge, false),
        ];
        for (class, failure, again) in table {
            assert_eq!(seconds(&Situation { class, failure, ..CALM }).is_some(), again, "{class:?} {failure:?}");
        }
    }

    #[test]
    fn retry_after_makes_nothing_repeatable() {
        let retry_after = Some(Duration::from_secs(1));
        assert_eq!(seconds(&Situation { class: Once, failure: Unanswered, retry_after, ..CALM }), None);
    }

    #[test]
    fn waits_double_up_to_the_cap_and_jitter_takes_any_part() {
        let table =
            [(0, 1.0, 0.25), (1, 1.0, 0.5), (2, 1.0, 1.0), (5, 1.0, 8.0), (40, 1.0, 8.0), (3, 0.5, 1.0), (3, 0.0, 0.0)];
        for (retries, random, wait) in table {
            assert_eq!(
                seconds(&Situation { retries, max_retries: 99, random, ..CALM }),
                Some(wait),
                "{retries} {random}"
            );
        }
    }

    #[test]
    fn retry_after_sets_the_wait() {
        let retry_after = Some(Duration::from_secs(7));
        assert_eq!(seconds(&Situation { failure: Refused, retry_after, ..CALM }), Some(7.0));
    }

    #[test]
    fn retries_are_counted() {
        assert_eq!(seconds(&Situation { retries: 3, ..CALM }), None);
        assert_eq!(seconds(&Situation { max_retries: 0, ..CALM }), None);
    }

    #[test]
    fn a_wait_longer_than_what_is_left_is_not_begun() {
        let left = Duration::from_secs(5);
        let wait =
            |seconds| Situation { failure: Refused, left, retry_after: Some(Duration::from_secs(seconds)), ..CALM };
        assert_eq!(seconds(&wait(4)), Some(4.0));
        assert_eq!(seconds(&wait(5)), None);
        assert_eq!(seconds(&wait(3600)), None);
    }

    #[test]
    fn the_budget_allows_ten_retries_and_successes_earn_more() {
        let mut budget = Budget::full();
        let mut retry = || next_wait(&CALM, &mut budget).is_some();
        assert_eq!((0..12).filter(|_| retry()).count(), 10);
        for _ in 0..9 {
            budget.success();
        }
        assert!(next_wait(&CALM, &mut budget).is_none());
        assert_eq!(budget.left().to_string(), "0.09");
        budget.success();
        assert!(next_wait(&CALM, &mut budget).is_some());
    }

    #[test]
    fn the_budget_is_not_spent_on_what_is_not_repeated() {
        let mut budget = Budget::full();
        for _ in 0..20 {
            next_wait(&Situation { class: Once, failure: Unanswered, ..CALM }, &mut budget);
            next_wait(&Situation { failure: Barred, ..CALM }, &mut budget);
            next_wait(&Situation { left: Duration::ZERO, ..CALM }, &mut budget);
        }
        assert!((0..10).all(|_| next_wait(&CALM, &mut budget).is_some()));
    }

    #[test]
    fn the_budget_never_holds_more_than_full() {
        let mut budget = Budget::full();
        for _ in 0..50 {
            budget.success();
        }
        assert_eq!((0..12).filter(|_| next_wait(&CALM, &mut budget).is_some()).count(), 10);
    }
}
