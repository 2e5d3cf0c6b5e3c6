//! `POST /waInstance{idInstance}/deleteStatus/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/statuses/DeleteStatus/>

use std::borrow::Cow;

use http::Method;
use serde_json::json;

use super::{Host, Operation, Param, Place, never, read};
use crate::{
    InstanceClient, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
    model::Kind,
};

pub(crate) static OPERATION: Operation<()> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("deleteStatus"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/deleteStatus/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(10.0)),
        page: "https://green-api.com/en/docs/api/statuses/DeleteStatus/",
        prose: include_str!("delete_status.md"),
    },
    host: Host::Api,
    params: &[
        Param::new("id_message", "idMessage", Kind::Text, Place::Body, "The status's id, as it was sent.").required()
    ],
    read: read::done,
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("delete_status.md")]
    pub async fn delete_status(&self, id_message: impl Into<String>) -> Result<(), Error> {
        self.get(&OPERATION, json!({ "id_message": id_message.into() })).await
    }
}
