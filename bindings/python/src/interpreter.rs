//! The interpreter that the package works in: a process's main one, and no other.
//!
//! A process may hold several: mod_wsgi makes one for each application, uWSGI for each but the first. What this library
//! has looked up in Python (a class, a function) it keeps once per process, and its threads know one way into Python,
//! which leads to the main interpreter. Elsewhere, an error would be of a class that nobody there can name, so that
//! `except` lets it by, and log records would never arrive.

use pyo3::{exceptions::PyImportError, ffi, prelude::*};

/// Refuses to be imported anywhere else. Called before any class is made, because those too stay for the whole process.
pub(crate) fn refuse_all_but_the_main_one(py: Python<'_>) -> PyResult<()> {
    match id(py) {
        MAIN => Ok(()),
        _ => Err(PyImportError::new_err(ELSEWHERE)),
    }
}

/// Counted up from 0 in each process.
fn id(_py: Python<'_>) -> i64 {
    // SAFETY: this thread is attached to an interpreter, as `_py` shows; both only read.
    #[expect(unsafe_code, reason = "pyo3 has no safe way to ask this")]
    unsafe {
        ffi::PyInterpreterState_GetID(ffi::PyInterpreterState_Get())
    }
}

const MAIN: i64 = 0;

const ELSEWHERE: &str = "greenapi_partner works in the main interpreter of a process only, and this is a subinterpreter: \
    set `WSGIApplicationGroup %{GLOBAL}` (mod_wsgi) or `single-interpreter` (uWSGI), or give it a process of its own";
