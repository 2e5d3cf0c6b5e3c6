//! HTTP for Prometheus: `GET /metrics`, and `GET /healthz`, which says that the program runs.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use hyper::{
    Method, Request, Response, StatusCode,
    body::Incoming,
    header::{CONTENT_TYPE, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use prometheus::TEXT_FORMAT;
use tokio::{
    net::{TcpListener, TcpStream},
    task::AbortHandle,
    time,
};

use super::Metrics;
use crate::{
    exit::{Failure, Outcome},
    terminal,
};

/// Says so where others than this machine can read them.
pub(crate) fn warn_of(address: SocketAddr) {
    if !address.ip().is_loopback() {
        terminal::warn(&format!(
            "{address} is no loopback address: whoever reaches it reads how many instances there are and what they cost"
        ));
    }
}

/// Where the metrics are read.
pub(crate) struct Server(TcpListener);

impl Server {
    pub(crate) async fn listen(address: SocketAddr) -> Outcome<Self> {
        let failed = |error| Failure::configuration(format!("{address}: {error}")).advised("give another --listen");
        Ok(Self(TcpListener::bind(address).await.map_err(failed)?))
    }

    /// The address, with the port that port 0 became.
    pub(crate) fn address(&self) -> Outcome<SocketAddr> {
        Ok(self.0.local_addr()?)
    }

    /// Serves until it is dropped. Where all places are taken, whoever comes gets that of the one who has said nothing for longest.
    pub(crate) async fn serve(self, metrics: Arc<Metrics>) {
        let (turns, mut open) = (Turns::default(), Vec::new());
        loop {
            match self.0.accept().await {
                Ok((socket, _)) => {
                    open.retain(|one: &Connection| !one.task.is_finished());
                    let longest_silent = (0..open.len()).min_by_key(|place| open[*place].heard.load(Ordering::Relaxed));
                    if let Some(place) = longest_silent.filter(|_| open.len() >= CONNECTIONS) {
                        open.swap_remove(place).task.abort();
                    }
                    open.push(Connection::begin(socket, &metrics, &turns));
                }
                // Out of file descriptors, most likely: others have to close first.
                Err(_) => time::sleep(Duration::from_millis(100)).await,
            }
        }
    }
}

/// A connection that is served.
struct Connection {
    task: AbortHandle,
    /// The turn at which it came, or has asked last.
    heard: Arc<AtomicU64>,
}

impl Connection {
    fn begin(socket: TcpStream, metrics: &Arc<Metrics>, turns: &Turns) -> Self {
        let (metrics, turns) = (Arc::clone(metrics), turns.clone());
        let heard = Arc::new(AtomicU64::new(turns.next()));
        let hear = Arc::clone(&heard);
        let service = service_fn(move |request| {
            hear.store(turns.next(), Ordering::Relaxed);
            let metrics = Arc::clone(&metrics);
            async move { Ok::<_, Infallible>(answer(&request, &metrics)) }
        });
        let task = tokio::spawn(async move {
            let mut server = http1::Builder::new();
            // One that says nothing is let go.
            server.timer(TokioTimer::new()).header_read_timeout(IDLE);
            // An error is the reader's way to hang up.
            let _ = server.serve_connection(TokioIo::new(socket), service).await;
        });
        Self { task: task.abort_handle(), heard }
    }
}

/// Counts what comes from whichever connection.
#[derive(Clone, Default)]
struct Turns(Arc<AtomicU64>);

impl Turns {
    fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }
}

fn answer(request: &Request<Incoming>, metrics: &Metrics) -> Response<String> {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let (status, kind, text) = match request.uri().path() {
        "/metrics" if is_read => match metrics.text() {
            Ok(text) => (StatusCode::OK, TEXT_FORMAT, text),
            Err(failure) => (StatusCode::INTERNAL_SERVER_ERROR, PLAIN, failure.to_string()),
        },
        "/healthz" | "/-/healthy" if is_read => (StatusCode::OK, PLAIN, "ok\n".to_owned()),
        _ => (StatusCode::NOT_FOUND, PLAIN, "GET /metrics, GET /healthz\n".to_owned()),
    };
    let mut response = Response::new(text);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

const PLAIN: &str = "text/plain; charset=utf-8";

/// How many may read at once.
const CONNECTIONS: usize = 64;

/// How long one may take to ask, also between two scrapes.
const IDLE: Duration = Duration::from_secs(120);
