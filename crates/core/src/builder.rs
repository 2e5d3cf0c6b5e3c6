//! Builders: the options of a client, as they are given, completed by the environment and checked.

use std::{env, io, net::IpAddr, path::PathBuf, sync::Arc, time::Duration};

use crate::{
    api::instance::Host,
    client::PartnerClient,
    config::{
        BaseUrl, Config, ENV_API_URL, ENV_MEDIA_URL, ENV_PARTNER_API_URL, ENV_PARTNER_TOKEN, MAX_RESPONSE_SIZE,
        MAX_RETRIES, PARTNER_API_URL, POOL_IDLE_ONCE, TIMEOUT, VERSION, ca_named, checked_token,
    },
    engine::Engine,
    error::Error,
    instance::InstanceClient,
    log::TARGET,
    names::Names,
    secret::Secret,
    store::Store,
    tokenless::Tokenless,
};

impl PartnerClient {
    /// A client of the environment's settings, unless told otherwise.
    pub fn builder() -> PartnerClientBuilder {
        PartnerClientBuilder::default()
    }
}

impl InstanceClient {
    /// A client without a partner, of the environment's settings unless told otherwise.
    pub fn builder(id_instance: u64, api_token_instance: impl Into<String>) -> InstanceClientBuilder {
        InstanceClientBuilder::new(id_instance, api_token_instance.into())
    }
}

/// The setters of the options that every client has.
macro_rules! shared_options {
    ($builder:ident) => {
        impl $builder {
            /// The host of instance calls, with its path prefix if it has one: upstream's `apiUrl`.
            ///
            /// Defaults to the environment's `GREENAPI_API_URL`, then to the instance's own host.
            pub fn api_url(mut self, url: impl Into<String>) -> Self {
                self.given.api_url = Some(Secret::new(url));
                self
            }

            /// The host of uploads: upstream's `mediaUrl`.
            ///
            /// Defaults to the environment's `GREENAPI_MEDIA_URL`, then to the instance's own.
            pub fn media_url(mut self, url: impl Into<String>) -> Self {
                self.given.media_url = Some(Secret::new(url));
                self
            }

            /// The time of a whole call, with its retries. Defaults to 60 seconds; where that is left as it is, `qr`
            /// may take 90 and a call with a file 300.
            pub fn timeout(mut self, timeout: Duration) -> Self {
                self.given.timeout = Some(timeout);
                self
            }

            /// How many times one call may be sent again, where that is safe. Defaults to 3.
            pub fn max_retries(mut self, retries: u32) -> Self {
                self.given.max_retries = Some(retries);
                self
            }

            /// The largest answer that is read, in bytes, counted after it was unpacked. Defaults to 268435456 (256 MiB).
            ///
            /// A larger one ends its call at once: with `outcome_unknown` where repeating could bill, send or rotate
            /// twice, with `protocol` elsewhere. A frame of a socket may have as much, and at most 16 MiB.
            pub fn max_response_size(mut self, bytes: usize) -> Self {
                self.given.max_response_size = Some(bytes);
                self
            }

            /// An `http`, `https`, `socks5` or `socks5h` proxy for every call, credentials included.
            ///
            /// Defaults to the environment's `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`. Loopback is never proxied.
            pub fn proxy(mut self, url: impl Into<String>) -> Self {
                self.given.proxy = Some(Secret::new(url));
                self
            }

            /// A PEM file with certificates to trust besides the system's, or a folder of such files. Defaults to none.
            ///
            /// Those of the environment's `SSL_CERT_FILE` and `SSL_CERT_DIR` are trusted as well, whether this is given or
            /// not. The variables are read when the client is made, the files when it first needs TLS: for a client whose
            /// URL is https, that is then too. One that cannot be read is `configuration`.
            pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
                self.given.ca_file = Some(path.into());
                self
            }

            /// Whether instance calls keep to upstream's documented rates, per instance and method. Defaults to true;
            /// switched off, upstream's 429 is what slows them.
            pub fn pacing(mut self, pacing: bool) -> Self {
                self.given.pacing = Some(pacing);
                self
            }

            /// What speaks through this client, for the `User-Agent`: `python/3.13.0`.
            #[doc(hidden)]
            pub fn language(mut self, name_and_version: impl Into<String>) -> Self {
                self.given.language = Some(name_and_version.into());
                self
            }

            /// The variables by which the users of that language name certificates, as `SSL_CERT_FILE` does; the first
            /// of them that is set counts.
            #[doc(hidden)]
            pub fn ca_variables(mut self, names: &'static [&'static str]) -> Self {
                self.given.ca_variables = names;
                self
            }

            /// How long a pooled connection may have idled to carry a `once` call; for tests.
            #[doc(hidden)]
            pub fn once_idle(mut self, idle: Duration) -> Self {
                self.given.once_idle = Some(idle);
                self
            }

            /// Who finds the addresses of hosts in place of the system; for tests.
            #[doc(hidden)]
            pub fn names(mut self, find: impl Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync + 'static) -> Self {
                self.given.names = Some(Names::found_by(find));
                self
            }
        }
    };
}

/// The options of a [`PartnerClient`]. Every one may be left out.
///
/// ```
/// use std::time::Duration;
/// use greenapi_partner::PartnerClient;
///
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let partner = PartnerClient::builder()
///     .partner_token("gac.0123456789")
///     .timeout(Duration::from_secs(30))
///     .build()?;
/// # Ok::<_, greenapi_partner::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct PartnerClientBuilder {
    partner_token: Option<Secret>,
    /// A URL may hold a secret until it was looked at.
    partner_api_url: Option<Secret>,
    store: Option<Store>,
    given: SharedOptions,
}

impl PartnerClientBuilder {
    /// The partner token, as support@green-api.com issues it. Defaults to the environment's `GREENAPI_PARTNER_TOKEN`.
    pub fn partner_token(mut self, token: impl Into<String>) -> Self {
        self.partner_token = Some(Secret::new(token));
        self
    }

    /// The partner host, with its path prefix if it has one: upstream's `partnerApiUrl`.
    ///
    /// Defaults to the environment's `GREENAPI_PARTNER_API_URL`, then to `https://api.green-api.com`. Plain http is
    /// refused unless the host is loopback.
    pub fn partner_api_url(mut self, url: impl Into<String>) -> Self {
        self.partner_api_url = Some(Secret::new(url));
        self
    }

    /// Where names are unique beyond this client: in a store, for all processes that share it. Defaults to none.
    pub fn store(mut self, store: Store) -> Self {
        self.store = Some(store);
        self
    }

    /// The client.
    ///
    /// # Errors
    ///
    /// `configuration`: no token or a malformed one, a URL that will not do, an unreadable CA file, a zero timeout.
    pub fn build(self) -> Result<PartnerClient, Error> {
        let engine = Engine::new(self.given.check()?)?;
        let token = partner_token(self.partner_token)?;
        PartnerClient::with(engine, token, partner_api_url(self.partner_api_url)?, self.store)
    }

    /// The same set-up for hosts that get no token, which none is needed for: for the program's `doctor` and `listen`.
    #[doc(hidden)]
    pub fn tokenless(self) -> Result<Tokenless, Error> {
        Tokenless::of(self.given.check()?, partner_api_url(self.partner_api_url)?)
    }
}

shared_options!(PartnerClientBuilder);

/// The options of an [`InstanceClient`]. Every one may be left out.
///
/// ```
/// use greenapi_partner::InstanceClient;
///
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let shop = InstanceClient::builder(1101728000, "c1b0474542144e0e").build()?;
/// assert_eq!(shop.api_url(), "https://api.green-api.com");
/// # Ok::<_, greenapi_partner::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct InstanceClientBuilder {
    id_instance: u64,
    api_token_instance: Secret,
    given: SharedOptions,
}

impl InstanceClientBuilder {
    pub(crate) fn new(id_instance: u64, api_token_instance: String) -> Self {
        Self { id_instance, api_token_instance: Secret::new(api_token_instance), given: SharedOptions::default() }
    }

    /// The client.
    ///
    /// # Errors
    ///
    /// `invalid_request`: no such id. `configuration`: a malformed token, a URL that will not do, an unreadable CA file,
    /// a zero timeout.
    pub fn build(self) -> Result<InstanceClient, Error> {
        let engine = Engine::new(self.given.check()?)?;
        let client = InstanceClient::alone(Arc::clone(&engine), self.id_instance, &self.api_token_instance)?;
        engine.prepare(&client.target(Host::Api)?.base)?;
        Ok(client)
    }
}

shared_options!(InstanceClientBuilder);

/// The options that every client has, as they were given.
#[derive(Clone, Debug, Default)]
pub(crate) struct SharedOptions {
    pub(crate) api_url: Option<Secret>,
    pub(crate) media_url: Option<Secret>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) max_retries: Option<u32>,
    pub(crate) max_response_size: Option<usize>,
    pub(crate) proxy: Option<Secret>,
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) pacing: Option<bool>,
    pub(crate) language: Option<String>,
    pub(crate) ca_variables: &'static [&'static str],
    pub(crate) once_idle: Option<Duration>,
    pub(crate) names: Option<Names>,
}

impl SharedOptions {
    pub(crate) fn check(self) -> Result<Config, Error> {
        if self.timeout.is_some_and(|timeout| timeout.is_zero()) {
            return Err(Error::configuration("the timeout must be longer than nothing"));
        }
        if self.max_response_size == Some(0) {
            return Err(Error::configuration("max_response_size must be 1 byte or more"));
        }
        Ok(Config {
            api_url: base_url(self.api_url, ENV_API_URL, "the API URL")?,
            media_url: base_url(self.media_url, ENV_MEDIA_URL, "the media URL")?,
            timeout: self.timeout.filter(|timeout| *timeout != TIMEOUT),
            max_retries: self.max_retries.unwrap_or(MAX_RETRIES),
            max_response_size: self.max_response_size.unwrap_or(MAX_RESPONSE_SIZE),
            proxy: self.proxy,
            ca_file: self.ca_file,
            ca_named: ca_named(self.ca_variables),
            pacing: self.pacing.unwrap_or(true),
            user_agent: user_agent(self.language.as_deref()),
            once_idle: self.once_idle.unwrap_or(POOL_IDLE_ONCE),
            names: self.names,
        })
    }
}

#[expect(clippy::disallowed_methods, reason = "a token is checked where it comes in")]
fn partner_token(given: Option<Secret>) -> Result<Secret, Error> {
    let token = given
        .or_else(|| from_environment(ENV_PARTNER_TOKEN).map(Secret::new))
        .ok_or_else(|| Error::configuration(format!("no partner token: give one or set {ENV_PARTNER_TOKEN}")))?;
    let token = checked_token(&token, "the partner token")?;
    if !token.expose().starts_with("gac.") {
        tracing::warn!(target: TARGET, "the partner token does not begin with \"gac.\": is it an instance's?");
    }
    Ok(token)
}

fn partner_api_url(given: Option<Secret>) -> Result<BaseUrl, Error> {
    let name = "the partner API URL";
    base_url(given, ENV_PARTNER_API_URL, name)?.map_or_else(|| BaseUrl::parse(PARTNER_API_URL, name), Ok)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a URL is looked at where it comes in: one with a secret in it is refused"
)]
fn base_url(given: Option<Secret>, variable: &str, name: &str) -> Result<Option<BaseUrl>, Error> {
    let given = given.or_else(|| from_environment(variable).map(Secret::new));
    given.map(|url| BaseUrl::parse(url.expose(), name)).transpose()
}

/// A variable that is set to nothing counts as not set, as everywhere in a shell.
fn from_environment(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.trim().is_empty())
}

fn user_agent(language: Option<&str>) -> String {
    let language = language.unwrap_or(concat!("rust/", env!("CARGO_PKG_RUST_VERSION")));
    format!("greenapi-partner/{VERSION} {language}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_trimmed_and_checked() {
        #[expect(clippy::disallowed_methods, reason = "the test looks at what was kept")]
        let kept = partner_token(Some(Secret::new(" gac.abc\n"))).unwrap().expose().to_owned();
        assert_eq!(kept, "gac.abc");
        for token in ["", "  ", "gac.a b", "gac.\u{7}", "gac.a\u{a0}b", ".", ".."] {
            let error = partner_token(Some(Secret::new(token))).unwrap_err();
            assert_eq!(error.code(), crate::ErrorCode::Configuration, "{token:?}");
        }
    }
}
