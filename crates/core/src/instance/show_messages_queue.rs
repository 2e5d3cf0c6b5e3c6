//! `GET /waInstance{idInstance}/showMessagesQueue/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/queues/ShowMessagesQueue/>

use std::borrow::Cow;

use http::Method;
use serde_json::json;

use super::{Host, Operation, never, read};
use crate::{
    InstanceClient, QueuedMessage, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
};

pub(crate) static OPERATION: Operation<Vec<QueuedMessage>> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("showMessagesQueue"),
        method: Method::GET,
        path: Cow::Borrowed("/waInstance{idInstance}/showMessagesQueue/{apiTokenInstance}"),
        retry: Class::Safe,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: Some(Rate::new(1.0)),
        page: "https://green-api.com/en/docs/api/queues/ShowMessagesQueue/",
        prose: include_str!("show_messages_queue.md"),
    },
    host: Host::Api,
    params: &[],
    read: |answer| read::list(answer, QueuedMessage::read),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("show_messages_queue.md")]
    pub async fn show_messages_queue(&self) -> Result<Vec<QueuedMessage>, Error> {
        self.get(&OPERATION, json!({})).await
    }
}
