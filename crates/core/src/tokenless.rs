//! Tokenless: what a client's set-up does with hosts that get nothing of ours: for the program, whose `doctor` looks at them
//! and whose `listen` posts to them.

use std::{borrow::Cow, path::PathBuf, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use jiff::Timestamp;
use tokio::time;
use url::Url;

use crate::{
    call::{no_answer, timed_out},
    config::{ATTEMPT_TIMEOUT, BaseUrl, Config},
    endpoint::{Class, Spec, Target},
    error::Error,
    hosts::WHATSAPP,
    secret::Secret,
    transport::{Http, proxy_of},
};

pub use crate::transport::Certificate;

/// The settings of a client, without its token.
pub struct Tokenless {
    config: Config,
    http: Http,
    partner: BaseUrl,
}

/// What a host has answered to a look.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The HTTP status.
    pub status: u16,
    /// The answer's `Date`.
    pub date: Option<Timestamp>,
    /// The host's certificate, over TLS.
    pub certificate: Option<Certificate>,
}

/// Whom posts are sent to.
pub struct Receiver {
    url: Url,
    target: Target,
    headers: HeaderMap,
}

impl Tokenless {
    pub(crate) fn of(config: Config, partner: BaseUrl) -> Result<Self, Error> {
        let http = Http::new(&config)?;
        Ok(Self { config, http, partner })
    }

    /// The partner host.
    pub fn partner_api_url(&self) -> &str {
        self.partner.as_str()
    }

    /// Loads whom calls of the partner host trust, and gives what is trusted besides the system: who names it, and where it is.
    pub fn trusted(&self) -> Result<Vec<(&'static str, PathBuf)>, Error> {
        self.http.prepare(&self.partner)?;
        let given = self.config.ca_file.iter().map(|path| ("the CA file", path.clone()));
        Ok(given.chain(self.config.ca_named.iter().cloned()).collect())
    }

    /// The proxy of the environment or of the system by which this host is called, without its credentials.
    pub fn proxy_of(&self, url: &str) -> Result<Option<String>, Error> {
        let base = BaseUrl::parse(url, "the URL")?;
        Ok(if base.loopback { None } else { proxy_of(&base) })
    }

    /// Asks the partner host for its root, once: nothing that upstream knows, so it costs nothing and says little.
    pub async fn look(&self) -> Result<Seen, Error> {
        let target = nobodys(self.partner.clone());
        let looked = time::timeout(ATTEMPT_TIMEOUT, self.http.look(&target)).await;
        let look =
            looked.map_err(|_| timed_out(&LOOK, ATTEMPT_TIMEOUT, true))?.map_err(|lost| no_answer(&LOOK, &lost))?;
        let date = look.headers.get(header::DATE).and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
        let date = date.and_then(|date| Timestamp::try_from(date).ok());
        Ok(Seen { status: look.status, date, certificate: look.certificate })
    }

    /// A receiver of JSON at a URL of http or https, which is never quoted; with a bearer's token where there is one.
    pub fn receiver(&self, url: &str, bearer: Option<&str>) -> Result<Receiver, Error> {
        let (url, base) = BaseUrl::of_receiver(url, true)?;
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(token) = bearer {
            let mut value = HeaderValue::try_from(format!("Bearer {token}"))
                .map_err(|_| Error::configuration("the token of the receiver cannot stand in a header"))?;
            value.set_sensitive(true);
            headers.insert(header::AUTHORIZATION, value);
        }
        self.http.prepare(&base)?;
        Ok(Receiver { url, target: nobodys(base), headers })
    }

    /// Posts a body once, and gives the status that was answered.
    pub async fn post(&self, receiver: &Receiver, body: String, timeout: Duration) -> Result<u16, Error> {
        let Receiver { url, target, headers } = receiver;
        let posted = time::timeout(timeout, self.http.post(url, target, headers.clone(), Bytes::from(body))).await;
        let answer = posted.map_err(|_| timed_out(&POST, timeout, true))?.map_err(|lost| no_answer(&POST, &lost))?;
        Ok(answer.status)
    }
}

impl Receiver {
    /// Its scheme, host and port: what may be said of where it is.
    pub fn shown(&self) -> &str {
        self.target.base.origin()
    }

    /// Whether what is posted travels in the clear to another machine.
    pub fn is_in_the_clear(&self) -> bool {
        !self.target.base.https && !self.target.base.loopback
    }

    /// Whether its URL has credentials.
    pub fn has_credentials(&self) -> bool {
        !self.url.username().is_empty() || self.url.password().is_some()
    }
}

fn nobodys(base: BaseUrl) -> Target {
    Target { base, token: Secret::new(""), id_instance: None, messenger: WHATSAPP, is_young: false }
}

static LOOK: Spec = spec("look", Method::GET);
static POST: Spec = spec("post", Method::POST);

const fn spec(operation: &'static str, method: Method) -> Spec {
    Spec {
        operation: Cow::Borrowed(operation),
        method,
        path: Cow::Borrowed("/"),
        retry: Class::Safe,
        timeout: ATTEMPT_TIMEOUT,
        attempt: None,
        rate: None,
        page: "",
        prose: "",
    }
}
