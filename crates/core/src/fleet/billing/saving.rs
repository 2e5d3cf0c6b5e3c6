//! Savings, if some instances were deleted before the next charge.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{bill::BilledRow, records::Saving};
use crate::model::{Modelled as _, Record};

/// What is saved at `before`, the next midnight, and at those that are left in the month.
pub(super) fn if_deleted(rows: &[BilledRow], ids: &[u64], before: Timestamp, midnights_left: u64) -> Saving {
    let ids: BTreeSet<_> = ids.iter().copied().collect();
    let charged = |id: u64| {
        let row = rows.binary_search_by_key(&id, |row| row.one.id_instance).ok().and_then(|index| rows.get(index))?;
        (row.charges.lives && !row.one.is_gone()).then_some(row)
    };
    let counted: Vec<_> = ids.iter().filter_map(|id| charged(*id)).collect();
    let ignored: Vec<_> = ids.iter().copied().filter(|id| charged(*id).is_none()).collect();
    let per_day: Decimal = counted.iter().filter_map(|row| row.price).sum();
    let complete = counted.iter().all(|row| row.price.is_some());
    let values = vec![
        u64::try_from(counted.len()).unwrap_or(u64::MAX).into(),
        before.into(),
        per_day.into(),
        per_day.into(),
        (per_day * Decimal::from(midnights_left)).into(),
        complete.into(),
        serde_json::Value::from(ignored).into(),
    ];
    Saving::from_record(Record::of(Saving::MODEL, values))
}
