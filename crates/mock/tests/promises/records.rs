//! Records of what arrived, with what became of it.

use greenapi_partner_mock::{Fault, MockServer, Options, Outcome, Requests};
use serde_json::{Value, json};

use crate::client::{Client, control, create, mock_with, partner, path};

#[tokio::test]
async fn a_request_is_kept_whole() {
    let mock = MockServer::start().await;
    let mut client = Client::connect(&mock).await;
    let path = path(&mock, "createInstance");
    client.call("POST", &format!("{path}?a=1"), &[("X-Test", "1"), ("X-Test", "2")], r#"{"name":"a"}"#).await.unwrap();
    let expected = json!([{
        "method": "createInstance",
        "verb": "POST",
        "path": format!("{path}?a=1"),
        "headers": { "host": "mock", "content-type": "application/json", "content-length": "12", "x-test": "1, 2" },
        "body": { "name": "a" },
        "connection": 1,
        "http": "HTTP/1.1",
        "outcome": "answered",
        "status": 200,
    }]);
    assert_eq!(control(&mock, "GET", "requests", "").await, expected);
}

#[tokio::test]
async fn a_body_is_json_text_or_nothing() {
    let mock = MockServer::start().await;
    for body in [r#"{"a":1}"#, "not json", ""] {
        partner(&mock, "POST", "createInstance", body).await;
    }
    let bodies: Vec<_> =
        mock.control().requests(&Requests::default()).iter().map(|request| request.to_json()["body"].clone()).collect();
    assert_eq!(bodies, [json!({ "a": 1 }), json!("not json"), Value::Null]);
}

#[tokio::test]
async fn requests_are_in_order_of_arrival_and_chosen_by_method_and_outcome() {
    let mock = MockServer::start().await;
    create(&mock, "").await;
    partner(&mock, "GET", "getInstances", "").await;
    partner(&mock, "POST", "deleteInstance", "").await;
    create(&mock, "").await;
    let methods = |requests: Requests| {
        mock.control().requests(&requests).into_iter().map(|request| request.method).collect::<Vec<_>>()
    };
    assert_eq!(methods(Requests::default()), ["createInstance", "getInstances", "deleteInstance", "createInstance"]);
    assert_eq!(methods(Requests::of("createinstance")).len(), 2);
    assert_eq!(methods(Requests::default().that_are(Outcome::HungUp)), Vec::<String>::new());
    let found = control(&mock, "GET", "requests?method=createInstance&outcome=answered", "").await;
    assert_eq!(found.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_client_that_hangs_up_is_noticed_while_its_request_is_held() {
    let mock = MockServer::start().await;
    mock.control().add_faults("createInstance", [Fault { act: true, ..Fault::hold() }]).unwrap();
    let mut client = Client::connect(&mock).await;
    client.send("POST", &path(&mock, "createInstance"), &[], "").await.unwrap();
    control(&mock, "GET", "requests/wait?method=createInstance&count=1&outcome=held", "").await;
    drop(client);
    let gone = control(&mock, "GET", "requests/wait?method=createInstance&outcome=hung_up", "").await;
    assert_eq!(gone[0]["outcome"], "hung_up");
    assert_eq!(gone[0]["status"], Value::Null);
    assert_eq!(mock.control().instances().len(), 1);
}

#[tokio::test]
async fn a_client_that_hangs_up_in_its_own_request_is_noticed() {
    let mock = MockServer::start().await;
    let mut client = Client::connect(&mock).await;
    let head =
        format!("POST {} HTTP/1.1\r\nHost: mock\r\nContent-Length: 12\r\n\r\n{{\"na", path(&mock, "createInstance"));
    client.write(&head).await.unwrap();
    drop(client);
    let gone = mock.control().wait_for_requests(&Requests::default().that_are(Outcome::HungUp), 1).await;
    assert_eq!(gone[0].method, "createInstance");
    assert!(mock.control().instances().is_empty());
}

#[tokio::test]
async fn a_wait_ends_when_enough_has_arrived() {
    let mock = MockServer::start().await;
    let ((), found) = tokio::join!(
        async {
            for _ in 0..3 {
                create(&mock, "").await;
            }
        },
        control(&mock, "GET", "requests/wait?method=createInstance&count=3", ""),
    );
    assert!(found.as_array().unwrap().len() >= 3);
}

#[tokio::test]
async fn only_so_many_are_kept_and_all_are_counted() {
    let mock = mock_with(Options { keep_requests: 2, ..Options::default() }).await;
    for name in ["a", "b", "c"] {
        create(&mock, &json!({ "name": name }).to_string()).await;
    }
    let names: Vec<_> = mock
        .control()
        .requests(&Requests::default())
        .iter()
        .map(|request| request.json().unwrap()["name"].clone())
        .collect();
    assert_eq!(names, ["b", "c"]);
    assert_eq!(mock.control().request_count(), 3);
}

#[tokio::test]
async fn what_is_cleared_is_gone_and_its_connections_go_on() {
    let mock = MockServer::start().await;
    let mut client = Client::connect(&mock).await;
    client.partner(&mock, "POST", "createInstance", "").await.unwrap();
    mock.control().clear_requests();
    assert_eq!(mock.control().request_count(), 0);
    client.partner(&mock, "GET", "getInstances", "").await.unwrap();
    let requests = mock.control().requests(&Requests::default());
    assert_eq!(
        requests.iter().map(|request| (request.method.as_str(), request.connection)).collect::<Vec<_>>(),
        [("getInstances", 1)]
    );
}
