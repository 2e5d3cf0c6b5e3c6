//! `POST /waInstance{idInstance}/checkWhatsapp/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/service/CheckWhatsapp/>

use std::borrow::Cow;

use http::Method;
use serde_json::{Value, json};

use super::{Host, Operation, arguments::PHONE, never, read};
use crate::{
    InstanceClient, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
};

pub(crate) static OPERATION: Operation<bool> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("checkWhatsapp"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/checkWhatsapp/{apiTokenInstance}"),
        retry: Class::Safe,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: Some(Rate::new(10.0)),
        page: "https://green-api.com/en/docs/api/service/CheckWhatsapp/",
        prose: include_str!("check_whatsapp.md"),
    },
    host: Host::Api,
    params: &[PHONE],
    read: |answer| match read::object(answer)?.get("existsWhatsapp") {
        Some(Value::Bool(exists)) => Ok(*exists),
        _ => Err("it has no existsWhatsapp".into()),
    },
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("check_whatsapp.md")]
    pub async fn check_whatsapp(&self, phone_number: impl Into<String>) -> Result<bool, Error> {
        self.get(&OPERATION, json!({ "phone_number": phone_number.into() })).await
    }
}
