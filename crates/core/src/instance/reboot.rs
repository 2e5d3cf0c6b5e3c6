//! `GET /waInstance{idInstance}/reboot/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/account/Reboot/>

use std::borrow::Cow;

use http::Method;
use serde_json::json;

use super::{Host, Operation, never, read};
use crate::{
    InstanceClient, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
};

pub(crate) static OPERATION: Operation<()> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("reboot"),
        method: Method::GET,
        path: Cow::Borrowed("/waInstance{idInstance}/reboot/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(1.0)),
        page: "https://green-api.com/en/docs/api/account/Reboot/",
        prose: include_str!("reboot.md"),
    },
    host: Host::Api,
    params: &[],
    read: |answer| read::yes(answer, "isReboot"),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("reboot.md")]
    pub async fn reboot(&self) -> Result<(), Error> {
        self.get(&OPERATION, json!({})).await
    }
}
