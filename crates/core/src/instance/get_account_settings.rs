//! `GET /waInstance{idInstance}/getAccountSettings/{apiTokenInstance}`
//!
//! <https://green-api.com/en/telegram/docs/api/account/GetAccountSettings/>

use std::borrow::Cow;

use http::Method;
use serde_json::json;

use super::{Host, Operation, never, read};
use crate::{
    AccountSettings, InstanceClient, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
};

pub(crate) static OPERATION: Operation<AccountSettings> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("getAccountSettings"),
        method: Method::GET,
        path: Cow::Borrowed("/waInstance{idInstance}/getAccountSettings/{apiTokenInstance}"),
        retry: Class::Safe,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: Some(Rate::new(1.0)),
        page: "https://green-api.com/en/telegram/docs/api/account/GetAccountSettings/",
        prose: include_str!("get_account_settings.md"),
    },
    host: Host::Api,
    params: &[],
    read: |answer| read::model(answer, "stateInstance", AccountSettings::read),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("get_account_settings.md")]
    pub async fn get_account_settings(&self) -> Result<AccountSettings, Error> {
        self.get(&OPERATION, json!({})).await
    }
}
