//! Waste: what is charged, and used by nobody.

use jiff::Timestamp;

use super::{
    bill::BilledRow,
    calendar::{Day, Days},
    records::Waste,
};
use crate::model::Record;

/// An instance that is live, charged, and without a phone for so many days: for good, or as far as anybody knows.
pub(super) fn waste(row: &BilledRow, until: Timestamp, idle_days: u64) -> Option<Record> {
    let one = &row.one;
    if one.is_gone() || !row.charges.lives || one.is_linked == Some(true) {
        return None;
    }
    let (why, since, days) = match (one.last_linked_at, one.ever_linked) {
        // Not for a day: as good as linked.
        (Some(last), _) if whole_days(last, until) < idle_days.max(1) => return None,
        (Some(last), _) => ("idle", Some(last), days_after(row, last)),
        (None, Some(false)) => ("neverLinked", one.time_created, row.day_count()),
        (None, _) => ("unknown", None, row.day_count()),
    };
    let values = vec![
        one.id_instance.into(),
        one.name.clone().into(),
        why.into(),
        since.map(|since| whole_days(since, until)).into(),
        days.into(),
        row.cost_of(days).into(),
    ];
    Some(Record::of(Waste::MODEL, values))
}

/// Days of 24 hours that have passed.
fn whole_days(since: Timestamp, until: Timestamp) -> u64 {
    u64::try_from(until.duration_since(since).as_hours() / 24).unwrap_or(0)
}

/// The charged days that began after a moment.
fn days_after(row: &BilledRow, moment: Timestamp) -> u64 {
    let first = Day::of(moment).plus(1);
    let later = row.days.and_then(|days| Days::between(days.first.max(first), days.last));
    later.map_or(0, Days::count)
}
