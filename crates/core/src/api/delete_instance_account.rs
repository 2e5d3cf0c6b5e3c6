//! `POST /partner/deleteInstanceAccount/{partnerToken}`
//!
//! <https://green-api.com/en/docs/partners/deleteInstanceAccount/>

use std::borrow::Cow;

use http::Method;
use serde_json::{Map, Value, json};

use crate::{
    config,
    endpoint::{Answer, Asks, Body, Class, Endpoint, Mismatch, Spec},
    error::{Error, ErrorCode},
    json,
    model::checked_id,
    wire::confirmation,
};

/// Deletes an instance.
#[derive(Clone)]
pub(crate) struct Delete {
    pub(crate) id_instance: u64,
}

impl Delete {
    pub(crate) const SPEC: &'static Spec = &Spec {
        operation: Cow::Borrowed("deleteInstanceAccount"),
        method: Method::POST,
        path: Cow::Borrowed("/partner/deleteInstanceAccount/{partnerToken}"),
        retry: Class::Idempotent,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: None,
        page: "https://green-api.com/en/docs/partners/deleteInstanceAccount/",
        prose: include_str!("delete_instance_account.md"),
    };
}

impl Asks for Delete {
    fn spec(&self) -> &Spec {
        Self::SPEC
    }

    fn body(&self) -> Result<Option<Body>, Error> {
        let id = checked_id(self.id_instance).map_err(|error| error.during(Self::SPEC.operation.clone()))?;
        Ok(Some(Body::json(&json!({ "idInstance": id }))))
    }

    fn id_instance(&self) -> Option<u64> {
        Some(self.id_instance)
    }
}

impl Endpoint for Delete {
    type Output = ();

    /// The success is `{"deleteInstanceAccount": true}`, or 1, whatever the status says.
    fn decode(&self, answer: &Answer) -> Result<(), Mismatch> {
        match json::read::<Map<String, Value>>(&answer.body) {
            Some(object) if object.get("deleteInstanceAccount").and_then(confirmation) == Some(true) => Ok(()),
            Some(_) => Err("deleteInstanceAccount is not true".into()),
            None => Err("it is no JSON object".into()),
        }
    }

    /// `{code: 404}` then says that the earlier try has worked.
    fn after_unanswered(&self, error: &Error) -> Option<()> {
        nothing_left(error).then_some(())
    }
}

/// Whether a delete was refused because there is nothing left to delete. Nothing that comes with an HTTP 404 says so: that
/// is about the URL.
pub(crate) fn nothing_left(error: &Error) -> bool {
    error.code() == ErrorCode::NotFound && error.status() != Some(404)
}
