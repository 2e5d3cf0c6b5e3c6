//! Turn of a watch: of all that are exclusive in an account, one tells, and what it has told stands in the store.
//!
//! A change counts as told when the next one is asked for: then it is written, by who has the lease alone. So whoever takes over
//! tells what was not written, and nothing else.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tokio::time::{self, Instant};

use super::{super::last_known::LastKnown, WatchInner, changes::Base, look::passes};
use crate::{
    Store,
    config::STORE_FIRST_WAIT,
    error::Error,
    lock::lock,
    log::TARGET,
    store::{
        Lease,
        sql::{WATCH_PURGE, WATCH_WRITE, WATCHED},
    },
};

/// The turn of one watch, while it has it.
pub(super) struct Turn {
    store: Store,
    lease: Option<Lease>,
    /// What is written; nothing where there is no base yet.
    written: Option<BTreeMap<u64, LastKnown>>,
}

impl Turn {
    pub(super) fn of(store: Store) -> Self {
        Self { store, lease: None, written: None }
    }

    /// Waits for the turn, if this watch does not have it. Where it has just got it, gives whether what was told stands in the
    /// store: then that is the base.
    pub(super) async fn take(&mut self, shared: &WatchInner) -> Result<Option<bool>, Error> {
        if self.lease.is_some() {
            return Ok(None);
        }
        loop {
            let lease = wait_for(&self.store, WHAT).await?;
            match self.read().await {
                Ok(written) => {
                    (self.lease, self.written) = (Some(lease), written);
                    break;
                }
                Err(error) if passes(&error) => {
                    warn(&error);
                    lease.end().await;
                    time::sleep(self.store.lease_time() / 3).await;
                }
                Err(error) => return Err(error),
            }
        }
        if let Some(written) = &self.written {
            *lock(&shared.base) = Some(Base::of(written.clone()));
        }
        Ok(Some(self.written.is_some()))
    }

    /// Whether it is still this watch's to tell; a first base is written.
    pub(super) async fn holds(&mut self, shared: &WatchInner) -> Result<bool, Error> {
        let Some(lease) = &self.lease else { return Ok(false) };
        let renewed = lease.renew(self.deadline()).await;
        if !self.kept(renewed)? {
            return Ok(false);
        }
        if self.written.is_some() { Ok(true) } else { self.write_all(shared).await }
    }

    /// Writes that a change of this instance was told. Not where another has the turn by now.
    pub(super) async fn told(&mut self, id: u64, shared: &WatchInner) -> Result<bool, Error> {
        let known = lock(&shared.base).as_ref().and_then(|base| base.instances().get(&id).cloned());
        let items = vec![item(&id.to_string(), known.as_ref())];
        if !self.write(items).await? {
            return Ok(false);
        }
        if let Some(written) = &mut self.written {
            match known {
                Some(known) => written.insert(id, known),
                None => written.remove(&id),
            };
        }
        Ok(true)
    }

    /// Writes all that is known by now, also what was no change to be told.
    pub(super) async fn write_all(&mut self, shared: &WatchInner) -> Result<bool, Error> {
        let known = lock(&shared.base).as_ref().map(|base| base.instances().clone()).unwrap_or_default();
        let nothing = BTreeMap::new();
        let written = self.written.as_ref().unwrap_or(&nothing);
        let changed = known.iter().filter(|(id, one)| written.get(id) != Some(*one));
        let gone = written.keys().filter(|id| !known.contains_key(id));
        let mut items: Vec<_> = changed.map(|(id, one)| item(&id.to_string(), Some(one))).collect();
        items.extend(gone.map(|id| item(&id.to_string(), None)));
        if self.written.is_none() {
            items.push(json!({ "id": "", "known": "{}" }));
        }
        if items.is_empty() {
            return Ok(true);
        }
        let is_written = self.write(items).await?;
        if is_written {
            self.written = Some(known);
        }
        Ok(is_written)
    }

    /// What the last owner has written.
    async fn read(&self) -> Result<Option<BTreeMap<u64, LastKnown>>, Error> {
        let params = || vec![self.store.account().into()];
        self.store.run_until(WATCH_PURGE, params(), self.deadline()).await?;
        let rows = self.store.run_until(WATCHED, params(), self.deadline()).await?;
        let (mut written, mut has_base) = (BTreeMap::new(), false);
        for mut cells in rows {
            let (id, known) = (cells.text().unwrap_or_default(), cells.text().unwrap_or_default());
            has_base |= id.is_empty();
            if let (Ok(id), Ok(known)) = (id.parse(), serde_json::from_str(&known)) {
                written.insert(id, known);
            }
        }
        Ok(has_base.then_some(written))
    }

    async fn write(&mut self, items: Vec<Value>) -> Result<bool, Error> {
        let Some(lease) = &self.lease else { return Ok(false) };
        let items = Value::from(items).to_string();
        let params = vec![self.store.account().into(), WHAT.into(), items.as_str().into(), lease.id().into()];
        let written = self.store.run_until(WATCH_WRITE, params, self.deadline()).await;
        self.kept(written.map(|rows| !rows.is_empty()))
    }

    fn kept(&mut self, kept: Result<bool, Error>) -> Result<bool, Error> {
        keep(&mut self.lease, kept, warn)
    }

    fn deadline(&self) -> Instant {
        Instant::now() + self.store.lease_time()
    }
}

/// Takes note of whether the turn is this process's still. Where the store cannot be had, it is not.
pub(in crate::fleet) fn keep(
    lease: &mut Option<Lease>,
    kept: Result<bool, Error>,
    warn: fn(&Error),
) -> Result<bool, Error> {
    let kept = match kept {
        Err(error) if passes(&error) => {
            warn(&error);
            false
        }
        kept => kept?,
    };
    if !kept {
        *lease = None;
    }
    Ok(kept)
}

/// Waits until nobody else has the lease.
pub(in crate::fleet) async fn wait_for(store: &Store, what: &str) -> Result<Lease, Error> {
    let deadline = || Instant::now() + store.lease_time();
    loop {
        match store.lease(what, deadline()).await {
            Ok(Some(lease)) => return Ok(lease),
            Ok(None) => {
                let left = store.holder(what, deadline()).await.ok().flatten().map(|holder| holder.left);
                // Who has it may give it up before it runs out.
                let wait = left.unwrap_or_default().min(store.lease_time() / 3);
                time::sleep(wait.max(STORE_FIRST_WAIT)).await;
            }
            Err(error) if passes(&error) => {
                warn(&error);
                time::sleep(store.lease_time() / 3).await;
            }
            Err(error) => return Err(error),
        }
    }
}

fn item(id: &str, known: Option<&LastKnown>) -> Value {
    json!({ "id": id, "known": known.and_then(|known| serde_json::to_string(known).ok()) })
}

fn warn(error: &Error) {
    tracing::warn!(
        target: TARGET,
        operation = "watch",
        code = error.code().as_str(),
        "the store cannot be had just now: whoever has it next tells the changes"
    );
}

/// What the lease is on.
const WHAT: &str = "watch";
