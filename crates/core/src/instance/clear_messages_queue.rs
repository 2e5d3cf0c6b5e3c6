//! `GET /waInstance{idInstance}/clearMessagesQueue/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/queues/ClearMessagesQueue/>

use std::borrow::Cow;

use http::Method;
use serde_json::json;

use super::{Host, Operation, never, read};
use crate::{
    InstanceClient, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
};

pub(crate) static OPERATION: Operation<()> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("clearMessagesQueue"),
        method: Method::GET,
        path: Cow::Borrowed("/waInstance{idInstance}/clearMessagesQueue/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(1.0)),
        page: "https://green-api.com/en/docs/api/queues/ClearMessagesQueue/",
        prose: include_str!("clear_messages_queue.md"),
    },
    host: Host::Api,
    params: &[],
    read: |answer| read::yes(answer, "isCleared"),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("clear_messages_queue.md")]
    pub async fn clear_messages_queue(&self) -> Result<(), Error> {
        self.get(&OPERATION, json!({})).await
    }
}
