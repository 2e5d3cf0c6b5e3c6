//! `GET /waInstance{idInstance}/getStateInstance/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/account/GetStateInstance/>

use std::borrow::Cow;

use http::Method;
use serde_json::json;

use super::{Host, Operation, never, read};
use crate::{
    InstanceClient, config,
    endpoint::{Answer, Class, Mismatch, Rate, Spec},
    error::{Error, ErrorCode},
    model::StateText,
};

pub(crate) static OPERATION: Operation<StateText> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("getStateInstance"),
        method: Method::GET,
        path: Cow::Borrowed("/waInstance{idInstance}/getStateInstance/{apiTokenInstance}"),
        retry: Class::Safe,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: Some(Rate::new(1.0)),
        page: "https://green-api.com/en/docs/api/account/GetStateInstance/",
        prose: include_str!("get_state_instance.md"),
    },
    host: Host::Api,
    params: &[],
    read: state,
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("get_state_instance.md")]
    pub async fn get_state_instance(&self) -> Result<String, Error> {
        self.get(&OPERATION, json!({})).await.map(|StateText(state)| state)
    }
}

/// `null`: the instance is still being created. A state of any name survives.
fn state(answer: &Answer) -> Result<StateText, Mismatch> {
    if answer.is_null() {
        return Err(Mismatch { why: "it is null: still being created".into(), code: Some(ErrorCode::NotReady) });
    }
    read::text(answer, "stateInstance").map(StateText)
}
