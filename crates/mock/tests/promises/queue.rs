//! The queue of notifications, as receiveNotification and deleteNotification show it.

use greenapi_partner_mock::{MockServer, Options, Outcome, Requests};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{
    client::{Client, mock_with, moment},
    instance::Instance,
};

#[tokio::test]
async fn the_oldest_notification_comes_again_until_it_is_deleted() {
    let mock = MockServer::start().await;
    let instance = Instance::linked(&mock).await;
    instance.notify(json!({ "n": 1 })).await;
    instance.notify(json!({ "n": 2 })).await;
    let first = instance.get("receiveNotification").await.json();
    assert_eq!(first["body"], json!({ "n": 1 }));
    assert_eq!(instance.get("receiveNotification").await.json(), first);
    let deleted = instance.delete_notification(&first["receiptId"]).await;
    assert_eq!((deleted.status, deleted.text()), (200, r#"{"result":true,"reason":""}"#.to_owned()));
    assert_eq!(instance.get("receiveNotification").await.json()["body"], json!({ "n": 2 }));
}

#[tokio::test]
async fn a_receipt_that_is_not_there_is_no_result() {
    let mock = MockServer::start().await;
    let (instance, other) = (Instance::linked(&mock).await, Instance::linked(&mock).await);
    instance.notify(json!({ "n": 1 })).await;
    let receipt = instance.get("receiveNotification").await.json()["receiptId"].clone();
    let foreign = other.delete_notification(&receipt).await;
    assert_eq!((foreign.status, foreign.json()), (200, json!({ "result": false, "reason": "" })));
    assert_eq!(instance.delete_notification(&receipt).await.json()["result"], true);
    assert_eq!(instance.delete_notification(&receipt).await.json()["result"], false);
}

#[tokio::test]
async fn a_reset_begins_the_receipts_anew() {
    let mock = MockServer::start().await;
    let mut receipts = Vec::new();
    for _ in 0..2 {
        let instance = Instance::linked(&mock).await;
        instance.notify(json!({ "n": 1 })).await;
        receipts.push(instance.get("receiveNotification").await.json()["receiptId"].clone());
        mock.control().reset();
    }
    assert_eq!(receipts, [1, 1]);
}

#[tokio::test]
async fn an_empty_queue_answers_null_when_the_time_is_up() {
    let mock = mock_with(Options { receive_timeout_ms: Some(0), ..Options::default() }).await;
    let instance = Instance::linked(&mock).await;
    let answer = instance.get("receiveNotification").await;
    assert_eq!((answer.status, answer.text()), (200, "null".to_owned()));
}

#[tokio::test]
async fn a_poll_gets_what_comes_while_it_waits() {
    let mock = MockServer::start().await;
    let instance = Instance::linked(&mock).await;
    let mut client = Client::connect(&mock).await;
    let path = format!("{}?receiveTimeout=60", instance.path("receiveNotification"));
    client.send("GET", &path, &[], "").await.unwrap();
    mock.control().wait_for_requests(&Requests::of("receiveNotification").that_are(Outcome::InProgress), 1).await;
    instance.notify(json!({ "n": 1 })).await;
    assert_eq!(client.answer().await.unwrap().json()["body"], json!({ "n": 1 }));
}

#[tokio::test]
async fn a_poll_that_a_reset_overtakes_ends_empty() {
    let mock = MockServer::start().await;
    let instance = Instance::linked(&mock).await;
    let mut client = Client::connect(&mock).await;
    client.send("GET", &instance.path("receiveNotification"), &[], "").await.unwrap();
    mock.control().wait_for_requests(&Requests::of("receiveNotification"), 1).await;
    mock.control().reset();
    let again = Instance::linked(&mock).await;
    assert_eq!(again.id, instance.id);
    again.notify(json!({ "n": 1 })).await;
    assert_eq!(client.answer().await.unwrap().text(), "null");
    assert_eq!(again.notifications().await, [json!({ "n": 1 })]);
}

#[tokio::test]
async fn a_poll_may_wait_from_5_to_60_seconds() {
    let mock = mock_with(Options { receive_timeout_ms: Some(0), ..Options::default() }).await;
    let instance = Instance::linked(&mock).await;
    for (seconds, details) in [
        ("4", Some("'receiveTimeout' must be greater than or equal to 5")),
        ("5", None),
        ("60", None),
        ("61", Some("'receiveTimeout' must be less than or equal to 60")),
        ("soon", Some("'receiveTimeout' must be a number")),
    ] {
        let path = format!("{}?receiveTimeout={seconds}", instance.path("receiveNotification"));
        let answer = instance.call("GET", &path, &[], "").await;
        let expected =
            details.map_or((200, "null".to_owned()), |details| (400, format!("Validation failed. Details: {details}")));
        assert_eq!((answer.status, answer.text()), expected, "{seconds}");
    }
}

#[tokio::test]
async fn a_receipt_is_a_number() {
    let mock = MockServer::start().await;
    let instance = Instance::linked(&mock).await;
    let answer = instance.call("DELETE", &format!("{}/last", instance.path("deleteNotification")), &[], "").await;
    assert_eq!((answer.status, answer.text()), (400, "Parameter receiptId must be a Number!".to_owned()));
}

#[tokio::test]
async fn with_a_webhook_url_nothing_can_be_received() {
    let mock = MockServer::start().await;
    let instance = Instance::linked_with(&mock, "whatsapp", json!({ "webhookUrl": "https://example.com/" })).await;
    for answer in [instance.get("receiveNotification").await, instance.delete_notification(&json!(1)).await] {
        assert_eq!(answer.status, 400);
        assert!(answer.text().starts_with("Message cannot be received because custom webhook url is set"));
    }
}

#[tokio::test]
async fn a_notification_is_kept_for_a_day() {
    let mock = MockServer::start().await;
    mock.control().set_clock(moment("2026-11-22T10:00:00Z"));
    let instance = Instance::linked(&mock).await;
    instance.notify(json!({ "n": 1 })).await;
    mock.control().advance_clock(SignedDuration::from_secs(86_399));
    assert_eq!(instance.get("getWebhooksCount").await.json(), json!({ "count": 1 }));
    mock.control().advance_clock(SignedDuration::from_secs(1));
    assert_eq!(instance.get("getWebhooksCount").await.json(), json!({ "count": 0 }));
}

#[tokio::test]
async fn notifications_can_be_cleared_once_a_minute() {
    let mock = MockServer::start().await;
    mock.control().set_clock(moment("2026-11-22T10:00:00Z"));
    let instance = Instance::linked(&mock).await;
    let clear = async || instance.call("DELETE", &instance.path("clearWebhooksQueue"), &[], "").await.json();
    instance.notify(json!({ "n": 1 })).await;
    assert_eq!(clear().await, json!({ "isCleared": true, "reason": "" }));
    assert_eq!(instance.notifications().await, [Value::Null; 0]);
    mock.control().advance_clock(SignedDuration::from_secs(20));
    assert_eq!(clear().await, json!({ "isCleared": false, "reason": "Too many requests", "leftTime": 40 }));
    mock.control().advance_clock(SignedDuration::from_secs(40));
    assert_eq!(clear().await["isCleared"], true);
}

#[tokio::test]
async fn a_wrong_verb_is_no_path() {
    let mock = MockServer::start().await;
    let instance = Instance::linked(&mock).await;
    for (verb, method) in [
        ("POST", "receiveNotification"),
        ("GET", "deleteNotification"),
        ("DELETE", "deleteNotification"),
        ("GET", "clearWebhooksQueue"),
        ("GET", "sendMessage"),
    ] {
        assert_eq!(instance.call(verb, &instance.path(method), &[], "").await.status, 404, "{verb} {method}");
    }
}
