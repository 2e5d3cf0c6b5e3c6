//! One file per upstream method: its HTTP line, its [`Spec`], what goes out and what comes back. No I/O.

mod create_instance;
mod delete_instance_account;
mod get_instances;

use std::time::Duration;

use http::{HeaderValue, Method};

use crate::{error::Error, retry::Class, wire::Answer};

pub(crate) use create_instance::Create;
pub(crate) use delete_instance_account::Delete;
pub(crate) use get_instances::{Known, List};

/// The facts about an upstream method that are not the caller's decisions.
#[derive(Debug)]
pub(crate) struct Spec {
    /// Upstream's name for it.
    pub(crate) operation: &'static str,
    pub(crate) method: Method,
    /// The path, with `{partnerToken}` where the token goes. What is logged and shown is this template.
    pub(crate) path: &'static str,
    /// What happens when it is done twice.
    pub(crate) retry: Class,
    /// The time of a call, where the client's user names none.
    pub(crate) timeout: Duration,
    /// Upstream's page.
    pub(crate) page: &'static str,
    /// Our prose, for the documentation of every language.
    pub(crate) prose: &'static str,
}

/// All upstream methods, in the order of the documentation.
pub(crate) const SPECS: [&Spec; 3] = [Create::SPEC, List::SPEC, Delete::SPEC];

/// One request of an upstream method.
pub(crate) trait Endpoint: Clone + Send + Sync + 'static {
    const SPEC: &'static Spec;
    type Output: Send + 'static;

    /// The JSON body; fails before anything is sent.
    fn body(&self) -> Result<Option<Vec<u8>>, Error> {
        Ok(None)
    }

    /// What the caller already has, so that an unchanged answer need not be sent again.
    fn if_none_match(&self) -> Option<&HeaderValue> {
        None
    }

    /// The success, recognised by its key; otherwise what is there instead, without a token in it.
    fn decode(&self, answer: &Answer) -> Result<Self::Output, String>;

    /// What `error` means after an earlier try of the same call that may have taken effect.
    fn after_unanswered(&self, _error: &Error) -> Option<Self::Output> {
        None
    }
}
