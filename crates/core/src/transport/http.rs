//! Requests over HTTP.

use std::{
    fmt, mem,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
};

use bytes::{Bytes, BytesMut};
use http::{HeaderValue, header};
use http_body::{Frame, SizeHint};
use reqwest::{Client, ClientBuilder, NoProxy, Proxy, Response, redirect};
use rustls::ClientConfig;
use tokio::runtime::{self, Handle};
use tungstenite::protocol::WebSocketConfig;
use url::Url;

use super::{
    connect, environment, http2,
    kept::{self, Kept},
    tls,
};
use crate::{
    config::{BaseUrl, CONNECT_TIMEOUT, Config, LARGEST_FRAME, POOL_IDLE, POOL_MAX_IDLE},
    endpoint::{Answer, Body, Class, Sent, Spec, Target},
    error::Error,
    lock::lock,
    retry::Failure,
    secret::{Secret, ZeroedText},
    words,
};

/// The connections of one client, by the kind of host and the runtime: what a host over TLS or beyond loopback needs is
/// loaded when the first such host is called, and a connection is served by the runtime that opened it.
pub(crate) struct Http {
    config: Config,
    proxy: Option<Proxy>,
    open: Mutex<Vec<Open>>,
    kept: Kept,
}

/// Pools, and whose they are.
struct Open {
    kind: PoolKind,
    /// `None` until the first call: they may have been opened outside of any.
    runtime: Option<runtime::Id>,
    tls: ClientConfig,
    pools: Arc<Pools>,
}

/// There are pools with the same settings: a `once` call must not be lost on a connection that the server has closed
/// meanwhile, so its connections may idle for less time than any common server waits. Where a server waits for no time
/// at all, each such call has a connection of its own.
struct Pools {
    any: Client,
    once: Client,
    fresh: Client,
    /// WebSockets begin with HTTP/1.1.
    socket: Client,
}

#[derive(Clone, Copy, PartialEq)]
struct PoolKind {
    loopback: bool,
    https: bool,
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
    /// Of what was not sent, or not read: why, as a sentence.
    pub(crate) why: String,
    pub(crate) reasons: Vec<String>,
}

impl Http {
    pub(crate) fn new(config: &Config) -> Result<Self, Error> {
        let proxy = config.proxy.as_ref().map(proxy).transpose()?;
        Ok(Self { config: config.clone(), proxy, open: Mutex::default(), kept: Kept::default() })
    }

    /// Loads what calls of such a host need.
    pub(crate) fn prepare(&self, base: &BaseUrl) -> Result<(), Error> {
        self.pools(base).map(drop)
    }

    /// Sends once, and reads the whole answer, as far as it may be long.
    pub(crate) async fn send(&self, request: Outgoing<'_>) -> Result<Answer, Lost> {
        let Outgoing { spec, target, body, suffix, if_none_match, sent } = request;
        let pools = self.pools(&target.base).map_err(|error| Lost::barred(&error))?;
        let client = match spec.retry {
            Class::Once if self.kept.closes(target.base.origin()) => &pools.fresh,
            Class::Once => &pools.once,
            Class::Safe | Class::Idempotent => &pools.any,
        };
        let mut builder = client.request(spec.method.clone(), &*url(target, spec, &suffix));
        if let Some(etag) = if_none_match {
            builder = builder.header(header::IF_NONE_MATCH, etag);
        }
        let told = body.is_some();
        match body {
            Some(Body { data, content_type, file_name }) => {
                let length = data.len();
                if let Some(name) = file_name {
                    builder = builder.header(FILE_NAME, name);
                }
                builder = builder
                    .header(header::CONTENT_TYPE, content_type.as_ref())
                    .header(header::CONTENT_LENGTH, length)
                    .body(reqwest::Body::wrap(Tracked { data: Some(data), sent: sent.clone() }));
            }
            None => sent.set(),
        }
        let response = match builder.send().await {
            Ok(response) => response,
            Err(error) => {
                self.kept.failed(target.base.origin(), &error, self.config.once_idle);
                return Err(lost(target, error, told.then(|| sent.get())));
            }
        };
        let connection = kept::connection(response.extensions());
        let answer = self.whole(target, response).await?;
        self.kept.answered(connection, self.config.once_idle);
        Ok(answer)
    }

    /// Reads a whole answer. Its size is counted while it comes, and after it was unpacked.
    pub(super) async fn whole(&self, target: &Target, mut response: Response) -> Result<Answer, Lost> {
        let (status, headers) = (response.status().as_u16(), mem::take(response.headers_mut()));
        let longest = self.config.max_response_size;
        if response.content_length().is_some_and(|length| length > longest as u64) {
            return Err(Lost::too_large(longest));
        }
        // Most answers come in one part, which is not copied.
        let (mut first, mut body) = (Bytes::new(), BytesMut::new());
        while let Some(part) = response.chunk().await.map_err(|error| cut(target, error))? {
            if part.len() > longest - first.len() - body.len() {
                return Err(Lost::too_large(longest));
            }
            if first.is_empty() && body.is_empty() {
                first = part;
                continue;
            }
            if body.is_empty() {
                body = std::mem::take(&mut first).into();
            }
            body.extend_from_slice(&part);
        }
        Ok(Answer { status, headers, body: if body.is_empty() { first } else { body.freeze() } })
    }

    /// How large a frame, and a message of several, may be.
    pub(super) fn frames(&self) -> WebSocketConfig {
        let largest = Some(self.config.max_response_size.min(LARGEST_FRAME));
        // What is written are the answers to pings, which wait where nobody reads them.
        let unwritten = 2 * WebSocketConfig::default().write_buffer_size;
        WebSocketConfig::default().max_frame_size(largest).max_message_size(largest).max_write_buffer_size(unwritten)
    }

    /// The client that opens sockets.
    pub(super) fn socket_client(&self, base: &BaseUrl) -> Result<Client, Lost> {
        let pools = self.pools(base).map_err(|error| Lost::barred(&error))?;
        Ok(pools.socket.clone())
    }

    /// The client that reads what may be read twice.
    pub(super) fn reading_client(&self, base: &BaseUrl) -> Result<Client, Lost> {
        let pools = self.pools(base).map_err(|error| Lost::barred(&error))?;
        Ok(pools.any.clone())
    }

    /// The client that posts to receivers: what it sends may come twice, but a connection that was closed meanwhile costs a wait.
    pub(super) fn posting_client(&self, base: &BaseUrl) -> Result<Client, Lost> {
        let pools = self.pools(base).map_err(|error| Lost::barred(&error))?;
        Ok(pools.once.clone())
    }

    /// Those of this runtime: on a connection of another one a call would wait for a thread that may do nothing for now.
    fn pools(&self, base: &BaseUrl) -> Result<Arc<Pools>, Error> {
        let kind = PoolKind { loopback: base.loopback, https: base.https };
        let runtime = Handle::try_current().ok().map(|handle| handle.id());
        let mut open = lock(&self.open);
        let is_ours = |one: &&mut Open| {
            one.kind == kind && (runtime.is_none() || one.runtime.is_none() || one.runtime == runtime)
        };
        if let Some(ours) = open.iter_mut().find(is_ours) {
            ours.runtime = ours.runtime.or(runtime);
            return Ok(Arc::clone(&ours.pools));
        }
        if self.proxy.is_none() && !kind.loopback {
            environment::check_proxies()?;
        }
        let tls = match open.iter().find(|one| one.kind == kind) {
            Some(of_another) => of_another.tls.clone(),
            None => tls::client_config(&self.config, kind.https)?,
        };
        let pools = Arc::new(self.open(kind, &tls)?);
        if open.len() >= MOST_OPEN {
            open.remove(0);
        }
        open.push(Open { kind, runtime, tls, pools: Arc::clone(&pools) });
        Ok(pools)
    }

    /// A client whose answers say what certificate the host has shown, and which keeps no connection.
    pub(super) fn looking_client(&self, base: &BaseUrl) -> Result<Client, Error> {
        let tls = tls::client_config(&self.config, base.https)?;
        let kind = PoolKind { loopback: base.loopback, https: base.https };
        built(self.settings(kind, tls).pool_max_idle_per_host(0).tls_info(true))
    }

    fn open(&self, kind: PoolKind, tls: &ClientConfig) -> Result<Pools, Error> {
        let client = |idle, keeps, socket| {
            let mut tls = tls.clone();
            if socket {
                tls.alpn_protocols = vec![b"http/1.1".to_vec()];
            }
            let builder = self.settings(kind, tls).pool_idle_timeout(idle).pool_max_idle_per_host(keeps);
            built(if socket { builder.http1_only() } else { builder })
        };
        Ok(Pools {
            any: client(POOL_IDLE, POOL_MAX_IDLE, false)?,
            once: client(self.config.once_idle, POOL_MAX_IDLE, false)?,
            fresh: client(self.config.once_idle, 0, false)?,
            socket: client(self.config.once_idle, POOL_MAX_IDLE, true)?,
        })
    }

    /// What every client of such a host is set to.
    fn settings(&self, kind: PoolKind, tls: ClientConfig) -> ClientBuilder {
        let builder = Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent(&self.config.user_agent)
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never());
        let builder = match &self.config.names {
            Some(names) => builder.dns_resolver(names.clone()),
            None => builder,
        };
        match &self.proxy {
            _ if kind.loopback => builder.no_proxy(),
            Some(proxy) => builder.proxy(proxy.clone()),
            None => builder,
        }
    }
}

/// Its error is not shown: it may quote an option.
fn built(builder: ClientBuilder) -> Result<Client, Error> {
    builder
        .build()
        .map_err(|_| Error::configuration("the HTTP client cannot be set up: check the proxy and the CA file"))
}

impl Lost {
    pub(super) fn barred(error: &Error) -> Self {
        Self { failure: Failure::Barred, why: nothing_sent(error.message()), reasons: Vec::new() }
    }

    fn too_large(longest: usize) -> Self {
        let why = format!("the answer is larger than the client's max_response_size of {longest} bytes");
        Self { failure: Failure::TooLarge, why, reasons: Vec::new() }
    }

    pub(super) fn unanswered(reason: String) -> Self {
        Self { failure: Failure::Unanswered, why: String::new(), reasons: vec![reason] }
    }
}

/// A body that tells when the connection begins to take it: until then nothing has left this machine. It does not go where it
/// may not any more: this process was held up since it was allowed to.
struct Tracked {
    data: Option<Bytes>,
    sent: Sent,
}

impl http_body::Body for Tracked {
    type Data = Bytes;
    type Error = HeldUp;

    fn poll_frame(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, HeldUp>>> {
        let this = self.get_mut();
        if !this.sent.get() && !this.sent.leave() {
            return Poll::Ready(Some(Err(HeldUp)));
        }
        Poll::Ready(this.data.take().map(|data| Ok(Frame::data(data))))
    }

    fn is_end_stream(&self) -> bool {
        self.data.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.data.as_ref().map_or(0, |data| data.len() as u64))
    }
}

#[derive(Debug)]
struct HeldUp;

impl fmt::Display for HeldUp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("this process was held up for too long")
    }
}

impl std::error::Error for HeldUp {}

/// The path template with the id and the token in it, and what follows. It is written where it stays, and zeroed there.
pub(super) fn url(target: &Target, spec: &Spec, suffix: &str) -> ZeroedText {
    let token = target.token.as_segment();
    let length: usize = token.clone().map(str::len).sum();
    let (base, mut rest) = (target.base.as_str(), &*spec.path);
    let mut url = ZeroedText::with_capacity(base.len() + rest.len() + length + LONGEST_ID + suffix.len());
    url.push_str(base);
    while let Some((before, (name, after))) = rest.split_once('{').and_then(|(b, r)| Some((b, r.split_once('}')?))) {
        url.push_str(before);
        match (name, target.id_instance) {
            ("idInstance", Some(id)) => url.push_str(&id.to_string()),
            ("partnerToken" | "apiTokenInstance", _) => token.clone().for_each(|part| url.push_str(part)),
            _ => {}
        }
        rest = after;
    }
    url.push_str(rest);
    url.push_str(suffix);
    url
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

/// A request that got no answer. `sent` is what the body told, and is believed before the library's word; without a body
/// there is only that. The server's own word that it did nothing goes before both.
fn lost(target: &Target, error: reqwest::Error, sent: Option<bool>) -> Lost {
    let host = target.base.host();
    if let Some(why) = http2::untouched(&error, host) {
        return told(target, error, Failure::NotSent, format!("{why}; nothing was done"));
    }
    if sent.map_or_else(|| error.is_connect(), |sent| !sent) {
        let (failure, why) = connect::failure(&error, host);
        return told(target, error, failure, nothing_sent(&why));
    }
    cut(target, error)
}

/// A request whose answer did not come, or not to its end.
pub(super) fn cut(target: &Target, error: reqwest::Error) -> Lost {
    told(target, error, Failure::Unanswered, String::new())
}

fn nothing_sent(why: &str) -> String {
    format!("{why}; nothing was sent")
}

fn told(target: &Target, error: reqwest::Error, failure: Failure, why: String) -> Lost {
    let error = error.without_url();
    let mut reasons: Vec<_> = connect::chain(&error).map(ToString::to_string).collect();
    reasons.dedup();
    let clean = |text: String| words::scrubbed(&text, &[&target.token]);
    Lost { failure, why: clean(why), reasons: reasons.into_iter().map(clean).collect() }
}

/// The digits of the largest id.
const LONGEST_ID: usize = 20;

/// For so many kinds of hosts and runtimes; one that comes and goes with each call leaves its pools behind.
const MOST_OPEN: usize = 80;

/// Which name a file has that is the whole body.
const FILE_NAME: &str = "GA-Filename";

#[cfg(test)]
mod tests {
    use std::future;

    use http_body::Body as _;
    use tokio::time::Instant;

    use super::*;
    use crate::config::STORE_CLAIM;

    async fn leaves_by(until: Option<Instant>) -> (bool, bool) {
        let sent = Sent::default();
        if let Some(until) = until {
            sent.allow_until(until);
        }
        let mut body = Tracked { data: Some(Bytes::from_static(b"{}")), sent: sent.clone() };
        let frame = future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
        (matches!(frame, Some(Ok(_))), sent.get())
    }

    #[tokio::test]
    async fn what_may_not_leave_any_more_does_not() {
        let now = Instant::now();
        assert_eq!(leaves_by(None).await, (true, true));
        assert_eq!(leaves_by(Some(now + STORE_CLAIM)).await, (true, true));
        assert_eq!(leaves_by(Some(now)).await, (false, false));
    }
}
