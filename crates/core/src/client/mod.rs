//! The partner's client: what its clones share, and the methods that flows and fleets stand on; those write their own.

mod get_instance;
mod memory;
mod name_locks;
mod name_store;

use std::{
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    Instances,
    api::{CachedList, Delete, GetInstances, nothing_left},
    config::BaseUrl,
    endpoint::{CallOptions, Endpoint, Target},
    engine::Engine,
    error::Error,
    hosts::WHATSAPP,
    lock::lock,
    log::TARGET,
    secret::Secret,
    store::Store,
};

pub(crate) use memory::Memory;
pub(crate) use name_locks::NameLocks;
pub(crate) use name_store::{NameStore, StoredName};

/// The client for a partner account. Clones share one pool of connections, one retry budget and one known list.
///
/// Its `Debug` shows the host and no token.
#[derive(Clone)]
pub struct PartnerClient(pub(crate) Arc<PartnerInner>);

pub(crate) struct PartnerInner {
    pub(crate) engine: Arc<Engine>,
    pub(crate) target: Target,
    /// The last list, to be asked for again by its `ETag`.
    known: Mutex<Option<CachedList>>,
    /// The names that are being looked for or created.
    pub(crate) names: NameLocks,
    /// What was created and deleted of late.
    pub(crate) memory: Memory,
    /// Where names are unique beyond this client.
    pub(crate) store: Option<NameStore>,
}

impl PartnerClient {
    #[doc = include_str!("../api/get_instances.md")]
    pub async fn get_instances(&self) -> Result<Instances, Error> {
        self.get_instances_with(CallOptions::default()).await
    }

    /// [`get_instances`](Self::get_instances), with options of the call.
    pub async fn get_instances_with(&self, options: CallOptions) -> Result<Instances, Error> {
        let asked_at = Instant::now();
        let instances = self.list(options).await?;
        if let Some(store) = &self.0.store
            && let Err(error) = Box::pin(store.take_list(&instances, asked_at)).await
        {
            tracing::warn!(
                target: TARGET,
                operation = "getInstances",
                "the store was not told what the list shows: {}",
                error.message()
            );
        }
        Ok(instances)
    }

    /// The list, for who is about to create something: a store whose names are another account's is an error.
    pub(crate) async fn list_to_create(&self, options: CallOptions) -> Result<Instances, Error> {
        let asked_at = Instant::now();
        let listed = self.list(options).await?;
        if let Some(store) = &self.0.store {
            Box::pin(store.take_list(&listed, asked_at)).await.map_err(|error| error.during("createInstance"))?;
        }
        Ok(listed)
    }

    /// The list, which the store is not told of yet.
    pub(crate) async fn list(&self, options: CallOptions) -> Result<Instances, Error> {
        let known = lock(&self.0.known).clone();
        let listed = self.call(GetInstances { known }, options, &[]).await?;
        let instances = listed.instances.clone();
        *lock(&self.0.known) = listed.etag.is_some().then_some(listed);
        self.0.memory.look_at(&instances);
        Ok(instances)
    }

    #[doc = include_str!("../api/delete_instance_account.md")]
    pub async fn delete_instance_account(&self, id_instance: u64) -> Result<(), Error> {
        self.delete_instance_account_with(id_instance, CallOptions::default()).await
    }

    /// [`delete_instance_account`](Self::delete_instance_account), with options of the call.
    pub async fn delete_instance_account_with(&self, id_instance: u64, options: CallOptions) -> Result<(), Error> {
        let deleted = self.call(Delete { id_instance }, options, &[]).await;
        // One that is gone already frees its name, too.
        if deleted.as_ref().err().is_none_or(nothing_left) {
            self.0.memory.deleted(id_instance);
            if let Some(store) = &self.0.store {
                store.deleted(id_instance).await;
            }
        }
        deleted
    }

    /// Refuses calls from now on, and closes the idle connections; calls under way end as they would have.
    pub fn close(&self) {
        self.0.engine.close();
        *lock(&self.0.known) = None;
        self.0.memory.forget();
    }

    /// Whether [`close`](Self::close) was called.
    pub fn is_closed(&self) -> bool {
        self.0.engine.is_closed()
    }

    /// What is left of the budget that retries are paid from, 0 to 1: for the program's `metrics`.
    #[doc(hidden)]
    pub fn retry_budget(&self) -> f64 {
        lock(&self.0.engine.budget).left()
    }

    /// The partner host that this client calls.
    pub fn partner_api_url(&self) -> &str {
        self.0.target.base.as_str()
    }

    /// A client of the same settings that shares nothing with this one, not even a lock: for a forked child.
    #[doc(hidden)]
    pub fn reopened(&self) -> Result<Self, Error> {
        let store = self.0.store.as_ref().map(|shared| shared.store.reopened()).transpose()?;
        Self::over(self.0.engine.reopened()?, self.0.target.clone(), store)
    }

    pub(crate) fn with(engine: Arc<Engine>, token: Secret, base: BaseUrl, store: Option<Store>) -> Result<Self, Error> {
        engine.prepare(&base)?;
        Self::over(engine, Target { base, token, id_instance: None, messenger: WHATSAPP, is_young: false }, store)
    }

    fn over(engine: Arc<Engine>, target: Target, store: Option<Store>) -> Result<Self, Error> {
        let (names, memory) = (NameLocks::default(), Memory::default());
        let store = store.map(|store| NameStore::of(store, &target.token)).transpose()?;
        Ok(Self(Arc::new(PartnerInner { engine, target, known: Mutex::default(), names, memory, store })))
    }

    pub(crate) async fn call<E: Endpoint>(
        &self,
        endpoint: E,
        options: CallOptions,
        echoed: &[Secret],
    ) -> Result<E::Output, Error> {
        self.0.engine.call(endpoint, &self.0.target, options, echoed).await
    }

    /// The time of a flow of several calls.
    pub(crate) fn timeout(&self) -> Duration {
        self.0.engine.timeout()
    }
}

impl fmt::Debug for PartnerClient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PartnerClient")
            .field("partner_api_url", &self.partner_api_url())
            .finish_non_exhaustive()
    }
}
