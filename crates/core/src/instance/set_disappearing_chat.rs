//! `POST /waInstance{idInstance}/setDisappearingChat/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/service/SetDisappearingChat/>

use std::borrow::Cow;

use http::Method;
use serde_json::json;

use super::{Host, Operation, Param, Place, arguments::told, never, read};
use crate::{
    DisappearingChat, InstanceClient, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
    model::Kind,
};

pub(crate) static OPERATION: Operation<DisappearingChat> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("setDisappearingChat"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/setDisappearingChat/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(1.0)),
        page: "https://green-api.com/en/docs/api/service/SetDisappearingChat/",
        prose: include_str!("set_disappearing_chat.md"),
    },
    host: Host::Api,
    params: &[
        Param::new("chat_id", "chatId", Kind::Text, Place::Body, told!(chat)).required(),
        Param::new(
            "ephemeral_expiration",
            "ephemeralExpiration",
            Kind::Int,
            Place::Body,
            "Seconds that messages live: 0 (for good), 86400 (a day), 604800 (a week) or 7776000 (90 days).",
        )
        .required()
        .among(&[0, 86_400, 604_800, 7_776_000]),
    ],
    read: |answer| read::model(answer, "disappearingMessagesInChat", DisappearingChat::read),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("set_disappearing_chat.md")]
    pub async fn set_disappearing_chat(
        &self,
        chat_id: impl Into<String>,
        ephemeral_expiration: u64,
    ) -> Result<DisappearingChat, Error> {
        let arguments = json!({ "chat_id": chat_id.into(), "ephemeral_expiration": ephemeral_expiration });
        self.get(&OPERATION, arguments).await
    }
}
