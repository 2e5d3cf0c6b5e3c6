//! The customer that an option brings to life links, types and answers without a control.

use greenapi_partner_mock::{Customer, MockServer, Options};
use serde_json::{Map, Value, json};

use crate::{client::mock_with, instance::Instance};

#[tokio::test]
async fn a_customer_scans_what_is_shown_and_answers() {
    let mock =
        with(Customer { scans_after_ms: 0, replies: Some("Hello yourself".to_owned()), ..Customer::default() }).await;
    let instance = ready(&mock).await;
    assert_eq!(instance.get("qr").await.json()["type"], "qrCode");
    linked(&mock, &instance).await;
    instance.post("sendMessage", json!({ "chatId": "79876543210@c.us", "message": "Hello" })).await;
    let came = instance.get("receiveNotification").await.json();
    assert_eq!(came["body"]["senderData"]["chatId"], "79876543210@c.us");
    assert_eq!(came["body"]["messageData"]["textMessageData"]["textMessage"], "Hello yourself");
}

#[tokio::test]
async fn a_customer_types_in_the_code_of_his_phone() {
    let mock = with(Customer::default()).await;
    let instance = ready(&mock).await;
    instance.post("getAuthorizationCode", json!({ "phoneNumber": 79_111_111_111_u64 })).await;
    linked(&mock, &instance).await;
    assert_eq!(mock.control().instance(instance.id).unwrap()["phone"], "79111111111");
}

#[tokio::test]
async fn a_customer_confirms_his_passkey() {
    let mock = with(Customer { scans_after_ms: 0, ..Customer::default() }).await;
    let instance = Instance::put_in(&mock, json!({ "passkey": true })).await;
    instance.get("qr").await;
    linked(&mock, &instance).await;
}

#[tokio::test]
async fn a_customer_comes_when_the_option_is_set() {
    let mock = MockServer::start().await;
    let instance = ready(&mock).await;
    instance.get("qr").await;
    set(&mock, json!({ "scansAfterMs": 0 }));
    linked(&mock, &instance).await;
}

async fn with(customer: Customer) -> MockServer {
    let options = Options { customer: Some(customer), instance_rate_limits: false, ..Options::default() };
    mock_with(options).await
}

fn set(mock: &MockServer, customer: Value) {
    let changes = Map::from_iter([("customer".to_owned(), customer), ("instanceRateLimits".to_owned(), false.into())]);
    mock.control().change_options(&changes).unwrap();
}

async fn ready(mock: &MockServer) -> Instance<'_> {
    Instance::put_in(mock, json!({ "settings": { "incomingWebhook": "yes" } })).await
}

async fn linked(mock: &MockServer, instance: &Instance<'_>) {
    while mock.control().instance(instance.id).unwrap()["state"] != "authorized" {
        tokio::task::yield_now().await;
    }
}
