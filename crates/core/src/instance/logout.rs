//! `GET /waInstance{idInstance}/logout/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/account/Logout/>

use std::borrow::Cow;

use http::Method;
use serde_json::json;

use super::{Host, Operation, read};
use crate::{
    InstanceClient, config,
    endpoint::{Class, Rate, Spec},
    error::{Error, ErrorCode},
};

pub(crate) static OPERATION: Operation<()> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("logout"),
        method: Method::GET,
        path: Cow::Borrowed("/waInstance{idInstance}/logout/{apiTokenInstance}"),
        retry: Class::Idempotent,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: Some(Rate::new(1.0)),
        page: "https://green-api.com/en/docs/api/account/Logout/",
        prose: include_str!("logout.md"),
    },
    host: Host::Api,
    params: &[],
    read: |answer| read::yes(answer, "isLogout"),
    repeated: gone,
};

impl InstanceClient {
    #[doc = include_str!("logout.md")]
    pub async fn logout(&self) -> Result<(), Error> {
        self.get(&OPERATION, json!({})).await
    }
}

/// The earlier try has worked.
fn gone(error: &Error) -> Option<()> {
    matches!(error.code(), ErrorCode::NotAuthorized | ErrorCode::Refused).then_some(())
}
