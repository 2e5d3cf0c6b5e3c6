//! Accepts connections, reads requests, and sends what upstream, or a fault, has to say.

use std::{
    convert::Infallible,
    future::pending,
    io,
    net::{self, Ipv4Addr},
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, Request, Response, StatusCode,
    header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, SEC_WEBSOCKET_KEY, VARY},
    request::Parts,
};
use http_body_util::BodyExt as _;
use hyper::{body::Incoming, service::service_fn, upgrade::OnUpgrade};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::sleep,
};

use crate::{
    answer::Answer,
    connection::{Line, Wire},
    control, control_http, customer,
    faults::{Cut, Fault},
    headers,
    instance::{self, InstanceRequest, Opening},
    options::Options,
    record::{Outcome, RecordedRequest, Ticket},
    reply::{Receipt, Reply},
    route::{self, Route, Target},
    scripted,
    state::State,
    sync::lock,
    token, upstream,
};

/// Opens the port that the options name.
pub(crate) fn bind(options: Options) -> io::Result<(net::TcpListener, Arc<State>)> {
    options.check().map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
    let listener = net::TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))?;
    listener.set_nonblocking(true)?;
    let url = format!("http://{}", listener.local_addr()?);
    let partner_token = options.partner_token.clone().unwrap_or_else(token::partner_token);
    Ok((listener, Arc::new(State::new(url, partner_token, options))))
}

/// Serves until it is dropped, and closes all connections then.
pub(crate) async fn serve(listener: TcpListener, state: Arc<State>) {
    let mut connections = JoinSet::new();
    connections.spawn(instance::deliver(Arc::clone(&state)));
    connections.spawn(customer::live(Arc::clone(&state)));
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((socket, _)) => {
                    connections.spawn(converse(socket, Arc::clone(&state)));
                }
                // Out of file descriptors, most likely: others have to close first.
                Err(_) => sleep(Duration::from_millis(10)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// One connection, from its first byte to its end.
async fn converse(socket: TcpStream, state: Arc<State>) {
    // Failing to set it costs speed only.
    let _ = socket.set_nodelay(true);
    let line = state.connections.line();
    let admit = {
        let (state, line) = (Arc::clone(&state), Arc::clone(&line));
        move |first_line: &[u8]| admit(&state, &line, first_line)
    };
    let wire = TokioIo::new(Wire::new(socket, Arc::clone(&line), admit));
    let granted = Arc::new(Mutex::new(None));
    let service = {
        let (line, granted) = (Arc::clone(&line), Arc::clone(&granted));
        service_fn(move |request| respond(Arc::clone(&state), Arc::clone(&line), Arc::clone(&granted), request))
    };
    let server = auto::Builder::new(TokioExecutor::new());
    let conversation = server.serve_connection_with_upgrades(wire, service);
    tokio::select! {
        // An error is the client's way to hang up, or a cut before a request.
        _ = conversation => {}
        () = line.closed() => return,
    }
    let granted = lock(&granted).take();
    if let Some(socket) = granted {
        socket.run(&line).await;
    }
}

/// The socket that a connection was granted, and that follows its HTTP.
type Granted = Arc<Mutex<Option<Opening>>>;

/// Looks at a request line: false, and the request is noted as cut, if the connection is to be closed before it is read.
fn admit(state: &State, line: &Arc<Line>, first_line: &[u8]) -> bool {
    let first_line = String::from_utf8_lossy(first_line);
    let mut words = first_line.split_ascii_whitespace();
    let (Some(verb), Some(path)) = (words.next(), words.next()) else { return true };
    let options = state.options();
    let route = Route::read(path.split('?').next().unwrap_or_default(), &options.path_prefix);
    if control_http::is_control(path) || state.script.take_early_cut(&route.method, line.is_reused()).is_none() {
        return true;
    }
    let request = RecordedRequest {
        method: route.method,
        verb: verb.parse().unwrap_or_default(),
        path: path.to_owned(),
        headers: HeaderMap::new(),
        body: Bytes::new(),
        connection: line.partner_speaks(),
        http: http::Version::HTTP_11,
        outcome: Outcome::InProgress,
        status: None,
    };
    state.log.note(request, options.keep_requests).cut();
    false
}

async fn respond(
    state: Arc<State>,
    line: Arc<Line>,
    granted: Granted,
    request: Request<Incoming>,
) -> Result<Response<Reply>, Infallible> {
    if control_http::is_control(request.uri().path()) {
        let response = control_http::respond(&control::Control::new(state), request).await;
        line.served();
        return Ok(response);
    }
    let connection = line.partner_speaks();
    let age = state.age();
    let options = state.options();
    let (mut parts, body) = request.into_parts();
    let upgrade = parts.extensions.remove::<OnUpgrade>();
    let route = Route::read(parts.uri.path(), &options.path_prefix);
    let fault = state.script.take(&route.method, line.is_reused()).unwrap_or_default();
    let is_cut_early = matches!(fault.cut, Some(Cut::BeforeRequest | Cut::ReadingRequest));
    let read =
        if is_cut_early { Ok(Bytes::new()) } else { body.collect().await.map(http_body_util::Collected::to_bytes) };
    let body = read.as_ref().map_or_else(|_| Bytes::new(), Bytes::clone);
    let request = Arrived {
        route,
        verb: parts.method.clone(),
        path: path_of(&parts),
        headers: parts.headers.clone(),
        body,
        socket: upgrade.map(|upgrade| Socket { upgrade, granted }),
    };
    let mut ticket = state.log.note(request.to_record(connection, &parts), options.keep_requests);
    if read.is_err() {
        // Half a request and no more: the client hung up.
        drop(ticket);
        return cut(&line).await;
    }

    if fault.hold {
        let released = state.held.wait();
        let acted = if fault.act { Some(request.act(&state).await) } else { None };
        ticket.held();
        released.await;
        ticket.let_go();
        if state.age() != age {
            ticket.cut();
            return cut(&line).await;
        }
        return finish(&state, &line, request, &fault, acted, ticket).await;
    }
    finish(&state, &line, request, &fault, None, ticket).await
}

/// Acts on a request, unless that was done, and sends the answer, or what the fault makes of it.
async fn finish(
    state: &Arc<State>,
    line: &Arc<Line>,
    request: Arrived,
    fault: &Fault,
    acted: Option<Answer>,
    mut ticket: Ticket,
) -> Result<Response<Reply>, Infallible> {
    let is_cut_before_acting = matches!(fault.cut, Some(Cut::BeforeRequest | Cut::ReadingRequest | Cut::AfterRequest));
    let acts = !is_cut_before_acting && (fault.act || !fault.replaces_answer());
    let acted = match acted {
        None if acts => Some(request.act(state).await),
        acted => acted,
    };
    if let Some(delay) = fault.delay_ms {
        sleep(Duration::from_millis(delay)).await;
    }
    if is_cut_before_acting || fault.cut == Some(Cut::AfterAction) {
        ticket.cut();
        return cut(line).await;
    }
    let answer = match acted {
        Some(answer) if !fault.replaces_answer() && answer.status == StatusCode::SWITCHING_PROTOCOLS => {
            let response = state.undressed(answer);
            return Ok(request.switch_protocols(state, response, ticket));
        }
        Some(answer) if !fault.replaces_answer() => state.finished(answer, &request),
        _ => state.undressed(scripted::answer(state, fault, &request.verb, &request.path)),
    };
    Ok(send(answer, &request.verb, fault, Receipt { ticket, status: 0, line: Arc::clone(line) }))
}

/// Closes the connection, with the request that this is called for unanswered.
async fn cut(line: &Line) -> Result<Response<Reply>, Infallible> {
    line.close_now();
    pending().await
}

fn send(mut response: Response<Bytes>, verb: &Method, fault: &Fault, receipt: Receipt) -> Response<Reply> {
    scripted::overlay(fault, response.headers_mut());
    let (mut parts, mut body) = response.into_parts();
    if *verb == Method::HEAD || matches!(parts.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
        body.clear();
    }
    let receipt = Receipt { status: parts.status.as_u16(), ..receipt };
    let reply = if fault.cut == Some(Cut::TruncatedBody) {
        parts.headers.entry(CONTENT_LENGTH).or_insert_with(|| body.len().into());
        Reply::broken_off(&body, fault.drip, receipt)
    } else if parts.headers.contains_key(CONTENT_LENGTH) {
        Reply::new(body, fault.drip, receipt).with_length_in_header()
    } else {
        Reply::new(body, fault.drip, receipt)
    };
    Response::from_parts(parts, reply)
}

/// A request that was read.
struct Arrived {
    route: Route,
    verb: Method,
    path: String,
    headers: HeaderMap,
    body: Bytes,
    /// What a socket needs, where the client asks for another protocol.
    socket: Option<Socket>,
}

struct Socket {
    upgrade: OnUpgrade,
    granted: Granted,
}

impl Arrived {
    async fn act(&self, state: &Arc<State>) -> Answer {
        match &self.route.target {
            Target::Instance { id_instance, token, tail } => {
                let (_, query) = self.path.split_once('?').unwrap_or_default();
                let header = |name| self.headers.get(name).cloned();
                let request = InstanceRequest {
                    id_instance: *id_instance,
                    method: self.route.method.clone(),
                    token: token.clone(),
                    tail: tail.clone(),
                    verb: self.verb.clone(),
                    query: route::read_query(query),
                    content_type: header(CONTENT_TYPE).and_then(|kind| kind.to_str().map(str::to_owned).ok()),
                    file_name: self.headers.get("GA-Filename").and_then(|name| name.to_str().map(str::to_owned).ok()),
                    websocket_key: self.socket.as_ref().and_then(|_| header(SEC_WEBSOCKET_KEY)),
                    body: self.body.clone(),
                    path: self.path.clone(),
                };
                instance::answer(state, &request).await
            }
            _ => upstream::answer(state, &self.route, &self.verb, &self.path, &self.body),
        }
    }

    /// Answers that from now on a socket is spoken, and leaves that to the connection.
    fn switch_protocols(self, state: &Arc<State>, response: Response<Bytes>, mut ticket: Ticket) -> Response<Reply> {
        if let (Some(Socket { upgrade, granted }), Target::Instance { id_instance, .. }) =
            (self.socket, self.route.target)
        {
            *lock(&granted) = Some(Opening::new(state, id_instance, upgrade));
        }
        ticket.answered(response.status().as_u16());
        response.map(Reply::plain)
    }

    fn to_record(&self, connection: u64, parts: &Parts) -> RecordedRequest {
        RecordedRequest {
            method: self.route.method.clone(),
            verb: self.verb.clone(),
            path: self.path.clone(),
            headers: self.headers.clone(),
            body: self.body.clone(),
            connection,
            http: parts.version,
            outcome: Outcome::InProgress,
            status: None,
        }
    }
}

fn path_of(parts: &Parts) -> String {
    parts.uri.path_and_query().map_or_else(|| parts.uri.path().to_owned(), ToString::to_string)
}

impl State {
    /// A scripted answer with its headers; its body stays as it is.
    fn undressed(&self, answer: Answer) -> Response<Bytes> {
        let options = self.options();
        let etag = answer
            .etag
            .or_else(|| (!answer.body.is_empty()).then(|| token::etag(&answer.body)))
            .filter(|_| options.etag);
        let mut response = Response::new(answer.body);
        *response.status_mut() = answer.status;
        let headers = response.headers_mut();
        if options.captured_headers {
            *headers = headers::captured();
        }
        headers::set_date(headers, self.clock.now());
        headers.extend(answer.content_type.map(|kind| (CONTENT_TYPE, kind)));
        headers.extend(etag.and_then(|etag| Some((ETAG, HeaderValue::try_from(etag).ok()?))));
        headers.extend(answer.headers);
        response
    }

    /// Upstream's own answer with its headers: compressed, or left out, where the client wants that.
    fn finished(&self, mut answer: Answer, request: &Arrived) -> Response<Bytes> {
        let options = self.options();
        let compressed = answer.gzip.take();
        let mut response = self.undressed(answer);
        if response.status() != StatusCode::OK {
            return response;
        }
        let etag = response.headers().get(ETAG).and_then(|etag| etag.to_str().ok());
        if request.verb == Method::GET && etag.is_some_and(|etag| headers::client_has(&request.headers, etag)) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            *response.body_mut() = Bytes::new();
            response.headers_mut().remove(CONTENT_TYPE);
            return response;
        }
        if options.gzip && response.body().len() >= WORTH_COMPRESSING && headers::accepts_gzip(&request.headers) {
            let body = compressed.unwrap_or_else(|| headers::gzip(response.body()));
            *response.body_mut() = body;
            response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            response.headers_mut().append(VARY, HeaderValue::from_static("Accept-Encoding"));
        }
        response
    }
}

const WORTH_COMPRESSING: usize = 1024;
