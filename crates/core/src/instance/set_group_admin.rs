//! `POST /waInstance{idInstance}/setGroupAdmin/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/groups/SetGroupAdmin/>

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
        operation: Cow::Borrowed("setGroupAdmin"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/setGroupAdmin/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(10.0).of_max(1.0)),
        page: "https://green-api.com/en/docs/api/groups/SetGroupAdmin/",
        prose: include_str!("set_group_admin.md"),
    },
    host: Host::Api,
    params: &[
        Param::new("group_id", "groupId", Kind::Text, Place::Body, told!(group)).required().elsewhere("chatId"),
        Param::new("participant_chat_id", "participantChatId", Kind::Text, Place::Body, told!(participant)).required(),
    ],
    read: |answer| read::yes(answer, "setGroupAdmin"),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("set_group_admin.md")]
    pub async fn set_group_admin(
        &self,
        group_id: impl Into<String>,
        participant_chat_id: impl Into<String>,
    ) -> Result<(), Error> {
        let who = participant_chat_id.into();
        self.get(&OPERATION, json!({ "group_id": group_id.into(), "participant_chat_id": who })).await
    }
}
