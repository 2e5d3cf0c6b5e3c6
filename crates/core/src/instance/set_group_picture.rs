//! `POST /waInstance{idInstance}/setGroupPicture/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/groups/SetGroupPicture/>

use std::borrow::Cow;

use http::Method;
use serde_json::Value;

use super::{Host, Operation, Param, Place, arguments::told, never, read};
use crate::{
    File, GroupPicture, InstanceClient, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
    model::Kind,
};

pub(crate) static OPERATION: Operation<GroupPicture> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("setGroupPicture"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/setGroupPicture/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::UPLOAD_TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(1.0)),
        page: "https://green-api.com/en/docs/api/groups/SetGroupPicture/",
        prose: include_str!("set_group_picture.md"),
    },
    host: Host::Api,
    params: &[
        Param::new("group_id", "groupId", Kind::Text, Place::Form, told!(group)).required().elsewhere("chatId"),
        Param::new("file", "file", Kind::Bytes, Place::File, "The picture, a JPEG: its bytes, or its path.").required(),
    ],
    read: |answer| {
        read::yes(answer, "setGroupPicture")?;
        read::model(answer, "setGroupPicture", GroupPicture::read)
    },
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("set_group_picture.md")]
    pub async fn set_group_picture(&self, group_id: impl Into<String>, file: File) -> Result<GroupPicture, Error> {
        let arguments = [("group_id".to_owned(), Value::String(group_id.into()))].into_iter().collect();
        self.ask(&OPERATION, arguments, Some(file), self.call_options()).await
    }
}
