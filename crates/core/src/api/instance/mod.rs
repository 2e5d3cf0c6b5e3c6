//! What a method of an instance is made of, and how it is called; the methods themselves are in `instance/`.

pub(crate) mod arguments;
pub(crate) mod read;

use std::{borrow::Cow, time::Duration};

use serde_json::{Map, Value};

pub use arguments::File;
pub(crate) use arguments::{Default, Param, Place, check_phone, read as read_arguments, seconds};

use crate::{
    config::POLL_MARGIN,
    endpoint::{Answer, Asks, Body, Endpoint, Mismatch, Spec},
    error::Error,
    model::{Returned, Returning, Returns},
};

/// One upstream method of an instance.
pub(crate) struct Operation<T: 'static> {
    pub(crate) spec: Spec,
    pub(crate) host: Host,
    pub(crate) params: &'static [Param],
    /// The success, recognised by its key.
    pub(crate) read: fn(&Answer) -> Result<T, Mismatch>,
    /// What an error means after an earlier try of the same call that may have taken effect.
    pub(crate) repeated: fn(&Error) -> Option<T>,
}

/// Which of an instance's hosts a method is asked of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Host {
    Api,
    /// `mediaUrl`: uploads.
    Media,
}

/// An operation, whatever it gives.
pub(crate) trait AnyOperation: Sync {
    fn spec(&self) -> &Spec;
    /// Upstream's name of it.
    fn name(&self) -> &'static str;
    fn host(&self) -> Host;
    fn params(&self) -> &'static [Param];
    fn returns(&self) -> Returns;
    /// Whether it takes fields that upstream learned since: whatever has several in a body does.
    fn takes_extra(&self) -> bool {
        let in_body = |param: &Param| matches!(param.place, Place::Body | Place::Words | Place::Form);
        self.params().len() > 1 && self.params().iter().any(in_body)
    }
    /// The success, recognised by its key, as every language has it.
    fn read(&self, answer: &Answer) -> Result<Returned, Mismatch>;
    /// What an error means after an earlier try of the same call that may have taken effect.
    fn repeated(&self, error: &Error) -> Option<Returned>;
}

impl<T: Into<Returned> + Returning + Send + 'static> AnyOperation for Operation<T> {
    fn spec(&self) -> &Spec {
        &self.spec
    }

    fn name(&self) -> &'static str {
        if let Cow::Borrowed(name) = self.spec.operation { name } else { "" }
    }

    fn host(&self) -> Host {
        self.host
    }

    fn params(&self) -> &'static [Param] {
        self.params
    }

    fn returns(&self) -> Returns {
        T::RETURNS
    }

    fn read(&self, answer: &Answer) -> Result<Returned, Mismatch> {
        (self.read)(answer).map(Into::into)
    }

    fn repeated(&self, error: &Error) -> Option<Returned> {
        (self.repeated)(error).map(Into::into)
    }
}

/// An operation, and what who asks it gets: its own type, or [`Returned`] where nobody knows the operation.
pub(crate) trait Gives: Sync {
    type Output: Send + 'static;

    fn spec(&self) -> &Spec;
    fn host(&self) -> Host;
    fn params(&self) -> &'static [Param];
    fn read(&self, answer: &Answer) -> Result<Self::Output, Mismatch>;
    fn repeated(&self, error: &Error) -> Option<Self::Output>;
}

impl<T: Send + 'static> Gives for Operation<T> {
    type Output = T;

    fn spec(&self) -> &Spec {
        &self.spec
    }

    fn host(&self) -> Host {
        self.host
    }

    fn params(&self) -> &'static [Param] {
        self.params
    }

    fn read(&self, answer: &Answer) -> Result<T, Mismatch> {
        (self.read)(answer)
    }

    fn repeated(&self, error: &Error) -> Option<T> {
        (self.repeated)(error)
    }
}

impl Gives for dyn AnyOperation {
    type Output = Returned;

    fn spec(&self) -> &Spec {
        AnyOperation::spec(self)
    }

    fn host(&self) -> Host {
        AnyOperation::host(self)
    }

    fn params(&self) -> &'static [Param] {
        AnyOperation::params(self)
    }

    fn read(&self, answer: &Answer) -> Result<Returned, Mismatch> {
        AnyOperation::read(self, answer)
    }

    fn repeated(&self, error: &Error) -> Option<Returned> {
        AnyOperation::repeated(self, error)
    }
}

/// One request of an operation, its arguments checked.
pub(crate) struct Request<O: ?Sized + 'static> {
    operation: &'static O,
    body: Option<Body>,
    suffix: String,
    polls_for: Option<Duration>,
}

/// Checks and places the arguments.
pub(crate) async fn request<O: Gives + ?Sized>(
    operation: &'static O,
    arguments: Map<String, Value>,
    file: Option<File>,
    is_whatsapp: bool,
) -> Result<Request<O>, Error> {
    let placed = arguments::place(operation.params(), arguments, file, is_whatsapp)
        .await
        .map_err(|error| error.during(operation.spec().operation.clone()))?;
    Ok(Request { operation, body: placed.body, suffix: placed.suffix, polls_for: placed.polls_for })
}

impl<O: ?Sized> Request<O> {
    /// The same with an empty object for a body.
    pub(crate) fn empty(mut self) -> Self {
        self.body = Some(Body::json(&Value::Object(Map::new())));
        self
    }
}

impl<O: Gives + ?Sized> Asks for Request<O> {
    fn spec(&self) -> &Spec {
        self.operation.spec()
    }

    fn body(&self) -> Result<Option<Body>, Error> {
        Ok(self.body.clone())
    }

    fn suffix(&self) -> String {
        self.suffix.clone()
    }

    /// A long poll takes as long as upstream was asked to wait, whatever the client's time for other calls.
    fn timeout(&self, of_client: Option<Duration>) -> Duration {
        match self.polls_for {
            Some(time) => time + POLL_MARGIN,
            None => of_client.unwrap_or(self.spec().timeout),
        }
    }
}

impl<O: Gives + ?Sized> Endpoint for Request<O> {
    type Output = O::Output;

    fn decode(&self, answer: &Answer) -> Result<O::Output, Mismatch> {
        self.operation.read(answer)
    }

    fn after_unanswered(&self, error: &Error) -> Option<O::Output> {
        self.operation.repeated(error)
    }
}

/// For methods whose second time says no more than their first.
pub(crate) fn never<T>(_error: &Error) -> Option<T> {
    None
}
