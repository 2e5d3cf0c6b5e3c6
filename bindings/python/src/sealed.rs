//! Arguments out of everybody's sight on their way to core.
//!
//! Reporters of errors (Sentry, rich, `pytest -l`) print the locals of every frame that an exception passes. So a method in
//! Python that takes a secret puts it in here, forgets it, and only then does what may fail.

use pyo3::{
    prelude::*,
    types::{PyBytes, PyDict},
};
use serde_json::Value;

use crate::arguments;

/// Arguments by their names. It shows nothing of them.
#[pyclass(frozen, module = "greenapi_partner._native")]
pub(crate) struct Sealed(Py<PyDict>);

#[pymethods]
impl Sealed {
    #[new]
    #[pyo3(signature = (**arguments))]
    fn new(py: Python<'_>, arguments: Option<Bound<'_, PyDict>>) -> Self {
        Self(arguments.unwrap_or_else(|| PyDict::new(py)).unbind())
    }

    /// What `callable` makes of them.
    fn open_for<'py>(&self, callable: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        callable.call((), Some(self.0.bind(callable.py())))
    }

    /// They as JSON.
    fn json<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let json = Value::Object(arguments::object(self.0.bind(py))?);
        Ok(PyBytes::new(py, json.to_string().as_bytes()))
    }
}

/// Arguments by their names, sealed or not.
#[derive(FromPyObject)]
pub(crate) enum Named<'py> {
    Sealed(Bound<'py, Sealed>),
    Plain(Bound<'py, PyDict>),
}

impl<'py> Named<'py> {
    pub(crate) fn dict(&self) -> &Bound<'py, PyDict> {
        match self {
            Self::Sealed(sealed) => sealed.get().0.bind(sealed.py()),
            Self::Plain(dict) => dict,
        }
    }
}
