//! `POST /waInstance{idInstance}/leaveGroup/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/groups/LeaveGroup/>

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
        operation: Cow::Borrowed("leaveGroup"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/leaveGroup/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(10.0).of_max(1.0)),
        page: "https://green-api.com/en/docs/api/groups/LeaveGroup/",
        prose: include_str!("leave_group.md"),
    },
    host: Host::Api,
    params: &[Param::new("group_id", "groupId", Kind::Text, Place::Body, told!(group)).required().elsewhere("chatId")],
    read: |answer| read::yes(answer, "leaveGroup"),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("leave_group.md")]
    pub async fn leave_group(&self, group_id: impl Into<String>) -> Result<(), Error> {
        self.get(&OPERATION, json!({ "group_id": group_id.into() })).await
    }
}
