//! The interface under `/_mock/`.

use greenapi_partner_mock::{Fault, MockServer, Options};
use serde_json::json;

use crate::client::{Client, control, create, list, mock_with, moment, partner};

#[tokio::test]
async fn the_overview_says_where_and_what() {
    let mock = MockServer::start().await;
    mock.control().set_clock(moment("2026-11-22T10:00:00Z"));
    create(&mock, "").await;
    let expected = json!({
        "url": mock.url(),
        "partnerToken": mock.partner_token(),
        "now": "2026-11-22T10:00:00Z",
        "instances": 1,
        "requests": 1,
    });
    assert_eq!(control(&mock, "GET", "", "").await, expected);
}

#[tokio::test]
async fn a_partner_token_is_made_for_each_mock() {
    let (one, other) = (MockServer::start().await, MockServer::start().await);
    let token = one.partner_token();
    assert_eq!((&token[..4], token.len()), ("gac.", 50));
    assert_ne!(token, other.partner_token());
}

#[tokio::test]
async fn a_reset_brings_back_the_start() {
    let mock = mock_with(Options { gzip: true, ..Options::default() }).await;
    let before = control(&mock, "GET", "options", "").await;
    create(&mock, "").await;
    control(&mock, "POST", "clock", r#"{"set":"2022-06-08T06:12:13Z"}"#).await;
    control(&mock, "POST", "options", r#"{"listFormat":"2022","gzip":false}"#).await;
    mock.control().add_faults("*", [Fault { times: Some(-1), ..Fault::status(500) }]).unwrap();
    let overview = control(&mock, "POST", "reset", "").await;
    assert_eq!((&overview["instances"], &overview["requests"]), (&json!(0), &json!(0)));
    assert!(mock.control().now() > moment("2025-01-01T00:00:00Z"));
    assert_eq!(control(&mock, "GET", "options", "").await, before);
    assert_eq!(control(&mock, "GET", "connections", "").await["accepted"], 0);
    assert_eq!(partner(&mock, "GET", "getInstances", "").await.text(), "[]");
}

#[tokio::test]
async fn the_clock_is_set_stands_still_and_is_moved() {
    let mock = MockServer::start().await;
    let set = control(&mock, "POST", "clock", r#"{"set":"2026-11-22T10:00:00Z"}"#).await;
    assert_eq!(set, json!({ "now": "2026-11-22T10:00:00Z" }));
    let moved = control(&mock, "POST", "clock", r#"{"advanceSeconds":86400}"#).await;
    assert_eq!(moved, json!({ "now": "2026-11-23T10:00:00Z" }));
    assert_eq!(control(&mock, "GET", "clock", "").await, moved);
}

#[tokio::test]
async fn instances_are_put_in_singly_together_and_by_number() {
    let mock = MockServer::start().await;
    mock.control().set_clock(moment("2026-11-22T10:00:00Z"));
    let one = control(
        &mock,
        "POST",
        "instances",
        r#"{"idInstance":1101728004,"name":"a","createdAt":"2026-11-01T00:00:00Z","deleted":true}"#,
    )
    .await;
    assert_eq!(one["deletedAt"], "2026-11-22T10:00:00Z");
    let two = control(&mock, "POST", "instances", r#"[{"name":"b"},{"name":"c"}]"#).await;
    assert_eq!(two.as_array().unwrap().len(), 2);
    assert_eq!(control(&mock, "POST", "instances", r#"{"count":3}"#).await, json!({ "added": 3 }));
    let held = control(&mock, "GET", "instances", "").await;
    assert_eq!(held.as_array().unwrap().len(), 6);
    assert_eq!(held[0]["createdAt"], "2026-11-01T00:00:00Z");
    assert_eq!(list(&mock).await[0]["timeDeleted"], "2026-11-22T13:00:00");
}

/// Test programs in JavaScript post half an emoji as it stands in their strings, and editors put a mark before a file.
#[tokio::test]
async fn what_is_no_character_is_read_as_one_of_replacement() {
    let mock = MockServer::start().await;
    let bodies: [&[u8]; 4] = [
        br#"{"name":"Shop \ud83d"}"#,
        b"{\"name\":\"Shop \xf0\x9f\"}",
        b"\xef\xbb\xbf{\"name\":\"a\"}",
        br#"{"name":"\ud83d\ude00"}"#,
    ];
    for (body, name) in bodies.into_iter().zip(["Shop \u{fffd}", "Shop \u{fffd}", "a", "\u{1f600}"]) {
        let mut client = Client::connect(&mock).await;
        let head = format!("POST /_mock/instances HTTP/1.1\r\nHost: mock\r\nContent-Length: {}\r\n\r\n", body.len());
        client.write([head.as_bytes(), body].concat()).await.unwrap();
        let answer = client.answer().await.unwrap();
        assert_eq!((answer.status, answer.json()["name"].as_str()), (200, Some(name)));
    }
}

#[tokio::test]
async fn options_change_while_it_runs() {
    let mock = MockServer::start().await;
    create(&mock, "").await;
    let options = control(&mock, "POST", "options", r#"{"listFormat":"2022"}"#).await;
    assert_eq!((&options["listFormat"], &options["idDigits"]), (&json!("2022"), &json!(10)));
    assert_eq!(list(&mock).await[0].get("isPartner"), None);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_a_reason() {
    let mock = MockServer::start().await;
    for (verb, path, body, status, reason) in [
        ("GET", "nothing", "", 404, "no GET /_mock/nothing"),
        ("POST", "options", r#"{"port":1}"#, 400, "port is fixed"),
        ("POST", "options", r#"{"listFormt":"2022"}"#, 400, "unknown field"),
        ("POST", "options", r#"{"idDigits":30}"#, 400, "idDigits is from 5 to 19"),
        ("POST", "options", r#"{"qrRefreshMs":0}"#, 400, "qrRefreshMs is at least 1"),
        ("POST", "options", r#"{"unknownInstanceStatus":100}"#, 400, "unknownInstanceStatus is an HTTP status"),
        ("POST", "options", r#"{"warmUp":[{"stage":"null"}]}"#, 400, "so many answers or so many ms"),
        ("POST", "clock", r#"{"set":"soon"}"#, 400, "failed to parse"),
        ("POST", "instances", r#"{"createdAt":"soon"}"#, 400, "createdAt"),
        ("POST", "instances", "7", 400, "an object is needed"),
        ("POST", "faults", "{", 400, "EOF"),
        ("GET", "requests?outcome=lost", "", 400, "lost"),
        ("GET", "requests/wait?count=many", "", 400, "many"),
    ] {
        let answer = Client::connect(&mock).await.call(verb, &format!("/_mock/{path}"), &[], body).await.unwrap();
        let error = answer.json()["error"].as_str().unwrap().to_owned();
        assert_eq!(answer.status, status, "{verb} {path} {body}: {error}");
        assert!(error.contains(reason), "{verb} {path} {body}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_what_does_not_come_ends_after_half_a_minute() {
    let mock = MockServer::start().await;
    for path in ["/_mock/requests/wait?count=1", "/_mock/connections/wait?open=1"] {
        let answer = Client::connect(&mock).await.call("GET", path, &[], "").await.unwrap();
        assert_eq!(answer.status, 504, "{path}");
    }
}

#[tokio::test]
async fn the_same_id_twice_is_refused() {
    let mock = MockServer::start().await;
    let fields = json!({ "idInstance": 5 });
    let fields = fields.as_object().unwrap();
    assert_eq!(mock.control().add_instance(fields).unwrap().id_instance, 5);
    assert_eq!(mock.control().add_instance(fields).unwrap_err(), "the account has an instance 5 already");
}
