//! Mode of a client: a thread waits for an answer (sync), or an event loop awaits it (async).

use std::future::Future;

use greenapi_partner::{Error, contract};
use pyo3::{IntoPyObjectExt, prelude::*};

use crate::{
    bridge::into_awaitable,
    runtime::{By, wait},
};

/// What the methods of a handle do, all of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mode {
    Waited,
    Awaited,
}

impl Mode {
    pub(crate) fn of(awaited: bool) -> Self {
        if awaited { Self::Awaited } else { Self::Waited }
    }

    /// The answer, or the coroutine `Async{name}` of it; the call is done `by` one or the other.
    pub(crate) fn answer<T>(
        self,
        py: Python<'_>,
        name: &str,
        by: By,
        call: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> PyResult<Py<PyAny>>
    where
        T: for<'py> IntoPyObject<'py> + Send + 'static,
    {
        match self {
            Self::Waited => wait(py, by, call)?.into_py_any(py),
            Self::Awaited => into_awaitable(self.class(name), by, call).into_py_any(py),
        }
    }

    /// The method's name in this mode; none where nobody asks for it: an answer that is waited for is no coroutine.
    pub(crate) fn method(self, class: &str, operation: &str) -> String {
        match self {
            Self::Waited => String::new(),
            Self::Awaited => format!("{class}.{}", contract::snake(operation)),
        }
    }

    /// The class of this mode: `InstanceClient` or `AsyncInstanceClient`.
    pub(crate) fn class(self, name: &str) -> String {
        match self {
            Self::Waited => name.to_owned(),
            Self::Awaited => format!("Async{name}"),
        }
    }
}
