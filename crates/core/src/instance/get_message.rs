//! `POST /waInstance{idInstance}/getMessage/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/journals/GetMessage/>

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

pub(crate) static OPERATION: Operation<JournalMessage> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("getMessage"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/getMessage/{apiTokenInstance}"),
        retry: Class::Safe,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: Some(Rate::new(10.0).of_telegram(1.0).of_max(1.0)),
        page: "https://green-api.com/en/docs/api/journals/GetMessage/",
        prose: include_str!("get_message.md"),
    },
    host: Host::Api,
    params: &[
        Param::new("chat_id", "chatId", Kind::Text, Place::Body, told!(chat)).required(),
        Param::new("id_message", "idMessage", Kind::Text, Place::Body, told!(message)).required(),
    ],
    read: |answer| read::model(answer, "idMessage", JournalMessage::read),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("get_message.md")]
    pub async fn get_message(
        &self,
        chat_id: impl Into<String>,
        id_message: impl Into<String>,
    ) -> Result<JournalMessage, Error> {
        self.get(&OPERATION, json!({ "chat_id": chat_id.into(), "id_message": id_message.into() })).await
    }
}
