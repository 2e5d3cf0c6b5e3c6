//! `POST /waInstance{idInstance}/checkAccount/{apiTokenInstance}`
//!
//! <https://green-api.com/en/telegram/docs/api/service/CheckAccount/>

use std::borrow::Cow;

use http::Method;
use serde_json::json;

use super::{Host, Operation, Param, Place, arguments::PHONE, never, read};
use crate::{
    CheckedAccount, InstanceClient, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
    model::Kind,
};

pub(crate) static OPERATION: Operation<CheckedAccount> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("checkAccount"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/checkAccount/{apiTokenInstance}"),
        retry: Class::Safe,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: Some(Rate::new(10.0)),
        page: "https://green-api.com/en/telegram/docs/api/service/CheckAccount/",
        prose: include_str!("check_account.md"),
    },
    host: Host::Api,
    params: &[
        PHONE,
        Param::new(
            "force",
            "force",
            Kind::Flag,
            Place::Body,
            "Ask the messenger even where upstream remembers the answer (MAX).",
        ),
    ],
    read: |answer| read::model(answer, "exist", CheckedAccount::read),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("check_account.md")]
    pub async fn check_account(&self, phone_number: impl Into<String>) -> Result<CheckedAccount, Error> {
        self.get(&OPERATION, json!({ "phone_number": phone_number.into() })).await
    }
}
