//! The ways to link a phone: by QR code, by phone number, and with a password where the account has one.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    ALREADY_AUTHORIZED, HAS_AUTH, InstanceRequest, bad_request, change, life,
    life::{PENDING_PASSWORD, PhoneCode},
    qr::Qr,
    refused_unlinked,
    socket::{Post, error_frame, passkey_frame, qr_frame},
};
use crate::{
    account::AccountInstance,
    answer::{Answer, read_body},
    options::{Options, UnlinkedLogout},
    state::State,
    sync::lock,
    token::Digits,
};

/// `GET qr`
pub(super) fn qr(state: &State, id_instance: u64) -> Answer {
    let mut account = lock(&state.account);
    let Some((instance, digits)) = account.instance_mut(id_instance) else { return refused_unlinked() };
    ok(&to_scan(state, instance, digits))
}

/// The QR code that is to be scanned now, or what stands between the instance and one: the same for a call and a socket.
pub(super) fn to_scan(state: &State, instance: &mut AccountInstance, digits: &mut Digits) -> Value {
    if instance.life.is_linked() {
        return json!({ "type": "alreadyLogged", "message": ALREADY_AUTHORIZED });
    }
    if instance.state_instance() == Some("blocked") {
        return error_frame(HAS_AUTH);
    }
    if instance.life.waits_for_a_passkey() {
        return passkey_frame();
    }
    let changes_at = qr_changes_at(state, instance);
    if changes_at.is_none_or(|at| at <= state.clock.exactly()) {
        show_new_qr(state, instance, digits);
    }
    qr_frame(instance.life.qr.as_ref())
}

/// When the QR code changes by itself; never where there is none.
pub(super) fn qr_changes_at(state: &State, instance: &AccountInstance) -> Option<Timestamp> {
    let qr =
        instance.life.qr.as_ref().filter(|_| !instance.life.is_linked() && !instance.life.waits_for_a_passkey())?;
    qr.made_at.checked_add(life::milliseconds(state.options().qr_refresh_ms)).ok()
}

/// Makes a new QR code, and shows it on the open sockets.
pub(crate) fn show_new_qr(state: &State, instance: &mut AccountInstance, digits: &mut Digits) {
    instance.life.qr = Some(Qr::new(digits, state.clock.exactly()));
    let frame = qr_frame(instance.life.qr.as_ref());
    state.sockets.tell(instance.id_instance, &Post::Frame(frame.to_string()));
}

/// `POST getAuthorizationCode`, of WhatsApp: the code that the customer types into the phone.
pub(super) fn get_authorization_code(state: &State, request: &InstanceRequest) -> Answer {
    let phone = match read_phone(&request.body) {
        Ok(phone) => phone,
        Err(text) => return bad_request(&text),
    };
    let good_until = code_is_good_until(state, WHATSAPP_CODE_MS);
    let mut account = lock(&state.account);
    let Some((instance, digits)) = account.instance_mut(request.id_instance) else { return refused_unlinked() };
    if instance.life.is_linked() {
        return ok(&json!({ "status": false, "reason": ALREADY_AUTHORIZED }));
    }
    let text = digits.code(8);
    instance.life.phone_code = Some(PhoneCode { text: text.clone(), phone, good_until });
    ok(&json!({ "status": true, "code": text }))
}

/// `POST startAuthorization`, of Telegram and MAX: the messenger sends the customer a code.
pub(super) fn start_authorization(state: &State, request: &InstanceRequest) -> Answer {
    let phone = match read_phone(&request.body) {
        Ok(phone) => phone,
        Err(text) => return bad_request(&text),
    };
    let now = state.clock.exactly();
    let good_until = code_is_good_until(state, TELEGRAM_CODE_MS);
    let mut account = lock(&state.account);
    let Some((instance, digits)) = account.instance_mut(request.id_instance) else { return refused_unlinked() };
    if instance.life.is_linked() {
        return failed("already_registered");
    }
    let is_under_way =
        instance.life.phone_code.as_ref().is_some_and(|code| code.phone == phone && code.good_until > now);
    if !is_under_way {
        instance.life.phone_code = Some(PhoneCode { text: digits.figures(5), phone, good_until });
    }
    succeeded()
}

/// `POST sendAuthorizationCode`, of Telegram and MAX, the password too if the client likes.
pub(super) fn send_authorization_code(state: &State, request: &InstanceRequest) -> Answer {
    let body = match read_body(&request.body) {
        Ok(body) => body,
        Err(text) => return bad_request(&text),
    };
    let code = match text(&body, "code") {
        Ok(code) => code,
        Err(text) => return bad_request(&text),
    };
    let now = state.clock.exactly();
    let options = state.options();
    let answer = change(state, request.id_instance, |instance, _| {
        let life = &mut instance.life;
        if life.is_linked() {
            return failed("already_registered");
        }
        let Some(expected) = life.phone_code.clone().filter(|expected| expected.good_until > now) else {
            return failed(if instance.type_instance == "telegram" { "timeout" } else { "code_expired" });
        };
        if expected.text != code {
            return failed("verify_code_wrong");
        }
        life.link(&expected.phone);
        match body.get("password").and_then(Value::as_str) {
            Some(password) if life.state_instance() == Some(PENDING_PASSWORD) => enter(instance, password, &options),
            _ => succeeded(),
        }
    });
    answer.unwrap_or_else(refused_unlinked)
}

/// `POST sendAuthorizationPassword`, of Telegram and MAX.
pub(super) fn send_authorization_password(state: &State, request: &InstanceRequest) -> Answer {
    let body = match read_body(&request.body) {
        Ok(body) => body,
        Err(text) => return bad_request(&text),
    };
    let password = match text(&body, "password") {
        Ok(password) => password,
        Err(text) => return bad_request(&text),
    };
    let options = state.options();
    let answer = change(state, request.id_instance, |instance, _| match instance.state_instance() {
        _ if instance.life.is_linked() => failed("already_registered"),
        Some(PENDING_PASSWORD) => enter(instance, &password, &options),
        _ => failed("authorization_not_started"),
    });
    answer.unwrap_or_else(refused_unlinked)
}

/// Tries a password.
fn enter(instance: &mut AccountInstance, password: &str, options: &Options) -> Answer {
    let life = &mut instance.life;
    if life.wrong_passwords >= options.password_attempts {
        return failed("rate_limit_exceeded");
    }
    if life.password().is_some_and(|expected| expected != password) {
        life.wrong_passwords += 1;
        return failed("invalid_password");
    }
    life.link_with_password();
    succeeded()
}

/// `GET logout`
pub(super) fn logout(state: &State, id_instance: u64) -> Answer {
    let if_unlinked = state.options().unlinked_logout;
    let answer = change(state, id_instance, |instance, _| {
        if instance.phone().is_none() {
            match if_unlinked {
                UnlinkedLogout::Done => {}
                UnlinkedLogout::NotDone => return ok(&json!({ "isLogout": false })),
                UnlinkedLogout::Refused => return refused_unlinked(),
            }
        }
        instance.life.unlink();
        ok(&json!({ "isLogout": true }))
    });
    answer.unwrap_or_else(refused_unlinked)
}

fn code_is_good_until(state: &State, by_default: u64) -> Timestamp {
    let time = state.options().phone_code_ms.unwrap_or(by_default);
    state.clock.exactly().saturating_add(life::milliseconds(time)).unwrap_or(Timestamp::MAX)
}

fn read_phone(body: &[u8]) -> Result<String, String> {
    let body = read_body(body)?;
    match body.get("phoneNumber") {
        None => Err("Validation failed. Details: 'phoneNumber' is required".to_owned()),
        Some(Value::Number(number)) if number.is_u64() => Ok(number.to_string()),
        Some(_) => Err("Validation failed. Details: 'phoneNumber' must be a number".to_owned()),
    }
}

fn text(body: &Map<String, Value>, name: &str) -> Result<String, String> {
    match body.get(name) {
        None => Err(format!("Validation failed. Details: '{name}' is required")),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err(format!("Validation failed. Details: '{name}' must be a string")),
    }
}

fn succeeded() -> Answer {
    ok(&json!({ "status": true, "data": { "status": "success" } }))
}

fn failed(reason: &str) -> Answer {
    ok(&json!({ "status": false, "data": { "status": "fail", "reason": reason } }))
}

fn ok(body: &Value) -> Answer {
    Answer::new(StatusCode::OK).with_json(body)
}

const WHATSAPP_CODE_MS: u64 = 150_000;
const TELEGRAM_CODE_MS: u64 = 300_000;
