//! Turn of a name in a store: waits for whoever has it, takes over what was left, and claims what nobody has.

use std::{sync::Arc, time::Duration};

use tokio::time::{self, Instant};

use super::{
    create_instance::NOTHING_CREATED,
    ensure_instance::{Ensured, keep_looking, oldest},
};
use crate::{
    Instance, Instances, PartnerClient,
    client::NameStore,
    config::{STORE_FIRST_WAIT, STORE_LONGEST_WAIT},
    endpoint::CallOptions,
    error::{Error, ErrorCode},
    store::{Claim, ClaimOptions, NameStanding},
};

/// What is asked of a store about one name.
pub(crate) struct NameTurn<'a> {
    pub(crate) partner: &'a PartnerClient,
    pub(crate) store: &'a NameStore,
    pub(crate) name: &'a str,
    pub(crate) deadline: Instant,
    /// How long to look for what a process has sent that has left.
    pub(crate) settle: Duration,
    /// The caller's word: what nobody knows anything of, and no list shows, may be sent again.
    pub(crate) retry_unknown: bool,
    /// Whether a second instance of the name is wanted.
    pub(crate) second: bool,
}

/// What came of it.
pub(crate) enum Turned {
    /// The name has an instance.
    Known(Instance),
    /// It has one that another process had sent the creation of, and the list has it.
    Settled(Instance),
    /// Nobody else creates one, for as long as this claim runs.
    Mine(Arc<Claim>),
}

impl NameTurn<'_> {
    pub(crate) async fn take(&self) -> Result<Turned, Error> {
        self.turn().await.map_err(|error| error.during("createInstance"))
    }

    async fn turn(&self) -> Result<Turned, Error> {
        let (store, name, deadline) = (&self.store.store, self.name, self.deadline);
        let mut wait = STORE_FIRST_WAIT;
        let mut listed = None;
        loop {
            let row = store.look(name, deadline).await?;
            let instance = row.as_ref().and_then(|row| row.instance());
            match store.standing(row.as_ref()) {
                NameStanding::Done { is_fresh } if !self.second => {
                    let known = instance.and_then(|stored| self.store.instance(name, stored));
                    match (known, &listed) {
                        (Some(known), Some(_)) => return Ok(Turned::Known(known)),
                        (Some(known), None) if is_fresh => return Ok(Turned::Known(known)),
                        // Sealed by another token of the account: the list has it open.
                        (None, Some(listed)) => return self.reopen(instance.map(|one| one.id_instance), listed).await,
                        (_, None) => listed = Some(self.list().await?),
                    }
                }
                NameStanding::Free | NameStanding::Done { .. } => {
                    let options = ClaimOptions { in_doubt: false, second: self.second };
                    if let Some(claim) = store.claim(name, options, deadline).await? {
                        return Ok(Turned::Mine(claim));
                    }
                }
                NameStanding::Abandoned => {
                    let first = instance.map(|first| first.id_instance);
                    if let Some(claim) = store.adopt(name, deadline).await?
                        && let Some(found) = self.reconcile(&claim).await
                    {
                        // It was a second one that was sent.
                        let is_first = first == Some(found.id_instance());
                        return Ok(if is_first { Turned::Known(found) } else { Turned::Settled(found) });
                    }
                }
                NameStanding::InDoubt => {
                    let list = self.list().await?;
                    if let Some(found) = oldest(self.partner.0.memory.live(&list, name)) {
                        store.settle(name, &self.store.of_listed(&found), deadline).await?;
                        listed = Some(list);
                        continue;
                    }
                    if !self.retry_unknown {
                        return Err(in_doubt(name));
                    }
                    list.must_be_whole(NOTHING_CREATED)?;
                    let options = ClaimOptions { in_doubt: true, second: self.second };
                    if let Some(claim) = store.claim(name, options, deadline).await? {
                        return Ok(Turned::Mine(claim));
                    }
                }
                NameStanding::Held => {
                    let pause = wait.mul_f64(0.5 + fastrand::f64() / 2.0);
                    if Instant::now() + pause >= deadline {
                        time::sleep_until(deadline).await;
                        let message = "the time was up while another process was creating an instance of this name";
                        return Err(Error::new(ErrorCode::Timeout, message));
                    }
                    time::sleep(pause).await;
                    wait = (wait * 2).min(STORE_LONGEST_WAIT);
                }
            }
        }
    }

    pub(crate) async fn list(&self) -> Result<Instances, Error> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        self.partner.list_to_create(CallOptions::timeout(left)).await
    }

    /// Sees to it that no other account's token creates anything under these names.
    pub(crate) async fn prove(&self) -> Result<(), Error> {
        if self.store.is_proven(self.deadline).await? { Ok(()) } else { self.list().await.map(drop) }
    }

    /// Looks for what was sent by a process that has left.
    async fn reconcile(&self, claim: &Claim) -> Option<Instance> {
        let until = (Instant::now() + self.settle).min(self.deadline);
        let found = keep_looking(self.partner, self.name, until).await;
        match &found {
            Some(found) => claim.done(&self.store.of_listed(found)).await,
            None => claim.unknown().await,
        }
        found
    }

    /// The instance of a row whose token cannot be opened.
    async fn reopen(&self, id: Option<u64>, listed: &Instances) -> Result<Turned, Error> {
        let found = id.and_then(|id| self.partner.0.memory.find(listed, id));
        let found = found.ok_or_else(|| {
            let message = "the store's token of this instance cannot be opened, and the list does not have it yet";
            Error::new(ErrorCode::Unavailable, message)
        })?;
        self.store.reseal(&found, self.deadline).await?;
        Ok(Turned::Known(found))
    }
}

impl NameStore {
    /// Writes down what came of a creation.
    pub(crate) async fn tell(&self, claim: &Claim, ended: &Result<Ensured, Error>) {
        match ended {
            Ok(Ensured::New(created)) => claim.done(&self.of_created(created)).await,
            Ok(Ensured::Found(listed) | Ensured::Settled(listed)) => claim.done(&self.of_listed(listed)).await,
            Err(error) => self.tell_failed(claim, error).await,
        }
    }

    /// Whatever the error says, but that nobody knows, nothing was created.
    pub(crate) async fn tell_failed(&self, claim: &Claim, error: &Error) {
        match error.code() {
            ErrorCode::OutcomeUnknown => claim.unknown().await,
            ErrorCode::InvalidRequest | ErrorCode::Refused => claim.release("refused").await,
            _ => claim.release("free").await,
        }
    }
}

fn in_doubt(name: &str) -> Error {
    Error::new(
        ErrorCode::OutcomeUnknown,
        format!(
            "nothing was sent: a creation of {name:?} was sent before, nobody knows whether it took effect, and the list does \
             not show it: look, and if it has not, ask again with retry_unknown"
        ),
    )
}
