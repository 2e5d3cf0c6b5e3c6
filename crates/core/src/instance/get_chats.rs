//! `GET /waInstance{idInstance}/getChats/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/service/GetChats/>

use std::borrow::Cow;

use http::Method;
use serde_json::json;

use super::{Host, Operation, Param, Place, never, read};
use crate::{
    Chat, InstanceClient, config,
    endpoint::{Class, Spec},
    error::Error,
    model::Kind,
};

pub(crate) static OPERATION: Operation<Vec<Chat>> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("getChats"),
        method: Method::GET,
        path: Cow::Borrowed("/waInstance{idInstance}/getChats/{apiTokenInstance}"),
        retry: Class::Safe,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: None,
        page: "https://green-api.com/en/docs/api/service/GetChats/",
        prose: include_str!("get_chats.md"),
    },
    host: Host::Api,
    params: &[Param::new("count", "count", Kind::Int, Place::Query, "How many, the latest ones. Defaults to all.")
        .within(1, 1_000_000)],
    read: |answer| read::list(answer, Chat::read),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("get_chats.md")]
    pub async fn get_chats(&self, count: Option<u64>) -> Result<Vec<Chat>, Error> {
        self.get(&OPERATION, json!({ "count": count })).await
    }
}
