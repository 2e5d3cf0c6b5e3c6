//! `GET /waInstance{idInstance}/getSettings/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/account/GetSettings/>

use std::borrow::Cow;

use http::Method;

use super::{Host, Operation, never, read};
use crate::{
    Settings, config,
    endpoint::{Class, Rate, Spec},
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
