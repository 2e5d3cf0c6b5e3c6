//! `POST /waInstance{idInstance}/startAuthorization/{apiTokenInstance}`
//!
//! <https://green-api.com/en/telegram/docs/api/account/StartAuthorization/>

use std::borrow::Cow;

use http::Method;
use serde_json::json;

use super::{Host, Operation, arguments::PHONE, never, read};
use crate::{
    InstanceClient, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
};

pub(crate) static OPERATION: Operation<()> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("startAuthorization"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/startAuthorization/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(1.0)),
        page: "https://green-api.com/en/telegram/docs/api/account/StartAuthorization/",
        prose: include_str!("start_authorization.md"),
    },
    host: Host::Api,
    params: &[PHONE],
    read: read::authorization_step,
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("start_authorization.md")]
    pub async fn start_authorization(&self, phone_number: impl Into<String>) -> Result<(), Error> {
        self.get(&OPERATION, json!({ "phone_number": phone_number.into() })).await
    }
}
