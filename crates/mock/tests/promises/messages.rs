//! Sending: what is accepted, what waits, what is told about it.

use greenapi_partner_mock::{MockServer, Options, UnlinkedSends};
use jiff::SignedDuration;
use serde_json::{Map, Value, json};

use crate::{
    client::{Client, mock_with, moment},
    instance::Instance,
};

#[tokio::test]
async fn a_message_is_told_of_as_the_settings_say() {
    let mock = MockServer::start().await;
    mock.control().set_clock(moment("2026-11-22T10:00:00Z"));
    let settings = json!({ "outgoingAPIMessageWebhook": "yes", "outgoingWebhook": "yes" });
    let instance = Instance::linked_with(&mock, "whatsapp", settings).await;
    let id_message = instance.send("71234567890@c.us", "Hello").await;
    assert_eq!(id_message.len(), 22);
    let of_all = json!({
        "instanceData": { "idInstance": instance.id, "wid": "79001234567@c.us", "typeInstance": "whatsapp" },
        "timestamp": 1_795_341_600,
        "idMessage": id_message,
    });
    let with = |part: Value| {
        let mut whole = of_all.clone();
        whole.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
        whole
    };
    let status = |status: &str| {
        with(json!({
            "typeWebhook": "outgoingMessageStatus",
            "chatId": "71234567890@c.us",
            "status": status,
            "sendByApi": true,
        }))
    };
    let message = with(json!({
        "typeWebhook": "outgoingAPIMessageReceived",
        "senderData": {
            "chatId": "71234567890@c.us",
            "chatName": "",
            "sender": "79001234567@c.us",
            "senderName": "",
            "senderContactName": "",
        },
        "messageData": { "typeMessage": "textMessage", "textMessageData": { "textMessage": "Hello" } },
    }));
    assert_eq!(instance.notifications().await, [message, status("sent"), status("delivered")]);
}

#[tokio::test]
async fn without_the_settings_nothing_is_told_but_that_a_number_has_no_account() {
    let mock = mock_with(Options { phones_without_account: vec![71_234_567_890], ..Options::default() }).await;
    let instance = Instance::linked(&mock).await;
    instance.send("79876543210@c.us", "a").await;
    let id_message = instance.send("71234567890@c.us", "b").await;
    let told: Vec<_> = instance
        .notifications()
        .await
        .iter()
        .map(|body| (body["typeWebhook"].clone(), body["status"].clone(), body["idMessage"].clone()))
        .collect();
    assert_eq!(told, [(json!("outgoingMessageStatus"), json!("noAccount"), json!(id_message))]);
}

#[tokio::test]
async fn every_kind_of_message_has_its_data() {
    let mock = MockServer::start().await;
    let instance = Instance::linked_with(&mock, "whatsapp", json!({ "outgoingAPIMessageWebhook": "yes" })).await;
    let chat = "71234567890@c.us";
    for (method, body) in [
        (
            "sendPoll",
            json!({ "chatId": chat, "message": "Which?", "options": [{ "optionName": "a" }, { "optionName": "b" }] }),
        ),
        ("sendFileByUrl", json!({ "chatId": chat, "urlFile": "https://example.com/a.png", "fileName": "a.png" })),
        ("sendLocation", json!({ "chatId": chat, "latitude": 55.7, "longitude": 37.6, "nameLocation": "Here" })),
        (
            "sendContact",
            json!({ "chatId": chat, "contact": { "phoneContact": 79_001_234_568_u64, "firstName": "Ann", "lastName": "Lee" } }),
        ),
    ] {
        let answer = instance.post(method, body).await;
        assert_eq!(answer.status, 200, "{method}: {}", answer.text());
    }
    let data: Vec<_> =
        instance.notifications().await.iter().map(|notification| notification["messageData"].clone()).collect();
    let expected = [
        json!({
            "typeMessage": "pollMessage",
            "pollMessageData": {
                "name": "Which?",
                "options": [{ "optionName": "a" }, { "optionName": "b" }],
                "multipleAnswers": false,
            },
        }),
        json!({
            "typeMessage": "imageMessage",
            "fileMessageData": {
                "downloadUrl": "https://example.com/a.png",
                "caption": "",
                "fileName": "a.png",
                "jpegThumbnail": "",
                "mimeType": "image/png",
            },
        }),
        json!({
            "typeMessage": "locationMessage",
            "locationMessageData": {
                "nameLocation": "Here", "address": "", "latitude": 55.7, "longitude": 37.6, "jpegThumbnail": "",
            },
        }),
        json!({
            "typeMessage": "contactMessage",
            "contactMessageData": {
                "displayName": "Ann Lee",
                "vcard": "BEGIN:VCARD\nVERSION:3.0\nFN:Ann Lee\nTEL:79001234568\nEND:VCARD",
            },
        }),
    ];
    assert_eq!(data, expected);
}

#[tokio::test]
async fn an_upload_becomes_a_file_in_upstreams_storage() {
    let mock = MockServer::start().await;
    let instance = Instance::linked(&mock).await;
    let part =
        |head: &str, content: &str| format!("--line\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n");
    let form = [
        part("name=\"chatId\"", "71234567890@c.us"),
        part("name=\"fileName\"", "price.pdf"),
        part("name=\"caption\"", "Here it is"),
        part("name=\"file\"; filename=\"a.pdf\"\r\nContent-Type: application/pdf", "%PDF"),
        "--line--\r\n".to_owned(),
    ];
    let answer = upload(&mock, &instance.path("sendFileByUpload"), &form.concat()).await;
    let url = answer["urlFile"].as_str().unwrap();
    assert!(url.starts_with(&format!("https://sw-media-out.storage.yandexcloud.net/{}/", instance.id)), "{url}");
    assert_eq!(url.rsplit('.').next(), Some("pdf"));
    let expected = json!([{
        "messageID": answer["idMessage"],
        "type": "sendFileByUrl",
        "body": {
            "chatId": "71234567890@c.us",
            "fileName": "price.pdf",
            "caption": "Here it is",
            "urlFile": url,
            "fileSize": 4,
            "mimeType": "application/pdf",
        },
    }]);
    assert_eq!(instance.control("GET", "messages", Value::Null).await, expected);
}

#[tokio::test]
async fn messages_wait_for_a_phone_and_leave_with_it() {
    let mock = MockServer::start().await;
    let instance = Instance::linked(&mock).await;
    instance.control("POST", "set-state", json!({ "state": "notAuthorized" })).await;
    let id_message = instance.send("71234567890@c.us", "a").await;
    let waiting = json!([{
        "messageID": id_message,
        "type": "sendMessage",
        "body": { "chatId": "71234567890@c.us", "message": "a" },
    }]);
    assert_eq!(instance.get("getMessagesCount").await.json(), json!({ "count": 1 }));
    assert_eq!(instance.get("showMessagesQueue").await.json(), waiting);
    assert_eq!(instance.control("GET", "messages", Value::Null).await, json!([]));
    instance.control("POST", "set-state", json!({ "state": "authorized" })).await;
    assert_eq!(instance.get("getMessagesCount").await.json(), json!({ "count": 0 }));
    assert_eq!(instance.control("GET", "messages", Value::Null).await, waiting);
}

#[tokio::test]
async fn messages_that_wait_can_be_cleared() {
    let mock = MockServer::start().await;
    let instance = Instance::linked(&mock).await;
    instance.control("POST", "set-state", json!({ "state": "notAuthorized" })).await;
    instance.send("71234567890@c.us", "a").await;
    assert_eq!(instance.get("clearMessagesQueue").await.json(), json!({ "isCleared": true }));
    assert_eq!(instance.get("getMessagesCount").await.json(), json!({ "count": 0 }));
}

#[tokio::test]
async fn by_option_a_message_without_a_phone_is_refused() {
    let mock = mock_with(Options { unlinked_sends: UnlinkedSends::Refused, ..Options::default() }).await;
    let instance = Instance::linked(&mock).await;
    instance.control("POST", "set-state", json!({ "state": "notAuthorized" })).await;
    let refused = instance.post("sendMessage", json!({ "chatId": "71234567890@c.us", "message": "a" })).await;
    assert_eq!((refused.status, refused.text()), (400, "instance is starting or not authorized".to_owned()));
}

#[tokio::test]
async fn messages_leave_with_the_pause_that_the_settings_name() {
    let mock = MockServer::start().await;
    mock.control().set_clock(moment("2026-11-22T10:00:00Z"));
    let settings = json!({ "delaySendMessagesMilliseconds": 3000, "outgoingWebhook": "yes" });
    let instance = Instance::linked_with(&mock, "whatsapp", settings).await;
    let first = instance.send("71234567890@c.us", "a").await;
    let second = instance.send("71234567890@c.us", "b").await;
    let told = async || instance.notifications().await.iter().map(|body| body["idMessage"].clone()).collect::<Vec<_>>();
    assert_eq!(told().await, [&*first; 2]);
    mock.control().advance_clock(SignedDuration::from_secs(2));
    assert_eq!(instance.get("getMessagesCount").await.json(), json!({ "count": 1 }));
    mock.control().advance_clock(SignedDuration::from_secs(1));
    assert_eq!(instance.get("getMessagesCount").await.json(), json!({ "count": 0 }));
    assert_eq!(told().await, [&*first, &*first, &*second, &*second]);
}

#[tokio::test]
async fn what_is_wrong_with_a_message_is_said_in_upstreams_words() {
    let mock = MockServer::start().await;
    let instance = Instance::linked(&mock).await;
    let large = json!({ "chatId": "1@c.us", "message": "a".repeat(110_000) }).to_string();
    for (body, status, text) in [
        (r#"{"message": "a"}"#, 400, "Validation failed. Details: 'chatId' is required"),
        ("", 400, "Validation failed. Details: 'chatId' is required"),
        (r#"{"chatId": _}"#, 400, "Unexpected token _ in JSON at position 11"),
        (&large, 500, "request entity too large"),
    ] {
        let answer = instance.call("POST", &instance.path("sendMessage"), &[], body).await;
        assert_eq!((answer.status, answer.text()), (status, text.to_owned()));
    }
    assert_eq!(instance.control("GET", "messages", Value::Null).await, json!([]));
}

#[tokio::test]
async fn a_suspended_account_may_not_send() {
    let mock = MockServer::start().await;
    let instance = Instance::linked_with(&mock, "telegram", json!({})).await;
    instance.control("POST", "set-state", json!({ "state": "suspended" })).await;
    let refused = instance.post("sendMessage", json!({ "chatId": "10000000", "message": "a" })).await;
    assert_eq!((refused.status, refused.text()), (403, "Your account is suspended".to_owned()));
}

#[tokio::test]
async fn a_number_is_looked_up() {
    let mock = mock_with(Options { phones_without_account: vec![71_234_567_890], ..Options::default() }).await;
    let instance = Instance::linked(&mock).await;
    for (phone, status, text) in [
        (json!(79_001_234_567_u64), 200, r#"{"existsWhatsapp":true}"#),
        (json!(71_234_567_890_u64), 200, r#"{"existsWhatsapp":false}"#),
        (json!(7_900_123_456_u64), 400, "bad phone number, valid 11 or 12 digits"),
        (json!("79001234567"), 400, "Validation failed. Details: 'phoneNumber' must be a number"),
    ] {
        let answer = instance.post("checkWhatsapp", json!({ "phoneNumber": phone })).await;
        assert_eq!((answer.status, answer.text()), (status, text.to_owned()), "{phone}");
    }
}

#[tokio::test]
async fn telegram_and_max_look_up_an_account() {
    let mock = MockServer::start().await;
    let phone = json!({ "phoneNumber": 79_001_234_567_u64 });
    for type_instance in ["telegram", "v3"] {
        let instance = Instance::linked_with(&mock, type_instance, json!({})).await;
        let found = instance.post("checkAccount", phone.clone()).await.json();
        assert_eq!(found, json!({ "exist": true, "chatId": "10000000", "fromCache": false }), "{type_instance}");
        assert_eq!(instance.post("checkWhatsapp", phone.clone()).await.status, 404, "{type_instance}");
    }
    let instance = Instance::linked(&mock).await;
    assert_eq!(instance.post("checkAccount", phone).await.status, 404);
}

#[tokio::test]
async fn a_message_comes_in_as_a_test_describes_it() {
    let mock = MockServer::start().await;
    let instance = Instance::linked_with(&mock, "whatsapp", json!({ "incomingWebhook": "yes" })).await;
    let fields = json!({ "chatId": "71234567890@c.us", "text": "Hi", "senderName": "Ann", "timestamp": 5 });
    let told = instance.control("POST", "receive-message", fields).await;
    let expected = json!({
        "typeWebhook": "incomingMessageReceived",
        "instanceData": { "idInstance": instance.id, "wid": "79001234567@c.us", "typeInstance": "whatsapp" },
        "timestamp": 5,
        "idMessage": told["idMessage"],
        "senderData": {
            "chatId": "71234567890@c.us",
            "chatName": "Ann",
            "sender": "71234567890@c.us",
            "senderName": "Ann",
            "senderContactName": "",
        },
        "messageData": { "typeMessage": "textMessage", "textMessageData": { "textMessage": "Hi" } },
    });
    assert_eq!(instance.get("receiveNotification").await.json()["body"], expected);
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_message_that_the_settings_do_not_ask_for_is_not_told_of() {
    let mock = MockServer::start().await;
    let instance = Instance::linked_with(&mock, "whatsapp", json!({ "incomingWebhook": "no" })).await;
    let refused = mock.control().receive_message(instance.id, &Map::new()).unwrap_err();
    assert!(refused.contains("nothing was queued") && refused.contains("incomingWebhook"), "{refused}");
    assert_eq!(instance.notifications().await, [Value::Null; 0]);
}

/// Sends a form with a file, which must be accepted.
async fn upload(mock: &MockServer, path: &str, form: &str) -> Value {
    let mut client = Client::connect(mock).await;
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: mock\r\nContent-Type: multipart/form-data; boundary=line\r\nContent-Length: {}",
        form.len()
    );
    client.write(&format!("{head}\r\n\r\n{form}")).await.unwrap();
    let answer = client.answer().await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}
