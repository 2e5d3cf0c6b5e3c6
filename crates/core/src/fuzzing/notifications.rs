//! Notifications: the body of a webhook, an answer of receiveNotification, an event that is verified.
//!
//! An input is a status on a line, then a body.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{TOKEN, answer, payloads, tells_no_token};
use crate::{
    ErrorCode, FieldValue, Notification, endpoint::Answer, instance::OPERATIONS, json, parse_notification, verify_event,
};

pub fn check(input: &[u8]) {
    let answer = answer(input);
    match parse_notification(&answer.body, Some("Bearer open"), Some("open")) {
        Ok(notification) => {
            assert_eq!(notification.receipt_id(), None);
            assert_eq!(Some(notification.body()), json::read::<Value>(&answer.body).as_ref());
            of_each(&notification);
            received(&answer, &notification);
        }
        Err(error) => {
            assert_eq!(error.code(), ErrorCode::InvalidRequest);
            tells_no_token(&format!("{error} {error:?}"));
        }
    }
    // Whoever does not know the token is told so, whatever is in the body.
    let text = String::from_utf8_lossy(&answer.body);
    let given = text.lines().next().unwrap_or_default();
    let behind = given.trim().split_once([' ', '\t']).map(|(_, token)| token.trim());
    if given.trim() != "open" && behind != Some("open") {
        let refused = parse_notification(&answer.body, Some(given), Some("open")).map(drop).unwrap_err();
        assert_eq!(refused.code(), ErrorCode::Unauthorized);
        tells_no_token(&refused.to_string());
    }
    queued(&answer);
    let headers = [("webhook-id", given), ("webhook-timestamp", "1700000000"), ("webhook-signature", given)];
    assert!(verify_event(&answer.body, headers, SECRET, Duration::MAX).is_err(), "nobody has signed it");
}

pub fn seeds() -> Vec<Vec<u8>> {
    let plain = payloads("notifications").into_iter().map(|payload| payload["body"].clone());
    let contents = payloads("contents").into_iter().map(|payload| payload["body"].clone());
    let bodies: Vec<Value> = plain.chain(contents).filter(Value::is_object).collect();
    let queued = bodies.iter().take(3).map(|body| json!({ "receiptId": 7, "body": body }).to_string());
    let odd = [
        "null".to_owned(),
        r#"{"receiptId":7,"body":{"a":"#.to_owned(),
        r#"{"body":{"receiptId":5,"a":["]}",{"receiptId":6}]},"receiptId":7}}"#.to_owned(),
        format!("Bearer {TOKEN}"),
        "Bearer open".to_owned(),
    ];
    let texts = bodies.iter().map(Value::to_string).chain(queued).chain(odd);
    texts.map(|text| format!("200\n{text}").into_bytes()).collect()
}

/// Nothing that people wrote is in a record of it, and it is the same when it is read again.
fn of_each(notification: &Notification) {
    let shown = format!("{notification:?}");
    let texts = |personal: bool| {
        notification.record().fields().filter_map(move |(field, value)| match value {
            FieldValue::Text(text) if field.personal == personal => Some(text),
            _ => None,
        })
    };
    for written in texts(true).filter(|text| text.chars().count() >= 12) {
        assert!(texts(false).any(|text| text.contains(written)) || !shown.contains(&format!("{written:?}")), "{shown}");
    }
    assert_eq!(&Notification::read(None, notification.body()), notification);
    assert_eq!(notification.to_json().get("body"), Some(notification.body()));
}

/// What comes by a webhook comes from the queue as well, with its receipt.
fn received(answer: &Answer, notification: &Notification) {
    let body = json!({ "receiptId": 7, "body": notification.body() }).to_string();
    let queue = Answer { status: 200, body: body.into(), ..answer.clone() };
    let received = Notification::read(Some(7), notification.body());
    assert_eq!(received.receipt_id(), Some(7));
    let read = receive(&queue);
    assert!(read.is_ok_and(|read| format!("{read:?}").contains(&format!("{received:?}"))));
}

/// A receipt is taken from nowhere but the outermost object of a success.
fn queued(answer: &Answer) {
    let object = json::read::<Map<String, Value>>(&answer.body);
    match receive(answer) {
        Ok(crate::Returned::Record(record)) => {
            let receipt = record.value("receipt_id");
            assert!(matches!(receipt, FieldValue::Int(_)), "{receipt:?}");
            assert!(
                answer.is_success()
                    || object.is_some_and(|object| object.contains_key("receiptId") && object.contains_key("body"))
            );
        }
        Ok(_) => assert!(matches!(answer.status, 408 | 504) || answer.is_null() || answer.is_blank()),
        Err(why) => tells_no_token(&why),
    }
}

fn receive(answer: &Answer) -> Result<crate::Returned, String> {
    let operation = OPERATIONS.iter().find(|operation| operation.name() == "receiveNotification").unwrap();
    operation.read(answer).map_err(|mismatch| mismatch.why)
}

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
