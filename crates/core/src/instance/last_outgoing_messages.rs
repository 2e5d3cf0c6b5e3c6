//! `GET /waInstance{idInstance}/lastOutgoingMessages/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/journals/LastOutgoingMessages/>

use std::borrow::Cow;

use http::Method;
use serde_json::json;

use super::{Host, Operation, Param, Place, never, read};
use crate::{
    InstanceClient, JournalMessage, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
    model::Kind,
};

pub(crate) static OPERATION: Operation<Vec<JournalMessage>> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("lastOutgoingMessages"),
        method: Method::GET,
        path: Cow::Borrowed("/waInstance{idInstance}/lastOutgoingMessages/{apiTokenInstance}"),
        retry: Class::Safe,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: Some(Rate::new(1.0)),
        page: "https://green-api.com/en/docs/api/journals/LastOutgoingMessages/",
        prose: include_str!("last_outgoing_messages.md"),
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
    read: |answer| read::list(answer, JournalMessage::read),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("last_outgoing_messages.md")]
    pub async fn last_outgoing_messages(&self, minutes: Option<u64>) -> Result<Vec<JournalMessage>, Error> {
        self.get(&OPERATION, json!({ "minutes": minutes })).await
    }
}
