//! Options of a bulk run.

use rust_decimal::Decimal;

use crate::{
    config::{SETTLE, VERIFY_TIMEOUT},
    endpoint::CallOptions,
    error::{Error, ErrorCode},
    fleet::options::options,
};

options! {
    /// Options of a run over many instances.
    ///
    /// ```
    /// use greenapi_partner::BulkOptions;
    ///
    /// let options = BulkOptions::new().journal("spring-shops.journal").max_new(50);
    /// ```
    #[derive(Clone, Debug)]
    #[must_use]
    BulkOptions {}

    /// Every run takes them.
    EVERY {
        journal "journal" Journal, "What says what was sent, so that the same run can be taken up again after a crash with nothing done twice: a `Journal` of a store, or the path of a file, which is made where there is none, on a local file system. Defaults to none.";
        dry_run "dryRun" Flag = false, "Whether to say only what would be sent.";
        concurrency "concurrency" Count, "How many may be under way at once, at least 1. Defaults to 8 for partner methods (create, delete) and to 32 for those of instances.";
        timeout "timeout" Duration, "The time of the call of each, with its retries. Defaults to the client's.";
    }

    /// A run that creates.
    CREATING {
        max_new "maxNew" Int, "How many may be created, at most: above that nothing is sent. Defaults to no limit.";
        max_cost "maxCost" Decimal, "What the creations may cost, at most, at `price_per_day`, exact: above that nothing is sent. Defaults to no limit.";
        price_per_day "pricePerDay" Decimal, "What an instance costs a day, exact; upstream publishes no prices. A creation is charged one day at once. Defaults to none.";
        settle "settle" Duration = SETTLE, "How long to look for an instance whose creation got no answer. Defaults to 60 seconds.";
    }

    /// A run that deletes.
    DELETING {
        logout "logout" Flag = true, "Whether to log the phone out first.";
        max_deleted "maxDeleted" Int, "How many may be deleted, at most: above that nothing is sent. Defaults to no limit.";
        expect "expect" Int, "How many are to be deleted, with those that an earlier run of the journal has deleted: if there are more or fewer, nothing is sent. Defaults to any number.";
        delete_all "deleteAll" Flag = false, "Whether every live instance of the account may be deleted, where there is more than one. If not, nothing is sent then.";
    }

    /// A run that sets.
    SETTING {
        verify "verify" Switch, "Whether to look for the settings until they show.";
        verify_timeout "verifyTimeout" Duration = VERIFY_TIMEOUT, "How long to look for them, before and again after they are set once more. Defaults to 300 seconds.";
    }

    /// A run that sends what is not sent twice by itself.
    SENDING_ONCE {
        retry_unknown "retryUnknown" Flag = false, "Whether to send again what an earlier run of the journal has sent and could not settle: you have looked, and it has not taken effect.";
    }
}

impl BulkOptions {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Refuses what makes no sense, before anything is sent.
    pub(super) fn check(&self) -> Result<(), Error> {
        let wrong = |what| Err(Error::invalid_request(what));
        if self.concurrency == Some(0) {
            return wrong("concurrency must be at least 1");
        }
        if self.timeout.is_some_and(|timeout| timeout.is_zero()) {
            return wrong("the timeout must be longer than nothing");
        }
        if self.verify_timeout.is_some_and(|timeout| timeout.is_zero()) {
            return wrong("verify_timeout must be longer than nothing");
        }
        if self.max_cost.is_some() && self.price_per_day.is_none() {
            return wrong("max_cost needs price_per_day: upstream publishes no prices");
        }
        if self.price_per_day.is_some_and(|price| price.is_sign_negative()) {
            return wrong("price_per_day must not be negative");
        }
        Ok(())
    }

    /// The guards against a slip of the pen: `new` instances are about to be created.
    pub(super) fn guard_creations(&self, new: usize) -> Result<(), Error> {
        if let Some(most) = self.max_new.filter(|most| u64::try_from(new).is_ok_and(|new| new > *most)) {
            return limit(&format!("{new} instances would be created, and max_new is {most}"));
        }
        let (Some(most), Some(price)) = (self.max_cost, self.price_per_day) else { return Ok(()) };
        match Decimal::from(new).checked_mul(price) {
            Some(cost) if cost <= most => Ok(()),
            Some(cost) => limit(&format!("{new} instances would cost {cost} at once, and max_cost is {most}")),
            None => limit(&format!("{new} instances would cost more than max_cost, which is {most}")),
        }
    }

    /// The guards against deleting more than was meant.
    pub(super) fn guard_deletions(&self, deletions: Deletions) -> Result<(), Error> {
        let Deletions { now, earlier, live } = deletions;
        if let Some(most) = self.max_deleted.filter(|most| now > *most) {
            return limit(&format!("{now} instances would be deleted, and max_deleted is {most}"));
        }
        if let Some(expected) = self.expect.filter(|expected| now + earlier != *expected) {
            let before = if earlier > 0 { format!(", after {earlier} by an earlier run") } else { String::new() };
            return limit(&format!("{now} instances would be deleted{before}, and expect is {expected}"));
        }
        if now == live && live > 1 && !self.delete_all {
            return limit(&format!(
                "all {live} live instances of the account would be deleted: delete_all allows that"
            ));
        }
        Ok(())
    }

    pub(super) fn call(&self) -> CallOptions {
        CallOptions { timeout: self.timeout }
    }
}

/// How many instances a run is about to delete, each counted once.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Deletions {
    /// Live, and deleted by this run.
    pub(super) now: u64,
    /// Sent by an earlier run of its journal, and not sent again.
    pub(super) earlier: u64,
    /// The account has so many live ones.
    pub(super) live: u64,
}

fn limit(what: &str) -> Result<(), Error> {
    Err(Error::new(ErrorCode::LimitExceeded, format!("nothing was sent: {what}")))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn the_guards_count_what_would_be_created_and_take_the_limit_itself() {
        let costs = BulkOptions::new().price_per_day(decimal("0.30")).max_cost(decimal("0.90"));
        let table = [
            (BulkOptions::new(), 1_000_000, true),
            (BulkOptions::new().max_new(3), 3, true),
            (BulkOptions::new().max_new(3), 4, false),
            (BulkOptions::new().max_new(0), 0, true),
            (BulkOptions::new().max_new(0), 1, false),
            (costs.clone(), 3, true),
            (costs, 4, false),
            (BulkOptions::new().price_per_day(Decimal::MAX).max_cost(Decimal::MAX), 2, false),
            (BulkOptions::new().price_per_day(decimal("1")), 1_000, true),
        ];
        for (options, new, passes) in table {
            let guarded = options.guard_creations(new);
            assert_eq!(guarded.is_ok(), passes, "{options:?} {new}");
            assert!(
                guarded.is_ok_and(|()| true)
                    || options.guard_creations(new).is_err_and(|e| e.code().as_str() == "limit_exceeded")
            );
        }
    }

    #[test]
    fn the_guards_of_deletions_let_pass_what_was_meant_and_nothing_else() {
        let plain = BulkOptions::new;
        let table = [
            (plain(), (9, 0, 10), true),
            (plain(), (10, 0, 10), false),
            (plain(), (1, 0, 1), true),
            (plain(), (0, 0, 0), true),
            (plain(), (0, 10, 0), true),
            (plain(), (2, 8, 2), false),
            (plain().delete_all(true), (10, 0, 10), true),
            (plain().max_deleted(3), (3, 0, 10), true),
            (plain().max_deleted(3), (4, 0, 10), false),
            (plain().max_deleted(0), (0, 4, 10), true),
            (plain().max_deleted(0), (1, 0, 10), false),
            (plain().max_deleted(3), (3, 6, 10), true),
            (plain().max_deleted(9).delete_all(true), (10, 0, 10), false),
            (plain().expect(4), (4, 0, 10), true),
            (plain().expect(4), (1, 3, 10), true),
            (plain().expect(4), (4, 3, 10), false),
            (plain().expect(4), (3, 0, 10), false),
            (plain().expect(4), (5, 0, 10), false),
            (plain().expect(0), (0, 0, 10), true),
            (plain().expect(10), (10, 0, 10), false),
            (plain().expect(u64::MAX).delete_all(true), (10, 0, 10), false),
        ];
        for (options, (now, earlier, live), passes) in table {
            let guarded = options.guard_deletions(Deletions { now, earlier, live });
            let code = guarded.map_or_else(|error| error.code().as_str(), |()| "");
            assert_eq!(code, if passes { "" } else { "limit_exceeded" }, "{options:?} {now} {earlier} {live}");
        }
    }

    #[test]
    fn options_that_make_no_sense_are_refused() {
        let table = [
            BulkOptions::new().concurrency(0),
            BulkOptions::new().timeout(Duration::ZERO),
            BulkOptions { verify_timeout: Some(Duration::ZERO), ..BulkOptions::new() },
            BulkOptions::new().max_cost(decimal("1")),
            BulkOptions::new().price_per_day(decimal("-1")),
        ];
        for options in table {
            assert_eq!(options.check().unwrap_err().code(), ErrorCode::InvalidRequest, "{options:?}");
        }
        assert!(BulkOptions::new().concurrency(1).price_per_day(decimal("0")).check().is_ok());
    }
}
