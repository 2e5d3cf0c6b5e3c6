//! `GET /waInstance{idInstance}/getStateInstanceHistory/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/account/GetStateInstanceHistory/>

use std::borrow::Cow;

use http::Method;
use serde_json::json;

use super::{Host, Operation, Param, Place, never, read};
use crate::{
    InstanceClient, StateChange, config,
    endpoint::{Class, Spec},
    error::Error,
    model::Kind,
};

pub(crate) static OPERATION: Operation<Vec<StateChange>> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("getStateInstanceHistory"),
        method: Method::GET,
        path: Cow::Borrowed("/waInstance{idInstance}/getStateInstanceHistory/{apiTokenInstance}"),
        retry: Class::Safe,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: None,
        page: "https://green-api.com/en/docs/api/account/GetStateInstanceHistory/",
        prose: include_str!("get_state_instance_history.md"),
    },
    host: Host::Api,
    params: &[Param::new(
        "count",
        "count",
        Kind::Int,
        Place::Query,
        "How many changes, the latest ones. Defaults to upstream's 100.",
    )
    .within(1, 1_000_000)],
    read: |answer| read::list(answer, StateChange::read),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("get_state_instance_history.md")]
    pub async fn get_state_instance_history(&self, count: Option<u64>) -> Result<Vec<StateChange>, Error> {
        self.get(&OPERATION, json!({ "count": count })).await
    }
}
