//! `GET /waInstance{idInstance}/getOutgoingStatuses/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/statuses/GetOutgoingStatuses/>

use std::borrow::Cow;

use http::Method;
use serde_json::json;

use super::{Host, Operation, Param, Place, never, read};
use crate::{
    InstanceClient, Status, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
    model::Kind,
};

pub(crate) static OPERATION: Operation<Vec<Status>> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("getOutgoingStatuses"),
        method: Method::GET,
        path: Cow::Borrowed("/waInstance{idInstance}/getOutgoingStatuses/{apiTokenInstance}"),
        retry: Class::Safe,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: Some(Rate::new(1.0)),
        page: "https://green-api.com/en/docs/api/statuses/GetOutgoingStatuses/",
        prose: include_str!("get_outgoing_statuses.md"),
    },
    host: Host::Api,
    params: &[Param::new(
        "minutes",
        "minutes",
        Kind::Int,
        Place::Query,
        "Those of the last so many minutes. Defaults to upstream's 1440, a day.",
    )
    .within(1, 1_000_000)],
    read: |answer| read::list(answer, Status::read),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("get_outgoing_statuses.md")]
    pub async fn get_outgoing_statuses(&self, minutes: Option<u64>) -> Result<Vec<Status>, Error> {
        self.get(&OPERATION, json!({ "minutes": minutes })).await
    }
}
