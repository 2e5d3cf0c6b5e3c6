//! Spool in a store: of all processes that deliver under its name, the one that has its lease does.

use tokio::time::{self, Instant};

use serde_json::{Value, json};

use super::{
    super::super::watch::{keep, passes, wait_for},
    Row, Rows,
};
use crate::{
    Store,
    error::Error,
    log::TARGET,
    store::{
        Lease, check_kept,
        sql::{SPOOL, SPOOL_PURGE, SPOOL_WRITE},
    },
};

pub(super) struct StoredSpool {
    store: Store,
    /// What the lease is on.
    what: String,
    lease: Option<Lease>,
    /// Whether the store knows that there is a base.
    has_base: bool,
}

impl StoredSpool {
    pub(super) fn of(store: Store, name: &str) -> Result<Self, Error> {
        if name.trim().is_empty() {
            return Err(Error::invalid_request("a delivery in a store needs a name"));
        }
        check_kept("the delivery's name", name)?;
        Ok(Self { store, what: format!("deliver {name}"), lease: None, has_base: false })
    }

    /// Waits for the lease, and reads what its last owner has left.
    pub(super) async fn take(&mut self) -> Result<Rows, Error> {
        loop {
            let lease = wait_for(&self.store, &self.what).await?;
            match self.read().await {
                Ok(rows) => {
                    (self.lease, self.has_base) = (Some(lease), rows.has_base);
                    return Ok(rows);
                }
                Err(error) if passes(&error) => {
                    warn(&error);
                    lease.end().await;
                    time::sleep(self.store.lease_time() / 3).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    pub(super) async fn holds(&mut self) -> Result<bool, Error> {
        let Some(lease) = &self.lease else { return Ok(false) };
        let renewed = lease.renew(self.deadline()).await;
        self.kept(renewed)
    }

    pub(super) async fn write(&mut self, rows: &Rows, ids: &[u64]) -> Result<bool, Error> {
        let Some(lease) = &self.lease else { return Ok(false) };
        let nothing = Row::default();
        let mut items: Vec<_> = ids.iter().map(|id| item(*id, rows.rows.get(id).unwrap_or(&nothing))).collect();
        if rows.has_base && !self.has_base {
            items.push(json!({ "id": "", "known": "{}", "pending": null }));
        }
        let items = Value::from(items).to_string();
        let params =
            vec![self.store.account().into(), self.what.as_str().into(), items.as_str().into(), lease.id().into()];
        let written = self.store.run_until(SPOOL_WRITE, params, self.deadline()).await;
        let kept = self.kept(written.map(|rows| !rows.is_empty()))?;
        self.has_base |= kept && rows.has_base;
        Ok(kept)
    }

    pub(super) async fn close(self) {
        if let Some(lease) = self.lease {
            lease.end().await;
        }
    }

    async fn read(&self) -> Result<Rows, Error> {
        let params = || vec![self.store.account().into(), self.what.as_str().into()];
        self.store.run_until(SPOOL_PURGE, params(), self.deadline()).await?;
        let mut read = Rows::default();
        for mut cells in self.store.run_until(SPOOL, params(), self.deadline()).await? {
            let (id, known, pending) = (cells.text().unwrap_or_default(), cells.text(), cells.text());
            read.has_base |= id.is_empty();
            let Ok(id) = id.parse() else { continue };
            let row = Row { known: parsed(known)?, pending: parsed(pending)?.unwrap_or_default() };
            read.rows.insert(id, row);
        }
        Ok(read)
    }

    fn kept(&mut self, kept: Result<bool, Error>) -> Result<bool, Error> {
        keep(&mut self.lease, kept, warn)
    }

    fn deadline(&self) -> Instant {
        Instant::now() + self.store.lease_time()
    }
}

fn item(id: u64, row: &Row) -> Value {
    let text = |value: Option<String>| value.map_or(Value::Null, Value::from);
    let known = row.known.as_ref().and_then(|known| serde_json::to_string(known).ok());
    let pending = (!row.pending.is_empty()).then(|| serde_json::to_string(&row.pending).ok()).flatten();
    json!({ "id": id.to_string(), "known": text(known), "pending": text(pending) })
}

/// What was written as JSON. An event that cannot be read is not to be lost without a word.
fn parsed<T: serde::de::DeserializeOwned>(text: Option<String>) -> Result<Option<T>, Error> {
    let read = text.map(|text| serde_json::from_str(&text)).transpose();
    read.map_err(|_| {
        Error::configuration("what the store has of the delivery was written by another version of this library")
    })
}

fn warn(error: &Error) {
    tracing::warn!(
        target: TARGET,
        operation = "deliver",
        code = error.code().as_str(),
        "the store cannot be had just now: whoever has it next delivers the events"
    );
}
