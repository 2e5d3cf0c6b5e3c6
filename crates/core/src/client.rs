//! The partner's client: one method per operation, one expression each.

use std::{
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use crate::{
    AuthorizeOptions, BulkItem, BulkOptions, CreateInstance, CreatedInstance, EnsuredInstance, Events, InspectOptions,
    Inspection, Instance, InstanceClient, Instances, Run, SetSettings, Watch, WatchOptions,
    api::{Delete, Known, List},
    config::BaseUrl,
    endpoint::{CallOptions, Endpoint, Target},
    engine::Engine,
    error::Error,
    fleet::{self, Work},
    flow::{self, Memory, Names},
    instance::Urls,
    lock::lock,
    secret::Secret,
};

/// The client for a partner account. Clones share one pool of connections, one retry budget and one known list.
///
/// Its `Debug` shows the host and no token.
#[derive(Clone)]
pub struct PartnerClient(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) engine: Arc<Engine>,
    pub(crate) target: Target,
    /// The last list, to be asked for again by its `ETag`.
    known: Mutex<Option<Known>>,
    /// The names that are being looked for or created.
    pub(crate) names: Names,
    /// What was created and deleted of late.
    pub(crate) memory: Memory,
}

impl PartnerClient {
    #[doc = include_str!("api/create_instance.md")]
    pub async fn create_instance(&self, settings: CreateInstance) -> Result<CreatedInstance, Error> {
        self.create_instance_with(settings, CallOptions::default()).await
    }

    /// [`create_instance`](Self::create_instance), with options of the call.
    pub async fn create_instance_with(
        &self,
        settings: CreateInstance,
        options: CallOptions,
    ) -> Result<CreatedInstance, Error> {
        flow::create_instance::create_instance(self, settings, options).await
    }

    #[doc = include_str!("api/get_instances.md")]
    pub async fn get_instances(&self) -> Result<Instances, Error> {
        self.get_instances_with(CallOptions::default()).await
    }

    /// [`get_instances`](Self::get_instances), with options of the call.
    pub async fn get_instances_with(&self, options: CallOptions) -> Result<Instances, Error> {
        let known = lock(&self.0.known).clone();
        let listed = self.call(List { known }, options, &[]).await?;
        let instances = listed.instances.clone();
        *lock(&self.0.known) = listed.etag.is_some().then_some(listed);
        self.0.memory.look_at(&instances);
        Ok(instances)
    }

    #[doc = include_str!("flow/get_instance.md")]
    pub async fn get_instance(&self, id_instance: u64) -> Result<Instance, Error> {
        self.get_instance_with(id_instance, CallOptions::default()).await
    }

    /// [`get_instance`](Self::get_instance), with options of the call.
    pub async fn get_instance_with(&self, id_instance: u64, options: CallOptions) -> Result<Instance, Error> {
        flow::get_instance::get_instance(self, id_instance, options).await
    }

    #[doc = include_str!("flow/ensure_instance.md")]
    pub async fn ensure_instance(&self, settings: CreateInstance) -> Result<EnsuredInstance, Error> {
        self.ensure_instance_with(settings, EnsureOptions::default()).await
    }

    /// [`ensure_instance`](Self::ensure_instance), with options of the call.
    pub async fn ensure_instance_with(
        &self,
        settings: CreateInstance,
        options: EnsureOptions,
    ) -> Result<EnsuredInstance, Error> {
        flow::ensure_instance::ensure_instance(self, settings, options).await
    }

    #[doc = include_str!("api/delete_instance_account.md")]
    pub async fn delete_instance_account(&self, id_instance: u64) -> Result<(), Error> {
        self.delete_instance_account_with(id_instance, CallOptions::default()).await
    }

    /// [`delete_instance_account`](Self::delete_instance_account), with options of the call.
    pub async fn delete_instance_account_with(&self, id_instance: u64, options: CallOptions) -> Result<(), Error> {
        self.call(Delete { id_instance }, options, &[]).await?;
        self.0.memory.deleted(id_instance);
        Ok(())
    }

    /// The client of one instance, over this client's connections; nothing is sent.
    ///
    /// # Errors
    ///
    /// `invalid_request`: no such id. `configuration`: a malformed token, a URL that will not do.
    pub fn instance(&self, id_instance: u64, api_token_instance: &str) -> Result<InstanceClient, Error> {
        self.instance_at(id_instance, api_token_instance, None, None)
    }

    /// [`instance`](Self::instance) at hosts of its own: upstream's `apiUrl` and `mediaUrl`.
    ///
    /// # Errors
    ///
    /// As for [`instance`](Self::instance).
    pub fn instance_at(
        &self,
        id_instance: u64,
        api_token_instance: &str,
        api_url: Option<&str>,
        media_url: Option<&str>,
    ) -> Result<InstanceClient, Error> {
        InstanceClient::of_partner(self, id_instance, api_token_instance, Urls { api: api_url, media: media_url })
    }

    /// The client of an instance that was just created. A host that upstream names for it and that cannot be used is passed
    /// over, with a warning in the log.
    ///
    /// # Errors
    ///
    /// `configuration`: a malformed token.
    pub fn instance_of_created(&self, created: &CreatedInstance) -> Result<InstanceClient, Error> {
        InstanceClient::of_created(self, created)
    }

    /// The client of a listed instance.
    ///
    /// # Errors
    ///
    /// `invalid_request`: the list has no token of it.
    pub fn instance_of_listed(&self, listed: &Instance) -> Result<InstanceClient, Error> {
        InstanceClient::of_listed(self, listed)
    }

    #[doc = include_str!("flow/onboard.md")]
    pub fn onboard(&self, settings: CreateInstance, options: AuthorizeOptions) -> Events {
        flow::onboard::onboard(self, settings, options)
    }

    #[doc = include_str!("flow/offboard.md")]
    pub async fn offboard(&self, id_instance: u64) -> Result<(), Error> {
        self.offboard_with(id_instance, CallOptions::default()).await
    }

    /// [`offboard`](Self::offboard), with options of the whole flow.
    pub async fn offboard_with(&self, id_instance: u64, options: CallOptions) -> Result<(), Error> {
        flow::offboard::offboard(self, id_instance, options).await
    }

    #[doc = include_str!("fleet/bulk/create_instances.md")]
    pub fn create_instances(&self, specs: Vec<CreateInstance>, options: BulkOptions) -> Run<BulkItem> {
        fleet::create_instances(self, specs, options)
    }

    #[doc = include_str!("fleet/bulk/delete_instance_accounts.md")]
    pub fn delete_instance_accounts(&self, ids: Vec<u64>, options: BulkOptions) -> Run<BulkItem> {
        fleet::change_instances(self, Work::Delete, ids, options)
    }

    #[doc = include_str!("fleet/bulk/set_instances_settings.md")]
    pub fn set_instances_settings(&self, ids: Vec<u64>, settings: SetSettings, options: BulkOptions) -> Run<BulkItem> {
        fleet::change_instances(self, Work::SetSettings(settings), ids, options)
    }

    #[doc = include_str!("fleet/bulk/reboot_instances.md")]
    pub fn reboot_instances(&self, ids: Vec<u64>, options: BulkOptions) -> Run<BulkItem> {
        fleet::change_instances(self, Work::Reboot, ids, options)
    }

    #[doc = include_str!("fleet/bulk/logout_instances.md")]
    pub fn logout_instances(&self, ids: Vec<u64>, options: BulkOptions) -> Run<BulkItem> {
        fleet::change_instances(self, Work::Logout, ids, options)
    }

    #[doc = include_str!("fleet/inspect.md")]
    pub fn inspect(&self, options: InspectOptions) -> Run<Inspection> {
        fleet::inspect::inspect(self, options)
    }

    #[doc = include_str!("fleet/watch/watch.md")]
    pub fn watch(&self, options: WatchOptions) -> Watch {
        fleet::watch::watch(self, options)
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

    /// The partner host that this client calls.
    pub fn partner_api_url(&self) -> &str {
        self.0.target.base.as_str()
    }

    /// A client of the same settings that shares nothing with this one, not even a lock: for a forked child.
    #[doc(hidden)]
    pub fn reopened(&self) -> Result<Self, Error> {
        Ok(Self::over(self.0.engine.reopened()?, self.0.target.clone()))
    }

    pub(crate) fn with(engine: Arc<Engine>, token: Secret, base: BaseUrl) -> Result<Self, Error> {
        engine.prepare(&base)?;
        Ok(Self::over(engine, Target { base, token, id_instance: None, is_max: false, is_young: false }))
    }

    fn over(engine: Arc<Engine>, target: Target) -> Self {
        let (names, memory) = (Names::default(), Memory::default());
        Self(Arc::new(Inner { engine, target, known: Mutex::default(), names, memory }))
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

/// Options of [`PartnerClient::ensure_instance_with`].
#[derive(Clone, Copy, Debug, Default)]
pub struct EnsureOptions {
    /// Options of the whole call.
    pub call: CallOptions,
    /// How long to look for an instance whose creation got no answer. Defaults to 60 seconds.
    pub settle: Option<Duration>,
    /// Whether to ask for the settings of an instance that was there before, and to warn where they are not those that were
    /// asked for. Defaults to false.
    pub compare_settings: bool,
}
