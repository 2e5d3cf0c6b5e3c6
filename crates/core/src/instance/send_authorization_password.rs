//! `POST /waInstance{idInstance}/sendAuthorizationPassword/{apiTokenInstance}`
//!
//! <https://green-api.com/en/telegram/docs/api/account/SendAuthorizationPassword/>

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
        operation: Cow::Borrowed("sendAuthorizationPassword"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/sendAuthorizationPassword/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(1.0)),
        page: "https://green-api.com/en/telegram/docs/api/account/SendAuthorizationPassword/",
        prose: include_str!("send_authorization_password.md"),
    },
    host: Host::Api,
    params: &[Param::new("password", "password", Kind::Text, Place::Body, "The account's password. Secret.")
        .required()
        .secret()],
    read: read::authorization_step,
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("send_authorization_password.md")]
    pub async fn send_authorization_password(&self, password: &str) -> Result<(), Error> {
        self.get(&OPERATION, json!({ "password": password })).await
    }
}
