//! `GET /waInstance{idInstance}/getStateInstanceHistory/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/account/GetStateInstanceHistory/>

use std::borrow::Cow;

use http::Method;

use super::{Host, Operation, Param, Place, never, read};
use crate::{
    StateChange, config,
    endpoint::{Class, Spec},
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
