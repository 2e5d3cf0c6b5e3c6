//! `GET /waInstance{idInstance}/receiveNotification/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/receiving/technology-http-api/ReceiveNotification/>

use std::borrow::Cow;

use http::Method;
use serde_json::Value;

use super::{Host, Operation, Param, Place, never, read};
use crate::{
    Notification,
    api::{Mismatch, Spec},
    config,
    model::Kind,
    pace::Rate,
    retry::Class,
    wire::Answer,
};

pub(crate) static OPERATION: Operation<Option<Notification>> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("receiveNotification"),
        method: Method::GET,
        path: Cow::Borrowed("/waInstance{idInstance}/receiveNotification/{apiTokenInstance}"),
        retry: Class::Safe,
        timeout: config::RECEIVE_TIMEOUT.saturating_add(config::POLL_MARGIN),
        attempt: None,
        rate: Some(Rate::new(100.0)),
        page: "https://green-api.com/en/docs/api/receiving/technology-http-api/ReceiveNotification/",
        prose: include_str!("receive_notification.md"),
    },
    host: Host::Api,
    params: &[Param::new(
        "receive_timeout",
        "receiveTimeout",
        Kind::Int,
        Place::Poll,
        "Seconds that upstream waits for one: 5 to 60. Defaults to 5.",
    )
    .within(5, 60)],
    read: waiting,
    repeated: never,
};

/// "Nothing there" is `null`, nothing at all, or the end of the long poll at some gateway.
fn waiting(answer: &Answer) -> Result<Option<Notification>, Mismatch> {
    let nothing =
        matches!(answer.status, 408 | 504) || (answer.is_success() && (answer.is_null() || answer.is_blank()));
    if nothing {
        return Ok(None);
    }
    let object = read::object(answer)?;
    match (object.get("receiptId").and_then(number), object.get("body")) {
        (Some(receipt_id), Some(body)) => Ok(Some(Notification::read(Some(receipt_id), body))),
        _ => Err("it has no receiptId and body".into()),
    }
}

/// A number, or the text of one.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}
