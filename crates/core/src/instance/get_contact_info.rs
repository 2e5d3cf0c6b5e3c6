//! `POST /waInstance{idInstance}/getContactInfo/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/service/GetContactInfo/>

use std::borrow::Cow;

use http::Method;
use serde_json::json;

use super::{Host, Operation, Param, Place, arguments::told, never, read};
use crate::{
    ContactInfo, InstanceClient, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
    model::Kind,
};

pub(crate) static OPERATION: Operation<ContactInfo> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("getContactInfo"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/getContactInfo/{apiTokenInstance}"),
        retry: Class::Safe,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: Some(Rate::new(1.0)),
        page: "https://green-api.com/en/docs/api/service/GetContactInfo/",
        prose: include_str!("get_contact_info.md"),
    },
    host: Host::Api,
    params: &[Param::new("chat_id", "chatId", Kind::Text, Place::Body, told!(chat)).required()],
    read: |answer| read::model(answer, "chatId", ContactInfo::read),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("get_contact_info.md")]
    pub async fn get_contact_info(&self, chat_id: impl Into<String>) -> Result<ContactInfo, Error> {
        self.get(&OPERATION, json!({ "chat_id": chat_id.into() })).await
    }
}
