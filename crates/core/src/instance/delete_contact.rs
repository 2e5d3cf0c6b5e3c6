//! `POST /waInstance{idInstance}/deleteContact/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/contacts/DeleteContact/>

use std::borrow::Cow;

use http::Method;
use serde_json::json;

use super::{Host, Operation, Param, Place, arguments::told, never, read};
use crate::{
    InstanceClient, config,
    endpoint::{Class, Spec},
    error::Error,
    model::Kind,
};

pub(crate) static OPERATION: Operation<()> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("deleteContact"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/deleteContact/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: None,
        page: "https://green-api.com/en/docs/api/contacts/DeleteContact/",
        prose: include_str!("delete_contact.md"),
    },
    host: Host::Api,
    params: &[Param::new("chat_id", "chatId", Kind::Text, Place::Body, told!(chat)).required()],
    read: |answer| read::of_contact(answer, "deleteContact"),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("delete_contact.md")]
    pub async fn delete_contact(&self, chat_id: impl Into<String>) -> Result<(), Error> {
        self.get(&OPERATION, json!({ "chat_id": chat_id.into() })).await
    }
}
