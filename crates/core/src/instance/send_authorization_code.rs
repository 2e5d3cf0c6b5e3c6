//! `POST /waInstance{idInstance}/sendAuthorizationCode/{apiTokenInstance}`
//!
//! <https://green-api.com/en/telegram/docs/api/account/SendAuthorizationCode/>

use std::borrow::Cow;

use http::Method;
use serde_json::json;

use super::{Host, Operation, Param, Place, never, read};
use crate::{
    InstanceClient, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
    model::Kind,
};

pub(crate) static OPERATION: Operation<()> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("sendAuthorizationCode"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/sendAuthorizationCode/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(1.0)),
        page: "https://green-api.com/en/telegram/docs/api/account/SendAuthorizationCode/",
        prose: include_str!("send_authorization_code.md"),
    },
    host: Host::Api,
    params: &[
        Param::new("code", "code", Kind::Text, Place::Body, "The code that the customer got in the messenger.")
            .required()
            .secret(),
        Param::new("password", "password", Kind::Text, Place::Body, "The account's password, where it has one.")
            .secret(),
    ],
    read: read::authorization_step,
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("send_authorization_code.md")]
    pub async fn send_authorization_code(&self, code: &str, password: Option<&str>) -> Result<(), Error> {
        self.get(&OPERATION, json!({ "code": code, "password": password })).await
    }
}
