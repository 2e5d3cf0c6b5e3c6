//! Requests as GREEN-API's own tools send them, header by header: recorded from `whatsapp-api-client-python` 0.0.55
//! (`requests` and `aiohttp`), `@green-api/whatsapp-api-client-js-v2` 1.0.3 (`axios`) and the Postman collection.

use greenapi_partner_mock::{MockServer, Outcome, Requests};
use serde_json::json;

use crate::client::{Client, path};

const PYTHON: &[(&str, &str)] = &[
    ("User-Agent", "GREEN-API_SDK_PY/1.0"),
    ("Accept-Encoding", "gzip, deflate"),
    ("Accept", "*/*"),
    ("Connection", "close"),
];
const PYTHON_ASYNC: &[(&str, &str)] =
    &[("User-Agent", "GREEN-API_SDK_PY/1.0"), ("Accept", "*/*"), ("Accept-Encoding", "gzip, deflate")];
const AXIOS: &[(&str, &str)] = &[
    ("Accept", "application/json, text/plain, */*"),
    ("User-Agent", "axios/1.21.1"),
    ("Accept-Encoding", "gzip, compress, deflate, br"),
    ("Connection", "keep-alive"),
];
const POSTMAN: &[(&str, &str)] = &[
    ("User-Agent", "PostmanRuntime/7.43.0"),
    ("Accept", "*/*"),
    ("Cache-Control", "no-cache"),
    ("Accept-Encoding", "gzip, deflate, br"),
    ("Connection", "keep-alive"),
];

#[tokio::test]
async fn each_creates_lists_and_deletes() {
    for (sdk, body) in [
        (PYTHON, r#"{"name": "from-py", "incomingWebhook": "yes", "delaySendMessagesMilliseconds": 1000}"#),
        (PYTHON, "{}"),
        (PYTHON_ASYNC, r#"{"name": "async"}"#),
        (AXIOS, r#"{"name":"from-js","incomingWebhook":"yes"}"#),
        (POSTMAN, POSTMAN_BODY),
    ] {
        let mock = MockServer::start().await;
        let created = call(&mock, sdk, "POST", "createInstance", body).await;
        let id_instance = created["idInstance"].as_u64().unwrap();
        assert_eq!(created["typeInstance"], "whatsapp", "{body}");
        let listed = call(&mock, sdk, "GET", "getInstances", "").await;
        assert_eq!(listed[0]["idInstance"], id_instance, "{body}");
        let id = json!({ "idInstance": id_instance }).to_string();
        assert_eq!(
            call(&mock, sdk, "POST", "deleteInstanceAccount", &id).await,
            json!({ "deleteInstanceAccount": true })
        );
        assert_eq!(mock.control().requests(&Requests::default().that_are(Outcome::Answered)).len(), 3);
    }
}

#[tokio::test]
async fn a_create_without_any_body_and_a_list_by_post_work_as_its_tools_send_them() {
    let mock = MockServer::start().await;
    let created = call(&mock, AXIOS, "POST", "createInstance", "").await;
    let listed = call(&mock, POSTMAN, "POST", "getInstances", "").await;
    assert_eq!(listed[0]["idInstance"], created["idInstance"]);
}

async fn call(mock: &MockServer, sdk: &[(&str, &str)], verb: &str, method: &str, body: &str) -> serde_json::Value {
    let answer = Client::connect(mock).await.call(verb, &path(mock, method), sdk, body).await.unwrap();
    assert_eq!(answer.status, 200, "{method}");
    answer.json()
}

/// The collection's sample body, with a field that later documents dropped.
const POSTMAN_BODY: &str = r#"{
    "webhookUrl": "https://mysite.com/webhook/green-api/",
    "webhookUrlToken": "f93537eb3e8fed66847b5bd",
    "delaySendMessagesMilliseconds": 1000,
    "markIncomingMessagesReaded": "no",
    "markIncomingMessagesReadedOnReply": "no",
    "outgoingWebhook": "yes",
    "outgoingMessageWebhook": "yes",
    "incomingWebhook": "yes",
    "deviceWebhook": "no",
    "stateWebhook": "no",
    "enableMessagesHistory": "no",
    "keepOnlineStatus": "no"
}"#;
