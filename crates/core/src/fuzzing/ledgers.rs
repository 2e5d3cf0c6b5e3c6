//! Ledgers' rows: what is known of instances, whoever wrote it, and what is charged for it.
//!
//! An input is lines, a row each; its cells, as those of `rows`, have tabs between them.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::date};
use rust_decimal::Decimal;

use super::rows::cell;
use crate::{
    Billable, Billing, BillingOptions, LedgerRow, Prices,
    fleet::ledger_fuzzing::{of_file, of_store},
    store::Cell,
};

pub fn check(input: &[u8]) {
    let mut known = BTreeMap::new();
    for line in input.split(|byte| *byte == b'\n').take(20) {
        let cells: Vec<Cell> = line.split(|byte| *byte == b'\t').map(cell).collect();
        let row = of_store(cells.clone());
        let id = if let Some(Cell::Text(id)) = cells.first() { id.parse().ok() } else { None };
        assert_eq!(row.as_ref().map(|row| row.id_instance), id);
        if let Some(row) = row {
            as_written(&row, &cells);
            known.insert(row.id_instance, row);
        }
    }
    let rows: Vec<LedgerRow> = known.into_values().map(as_a_file_has_it).collect();
    assert_eq!(of_file(&rows), rows, "a file has what a store has");
    billed(&rows);
}

pub fn seeds() -> Vec<Vec<u8>> {
    let rows = [
        "t1101000001\ttshop-1\ttPARTNER_23\ti1\ti0\ti1796000000000\tn\ti0\ti1796000000001\ti1796100000000\tn\ti1\ti1796000600000",
        "t1101000002\ttshop-2\ttPARTNER_23\tn\tn\ti1796000000000\ti1796090000000\ti1\ti1796000000001\tn\tn\ti0\tn",
        "t1101000003\ttagency-1\ttPARTNER_23\tn\tn\ti1796000000000\tn\ti0\ti1796000000001\ti1796050000000\ti1796090000000\tn\tn",
        "t1101000004\ttpaid\ttBUSINESS\ti0\ti1\tn\tn\ti1\tn\tn\tn\tn\ti5",
        "t18446744073709551615\tn\tn\ti1\tn\ti-377705023201000\ti253402207200999\ti-1\ti9223372036854775807\ti-9223372036854775808",
        "t+7\tn\tn\ti2\tb\ti0\ti0\tt1\tb\tt\ti0",
        "i7\tt0\tt00",
    ];
    rows.iter().map(|row| (*row).to_owned()).chain([rows.join("\n")]).map(String::into_bytes).collect()
}

/// What is read is what is in the cells, and what is no value of its kind is none.
fn as_written(row: &LedgerRow, cells: &[Cell]) {
    let text = |place: usize| match cells.get(place) {
        Some(Cell::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    let whole = |place: usize| match cells.get(place) {
        Some(Cell::Whole(number)) => Some(*number),
        _ => None,
    };
    let flag = |place| whole(place).map(|number| number != 0);
    let at = |place| whole(place).and_then(|at| Timestamp::from_millisecond(at).ok());
    assert_eq!((row.name.as_deref(), row.tariff.as_deref()), (text(1), text(2)));
    assert_eq!((row.is_partner, row.is_free, row.ever_linked), (flag(3), flag(4), flag(11)));
    assert_eq!((row.time_created, row.time_deleted, row.deleted), (at(5), at(6), flag(7) == Some(true)));
    let seen = (at(8).unwrap_or_default(), at(9).unwrap_or_default());
    assert_eq!((row.first_seen, row.last_seen), seen);
    assert_eq!((row.vanished_at, row.last_linked_at), (at(10), at(12)));
}

/// There, a time without a word on whether a phone was linked has no place.
fn as_a_file_has_it(row: LedgerRow) -> LedgerRow {
    LedgerRow { last_linked_at: row.last_linked_at.filter(|_| row.ever_linked.is_some()), ..row }
}

/// Each is charged by itself, once, and what is not charged by the day is shown beside it.
fn billed(rows: &[LedgerRow]) {
    // Of a part of the year: whoever asks what each day of all time costs waits for them.
    let options = BillingOptions::priced(Prices::of(Decimal::ONE)).since(date(2026, 11, 1));
    let now: Timestamp = "2026-11-30T12:00:00Z".parse().unwrap();
    let bill = |rows: &[LedgerRow]| {
        Billing::of(rows.iter().cloned().map(Billable::from), None, now, &options).expect("prices that are some")
    };
    let whole = bill(rows);
    let (charged, other) = (whole.instances(), whole.other());
    assert_eq!(charged.len() + other.len(), rows.len());
    assert_eq!(whole.total(), Decimal::from(whole.total_days()));
    assert_eq!(rows.iter().map(|row| bill(std::slice::from_ref(row)).total_days()).sum::<u64>(), whole.total_days());
    let by_day: u64 = whole.days().iter().filter_map(|day| day.instances()).sum();
    let by_month: u64 = whole.months().iter().filter_map(|month| month.days()).sum();
    assert_eq!((by_day, by_month), (whole.total_days(), whole.total_days()));
    for cost in charged.iter() {
        // A day of November each, at most.
        assert!(cost.days().is_some_and(|days| days <= 30), "{cost:?}");
    }
}
