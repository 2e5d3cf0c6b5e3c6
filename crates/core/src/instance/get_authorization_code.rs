//! `POST /waInstance{idInstance}/getAuthorizationCode/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/account/GetAuthorizationCode/>

use std::borrow::Cow;

use http::Method;
use serde_json::{Value, json};

use super::{Host, Operation, arguments::PHONE, never, read};
use crate::{
    InstanceClient, config,
    endpoint::{Answer, Class, Mismatch, Spec},
    error::{Error, ErrorCode},
};

pub(crate) static OPERATION: Operation<String> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("getAuthorizationCode"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/getAuthorizationCode/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: None,
        page: "https://green-api.com/en/docs/api/account/GetAuthorizationCode/",
        prose: include_str!("get_authorization_code.md"),
    },
    host: Host::Api,
    params: &[PHONE],
    read: code,
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("get_authorization_code.md")]
    pub async fn get_authorization_code(&self, phone_number: impl Into<String>) -> Result<String, Error> {
        self.get(&OPERATION, json!({ "phone_number": phone_number.into() })).await
    }
}

/// Right after a creation upstream was seen to answer `null`.
fn code(answer: &Answer) -> Result<String, Mismatch> {
    if answer.is_null() {
        return Err(Mismatch { why: "it is null: still being created".into(), code: Some(ErrorCode::NotReady) });
    }
    let object = read::object(answer)?;
    match (object.get("status"), object.get("code").and_then(Value::as_str)) {
        (Some(Value::Bool(true)), Some(code)) if !code.is_empty() => Ok(code.to_owned()),
        _ => Err("it has no code".into()),
    }
}
