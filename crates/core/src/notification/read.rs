//! From a body to the values of a class.

use serde_json::Value;

use crate::model::{Model, Record};

/// The type to read it by: upstream's collection has `quotaExceeded` under the name of `incomingBlock`.
pub(super) fn kind(body: &Value) -> Option<&str> {
    match body.get("typeWebhook")?.as_str()? {
        "incomingBlock" if body.get("quotaData").is_some_and(Value::is_object) => Some("quotaExceeded"),
        other => Some(other),
    }
}

pub(super) fn record(model: &'static Model, receipt_id: Option<u64>, body: &Value) -> Record {
    let receipt_id = Value::from(receipt_id);
    Record::seen(model, |field| match field.name {
        "receipt_id" => Some(&receipt_id),
        "body" => Some(body),
        "text" => text(body),
        _ => at(body, field.wire),
    })
}

/// The text of a text message: a plain one has it elsewhere than one with a link, or a reply.
fn text(body: &Value) -> Option<&Value> {
    let places = ["messageData.textMessageData.textMessage", "messageData.extendedTextMessageData.text"];
    places.into_iter().filter_map(|path| at(body, path)).find(|text| text.is_string())
}

/// What stands at a path: `senderData.chatId`.
pub(super) fn at<'b>(body: &'b Value, path: &str) -> Option<&'b Value> {
    path.split('.').try_fold(body, |value, name| value.get(name))
}
