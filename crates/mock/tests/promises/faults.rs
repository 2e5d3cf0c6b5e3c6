//! Scripted answers, their order and their names.

use std::time::Duration;

use greenapi_partner_mock::{Drip, Fault, MockServer, Named, Outcome, Requests};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::client::{Answer, Client, control, create, mock_with, partner, path};

#[tokio::test]
async fn a_scripted_answer_replaces_the_methods_and_its_effect() {
    let mock = MockServer::start().await;
    mock.control().add_faults("createInstance", [Fault::json(500, json!({ "message": "no" }))]).unwrap();
    let answer = partner(&mock, "POST", "createInstance", "").await;
    assert_eq!((answer.status, answer.text()), (500, r#"{"message":"no"}"#.to_owned()));
    assert!(mock.control().instances().is_empty());
}

#[tokio::test]
async fn with_act_the_effect_takes_place_behind_a_scripted_answer() {
    let mock = MockServer::start().await;
    mock.control().add_faults("createInstance", [Fault { act: true, ..Fault::status(500) }]).unwrap();
    assert_eq!(partner(&mock, "POST", "createInstance", r#"{"name":"a"}"#).await.status, 500);
    assert_eq!(mock.control().instances()[0].name, "a");
}

#[tokio::test]
async fn bodies_are_sent_as_they_are() {
    let mock = MockServer::start().await;
    for (fault, body, content_type) in [
        (r#"{"body": null}"#, &b"null"[..], Some("application/json; charset=utf-8")),
        (
            r#"{"body": {"b": 1, "a": [2.5, "é"]}}"#,
            "{\"b\":1,\"a\":[2.5,\"é\"]}".as_bytes(),
            Some("application/json; charset=utf-8"),
        ),
        (r#"{"text": "{ not json"}"#, b"{ not json", Some("text/html; charset=utf-8")),
        (r#"{"bodyBase64": "/wA=", "contentType": "application/json"}"#, b"\xff\x00", Some("application/json")),
        (r#"{"text": "x", "contentType": ""}"#, b"x", None),
        (r#"{"status": 503}"#, b"", None),
    ] {
        control(&mock, "POST", "faults", &format!(r#"{{"method":"getInstances","faults":[{fault}]}}"#)).await;
        let answer = partner(&mock, "GET", "getInstances", "").await;
        assert_eq!(answer.body, body, "{fault}");
        assert_eq!(answer.headers.get("content-type").map(String::as_str), content_type, "{fault}");
    }
}

#[tokio::test]
async fn headers_are_added_replaced_and_taken_away() {
    let mock = MockServer::start().await;
    let fault = r#"{"retryAfter": "2", "headers": {"X-New": "1", "Server": "other", "X-Powered-By": null}}"#;
    control(&mock, "POST", "faults", &format!(r#"{{"method":"getInstances","faults":[{fault}]}}"#)).await;
    let answer = partner(&mock, "GET", "getInstances", "").await;
    assert_eq!(answer.text(), "[]");
    assert_eq!(answer.headers["retry-after"], "2");
    assert_eq!(answer.headers["x-new"], "1");
    assert_eq!(answer.headers["server"], "other");
    assert_eq!(answer.headers.get("x-powered-by"), None);
}

#[tokio::test]
async fn the_names_stand_for_what_is_documented() {
    let mock = MockServer::start().await;
    mock.control().set_clock(crate::client::moment("2025-01-28T09:46:22Z"));
    let here = path(&mock, "createInstance");
    let code = |code: u16, text: &str| (200, json!({ "code": code, "description": text }).to_string());
    let nest = json!({ "statusCode": 404, "timestamp": "2025-01-28T09:46:22.000Z", "path": here, "message": format!("Cannot POST {here}") });
    for (name, (status, body)) in [
        (Named::RateLimited, (429, "Too Many Requests".to_owned())),
        (
            Named::NoCapacity,
            code(100, "Temporarily no free instances. Try after a while, we are already fixing this problem."),
        ),
        (Named::SaveError, code(200, "Error saving instance. Try creating the instance again.")),
        (Named::Unauthorized, code(401, "Unauthorized")),
        (Named::NotFound, code(404, "Not found")),
        (Named::Garbage, (200, "<<not JSON>>".to_owned())),
        (Named::Empty, (200, String::new())),
        (Named::Nest404, (404, nest.to_string())),
        (Named::Redirect, (307, String::new())),
    ] {
        mock.control().add_faults("createInstance", [Fault::named(name)]).unwrap();
        let answer = partner(&mock, "POST", "createInstance", "").await;
        assert_eq!((answer.status, answer.text()), (status, body), "{name:?}");
    }
    assert!(mock.control().instances().is_empty());
}

#[tokio::test]
async fn the_gateways_page_is_html_and_the_redirect_leads_back_here() {
    let mock = MockServer::start().await;
    mock.control().add_faults("createInstance", [Fault::named(Named::Html502), Fault::named(Named::Redirect)]).unwrap();
    let page = partner(&mock, "POST", "createInstance", "").await;
    assert_eq!((page.status, page.headers["content-type"].as_str()), (502, "text/html"));
    assert!(page.text().contains("<title>502 Bad Gateway</title>"), "{}", page.text());
    let redirect = partner(&mock, "POST", "createInstance", "").await;
    assert_eq!(redirect.headers["location"], format!("{}{}", mock.url(), path(&mock, "createInstance")));
}

#[tokio::test]
async fn each_request_takes_the_first_fault_of_its_method_and_then_of_all() {
    let mock = MockServer::start().await;
    mock.control().add_faults("*", [Fault::status(599)]).unwrap();
    mock.control()
        .add_faults("CREATEINSTANCE", [Fault::status(501), Fault { times: Some(2), ..Fault::status(502) }])
        .unwrap();
    let mut statuses = Vec::new();
    for method in ["createInstance", "getInstances", "createInstance", "createInstance", "createInstance"] {
        statuses.push(partner(&mock, "POST", method, "").await.status);
    }
    assert_eq!(statuses, [501, 599, 502, 502, 200]);
}

#[tokio::test]
async fn a_method_that_upstream_does_not_document_is_refused() {
    let mock = MockServer::start().await;
    for method in ["createInstence", "create_instance", "", "scanQr"] {
        let refused = mock.control().add_faults(method, [Fault::status(500)]).unwrap_err();
        assert!(refused.contains(&format!("{method:?}")), "{refused}");
        assert_eq!(mock.control().set_weather(method, 1, [(1.0, Fault::status(500))]).unwrap_err(), refused);
    }
    // What the mock itself does not have can still be made to answer.
    mock.control().add_faults("getChats", [Fault::status(500)]).unwrap();
    mock.control().add_faults("scanQrCode", [Fault::status(500)]).unwrap();
}

#[tokio::test]
async fn a_fault_for_ever_lasts_until_it_is_cleared() {
    let mock = MockServer::start().await;
    mock.control().add_faults("*", [Fault { times: Some(-1), ..Fault::status(500) }]).unwrap();
    for _ in 0..5 {
        assert_eq!(partner(&mock, "GET", "getInstances", "").await.status, 500);
    }
    mock.control().clear_faults();
    assert_eq!(partner(&mock, "GET", "getInstances", "").await.status, 200);
}

#[tokio::test]
async fn a_held_request_is_answered_when_it_is_released() {
    let mock = MockServer::start().await;
    mock.control().add_faults("createInstance", [Fault::hold()]).unwrap();
    let mut client = Client::connect(&mock).await;
    client.send("POST", &path(&mock, "createInstance"), &[], r#"{"name":"a"}"#).await.unwrap();
    mock.control().wait_for_requests(&Requests::of("createInstance").that_are(Outcome::Held), 1).await;
    assert!(mock.control().instances().is_empty());
    assert_eq!(mock.control().release(), 1);
    assert_eq!(client.answer().await.unwrap().json()["idInstance"], 1_101_000_001_u64);
}

#[tokio::test]
async fn a_held_request_can_be_acted_on_before_it_is_held() {
    let mock = MockServer::start().await;
    mock.control().add_faults("createInstance", [Fault { act: true, ..Fault::hold() }]).unwrap();
    let mut client = Client::connect(&mock).await;
    client.send("POST", &path(&mock, "createInstance"), &[], r#"{"name":"a"}"#).await.unwrap();
    mock.control().wait_for_requests(&Requests::of("createInstance").that_are(Outcome::Held), 1).await;
    assert_eq!(mock.control().instances()[0].name, "a");
    mock.control().release();
    assert_eq!(client.answer().await.unwrap().status, 200);
    assert_eq!(mock.control().instances().len(), 1);
}

#[tokio::test]
async fn a_held_request_is_cut_by_a_reset_and_has_no_effect() {
    let mock = MockServer::start().await;
    mock.control().add_faults("createInstance", [Fault::hold()]).unwrap();
    let mut client = Client::connect(&mock).await;
    client.send("POST", &path(&mock, "createInstance"), &[], "").await.unwrap();
    mock.control().wait_for_requests(&Requests::of("createInstance").that_are(Outcome::Held), 1).await;
    mock.control().reset();
    assert_eq!(client.rest().await.unwrap(), b"");
    assert!(mock.control().instances().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_delayed_after_the_effect() {
    let mock = MockServer::start().await;
    let fault = Fault { delay_ms: Some(60_000), ..Fault::default() };
    let answer = timed(&mock, fault).await;
    assert_eq!(answer.0.json()["idInstance"], 1_101_000_001_u64);
    assert!(answer.1 >= Duration::from_secs(60));
}

#[tokio::test(start_paused = true)]
async fn a_body_drips() {
    let mock = MockServer::start().await;
    let fault = Fault { drip: Some(Drip { chunks: 10, delay_ms: 1_000 }), ..Fault::default() };
    let answer = timed(&mock, fault).await;
    assert_eq!(answer.0.body.len(), 123);
    assert!(answer.1 >= Duration::from_secs(10));
}

#[tokio::test]
async fn a_fault_that_cannot_be_sent_is_refused() {
    let mock = mock_with(greenapi_partner_mock::Options::default()).await;
    for (fault, reason) in [
        (r#"{"status": 99}"#, "status is from 200 to 999, not 99"),
        (r#"{"text": "a", "body": 1}"#, "body, text and bodyBase64 exclude each other"),
        (r#"{"bodyBase64": "?"}"#, "bodyBase64"),
        (r#"{"headers": {"a b": "c"}}"#, "headers"),
        (r#"{"cuts": "before_request"}"#, "unknown field `cuts`"),
        (r#"{"cut": "sometime"}"#, "unknown variant `sometime`"),
    ] {
        let body = format!(r#"{{"method":"*","faults":[{fault}]}}"#);
        let answer = Client::connect(&mock).await.call("POST", "/_mock/faults", &[], &body).await.unwrap();
        let text = answer.json()["error"].as_str().unwrap_or_default().to_owned();
        assert_eq!(answer.status, 400, "{fault}");
        assert!(text.contains(reason), "{fault}: {text}");
    }
    assert_eq!(create(&mock, "").await, 1_101_000_001);
    assert_eq!(partner(&mock, "GET", "getInstances", "").await.json()[0]["isExpired"], Value::Bool(false));
}

/// The answer to a create under a fault, and how long it took by tokio's clock, which stands still but for waits.
async fn timed(mock: &MockServer, fault: Fault) -> (Answer, Duration) {
    mock.control().add_faults("createInstance", [fault]).unwrap();
    let start = Instant::now();
    let answer = partner(mock, "POST", "createInstance", "").await;
    (answer, start.elapsed())
}
