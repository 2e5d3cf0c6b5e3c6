//! `POST /waInstance{idInstance}/setSettings/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/account/SetSettings/>

use std::borrow::Cow;

use http::Method;
use serde_json::Map;

use super::{Host, Operation, arguments::SETTINGS, never, read, request};
use crate::{
    InstanceClient, config,
    endpoint::{CallOptions, Class, Rate, Spec},
    error::Error,
};

pub(crate) static OPERATION: Operation<()> = Operation {
    spec: SPEC,
    host: Host::Api,
    params: SETTINGS,
    read: |answer| read::yes(answer, "saveSettings"),
    repeated: never,
};

/// The same with an empty body, which sets nothing: upstream's support has it sent after a reboot.
pub(crate) static REAPPLY: Operation<()> = Operation {
    spec: SPEC,
    host: Host::Api,
    params: &[],
    read: |answer| read::yes(answer, "saveSettings"),
    repeated: never,
};

impl InstanceClient {
    pub(crate) async fn reapply_settings(&self, options: CallOptions) -> Result<(), Error> {
        let request = request(&REAPPLY, Map::new(), None, true).await?.empty();
        self.engine().call(request, &self.target(Host::Api)?, options, &[]).await
    }
}

const SPEC: Spec = Spec {
    operation: Cow::Borrowed("setSettings"),
    method: Method::POST,
    path: Cow::Borrowed("/waInstance{idInstance}/setSettings/{apiTokenInstance}"),
    retry: Class::Idempotent,
    timeout: config::TIMEOUT,
    attempt: Some(config::ATTEMPT_TIMEOUT),
    rate: Some(Rate::new(1.0)),
    page: "https://green-api.com/en/docs/api/account/SetSettings/",
    prose: include_str!("set_settings.md"),
};
