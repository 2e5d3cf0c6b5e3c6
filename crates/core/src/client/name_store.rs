//! Store of a client: the names, with the seal that its token makes.

use std::collections::HashMap;

use tokio::time::Instant;

use crate::{
    CreatedInstance, Instance, Instances,
    config::STORE_END,
    error::{Error, ErrorCode},
    log::TARGET,
    secret::Secret,
    store::{NameStanding, Seal, Store, StoredInstance},
};

/// A store, and what opens the tokens in it.
pub(crate) struct NameStore {
    pub(crate) store: Store,
    seal: Seal,
}

/// What a store says of a name, for a plan.
#[derive(Clone, Debug)]
pub(crate) enum StoredName {
    /// It has an instance; nothing where its token is not this client's to open.
    Live(Option<Instance>),
    /// Nobody knows what came of an earlier creation.
    InDoubt,
    /// Whoever asks when it is sent hears more.
    Open,
}

impl NameStore {
    pub(crate) fn of(store: Store, token: &Secret) -> Result<Self, Error> {
        let seal = Seal::of(token).ok_or_else(|| Error::new(ErrorCode::Configuration, "no key can be made"))?;
        Ok(Self { store, seal })
    }

    /// Takes in a list that was asked for at that moment.
    pub(crate) async fn take_list(&self, listed: &Instances, asked_at: Instant) -> Result<(), Error> {
        self.store.take_list(listed, asked_at, &self.seal, Instant::now() + STORE_END).await
    }

    /// Whether the account's list has been seen under this token.
    pub(crate) async fn is_proven(&self, deadline: Instant) -> Result<bool, Error> {
        self.store.is_proven(&self.seal, deadline).await
    }

    /// What the store has of these names.
    pub(crate) async fn look_at_all(
        &self,
        names: &[String],
        deadline: Instant,
    ) -> Result<HashMap<String, StoredName>, Error> {
        let rows = self.store.look_at_all(names, deadline).await?;
        let told = rows.into_iter().map(|(name, row)| {
            let stored = match self.store.standing(Some(&row)) {
                NameStanding::Done { .. } => {
                    StoredName::Live(row.instance().and_then(|stored| self.instance(&name, stored)))
                }
                NameStanding::InDoubt => StoredName::InDoubt,
                NameStanding::Free | NameStanding::Held | NameStanding::Abandoned => StoredName::Open,
            };
            (name, stored)
        });
        Ok(told.collect())
    }

    /// An instance is deleted: its name is free.
    pub(crate) async fn deleted(&self, id_instance: u64) {
        if let Err(error) = self.store.free(&[id_instance], Instant::now() + STORE_END).await {
            tracing::warn!(
                target: TARGET,
                operation = "deleteInstanceAccount",
                id_instance,
                "the store was not told that it is deleted; the next list does: {}",
                error.message()
            );
        }
    }

    /// An instance is about to be deleted, and another one of its name is kept: the name has that one.
    pub(crate) async fn replace(&self, going: &Instance, kept: &Instance) -> Result<(), Error> {
        let Some(name) = going.name() else { return Ok(()) };
        let deadline = Instant::now() + STORE_END;
        self.store.replace(name, going.id_instance(), &self.of_listed(kept), deadline).await
    }

    /// The instance of a row; nothing where its token is not this client's to open.
    pub(crate) fn instance(&self, name: &str, stored: &StoredInstance) -> Option<Instance> {
        let created = CreatedInstance {
            id_instance: stored.id_instance,
            api_token_instance: stored.open_token(&self.seal, self.store.account())?,
            type_instance: stored.type_instance.clone(),
            api_url: stored.api_url.clone(),
            media_url: stored.media_url.clone(),
            extra: serde_json::Map::new(),
            received_at: stored.created_at.unwrap_or_default(),
        };
        Some(Instance::of_stored(&created, name, stored.created_at))
    }

    /// Seals the token that a list has of an instance.
    pub(crate) async fn reseal(&self, listed: &Instance, deadline: Instant) -> Result<(), Error> {
        let Some(token) = listed.api_token_instance() else { return Ok(()) };
        self.store.reseal(&self.seal, listed.id_instance(), token, deadline).await
    }

    /// An instance has a new token.
    pub(crate) async fn token_changed(&self, id_instance: u64, token: &str) {
        let told = self.store.reseal(&self.seal, id_instance, token, Instant::now() + STORE_END).await;
        Self::report_token(id_instance, told);
    }

    /// An instance's token was refused.
    pub(crate) async fn token_refused(&self, id_instance: u64) {
        Self::report_token(id_instance, self.store.distrust(id_instance, Instant::now() + STORE_END).await);
    }

    fn report_token(id_instance: u64, told: Result<(), Error>) {
        if let Err(error) = told {
            tracing::warn!(
                target: TARGET,
                id_instance,
                "the store was not told that the token is another one; ask for the instance by its id: {}",
                error.message()
            );
        }
    }

    pub(crate) fn of_listed(&self, listed: &Instance) -> StoredInstance {
        self.store.of_listed(&self.seal, listed)
    }

    pub(crate) fn of_created(&self, created: &CreatedInstance) -> StoredInstance {
        self.store.of_created(&self.seal, created)
    }
}
