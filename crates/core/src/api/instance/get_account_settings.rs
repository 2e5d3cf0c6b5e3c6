//! `GET /waInstance{idInstance}/getAccountSettings/{apiTokenInstance}`
//!
//! <https://green-api.com/en/telegram/docs/api/account/GetAccountSettings/>

use std::borrow::Cow;

use http::Method;

use super::{Host, Operation, never, read};
use crate::{
    AccountSettings, config,
    endpoint::{Class, Rate, Spec},
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
