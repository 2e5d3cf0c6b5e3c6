//! Forks of the process: SQLite has no file open while a child is born.

use greenapi_partner::forking;
use pyo3::{prelude::*, types::IntoPyDict as _};

/// Lets core hear of each `os.fork`, where there is one.
pub(crate) fn tell_core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let Ok(register) = py.import("os")?.getattr("register_at_fork") else { return Ok(()) };
    let hooks = [
        ("before", wrap_pyfunction!(before, module)?),
        ("after_in_parent", wrap_pyfunction!(after_in_parent, module)?),
        ("after_in_child", wrap_pyfunction!(after_in_child, module)?),
    ];
    register.call((), Some(&hooks.into_py_dict(py)?)).map(drop)
}

/// With the GIL, which no statement needs to end.
#[pyfunction]
fn before() {
    forking::before();
}

#[pyfunction]
fn after_in_parent() {
    forking::after_in_parent();
}

#[pyfunction]
fn after_in_child() {
    forking::after_in_child();
}
