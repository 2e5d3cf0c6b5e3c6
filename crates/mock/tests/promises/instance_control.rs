//! Control of one instance by a test, over HTTP.

use greenapi_partner_mock::{MockServer, Options, Outcome, Requests};
use serde_json::{Value, json};

use crate::{
    client::{Client, control, delete, mock_with, moment},
    instance::Instance,
};

#[tokio::test]
async fn all_that_is_known_of_an_instance_is_shown() {
    let mock = MockServer::start().await;
    mock.control().set_clock(moment("2026-11-22T10:00:00Z"));
    let instance = Instance::put_in(&mock, json!({ "name": "shop-42", "settings": { "stateWebhook": "yes" } })).await;
    let expected = json!({
        "idInstance": instance.id,
        "name": "shop-42",
        "apiTokenInstance": instance.token,
        "typeInstance": "whatsapp",
        "tariff": "PARTNER_23",
        "createdAt": "2026-11-22T10:00:00Z",
        "deletedAt": null,
        "deleted": false,
        "settings": { "stateWebhook": "yes" },
        "listed": {},
        "state": "authorized",
        "phone": "79001234567",
        "wid": "79001234567@c.us",
        "sockets": 0,
        "history": [
            { "stateInstance": "notAuthorized", "timestamp": 1_795_341_600 },
            { "stateInstance": "authorized", "timestamp": 1_795_341_600, "phoneNumber": 79_001_234_567_u64 },
        ],
        "reboots": 0,
        "qrPayload": null,
        "phoneCode": null,
        "newSettings": {},
    });
    assert_eq!(instance.control("POST", "scan", Value::Null).await, expected);
    assert_eq!(show(&instance).await, expected);
}

#[tokio::test]
async fn settings_that_wait_and_reboots_are_shown() {
    let mock = MockServer::start().await;
    let instance = Instance::linked(&mock).await;
    instance.post("setSettings", json!({ "stateWebhook": "yes" })).await;
    let shown = show(&instance).await;
    assert_eq!((&shown["state"], &shown["reboots"]), (&json!("starting"), &json!(1)));
    assert_eq!((&shown["newSettings"], &shown["settings"]), (&json!({ "stateWebhook": "yes" }), &json!({})));
}

#[tokio::test]
async fn a_scan_links_the_phone_it_is_told() {
    let mock = MockServer::start().await;
    let instance = Instance::created(&mock).await;
    let shown = instance.control("POST", "scan", json!({ "phone": "79870000001" })).await;
    assert_eq!((&shown["state"], &shown["phone"]), (&json!("authorized"), &json!("79870000001")));
}

#[tokio::test]
async fn a_phone_code_is_typed_in() {
    let mock = MockServer::start().await;
    let instance = Instance::unlinked(&mock).await;
    let code = instance.post("getAuthorizationCode", json!({ "phoneNumber": 79_870_000_001_u64 })).await.json();
    assert_eq!(show(&instance).await["phoneCode"], code["code"]);
    assert_eq!(instance.control("POST", "enter-phone-code", Value::Null).await["phone"], "79870000001");
}

#[tokio::test]
async fn a_phone_that_is_unlinked_leaves_the_instance_without_one() {
    let mock = MockServer::start().await;
    let instance = Instance::linked(&mock).await;
    let shown = instance.control("POST", "unlink", Value::Null).await;
    assert_eq!((&shown["state"], &shown["phone"]), (&json!("notAuthorized"), &Value::Null));
    assert_eq!(instance.state().await, "notAuthorized");
}

#[tokio::test]
async fn any_state_is_set_and_none_too() {
    let mock = mock_with(Options { instance_rate_limits: false, ..Options::default() }).await;
    let instance = Instance::linked(&mock).await;
    for state in [json!("hibernating"), Value::Null, json!("authorized"), json!("notAuthorized")] {
        assert_eq!(instance.control("POST", "set-state", json!({ "state": state })).await["state"], state);
        assert_eq!(instance.state().await, state);
    }
}

#[tokio::test]
async fn a_token_is_rotated_behind_the_clients_back() {
    let mock = MockServer::start().await;
    let instance = Instance::linked(&mock).await;
    let token = instance.control("POST", "rotate-token", Value::Null).await["apiTokenInstance"].clone();
    assert_eq!(instance.get("getStateInstance").await.status, 401);
    assert_eq!(show(&instance).await["apiTokenInstance"], token);
}

#[tokio::test]
async fn what_sockets_are_told_is_counted() {
    let mock = MockServer::start().await;
    let instance = Instance::unlinked(&mock).await;
    for (what, body) in [
        ("fail-scan", json!({ "message": "Phone is offline" })),
        ("expire-qr", Value::Null),
        ("drop-sockets", Value::Null),
        ("send-frame", json!({ "text": "{half" })),
    ] {
        assert_eq!(instance.control("POST", what, body).await, json!({ "sockets": 0 }), "{what}");
    }
    let payload = instance.control("POST", "refresh-qr", Value::Null).await["qrPayload"].clone();
    assert_eq!(show(&instance).await["qrPayload"], payload);
}

#[tokio::test]
async fn sockets_are_waited_for() {
    let mock = MockServer::start().await;
    let instance = Instance::unlinked(&mock).await;
    let path = format!("/_mock/instances/{}/wait-for-sockets", instance.id);
    let mut waiting = Client::connect(&mock).await;
    waiting.send("POST", &path, &[], r#"{"open":1}"#).await.unwrap();
    let mut client = Client::connect(&mock).await;
    let headers = [
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    client.send("GET", &instance.path("scanqrcode"), &headers, "").await.unwrap();
    let (status, headers) = client.head().await.unwrap();
    assert_eq!((status, &*headers["sec-websocket-accept"]), (101, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    assert_eq!(waiting.answer().await.unwrap().json()["sockets"], 1);
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_sockets_that_do_not_come_ends_after_half_a_minute() {
    let mock = MockServer::start().await;
    let instance = Instance::unlinked(&mock).await;
    let path = format!("/_mock/instances/{}/wait-for-sockets", instance.id);
    let answer = Client::connect(&mock).await.call("POST", &path, &[], "").await.unwrap();
    assert_eq!(answer.status, 504);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_a_reason() {
    let mock = MockServer::start().await;
    let unlinked = Instance::unlinked(&mock).await.id;
    let linked = Instance::linked(&mock).await.id;
    let deleted = Instance::linked(&mock).await.id;
    delete(&mock, deleted).await;
    for (verb, path, body, status, reason) in [
        ("GET", "1".to_owned(), "", 400, "the account has no instance 1".to_owned()),
        ("POST", "1/scan".to_owned(), "", 400, "the account has no instance 1".to_owned()),
        ("POST", format!("{deleted}/scan"), "", 400, format!("instance {deleted} is deleted")),
        ("POST", format!("{linked}/scan"), "", 400, format!("instance {linked} is linked to 79001234567")),
        ("POST", format!("{unlinked}/scan"), r#"{"number":"7"}"#, 400, "unknown field `number`".to_owned()),
        ("POST", format!("{unlinked}/unlink"), "", 400, format!("instance {unlinked} has no phone")),
        ("POST", format!("{unlinked}/enter-phone-code"), "", 400, format!("instance {unlinked} has no code")),
        ("POST", format!("{unlinked}/fail-scan"), "", 400, "missing field `message`".to_owned()),
        ("POST", format!("{unlinked}/fly"), "", 404, format!("the mock has no POST /_mock/instances/{unlinked}/fly")),
        ("GET", "abc".to_owned(), "", 404, "the mock has no GET /_mock/instances/abc".to_owned()),
    ] {
        let path = format!("/_mock/instances/{path}");
        let answer = Client::connect(&mock).await.call(verb, &path, &[], body).await.unwrap();
        let error = answer.json()["error"].as_str().unwrap().to_owned();
        assert_eq!(answer.status, status, "{path}: {error}");
        assert!(error.contains(&reason), "{path}: {error}");
    }
}

#[tokio::test]
async fn a_reset_forgets_what_instances_had() {
    let mock = MockServer::start().await;
    let fields = json!({ "idInstance": 1_101_000_001_u64, "apiTokenInstance": "a", "phone": "79001234567" });
    let instance = Instance::put_in(&mock, fields.clone()).await;
    instance.control("POST", "notify", json!({ "n": 1 })).await;
    instance.control("POST", "set-quota", json!({ "method": "getSettings", "used": 1, "total": 1 })).await;
    assert_eq!(instance.get("getSettings").await.status, 466);
    assert_eq!(instance.state().await, "authorized");
    control(&mock, "POST", "reset", "").await;
    let instance = Instance::put_in(&mock, fields).await;
    assert_eq!(instance.control("GET", "notifications", Value::Null).await, json!([]));
    assert_eq!(instance.get("getSettings").await.status, 200);
    assert_eq!(instance.state().await, "authorized", "its rate is not used up");
    let requests = mock.control().requests(&Requests::default().that_are(Outcome::Answered));
    assert_eq!(requests.len(), 2);
}

async fn show(instance: &Instance<'_>) -> Value {
    instance.control("GET", "", Value::Null).await
}
