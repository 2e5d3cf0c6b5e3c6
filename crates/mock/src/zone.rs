//! Upstream's time: text without a zone that means UTC+3, and days that end at midnight there.

use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, DateTime},
    tz::{Offset, TimeZone},
};

/// UTC+3, the zone of every time in a list and of the nightly charge.
const ZONE: Offset = Offset::constant(3);

/// What `timeDeleted` says of an instance that was not deleted.
pub(crate) const NOT_DELETED: &str = "0001-01-01T00:00:00";

/// A moment as a list spells it: `2022-06-03T18:39:44`.
pub(crate) fn to_wire(moment: Timestamp) -> String {
    let local = ZONE.to_datetime(moment);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
        local.year(),
        local.month(),
        local.day(),
        local.hour(),
        local.minute(),
        local.second()
    )
}

/// The moment that a list's text stands for.
pub(crate) fn from_wire(text: &str) -> Option<Timestamp> {
    let local: DateTime = text.parse().ok()?;
    ZONE.to_timestamp(local).ok()
}

/// The number of the UTC+3 day that holds a moment; it grows by one at every midnight there.
pub(crate) fn day(moment: Timestamp) -> i64 {
    (moment.as_second() + i64::from(ZONE.seconds())).div_euclid(DAY_SECONDS)
}

/// The date of a day by its number.
pub(crate) fn date(day: i64) -> Date {
    let noon = day.saturating_mul(DAY_SECONDS).saturating_add(DAY_SECONDS / 2 - i64::from(ZONE.seconds()));
    ZONE.to_datetime(Timestamp::from_second(noon).unwrap_or(Timestamp::MAX)).date()
}

/// The first moment of the next UTC+3 day.
pub(crate) fn next_midnight(moment: Timestamp) -> Timestamp {
    let second = (day(moment) + 1) * DAY_SECONDS - i64::from(ZONE.seconds());
    Timestamp::from_second(second).unwrap_or(Timestamp::MAX)
}

/// The same moment some days later.
pub(crate) fn plus_days(moment: Timestamp, days: i64) -> Timestamp {
    let second = moment.as_second() + days * DAY_SECONDS;
    Timestamp::from_second(second).unwrap_or(Timestamp::MAX)
}

/// The same date and time of day three calendar months later, in UTC+3.
pub(crate) fn plus_three_months(moment: Timestamp) -> Timestamp {
    moment.to_zoned(TimeZone::fixed(ZONE)).checked_add(3.months()).map_or(Timestamp::MAX, |later| later.timestamp())
}

const DAY_SECONDS: i64 = 86_400;
