//! `GET /waInstance{idInstance}/lastOutgoingCalls/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/journals/LastOutgoingCalls/>

use std::borrow::Cow;

use http::Method;
use serde_json::json;

use super::{Host, Operation, Param, Place, never, read};
use crate::{
    InstanceClient, JournalCall, config,
    endpoint::{Class, Spec},
    error::Error,
    model::Kind,
};

pub(crate) static OPERATION: Operation<Vec<JournalCall>> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("lastOutgoingCalls"),
        method: Method::GET,
        path: Cow::Borrowed("/waInstance{idInstance}/lastOutgoingCalls/{apiTokenInstance}"),
        retry: Class::Safe,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: None,
        page: "https://green-api.com/en/docs/api/journals/LastOutgoingCalls/",
        prose: include_str!("last_outgoing_calls.md"),
    },
    host: Host::Api,
    params: &[Param::new(
        "minutes",
        "minutes",
        Kind::Int,
        Place::Query,
        "Of how many minutes, up to now. Defaults to upstream's 1440: a day.",
    )
    .within(1, 1_000_000_000)],
    read: |answer| read::list(answer, JournalCall::read),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("last_outgoing_calls.md")]
    pub async fn last_outgoing_calls(&self, minutes: Option<u64>) -> Result<Vec<JournalCall>, Error> {
        self.get(&OPERATION, json!({ "minutes": minutes })).await
    }
}
