//! Claim on a name: who has one, and only as long as it runs, may send a creation.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{
    runtime::Handle,
    task::AbortHandle,
    time::{self, Instant},
};

use super::{
    Store, StoredInstance,
    cell::Cell,
    sql::{DONE, KEEP, RELEASE, RENEW, SEND, UNKNOWN},
};
use crate::{
    config::STORE_END,
    endpoint::Sent,
    error::{Error, ErrorCode},
    log::TARGET,
};

/// A claim. It is renewed for as long as it is there; dropped before anything was sent, the name is free again.
pub(crate) struct Claim {
    store: Store,
    name: String,
    /// Which claim it is: no two are alike.
    id: String,
    sent: Sent,
    /// Whether the row has gone to somebody else: nothing may be sent any more.
    lost: AtomicBool,
    over: AtomicBool,
    renewal: AbortHandle,
    /// The instance that the name has already, where a second one was asked for.
    first: Option<StoredInstance>,
}

impl Claim {
    pub(super) fn new(store: &Store, name: &str, id: String, first: Option<StoredInstance>) -> Arc<Self> {
        let sent = Sent::default();
        let renewal = tokio::spawn(renew(store.clone(), name.to_owned(), id.clone(), sent.clone())).abort_handle();
        let (store, name) = (store.clone(), name.to_owned());
        let (lost, over) = (AtomicBool::new(false), AtomicBool::new(false));
        Arc::new(Self { store, name, id, sent, lost, over, renewal, first })
    }

    /// Where it is told whether a request has left.
    pub(crate) fn sent(&self) -> Sent {
        self.sent.clone()
    }

    /// Writes down that the creation is about to be sent. An error where it must not be: the claim has run out, or nobody can
    /// say.
    pub(crate) async fn permit(&self, deadline: Instant) -> Result<(), Error> {
        let params = self.params([self.store.0.claim.into()]);
        let asked_at = Instant::now();
        if self.store.run_until(SEND, params, deadline).await?.is_empty() {
            self.lost.store(true, Ordering::Relaxed);
            let message = "nothing was sent: this process was held up for so long that others may have the name by now";
            return Err(Error::new(ErrorCode::Unavailable, message));
        }
        // A connection may take its time: should this process be paused meanwhile, others have the name when it goes on.
        self.sent.allow_until(asked_at + self.store.0.claim);
        Ok(())
    }

    /// Whether [`permit`](Self::permit) has said no.
    pub(crate) fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    /// The name has an instance. Where that cannot be written, the row is found by the next who asks, and its instance.
    pub(crate) async fn done(&self, instance: &StoredInstance) {
        let what = "its instance";
        if self.first.is_some() && self.end(KEEP, self.params([]), what).await != Some(false) {
            return;
        }
        let mut params = self.params([]);
        params.extend(instance.cells());
        params.push(false.into());
        if self.end(DONE, params, what).await == Some(false) {
            tracing::warn!(
                target: TARGET,
                operation = "createInstance",
                "the store did not take {what}: another process has the name by now"
            );
        }
    }

    /// Nothing was created: it was refused, or not sent.
    pub(crate) async fn release(&self, word: &'static str) {
        self.end(RELEASE, self.params([word.into()]), "that its name is free").await;
    }

    /// Sent, and looking has settled nothing.
    pub(crate) async fn unknown(&self) {
        self.end(UNKNOWN, self.params([]), "that nobody knows what came of it").await;
    }

    /// Whether the row took it; nothing where the store cannot say.
    async fn end(&self, statement: &'static str, params: Vec<Cell>, what: &str) -> Option<bool> {
        self.over.store(true, Ordering::Relaxed);
        self.renewal.abort();
        match self.store.run_until(statement, params, Instant::now() + STORE_END).await {
            Ok(rows) => Some(!rows.is_empty()),
            Err(error) => {
                tracing::warn!(
                    target: TARGET,
                    operation = "createInstance",
                    "the store could not be told {what}, and whoever asks for the name next looks for it: {}",
                    error.message()
                );
                None
            }
        }
    }

    fn params<const N: usize>(&self, more: [Cell; N]) -> Vec<Cell> {
        let which = [self.store.0.account.as_str().into(), self.name.as_str().into(), self.id.as_str().into()];
        which.into_iter().chain(more).collect()
    }
}

/// What may have been sent stays as it is: the next who asks looks for it.
impl Drop for Claim {
    fn drop(&mut self) {
        self.renewal.abort();
        if self.over.load(Ordering::Relaxed) || self.sent.get() {
            return;
        }
        let (store, params) = (self.store.clone(), self.params(["free".into()]));
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move { drop(store.run_until(RELEASE, params, Instant::now() + STORE_END).await) });
        }
    }
}

/// Keeps a claim running. A store that cannot be reached is tried again; what has run out is not taken back.
async fn renew(store: Store, name: String, id: String, sent: Sent) {
    let every = store.0.claim / 3;
    loop {
        time::sleep(every.max(Duration::from_millis(1))).await;
        let params =
            vec![store.0.account.as_str().into(), name.as_str().into(), id.as_str().into(), store.0.claim.into()];
        let asked_at = Instant::now();
        match store.run_until(RENEW, params, asked_at + every).await {
            Ok(rows) if rows.is_empty() => return,
            Ok(_) => sent.allow_until(asked_at + store.0.claim),
            Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;
    use crate::store::{ClaimOptions, NameStanding};

    const OPTIONS: ClaimOptions = ClaimOptions { in_doubt: false, second: false };

    /// A store with claims of so many seconds, and until when the test may take.
    fn store(folder: &tempfile::TempDir, seconds: u64) -> (Store, Instant) {
        let builder = Store::file(folder.path().join("store")).unwrap().claim(Duration::from_secs(seconds));
        (builder.build().unwrap(), Instant::now() + Duration::from_secs(60))
    }

    #[tokio::test]
    async fn dropped_after_it_has_sent_it_does_not_free_the_name() {
        let folder = tempfile::tempdir().unwrap();
        let (store, deadline) = store(&folder, 1);
        let claim = store.claim("shop", OPTIONS, deadline).await.unwrap().unwrap();
        claim.permit(deadline).await.unwrap();
        assert!(claim.sent().leave(), "what it lets go is told to it");
        drop(claim);
        let left = loop {
            let row = store.look("shop", deadline).await.unwrap();
            match store.standing(row.as_ref()) {
                NameStanding::Held => {}
                left => break left,
            }
        };
        assert_eq!(left, NameStanding::Abandoned);
    }

    #[tokio::test]
    async fn it_runs_for_as_long_as_it_is_there_and_may_be_sent_all_the_time() {
        let folder = tempfile::tempdir().unwrap();
        let (store, deadline) = store(&folder, 2);
        let claim = store.claim("shop", OPTIONS, deadline).await.unwrap().unwrap();
        claim.permit(deadline).await.unwrap();
        let begun = Instant::now();
        while begun.elapsed() < store.0.claim * 3 / 2 {
            let row = store.look("shop", deadline).await.unwrap();
            assert_eq!(store.standing(row.as_ref()), NameStanding::Held, "after {:?}", begun.elapsed());
            assert!(claim.sent().leave(), "after {:?}", begun.elapsed());
            time::sleep(Duration::from_millis(20)).await;
        }
    }

    #[tokio::test]
    async fn nothing_may_be_sent_any_more_once_another_has_the_name() {
        let folder = tempfile::tempdir().unwrap();
        let (store, deadline) = store(&folder, 1);
        let claim = store.claim("shop", OPTIONS, deadline).await.unwrap().unwrap();
        claim.permit(deadline).await.unwrap();
        assert!(claim.sent().leave());
        let file = rusqlite::Connection::open(folder.path().join("store")).unwrap();
        file.execute("UPDATE names SET owner = 'another', sender = 'another'", []).unwrap();
        while claim.sent().leave() {
            assert!(Instant::now() < deadline, "its time has been over for long");
            time::sleep(Duration::from_millis(20)).await;
        }
    }

    #[tokio::test]
    async fn who_has_sent_nothing_says_so_although_somebody_looks_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let (store, deadline) = store(&folder, 1);
        let claim = store.claim("shop", OPTIONS, deadline).await.unwrap().unwrap();
        claim.permit(deadline).await.unwrap();
        claim.renewal.abort();
        let looks = loop {
            if let Some(adopted) = store.adopt("shop", deadline).await.unwrap() {
                break adopted;
            }
        };
        claim.release("free").await;
        let row = store.look("shop", deadline).await.unwrap();
        assert!(matches!(store.standing(row.as_ref()), NameStanding::Free));
        looks.unknown().await;
        assert!(store.claim("shop", OPTIONS, deadline).await.unwrap().is_some(), "nothing is in doubt");
    }
}
