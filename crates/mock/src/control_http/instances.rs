//! The controls of one instance over HTTP: `/_mock/instances/{idInstance}` and below.

use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::{LONGEST_WAIT, Refusal, bad_request, object, read, too_late};
use crate::control::Control;

/// An instance, and what is to be done to it.
pub(super) struct Path<'a> {
    id_instance: u64,
    action: &'a str,
}

impl<'a> Path<'a> {
    /// Reads `instances/{idInstance}` and `instances/{idInstance}/{action}`.
    pub(super) fn read(path: &'a str) -> Option<Self> {
        let path = path.strip_prefix("instances/")?;
        let (id_instance, action) = path.split_once('/').unwrap_or((path, ""));
        Some(Self { id_instance: id_instance.parse().ok()?, action })
    }
}

/// Answers a request about an instance; nothing where there is no such one.
pub(super) async fn answer(
    control: &Control,
    verb: &Method,
    path: &Path<'_>,
    body: Value,
) -> Result<Option<Value>, Refusal> {
    let id = path.id_instance;
    let body = if body.is_null() { json!({}) } else { body };
    let answer = match (verb.as_str(), path.action) {
        ("GET", "") => control.instance(id),
        ("GET", "messages") => Ok(control.messages(id).into()),
        ("GET", "notifications") => Ok(control.notifications(id).into()),
        ("POST", "scan") => {
            let Scan { phone } = read(body)?;
            control.scan(id, phone.as_deref()).and_then(|()| control.instance(id))
        }
        ("POST", "enter-phone-code") => control.enter_phone_code(id).and_then(|()| control.instance(id)),
        ("POST", "confirm-passkey") => control.confirm_passkey(id).and_then(|()| control.instance(id)),
        ("POST", "fail-scan") => {
            let FailScan { message } = read(body)?;
            control.fail_scan(id, &message).map(told)
        }
        ("POST", "expire-qr") => control.expire_qr(id).map(told),
        ("POST", "refresh-qr") => control.refresh_qr(id).map(|payload| json!({ "qrPayload": payload })),
        ("POST", "unlink") => control.unlink(id).and_then(|()| control.instance(id)),
        ("POST", "set-state") => {
            let SetState { state } = read(body)?;
            control.set_state(id, state.as_deref()).and_then(|()| control.instance(id))
        }
        ("POST", "rotate-token") => control.rotate_token(id).map(|token| json!({ "apiTokenInstance": token })),
        ("POST", "drop-sockets") => control.drop_sockets(id).map(told),
        ("POST", "send-frame") => {
            let SendFrame { text } = read(body)?;
            control.send_frame(id, &text).map(told)
        }
        ("POST", "wait-for-sockets") => {
            let WaitForSockets { open } = read(body)?;
            let waited = timeout(LONGEST_WAIT, control.wait_for_sockets(id, open)).await;
            let shown = control.instance(id);
            if let (Err(_), Ok(shown)) = (waited, &shown) {
                return Err(too_late(&told(shown["sockets"].clone())));
            }
            shown
        }
        ("POST", "notify") => control.notify(id, body).map(|()| json!({})),
        ("POST", "receive-message") => control.receive_message(id, &object(body)?),
        ("POST", "set-quota") => {
            let SetQuota { method, used, total } = read(body)?;
            control.set_quota(id, &method, used, total).map(|()| json!({}))
        }
        _ => return Ok(None),
    };
    answer.map(Some).map_err(bad_request)
}

/// How many sockets there are.
fn told(sockets: impl Into<Value>) -> Value {
    json!({ "sockets": sockets.into() })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scan {
    phone: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FailScan {
    message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetState {
    state: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SendFrame {
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WaitForSockets {
    #[serde(default = "one")]
    open: usize,
}

fn one() -> usize {
    1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetQuota {
    method: String,
    used: u64,
    total: u64,
}
