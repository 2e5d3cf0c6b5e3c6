//! 466 and 469 when a quota is used up.

use greenapi_partner_mock::{MockServer, Options, QuotaFormat};
use serde_json::json;

use crate::{client::mock_with, instance::Instance};

const DESCRIPTION: &str = "Monthly quota has been exceeded. Please go to your personal account and change the tariff to \
                           business https://console.green-api.com";

#[tokio::test]
async fn the_call_above_a_methods_quota_is_refused() {
    let mock = MockServer::start().await;
    let instance = Instance::linked(&mock).await;
    instance.control("POST", "set-quota", json!({ "method": "checkWhatsapp", "used": 99, "total": 100 })).await;
    let phone = json!({ "phoneNumber": 79_001_234_567_u64 });
    assert_eq!(instance.post("checkWhatsapp", phone.clone()).await.json(), json!({ "existsWhatsapp": true }));
    let refused = instance.post("checkWhatsapp", phone).await;
    let status = json!({
        "method": "checkwhatsapp", "used": 100, "total": 100, "status": "QUOTE_EXCEEDED", "description": DESCRIPTION,
    });
    assert_eq!((refused.status, refused.json()), (466, json!({ "invokeStatus": status })));
}

#[tokio::test]
async fn by_option_the_refusal_is_not_wrapped() {
    let mock = mock_with(Options { quota_format: QuotaFormat::Bare, ..Options::default() }).await;
    let instance = Instance::linked(&mock).await;
    instance.control("POST", "set-quota", json!({ "method": "sendPoll", "used": 1000, "total": 1000 })).await;
    let refused = instance.post("sendPoll", json!({})).await;
    let expected = json!({
        "method": "sendpoll", "used": 1000, "total": 1000, "status": "QUOTE_EXCEEDED", "description": DESCRIPTION,
    });
    assert_eq!((refused.status, refused.json()), (466, expected));
}

#[tokio::test]
async fn a_chat_too_many_is_refused_and_notified_of_while_known_ones_go_on() {
    let mock = MockServer::start().await;
    let instance = Instance::linked(&mock).await;
    instance.control("POST", "set-quota", json!({ "method": "sendMessage", "used": 67, "total": 0 })).await;
    instance.control("POST", "set-quota", json!({ "method": "correspondents", "used": 1, "total": 3 })).await;
    instance.send("11@c.us", "a").await;
    instance.send("12@c.us", "a").await;
    let refused = instance.post("sendMessage", json!({ "chatId": "13@c.us", "message": "a" })).await;
    let tail = "Please go to your personal account and change the tariff to business https://console.green-api.com";
    let expected = json!({
        "invokeStatus": { "method": "sendmessage", "used": 70, "total": 0, "status": "QUOTE_ALLOWED" },
        "correspondentsStatus": {
            "method": "correspondents",
            "used": 3,
            "total": 3,
            "status": "CORRESPONDENTS_QUOTE_EXCEEDED",
            "description": format!(
                "Monthly quota has been exceeded. You can only send or receive messages from these numbers: \
                 11@c.us,12@c.us. {tail}"
            ),
        },
    });
    assert_eq!((refused.status, refused.json()), (466, expected));
    let notice = instance.notifications().await.remove(0);
    assert_eq!(notice["typeWebhook"], "quotaExceeded");
    let expected = json!({
        "method": "correspondents",
        "used": 3,
        "total": 3,
        "status": "CORRESPONDENTS_QUOTA_EXCEEDED",
        "description": format!(
            "Monthly quota has been exceeded. You can only send or receive messages from following chats: \
             11@c.us, 12@c.us. {tail}"
        ),
    });
    assert_eq!(notice["quotaData"], expected);
    instance.send("11@c.us", "b").await;
}

#[tokio::test]
async fn a_chat_too_many_does_not_come_in() {
    let mock = MockServer::start().await;
    let instance = Instance::linked_with(&mock, "whatsapp", json!({ "incomingWebhook": "yes" })).await;
    instance.control("POST", "set-quota", json!({ "method": "correspondents", "used": 2, "total": 3 })).await;
    for chat in ["11@c.us", "12@c.us", "11@c.us"] {
        instance.control("POST", "receive-message", json!({ "chatId": chat })).await;
    }
    let types: Vec<_> =
        instance.notifications().await.iter().map(|body| body["typeWebhook"].as_str().unwrap().to_owned()).collect();
    assert_eq!(types, ["incomingMessageReceived", "quotaExceeded", "incomingMessageReceived"]);
}

#[tokio::test]
async fn the_limit_of_contacts_has_an_answer_of_its_own() {
    for (contact_limit_status, status, body) in [
        (469, 469, "User get contact info limit reached"),
        (200, 200, r#"{"status":false,"reason":"User get contact info limit reached"}"#),
    ] {
        let mock = mock_with(Options { contact_limit_status, ..Options::default() }).await;
        let instance = Instance::linked_with(&mock, "v3", json!({})).await;
        instance.control("POST", "set-quota", json!({ "method": "checkAccount", "used": 1, "total": 1 })).await;
        let refused = instance.post("checkAccount", json!({ "phoneNumber": 79_001_234_567_u64 })).await;
        assert_eq!((refused.status, refused.text()), (status, body.to_owned()));
    }
}
