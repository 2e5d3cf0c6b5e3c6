//! Delivers notifications to instances' `webhookUrl`, and sends messages whose time has come.
//!
//! A notification is posted as JSON. Only status 200 acknowledges it; after any other answer, or none, there is a pause,
//! and the same one is sent again before all later ones. A mock never calls out of its machine: it notes what it would
//! have sent elsewhere as `refused`, and keeps it.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, Version,
    header::{AUTHORIZATION, CONTENT_TYPE, HOST},
};
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use serde_json::Value;
use tokio::{net::TcpStream, task::JoinSet, time::timeout};

use super::{messages, queue::Notification};
use crate::{
    headers,
    record::{Outcome, RecordedRequest},
    state::State,
    sync::lock,
};

/// Works until it is dropped.
pub(crate) async fn deliver(state: Arc<State>) {
    let mut courier = Courier { age: state.age(), ..Courier::default() };
    loop {
        let news = lock(&state.queues).news();
        let changed = news.notified();
        tokio::pin!(changed);
        changed.as_mut().enable();
        let look_again_at = courier.look(&state);
        tokio::select! {
            () = changed => {}
            Some(Ok(delivery)) = courier.under_way.join_next() => courier.settle(&state, delivery),
            () = state.clock.reaches(look_again_at) => {}
        }
    }
}

/// Who has a notification under way, and who has to wait with the next.
#[derive(Debug, Default)]
struct Courier {
    under_way: JoinSet<Delivery>,
    out: HashSet<u64>,
    resting: HashMap<u64, Rest>,
    /// Whose queues are to be looked into at which moment, if nothing happens before.
    later: BTreeMap<Timestamp, HashSet<u64>>,
    /// The mock's age when this was true.
    age: u64,
}

/// A pause between two attempts at one address.
#[derive(Debug)]
struct Rest {
    url: String,
    /// For good, where the address is none that the mock may call.
    until: Option<Timestamp>,
}

/// An attempt, and what became of it.
#[derive(Debug)]
struct Delivery {
    id_instance: u64,
    url: String,
    outcome: Attempt,
}

#[derive(Debug)]
enum Attempt {
    Acknowledged,
    Failed { at: Timestamp },
    NotHere,
}

impl Courier {
    /// Begins what can begin, and says when there is more to do, if that is known. Looks only where something has
    /// happened, or was to happen: thousands of instances may wait.
    fn look(&mut self, state: &Arc<State>) -> Option<Timestamp> {
        // In this order: what is touched after a reset is not taken before the reset is noticed.
        let mut ids = lock(&state.queues).take_touched();
        if self.age != state.age() {
            *self = Self { age: state.age(), ..Self::default() };
        }
        let now = state.clock.exactly();
        while let Some(due) = self.later.first_entry().filter(|due| *due.key() <= now) {
            ids.extend(due.remove());
        }
        for id_instance in ids.into_iter().filter(|id_instance| is_live(state, *id_instance)) {
            for moment in [messages::dispatch(state, id_instance), self.begin(state, id_instance)].into_iter().flatten()
            {
                self.later.entry(moment).or_default().insert(id_instance);
            }
        }
        self.later.first_key_value().map(|(moment, _)| *moment)
    }

    /// Sends an instance's oldest notification on its way, or says when it may go.
    fn begin(&mut self, state: &Arc<State>, id_instance: u64) -> Option<Timestamp> {
        let url = setting(state, id_instance, "webhookUrl")?;
        if self.out.contains(&id_instance) {
            return None;
        }
        let now = state.clock.exactly();
        if let Some(rest) = self.resting.get(&id_instance).filter(|rest| rest.url == url) {
            match rest.until {
                Some(until) if until <= now => {}
                until => return until,
            }
        }
        self.resting.remove(&id_instance);
        let notification = lock(&state.queues).waiting(id_instance, now).next()?.clone();
        self.out.insert(id_instance);
        let (state, age) = (Arc::clone(state), self.age);
        self.under_way.spawn(async move {
            let token = setting(&state, id_instance, "webhookUrlToken");
            let outcome = attempt(&state, age, id_instance, &url, token.as_deref(), &notification).await;
            Delivery { id_instance, url, outcome }
        });
        None
    }

    fn settle(&mut self, state: &State, Delivery { id_instance, url, outcome }: Delivery) {
        self.out.remove(&id_instance);
        // The next one's turn.
        lock(&state.queues).touch(id_instance);
        let until = match outcome {
            Attempt::Acknowledged => return,
            Attempt::Failed { at } => {
                let pause = Duration::from_millis(state.options().webhook_pause_ms);
                Some(at.saturating_add(pause).unwrap_or(Timestamp::MAX))
            }
            Attempt::NotHere => None,
        };
        self.resting.insert(id_instance, Rest { url, until });
    }
}

/// Posts a notification once, takes it from the queue if it is acknowledged, and then notes in the record how it went.
async fn attempt(
    state: &State,
    age: u64,
    id_instance: u64,
    url: &str,
    token: Option<&str>,
    notification: &Notification,
) -> Attempt {
    let options = state.options();
    let body = Bytes::from(notification.body.to_string());
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, headers::JSON);
    headers.extend(token.and_then(authorization).map(|value| (AUTHORIZATION, value)));
    let record = RecordedRequest {
        method: "webhook".to_owned(),
        verb: Method::POST,
        path: url.to_owned(),
        headers: headers.clone(),
        body: body.clone(),
        connection: 0,
        http: Version::HTTP_11,
        outcome: Outcome::InProgress,
        status: None,
    };
    let mut ticket = state.log.note(record, options.keep_requests);
    let Ok(target) = Destination::read(url) else {
        ticket.refused();
        return Attempt::NotHere;
    };
    let answered = timeout(Duration::from_millis(options.webhook_timeout_ms), target.post(headers, body)).await;
    let at = state.clock.exactly();
    // Without an answer the ticket is dropped, which tells that the other side has hung up.
    let Ok(Some(status)) = answered else { return Attempt::Failed { at } };
    if status == StatusCode::OK {
        let mut queues = lock(&state.queues);
        // After a reset the same id and receipt are those of another notification.
        if state.age() == age {
            queues.delete(id_instance, notification.receipt_id);
        }
    }
    ticket.answered(status.as_u16());
    if status == StatusCode::OK { Attempt::Acknowledged } else { Attempt::Failed { at } }
}

/// `Authorization` for a `webhookUrlToken`: `Bearer` and the token, or the token alone if it says `Basic` itself.
fn authorization(token: &str) -> Option<HeaderValue> {
    let value = if token.starts_with("Basic ") { token.to_owned() } else { format!("Bearer {token}") };
    HeaderValue::try_from(value).ok()
}

/// An address on this machine.
#[derive(Debug, PartialEq, Eq)]
struct Destination {
    addresses: Vec<SocketAddr>,
    host: String,
    path: String,
}

/// An address that is not one of this machine's.
#[derive(Debug, PartialEq, Eq)]
struct NotHere;

impl Destination {
    fn read(url: &str) -> Result<Self, NotHere> {
        let uri: Uri = url.parse().map_err(|_| NotHere)?;
        let authority = uri.authority().filter(|_| uri.scheme_str() == Some("http")).ok_or(NotHere)?;
        let host = authority.host();
        let ips: Vec<IpAddr> = match host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(ip) if ip.is_loopback() => vec![ip],
            Err(_) if host.eq_ignore_ascii_case("localhost") => {
                vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]
            }
            _ => return Err(NotHere),
        };
        let port = authority.port_u16().unwrap_or(80);
        Ok(Self {
            addresses: ips.into_iter().map(|ip| SocketAddr::new(ip, port)).collect(),
            host: authority.as_str().rsplit('@').next().unwrap_or_default().to_owned(),
            path: uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
        })
    }

    /// The status of the answer, if there is one.
    async fn post(&self, headers: HeaderMap, body: Bytes) -> Option<StatusCode> {
        let stream = TcpStream::connect(&self.addresses[..]).await.ok()?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
        let mut request = Request::post(&self.path).header(HOST, &self.host).body(Full::new(body)).ok()?;
        request.headers_mut().extend(headers);
        let exchange = async move { Some(sender.send_request(request).await.ok()?.status()) };
        tokio::join!(exchange, connection).0
    }
}

fn is_live(state: &State, id_instance: u64) -> bool {
    lock(&state.account).instance(id_instance).is_some_and(|instance| instance.deleted_at.is_none())
}

/// A setting that is a text and not empty.
fn setting(state: &State, id_instance: u64, name: &str) -> Option<String> {
    let value = lock(&state.account).setting(id_instance, name);
    value.as_ref().and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;
    use crate::options::Options;

    #[test]
    fn only_this_machine_is_called() {
        for url in [
            "https://127.0.0.1/",
            "http://example.com/",
            "http://localhost.example.com/",
            "http://127.0.0.1@example.com/",
            "http://10.0.0.1/",
            "http://[2001:db8::1]/",
            "127.0.0.1:8080",
            "/webhook",
            "webhook",
        ] {
            assert_eq!(Destination::read(url), Err(NotHere), "{url}");
        }
    }

    #[test]
    fn an_address_of_this_machine_is_read_with_its_port_and_path() {
        let rows = [
            ("http://127.0.0.1", "127.0.0.1:80", "127.0.0.1", "/"),
            ("http://127.8.9.1:8080/a/b?c=1", "127.8.9.1:8080", "127.8.9.1:8080", "/a/b?c=1"),
            ("http://[::1]:9000/a", "[::1]:9000", "[::1]:9000", "/a"),
            ("http://user:word@localhost:81/", "127.0.0.1:81", "localhost:81", "/"),
        ];
        for (url, address, host, path) in rows {
            let target = Destination::read(url).unwrap();
            assert_eq!(target.addresses[0].to_string(), address, "{url}");
            assert_eq!((&*target.host, &*target.path), (host, path), "{url}");
        }
    }

    #[test]
    fn a_token_is_a_bearer_unless_it_says_basic() {
        assert_eq!(authorization("secret").unwrap(), "Bearer secret");
        assert_eq!(authorization("Basic dXNlcjp3b3Jk").unwrap(), "Basic dXNlcjp3b3Jk");
        assert_eq!(authorization("two\nlines"), None);
    }

    #[tokio::test]
    async fn what_is_acknowledged_to_an_attempt_from_before_a_reset_takes_nothing_away() {
        for (ages_ago, left) in [(1, 1), (0, 0)] {
            let state = State::new(String::new(), String::new(), Options::default());
            state.reset();
            lock(&state.queues).push(1, Value::Null, Timestamp::now());
            let notification = lock(&state.queues).waiting(1, Timestamp::now()).next().cloned().unwrap();
            let url = acknowledging().await;
            attempt(&state, state.age() - ages_ago, 1, &url, None, &notification).await;
            assert_eq!(lock(&state.queues).waiting(1, Timestamp::now()).len(), left, "{ages_ago} ages ago");
        }
    }

    /// An endpoint that says 200 once.
    async fn acknowledging() -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let mut stream = listener.accept().await.unwrap().0;
            let _ = stream.read(&mut [0; 4096]).await;
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").await.unwrap();
        });
        url
    }
}
