//! Ledger in a store: written by all processes of a partner, each recording one statement.

use std::{
    collections::{BTreeMap, HashMap},
    process,
    sync::{Mutex, mpsc},
};

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tokio::{
    runtime::{Builder, Runtime},
    time::Instant,
};

use super::{
    super::last_known::{Account, LastKnown},
    LedgerRow, Linked,
};
use crate::{
    Instance, Instances, Store,
    config::STORE_LEDGER_TIME,
    error::{Error, ErrorCode},
    lock::lock,
    store::{
        Cell, Cells,
        sql::{LEDGER_COUNT, LEDGER_KNOWN, LEDGER_RECORD, LEDGER_RECORDED, LEDGER_ROWS, LEDGER_TIE},
    },
};

/// A ledger in a store, with connections of its own: whoever waits for it keeps no one else's from going on.
pub(super) struct StoredLedger {
    store: Store,
    /// What its connections live in, once there are some.
    runtime: Mutex<Option<Runtime>>,
    pid: u32,
}

/// When lists were recorded.
pub(super) struct Recorded {
    pub(super) since: Option<Timestamp>,
    pub(super) last: Option<Timestamp>,
}

impl StoredLedger {
    pub(super) fn of(store: &Store) -> Result<Self, Error> {
        Ok(Self { store: store.reopened()?, runtime: Mutex::default(), pid: process::id() })
    }

    pub(super) fn record_linked(&self, known: &[Linked]) -> Result<(), Error> {
        let mut merged: BTreeMap<u64, Linked> = BTreeMap::new();
        for one in known {
            let known = merged.entry(one.id_instance).or_insert(*one);
            known.ever |= one.ever;
            known.until = known.until.max(one.until);
        }
        let items = merged.iter().map(|(id, one)| (*id, linked(one))).collect();
        self.write(Timestamp::now(), items, None, false)
    }

    pub(super) fn record_look(
        &self,
        listed: Option<&Instances>,
        states: &HashMap<u64, String>,
        at: Timestamp,
    ) -> Result<(), Error> {
        let whole = listed.map(Instances::whole);
        let mut items: BTreeMap<u64, Map<String, Value>> = BTreeMap::new();
        for one in whole.iter().flat_map(Instances::iter) {
            items.insert(one.id_instance(), shown(&one, at));
        }
        for (id, state) in states {
            let item = items.entry(*id).or_default();
            item.insert("state".to_owned(), text(state));
            if state == "authorized" {
                item.extend(linked(&Linked { id_instance: *id, ever: true, until: Some(at) }));
            }
        }
        // What a list lacks that could not be read whole may be there.
        self.write(at, items, Some(at), whole.is_some_and(|whole| !whole.is_incomplete()))
    }

    pub(super) fn rows(&self) -> Result<Vec<LedgerRow>, Error> {
        Ok(self.read(LEDGER_ROWS)?.into_iter().filter_map(row).collect())
    }

    pub(super) fn recorded(&self) -> Result<Recorded, Error> {
        let mut rows = self.read(LEDGER_RECORDED)?;
        let mut moment = || rows.first_mut().and_then(moment);
        Ok(Recorded { since: moment(), last: moment() })
    }

    pub(super) fn instance_count(&self) -> Result<u64, Error> {
        let mut rows = self.read(LEDGER_COUNT)?;
        Ok(rows.first_mut().and_then(Cells::whole).map_or(0, i64::unsigned_abs))
    }

    /// Whether it is of this account's host. Whose the token is, the account's name in the store says: tokens are replaced.
    pub(super) fn tie(&self, account: &Account) -> Result<bool, Error> {
        let mut rows = self.run(LEDGER_TIE, vec![self.account(), account.host.as_str().into()])?;
        Ok(rows.first_mut().and_then(Cells::text).as_ref() == Some(&account.host))
    }

    pub(super) fn known(&self) -> Result<BTreeMap<u64, LastKnown>, Error> {
        let known = self.read(LEDGER_KNOWN)?.into_iter().filter_map(|mut cells| {
            let id = cells.text()?.parse().ok()?;
            let (name, token_digest) = (cells.text(), cells.text());
            let (deleted, expired) = (cells.flag(), cells.flag());
            Some((id, LastKnown { name, token_digest, deleted, expired, state: cells.text() }))
        });
        Ok(known.collect())
    }

    fn write(
        &self,
        at: Timestamp,
        mut items: BTreeMap<u64, Map<String, Value>>,
        recorded: Option<Timestamp>,
        is_whole: bool,
    ) -> Result<(), Error> {
        let with_id = |(id, mut item): (String, Map<String, Value>)| {
            item.insert("id".to_owned(), id.into());
            Value::Object(item)
        };
        let ledgers_own = recorded.map(|at| {
            let at = at.as_millisecond();
            (String::new(), Map::from_iter([("first_seen".to_owned(), at.into()), ("last_seen".to_owned(), at.into())]))
        });
        let given = std::mem::take(&mut items).into_iter().map(|(id, item)| (id.to_string(), item));
        let items: Vec<_> = ledgers_own.into_iter().chain(given).map(with_id).collect();
        let items = Value::from(items).to_string();
        let params = vec![self.account(), at.as_millisecond().into(), items.as_str().into(), is_whole.into()];
        self.run(LEDGER_RECORD, params).map(drop)
    }

    fn read(&self, statement: &'static str) -> Result<Vec<Cells>, Error> {
        self.run(statement, vec![self.account()])
    }

    fn account(&self) -> Cell {
        self.store.account().into()
    }

    /// Runs a statement, and waits for it on this thread, whichever it is: one of a runtime's may not wait for its own.
    fn run(&self, statement: &'static str, params: Vec<Cell>) -> Result<Vec<Cells>, Error> {
        if self.pid != process::id() {
            return Err(Error::configuration(
                "a ledger in a store does not go on in a forked child: make it anew there",
            ));
        }
        let (store, (told, answer)) = (self.store.clone(), mpsc::sync_channel(1));
        {
            let mut runtime = lock(&self.runtime);
            let runtime = match &mut *runtime {
                Some(runtime) => runtime,
                none => none.insert(begin()?),
            };
            runtime.spawn(async move {
                let deadline = Instant::now() + STORE_LEDGER_TIME;
                // Whoever has left needs no answer.
                let _ = told.send(store.run_until(statement, params, deadline).await);
            });
        }
        let ran = answer.recv().unwrap_or_else(|_| Err(Error::new(ErrorCode::Unavailable, "the store was left")));
        ran.map_err(|error| error.during("Ledger"))
    }
}

/// It may be dropped on a thread that must not wait; in a forked child there is nothing to end.
impl Drop for StoredLedger {
    fn drop(&mut self) {
        let Some(runtime) = lock(&self.runtime).take() else { return };
        if self.pid == process::id() {
            runtime.shutdown_background();
        } else {
            std::mem::forget(runtime);
        }
    }
}

fn begin() -> Result<Runtime, Error> {
    let runtime = Builder::new_multi_thread().worker_threads(1).thread_name("greenapi-ledger").enable_all().build();
    runtime.map_err(|error| Error::new(ErrorCode::Unavailable, format!("the ledger gets no thread: {error}")))
}

/// What a list shows of one.
fn shown(one: &Instance, at: Timestamp) -> Map<String, Value> {
    let known = LastKnown::of(one);
    let time = |time: Option<Timestamp>| Value::from(time.map(Timestamp::as_millisecond));
    let flag = |flag: Option<bool>| Value::from(flag.map(i64::from));
    let fields = [
        ("name", known.name.as_deref().map_or(Value::Null, text)),
        ("tariff", one.tariff().map_or(Value::Null, text)),
        ("is_partner", flag(one.is_partner())),
        ("is_free", flag(one.is_free())),
        ("time_created", time(one.time_created())),
        ("time_deleted", time(one.gone_at())),
        ("deleted", flag(Some(known.deleted))),
        ("is_expired", flag(Some(known.expired))),
        ("token_digest", json!(known.token_digest)),
        ("first_seen", time(Some(at))),
    ];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn linked(one: &Linked) -> Map<String, Value> {
    let until = one.until.map(Timestamp::as_millisecond);
    let fields = [("ever_linked", i64::from(one.ever).into()), ("last_linked_at", until.into())];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// PostgreSQL's texts have no NUL.
fn text(text: &str) -> Value {
    text.replace('\0', "\u{FFFD}").into()
}

pub(super) fn row(mut cells: Cells) -> Option<LedgerRow> {
    let flag = |cells: &mut Cells| cells.whole().map(|number| number != 0);
    let id_instance = cells.text()?.parse().ok()?;
    let (name, tariff) = (cells.text(), cells.text());
    let (is_partner, is_free) = (flag(&mut cells), flag(&mut cells));
    let (time_created, time_deleted) = (moment(&mut cells), moment(&mut cells));
    let deleted = cells.flag();
    let first_seen = moment(&mut cells).unwrap_or_default();
    let last_seen = moment(&mut cells).unwrap_or_default();
    let vanished_at = moment(&mut cells);
    let (ever_linked, last_linked_at) = (flag(&mut cells), moment(&mut cells));
    Some(LedgerRow {
        id_instance,
        name,
        tariff,
        is_partner,
        is_free,
        time_created,
        time_deleted,
        deleted,
        first_seen,
        last_seen,
        vanished_at,
        ever_linked,
        last_linked_at,
    })
}

fn moment(cells: &mut Cells) -> Option<Timestamp> {
    cells.whole().and_then(|at| Timestamp::from_millisecond(at).ok())
}
