//! `GET /waInstance{idInstance}/getContacts/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/service/GetContacts/>

use std::borrow::Cow;

use http::Method;

use super::{Host, Operation, arguments::takes, never, read};
use crate::{
    Contact, InstanceClient, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
};

pub(crate) static OPERATION: Operation<Vec<Contact>> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("getContacts"),
        method: Method::GET,
        path: Cow::Borrowed("/waInstance{idInstance}/getContacts/{apiTokenInstance}"),
        retry: Class::Safe,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: Some(Rate::new(1.0)),
        page: "https://green-api.com/en/docs/api/service/GetContacts/",
        prose: include_str!("get_contacts.md"),
    },
    host: Host::Api,
    params: PARAMS,
    read: |answer| read::list(answer, Contact::read),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("get_contacts.md")]
    pub async fn get_contacts(&self, query: GetContacts) -> Result<Vec<Contact>, Error> {
        self.get(&OPERATION, query).await
    }
}

takes! {
    /// What getContacts takes: which ones, and how many. Upstream's own web client sends both; no page names them.
    GetContacts {
        needed {}
        optional {
            group "group" Flag Query {} "Whether groups come too. Defaults to upstream's choice.";
            count "count" Int Query { within(1, 1_000_000) } "How many. Defaults to all.";
        }
    }
}
