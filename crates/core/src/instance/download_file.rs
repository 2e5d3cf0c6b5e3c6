//! `POST /waInstance{idInstance}/downloadFile/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/receiving/files/DownloadFile/>

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

pub(crate) static OPERATION: Operation<String> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("downloadFile"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/downloadFile/{apiTokenInstance}"),
        retry: Class::Safe,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: Some(Rate::new(5.0).of_max(1.0)),
        page: "https://green-api.com/en/docs/api/receiving/files/DownloadFile/",
        prose: include_str!("download_file.md"),
    },
    host: Host::Api,
    params: &[CHAT, MESSAGE],
    read: |answer| read::text(answer, "downloadUrl"),
    repeated: never,
};

pub(crate) const CHAT: Param = Param::new("chat_id", "chatId", Kind::Text, Place::Body, told!(chat)).required();
pub(crate) const MESSAGE: Param =
    Param::new("id_message", "idMessage", Kind::Text, Place::Body, told!(message)).required();

impl InstanceClient {
    #[doc = include_str!("download_file.md")]
    pub async fn download_file(
        &self,
        chat_id: impl Into<String>,
        id_message: impl Into<String>,
    ) -> Result<String, Error> {
        self.get(&OPERATION, json!({ "chat_id": chat_id.into(), "id_message": id_message.into() })).await
    }
}
