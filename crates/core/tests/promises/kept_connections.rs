//! A host that has closed a kept connection without a word gets a new one for each `once` call; all others keep theirs.

use std::time::Duration;

use greenapi_partner::{PartnerClient, SendMessage};
use greenapi_partner_mock::{Cut, Fault, MockServer};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use crate::support::{CREATE, LIST, builder, client, code, dead_when_reused, put, script, shop, start, tls::TlsFront};

/// A kept connection that breaks when it is used again, once.
fn breaks_once() -> Fault {
    Fault { times: Some(1), ..dead_when_reused() }
}

async fn create(partner: &PartnerClient) -> &'static str {
    code(partner.create_instance(shop()).await)
}

#[tokio::test]
async fn one_creation_is_lost_on_such_a_host_and_no_second_one() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [dead_when_reused()]);
    assert_eq!(create(&partner).await, "no error");
    assert_eq!(create(&partner).await, "outcome_unknown");
    for _ in 0..3 {
        assert_eq!(create(&partner).await, "no error");
    }
    assert_eq!((mock.control().accepted_connections(), mock.control().instances().len()), (4, 4));
}

/// Nothing is lost where a read has found it out: it is sent again.
#[tokio::test]
async fn a_read_finds_it_out_as_well() {
    let (mock, partner) = start().await;
    script(&mock, LIST, [breaks_once()]);
    script(&mock, CREATE, [dead_when_reused()]);
    for _ in 0..2 {
        partner.get_instances().await.unwrap();
    }
    for _ in 0..3 {
        assert_eq!(create(&partner).await, "no error");
    }
    assert_eq!(mock.control().accepted_connections(), 2 + 3);
}

#[tokio::test]
async fn reads_of_such_a_host_share_a_connection_as_before() {
    let (mock, partner) = start().await;
    script(&mock, LIST, [breaks_once()]);
    for _ in 0..5 {
        partner.get_instances().await.unwrap();
    }
    assert_eq!(mock.control().accepted_connections(), 2);
}

#[tokio::test]
async fn a_new_connection_that_breaks_is_not_held_against_a_host() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [Fault::cut(Cut::AfterAction)]);
    assert_eq!(create(&partner).await, "outcome_unknown");
    for _ in 0..3 {
        assert_eq!(create(&partner).await, "no error");
    }
    assert_eq!(mock.control().accepted_connections(), 2);
}

#[tokio::test]
async fn an_answer_that_is_cut_on_a_kept_connection_is_not_held_against_a_host() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [Fault { reused_connection: true, ..Fault::cut(Cut::TruncatedBody) }]);
    for expected in ["no error", "outcome_unknown", "no error", "no error"] {
        assert_eq!(create(&partner).await, expected);
    }
    assert_eq!(mock.control().accepted_connections(), 2);
}

#[tokio::test]
async fn connections_that_are_closed_while_nobody_needs_them_are_not_held_against_a_host() {
    let (mock, partner) = start().await;
    assert_eq!(create(&partner).await, "no error");
    mock.control().close_connections();
    mock.control().wait_for_connections(0).await;
    for _ in 0..3 {
        assert_eq!(create(&partner).await, "no error");
    }
    assert_eq!(mock.control().accepted_connections(), 2);
}

/// Node servers close after five seconds: no connection of a creation waits for so long, though one of a read may.
#[tokio::test]
async fn a_connection_that_idled_longer_than_a_creations_may_is_not_held_against_a_host() {
    let (mock, partner) = start().await;
    partner.get_instances().await.unwrap();
    script(&mock, LIST, [breaks_once()]);
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(5)).await;
    tokio::time::resume();
    partner.get_instances().await.unwrap();
    for _ in 0..3 {
        assert_eq!(create(&partner).await, "no error");
    }
    assert_eq!(mock.control().accepted_connections(), 2 + 1);
}

#[tokio::test]
async fn another_host_keeps_its_connections() {
    let (mock, other) = (MockServer::start().await, MockServer::start().await);
    put(&other, json!({ "idInstance": 7, "apiTokenInstance": "token", "stateInstance": "authorized" }));
    let partner = builder(&mock).api_url(other.url()).pacing(false).build().unwrap();
    script(&mock, LIST, [breaks_once()]);
    for _ in 0..2 {
        partner.get_instances().await.unwrap();
    }
    let instance = partner.instance(7, "token").unwrap();
    for _ in 0..3 {
        instance.send_message(SendMessage::new("79001234567@c.us", "Hello")).await.unwrap();
    }
    assert_eq!(other.control().accepted_connections(), 1);
}

#[tokio::test]
async fn another_client_keeps_its_connections() {
    let (mock, partner) = start().await;
    script(&mock, LIST, [breaks_once()]);
    for _ in 0..2 {
        partner.get_instances().await.unwrap();
    }
    let (before, other) = (mock.control().accepted_connections(), client(&mock));
    for _ in 0..3 {
        assert_eq!(create(&other).await, "no error");
    }
    assert_eq!(mock.control().accepted_connections() - before, 1);
}

#[tokio::test]
async fn over_http2_it_is_the_same() {
    let mock = MockServer::start().await;
    let front = TlsFront::start(&mock, &["h2"]).await;
    let partner = front.builder(&mock).build().unwrap();
    script(&mock, LIST, [breaks_once()]);
    for _ in 0..2 {
        partner.get_instances().await.unwrap();
    }
    for _ in 0..3 {
        assert_eq!(create(&partner).await, "no error");
    }
    assert_eq!(front.connections(), 2 + 3);
}

/// A server that answers once on each connection, and then neither says that it closes nor waits: whichever way the close
/// is met, as an end or as a reset, it is met by one creation only.
#[tokio::test]
async fn a_server_that_closes_after_each_answer_loses_one_creation() {
    for reset in [false, true] {
        let server = OneAnswerEach::start(reset).await;
        let partner =
            PartnerClient::builder().partner_api_url(&server.url).partner_token("gac.canary").build().unwrap();
        let mut codes = Vec::new();
        for _ in 0..20 {
            codes.push(create(&partner).await);
        }
        assert_eq!(codes.iter().position(|code| *code == "outcome_unknown"), Some(1), "{codes:?}");
        assert!(codes.iter().enumerate().all(|(number, code)| number == 1 || *code == "no error"), "{codes:?}");
    }
}

/// It closes as soon as the second request begins to come: never too early for the client to send it, nor too late.
struct OneAnswerEach {
    url: String,
    _serving: JoinSet<()>,
}

impl OneAnswerEach {
    async fn start(reset: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((socket, _)) = listener.accept().await {
                connections.spawn(answer_once(socket, reset));
            }
        });
        Self { url, _serving: serving }
    }
}

async fn answer_once(mut socket: TcpStream, reset: bool) {
    let mut request = Vec::new();
    while !request.ends_with(b"}") {
        request.push(socket.read_u8().await.unwrap());
    }
    let created = r#"{"idInstance":1101000001,"apiTokenInstance":"token","typeInstance":"whatsapp"}"#;
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{created}", created.len());
    socket.write_all(answer.as_bytes()).await.unwrap();
    // What is read is taken away, so that the close is an end; what is left unread makes a reset of it.
    if reset {
        let _ = socket.peek(&mut [0]).await;
    } else {
        let _ = socket.read(&mut [0; 4096]).await;
    }
}
