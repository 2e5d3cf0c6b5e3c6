//! A cut is a closed TCP connection, at the moment that was asked for.

use std::io::ErrorKind;

use greenapi_partner_mock::{Cut, Fault, MockServer, Outcome, Requests};
use serde_json::Value;

use crate::client::{Client, path};

#[tokio::test]
async fn before_the_request_the_connection_is_reset_by_its_first_line() {
    let mock = scripted(Cut::BeforeRequest).await;
    let mut client = Client::connect(&mock).await;
    client.write(&format!("POST {} HTTP/1.1\r\n", path(&mock, "createInstance"))).await.unwrap();
    assert_eq!(client.answer().await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_cut(&mock, "", 0);
}

#[tokio::test]
async fn while_the_request_is_read_the_connection_closes_after_its_head() {
    let mock = scripted(Cut::ReadingRequest).await;
    let mut client = Client::connect(&mock).await;
    let head = format!("POST {} HTTP/1.1\r\nHost: mock\r\nContent-Length: 12\r\n\r\n", path(&mock, "createInstance"));
    client.write(&head).await.unwrap();
    assert_eq!(client.rest().await.unwrap(), b"");
    assert_cut(&mock, "", 0);
}

#[tokio::test]
async fn after_the_request_the_connection_closes_and_nothing_is_created() {
    let mock = scripted(Cut::AfterRequest).await;
    let mut client = Client::connect(&mock).await;
    client.send("POST", &path(&mock, "createInstance"), &[], r#"{"name":"a"}"#).await.unwrap();
    assert_eq!(client.rest().await.unwrap(), b"");
    assert_cut(&mock, r#"{"name":"a"}"#, 0);
}

#[tokio::test]
async fn after_the_action_the_connection_closes_and_the_instance_is_there() {
    let mock = scripted(Cut::AfterAction).await;
    let mut client = Client::connect(&mock).await;
    client.send("POST", &path(&mock, "createInstance"), &[], r#"{"name":"a"}"#).await.unwrap();
    assert_eq!(client.rest().await.unwrap(), b"");
    assert_cut(&mock, r#"{"name":"a"}"#, 1);
    assert_eq!(mock.control().instances()[0].name, "a");
}

#[tokio::test]
async fn a_truncated_body_is_half_of_what_its_length_says() {
    let mock = scripted(Cut::TruncatedBody).await;
    let mut client = Client::connect(&mock).await;
    client.send("POST", &path(&mock, "createInstance"), &[], r#"{"name":"a"}"#).await.unwrap();
    let (status, headers) = client.head().await.unwrap();
    let body = client.rest().await.unwrap();
    assert_eq!((status, headers["content-length"].as_str(), body.len()), (200, "123", 61));
    assert!(body.starts_with(br#"{"idInstance":1101000001,"#));
    assert_cut(&mock, r#"{"name":"a"}"#, 1);
}

#[tokio::test]
async fn a_truncated_list_of_megabytes_is_half_of_it_too() {
    let mock = MockServer::start().await;
    mock.control().add_instances(20_000);
    mock.control().add_faults("getInstances", [Fault::cut(Cut::TruncatedBody)]).unwrap();
    let mut client = Client::connect(&mock).await;
    client.send("GET", &path(&mock, "getInstances"), &[], "").await.unwrap();
    let (_, headers) = client.head().await.unwrap();
    let length: usize = headers["content-length"].parse().unwrap();
    assert_eq!(client.rest().await.unwrap().len(), length / 2);
    assert!(length > 4_000_000, "{length}");
}

#[tokio::test]
async fn a_cut_for_a_reused_connection_waits_for_one() {
    let mock = MockServer::start().await;
    let cut = Fault { reused_connection: true, ..Fault::cut(Cut::BeforeRequest) };
    mock.control().add_faults("createInstance", [cut]).unwrap();
    let mut reused = Client::connect(&mock).await;
    assert_eq!(reused.partner(&mock, "POST", "createInstance", "").await.unwrap().status, 200);
    let mut fresh = Client::connect(&mock).await;
    assert_eq!(fresh.partner(&mock, "POST", "createInstance", "").await.unwrap().status, 200);
    let error = reused.partner(&mock, "POST", "createInstance", "").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert_eq!(fresh.partner(&mock, "POST", "createInstance", "").await.unwrap().status, 200);
}

/// A mock that cuts the next create.
async fn scripted(cut: Cut) -> MockServer {
    let mock = MockServer::start().await;
    mock.control().add_faults("createInstance", [Fault::cut(cut)]).unwrap();
    mock
}

/// One create arrived with this body, was cut, and left so many instances.
fn assert_cut(mock: &MockServer, body: &str, instances: usize) {
    let requests = mock.control().requests(&Requests::of("createInstance"));
    let seen: Vec<_> =
        requests.iter().map(|request| (request.outcome, request.body.as_ref(), request.status)).collect();
    assert_eq!(seen, [(Outcome::Cut, body.as_bytes(), None)]);
    assert_eq!(mock.control().instances().len(), instances);
    assert_eq!(requests[0].to_json()["status"], Value::Null);
}
