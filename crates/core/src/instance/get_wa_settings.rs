//! `GET /waInstance{idInstance}/getWaSettings/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/account/GetWaSettings/>

use std::borrow::Cow;

use http::Method;
use serde_json::json;

use super::{Host, Operation, never, read};
use crate::{
    InstanceClient, WaSettings, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
};

pub(crate) static OPERATION: Operation<WaSettings> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("getWaSettings"),
        method: Method::GET,
        path: Cow::Borrowed("/waInstance{idInstance}/getWaSettings/{apiTokenInstance}"),
        retry: Class::Safe,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: Some(Rate::new(1.0)),
        page: "https://green-api.com/en/docs/api/account/GetWaSettings/",
        prose: include_str!("get_wa_settings.md"),
    },
    host: Host::Api,
    params: &[],
    read: |answer| read::model(answer, "stateInstance", WaSettings::read),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("get_wa_settings.md")]
    pub async fn get_wa_settings(&self) -> Result<WaSettings, Error> {
        self.get(&OPERATION, json!({})).await
    }
}
