//! `GET /waInstance{idInstance}/qr/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/account/QR/>

use std::borrow::Cow;

use http::Method;
use serde_json::{Map, Value, json};

use super::{Host, Operation, never, read};
use crate::{
    InstanceClient, QrCode, config,
    endpoint::{Answer, Class, Mismatch, Rate, Spec},
    error::{Error, ErrorCode},
};

pub(crate) static OPERATION: Operation<QrCode> = Operation {
    spec: SPEC,
    host: Host::Api,
    params: &[],
    read: |answer| match read_shown(answer)? {
        Shown::Code(qr) => Ok(qr),
        Shown::Passkey(_) => Err(no("WhatsApp asks the account for a passkey")),
        Shown::Password => Err(no("the account's password is awaited")),
    },
    repeated: never,
};

/// The same for a flow, which has more to do than to show a code.
pub(crate) static SHOWN: Operation<Shown> =
    Operation { spec: SPEC, host: Host::Api, params: &[], read: read_shown, repeated: never };

impl InstanceClient {
    #[doc = include_str!("qr.md")]
    pub async fn qr(&self) -> Result<QrCode, Error> {
        self.get(&OPERATION, json!({})).await
    }
}

const SPEC: Spec = Spec {
    operation: Cow::Borrowed("qr"),
    method: Method::GET,
    path: Cow::Borrowed("/waInstance{idInstance}/qr/{apiTokenInstance}"),
    retry: Class::Safe,
    timeout: config::QR_TIMEOUT,
    attempt: None,
    rate: Some(Rate::new(3.0).of_max(1.0)),
    page: "https://green-api.com/en/docs/api/account/QR/",
    prose: include_str!("qr.md"),
};

/// What stands between an instance and its phone.
pub(crate) enum Shown {
    Code(QrCode),
    /// WhatsApp asks for a passkey, in upstream's raw words.
    Passkey(Option<String>),
    /// Telegram asks for the account's password.
    Password,
}

fn read_shown(answer: &Answer) -> Result<Shown, Mismatch> {
    if answer.is_null() && answer.is_success() {
        return Err(no_code_yet());
    }
    shown_by(&read::object(answer)?)
}

/// What an answer or a frame shows; what else it may be is an error with its code.
pub(crate) fn shown_by(object: &Map<String, Value>) -> Result<Shown, Mismatch> {
    let text = |key: &str| object.get(key).and_then(Value::as_str);
    match text("type") {
        Some(kind) if is_passkey(kind) => Ok(Shown::Passkey(text("message").map(ToOwned::to_owned))),
        Some(PENDING_PASSWORD) => Ok(Shown::Password),
        Some("qrCode") if has_no_code(object.get("message")) => Err(no_code_yet()),
        Some("qrCode") => {
            let code = QrCode::read(text("message").ok_or("its message is no text")?);
            code.map(Shown::Code).map_err(Into::into)
        }
        Some("alreadyLogged" | "already_registered") => {
            Err(Mismatch { why: "a phone is linked".into(), code: Some(ErrorCode::AlreadyAuthorized) })
        }
        Some(_) => Err("it shows no QR code".into()),
        None => Err("it has no type".into()),
    }
}

/// Whether a type asks for a passkey. Upstream's pages write `passkeyRequired` and `PassKeyRequire`.
pub(crate) fn is_passkey(kind: &str) -> bool {
    let letters: String = kind.chars().filter(char::is_ascii_alphanumeric).collect();
    PASSKEY.iter().any(|word| letters.eq_ignore_ascii_case(word))
}

const PASSKEY: [&str; 2] = ["passkeyRequired", "passkeyRequire"];
pub(crate) const PENDING_PASSWORD: &str = "pending_password";

/// Whether a `qrCode` comes before its code: upstream makes the first one for up to ten minutes.
fn has_no_code(message: Option<&Value>) -> bool {
    match message {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.rsplit("base64,").next().is_some_and(|code| code.trim().is_empty()),
        Some(_) => false,
    }
}

fn no(why: &str) -> Mismatch {
    Mismatch { why: why.into(), code: Some(ErrorCode::Refused) }
}

fn no_code_yet() -> Mismatch {
    Mismatch { why: "there is no code yet".into(), code: Some(ErrorCode::NotReady) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passkey_is_asked_for_in_any_spelling() {
        for kind in ["passkeyRequired", "passKeyRequired", "PassKeyRequire", "PASSKEYREQUIRED", "passkey_required"] {
            assert!(is_passkey(kind), "{kind}");
        }
        for kind in ["", "passkey", "passkeyRequiredNot", "qrCode"] {
            assert!(!is_passkey(kind), "{kind}");
        }
    }
}
