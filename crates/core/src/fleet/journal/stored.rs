//! Journal in a store: written by the one process that has its lease, and by nobody whose lease has run out.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tokio::time::{self, Instant};

use super::{Head, ItemState, JournalRow, JournalStanding, Pending, WrittenRun, unwritable};
use crate::{
    PartnerClient, Store,
    client::NameStore,
    config::{JOURNAL_PATIENCE, STORE_FIRST_WAIT},
    endpoint::CallOptions,
    error::Error,
    store::{
        Cell, Holder, Lease, check_kept,
        sql::{JOURNAL, JOURNAL_BEGIN, JOURNAL_ITEMS, JOURNAL_WRITE},
    },
};

/// A journal of a store, and the lease on it.
pub(super) struct StoredJournal {
    store: Store,
    what: String,
    lease: Lease,
}

impl StoredJournal {
    /// Takes the journal for this run, and reads it.
    pub(super) async fn open(
        store: &Store,
        name: &str,
        partner: &PartnerClient,
        head: &Head,
        names: &[String],
    ) -> Result<(Self, Vec<JournalRow>), Error> {
        prove(store, name, partner).await?;
        let (what, until) = (what(name), Instant::now() + JOURNAL_PATIENCE);
        let lease = loop {
            if let Some(lease) = store.lease(&what, end(store)).await? {
                break lease;
            }
            if let Some(holder) = store.holder(&what, end(store)).await?
                && Instant::now() >= until
            {
                return Err(in_use(store, name, &holder));
            }
            time::sleep(STORE_FIRST_WAIT).await;
        };
        let rows = read(store, &what, name, head, names).await?;
        Ok((Self { store: store.clone(), what, lease }, rows))
    }

    /// What there is of this run; nothing is written.
    pub(super) async fn peek(
        store: &Store,
        name: &str,
        partner: &PartnerClient,
        head: &Head,
        names: &[String],
    ) -> Result<Vec<JournalRow>, Error> {
        prove(store, name, partner).await?;
        match store.holder(&what(name), end(store)).await? {
            Some(holder) => Err(in_use(store, name, &holder)),
            None => read(store, &what(name), name, head, names).await,
        }
    }

    pub(super) async fn begin(&self, head: &Head, names: &[String]) -> Result<(), Error> {
        let more = [head.kind.into(), head.work.as_str().into(), head.host.as_str().into()];
        self.run(JOURNAL_BEGIN, &json!(names), more).await
    }

    /// Writes all of these, and tells everybody who waits for it.
    pub(super) async fn write(&self, pending: Vec<Pending>) {
        // One line for each item, the last.
        let rows: BTreeMap<_, _> = pending.iter().map(|one| (one.place, one.row)).collect();
        let items = rows.into_iter().map(|(place, row)| {
            json!({ "place": place, "state": row.state.as_str(), "id": row.id_instance.map(|id| id.to_string()) })
        });
        let written = self.run(JOURNAL_WRITE, &items.collect(), []).await;
        Pending::tell(pending, &written);
    }

    pub(super) async fn close(self) {
        self.lease.end().await;
    }

    /// Runs a statement of the lease's owner. Its answer is empty where the lease has run out.
    async fn run<const N: usize>(&self, statement: &'static str, items: &Value, more: [Cell; N]) -> Result<(), Error> {
        let items = items.to_string();
        let params = [self.store.account(), &self.what, &items, self.lease.id()].map(Cell::from);
        let params = params.into_iter().chain(more).collect();
        match self.store.run_until(statement, params, end(&self.store)).await {
            Ok(rows) if rows.is_empty() => {
                Err(unwritable("this process was held up for so long that another may have it by now"))
            }
            Ok(_) => Ok(()),
            Err(error) => {
                let message = format!("the journal cannot be written: nothing more is sent: {}", error.message());
                Err(Error::new(error.code(), message))
            }
        }
    }
}

/// Sees to it that the journal has a name and the token is of the store's account.
async fn prove(store: &Store, name: &str, partner: &PartnerClient) -> Result<(), Error> {
    if name.trim().is_empty() {
        return Err(Error::invalid_request("a journal in a store needs a name"));
    }
    check_kept("the journal's name", name)?;
    let names = NameStore::of(store.clone(), &partner.0.target.token)?;
    if names.is_proven(end(store)).await? {
        return Ok(());
    }
    let asked_at = Instant::now();
    let listed = partner.list(CallOptions::default()).await?;
    names.take_list(&listed, asked_at).await
}

/// Whether somebody has the journal.
pub(super) async fn look(store: &Store, name: &str) -> Result<JournalStanding, Error> {
    let Some(leases) = store.leases().await? else { return Ok(JournalStanding::Absent) };
    let holder = leases.into_iter().find(|(of, _)| *of == what(name));
    Ok(holder.map_or(JournalStanding::Free, |(_, holder)| JournalStanding::Taken(holder)))
}

/// What the journal has of each item; nothing where it is new.
async fn read(store: &Store, what: &str, name: &str, head: &Head, names: &[String]) -> Result<Vec<JournalRow>, Error> {
    let params = || vec![store.account().into(), what.into()];
    let runs = store.run_until(JOURNAL, params(), end(store)).await?;
    let Some(mut cells) = runs.into_iter().next() else { return Ok(Vec::new()) };
    let mut text = || cells.text().unwrap_or_default();
    let (kind, work, host, written) = (text(), text(), text(), text());
    let written: Vec<String> = serde_json::from_str(&written).unwrap_or_default();
    let waiting = JournalRow { state: ItemState::Waiting, id_instance: None };
    let mut items: Vec<_> = written.into_iter().map(|name| (name, waiting)).collect();
    for mut cells in store.run_until(JOURNAL_ITEMS, params(), end(store)).await? {
        let place = cells.whole().and_then(|place| usize::try_from(place).ok());
        let (state, id) = (cells.text().unwrap_or_default(), cells.text());
        if let Some((_, row)) = place.and_then(|place| items.get_mut(place)) {
            *row = JournalRow::read(&state, id.as_deref());
        }
    }
    let run = WrittenRun { kind, work, host, account: String::new(), items };
    run.rows_for(head, names).map_err(|why| refused(store, name, why))
}

fn end(store: &Store) -> Instant {
    Instant::now() + store.lease_time()
}

fn what(name: &str) -> String {
    format!("journal {name}")
}

fn in_use(store: &Store, name: &str, holder: &Holder) -> Error {
    refused(store, name, &format!("is in use: {holder}"))
}

fn refused(store: &Store, name: &str, why: &str) -> Error {
    Error::invalid_request(format!("the journal {name:?} in the store {} {why}", store.address()))
}
