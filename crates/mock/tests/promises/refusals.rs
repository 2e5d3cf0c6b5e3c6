//! Refusals of upstream.

use greenapi_partner_mock::{FailureFormat, MockServer, Options, RateLimit};
use serde_json::{Value, json};

use crate::client::{Client, create, list, mock_with, moment, partner, path};

#[tokio::test]
async fn a_wrong_token_is_an_error_in_a_200_for_every_method() {
    let mock = MockServer::start().await;
    let mut client = Client::connect(&mock).await;
    for (verb, path) in [
        ("GET", "/partner/getInstances/gac.wrong".to_owned()),
        ("POST", "/partner/createInstance/gac.wrong".to_owned()),
        ("POST", "/partner/deleteInstanceAccount/gac.wrong".to_owned()),
        ("POST", format!("/partner/{}/createInstance", mock.partner_token())),
    ] {
        let answer = client.call(verb, &path, &[], "").await.unwrap();
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.text(), r#"{"code":401,"description":"Unauthorized"}"#, "{path}");
    }
    assert!(mock.control().instances().is_empty());
}

#[tokio::test]
async fn a_wrong_token_can_be_an_empty_401() {
    let mock = mock_with(Options { unauthorized_status: 401, ..Options::default() }).await;
    let answer = Client::connect(&mock).await.call("GET", "/partner/getInstances/gac.wrong", &[], "").await.unwrap();
    assert_eq!((answer.status, answer.text()), (401, String::new()));
}

#[tokio::test]
async fn a_given_token_is_taken_and_may_come_percent_encoded_and_methods_in_any_case() {
    let mock = mock_with(Options { partner_token: Some("gac.a b".into()), ..Options::default() }).await;
    let mut client = Client::connect(&mock).await;
    assert_eq!(client.call("GET", "/partner/getinstances/gac.a%20b", &[], "").await.unwrap().text(), "[]");
    assert_eq!(client.call("GET", "/partner/GetInstances/gac.a%20b/", &[], "").await.unwrap().text(), "[]");
}

#[tokio::test]
async fn what_upstream_does_not_know_is_the_frameworks_404() {
    let mock = MockServer::start().await;
    mock.control().set_clock(moment("2025-01-28T09:46:22Z"));
    let mut client = Client::connect(&mock).await;
    for (verb, path) in [
        ("POST", path(&mock, "deleteInstance")),
        ("DELETE", path(&mock, "deleteInstanceAccount")),
        ("GET", path(&mock, "createInstance")),
        ("PUT", path(&mock, "getInstances")),
        ("GET", "/partner/getInstances".to_owned()),
        ("GET", format!("/prefix{}", path(&mock, "getInstances"))),
        ("GET", "/".to_owned()),
    ] {
        let answer = client.call(verb, &path, &[], "").await.unwrap();
        let expected = json!({
            "statusCode": 404,
            "timestamp": "2025-01-28T09:46:22.000Z",
            "path": path,
            "message": format!("Cannot {verb} {path}"),
        });
        assert_eq!((answer.status, answer.json()), (404, expected));
    }
}

#[tokio::test]
async fn upstream_can_be_below_a_prefix() {
    let mock = mock_with(Options { path_prefix: "/gateway".into(), ..Options::default() }).await;
    let mut client = Client::connect(&mock).await;
    let path = path(&mock, "getInstances");
    assert_eq!(client.call("GET", &format!("/gateway{path}"), &[], "").await.unwrap().text(), "[]");
    assert_eq!(client.call("GET", &path, &[], "").await.unwrap().status, 404);
}

#[tokio::test]
async fn broken_json_is_a_400_that_names_the_place() {
    let mock = MockServer::start().await;
    for (body, text) in [
        (r#"{"name":x}"#, "Unexpected token x in JSON at position 8"),
        ("{\"name\":\n\"a\"]", "Unexpected token ] in JSON at position 12"),
        ("nonsense", "Unexpected token o in JSON at position 1"),
        (r#""text""#, "Unexpected token \" in JSON at position 0"),
        (r#"{"name":"#, "Unexpected end of JSON input"),
    ] {
        let answer = partner(&mock, "POST", "createInstance", body).await;
        assert_eq!((answer.status, answer.text()), (400, text.to_owned()), "{body}");
    }
    assert!(mock.control().instances().is_empty());
}

#[tokio::test]
async fn a_delete_needs_a_number() {
    let mock = MockServer::start().await;
    for body in ["", "{}", r#"{"idInstance":"1101000001"}"#, r#"{"idInstance":1.5}"#, r#"{"idInstance":-1}"#] {
        let answer = partner(&mock, "POST", "deleteInstanceAccount", body).await;
        assert_eq!((answer.status, answer.text()), (400, "bad request data".to_owned()), "{body}");
    }
}

#[tokio::test]
async fn a_strict_mock_wants_a_known_setting() {
    let mock = mock_with(Options { strict_create: true, ..Options::default() }).await;
    for body in ["", "{}", r#"{"plan":"business"}"#] {
        let answer = partner(&mock, "POST", "createInstance", body).await;
        assert_eq!(
            (answer.status, answer.json()),
            (200, json!({ "code": 400, "description": "bad request data" })),
            "{body}"
        );
    }
    assert_eq!(create(&mock, r#"{"incomingWebhook":"yes"}"#).await, 1_101_000_001);
}

#[tokio::test]
async fn the_account_can_be_full_and_a_name_too_long() {
    let mock = mock_with(Options { capacity: Some(1), max_name_length: Some(3), ..Options::default() }).await;
    let long = partner(&mock, "POST", "createInstance", r#"{"name":"long"}"#).await.json();
    assert_eq!(long["code"], 400);
    create(&mock, r#"{"name":"дом"}"#).await;
    let full = partner(&mock, "POST", "createInstance", "").await.json();
    let text = "Temporarily no free instances. Try after a while, we are already fixing this problem.";
    assert_eq!(full, json!({ "code": 100, "description": text }));
    assert_eq!(list(&mock).await.len(), 1);
}

#[tokio::test]
async fn failures_can_be_told_as_in_2022() {
    let mock = mock_with(Options { failure_format: FailureFormat::Text2022, ..Options::default() }).await;
    let absent = partner(&mock, "POST", "deleteInstanceAccount", r#"{"idInstance":1}"#).await;
    assert_eq!((absent.status, absent.text()), (400, "Not found".to_owned()));
    let stranger = Client::connect(&mock).await.call("GET", "/partner/getInstances/gac.no", &[], "").await.unwrap();
    assert_eq!((stranger.status, stranger.text()), (400, "Unauthorized".to_owned()));
}

#[tokio::test]
async fn a_rate_limit_refuses_what_is_above_it_until_time_has_passed() {
    let limit = RateLimit { burst: 2, per_second: 1, retry_after: Some("1".into()) };
    let mock = mock_with(Options { rate_limit: Some(limit), ..Options::default() }).await;
    mock.control().set_clock(moment("2026-11-22T10:00:00Z"));
    let mut seen = Vec::new();
    for _ in 0..3 {
        let answer = partner(&mock, "POST", "createInstance", "").await;
        seen.push((
            answer.status,
            answer.headers["x-ratelimit-remaining"].clone(),
            answer.headers.get("retry-after").cloned(),
        ));
    }
    let expected =
        [(200, "1".to_owned(), None), (200, "0".to_owned(), None), (429, "0".to_owned(), Some("1".to_owned()))];
    assert_eq!(seen, expected);
    mock.control().advance_clock(jiff::SignedDuration::from_secs(1));
    assert_eq!(partner(&mock, "POST", "createInstance", "").await.json()["typeInstance"], Value::from("whatsapp"));
}
