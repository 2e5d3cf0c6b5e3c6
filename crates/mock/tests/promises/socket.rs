//! The socket that shows QR codes until a phone has scanned one.

use futures_util::StreamExt as _;
use greenapi_partner_mock::{Cut, Fault, MockServer, Options, Outcome, Requests, TimeoutSpelling};
use jiff::SignedDuration;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Error, Message, protocol::frame::coding::CloseCode},
};

use crate::{
    client::{delete, mock_with, moment},
    instance::Instance,
};

#[tokio::test]
async fn it_shows_a_qr_code_at_once_the_one_that_a_call_gets() {
    let mock = MockServer::start().await;
    let instance = Instance::unlinked(&mock).await;
    let mut socket = Socket::open(&mock, &instance).await;
    assert_eq!(socket.frame().await, instance.get("qr").await.json());
}

#[tokio::test]
async fn it_shows_the_next_one_after_twenty_seconds() {
    let mock = MockServer::start().await;
    mock.control().set_clock(moment("2026-11-22T10:00:00Z"));
    let instance = Instance::unlinked(&mock).await;
    let mut socket = Socket::open(&mock, &instance).await;
    let first = socket.frame().await;
    mock.control().set_clock(moment("2026-11-22T10:00:20Z"));
    let second = socket.frame().await;
    assert_eq!(second["type"], "qrCode");
    assert_ne!(second, first);
    assert_eq!(instance.get("qr").await.json(), second);
}

#[tokio::test]
async fn it_shows_the_next_one_that_a_call_was_first_to_get() {
    let mock = MockServer::start().await;
    mock.control().set_clock(moment("2026-11-22T10:00:00Z"));
    let instance = Instance::unlinked(&mock).await;
    let mut socket = Socket::open(&mock, &instance).await;
    socket.frame().await;
    // The socket waits for the twenty seconds that it began with.
    mock.control().change_options(json!({ "qrRefreshMs": 1_000 }).as_object().unwrap()).unwrap();
    mock.control().advance_clock(SignedDuration::from_secs(1));
    let called = instance.get("qr").await.json();
    assert_eq!(socket.frame().await, called);
}

#[tokio::test]
async fn a_qr_code_changes_by_the_machines_clock_too() {
    let mock = mock_with(Options { qr_refresh_ms: 50, ..Options::default() }).await;
    let instance = Instance::unlinked(&mock).await;
    let mut socket = Socket::open(&mock, &instance).await;
    let first = socket.frame().await;
    assert_ne!(socket.frame().await, first);
}

#[tokio::test]
async fn an_account_with_a_passkey_asks_for_it_on_both_doors_until_it_is_confirmed() {
    let mock = mock_with(Options { instance_rate_limits: false, ..Options::default() }).await;
    let instance = Instance::put_in(&mock, json!({ "passkey": true })).await;
    let mut socket = Socket::open(&mock, &instance).await;
    assert_eq!(socket.frame().await["type"], "qrCode");
    assert!(mock.control().confirm_passkey(instance.id).is_err());
    mock.control().scan(instance.id, Some("79870000001")).unwrap();
    let asked = json!({ "type": "passkeyRequired", "message": "" });
    assert_eq!(socket.frame().await, asked);
    assert_eq!(instance.get("qr").await.json(), asked);
    assert_eq!(Socket::open(&mock, &instance).await.frame().await, asked);
    assert_eq!(instance.state().await, "notAuthorized");
    instance.control("POST", "confirm-passkey", Value::Null).await;
    assert_eq!(socket.frame().await["wid"], "79870000001@c.us");
    assert_eq!(instance.state().await, "authorized");
}

#[tokio::test]
async fn one_that_falls_silent_stays_open_and_tells_nothing_more() {
    let mock = mock_with(Options { socket_frames: Some(1), ..Options::default() }).await;
    let instance = Instance::unlinked(&mock).await;
    let mut socket = Socket::open(&mock, &instance).await;
    assert_eq!(socket.frame().await["type"], "qrCode");
    mock.control().refresh_qr(instance.id).unwrap();
    mock.control().scan(instance.id, None).unwrap();
    assert_eq!(instance.state().await, "authorized");
    mock.control().wait_for_sockets(instance.id, 1).await;
    mock.control().drop_sockets(instance.id).unwrap();
    assert_eq!(socket.end().await, None);
}

#[tokio::test]
async fn a_scan_is_told_with_whose_phone_it_was_and_ends_it() {
    let mock = MockServer::start().await;
    let instance = Instance::put_in(&mock, json!({ "settings": { "webhookUrl": "http://127.0.0.1:1/" } })).await;
    let mut socket = Socket::open(&mock, &instance).await;
    socket.frame().await;
    mock.control().scan(instance.id, Some("79870000001")).unwrap();
    let expected = json!({
        "type": "accountData",
        "wid": "79870000001@c.us",
        "pushname": "Mock phone",
        "webhookUrl": "http://127.0.0.1:1/",
    });
    assert_eq!(socket.frame().await, expected);
    assert_eq!(socket.end().await, Some(CloseCode::Normal));
    assert_eq!(instance.state().await, "authorized");
}

#[tokio::test]
async fn a_scan_may_be_told_bare() {
    let mock = mock_with(Options { account_data_fields: false, ..Options::default() }).await;
    let instance = Instance::unlinked(&mock).await;
    let mut socket = Socket::open(&mock, &instance).await;
    socket.frame().await;
    mock.control().scan(instance.id, None).unwrap();
    assert_eq!(socket.frame().await, json!({ "type": "accountData" }));
}

#[tokio::test]
async fn a_code_that_is_typed_in_is_told_like_a_scan() {
    let mock = MockServer::start().await;
    let instance = Instance::unlinked(&mock).await;
    let mut socket = Socket::open(&mock, &instance).await;
    socket.frame().await;
    instance.post("getAuthorizationCode", json!({ "phoneNumber": 79_870_000_001_u64 })).await;
    mock.control().enter_phone_code(instance.id).unwrap();
    assert_eq!(socket.frame().await["wid"], "79870000001@c.us");
}

#[tokio::test]
async fn it_gives_up_after_a_hundred_seconds_in_either_spelling() {
    for (timeout_spelling, expected) in [
        (TimeoutSpelling::Timeout, json!({ "type": "timeout" })),
        (TimeoutSpelling::TimeoutExpired, json!({ "type": "timeoutExpired", "message": "timeoutExpired" })),
    ] {
        let mock = mock_with(Options { timeout_spelling, ..Options::default() }).await;
        mock.control().set_clock(moment("2026-11-22T10:00:00Z"));
        let instance = Instance::unlinked(&mock).await;
        let mut socket = Socket::open(&mock, &instance).await;
        for _ in 0..5 {
            assert_eq!(socket.frame().await["type"], "qrCode");
            mock.control().advance_clock(SignedDuration::from_secs(20));
        }
        assert_eq!(socket.frame().await, expected);
        assert_eq!(socket.end().await, Some(CloseCode::Normal));
    }
}

#[tokio::test]
async fn a_qr_code_that_expires_ends_it_and_is_shown_no_more() {
    let mock = MockServer::start().await;
    let instance = Instance::unlinked(&mock).await;
    let mut socket = Socket::open(&mock, &instance).await;
    let first = socket.frame().await;
    assert_eq!(mock.control().expire_qr(instance.id), Ok(1));
    assert_eq!(socket.frame().await, json!({ "type": "timeout" }));
    assert_eq!(socket.end().await, Some(CloseCode::Normal));
    assert_ne!(instance.get("qr").await.json(), first);
}

#[tokio::test]
async fn a_scan_that_goes_wrong_is_told_in_words() {
    let mock = MockServer::start().await;
    let instance = Instance::unlinked(&mock).await;
    let mut socket = Socket::open(&mock, &instance).await;
    socket.frame().await;
    assert_eq!(mock.control().fail_scan(instance.id, "Phone is offline"), Ok(1));
    assert_eq!(socket.frame().await, json!({ "type": "error", "message": "Phone is offline" }));
    assert_eq!(socket.end().await, Some(CloseCode::Normal));
}

#[tokio::test]
async fn an_instance_that_needs_no_qr_code_says_why_and_ends_it() {
    let mock = MockServer::start().await;
    let already = json!({ "type": "alreadyLogged", "message": "instance account already authorized" });
    let stale = json!({ "type": "error", "message": "Instance has auth. You need to make log out" });
    for (state, expected) in [("authorized", already), ("blocked", stale)] {
        let instance = Instance::put_in(&mock, json!({ "state": state })).await;
        let mut socket = Socket::open(&mock, &instance).await;
        assert_eq!(socket.frame().await, expected);
        assert_eq!(socket.end().await, Some(CloseCode::Normal));
    }
}

#[tokio::test]
async fn a_new_qr_code_is_shown_on_demand_on_all_sockets_of_the_instance() {
    let mock = mock_with(Options { instance_rate_limits: false, ..Options::default() }).await;
    let instance = Instance::unlinked(&mock).await;
    let mut sockets = [Socket::open(&mock, &instance).await, Socket::open(&mock, &instance).await];
    let payload = mock.control().refresh_qr(instance.id).unwrap();
    assert_eq!(mock.control().instance(instance.id).unwrap()["qrPayload"], payload);
    for socket in &mut sockets {
        let (first, second) = (socket.frame().await, socket.frame().await);
        assert_ne!(first, second);
        assert_eq!(second["type"], "qrCode");
    }
}

#[tokio::test]
async fn a_test_sends_what_it_likes() {
    let mock = MockServer::start().await;
    let instance = Instance::unlinked(&mock).await;
    let mut socket = Socket::open(&mock, &instance).await;
    socket.frame().await;
    assert_eq!(mock.control().send_frame(instance.id, "{half"), Ok(1));
    assert_eq!(socket.0.next().await.unwrap().unwrap(), Message::text("{half"));
}

#[tokio::test]
async fn it_is_cut_without_a_word() {
    let mock = MockServer::start().await;
    let instance = Instance::unlinked(&mock).await;
    let mut socket = Socket::open(&mock, &instance).await;
    socket.frame().await;
    assert_eq!(mock.control().drop_sockets(instance.id), Ok(1));
    assert_eq!(socket.end().await, None);
}

#[tokio::test]
async fn it_counts_among_the_open_connections_and_is_closed_with_them() {
    let mock = MockServer::start().await;
    let instance = Instance::unlinked(&mock).await;
    let mut socket = Socket::open(&mock, &instance).await;
    socket.frame().await;
    mock.control().wait_for_connections(1).await;
    mock.control().close_connections();
    assert_eq!(socket.end().await, None);
    mock.control().wait_for_sockets(instance.id, 0).await;
}

#[tokio::test]
async fn it_is_gone_when_the_client_hangs_up() {
    let mock = MockServer::start().await;
    let instance = Instance::unlinked(&mock).await;
    let socket = Socket::open(&mock, &instance).await;
    mock.control().wait_for_sockets(instance.id, 1).await;
    drop(socket);
    mock.control().wait_for_sockets(instance.id, 0).await;
}

#[tokio::test]
async fn a_delete_closes_it() {
    let mock = MockServer::start().await;
    let instance = Instance::unlinked(&mock).await;
    let mut socket = Socket::open(&mock, &instance).await;
    socket.frame().await;
    delete(&mock, instance.id).await;
    assert_eq!(socket.end().await, Some(CloseCode::Normal));
}

#[tokio::test]
async fn a_reset_cuts_it() {
    let mock = MockServer::start().await;
    let instance = Instance::unlinked(&mock).await;
    let mut socket = Socket::open(&mock, &instance).await;
    socket.frame().await;
    mock.control().reset();
    assert_eq!(socket.end().await, None);
}

#[tokio::test]
async fn a_request_for_it_is_noted_and_answered_with_101() {
    let mock = MockServer::start().await;
    let instance = Instance::unlinked(&mock).await;
    let _socket = Socket::open(&mock, &instance).await;
    let request = &mock.control().requests(&Requests::of("scanqrcode"))[0];
    assert_eq!((request.outcome, request.status), (Outcome::Answered, Some(101)));
}

#[tokio::test]
async fn who_may_not_have_it_is_told_by_http() {
    let mock = MockServer::start().await;
    let instance = Instance::unlinked(&mock).await;
    let starting = Instance::put_in(&mock, json!({ "state": "starting" })).await;
    let paths = [
        (instance.path("scanqrcode") + "0", 401),
        (instance.path("scanqrcode").replace(&instance.id.to_string(), "1"), 403),
        (starting.path("scanqrcode"), 400),
    ];
    for (path, status) in paths {
        assert_eq!(refusal(Socket::ask(&mock, &path).await), status, "{path}");
    }
    assert_eq!(instance.get("scanqrcode").await.status, 404, "a request for something else than a socket");
}

#[tokio::test]
async fn without_sockets_its_address_is_not_there() {
    let mock = mock_with(Options { socket: false, ..Options::default() }).await;
    let instance = Instance::unlinked(&mock).await;
    assert_eq!(refusal(Socket::ask(&mock, &instance.path("scanqrcode")).await), 404);
}

#[tokio::test]
async fn faults_are_for_the_request_for_it() {
    let mock = MockServer::start().await;
    let instance = Instance::unlinked(&mock).await;
    let faults = [Fault::status(502), Fault::cut(Cut::AfterRequest), Fault::default()];
    mock.control().add_faults("scanqrcode", faults).unwrap();
    assert_eq!(refusal(Socket::ask(&mock, &instance.path("scanqrcode")).await), 502);
    assert!(matches!(Socket::ask(&mock, &instance.path("scanqrcode")).await, Err(Error::Io(_) | Error::Protocol(_))));
    assert_eq!(Socket::open(&mock, &instance).await.frame().await["type"], "qrCode");
}

#[tokio::test]
async fn a_request_for_it_is_held() {
    let mock = MockServer::start().await;
    let instance = Instance::unlinked(&mock).await;
    mock.control().add_faults("scanqrcode", [Fault::hold()]).unwrap();
    let (mut socket, ()) = tokio::join!(Socket::open(&mock, &instance), async {
        mock.control().wait_for_requests(&Requests::of("scanqrcode").that_are(Outcome::Held), 1).await;
        mock.control().scan(instance.id, None).unwrap();
        mock.control().release();
    });
    assert_eq!(socket.frame().await["type"], "alreadyLogged");
}

/// The client's end.
struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    async fn open(mock: &MockServer, instance: &Instance<'_>) -> Self {
        Self::ask(mock, &instance.path("scanqrcode")).await.unwrap()
    }

    async fn ask(mock: &MockServer, path: &str) -> Result<Self, Error> {
        let address = mock.url().replace("http://", "");
        let stream = TcpStream::connect(&address).await.unwrap();
        let (socket, _) = client_async(format!("ws://{address}{path}"), stream).await?;
        Ok(Self(socket))
    }

    /// The next frame, which is JSON.
    async fn frame(&mut self) -> Value {
        let message = self.0.next().await.expect("a frame").unwrap();
        serde_json::from_str(message.to_text().unwrap()).unwrap()
    }

    /// The code that it is closed with; none if its connection ends without one.
    async fn end(&mut self) -> Option<CloseCode> {
        match self.0.next().await {
            Some(Ok(Message::Close(frame))) => frame.map(|frame| frame.code),
            Some(Err(_)) | None => None,
            Some(Ok(other)) => panic!("{other:?} after the end"),
        }
    }
}

/// The status of the answer to a request for a socket that was not granted.
fn refusal(asked: Result<Socket, Error>) -> u16 {
    match asked {
        Err(Error::Http(response)) => response.status().as_u16(),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("it was granted"),
    }
}
