//! Ledgers' rows, for the fuzz target of ledgers: as a store has them, and as a file does.

#![allow(clippy::unwrap_used, reason = "what does not hold ends the run of a target")]

use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::{
    LedgerRow,
    file::{self, FileLedger},
    stored,
};
use crate::store::{Cell, Cells};

/// What is read of a store's row.
pub(crate) fn of_store(cells: Vec<Cell>) -> Option<LedgerRow> {
    stored::row(Cells::of(cells))
}

/// What is read of a file that has these rows, by id.
pub(crate) fn of_file(rows: &[LedgerRow]) -> Vec<LedgerRow> {
    let ledger = FileLedger::open(Path::new(":memory:")).unwrap();
    ledger.have(|connection| rows.iter().try_for_each(|row| put(connection, row))).unwrap();
    let mut read = ledger.rows().unwrap();
    read.sort_unstable_by_key(|row| row.id_instance);
    read
}

fn put(connection: &Connection, row: &LedgerRow) -> Result<(), crate::Error> {
    let at = |time: Option<Timestamp>| time.map(Timestamp::as_millisecond);
    let id = row.id_instance.cast_signed();
    let instance = "INSERT INTO instances (id_instance, name, tariff, is_partner, is_free, time_created, time_deleted,
        deleted, is_expired, first_seen, last_seen, vanished_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9, ?10, ?11)";
    let put = connection.execute(
        instance,
        params![
            id,
            row.name,
            row.tariff,
            row.is_partner,
            row.is_free,
            at(row.time_created),
            at(row.time_deleted),
            row.deleted,
            at(Some(row.first_seen)),
            at(Some(row.last_seen)),
            at(row.vanished_at),
        ],
    );
    let linked = "INSERT INTO linked (id_instance, ever_linked, last_linked_at) VALUES (?1, ?2, ?3)";
    let put = put.and_then(|_| match row.ever_linked {
        Some(ever) => connection.execute(linked, params![id, ever, at(row.last_linked_at)]),
        None => Ok(0),
    });
    put.map(drop).map_err(|error| file::failed(&error))
}
