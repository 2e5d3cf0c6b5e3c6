//! Core's `Error` as an exception: the classes are ordinary Python ones, in `greenapi_partner.errors`.

use greenapi_partner::{Error, ErrorCode};
use pyo3::prelude::*;

/// The exception for `error`, its fields and reasons with it.
pub(crate) fn exception(py: Python<'_>, error: &Error) -> PyErr {
    let retry_after = error.retry_after().map(|wait| wait.as_secs_f64());
    let fields = (error.operation(), error.status(), error.description(), retry_after);
    build(py, error.code(), &error.to_string(), fields, error.causes().collect())
}

/// An argument that is refused before core has seen it.
pub(crate) fn invalid_request(py: Python<'_>, message: &str) -> PyErr {
    build(py, ErrorCode::InvalidRequest, message, Fields::default(), Vec::new())
}

/// An option of the constructor that is refused before core has seen it.
pub(crate) fn configuration(py: Python<'_>, message: &str) -> PyErr {
    build(py, ErrorCode::Configuration, message, Fields::default(), Vec::new())
}

/// Operation, status, description, seconds to wait.
type Fields<'a> = (Option<&'a str>, Option<u16>, Option<&'a str>, Option<f64>);

fn build(py: Python<'_>, code: ErrorCode, message: &str, fields: Fields<'_>, reasons: Vec<&str>) -> PyErr {
    let (operation, status, description, retry_after) = fields;
    // Not kept: where the package has been imported anew, the classes to catch are those of the new import.
    py.import("greenapi_partner.errors")
        .and_then(|errors| errors.getattr("_from_core"))
        .and_then(|build| build.call1((code.as_str(), message, operation, status, description, retry_after, reasons)))
        .map_or_else(|broken| broken, PyErr::from_value)
}
