//! Client of one instance: how it is made, what its clones share, and how its methods ask. The methods are in files of their own.

use std::{
    fmt,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::{
    CreatedInstance, File, Instance, PartnerClient,
    api::instance::{self as api, Gives, Host, Operation},
    client::NameStore,
    config::{BaseUrl, YOUNG, checked_token},
    endpoint::{CallOptions, Target},
    engine::Engine,
    error::{Error, ErrorCode},
    hosts::{self, Hosts, WHATSAPP},
    lock::lock,
    log::TARGET,
    model::{Arguments, checked_id},
    secret::{self, Secret, ZeroedText},
};

/// The client of one instance. Clones share one pool of connections, one pace and one token.
///
/// Its `Debug` shows the id and the host, and no token.
#[derive(Clone)]
pub struct InstanceClient {
    shared: Arc<InstanceInner>,
    options: CallOptions,
}

struct InstanceInner {
    engine: Arc<Engine>,
    id_instance: u64,
    type_instance: OnceLock<String>,
    hosts: Hosts,
    /// Changed by updateApiToken, and by a look into the partner's list.
    token: Mutex<Secret>,
    age: Mutex<Age>,
    /// One that was made from a partner is closed alone.
    closed: AtomicBool,
    /// Where it was made from a partner.
    partner: Option<PartnerClient>,
}

/// What is known of an instance's age.
#[derive(Clone, Copy)]
enum Age {
    CreatedAt(Timestamp),
    /// The list can tell, and was not asked.
    NotLookedUp,
    /// Nobody can tell: it counts as old.
    Unknown,
}

impl Age {
    /// By the list, or by who has created it.
    fn of(partner: &PartnerClient, listed: &Instance) -> Self {
        let created_at = listed.time_created().or_else(|| partner.0.memory.created_at(listed.id_instance()));
        created_at.map_or(Self::Unknown, Self::CreatedAt)
    }
}

impl InstanceClient {
    #[doc = include_str!("../flow/qr_page_url.md")]
    #[expect(
        clippy::disallowed_methods,
        reason = "the public page takes the token in its address, and the docs warn of it"
    )]
    pub fn qr_page_url(&self) -> String {
        let token = lock(&self.shared.token);
        format!("{QR_PAGE}/waInstance{}/{}", self.shared.id_instance, token.expose())
    }

    /// The instance's id.
    pub fn id_instance(&self) -> u64 {
        self.shared.id_instance
    }

    /// The token that calls are made with. Secret.
    #[expect(clippy::disallowed_methods, reason = "a user who asks for the token by name gets it")]
    pub fn api_token_instance(&self) -> String {
        lock(&self.shared.token).expose().to_owned()
    }

    /// The messenger, where it is known: `whatsapp`, `telegram` or `v3` (MAX).
    pub fn type_instance(&self) -> Option<&str> {
        self.shared.type_instance.get().map(String::as_str)
    }

    /// The host that calls are made to.
    pub fn api_url(&self) -> &str {
        self.shared.hosts.api.as_str()
    }

    /// The host that files are uploaded to.
    pub fn media_url(&self) -> &str {
        self.shared.hosts.media.as_str()
    }

    /// The same instance, with another time for each call.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        self.with_options(CallOptions::timeout(timeout))
    }

    /// Refuses calls of this handle and its clones from now on. One without a partner closes its connections too; those
    /// of a partner stay open.
    pub fn close(&self) {
        self.shared.closed.store(true, Ordering::Relaxed);
        if self.shared.partner.is_none() {
            self.shared.engine.close();
        }
    }

    /// Whether it, or the partner that it was made from, was closed.
    pub fn is_closed(&self) -> bool {
        self.shared.closed.load(Ordering::Relaxed) || self.shared.engine.is_closed()
    }

    /// The same instance and settings, sharing nothing with this client, not even a lock: for a forked child.
    #[doc(hidden)]
    pub fn reopened(&self) -> Result<Self, Error> {
        let InstanceInner { id_instance, type_instance, hosts, partner, .. } = &*self.shared;
        let partner = partner.as_ref().map(PartnerClient::reopened).transpose()?;
        let engine = match &partner {
            Some(partner) => Arc::clone(&partner.0.engine),
            None => self.shared.engine.reopened()?,
        };
        let shared = InstanceInner {
            engine,
            id_instance: *id_instance,
            type_instance: type_instance.clone(),
            hosts: hosts.clone(),
            token: Mutex::new(lock(&self.shared.token).clone()),
            age: Mutex::new(*lock(&self.shared.age)),
            closed: AtomicBool::new(self.shared.closed.load(Ordering::Relaxed)),
            partner,
        };
        Ok(Self { shared: Arc::new(shared), options: self.options })
    }

    pub(crate) fn with_options(&self, options: CallOptions) -> Self {
        Self { shared: Arc::clone(&self.shared), options }
    }

    pub(crate) fn call_options(&self) -> CallOptions {
        self.options
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.shared.engine
    }

    pub(crate) fn partner(&self) -> Option<&PartnerClient> {
        self.shared.partner.as_ref()
    }

    pub(crate) async fn ask<O: Gives + ?Sized>(
        &self,
        operation: &'static O,
        arguments: Map<String, Value>,
        file: Option<File>,
        options: CallOptions,
    ) -> Result<O::Output, Error> {
        let echoed = echoed(operation.params(), &arguments);
        let request = api::request(operation, arguments, file, self.messenger() == WHATSAPP).await?;
        let target = self.target(operation.host())?;
        let asked = self.shared.engine.call(request, &target, options, &echoed).await;
        if let (Err(error), Some(store)) = (&asked, self.store())
            && error.code() == ErrorCode::Unauthorized
        {
            Box::pin(store.token_refused(self.id_instance())).await;
        }
        asked
    }

    fn store(&self) -> Option<&NameStore> {
        self.partner()?.0.store.as_ref()
    }

    /// Tells the store of the token that this handle has now.
    pub(crate) async fn tell_token(&self) {
        if let Some(store) = self.store() {
            let token = ZeroedText::from(self.api_token_instance());
            Box::pin(store.token_changed(self.id_instance(), &token)).await;
        }
    }

    /// The same, of a method without a file, with this handle's options.
    pub(super) async fn get<T: Send + 'static>(
        &self,
        operation: &'static Operation<T>,
        arguments: impl Into<Arguments>,
    ) -> Result<T, Error> {
        self.ask(operation, arguments.into().0, None, self.options).await
    }

    /// Whom a call goes to, and with which token, at this moment; an error where the handle is closed.
    pub(crate) fn target(&self, host: Host) -> Result<Target, Error> {
        if self.is_closed() {
            return Err(Error::configuration("this client is closed"));
        }
        let InstanceInner { id_instance, hosts, token, .. } = &*self.shared;
        let base = if host == Host::Media { &hosts.media } else { &hosts.api };
        Ok(Target {
            base: base.clone(),
            token: lock(token).clone(),
            id_instance: Some(*id_instance),
            messenger: hosts::known(self.messenger()),
            is_young: self.is_young(),
        })
    }

    /// The messenger, by what is known of the instance or else by its id.
    pub(crate) fn messenger(&self) -> &str {
        self.type_instance().unwrap_or_else(|| hosts::messenger(self.id_instance()))
    }

    pub(crate) fn keep_token(&self, token: &str) {
        *lock(&self.shared.token) = Secret::new(token);
    }

    /// Whether the instance is so new that it answers as if its token were wrong.
    fn is_young(&self) -> bool {
        let Age::CreatedAt(moment) = *lock(&self.shared.age) else { return false };
        let age = Timestamp::now().duration_since(moment);
        age.is_negative() || age.unsigned_abs() < YOUNG
    }

    /// Asks the partner's list once when the instance was created and of which messenger it is, where that is not known.
    pub(crate) async fn learn_age(&self, options: CallOptions) -> Result<(), Error> {
        let (Some(partner), Age::NotLookedUp) = (self.partner(), *lock(&self.shared.age)) else { return Ok(()) };
        let listed = match partner.get_instance_with(self.id_instance(), options).await {
            Ok(listed) => listed,
            // Another account's instance: nobody can tell.
            Err(error) if error.code() == ErrorCode::NotFound => {
                *lock(&self.shared.age) = Age::Unknown;
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        *lock(&self.shared.age) = Age::of(partner, &listed);
        if let Some(messenger) = listed.type_instance() {
            self.shared.type_instance.get_or_init(|| messenger.to_owned());
        }
        Ok(())
    }

    /// Reads the token again from the partner's list; says whether it is another one now.
    pub(crate) async fn reread_token(&self, options: CallOptions) -> Result<bool, Error> {
        let Some(partner) = self.partner() else { return Ok(false) };
        let listed = partner.get_instance_with(self.id_instance(), options).await?;
        if listed.deleted() {
            let gone = format!("instance {} is deleted", self.id_instance());
            return Err(Error::new(ErrorCode::NotFound, gone).during("getInstances"));
        }
        let Some(token) = listed.api_token_instance().filter(|token| !lock(&self.shared.token).is(token)) else {
            return Ok(false);
        };
        self.keep_token(token);
        self.tell_token().await;
        Ok(true)
    }

    pub(crate) fn of_partner(partner: &PartnerClient, id: u64, token: &str, urls: Urls<'_>) -> Result<Self, Error> {
        Self::made(partner, id, token, None, (urls, Urls::default()), Age::NotLookedUp)
    }

    pub(crate) fn of_created(partner: &PartnerClient, created: &CreatedInstance) -> Result<Self, Error> {
        let urls = Urls { api: created.api_url(), media: created.media_url() };
        let (id, token) = (created.id_instance(), created.api_token_instance());
        let urls = (Urls::default(), urls);
        Self::made(partner, id, token, created.type_instance(), urls, Age::CreatedAt(created.received_at))
    }

    pub(crate) fn of_listed(partner: &PartnerClient, listed: &Instance) -> Result<Self, Error> {
        let token = listed
            .api_token_instance()
            .ok_or_else(|| Error::invalid_request("the list has no apiTokenInstance of this instance"))?;
        let age = Age::of(partner, listed);
        let urls = (Urls::default(), Urls { api: listed.api_url(), media: listed.media_url() });
        Self::made(partner, listed.id_instance(), token, listed.type_instance(), urls, age)
    }

    pub(crate) fn alone(engine: Arc<Engine>, id: u64, token: &Secret) -> Result<Self, Error> {
        Self::with(engine, id, token, None, (Urls::default(), Urls::default()), Age::Unknown, None)
    }

    fn made(
        partner: &PartnerClient,
        id: u64,
        token: &str,
        type_instance: Option<&str>,
        urls: (Urls<'_>, Urls<'_>),
        age: Age,
    ) -> Result<Self, Error> {
        let engine = Arc::clone(&partner.0.engine);
        Self::with(engine, id, &Secret::new(token), type_instance, urls, age, Some(partner.clone()))
    }

    fn with(
        engine: Arc<Engine>,
        id: u64,
        token: &Secret,
        type_instance: Option<&str>,
        (given, urls_told): (Urls<'_>, Urls<'_>),
        age: Age,
        partner: Option<PartnerClient>,
    ) -> Result<Self, Error> {
        let id_instance = checked_id(id)?;
        let token = checked_token(token, "the instance's token")?;
        let url = |text: Option<&str>, name| text.map(|url| BaseUrl::parse(url, name)).transpose();
        let (api_url, media_url) = (url(given.api, "the API URL")?, url(given.media, "the media URL")?);
        let partner_api_url = partner.as_ref().map(|partner| &partner.0.target.base);
        let told = |url: Option<&str>, name| usable(url?, name, id_instance, partner_api_url?);
        let (told_api_url, told_media_url) = (told(urls_told.api, "apiUrl"), told(urls_told.media, "mediaUrl"));
        let known = hosts::HostSources {
            api_url: api_url.as_ref(),
            media_url: media_url.as_ref(),
            client_api_url: engine.config.api_url.as_ref(),
            client_media_url: engine.config.media_url.as_ref(),
            told_api_url: told_api_url.as_ref(),
            told_media_url: told_media_url.as_ref(),
            partner_api_url,
            type_instance,
        };
        let hosts = Hosts::of(id_instance, &known)?;
        let type_instance = type_instance.map_or_else(OnceLock::new, |messenger| OnceLock::from(messenger.to_owned()));
        let (token, age, closed) = (Mutex::new(token), Mutex::new(age), AtomicBool::new(false));
        let shared = InstanceInner { engine, id_instance, type_instance, hosts, token, age, closed, partner };
        Ok(Self { shared: Arc::new(shared), options: CallOptions::default() })
    }
}

impl PartnerClient {
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
}

impl fmt::Debug for InstanceClient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("InstanceClient")
            .field("id_instance", &self.id_instance())
            .field("api_url", &self.api_url())
            .finish_non_exhaustive()
    }
}

/// A host that upstream's answer names. One that cannot be used is passed over: the instance is there and is charged, and
/// there are other ways to find its host.
fn usable(url: &str, name: &str, id_instance: u64, partner_api_url: &BaseUrl) -> Option<BaseUrl> {
    hosts::told(url, partner_api_url)
        .inspect_err(|why| {
            tracing::warn!(
                target: TARGET,
                id_instance,
                "upstream names a host as the {name} of this instance that cannot be used, so it is passed over: {}",
                why.message()
            );
        })
        .ok()
}

/// The hosts that a handle is told of.
#[derive(Clone, Copy, Default)]
pub(crate) struct Urls<'a> {
    pub(crate) api: Option<&'a str>,
    pub(crate) media: Option<&'a str>,
}

/// The secrets among the arguments, be they in `extra`: upstream may repeat them.
fn echoed(params: &[api::Param], arguments: &Map<String, Value>) -> Vec<Secret> {
    let given = |param: &api::Param| {
        let value = arguments.get(param.field.name).or_else(|| arguments.get(param.field.wire))?;
        value.as_str().filter(|text| !text.is_empty()).map(Secret::new)
    };
    let named = params.iter().filter(|param| param.field.secret).filter_map(given);
    named.chain(arguments.get("extra").map(secret::secrets_in).unwrap_or_default()).collect()
}

const QR_PAGE: &str = "https://qr.green-api.com";
