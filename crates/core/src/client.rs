//! The partner's client: one method per operation, one expression each.

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use crate::{
    CreateInstance, CreatedInstance, Instance, Instances, PartnerClientBuilder,
    api::{Create, Delete, Known, List},
    config::{Config, TIMEOUT},
    error::Error,
    flow,
    retry::Budget,
    secret::Secret,
    transport::Http,
};

/// The client for a partner account. Clones share one pool of connections, one retry budget and one known list.
///
/// Its `Debug` shows the host and no token.
#[derive(Clone)]
pub struct PartnerClient(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) config: Config,
    /// `None` once the client is closed; a call that is under way has its own hold on it.
    http: Mutex<Option<Arc<Http>>>,
    pub(crate) budget: Mutex<Budget>,
    /// The last list, to be asked for again by its `ETag`.
    known: Mutex<Option<Known>>,
    closed: AtomicBool,
}

impl PartnerClient {
    /// A client of the environment's settings, unless told otherwise.
    pub fn builder() -> PartnerClientBuilder {
        PartnerClientBuilder::default()
    }

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
        let echoed = settings.given_webhook_url_token().map(Secret::new);
        self.call(Create(settings), options, echoed.as_ref()).await
    }

    #[doc = include_str!("api/get_instances.md")]
    pub async fn get_instances(&self) -> Result<Instances, Error> {
        self.get_instances_with(CallOptions::default()).await
    }

    /// [`get_instances`](Self::get_instances), with options of the call.
    pub async fn get_instances_with(&self, options: CallOptions) -> Result<Instances, Error> {
        let known = lock(&self.0.known).clone();
        let listed = self.call(List { known }, options, None).await?;
        let instances = listed.instances.clone();
        *lock(&self.0.known) = listed.etag.is_some().then_some(listed);
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
    pub async fn ensure_instance(&self, settings: CreateInstance) -> Result<Instance, Error> {
        self.ensure_instance_with(settings, EnsureOptions::default()).await
    }

    /// [`ensure_instance`](Self::ensure_instance), with options of the call.
    pub async fn ensure_instance_with(
        &self,
        settings: CreateInstance,
        options: EnsureOptions,
    ) -> Result<Instance, Error> {
        flow::ensure_instance::ensure_instance(self, settings, options).await
    }

    #[doc = include_str!("api/delete_instance_account.md")]
    pub async fn delete_instance_account(&self, id_instance: u64) -> Result<(), Error> {
        self.delete_instance_account_with(id_instance, CallOptions::default()).await
    }

    /// [`delete_instance_account`](Self::delete_instance_account), with options of the call.
    pub async fn delete_instance_account_with(&self, id_instance: u64, options: CallOptions) -> Result<(), Error> {
        self.call(Delete { id_instance }, options, None).await
    }

    /// Refuses calls from now on, and closes the idle connections; calls under way end as they would have.
    pub fn close(&self) {
        self.0.closed.store(true, Ordering::Relaxed);
        *lock(&self.0.http) = None;
        *lock(&self.0.known) = None;
    }

    /// Whether [`close`](Self::close) was called.
    pub fn is_closed(&self) -> bool {
        self.0.closed.load(Ordering::Relaxed)
    }

    /// The partner host that this client calls.
    pub fn partner_api_url(&self) -> &str {
        self.0.config.partner_api_url.as_str()
    }

    /// A client of the same settings that shares nothing with this one, not even a lock: for a forked child.
    #[doc(hidden)]
    pub fn reopened(&self) -> Result<Self, Error> {
        let reopened = Self::with_config(self.0.config.clone())?;
        if self.is_closed() {
            reopened.close();
        }
        Ok(reopened)
    }

    pub(crate) fn with_config(config: Config) -> Result<Self, Error> {
        let http = Arc::new(Http::new(&config)?);
        Ok(Self(Arc::new(Inner {
            config,
            http: Mutex::new(Some(http)),
            budget: Mutex::new(Budget::full()),
            known: Mutex::new(None),
            closed: AtomicBool::new(false),
        })))
    }

    /// The connections, unless the client is closed.
    pub(crate) fn http(&self) -> Result<Arc<Http>, Error> {
        lock(&self.0.http).clone().ok_or_else(|| Error::configuration("this client is closed"))
    }

    /// The time of a flow of several calls.
    pub(crate) fn timeout(&self) -> Duration {
        self.0.config.timeout.unwrap_or(TIMEOUT)
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

/// Options of one call.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct CallOptions {
    /// The time of the whole call, with its retries. Defaults to the client's.
    pub timeout: Option<Duration>,
}

impl CallOptions {
    /// A call that ends after this time.
    #[must_use]
    pub fn timeout(timeout: Duration) -> Self {
        Self { timeout: Some(timeout) }
    }
}

/// Options of [`PartnerClient::ensure_instance_with`].
#[derive(Clone, Copy, Debug, Default)]
pub struct EnsureOptions {
    /// Options of the whole call.
    pub call: CallOptions,
    /// How long to look for an instance whose creation got no answer. Defaults to 60 seconds.
    pub settle: Option<Duration>,
}

/// Opens a lock; one whose holder panicked is as good as any: what it guards is replaced whole.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
