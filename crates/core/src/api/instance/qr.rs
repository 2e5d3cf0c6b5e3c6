//! `GET /waInstance{idInstance}/qr/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/account/QR/>

use std::borrow::Cow;

use http::Method;
use serde_json::{Map, Value};

use super::{Host, Operation, never, read};
use crate::{
    QrCode,
    api::{Mismatch, Spec},
    config,
    error::ErrorCode,
    pace::Rate,
    retry::Class,
    wire::Answer,
};

pub(crate) static OPERATION: Operation<QrCode> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("qr"),
        method: Method::GET,
        path: Cow::Borrowed("/waInstance{idInstance}/qr/{apiTokenInstance}"),
        retry: Class::Safe,
        timeout: config::QR_TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(3.0).of_max(1.0)),
        page: "https://green-api.com/en/docs/api/account/QR/",
        prose: include_str!("qr.md"),
    },
    host: Host::Api,
    params: &[],
    read: read_qr,
    repeated: never,
};

fn read_qr(answer: &Answer) -> Result<QrCode, Mismatch> {
    if answer.is_null() && answer.is_success() {
        return Err(no_code_yet());
    }
    shown_by(&read::object(answer)?)
}

/// The QR code of an answer or of a frame; what else it may be is an error with its code.
pub(crate) fn shown_by(object: &Map<String, Value>) -> Result<QrCode, Mismatch> {
    let text = |key: &str| object.get(key).and_then(Value::as_str);
    match text("type") {
        Some("qrCode") if has_no_code(object.get("message")) => Err(no_code_yet()),
        Some("qrCode") => QrCode::read(text("message").ok_or("its message is no text")?).map_err(Into::into),
        Some("alreadyLogged" | "already_registered") => {
            Err(Mismatch { why: "a phone is linked".into(), code: Some(ErrorCode::AlreadyAuthorized) })
        }
        Some(_) => Err("it shows no QR code".into()),
        None => Err("it has no type".into()),
    }
}

/// Whether a `qrCode` comes before its code: upstream makes the first one for up to ten minutes.
fn has_no_code(message: Option<&Value>) -> bool {
    match message {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.rsplit("base64,").next().is_some_and(|code| code.trim().is_empty()),
        Some(_) => false,
    }
}

fn no_code_yet() -> Mismatch {
    Mismatch { why: "there is no code yet".into(), code: Some(ErrorCode::NotReady) }
}
