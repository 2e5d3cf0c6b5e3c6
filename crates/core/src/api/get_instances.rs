//! `GET /partner/getInstances/{partnerToken}`
//!
//! <https://green-api.com/en/docs/partners/getInstances/>

use std::borrow::Cow;

use http::{HeaderValue, Method, header};

use crate::{
    Instances, config,
    endpoint::{Answer, Asks, Class, Endpoint, Mismatch, Spec},
    model::instances_from,
};

/// Lists the account's instances.
#[derive(Clone)]
pub(crate) struct GetInstances {
    /// The list of an earlier answer, by its `ETag`.
    pub(crate) known: Option<CachedList>,
}

/// A list and the `ETag` it came with.
#[derive(Clone)]
pub(crate) struct CachedList {
    pub(crate) etag: Option<HeaderValue>,
    pub(crate) instances: Instances,
}

impl GetInstances {
    pub(crate) const SPEC: &'static Spec = &Spec {
        operation: Cow::Borrowed("getInstances"),
        method: Method::GET,
        path: Cow::Borrowed("/partner/getInstances/{partnerToken}"),
        retry: Class::Safe,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: None,
        page: "https://green-api.com/en/docs/partners/getInstances/",
        prose: include_str!("get_instances.md"),
    };
}

impl Asks for GetInstances {
    fn spec(&self) -> &Spec {
        Self::SPEC
    }

    fn if_none_match(&self) -> Option<&HeaderValue> {
        self.known.as_ref()?.etag.as_ref()
    }
}

impl Endpoint for GetInstances {
    type Output = CachedList;

    /// The success is a JSON array with a 2xx status: an empty one under a 502 must not read as "you have none".
    fn decode(&self, answer: &Answer) -> Result<CachedList, Mismatch> {
        match (answer.status, &self.known) {
            (304, Some(known)) if known.etag.is_some() => return Ok(known.clone()),
            (200..300, _) => {}
            (status, _) => return Err(format!("a list does not come with HTTP {status}").into()),
        }
        let instances = instances_from(&answer.body)?;
        Ok(CachedList { etag: answer.headers.get(header::ETAG).cloned(), instances })
    }
}
