//! `GET /waInstance{idInstance}/receiveNotification/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/receiving/technology-http-api/ReceiveNotification/>

use std::borrow::Cow;

use http::Method;
use serde_json::{Map, Value, json};

use super::{Host, Operation, Param, Place, never};
use crate::{
    InstanceClient, Notification, config,
    endpoint::{Answer, Class, Mismatch, Rate, Spec},
    error::Error,
    json,
    model::Kind,
    wire,
};

/// For a caller of one call: a notification that cannot be read is an error, which names its receipt.
pub(crate) static OPERATION: Operation<Option<Notification>> =
    Operation { spec: SPEC, host: Host::Api, params: PARAMS, read: readable, repeated: never };

/// For the iterator, which has a way past it.
pub(crate) static WHATEVER_COMES: Operation<Option<Notification>> =
    Operation { spec: SPEC, host: Host::Api, params: PARAMS, read: waiting, repeated: never };

impl InstanceClient {
    #[doc = include_str!("receive_notification.md")]
    pub async fn receive_notification(&self, receive_timeout: Option<u64>) -> Result<Option<Notification>, Error> {
        self.get(&OPERATION, json!({ "receive_timeout": receive_timeout })).await
    }

    /// The same, with an item for what cannot be read.
    pub(crate) async fn receive_whatever_comes(
        &self,
        receive_timeout: Option<u64>,
    ) -> Result<Option<Notification>, Error> {
        self.get(&WHATEVER_COMES, json!({ "receive_timeout": receive_timeout })).await
    }
}

const SPEC: Spec = Spec {
    operation: Cow::Borrowed("receiveNotification"),
    method: Method::GET,
    path: Cow::Borrowed("/waInstance{idInstance}/receiveNotification/{apiTokenInstance}"),
    retry: Class::Safe,
    timeout: config::RECEIVE_TIMEOUT.saturating_add(config::POLL_MARGIN),
    attempt: None,
    rate: Some(Rate::new(100.0)),
    page: "https://green-api.com/en/docs/api/receiving/technology-http-api/ReceiveNotification/",
    prose: include_str!("receive_notification.md"),
};

const PARAMS: &[Param] = &[Param::new(
    "receive_timeout",
    "receiveTimeout",
    Kind::Int,
    Place::Poll,
    "Seconds that upstream waits for one: 5 to 60. Defaults to 5.",
)
.within(5, 60)];

fn readable(answer: &Answer) -> Result<Option<Notification>, Mismatch> {
    match waiting(answer)? {
        Some(Notification::Unreadable(item)) => {
            let receipt_id = item.receipt_id().unwrap_or_default();
            Err(format!("the notification with the receipt {receipt_id} cannot be read").into())
        }
        other => Ok(other),
    }
}

/// "Nothing there" is `null`, nothing at all, or the end of the long poll at some gateway.
fn waiting(answer: &Answer) -> Result<Option<Notification>, Mismatch> {
    let nothing =
        matches!(answer.status, 408 | 504) || (answer.is_success() && (answer.is_null() || answer.is_blank()));
    if nothing {
        return Ok(None);
    }
    let object: Option<Map<String, Value>> = json::read(&answer.body);
    let receipt_id = object.as_ref().and_then(|object| object.get("receiptId")).and_then(number);
    if let (Some(receipt_id), Some(body)) = (receipt_id, object.as_ref().and_then(|object| object.get("body"))) {
        return Ok(Some(Notification::read(Some(receipt_id), body)));
    }
    let text = json::decoded(&answer.body);
    match receipt_id.or_else(|| receipt_in(&text)).filter(|_| answer.is_success()) {
        Some(receipt_id) => Ok(Some(Notification::unreadable(receipt_id, &text))),
        None if object.is_none() => Err("it is no JSON object".into()),
        None => Err("it has no receiptId and body".into()),
    }
}

/// The receipt in what is no JSON: that of the outermost object, and none that somebody wrote into a message. Digits that
/// nothing follows may be cut, and are none.
fn receipt_in(text: &str) -> Option<u64> {
    let (mut depth, mut rest) = (0_usize, text);
    loop {
        let place = rest.find(['{', '}', '[', ']', '"'])?;
        let mark = rest.as_bytes()[place];
        rest = &rest[place + 1..];
        match mark {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            _ => {
                let (name, behind) = rest.split_at(end_of_string(rest)?);
                rest = &behind[1..];
                let value = rest.trim_start().strip_prefix(':').filter(|_| depth == 1 && name == "receiptId");
                if let Some(value) = value {
                    let value = value.trim_start().trim_start_matches('"');
                    return value[..value.find(|c: char| !c.is_ascii_digit())?].parse().ok();
                }
            }
        }
    }
}

/// Where the quotation mark stands that ends a string.
fn end_of_string(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })
}

/// A number, or the text of one, be it with `.0`.
fn number(value: &Value) -> Option<u64> {
    wire::plain_number(&value.to_string()).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_is_found_in_what_is_no_json() {
        let table = [
            (r#"{"receiptId":7,"body":{"a":"#, Some(7)),
            (r#"{ "receiptId" : "7" , "body": nonsense}"#, Some(7)),
            (r#"{"body":{"receiptId":5,"a":["]}",{"receiptId":6}]},"receiptId":7}}"#, Some(7)),
            (r#"{"body":{"text":"\"receiptId\":5,\\"},"receiptId":7,"#, Some(7)),
            (r#"{"body":{"receiptId":5"#, None),
            (r#"{"receiptId":7"#, None),
            (r#"{"receiptId":"#, None),
            (r#"{"receiptId"#, None),
            (r#"[{"receiptId":7,"#, None),
            (r#"}{"receiptId":7,"#, None),
            ("<html>", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(receipt_in(text), expected, "{text}");
        }
    }
}
