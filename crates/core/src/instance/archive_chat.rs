//! `POST /waInstance{idInstance}/archiveChat/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/service/archiveChat/>

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
        operation: Cow::Borrowed("archiveChat"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/archiveChat/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(10.0)),
        page: "https://green-api.com/en/docs/api/service/archiveChat/",
        prose: include_str!("archive_chat.md"),
    },
    host: Host::Api,
    params: &[Param::new("chat_id", "chatId", Kind::Text, Place::Body, told!(chat)).required()],
    read: read::done,
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("archive_chat.md")]
    pub async fn archive_chat(&self, chat_id: impl Into<String>) -> Result<(), Error> {
        self.get(&OPERATION, json!({ "chat_id": chat_id.into() })).await
    }
}
