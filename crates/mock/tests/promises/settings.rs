//! Settings, what an instance says of its account, its picture and its token.

use greenapi_partner_mock::{MockServer, Options, WaSettingsFormat};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{
    client::{Client, list, mock_with, moment, partner},
    instance::Instance,
};

#[tokio::test]
async fn everything_is_off_where_nothing_was_set() {
    let mock = MockServer::start().await;
    let expected = json!({
        "wid": "79001234567@c.us",
        "countryInstance": "",
        "typeAccount": "",
        "webhookUrl": "",
        "webhookUrlToken": "",
        "delaySendMessagesMilliseconds": 0,
        "markIncomingMessagesReaded": "no",
        "markIncomingMessagesReadedOnReply": "no",
        "sharedSession": "no",
        "proxyInstance": "system proxy",
        "outgoingWebhook": "no",
        "outgoingMessageWebhook": "no",
        "outgoingAPIMessageWebhook": "no",
        "incomingWebhook": "no",
        "deviceWebhook": "no",
        "statusInstanceWebhook": "no",
        "stateWebhook": "no",
        "enableMessagesHistory": "no",
        "keepOnlineStatus": "no",
        "pollMessageWebhook": "no",
        "incomingBlockWebhook": "no",
        "incomingCallWebhook": "no",
        "editedMessageWebhook": "no",
        "deletedMessageWebhook": "no",
    });
    assert_eq!(Instance::linked(&mock).await.get("getSettings").await.text(), expected.to_string());
}

#[tokio::test]
async fn other_messengers_have_their_own_settings_and_tell_their_type() {
    let mock = MockServer::start().await;
    let max = Instance::put_in(&mock, json!({ "typeInstance": "v3" })).await;
    let settings = max.get("getSettings").await.json();
    let names: Vec<_> = settings.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "wid",
        "typeInstance",
        "webhookUrl",
        "webhookUrlToken",
        "delaySendMessagesMilliseconds",
        "markIncomingMessagesReaded",
        "markIncomingMessagesReadedOnReply",
        "outgoingWebhook",
        "outgoingMessageWebhook",
        "outgoingAPIMessageWebhook",
        "incomingWebhook",
        "stateWebhook",
    ];
    assert_eq!((names, &settings["typeInstance"]), (expected.to_vec(), &json!("v3")));
}

#[tokio::test]
async fn what_it_was_created_with_is_in_force_at_once() {
    let mock = mock_with(Options { warm_up: Vec::new(), ..Options::default() }).await;
    let body = r#"{"name":"shop-42","incomingWebhook":"yes","delaySendMessagesMilliseconds":1000}"#;
    let created = partner(&mock, "POST", "createInstance", body).await.json();
    let (id, token) = (&created["idInstance"], created["apiTokenInstance"].as_str().unwrap());
    let mut client = Client::connect(&mock).await;
    let settings = client.call("GET", &format!("/waInstance{id}/getSettings/{token}"), &[], "").await.unwrap().json();
    assert_eq!(settings["incomingWebhook"], "yes");
    assert_eq!(settings["delaySendMessagesMilliseconds"], 1000);
    assert_eq!(settings.get("name"), None);
}

#[tokio::test]
async fn new_settings_are_in_force_after_the_reboot_that_they_bring_about() {
    let mock = mock_with(Options { reboot_ms: Some(300_000), ..Options::default() }).await;
    mock.control().set_clock(moment("2026-11-22T10:00:00Z"));
    let instance = Instance::linked(&mock).await;
    let answer = instance.post("setSettings", json!({ "incomingWebhook": "yes", "linkPreview": false })).await;
    assert_eq!(answer.text(), r#"{"saveSettings":true}"#);
    assert_eq!(instance.state().await, "starting");
    assert_eq!(instance.get("getSettings").await.json()["incomingWebhook"], "no");
    mock.control().advance_clock(SignedDuration::from_secs(300));
    assert_eq!(instance.state().await, "authorized");
    let settings = instance.get("getSettings").await.json();
    assert_eq!((&settings["incomingWebhook"], &settings["linkPreview"]), (&json!("yes"), &json!(false)));
}

#[tokio::test]
async fn settings_that_make_no_sense_are_refused_and_change_nothing() {
    let mock = mock_with(Options { instance_rate_limits: false, ..Options::default() }).await;
    let instance = Instance::linked(&mock).await;
    let before = instance.get("getSettings").await.json();
    let delay = "'delaySendMessagesMilliseconds' must be";
    for (body, text) in [
        (json!({ "newSetting": 1 }), "bad request data".to_owned()),
        (json!({ "incomingWebhook": true }), details("'incomingWebhook' must be one of [yes, no]")),
        (json!({ "incomingWebhook": "maybe" }), details("'incomingWebhook' must be one of [yes, no]")),
        (json!({ "linkPreview": 1 }), details("'linkPreview' must be one of [yes, no, true, false]")),
        (json!({ "webhookUrl": null }), details("'webhookUrl' must be a string")),
        (json!({ "delaySendMessagesMilliseconds": 499 }), details(&format!("{delay} greater than or equal to 500"))),
        (
            json!({ "delaySendMessagesMilliseconds": 600_001 }),
            details(&format!("{delay} less than or equal to 600000")),
        ),
        (json!({ "delaySendMessagesMilliseconds": "500" }), details(&format!("{delay} a number"))),
        (json!({ "autoTyping": 0.5 }), details("'autoTyping' must be an integer")),
    ] {
        let answer = instance.post("setSettings", body.clone()).await;
        assert_eq!((answer.status, answer.text()), (400, text), "{body}");
    }
    assert_eq!(instance.get("getSettings").await.json(), before);
    assert_eq!(instance.state().await, "authorized");
}

#[tokio::test]
async fn settings_that_are_lost_take_a_reboot_and_to_be_set_again_be_it_with_nothing() {
    let options = Options {
        instance_rate_limits: false,
        reboot_answers: 0,
        lost_settings: vec!["incomingWebhook".to_owned()],
        ignored_settings: vec!["stateWebhook".to_owned()],
        ..Options::default()
    };
    for again in [json!({}), json!({ "incomingWebhook": "yes" })] {
        let mock = mock_with(options.clone()).await;
        let instance = Instance::linked(&mock).await;
        let set = json!({ "incomingWebhook": "yes", "stateWebhook": "yes", "keepOnlineStatus": "yes" });
        let shown = async || {
            let shown = instance.get("getSettings").await.json();
            ["incomingWebhook", "stateWebhook", "keepOnlineStatus"].map(|name| shown[name].clone())
        };
        assert_eq!(instance.post("setSettings", set.clone()).await.json(), json!({ "saveSettings": true }));
        assert_eq!(shown().await, ["no", "no", "yes"]);
        instance.post("setSettings", json!({})).await;
        assert_eq!(shown().await, ["no", "no", "yes"], "it was not rebooted");
        instance.get("reboot").await;
        assert_eq!(shown().await, ["no", "no", "yes"], "it was not set again");
        assert_eq!(instance.post("setSettings", again).await.json(), json!({ "saveSettings": true }));
        assert_eq!(shown().await, ["yes", "no", "yes"]);
    }
}

#[tokio::test]
async fn wa_settings_are_empty_without_a_phone_that_works() {
    let mock = MockServer::start().await;
    for (state, phone, device_id) in [
        ("authorized", "79001234567", "79001234567:8@s.whatsapp.net"),
        ("yellowCard", "79001234567", "79001234567:8@s.whatsapp.net"),
        ("notAuthorized", "", ""),
        ("blocked", "", ""),
        ("starting", "", ""),
    ] {
        let instance = Instance::put_in(&mock, json!({ "state": state, "phone": "79001234567" })).await;
        let expected = json!({ "avatar": "", "phone": phone, "stateInstance": state, "deviceId": device_id });
        assert_eq!(instance.get("getWaSettings").await.text(), expected.to_string(), "{state}");
    }
}

#[tokio::test]
async fn the_newest_wa_settings_have_more_fields_and_the_phone_as_a_number() {
    let mock = mock_with(Options { wa_settings_format: WaSettingsFormat::Newest, ..Options::default() }).await;
    let expected = json!({
        "avatar": "",
        "phone": 79_001_234_567_u64,
        "stateInstance": "authorized",
        "deviceId": "79001234567:8@s.whatsapp.net",
        "base64Avatar": "",
        "chatId": "79001234567@c.us",
        "historySyncProgress": 100,
        "logoutProcess": false,
    });
    assert_eq!(Instance::linked(&mock).await.get("getWaSettings").await.json(), expected);
}

#[tokio::test]
async fn account_settings_tell_until_when_an_account_is_suspended() {
    let mock = MockServer::start().await;
    mock.control().set_clock(moment("2026-11-22T10:00:00Z"));
    let fields = json!({ "typeInstance": "telegram", "phone": "79001234567", "state": "suspended" });
    let expected = json!({
        "avatar": "",
        "phone": "79001234567",
        "stateInstance": "suspended",
        "chatId": "10000000",
        "suspendedUntil": 1_795_428_000,
    });
    assert_eq!(Instance::put_in(&mock, fields).await.get("getAccountSettings").await.json(), expected);
}

#[tokio::test]
async fn a_picture_is_a_jpeg_in_a_form_and_is_shown_from_then_on() {
    let mock = mock_with(Options { instance_rate_limits: false, ..Options::default() }).await;
    let instance = Instance::linked(&mock).await;
    let answer = upload(&mock, &instance, "file", b"\x89PNG").await;
    assert_eq!(answer, (200, json!({ "reason": "bad image", "urlAvatar": null, "setProfilePicture": false })));
    let answer = upload(&mock, &instance, "file", b"\xff\xd8\xff\xe0").await;
    let url = answer.1["urlAvatar"].as_str().unwrap().to_owned();
    assert_eq!(answer, (200, json!({ "reason": null, "urlAvatar": url, "setProfilePicture": true })));
    assert_eq!(instance.get("getWaSettings").await.json()["avatar"], *url);
}

#[tokio::test]
async fn a_picture_needs_a_file_and_a_phone() {
    let mock = mock_with(Options { instance_rate_limits: false, ..Options::default() }).await;
    let unlinked = Instance::unlinked(&mock).await;
    let missing = "Validation failed. Details: 'file' is required";
    assert_eq!(upload(&mock, &unlinked, "picture", b"").await, (400, json!(missing)));
    let refusal = "instance is starting or not authorized";
    assert_eq!(upload(&mock, &unlinked, "file", b"\xff\xd8").await, (400, json!(refusal)));
    assert_eq!(unlinked.post("setProfilePicture", json!({})).await.text(), "bad request data");
}

#[tokio::test]
async fn a_new_token_replaces_the_old_one_everywhere() {
    let mock = MockServer::start().await;
    let instance = Instance::linked(&mock).await;
    list(&mock).await;
    let answer = instance.get("updateApiToken").await;
    let token = answer.json()["apiTokenInstance"].as_str().unwrap().to_owned();
    assert_eq!(answer.text(), json!({ "apiTokenInstance": token }).to_string());
    assert_ne!(token, instance.token);
    assert_eq!(instance.get("getStateInstance").await.status, 401);
    assert_eq!(list(&mock).await[0]["apiTokenInstance"], *token);
    let again = instance.call("GET", &format!("/waInstance{}/getStateInstance/{token}", instance.id), &[], "").await;
    assert_eq!(again.json(), json!({ "stateInstance": "authorized" }));
}

fn details(text: &str) -> String {
    format!("Validation failed. Details: {text}")
}

/// Sends a form with one file; gives the status and the body, as JSON or as text.
async fn upload(mock: &MockServer, instance: &Instance<'_>, field: &str, content: &[u8]) -> (u16, Value) {
    let part = format!("--line\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"a.jpg\"\r\n\r\n");
    let form = [part.as_bytes(), content, b"\r\n--line--\r\n"].concat();
    let path = instance.path("setProfilePicture");
    let kind = "multipart/form-data; boundary=line";
    let head = format!("POST {path} HTTP/1.1\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n", form.len());
    let mut client = Client::connect(mock).await;
    client.write([head.as_bytes(), &form].concat()).await.unwrap();
    let answer = client.answer().await.unwrap();
    (answer.status, serde_json::from_slice(&answer.body).unwrap_or_else(|_| answer.text().into()))
}
