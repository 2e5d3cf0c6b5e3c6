//! A passkey is told with what to do, and with no token where it may be seen.

use greenapi_partner::{AuthorizeOptions, Event, Events, InstanceClient, PasskeyRequired};
use greenapi_partner_mock::{Fault, MockServer};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::support::{builder, put, received, script};

const ID: u64 = 1_101_728_000;
const TOKEN: &str = "canary-instance-1";

/// Upstream's own words may repeat the token, as an address or with what nobody sees in it.
#[tokio::test]
async fn its_words_and_its_json_hold_no_token_and_its_link_is_read_by_name() {
    for message in [format!("open https://qr.test/{TOKEN}"), "go to canary-\u{0}instance-1".to_owned()] {
        let (mock, instance) = shop(json!({ "socket": false })).await;
        script(&mock, "qr", [Fault::json(200, json!({ "type": "passkeyRequired", "message": message }))]);
        let asked = passkey(&mut instance.authorize(AuthorizeOptions::default())).await;
        assert_eq!(asked.qr_page_url(), Some(format!("https://qr.green-api.com/waInstance{ID}/{TOKEN}").as_str()));
        assert!(asked.advice().is_some_and(|advice| advice.contains("passkey")));
        assert!(asked.message().is_some_and(|words| words.contains("***")), "{:?}", asked.message());
        let event = Event::PasskeyRequired(asked.clone());
        let shown = [
            format!("{event:?} {asked:?}"),
            Value::Object(event.to_json()).to_string(),
            Value::Object(asked.to_json(true)).to_string(),
            event.record().unwrap().html(),
        ];
        for shown in shown {
            assert!(!shown.contains("canary") && !shown.contains("instance-1"), "{shown}");
        }
        assert!(!event.to_json().contains_key("qrPageUrl"));
    }
}

#[tokio::test(start_paused = true)]
async fn after_it_no_code_is_awaited_and_a_socket_that_closes_is_not_opened_at_once() {
    let (mock, instance) = shop(json!({ "passkey": true })).await;
    let mut events = instance.authorize(AuthorizeOptions::default());
    assert!(matches!(events.next().await, Some(Ok(Event::QrCode(_)))));
    mock.control().scan(ID, None).unwrap();
    passkey(&mut events).await;
    let told_at = Instant::now();
    let next = tokio::spawn(async move { events.next().await });
    tokio::time::sleep(std::time::Duration::from_secs(60)).await;
    assert_eq!(received(&mock, "scanqrcode").len(), 1, "a silence of 60 s is none");
    mock.control().drop_sockets(ID).unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(15)).await;
    assert_eq!(received(&mock, "scanqrcode").len(), 1);
    mock.control().confirm_passkey(ID).unwrap();
    assert!(matches!(next.await.unwrap(), Some(Ok(Event::Authorized(_)))));
    assert!(told_at.elapsed().as_secs() < 80);
}

/// Upstream goes on asking; the customer is told once, by the socket of a later window and over HTTP as well.
#[tokio::test(start_paused = true)]
async fn it_is_told_once_however_often_it_is_asked() {
    let (mock, instance) = shop(json!({ "passkey": true })).await;
    let mut events = instance.authorize(AuthorizeOptions::default());
    assert!(matches!(events.next().await, Some(Ok(Event::QrCode(_)))));
    mock.control().scan(ID, None).unwrap();
    passkey(&mut events).await;
    let next = tokio::spawn(async move { events.next().await });
    tokio::time::sleep(std::time::Duration::from_secs(150)).await;
    assert_eq!(received(&mock, "scanqrcode").len(), 2, "another window");
    mock.control().send_frame(ID, r#"{"type":"passkeyRequired"}"#).unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(5)).await;
    mock.control().confirm_passkey(ID).unwrap();
    assert!(matches!(next.await.unwrap(), Some(Ok(Event::Authorized(_)))));

    let (mock, instance) = shop(json!({ "socket": false, "passkey": true })).await;
    let mut events = instance.authorize(AuthorizeOptions::default());
    assert!(matches!(events.next().await, Some(Ok(Event::QrCode(_)))));
    mock.control().scan(ID, None).unwrap();
    passkey(&mut events).await;
    let next = tokio::spawn(async move { events.next().await });
    tokio::time::sleep(std::time::Duration::from_secs(60)).await;
    assert!(received(&mock, "qr").len() > 10);
    mock.control().confirm_passkey(ID).unwrap();
    assert!(matches!(next.await.unwrap(), Some(Ok(Event::Authorized(_)))));
}

async fn passkey(events: &mut Events) -> PasskeyRequired {
    match events.next().await {
        Some(Ok(Event::PasskeyRequired(asked))) => asked,
        other => panic!("{other:?}"),
    }
}

async fn shop(options: Value) -> (MockServer, InstanceClient) {
    let mock = MockServer::start().await;
    let mut changes = options.as_object().unwrap().clone();
    changes.insert("instanceRateLimits".to_owned(), false.into());
    mock.control().change_options(&changes).unwrap();
    put(&mock, json!({ "idInstance": ID, "apiTokenInstance": TOKEN, "createdAt": "2024-01-01T00:00:00Z" }));
    let instance = builder(&mock).pacing(false).build().unwrap().instance(ID, TOKEN).unwrap();
    (mock, instance)
}
