//! `POST /waInstance{idInstance}/getChatHistory/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/journals/GetChatHistory/>

use std::borrow::Cow;

use http::Method;
use serde_json::json;

use super::{Host, Operation, Param, Place, arguments::told, never, read};
use crate::{
    InstanceClient, JournalMessage, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
    model::Kind,
};

pub(crate) static OPERATION: Operation<Vec<JournalMessage>> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("getChatHistory"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/getChatHistory/{apiTokenInstance}"),
        retry: Class::Safe,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: Some(Rate::new(1.0)),
        page: "https://green-api.com/en/docs/api/journals/GetChatHistory/",
        prose: include_str!("get_chat_history.md"),
    },
    host: Host::Api,
    params: &[
        Param::new("chat_id", "chatId", Kind::Text, Place::Body, told!(chat)).required(),
        Param::new("count", "count", Kind::Int, Place::Body, "How many, the latest ones. Defaults to upstream's 100.")
            .within(1, 1_000_000),
    ],
    read: |answer| read::list(answer, JournalMessage::read),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("get_chat_history.md")]
    pub async fn get_chat_history(
        &self,
        chat_id: impl Into<String>,
        count: Option<u64>,
    ) -> Result<Vec<JournalMessage>, Error> {
        self.get(&OPERATION, json!({ "chat_id": chat_id.into(), "count": count })).await
    }
}
