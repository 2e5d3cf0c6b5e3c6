//! Which days of one instance are charged: a pure decision.

use jiff::{Timestamp, civil::Date};

use super::{
    Billable,
    calendar::{Day, Days},
};

/// The days of an instance, up to a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Charges {
    /// The days that were charged: that of the creation, and each whose midnight it saw.
    pub(super) days: Option<Days>,
    /// Days that may have been charged, and nobody knows.
    pub(super) unsure: Option<Days>,
    /// Whether it is there at that moment, and charged at the next midnight.
    pub(super) lives: bool,
    /// What is not known of it.
    pub(super) note: Option<&'static str>,
}

/// The charges of an instance up to a moment, that moment included.
///
/// One charge at the creation, and one at each midnight `m` with `created < m`, and `m < deleted` or `m <= until`.
pub(super) fn charges(one: &Billable, until: Timestamp) -> Charges {
    if one.time_created.is_some_and(|created| created > until) {
        return Charges { days: None, unsure: None, lives: false, note: Some(CREATED_LATER) };
    }
    let today = Day::of(until);
    let End { lives, known, possible, note } = End::of(one, until);
    let possible = possible.min(today);
    let Some(created) = one.time_created.map(Day::of) else {
        let unsure = Days::between(Date::MIN.into(), possible);
        return Charges { days: None, unsure, lives, note: Some(NO_CREATION_TIME) };
    };
    // Its first day is charged however short it lived.
    let last = known.unwrap_or(created).min(today).max(created);
    let unsure = Days::between(last.plus(1), possible);
    Charges { days: Days::between(created, last), unsure, lives, note }
}

/// How an instance's days end.
struct End {
    lives: bool,
    /// The last day that it is known to have begun; `None`: none is.
    known: Option<Day>,
    /// The last day that it may have begun.
    possible: Day,
    note: Option<&'static str>,
}

impl End {
    fn of(one: &Billable, until: Timestamp) -> Self {
        let today = Day::of(until);
        let lives = Self { lives: true, known: Some(today), possible: today, note: None };
        match (one.time_deleted, one.seen_until) {
            (None, None) if !one.is_gone() => lives,
            // It was there at that moment, whatever came later.
            (Some(later), _) | (None, Some(later)) if later > until => lives,
            (Some(deleted), _) => {
                let last = Day::before(deleted);
                Self { lives: false, known: Some(last), possible: last, note: None }
            }
            (None, seen) => Self {
                lives: false,
                known: seen.map(Day::of),
                possible: one.gone_by.map_or(today, Day::before),
                note: Some(if one.deleted { DELETED_SOMETIME } else { VANISHED }),
            },
        }
    }
}

const NO_CREATION_TIME: &str = "no creation time";
const CREATED_LATER: &str = "created later";
const DELETED_SOMETIME: &str = "deleted at an unknown time";
const VANISHED: &str = "no longer listed";

#[cfg(test)]
mod tests {
    use super::*;

    /// A moment as upstream writes it: without a zone, UTC+3.
    fn at(text: &str) -> Timestamp {
        format!("{text}+03:00").parse().unwrap()
    }

    fn days(first: &str, last: &str) -> Days {
        let day = |text: &str| Day::from(text.parse::<Date>().unwrap());
        Days { first: day(first), last: day(last) }
    }

    #[test]
    fn the_day_of_the_creation_and_each_midnight_that_it_saw() {
        // created, deleted, until, the first and the last day charged, how many; worked out by hand.
        let table = [
            // Deleted on the same day: the creation alone.
            ("2026-11-25T10:36:48", Some("2026-11-25T10:37:00"), "2026-11-30T12:00:00", "2026-11-25", "2026-11-25", 1),
            // Two seconds, with the midnight of the 26th in between: creation + 1.
            ("2026-11-25T23:59:59", Some("2026-11-26T00:00:01"), "2026-11-30T12:00:00", "2026-11-25", "2026-11-26", 2),
            // Created exactly at midnight: that midnight is the creation. The 26th's is in between.
            ("2026-11-25T00:00:00", Some("2026-11-26T12:00:00"), "2026-11-30T12:00:00", "2026-11-25", "2026-11-26", 2),
            // Deleted exactly at midnight: it did not see that one.
            ("2026-11-25T12:00:00", Some("2026-11-27T00:00:00"), "2026-11-30T12:00:00", "2026-11-25", "2026-11-26", 2),
            // Both exactly at the same midnight: the creation alone.
            ("2026-11-25T00:00:00", Some("2026-11-25T00:00:00"), "2026-11-30T12:00:00", "2026-11-25", "2026-11-25", 1),
            // Live, and it is exactly midnight: that one is charged. 25, 26, 27.
            ("2026-11-25T12:00:00", None, "2026-11-27T00:00:00", "2026-11-25", "2026-11-27", 3),
            // Live, a second before that midnight.
            ("2026-11-25T12:00:00", None, "2026-11-26T23:59:59", "2026-11-25", "2026-11-26", 2),
            // Created this very moment.
            ("2026-11-25T12:00:00", None, "2026-11-25T12:00:00", "2026-11-25", "2026-11-25", 1),
            // The end of a month: 30 November and 1 December.
            ("2026-11-30T23:00:00", Some("2026-12-01T01:00:00"), "2026-12-05T12:00:00", "2026-11-30", "2026-12-01", 2),
            // A leap day: 28 and 29 February, 1 March.
            ("2028-02-28T12:00:00", Some("2028-03-01T12:00:00"), "2028-03-05T12:00:00", "2028-02-28", "2028-03-01", 3),
            // No leap day: 28 February, 1 March.
            ("2027-02-28T12:00:00", Some("2027-03-01T12:00:00"), "2027-03-05T12:00:00", "2027-02-28", "2027-03-01", 2),
            // The end of a year: 30 and 31 December, 1 and 2 January.
            ("2026-12-30T12:00:00", Some("2027-01-02T12:00:00"), "2027-02-01T12:00:00", "2026-12-30", "2027-01-02", 4),
            // Older than three months: the rest of June (16), July (31), August (31), September (30), 1 October.
            ("2026-06-15T12:00:00", None, "2026-10-01T12:00:00", "2026-06-15", "2026-10-01", 109),
            // Deleted after the moment that is asked for: live then.
            ("2026-11-25T12:00:00", Some("2026-11-29T12:00:00"), "2026-11-26T12:00:00", "2026-11-25", "2026-11-26", 2),
            // Deleted before it was created, by clocks that disagree: the creation alone.
            ("2026-11-25T12:00:00", Some("2026-11-20T12:00:00"), "2026-11-26T12:00:00", "2026-11-25", "2026-11-25", 1),
        ];
        for (created, deleted, until, first, last, count) in table {
            let one = Billable {
                time_created: Some(at(created)),
                time_deleted: deleted.map(at),
                deleted: deleted.is_some(),
                ..Billable::default()
            };
            let until = at(until);
            let expected = Charges {
                days: Some(days(first, last)),
                unsure: None,
                lives: deleted.is_none_or(|deleted| at(deleted) > until),
                note: None,
            };
            assert_eq!(charges(&one, until), expected, "{created} to {deleted:?}, at {until}");
            assert_eq!(expected.days.map(Days::count), Some(count), "{created} to {deleted:?}, at {until}");
        }
    }

    #[test]
    fn what_nobody_knows_is_said_and_not_guessed() {
        let created = Billable { time_created: Some(at("2026-11-10T12:00:00")), ..Billable::default() };
        let gone = Billable { deleted: true, ..created.clone() };
        let seen = Billable { seen_until: Some(at("2026-11-14T12:00:00")), ..created.clone() };
        let no_time = Billable::default();
        let ever = |last: &str| Days::between(Date::MIN.into(), days(last, last).last);
        let table = [
            // The creation is known, and any day since may have been charged.
            (
                gone.clone(),
                Some(days("2026-11-10", "2026-11-10")),
                Some(days("2026-11-11", "2026-11-25")),
                false,
                DELETED_SOMETIME,
            ),
            // Seen on the 14th, which it therefore began.
            (
                seen.clone(),
                Some(days("2026-11-10", "2026-11-14")),
                Some(days("2026-11-15", "2026-11-25")),
                false,
                VANISHED,
            ),
            (
                Billable { deleted: true, ..seen.clone() },
                Some(days("2026-11-10", "2026-11-14")),
                Some(days("2026-11-15", "2026-11-25")),
                false,
                DELETED_SOMETIME,
            ),
            // LastKnown to be gone on the 16th, a minute after its midnight.
            (
                Billable { gone_by: Some(at("2026-11-16T00:01:00")), ..seen.clone() },
                Some(days("2026-11-10", "2026-11-14")),
                Some(days("2026-11-15", "2026-11-16")),
                false,
                VANISHED,
            ),
            // LastKnown to be gone on the day on which it was last seen: nothing is open but the note.
            (
                Billable { gone_by: Some(at("2026-11-14T12:01:00")), ..seen.clone() },
                Some(days("2026-11-10", "2026-11-14")),
                None,
                false,
                VANISHED,
            ),
            (no_time.clone(), None, ever("2026-11-25"), true, NO_CREATION_TIME),
            (
                Billable { time_deleted: Some(at("2026-11-20T00:00:00")), ..no_time },
                None,
                ever("2026-11-19"),
                false,
                NO_CREATION_TIME,
            ),
            (
                Billable { time_created: Some(at("2026-11-25T12:00:01")), ..Billable::default() },
                None,
                None,
                false,
                CREATED_LATER,
            ),
        ];
        for (one, days, unsure, lives, note) in table {
            let expected = Charges { days, unsure, lives, note: Some(note) };
            assert_eq!(charges(&one, at("2026-11-25T12:00:00")), expected, "{one:?}");
        }
        // At the 12th it was there: it was seen later.
        let then = charges(&seen, at("2026-11-12T12:00:00"));
        assert_eq!(
            then,
            Charges { days: Some(days("2026-11-10", "2026-11-12")), unsure: None, lives: true, note: None }
        );
    }
}
