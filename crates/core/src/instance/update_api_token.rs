//! `GET /waInstance{idInstance}/updateApiToken/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/account/UpdateApiToken/>

use std::borrow::Cow;

use http::Method;

use super::{Host, Operation, never, read};
use crate::{
    config,
    endpoint::{Class, Spec},
};

pub(crate) static OPERATION: Operation<String> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("updateApiToken"),
        method: Method::GET,
        path: Cow::Borrowed("/waInstance{idInstance}/updateApiToken/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: None,
        page: "https://green-api.com/en/docs/api/account/UpdateApiToken/",
        prose: include_str!("update_api_token.md"),
    },
    host: Host::Api,
    params: &[],
    read: |answer| read::token(answer, "apiTokenInstance"),
    repeated: never,
};
