//! The socket goes the way of every call: proxies, certificates, time-outs, cancelling, secrecy.

use std::{fmt::Write as _, time::Duration};

use greenapi_partner::{AuthorizeOptions, Error, Event, Events, InstanceClient};
use greenapi_partner_mock::{Fault, MockServer, Options, Outcome};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy},
    net::{TcpListener, TcpStream},
};

use crate::support::{always, builder, code, hearing::listen, proxy::ConnectProxy, put, script, tls::TlsFront, until};

const ID: u64 = 1_101_728_000;
/// Looks like no token of upstream's, so that nothing hides it for its looks.
const TOKEN: &str = "canary/instance+1";
const TOKEN_ENCODED: &str = "canary%2Finstance%2B1";
/// Of one test alone: `log` is heard from all of them at once, where they share a process.
const ADDRESSED: &str = "canary/address+2";
const ADDRESSED_ENCODED: &str = "canary%2Faddress%2B2";
const SCAN: &str = "scanqrcode";

#[tokio::test]
async fn dropping_the_events_closes_the_socket() {
    let (mock, instance) = start().await;
    let mut events = instance.scan_qr_code();
    assert!(matches!(next(&mut events).await, Ok(Event::QrCode(_))));
    mock.control().wait_for_sockets(ID, 1).await;
    drop(events);
    mock.control().wait_for_sockets(ID, 0).await;
}

#[tokio::test]
async fn the_type_of_a_frame_is_logged_and_no_token_in_it() {
    let (mock, instance) = start().await;
    let ears = listen();
    let mut events = instance.scan_qr_code();
    assert!(matches!(next(&mut events).await, Ok(Event::QrCode(_))));
    let hidden = crate::secrets::each(TOKEN, |c| format!("{c}\0"));
    for kind in ["somethingNew", TOKEN, &hidden, &"c1b04745".repeat(6)] {
        mock.control().send_frame(ID, &json!({ "type": kind }).to_string()).unwrap();
    }
    mock.control().refresh_qr(ID).unwrap();
    assert!(matches!(next(&mut events).await, Ok(Event::QrCode(_))));
    let kinds: Vec<_> = ears.ours().iter().filter_map(|event| event.field("kind").map(ToOwned::to_owned)).collect();
    assert_eq!(kinds, ["somethingNew", "***", "***", "***"]);
}

#[tokio::test]
async fn nothing_happens_before_the_first_event_is_asked_for() {
    let (mock, instance) = start().await;
    drop(instance.scan_qr_code());
    drop(instance.authorize(greenapi_partner::AuthorizeOptions::default()));
    assert_eq!(mock.control().request_count(), 0);
}

#[tokio::test]
async fn a_socket_goes_through_tls_and_a_proxy() {
    let mock = MockServer::start().await;
    // A front that would rather speak HTTP/2, which has no such sockets here.
    let front = TlsFront::start(&mock, &["h2", "http/1.1"]).await;
    let proxy = ConnectProxy::to(front.port).await;
    let partner = front.builder(&mock).partner_api_url("https://upstream.test").proxy(proxy.url("")).build().unwrap();
    put_shop(&mock);
    let mut events = partner.instance(ID, TOKEN).unwrap().scan_qr_code();
    assert!(matches!(next(&mut events).await, Ok(Event::QrCode(_))));
    let heads = proxy.heads();
    assert!(heads.iter().all(|head| head.starts_with("CONNECT upstream.test:443 ")), "{heads:?}");
    assert!(!heads.concat().contains("canary"), "{heads:?}");
}

#[tokio::test]
async fn a_socket_trusts_nobody_else_than_any_call_does() {
    let mock = MockServer::start().await;
    let front = TlsFront::start(&mock, &["http/1.1"]).await;
    let partner = builder(&mock).partner_api_url(front.url()).build().unwrap();
    let mut events = partner.instance(ID, TOKEN).unwrap().scan_qr_code();
    let error = next(&mut events).await.unwrap_err();
    assert_eq!((error.code().as_str(), front.connections()), ("configuration", 1));
    let says = "scanQrCode: the certificate of the host localhost is not trusted: ";
    assert!(error.to_string().starts_with(says), "{error}");
}

/// A socket that fails otherwise is followed by polling; this would poll for ever, or send on a token unseen.
#[tokio::test]
async fn a_socket_that_finds_another_certificate_ends_the_flow() {
    let mock = MockServer::start().await;
    let front = TlsFront::that_turns(&mock).await;
    put_shop(&mock);
    let instance = front.builder(&mock).build().unwrap().instance(ID, TOKEN).unwrap();
    let mut events = instance.authorize(greenapi_partner::AuthorizeOptions::default());
    let error = next(&mut events).await.unwrap_err();
    assert_eq!((error.code().as_str(), error.operation()), ("configuration", Some("scanQrCode")));
    assert!(events.next().await.is_none());
    assert_eq!(front.connections(), 2);
}

#[tokio::test]
async fn a_socket_that_does_not_open_ends_with_the_time_that_was_given() {
    let (mock, instance) = start().await;
    script(&mock, SCAN, [Fault::hold()]);
    let mut events = instance.with_timeout(Duration::from_millis(200)).scan_qr_code();
    assert_eq!(code(next(&mut events).await), "timeout");
    until(&mock, SCAN, Outcome::HungUp, 1).await;
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn a_closed_client_opens_no_socket() {
    let (mock, instance) = start().await;
    instance.close();
    assert_eq!(code(next(&mut instance.scan_qr_code()).await), "configuration");
    assert_eq!(mock.control().request_count(), 0);
}

/// No library says where a socket goes, at any level.
#[tokio::test]
async fn the_address_of_a_socket_is_told_by_nobody() {
    let mock = MockServer::start_blocking(Options::default()).unwrap();
    put(&mock, json!({ "idInstance": ID, "apiTokenInstance": ADDRESSED }));
    let ears = listen();
    let instance = builder(&mock).build().unwrap().instance(ID, ADDRESSED).unwrap();
    let mut events = instance.scan_qr_code();
    next(&mut events).await.unwrap();
    mock.control().expire_qr(ID).unwrap();
    assert_eq!(code(next(&mut events).await), "qr_expired");
    assert!(ears.text().contains("tungstenite"), "the library was not heard");
    assert!(!ears.text().contains(ADDRESSED) && !ears.text().contains(ADDRESSED_ENCODED));
}

/// What came over a socket is in no error and in no event of ours. (The library below logs frames by `log`, at TRACE; the
/// front page of the crate says so, and no binding listens to it.)
#[tokio::test]
async fn nothing_of_a_socket_is_told() {
    let mock = MockServer::start_blocking(Options { instance_rate_limits: false, ..Options::default() }).unwrap();
    put_shop(&mock);
    let (ears, mut told) = (listen(), String::new());
    let partner = builder(&mock).pacing(false).max_retries(0).build().unwrap();
    let instance = partner.instance(ID, TOKEN).unwrap();
    let mut events = instance.scan_qr_code();
    let Ok(Event::QrCode(qr)) = next(&mut events).await else { panic!("no QR code") };
    writeln!(told, "{instance:?} {events:?} {qr:?} {:?}", Event::QrCode(qr.clone())).unwrap();
    mock.control().send_frame(ID, &format!("no JSON: {TOKEN}")).unwrap();
    told += &shown(&next(&mut events).await.unwrap_err());
    for frame in [
        json!({ "type": "error", "message": format!("GET /waInstance1/x/{TOKEN_ENCODED} ({TOKEN})") }),
        json!({ "type": TOKEN }),
    ] {
        let mut events = instance.scan_qr_code();
        next(&mut events).await.unwrap();
        mock.control().send_frame(ID, &frame.to_string()).unwrap();
        mock.control().expire_qr(ID).unwrap();
        told += &shown(&next(&mut events).await.unwrap_err());
    }
    let echo = format!("Cannot GET /x/{TOKEN_ENCODED} {TOKEN}");
    for status in [200, 400, 403, 404, 500] {
        let fault = Fault { status: Some(status), text: Some(echo.clone()), ..Fault::default() };
        script(&mock, SCAN, [fault]);
        told += &shown(&next(&mut instance.scan_qr_code()).await.unwrap_err());
    }
    let payload = qr.text().unwrap().to_owned();
    let picture = qr.data_url();
    for (place, text) in [("logged", format!("{:?}", ears.ours())), ("told", told)] {
        for secret in [TOKEN, TOKEN_ENCODED, &payload, &picture[30..90]] {
            assert!(!text.contains(secret), "{secret} is {place}: {text}");
        }
    }
}

#[tokio::test]
async fn a_socket_that_breaks_again_and_again_is_opened_until_the_window_is_over() {
    let (mock, instance) = start().await;
    let mut events = instance.with_timeout(Duration::from_secs(2)).scan_qr_code();
    next(&mut events).await.unwrap();
    script(&mock, SCAN, [always(Fault::status(503))]);
    mock.control().drop_sockets(ID).unwrap();
    let error = next(&mut events).await.unwrap_err();
    assert!(["unavailable", "timeout"].contains(&error.code().as_str()), "{error}");
}

/// The library below refuses such a frame, as the standard of sockets has it: that costs the socket, and not the link.
#[tokio::test]
async fn a_text_frame_that_is_no_utf8_is_a_cut_and_the_flow_goes_on() {
    let (mock, _) = start().await;
    let partner = builder(&mock).partner_api_url(damaging(&mock).await).pacing(false).build().unwrap();
    let mut events = partner.instance(ID, TOKEN).unwrap().authorize(AuthorizeOptions::default());
    assert!(matches!(next(&mut events).await, Ok(Event::QrCode(_))));
    mock.control().send_frame(ID, &json!({ "type": "somethingNew", "name": DAMAGED }).to_string()).unwrap();
    assert!(matches!(next(&mut events).await, Ok(Event::QrCode(_))), "of another socket");
    mock.control().scan(ID, None).unwrap();
    assert!(matches!(next(&mut events).await, Ok(Event::Authorized(_))));
}

/// What is before the mock, and damages a word of its answers. Returns the URL.
async fn damaging(mock: &MockServer) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (url, upstream) = (format!("http://{}", listener.local_addr().unwrap()), mock.url().replace("http://", ""));
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (mut asked, mut heard) = client.into_split();
            let (mut answered, mut asking) = TcpStream::connect(&upstream).await.unwrap().into_split();
            tokio::spawn(async move { copy(&mut asked, &mut asking).await });
            tokio::spawn(async move {
                let mut bytes = vec![0; 1 << 16];
                while let Ok(count @ 1..) = answered.read(&mut bytes).await {
                    if let Some(place) =
                        bytes[..count].windows(DAMAGED.len()).position(|word| word == DAMAGED.as_bytes())
                    {
                        bytes[place] = 0xff;
                    }
                    if heard.write_all(&bytes[..count]).await.is_err() {
                        break;
                    }
                }
            });
        }
    });
    url
}

const DAMAGED: &str = "a word on its way";

async fn start() -> (MockServer, InstanceClient) {
    let mock = MockServer::start().await;
    put_shop(&mock);
    let partner = builder(&mock).pacing(false).build().unwrap();
    let instance = partner.instance(ID, TOKEN).unwrap();
    (mock, instance)
}

fn put_shop(mock: &MockServer) {
    put(mock, json!({ "idInstance": ID, "apiTokenInstance": TOKEN }));
}

async fn next(events: &mut Events) -> Result<Event, Error> {
    events.next().await.unwrap()
}

fn shown(error: &Error) -> String {
    format!("{error} {error:?} {:?} {:?}\n", error.description(), error.causes().collect::<Vec<_>>())
}
