//! Requests over HTTP.

use std::{
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderValue, header};
use http_body::{Frame, SizeHint};
use reqwest::{Client, NoProxy, Proxy, redirect};
use url::Url;

use super::{connect, tls};
use crate::{
    api::{Body, Sent, Spec},
    config::{BaseUrl, CONNECT_TIMEOUT, Config, POOL_IDLE, POOL_MAX_IDLE},
    engine::lock,
    error::Error,
    retry::{Class, Failure},
    secret::Secret,
    wire::Answer,
    words,
};

/// The connections of one client, by the kind of host: what a host over TLS or beyond loopback needs is loaded when
/// the first such host is called.
pub(crate) struct Http {
    config: Config,
    proxy: Option<Proxy>,
    pools: Mutex<Vec<(Kind, Arc<Pools>)>>,
}

/// There are two pools with the same settings: a `once` call must not be lost on a connection that the server has
/// closed meanwhile, so its connections may idle for less time than any common server waits.
struct Pools {
    any: Client,
    once: Client,
    /// WebSockets begin with HTTP/1.1.
    socket: Client,
}

#[derive(Clone, Copy, PartialEq)]
struct Kind {
    loopback: bool,
    https: bool,
}

/// Whom a request goes to, and with which credentials.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) base: BaseUrl,
    pub(crate) token: Secret,
    /// The instance, where it is an instance call.
    pub(crate) id_instance: Option<u64>,
    /// Whether it is an instance of MAX, whose rates differ.
    pub(crate) is_max: bool,
    /// Whether it is so new that it may answer as if its token were wrong or it were unpaid.
    pub(crate) is_young: bool,
}

/// One request, ready but for the token.
pub(crate) struct Outgoing<'a> {
    pub(crate) spec: &'a Spec,
    pub(crate) target: &'a Target,
    pub(crate) body: Option<Body>,
    /// What follows the path: a further segment, a query.
    pub(crate) suffix: String,
    pub(crate) if_none_match: Option<&'a HeaderValue>,
    pub(crate) sent: &'a Sent,
}

/// A try that brought no answer, and why; no text in it holds a token.
pub(crate) struct Lost {
    pub(crate) failure: Failure,
    /// Of what could not be sent: why, as the beginning of a sentence.
    pub(crate) why: String,
    pub(crate) reasons: Vec<String>,
}

impl Http {
    pub(crate) fn new(config: &Config) -> Result<Self, Error> {
        let proxy = config.proxy.as_ref().map(proxy).transpose()?;
        Ok(Self { config: config.clone(), proxy, pools: Mutex::default() })
    }

    /// Loads what calls of such a host need.
    pub(crate) fn prepare(&self, base: &BaseUrl) -> Result<(), Error> {
        self.pools(base).map(drop)
    }

    /// Sends once, and reads the whole answer.
    pub(crate) async fn send(&self, request: Outgoing<'_>) -> Result<Answer, Lost> {
        let Outgoing { spec, target, body, suffix, if_none_match, sent } = request;
        let pools = self.pools(&target.base).map_err(|error| Lost::barred(&error))?;
        let client = if spec.retry == Class::Once { &pools.once } else { &pools.any };
        let mut builder = client.request(spec.method.clone(), url(target, spec) + &suffix);
        if let Some(etag) = if_none_match {
            builder = builder.header(header::IF_NONE_MATCH, etag);
        }
        let told = body.is_some();
        match body {
            Some(Body { data, content_type }) => {
                let length = data.len();
                builder = builder
                    .header(header::CONTENT_TYPE, content_type.as_ref())
                    .header(header::CONTENT_LENGTH, length)
                    .body(reqwest::Body::wrap(Tracked { data: Some(data), sent: sent.clone() }));
            }
            None => sent.set(),
        }
        let lost = |error| lost(target, error, told.then(|| sent.get()));
        let response = builder.send().await.map_err(lost)?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.map_err(lost)?;
        Ok(Answer { status, headers, body })
    }

    /// The client that opens sockets.
    pub(super) fn socket_client(&self, base: &BaseUrl) -> Result<Client, Lost> {
        let pools = self.pools(base).map_err(|error| Lost::barred(&error))?;
        Ok(pools.socket.clone())
    }

    fn pools(&self, base: &BaseUrl) -> Result<Arc<Pools>, Error> {
        let kind = Kind { loopback: base.loopback, https: base.https };
        let mut known = lock(&self.pools);
        if let Some((_, pools)) = known.iter().find(|(other, _)| *other == kind) {
            return Ok(Arc::clone(pools));
        }
        let pools = Arc::new(self.open(kind)?);
        known.push((kind, Arc::clone(&pools)));
        Ok(pools)
    }

    fn open(&self, kind: Kind) -> Result<Pools, Error> {
        let tls = tls::client_config(&self.config, kind.https)?;
        let client = |idle, socket| {
            let mut tls = tls.clone();
            if socket {
                tls.alpn_protocols = vec![b"http/1.1".to_vec()];
            }
            let builder = Client::builder()
                .tls_backend_preconfigured(tls)
                .user_agent(&self.config.user_agent)
                .connect_timeout(CONNECT_TIMEOUT)
                .pool_idle_timeout(idle)
                .pool_max_idle_per_host(POOL_MAX_IDLE)
                .redirect(redirect::Policy::none())
                .referer(false)
                .retry(reqwest::retry::never());
            let builder = if socket { builder.http1_only() } else { builder };
            let builder = match &self.proxy {
                _ if kind.loopback => builder.no_proxy(),
                Some(proxy) => builder.proxy(proxy.clone()),
                None => builder,
            };
            // Its error is not shown: it may quote an option.
            builder
                .build()
                .map_err(|_| Error::configuration("the HTTP client cannot be set up: check the proxy and the CA file"))
        };
        Ok(Pools {
            any: client(POOL_IDLE, false)?,
            once: client(self.config.once_idle, false)?,
            socket: client(self.config.once_idle, true)?,
        })
    }
}

impl Lost {
    fn barred(error: &Error) -> Self {
        Self { failure: Failure::Barred, why: error.message().to_owned(), reasons: Vec::new() }
    }

    pub(super) fn unanswered(reason: String) -> Self {
        Self { failure: Failure::Unanswered, why: String::new(), reasons: vec![reason] }
    }
}

/// A body that tells when the connection begins to take it: until then nothing has left this machine.
struct Tracked {
    data: Option<Bytes>,
    sent: Sent,
}

impl http_body::Body for Tracked {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = self.get_mut();
        this.sent.set();
        Poll::Ready(this.data.take().map(|data| Ok(Frame::data(data))))
    }

    fn is_end_stream(&self) -> bool {
        self.data.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.data.as_ref().map_or(0, |data| data.len() as u64))
    }
}

/// The path template with the id and the token in it.
pub(super) fn url(target: &Target, spec: &Spec) -> String {
    let token = target.token.as_segment();
    let id = target.id_instance.map(|id| id.to_string()).unwrap_or_default();
    let path = spec.path.replace("{idInstance}", &id);
    let path = path.replace("{partnerToken}", &token).replace("{apiTokenInstance}", &token);
    format!("{}{path}", target.base.as_str())
}

#[expect(clippy::disallowed_methods, reason = "the credentials of a proxy stand in its URL")]
fn proxy(given: &Secret) -> Result<Proxy, Error> {
    let wrong = || Error::configuration("the proxy is not a URL of an http, https, socks5 or socks5h proxy");
    let url = Url::parse(given.expose()).map_err(|_| wrong())?;
    if !matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") || url.host().is_none() {
        return Err(wrong());
    }
    Ok(Proxy::all(url).map_err(|_| wrong())?.no_proxy(NoProxy::from_string("localhost,127.0.0.0/8,::1")))
}

/// The same for a request without a body.
pub(super) fn lost_of(target: &Target, error: reqwest::Error) -> Lost {
    lost(target, error, None)
}

/// `sent` is what the body told, and is believed before the library's word; without a body there is only that.
fn lost(target: &Target, error: reqwest::Error, sent: Option<bool>) -> Lost {
    let error = error.without_url();
    let unsent = sent.map_or_else(|| error.is_connect(), |sent| !sent);
    let (failure, why) =
        if unsent { connect::failure(&error, target.base.host()) } else { (Failure::Unanswered, String::new()) };
    let mut reasons: Vec<_> = connect::chain(&error).map(ToString::to_string).collect();
    reasons.dedup();
    let clean = |text: String| words::scrubbed(&text, &[&target.token]);
    Lost { failure, why: clean(why), reasons: reasons.into_iter().map(clean).collect() }
}
