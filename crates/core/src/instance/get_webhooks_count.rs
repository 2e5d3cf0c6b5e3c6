//! `GET /waInstance{idInstance}/getWebhooksCount/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/queues/GetWebhooksCount/>

use std::borrow::Cow;

use http::Method;
use serde_json::json;

use super::{Host, Operation, never, read};
use crate::{
    InstanceClient, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
};

pub(crate) static OPERATION: Operation<u64> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("getWebhooksCount"),
        method: Method::GET,
        path: Cow::Borrowed("/waInstance{idInstance}/getWebhooksCount/{apiTokenInstance}"),
        retry: Class::Safe,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: Some(Rate::new(1.0)),
        page: "https://green-api.com/en/docs/api/queues/GetWebhooksCount/",
        prose: include_str!("get_webhooks_count.md"),
    },
    host: Host::Api,
    params: &[],
    read: read::count,
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("get_webhooks_count.md")]
    pub async fn get_webhooks_count(&self) -> Result<u64, Error> {
        self.get(&OPERATION, json!({})).await
    }
}
