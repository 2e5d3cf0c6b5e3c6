//! Requests over HTTP.

use std::{
    error::Error as _,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderValue, header};
use http_body::{Frame, SizeHint};
use reqwest::{Client, NoProxy, Proxy, redirect};
use url::Url;

use super::tls;
use crate::{
    api::Spec,
    config::{CONNECT_TIMEOUT, Config, POOL_IDLE, POOL_MAX_IDLE},
    error::Error,
    retry::{Class, Failure},
    secret::{self, Secret},
    wire::Answer,
};

/// The connections of one client.
///
/// There are two pools with the same settings: a `once` call must not be lost on a connection that the server has
/// closed meanwhile, so its connections may idle for less time than any common server waits.
pub(crate) struct Http {
    any: Client,
    once: Client,
}

/// One request, ready but for the token.
pub(crate) struct Outgoing<'a> {
    pub(crate) spec: &'static Spec,
    pub(crate) body: Option<Bytes>,
    pub(crate) if_none_match: Option<&'a HeaderValue>,
    pub(crate) sent: &'a Sent,
}

/// Whether a request may have left this machine.
#[derive(Clone, Default)]
pub(crate) struct Sent(Arc<AtomicBool>);

/// A try that brought no answer, and why; the reasons hold no token.
pub(crate) struct Lost {
    pub(crate) failure: Failure,
    pub(crate) reasons: Vec<String>,
}

impl Http {
    pub(crate) fn new(config: &Config) -> Result<Self, Error> {
        let tls = tls::client_config(config)?;
        let proxy = config.proxy.as_ref().map(proxy).transpose()?;
        let client = |idle| {
            let builder = Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .user_agent(&config.user_agent)
                .connect_timeout(CONNECT_TIMEOUT)
                .pool_idle_timeout(idle)
                .pool_max_idle_per_host(POOL_MAX_IDLE)
                .redirect(redirect::Policy::none())
                .referer(false)
                .retry(reqwest::retry::never());
            let builder = match &proxy {
                _ if config.partner_api_url.loopback => builder.no_proxy(),
                Some(proxy) => builder.proxy(proxy.clone()),
                None => builder,
            };
            // Its error is not shown: it may quote an option.
            builder
                .build()
                .map_err(|_| Error::configuration("the HTTP client cannot be set up: check the proxy and the CA file"))
        };
        Ok(Self { any: client(POOL_IDLE)?, once: client(config.once_idle)? })
    }

    /// Sends once, and reads the whole answer.
    pub(crate) async fn send(&self, config: &Config, request: Outgoing<'_>) -> Result<Answer, Lost> {
        let Outgoing { spec, body, if_none_match, sent } = request;
        let client = if spec.retry == Class::Once { &self.once } else { &self.any };
        let mut builder = client.request(spec.method.clone(), url(config, spec));
        if let Some(etag) = if_none_match {
            builder = builder.header(header::IF_NONE_MATCH, etag);
        }
        let told = body.is_some();
        match body {
            Some(data) => {
                let length = data.len();
                builder = builder
                    .header(header::CONTENT_TYPE, "application/json")
                    .header(header::CONTENT_LENGTH, length)
                    .body(reqwest::Body::wrap(Tracked { data: Some(data), sent: sent.clone() }));
            }
            None => sent.set(),
        }
        let lost = |error| lost(config, error, told.then(|| sent.get()));
        let response = builder.send().await.map_err(lost)?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.map_err(lost)?;
        Ok(Answer { status, headers, body })
    }
}

impl Sent {
    pub(crate) fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
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

/// The path template with the token in it.
fn url(config: &Config, spec: &Spec) -> String {
    let path = spec.path.replace("{partnerToken}", &config.partner_token.as_segment());
    format!("{}{path}", config.partner_api_url.as_str())
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

/// `sent` is what the body told, and is believed before the library's word; without a body there is only that.
fn lost(config: &Config, error: reqwest::Error, sent: Option<bool>) -> Lost {
    let error = error.without_url();
    let unsent = sent.map_or_else(|| error.is_connect(), |sent| !sent);
    let failure = if unsent { Failure::NotSent } else { Failure::Unanswered };
    let chain = std::iter::successors(error.source(), |below| std::error::Error::source(*below));
    let mut reasons: Vec<_> = std::iter::once(error.to_string()).chain(chain.map(ToString::to_string)).collect();
    reasons.dedup();
    let clean = |text: String| secret::scrub_lookalikes(&config.partner_token.scrub(text));
    Lost { failure, reasons: reasons.into_iter().map(clean).collect() }
}
