//! Partner connections are counted, waited for and closed; those of tests are not among them.

use greenapi_partner_mock::MockServer;
use serde_json::json;

use crate::client::{Client, control};

#[tokio::test]
async fn open_and_accepted_connections_are_counted() {
    let mock = MockServer::start().await;
    let mut first = Client::connect(&mock).await;
    let mut second = Client::connect(&mock).await;
    first.partner(&mock, "GET", "getInstances", "").await.unwrap();
    second.partner(&mock, "GET", "getInstances", "").await.unwrap();
    first.partner(&mock, "GET", "getInstances", "").await.unwrap();
    assert_eq!(control(&mock, "GET", "connections", "").await, json!({ "open": 2, "accepted": 2 }));
    drop(first);
    assert_eq!(control(&mock, "GET", "connections/wait?open=1", "").await, json!({ "open": 1, "accepted": 2 }));
}

#[tokio::test]
async fn a_connection_keeps_its_number() {
    let mock = MockServer::start().await;
    let mut first = Client::connect(&mock).await;
    let mut second = Client::connect(&mock).await;
    first.partner(&mock, "GET", "getInstances", "").await.unwrap();
    second.partner(&mock, "GET", "getInstances", "").await.unwrap();
    first.partner(&mock, "GET", "getInstances", "").await.unwrap();
    let requests = mock.control().requests(&greenapi_partner_mock::Requests::default());
    assert_eq!(requests.iter().map(|request| request.connection).collect::<Vec<_>>(), [1, 2, 1]);
}

#[tokio::test]
async fn all_can_be_closed() {
    let mock = MockServer::start().await;
    let mut client = Client::connect(&mock).await;
    client.partner(&mock, "GET", "getInstances", "").await.unwrap();
    control(&mock, "DELETE", "connections", "").await;
    assert_eq!(client.rest().await.unwrap(), b"");
    mock.control().wait_for_connections(0).await;
}
