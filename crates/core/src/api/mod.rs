//! One file per upstream method: its HTTP line, its [`Spec`], what goes out and what comes back. No I/O.

mod create_instance;
mod delete_instance_account;
mod get_instances;
pub(crate) mod instance;

use std::{
    borrow::Cow,
    future::{self, Future},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderValue, Method};

use crate::{
    error::{Error, ErrorCode},
    pace::Rate,
    retry::Class,
    wire::Answer,
};

pub(crate) use create_instance::Create;
pub(crate) use delete_instance_account::{Delete, nothing_left};
pub(crate) use get_instances::{Known, List};

/// The facts about an upstream method that are not the caller's decisions.
#[derive(Clone, Debug)]
pub(crate) struct Spec {
    /// Upstream's name for it.
    pub(crate) operation: Cow<'static, str>,
    pub(crate) method: Method,
    /// The path, with `{partnerToken}` or `{apiTokenInstance}` where the token goes. What is logged and shown is this
    /// template.
    pub(crate) path: Cow<'static, str>,
    /// What happens when it is done twice.
    pub(crate) retry: Class,
    /// The time of a call, where the client's user names none.
    pub(crate) timeout: Duration,
    /// How long one try may take; the whole call where there is none.
    pub(crate) attempt: Option<Duration>,
    /// The documented rate per instance; none where there is none.
    pub(crate) rate: Option<Rate>,
    /// Upstream's page.
    pub(crate) page: &'static str,
    /// Our prose, for the documentation of every language.
    pub(crate) prose: &'static str,
}

impl Spec {
    /// Whether it is a method of the partner API, and not of an instance.
    pub(crate) fn is_partners(&self) -> bool {
        self.path.starts_with("/partner/")
    }

    /// Whether it creates, and bills, an instance.
    pub(crate) fn is_creation(&self) -> bool {
        self.path == Create::SPEC.path
    }
}

/// All upstream methods, in the order of the documentation.
pub(crate) const SPECS: [&Spec; 3] = [Create::SPEC, List::SPEC, Delete::SPEC];

/// One request of an upstream method: what goes out.
pub(crate) trait Asks: Send + Sync + 'static {
    fn spec(&self) -> &Spec;

    /// The body; fails before anything is sent.
    fn body(&self) -> Result<Option<Body>, Error> {
        Ok(None)
    }

    /// What follows the path: a further segment, a query.
    fn suffix(&self) -> String {
        String::new()
    }

    /// The time of the call, where its caller names none; the client's, if it has one.
    fn timeout(&self, of_client: Option<Duration>) -> Duration {
        of_client.unwrap_or(self.spec().timeout)
    }

    /// What the caller already has, so that an unchanged answer need not be sent again.
    fn if_none_match(&self) -> Option<&HeaderValue> {
        None
    }

    /// The instance that it is about, where neither path nor token says so.
    fn id_instance(&self) -> Option<u64> {
        None
    }

    /// Where it is told whether the request may have left this machine.
    fn sent(&self) -> Sent {
        Sent::default()
    }
}

/// The same, and what comes back.
pub(crate) trait Endpoint: Asks {
    type Output: Send + 'static;

    /// The success, recognised by its key; otherwise what is there instead.
    fn decode(&self, answer: &Answer) -> Result<Self::Output, Mismatch>;

    /// What `error` means after an earlier try of the same call that may have taken effect.
    fn after_unanswered(&self, _error: &Error) -> Option<Self::Output> {
        None
    }

    /// What there is already of what an earlier try of the same call was refused with a 429: looked for, within this time,
    /// before it is sent again. An error of the looking is the call's.
    fn after_refused(&self, _left: Duration) -> Looked<'_, Self::Output> {
        Box::pin(future::ready(Ok(None)))
    }
}

/// A look that is under way.
pub(crate) type Looked<'a, T> = Pin<Box<dyn Future<Output = Result<Option<T>, Error>> + Send + 'a>>;

/// Whether a request may have left this machine, and nobody knows yet that it was refused.
#[derive(Clone, Default)]
pub(crate) struct Sent(Arc<AtomicBool>);

impl Sent {
    pub(crate) fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(crate) fn clear(&self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// What is sent along.
#[derive(Clone)]
pub(crate) struct Body {
    pub(crate) data: Bytes,
    pub(crate) content_type: Cow<'static, str>,
    /// The name of a file that is the whole body: its header.
    pub(crate) file_name: Option<HeaderValue>,
}

impl Body {
    pub(crate) fn json(value: &serde_json::Value) -> Self {
        Self { data: value.to_string().into(), content_type: Cow::Borrowed("application/json"), file_name: None }
    }
}

/// Why an answer is not the success, without a token in it.
#[derive(Debug)]
pub(crate) struct Mismatch {
    pub(crate) why: String,
    /// What it means, where a document says so.
    pub(crate) code: Option<ErrorCode>,
}

impl<T: Into<String>> From<T> for Mismatch {
    fn from(why: T) -> Self {
        Self { why: why.into(), code: None }
    }
}
