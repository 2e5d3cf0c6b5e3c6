//! `WSS /waInstance{idInstance}/scanqrcode/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/account/ScanQrCode/>

use std::borrow::Cow;

use http::Method;
use serde_json::{Map, Value};

use super::qr::{PENDING_PASSWORD, Shown, is_passkey, shown_by};
use crate::{
    config,
    endpoint::{Answer, Class, Rate, Spec, Target},
    error::{Error, ErrorCode},
    json,
    log::TARGET,
    refusal, words,
};

pub(crate) static SPEC: Spec = Spec {
    operation: Cow::Borrowed("scanQrCode"),
    method: Method::GET,
    path: Cow::Borrowed("/waInstance{idInstance}/scanqrcode/{apiTokenInstance}"),
    retry: Class::Safe,
    timeout: config::SCAN_WINDOW,
    attempt: Some(config::ATTEMPT_TIMEOUT),
    rate: Some(Rate::new(1.0)),
    page: "https://green-api.com/en/docs/api/account/ScanQrCode/",
    prose: include_str!("scanqrcode.md"),
};

/// What a frame of the socket says.
pub(crate) enum Said {
    Shown(Shown),
    /// A phone is linked; which, the frame may say.
    Linked(Map<String, Value>),
    /// Its type is none that we know, or there is no code yet.
    Nothing,
}

/// Reads a frame that came from there.
pub(crate) fn said(text: &str, from: &Target) -> Result<Said, Error> {
    let object: Map<String, Value> = match json::read(text.as_bytes()) {
        Some(Value::Object(object)) if object.get("type").is_some_and(Value::is_string) => object,
        Some(Value::Null) => return Ok(Said::Nothing),
        _ => return Err(Error::new(ErrorCode::Protocol, "a frame that is no JSON object with a type")),
    };
    match object.get("type").and_then(Value::as_str).unwrap_or_default() {
        "accountData" => Ok(Said::Linked(object)),
        "timeout" | "timeoutExpired" => Err(expired()),
        "qrCode" | "alreadyLogged" | "error" | PENDING_PASSWORD => shown(text, &object, from),
        kind if is_passkey(kind) => shown(text, &object, from),
        other => {
            let kind = words::presentable(other, &[&from.token]);
            let kind: String = kind.unwrap_or_default().chars().take(40).collect();
            tracing::debug!(
                target: TARGET,
                operation = "scanQrCode",
                id_instance = from.id_instance,
                kind,
                "a frame of an unknown type is skipped"
            );
            Ok(Said::Nothing)
        }
    }
}

/// The window is over, and nobody has scanned a code.
pub(crate) fn expired() -> Error {
    Error::new(ErrorCode::QrExpired, ErrorCode::QrExpired.when())
}

/// The QR code of a frame, what the account is asked for, or what upstream says instead.
fn shown(text: &str, object: &Map<String, Value>, from: &Target) -> Result<Said, Error> {
    match shown_by(object) {
        Ok(shown) => Ok(Said::Shown(shown)),
        Err(mismatch) if mismatch.code == Some(ErrorCode::NotReady) => Ok(Said::Nothing),
        Err(mismatch) => {
            let answer = Answer::of_frame(text);
            Err(refusal::refusal(&SPEC, &answer, &mismatch, &[&from.token], from).error.without_status())
        }
    }
}
