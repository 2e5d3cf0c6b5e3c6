//! `POST /waInstance{idInstance}/unarchiveChat/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/service/unarchiveChat/>

use std::borrow::Cow;

use http::Method;
use serde_json::json;

use super::{Host, Operation, Param, Place, arguments::told, never, read};
use crate::{
    InstanceClient, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
    model::Kind,
};

pub(crate) static OPERATION: Operation<()> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("unarchiveChat"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/unarchiveChat/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(10.0)),
        page: "https://green-api.com/en/docs/api/service/unarchiveChat/",
        prose: include_str!("unarchive_chat.md"),
    },
    host: Host::Api,
    params: &[Param::new("chat_id", "chatId", Kind::Text, Place::Body, told!(chat)).required()],
    read: read::done,
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("unarchive_chat.md")]
    pub async fn unarchive_chat(&self, chat_id: impl Into<String>) -> Result<(), Error> {
        self.get(&OPERATION, json!({ "chat_id": chat_id.into() })).await
    }
}
