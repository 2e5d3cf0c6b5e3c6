//! Journals of messages and calls.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::sending::{Refusal, dispatch, not_authorized, read_json};
use crate::{account::AccountInstance, answer::Answer, instance::InstanceRequest, state::State, sync::lock};

/// The entry of a message, by the notification of it. What came in has its sender; what went out, how far it came.
pub(super) fn entry(notification: &Value) -> Value {
    let field = |path: &str| notification.pointer(path).cloned().unwrap_or_default();
    let is_incoming = notification["typeWebhook"] == "incomingMessageReceived";
    let mut entry = json!({
        "type": if is_incoming { "incoming" } else { "outgoing" },
        "idMessage": field("/idMessage"),
        "timestamp": field("/timestamp"),
        "typeMessage": field("/messageData/typeMessage"),
        "chatId": field("/senderData/chatId"),
    });
    let data = notification["messageData"].as_object().cloned().unwrap_or_default();
    for (name, content) in data {
        match (name.as_str(), content) {
            ("typeMessage", _) => {}
            ("locationMessageData", place) => entry["location"] = place,
            ("contactMessageData", card) => entry["contact"] = card,
            // The fields of a text and of a file stand in the entry itself.
            ("textMessageData" | "fileMessageData", Value::Object(fields)) => {
                for (name, value) in fields {
                    entry[name] = value;
                }
            }
            (_, other) => entry[name] = other,
        }
    }
    if is_incoming {
        entry["senderId"] = field("/senderData/sender");
        entry["senderName"] = field("/senderData/senderName");
        entry["senderContactName"] = field("/senderData/senderContactName");
    } else {
        entry["statusMessage"] = "delivered".into();
        entry["sendByApi"] = true.into();
    }
    entry
}

/// Answers one of the methods; nothing where it is none of them.
pub(super) fn answer(state: &State, instance: &AccountInstance, request: &InstanceRequest) -> Option<Answer> {
    let find: fn(&State, u64, &InstanceRequest) -> Result<Value, Refusal> =
        match (request.verb.as_str(), request.method.as_str()) {
            ("POST", "getChatHistory") => chat_history,
            ("POST", "getMessage") => one,
            ("GET", "lastIncomingMessages") => |state, id, request| last(state, id, request, "incoming"),
            ("GET", "lastOutgoingMessages") => |state, id, request| last(state, id, request, "outgoing"),
            // The mock makes no calls.
            ("GET", "lastIncomingCalls" | "lastOutgoingCalls") if instance.is_whatsapp() => |_, _, _| Ok(json!([])),
            _ => return None,
        };
    if instance.state_instance() != Some("authorized") {
        return Some(not_authorized());
    }
    dispatch(state, instance.id_instance);
    let found = find(state, instance.id_instance, request);
    Some(found.map_or_else(Answer::from, |found| Answer::new(StatusCode::OK).with_json(&found)))
}

/// The messages of a chat, the newest first.
fn chat_history(state: &State, id_instance: u64, request: &InstanceRequest) -> Result<Value, Refusal> {
    let fields = read_json(&request.body)?;
    let chat_id = required(&fields, "chatId")?;
    let count = match fields.get("count").map(Value::as_u64) {
        None => 100,
        Some(Some(count)) => usize::try_from(count).unwrap_or(usize::MAX),
        Some(None) => return Err(Refusal::bad_request("Validation failed. Details: 'count' must be a number")),
    };
    let queues = lock(&state.queues);
    let of_chat = queues.journal(id_instance).iter().rev().filter(|entry| entry["chatId"] == chat_id);
    Ok(of_chat.take(count).cloned().collect())
}

/// One message. How upstream refuses an id that is not there, no page says.
fn one(state: &State, id_instance: u64, request: &InstanceRequest) -> Result<Value, Refusal> {
    let fields = read_json(&request.body)?;
    let (chat_id, id_message) = (required(&fields, "chatId")?, required(&fields, "idMessage")?);
    let queues = lock(&state.queues);
    let found =
        queues.journal(id_instance).iter().find(|entry| entry["chatId"] == chat_id && entry["idMessage"] == id_message);
    found.cloned().ok_or_else(|| Refusal::bad_request("bad request data"))
}

/// The messages of the last minutes, a day unless told otherwise; the newest first.
fn last(state: &State, id_instance: u64, request: &InstanceRequest, direction: &str) -> Result<Value, Refusal> {
    let minutes = match request.query.get("minutes").map(|minutes| minutes.parse::<i64>()) {
        None => 1440,
        Some(Ok(minutes)) => minutes,
        Some(Err(_)) => return Err(Refusal::bad_request("Validation failed. Details: 'minutes' must be a number")),
    };
    let since = since(state.clock.now(), minutes);
    let queues = lock(&state.queues);
    let entries = queues.journal(id_instance).iter().rev();
    let of_late =
        entries.filter(|entry| entry["type"] == direction && entry["timestamp"].as_i64().is_some_and(|at| at >= since));
    Ok(of_late.cloned().collect())
}

fn since(now: Timestamp, minutes: i64) -> i64 {
    now.as_second().saturating_sub(minutes.saturating_mul(60))
}

fn required<'f>(fields: &'f Map<String, Value>, name: &str) -> Result<&'f str, Refusal> {
    let missing = || Refusal::bad_request(format!("Validation failed. Details: '{name}' is required"));
    fields.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).ok_or_else(missing)
}
