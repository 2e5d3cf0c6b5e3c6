//! `POST /waInstance{idInstance}/updateGroupName/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/groups/UpdateGroupName/>

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
        operation: Cow::Borrowed("updateGroupName"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/updateGroupName/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(1.0)),
        page: "https://green-api.com/en/docs/api/groups/UpdateGroupName/",
        prose: include_str!("update_group_name.md"),
    },
    host: Host::Api,
    params: &[
        Param::new("group_id", "groupId", Kind::Text, Place::Body, told!(group)).required().elsewhere("chatId"),
        Param::new("group_name", "groupName", Kind::Text, Place::Body, "The new name, up to 100 characters.")
            .required()
            .within(1, 100)
            .personal(),
    ],
    read: |answer| read::yes(answer, "updateGroupName"),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("update_group_name.md")]
    pub async fn update_group_name(
        &self,
        group_id: impl Into<String>,
        group_name: impl Into<String>,
    ) -> Result<(), Error> {
        self.get(&OPERATION, json!({ "group_id": group_id.into(), "group_name": group_name.into() })).await
    }
}
