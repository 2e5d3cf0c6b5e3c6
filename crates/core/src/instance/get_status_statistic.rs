//! `GET /waInstance{idInstance}/getStatusStatistic/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/statuses/GetStatusStatistic/>

use std::borrow::Cow;

use http::Method;
use serde_json::json;

use super::{Host, Operation, Param, Place, never, read};
use crate::{
    InstanceClient, StatusReceipt, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
    model::Kind,
};

pub(crate) static OPERATION: Operation<Vec<StatusReceipt>> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("getStatusStatistic"),
        method: Method::GET,
        path: Cow::Borrowed("/waInstance{idInstance}/getStatusStatistic/{apiTokenInstance}"),
        retry: Class::Safe,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: Some(Rate::new(1.0)),
        page: "https://green-api.com/en/docs/api/statuses/GetStatusStatistic/",
        prose: include_str!("get_status_statistic.md"),
    },
    host: Host::Api,
    params: &[
        Param::new("id_message", "idMessage", Kind::Text, Place::Query, "The status's id, as it was sent.").required()
    ],
    read: |answer| read::list(answer, StatusReceipt::read),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("get_status_statistic.md")]
    pub async fn get_status_statistic(&self, id_message: impl Into<String>) -> Result<Vec<StatusReceipt>, Error> {
        self.get(&OPERATION, json!({ "id_message": id_message.into() })).await
    }
}
