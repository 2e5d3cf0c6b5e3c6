//! `POST /waInstance{idInstance}/getGroupData/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/groups/GetGroupData/>

use std::borrow::Cow;

use http::Method;
use serde_json::{Value, json};

use super::{Host, Operation, Param, Place, arguments::told, never, read};
use crate::{
    GroupData, InstanceClient, config,
    endpoint::{Answer, Class, Mismatch, Rate, Spec},
    error::{Error, ErrorCode},
    json as wire_json,
    model::Kind,
};

pub(crate) static OPERATION: Operation<GroupData> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("getGroupData"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/getGroupData/{apiTokenInstance}"),
        retry: Class::Safe,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: Some(Rate::new(1.0).of_max(10.0)),
        page: "https://green-api.com/en/docs/api/groups/GetGroupData/",
        prose: include_str!("get_group_data.md"),
    },
    host: Host::Api,
    params: &[Param::new("group_id", "groupId", Kind::Text, Place::Body, told!(group)).required().elsewhere("chatId")],
    read: data,
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("get_group_data.md")]
    pub async fn get_group_data(&self, group_id: impl Into<String>) -> Result<GroupData, Error> {
        self.get(&OPERATION, json!({ "group_id": group_id.into() })).await
    }
}

/// Of a group that is none, or that the account is not in, upstream sends a text of JSON instead: "Error: item-not-found".
fn data(answer: &Answer) -> Result<GroupData, Mismatch> {
    match wire_json::read(&answer.body) {
        Some(Value::String(text)) if text.starts_with("Error") => {
            Err(Mismatch { why: "there is no such group for this account".into(), code: Some(ErrorCode::Refused) })
        }
        _ => read::model(answer, "participants", GroupData::read),
    }
}
