//! The mock server, in this process; `greenapi_partner.testing` is its public face.

use std::{
    mem, process,
    sync::{Mutex, PoisonError},
};

use greenapi_partner_mock::{self as mock, Options};
use pyo3::{exceptions::PyValueError, prelude::*};
use serde_json::Value;

use crate::{arguments, sealed::Named};

/// The server behind `greenapi_partner.testing.MockServer`.
#[pyclass(frozen, module = "greenapi_partner._native")]
pub(crate) struct MockServer {
    pid: u32,
    url: String,
    partner_token: String,
    server: Mutex<Option<mock::MockServer>>,
}

#[pymethods]
impl MockServer {
    /// Starts a server with these options, by their names on the wire.
    #[new]
    fn new(py: Python<'_>, options: Named<'_>) -> PyResult<Self> {
        let options: Options = serde_json::from_value(Value::Object(arguments::object(options.dict())?))
            .map_err(|wrong| PyValueError::new_err(wrong.to_string()))?;
        let server = py.detach(|| mock::MockServer::start_blocking(options))?;
        Ok(Self {
            pid: process::id(),
            url: server.url(),
            partner_token: server.partner_token(),
            server: Mutex::new(Some(server)),
        })
    }

    #[getter]
    fn url(&self) -> &str {
        &self.url
    }

    #[getter]
    fn partner_token(&self) -> &str {
        &self.partner_token
    }

    /// Stops the server; its port is free afterwards.
    fn close(&self, py: Python<'_>) {
        let server = self.server.lock().unwrap_or_else(PoisonError::into_inner).take();
        py.detach(|| self.stop(server));
    }
}

impl MockServer {
    /// A forked child has no thread to stop: the server is its parent's.
    fn stop(&self, server: Option<mock::MockServer>) {
        if self.pid == process::id() {
            drop(server);
        } else {
            mem::forget(server);
        }
    }
}

impl Drop for MockServer {
    fn drop(&mut self) {
        let server = self.server.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.stop(server);
    }
}
