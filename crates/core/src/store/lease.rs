//! Lease: of all processes that want to do one thing alone, one may, for as long as it renews it.

use std::{fmt, fs, process, time::Duration};

use jiff::Timestamp;
use tokio::{
    runtime::Handle,
    task::AbortHandle,
    time::{self, Instant},
};

use super::{
    Database, Store,
    cell::{Cell, Cells},
    names::new_id,
    sql::{LEASE, LEASE_END, LEASE_HOLDER, LEASE_RENEW, LEASES},
};
use crate::{
    config::{STORE_END, STORE_PATIENCE},
    error::Error,
};

/// A lease. It is renewed for as long as it is there, and ends when it is dropped.
pub(crate) struct Lease {
    store: Store,
    what: String,
    /// Which lease it is: no two are alike.
    id: String,
    renewal: AbortHandle,
}

/// Who has a lease.
pub(crate) struct Holder {
    who: String,
    since: Timestamp,
    /// How long it runs, if it is not renewed.
    pub(crate) left: Duration,
}

impl Store {
    /// Takes the lease of this name; nothing where somebody else has it.
    pub(crate) async fn lease(&self, what: &str, deadline: Instant) -> Result<Option<Lease>, Error> {
        let id = new_id()?;
        let mut params = self.lease_params(what, [id.as_str().into()])?;
        params.extend([this_process().as_str().into(), self.0.claim.into()]);
        if self.run_until(LEASE, params, deadline).await?.is_empty() {
            return Ok(None);
        }
        let renewal = tokio::spawn(renew(self.clone(), what.to_owned(), id.clone())).abort_handle();
        Ok(Some(Lease { store: self.clone(), what: what.to_owned(), id, renewal }))
    }

    /// Who has the lease of this name.
    pub(crate) async fn holder(&self, what: &str, deadline: Instant) -> Result<Option<Holder>, Error> {
        let rows = self.run_until(LEASE_HOLDER, self.lease_params(what, [])?, deadline).await?;
        Ok(rows.into_iter().next().and_then(Holder::read))
    }

    /// Who has what of the account just now, by the name of each lease; nothing where there are no tables yet. None are made, and
    /// nothing is written: for the program's `doctor`.
    #[doc(hidden)]
    pub async fn leases(&self) -> Result<Option<Vec<(String, String)>>, Error> {
        let (params, deadline) = (vec![self.account().into()], Instant::now() + STORE_PATIENCE);
        let rows = match &self.0.database {
            Database::Postgres(postgres) => Box::pin(postgres.look(LEASES, &params, deadline)).await?,
            Database::Sqlite(sqlite) => sqlite.look(LEASES, params).await?,
        };
        let lease = |mut cells: Cells| Some((cells.text()?, Holder::read(cells)?.to_string()));
        Ok(rows.map(|rows| rows.into_iter().filter_map(lease).collect()))
    }

    /// For how long a lease runs.
    pub(crate) fn lease_time(&self) -> Duration {
        self.0.claim
    }

    fn lease_params<const N: usize>(&self, what: &str, more: [Cell; N]) -> Result<Vec<Cell>, Error> {
        if what.contains('\0') {
            return Err(Error::invalid_request("the name has a NUL in it, which no store can hold"));
        }
        Ok([self.account().into(), what.into()].into_iter().chain(more).collect())
    }
}

impl Lease {
    /// Which lease a statement must be of that only its owner may run.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Whether it runs still; if so, it does for its whole time from now on.
    pub(crate) async fn renew(&self, deadline: Instant) -> Result<bool, Error> {
        renew_once(&self.store, &self.what, &self.id, deadline).await
    }

    /// Gives it up, so that the next need not wait for its end.
    pub(crate) async fn end(self) {
        drop(self.store.run_until(LEASE_END, self.params(), Instant::now() + STORE_END).await);
    }

    fn params(&self) -> Vec<Cell> {
        vec![self.store.account().into(), self.what.as_str().into(), self.id.as_str().into()]
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.renewal.abort();
        let (store, params) = (self.store.clone(), self.params());
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move { drop(store.run_until(LEASE_END, params, Instant::now() + STORE_END).await) });
        }
    }
}

impl Holder {
    fn read(mut cells: Cells) -> Option<Self> {
        let who = cells.text()?;
        let since = Timestamp::from_millisecond(cells.whole()?).ok()?;
        let left = Duration::from_millis(u64::try_from(cells.whole()?.max(0)).ok()?);
        Some(Self { who, since, left })
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} has it since {:.0}", self.who, self.since)
    }
}

/// Keeps a lease running. A store that cannot be reached is tried again; what has run out is not taken back.
async fn renew(store: Store, what: String, id: String) {
    let every = store.0.claim / 3;
    loop {
        time::sleep(every.max(Duration::from_millis(1))).await;
        if matches!(renew_once(&store, &what, &id, Instant::now() + every).await, Ok(false)) {
            return;
        }
    }
}

async fn renew_once(store: &Store, what: &str, id: &str, deadline: Instant) -> Result<bool, Error> {
    let params = vec![store.account().into(), what.into(), id.into(), store.0.claim.into()];
    Ok(!store.run_until(LEASE_RENEW, params, deadline).await?.is_empty())
}

/// What an operator finds this process by.
fn this_process() -> String {
    let host = fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let host = host.or_else(|| std::env::var("COMPUTERNAME").or_else(|_| std::env::var("HOSTNAME")).ok());
    let on = host.map(|host| format!(" on {}", host.trim())).unwrap_or_default();
    format!("process {}{on}", process::id())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    fn store(folder: &tempfile::TempDir) -> (Store, Instant) {
        let builder = Store::file(folder.path().join("store")).unwrap().claim(Duration::from_secs(2));
        (builder.build().unwrap(), Instant::now() + Duration::from_secs(60))
    }

    #[tokio::test]
    async fn who_has_what_is_told_and_nothing_is_made_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let (store, deadline) = store(&folder);
        assert_eq!(store.leases().await.unwrap(), None);
        assert!(!folder.path().join("store").exists());

        let lease = store.lease("watch", deadline).await.unwrap().unwrap();
        let [(what, who)] = &store.leases().await.unwrap().unwrap()[..] else { panic!("one") };
        let (process, day) = (format!("process {}", process::id()), Timestamp::now().strftime("%Y-%m-%dT"));
        assert!(what == "watch" && who.starts_with(&process) && who.contains(&format!(" has it since {day}")), "{who}");
        let holder = store.holder("watch", deadline).await.unwrap().unwrap();
        assert_eq!(holder.to_string(), *who);
        assert!(!holder.left.is_zero() && holder.left <= store.lease_time(), "{:?}", holder.left);
        assert!(store.lease("watch", deadline).await.unwrap().is_none(), "another has it");
        assert!(store.lease("deliver", deadline).await.unwrap().is_some());

        lease.end().await;
        assert!(store.lease("watch", deadline).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn it_runs_for_as_long_as_it_is_there_and_ends_when_it_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let (store, deadline) = store(&folder);
        let lease = store.lease("watch", deadline).await.unwrap().unwrap();
        let begun = Instant::now();
        while begun.elapsed() < store.lease_time() * 3 / 2 {
            assert!(store.lease("watch", deadline).await.unwrap().is_none(), "after {:?}", begun.elapsed());
            time::sleep(Duration::from_millis(20)).await;
        }
        assert!(lease.renew(deadline).await.unwrap());
        // Before its time is over, be it that nobody renews it.
        lease.renewal.abort();
        assert!(lease.renew(deadline).await.unwrap());
        let renewed = Instant::now();
        drop(lease);
        while store.lease("watch", deadline).await.unwrap().is_none() {
            assert!(renewed.elapsed() < store.lease_time(), "nobody has ended it");
        }
    }

    #[tokio::test]
    async fn who_has_lost_it_hears_so() {
        let folder = tempfile::tempdir().unwrap();
        let (store, deadline) = store(&folder);
        let lease = store.lease("watch", deadline).await.unwrap().unwrap();
        assert!(lease.renew(deadline).await.unwrap());
        let file = rusqlite::Connection::open(folder.path().join("store")).unwrap();
        file.execute("UPDATE leases SET owner = 'another'", []).unwrap();
        assert!(!lease.renew(deadline).await.unwrap());
    }

    #[tokio::test]
    async fn a_name_with_a_nul_is_nobodys() {
        let folder = tempfile::tempdir().unwrap();
        let (store, deadline) = store(&folder);
        let refused = store.lease("a\0b", deadline).await.map(drop).unwrap_err();
        assert_eq!(refused.code().as_str(), "invalid_request");
    }
}
