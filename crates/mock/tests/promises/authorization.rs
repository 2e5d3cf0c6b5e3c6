//! The ways to link a phone.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use greenapi_partner_mock::{MockServer, Options};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{
    client::{mock_with, moment},
    instance::Instance,
};

#[tokio::test]
async fn a_qr_code_is_a_picture_of_what_the_control_says() {
    let mock = MockServer::start().await;
    let instance = Instance::unlinked(&mock).await;
    let answer = instance.get("qr").await.json();
    assert_eq!(answer["type"], "qrCode");
    let payload = read_qr(answer["message"].as_str().unwrap());
    assert_eq!(mock.control().instance(instance.id).unwrap()["qrPayload"], payload.as_str());
    assert!(payload.starts_with("2@") && payload.len() == 225, "{payload}");
    assert_eq!(payload.matches(',').count(), 3, "{payload}");
}

#[tokio::test]
async fn a_qr_code_stays_for_twenty_seconds() {
    let mock = MockServer::start().await;
    mock.control().set_clock(moment("2026-11-22T10:00:00Z"));
    let instance = Instance::unlinked(&mock).await;
    let first = instance.get("qr").await.json();
    mock.control().advance_clock(SignedDuration::from_secs(19));
    assert_eq!(instance.get("qr").await.json(), first);
    mock.control().advance_clock(SignedDuration::from_secs(1));
    assert_ne!(instance.get("qr").await.json(), first);
}

#[tokio::test]
async fn an_instance_that_needs_no_qr_code_says_why() {
    let mock = MockServer::start().await;
    let already = json!({ "type": "alreadyLogged", "message": "instance account already authorized" });
    let stale = json!({ "type": "error", "message": "Instance has auth. You need to make log out" });
    for (state, expected) in [("authorized", &already), ("suspended", &already), ("blocked", &stale)] {
        let instance = Instance::put_in(&mock, json!({ "state": state, "phone": "79001234567" })).await;
        assert_eq!(instance.get("qr").await.json(), *expected, "{state}");
    }
}

#[tokio::test]
async fn a_code_links_the_number_it_was_asked_for() {
    let mock = MockServer::start().await;
    let instance = Instance::unlinked(&mock).await;
    let answer = instance.post("getAuthorizationCode", json!({ "phoneNumber": 79_870_000_001_u64 })).await.json();
    let code = answer["code"].as_str().unwrap();
    assert_eq!((&answer["status"], code.len()), (&json!(true), 8));
    assert_eq!(mock.control().instance(instance.id).unwrap()["phoneCode"], code);
    mock.control().enter_phone_code(instance.id).unwrap();
    assert_eq!(instance.get("getWaSettings").await.json()["phone"], "79870000001");
}

#[tokio::test]
async fn a_code_is_good_for_two_and_a_half_minutes() {
    let mock = MockServer::start().await;
    mock.control().set_clock(moment("2026-11-22T10:00:00Z"));
    let instance = Instance::unlinked(&mock).await;
    instance.post("getAuthorizationCode", json!({ "phoneNumber": 79_870_000_001_u64 })).await;
    mock.control().advance_clock(SignedDuration::from_secs(150));
    let refusal = mock.control().enter_phone_code(instance.id).unwrap_err();
    assert_eq!(refusal, format!("instance {} has no code for a phone", instance.id));
}

#[tokio::test]
async fn a_linked_instance_gives_no_code() {
    let mock = MockServer::start().await;
    let instance = Instance::linked(&mock).await;
    let answer = instance.post("getAuthorizationCode", json!({ "phoneNumber": 79_001_234_567_u64 })).await;
    let refusal = json!({ "status": false, "reason": "instance account already authorized" });
    assert_eq!((answer.status, answer.json()), (200, refusal));
}

#[tokio::test]
async fn a_call_without_what_it_needs_is_told_what_that_is() {
    let mock = MockServer::start().await;
    let whatsapp = Instance::unlinked(&mock).await;
    let telegram = telegram(&mock, json!({})).await;
    for (instance, method, body, details) in [
        (&whatsapp, "getAuthorizationCode", json!({}), "'phoneNumber' is required"),
        (&whatsapp, "getAuthorizationCode", json!({ "phoneNumber": "79" }), "'phoneNumber' must be a number"),
        (&telegram, "startAuthorization", json!({}), "'phoneNumber' is required"),
        (&telegram, "sendAuthorizationCode", json!({ "code": 12345 }), "'code' must be a string"),
        (&telegram, "sendAuthorizationPassword", json!({}), "'password' is required"),
    ] {
        let answer = instance.post(method, body).await;
        assert_eq!((answer.status, answer.text()), (400, format!("Validation failed. Details: {details}")), "{method}");
    }
}

#[tokio::test]
async fn a_code_that_the_messenger_sent_links_the_number() {
    let mock = MockServer::start().await;
    let telegram = telegram(&mock, json!({})).await;
    assert_eq!(start(&telegram).await, success());
    let code = mock.control().instance(telegram.id).unwrap()["phoneCode"].clone();
    assert_eq!(code.as_str().unwrap().len(), 5);
    assert_eq!(telegram.post("sendAuthorizationCode", json!({ "code": code })).await.json(), success());
    assert_eq!(telegram.state().await, "authorized");
    assert_eq!(telegram.get("getAccountSettings").await.json()["phone"], "79876543210");
}

#[tokio::test]
async fn a_second_start_for_the_same_number_sends_no_new_code() {
    let mock = MockServer::start().await;
    mock.control().set_clock(moment("2026-11-22T10:00:00Z"));
    let telegram = telegram(&mock, json!({})).await;
    let code = || mock.control().instance(telegram.id).unwrap()["phoneCode"].clone();
    start(&telegram).await;
    let first = code();
    mock.control().advance_clock(SignedDuration::from_secs(299));
    start(&telegram).await;
    assert_eq!(code(), first);
    mock.control().advance_clock(SignedDuration::from_secs(1));
    start(&telegram).await;
    assert_ne!(code(), first);
}

#[tokio::test]
async fn a_code_that_is_wrong_or_late_is_refused_with_a_reason() {
    let mock = mock_with(Options { instance_rate_limits: false, ..Options::default() }).await;
    mock.control().set_clock(moment("2026-11-22T10:00:00Z"));
    for (type_instance, late) in [("telegram", "timeout"), ("v3", "code_expired")] {
        let instance = Instance::put_in(&mock, json!({ "typeInstance": type_instance })).await;
        let send = async |code: &Value| instance.post("sendAuthorizationCode", json!({ "code": code })).await.json();
        assert_eq!(send(&json!("12345")).await, failure(late), "{type_instance}: never asked for");
        start(&instance).await;
        let code = mock.control().instance(instance.id).unwrap()["phoneCode"].clone();
        assert_eq!(send(&json!("wrong")).await, failure("verify_code_wrong"), "{type_instance}");
        mock.control().advance_clock(SignedDuration::from_secs(300));
        assert_eq!(send(&code).await, failure(late), "{type_instance}");
    }
}

#[tokio::test]
async fn an_account_with_a_password_waits_for_it_after_a_scan_or_a_code() {
    let mock = mock_with(Options { instance_rate_limits: false, ..Options::default() }).await;
    for by_scan in [true, false] {
        let telegram = telegram(&mock, json!({ "password": "qwerty" })).await;
        if by_scan {
            mock.control().scan(telegram.id, Some("79876543210")).unwrap();
        } else {
            start(&telegram).await;
            let code = mock.control().instance(telegram.id).unwrap()["phoneCode"].clone();
            assert_eq!(telegram.post("sendAuthorizationCode", json!({ "code": code })).await.json(), success());
        }
        assert_eq!(telegram.state().await, "pendingPassword");
        assert_eq!(enter(&telegram, "wrong").await, failure("invalid_password"));
        assert_eq!(enter(&telegram, "qwerty").await, success());
        assert_eq!(telegram.state().await, "authorized");
        assert_eq!(mock.control().instance(telegram.id).unwrap()["phone"], "79876543210");
    }
}

#[tokio::test]
async fn a_password_may_come_with_the_code() {
    let mock = mock_with(Options { instance_rate_limits: false, ..Options::default() }).await;
    let options = json!({ "password": "qwerty", "typeInstance": "telegram", "warmUp": [] });
    mock.control().change_options(options.as_object().unwrap()).unwrap();
    let telegram = Instance::created(&mock).await;
    start(&telegram).await;
    let code = mock.control().instance(telegram.id).unwrap()["phoneCode"].clone();
    let answer = telegram.post("sendAuthorizationCode", json!({ "code": code, "password": "qwerty" })).await;
    assert_eq!(answer.json(), success());
    assert_eq!(telegram.state().await, "authorized");
}

#[tokio::test]
async fn too_many_wrong_passwords_end_the_attempts_until_the_next_scan() {
    let options = Options { password_attempts: 1, instance_rate_limits: false, ..Options::default() };
    let mock = mock_with(options).await;
    let telegram = telegram(&mock, json!({ "password": "qwerty" })).await;
    mock.control().scan(telegram.id, None).unwrap();
    assert_eq!(enter(&telegram, "wrong").await, failure("invalid_password"));
    assert_eq!(enter(&telegram, "qwerty").await, failure("rate_limit_exceeded"));
    mock.control().scan(telegram.id, None).unwrap();
    assert_eq!(enter(&telegram, "qwerty").await, success());
}

#[tokio::test]
async fn a_step_that_is_not_due_is_refused_with_a_reason() {
    let mock = MockServer::start().await;
    let waiting = telegram(&mock, json!({})).await;
    let linked = telegram(&mock, json!({ "phone": "79876543210" })).await;
    assert_eq!(enter(&waiting, "qwerty").await, failure("authorization_not_started"));
    assert_eq!(enter(&linked, "qwerty").await, failure("already_registered"));
    assert_eq!(start(&linked).await, failure("already_registered"));
    let answer = linked.post("sendAuthorizationCode", json!({ "code": "12345" })).await;
    assert_eq!(answer.json(), failure("already_registered"));
}

async fn telegram(mock: &MockServer, mut fields: Value) -> Instance<'_> {
    fields["typeInstance"] = "telegram".into();
    Instance::put_in(mock, fields).await
}

async fn start(instance: &Instance<'_>) -> Value {
    instance.post("startAuthorization", json!({ "phoneNumber": 79_876_543_210_u64 })).await.json()
}

async fn enter(instance: &Instance<'_>, password: &str) -> Value {
    instance.post("sendAuthorizationPassword", json!({ "password": password })).await.json()
}

fn success() -> Value {
    json!({ "status": true, "data": { "status": "success" } })
}

fn failure(reason: &str) -> Value {
    json!({ "status": false, "data": { "status": "fail", "reason": reason } })
}

/// What a phone reads in a picture.
fn read_qr(picture: &str) -> String {
    let picture = STANDARD.decode(picture).unwrap();
    let mut reader = png::Decoder::new(std::io::Cursor::new(picture)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    let (width, height) = (info.width as usize, info.height as usize);
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
    image.detect_grids()[0].decode().unwrap().1
}
