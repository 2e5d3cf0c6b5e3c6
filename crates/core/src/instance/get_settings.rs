//! `GET /waInstance{idInstance}/getSettings/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/account/GetSettings/>

use std::borrow::Cow;

use http::Method;
use serde_json::json;

use super::{Host, Operation, never, read};
use crate::{
    InstanceClient, Settings, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
};

pub(crate) static OPERATION: Operation<Settings> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("getSettings"),
        method: Method::GET,
        path: Cow::Borrowed("/waInstance{idInstance}/getSettings/{apiTokenInstance}"),
        retry: Class::Safe,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: Some(Rate::new(1.0)),
        page: "https://green-api.com/en/docs/api/account/GetSettings/",
        prose: include_str!("get_settings.md"),
    },
    host: Host::Api,
    params: &[],
    read: |answer| read::model(answer, "incomingWebhook", Settings::read),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("get_settings.md")]
    pub async fn get_settings(&self) -> Result<Settings, Error> {
        self.get(&OPERATION, json!({})).await
    }
}
