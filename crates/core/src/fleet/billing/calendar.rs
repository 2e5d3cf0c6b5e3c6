//! Upstream's calendar: its days begin at 00:00 UTC+3, all year round.

use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::Date, tz::TimeZone};

use crate::model::UPSTREAM_OFFSET;

/// A day of that calendar, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Day(i64);

impl Day {
    /// The day that holds a moment; midnight is the first moment of the day that it begins.
    pub(super) fn of(moment: Timestamp) -> Self {
        UPSTREAM_OFFSET.to_datetime(moment).date().into()
    }

    /// The last day that began before a moment: at midnight, the day that has just ended.
    pub(super) fn before(moment: Timestamp) -> Self {
        let day = Self::of(moment);
        if day.start() < moment { day } else { day.plus(-1) }
    }

    /// Its midnight.
    pub(super) fn start(self) -> Timestamp {
        // Only what is left of the year 9999 has no such moment.
        UPSTREAM_OFFSET.to_timestamp(self.date().at(0, 0, 0, 0)).unwrap_or(Timestamp::MAX)
    }

    pub(super) fn date(self) -> Date {
        EPOCH.saturating_add(SignedDuration::from_hours(self.0 * DAY_HOURS))
    }

    pub(super) fn plus(self, days: i64) -> Self {
        Self(self.0 + days)
    }

    /// The month that it is in.
    pub(super) fn month(self) -> Days {
        let date = self.date();
        Days { first: date.first_of_month().into(), last: date.last_of_month().into() }
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        Self(date.duration_since(EPOCH).as_hours() / DAY_HOURS)
    }
}

/// Days one after the other, both ends included: there is one at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Days {
    pub(super) first: Day,
    pub(super) last: Day,
}

impl Days {
    /// The days between two; `None`: the second is before the first.
    pub(super) fn between(first: Day, last: Day) -> Option<Self> {
        (first <= last).then_some(Self { first, last })
    }

    /// Those of them that are among `others` too.
    pub(super) fn within(self, others: Self) -> Option<Self> {
        Self::between(self.first.max(others.first), self.last.min(others.last))
    }

    pub(super) fn count(self) -> u64 {
        (self.last.0 - self.first.0).unsigned_abs() + 1
    }

    pub(super) fn iter(self) -> impl Iterator<Item = Day> {
        (self.first.0..=self.last.0).map(Day)
    }
}

/// How far back a list goes that was made at a moment: what was deleted later than this is in it, however upstream takes
/// its "three months" where a month has no such day.
pub(in crate::fleet) fn three_months_before(moment: Timestamp) -> Timestamp {
    let now = moment.to_zoned(TimeZone::fixed(UPSTREAM_OFFSET));
    let Ok(then) = now.checked_sub(3.months()) else { return Timestamp::MIN };
    // 30 November and three months is 28 February, as 28 November and three months is.
    let last = now.date() == now.date().last_of_month();
    let then = if last { then.last_of_month().unwrap_or(then) } else { then };
    then.timestamp()
}

const EPOCH: Date = Date::constant(1970, 1, 1);
const DAY_HOURS: i64 = 24;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_begins_at_21_utc() {
        let table = [
            ("2026-11-24T20:59:59.999Z", "2026-11-24", "2026-11-24"),
            ("2026-11-24T21:00:00Z", "2026-11-25", "2026-11-24"),
            ("2026-11-24T21:00:00.001Z", "2026-11-25", "2026-11-25"),
            ("1969-12-31T20:59:59.5Z", "1969-12-31", "1969-12-31"),
            ("1969-12-31T21:00:00Z", "1970-01-01", "1969-12-31"),
        ];
        for (moment, day, before) in table {
            let moment = at(moment);
            assert_eq!(Day::of(moment).date().to_string(), day, "{moment}");
            assert_eq!(Day::before(moment).date().to_string(), before, "{moment}");
        }
        assert_eq!(Day::of(at("2026-11-25T12:00:00Z")).start(), at("2026-11-24T21:00:00Z"));
    }

    #[test]
    fn the_ends_of_time_do_no_harm() {
        for moment in [Timestamp::MIN, Timestamp::MAX] {
            let day = Day::of(moment);
            let _ = (day.start(), day.plus(1).start(), day.month(), Day::before(moment), three_months_before(moment));
        }
    }

    #[test]
    fn three_months_back_is_never_too_far() {
        let table = [
            ("2026-11-25T09:00:00Z", "2026-08-25T09:00:00Z"),
            // 31 May: February has no 31st.
            ("2026-05-31T09:00:00Z", "2026-02-28T09:00:00Z"),
            // The last day of a short month: the 29th to the 31st of the long one may be forgotten too.
            ("2026-02-28T09:00:00Z", "2025-11-30T09:00:00Z"),
            ("2026-11-30T09:00:00Z", "2026-08-31T09:00:00Z"),
            // Not the last day: 2028 is a leap year.
            ("2028-02-28T09:00:00Z", "2027-11-28T09:00:00Z"),
            // 28 February in UTC, and the first of March in UTC+3.
            ("2026-02-28T22:00:00Z", "2025-11-30T22:00:00Z"),
        ];
        for (moment, then) in table {
            assert_eq!(three_months_before(at(moment)), at(then), "{moment}");
        }
    }
}
