//! Module `_program`: the program `greenapi-partner`, as pip's console script calls it.
//!
//! A module of its own in the same library, so that the program begins without the package and its classes.

use std::{ffi::OsString, process};

use greenapi_partner_cli::Streams;
use pyo3::prelude::*;

/// Runs the program, and ends the process with its exit code: nothing of the interpreter is needed any more.
#[pyfunction]
fn main(py: Python<'_>, arguments: Vec<OsString>) {
    let code = py.detach(|| greenapi_partner_cli::main(arguments, Streams::standard()));
    process::exit(code.into())
}

#[pymodule]
fn _program(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(main, module)?)
}
