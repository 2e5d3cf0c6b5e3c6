//! `DELETE /waInstance{idInstance}/deleteNotification/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/receiving/technology-http-api/DeleteNotification/>

use std::borrow::Cow;

use http::Method;
use serde_json::json;

use super::{Host, Operation, Param, Place, read};
use crate::{
    InstanceClient, config,
    endpoint::{Answer, Class, Mismatch, Rate, Spec},
    error::{Error, ErrorCode},
    model::Kind,
};

pub(crate) static OPERATION: Operation<()> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("deleteNotification"),
        method: Method::DELETE,
        path: Cow::Borrowed("/waInstance{idInstance}/deleteNotification/{apiTokenInstance}"),
        retry: Class::Idempotent,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: Some(Rate::new(100.0)),
        page: "https://green-api.com/en/docs/api/receiving/technology-http-api/DeleteNotification/",
        prose: include_str!("delete_notification.md"),
    },
    host: Host::Api,
    params: &[Param::new("receipt_id", "receiptId", Kind::Id, Place::Segment, "The `receipt_id` of the notification.")
        .required()],
    read: deleted,
    repeated: gone,
};

impl InstanceClient {
    #[doc = include_str!("delete_notification.md")]
    pub async fn delete_notification(&self, receipt_id: u64) -> Result<(), Error> {
        self.get(&OPERATION, json!({ "receipt_id": receipt_id })).await
    }
}

/// An unknown receipt was seen to end in a 500 that names this function: there is nothing left to delete.
fn deleted(answer: &Answer) -> Result<(), Mismatch> {
    let text = String::from_utf8_lossy(&answer.body);
    if answer.status == 500 && text.contains("findUnAckedMessage") {
        return Ok(());
    }
    read::yes(answer, "result")
}

/// The earlier try has worked.
fn gone(error: &Error) -> Option<()> {
    (error.code() == ErrorCode::Refused).then_some(())
}
