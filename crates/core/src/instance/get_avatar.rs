//! `POST /waInstance{idInstance}/getAvatar/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/service/GetAvatar/>

use std::borrow::Cow;

use http::Method;
use serde_json::json;

use super::{Host, Operation, Param, Place, arguments::told, never, read};
use crate::{
    Avatar, InstanceClient, config,
    endpoint::{Answer, Class, Mismatch, Rate, Spec},
    error::Error,
    model::Kind,
};

pub(crate) static OPERATION: Operation<Avatar> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("getAvatar"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/getAvatar/{apiTokenInstance}"),
        retry: Class::Safe,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: Some(Rate::new(10.0)),
        page: "https://green-api.com/en/docs/api/service/GetAvatar/",
        prose: include_str!("get_avatar.md"),
    },
    host: Host::Api,
    params: &[Param::new("chat_id", "chatId", Kind::Text, Place::Body, told!(chat)).required()],
    read: avatar,
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("get_avatar.md")]
    pub async fn get_avatar(&self, chat_id: impl Into<String>) -> Result<Avatar, Error> {
        self.get(&OPERATION, json!({ "chat_id": chat_id.into() })).await
    }
}

/// Telegram's answer has the address alone; the newest of WhatsApp may have only why there is none.
fn avatar(answer: &Answer) -> Result<Avatar, Mismatch> {
    let object = read::object(answer)?;
    let is_one = ["urlAvatar", "available", "existsWhatsapp"].iter().any(|key| object.contains_key(*key));
    if is_one && answer.is_success() { Ok(Avatar::read(object)) } else { Err("it has no urlAvatar".into()) }
}
