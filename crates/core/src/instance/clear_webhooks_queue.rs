//! `DELETE /waInstance{idInstance}/clearWebhooksQueue/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/queues/ClearWebhooksQueue/>

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
        operation: Cow::Borrowed("clearWebhooksQueue"),
        method: Method::DELETE,
        path: Cow::Borrowed("/waInstance{idInstance}/clearWebhooksQueue/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(1.0)),
        page: "https://green-api.com/en/docs/api/queues/ClearWebhooksQueue/",
        prose: include_str!("clear_webhooks_queue.md"),
    },
    host: Host::Api,
    params: &[],
    read: |answer| read::yes(answer, "isCleared"),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("clear_webhooks_queue.md")]
    pub async fn clear_webhooks_queue(&self) -> Result<(), Error> {
        self.get(&OPERATION, json!({})).await
    }
}
