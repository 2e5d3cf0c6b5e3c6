//! Settlement of an asyncio future: its outcome is made and set, and whoever waits for it is told, even where a signal comes between.
//!
//! Python runs signal handlers between any two steps of its own code on the main thread, and some of that code is the loop's
//! `call_soon`, which a future calls to tell of itself. Where a handler raises there (Ctrl-C, an exit), the future is settled, and
//! nobody is told: whoever waits for it would wait for ever, and so would who cancels them.

use pyo3::{
    exceptions::PyException,
    intern,
    prelude::*,
    types::{IntoPyDict, PyTuple},
};

/// What becomes of a future.
pub(crate) struct Settlement {
    pub(crate) future: Py<PyAny>,
    pub(crate) outcome: InPython,
}

/// What is done as soon as a thread is in Python.
pub(crate) type InPython = Box<dyn FnOnce(Python<'_>) -> PyResult<Py<PyAny>> + Send>;

impl Settlement {
    /// Fails with what a signal handler raised meanwhile, when all is done.
    pub(crate) fn make(self, py: Python<'_>) -> PyResult<()> {
        let future = self.future.bind(py);
        if future.call_method0(intern!(py, "done"))?.is_truthy()? {
            return Ok(());
        }
        // Asked before: by then it has forgotten them.
        let told = future.getattr_opt(intern!(py, "_callbacks"))?;
        let settled = match (self.outcome)(py) {
            Ok(value) => future.call_method1(intern!(py, "set_result"), (value,)),
            Err(raised) => future.call_method1(intern!(py, "set_exception"), (raised,)),
        };
        let Err(raised) = settled else { return Ok(()) };
        if is_interruption(py, &raised)
            && let Some(told) = told
        {
            tell(future, &told)?;
        }
        Err(raised)
    }
}

/// Whether it is no failure of the code that it came out of: a signal handler, or the program's end, came between.
pub(crate) fn is_interruption(py: Python<'_>, raised: &PyErr) -> bool {
    !raised.is_instance_of::<PyException>(py)
}

/// Tells those of `callbacks` of the settled future that the loop has not been told to call.
fn tell(future: &Bound<'_, PyAny>, callbacks: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = future.py();
    let event_loop = future.call_method0(intern!(py, "get_loop"))?;
    // A loop that is not written in Python is not come between, and does not tell either.
    let Some(ready) = event_loop.getattr_opt(intern!(py, "_ready"))? else { return Ok(()) };
    for callback in callbacks.try_iter()? {
        let (callback, context): (Bound<'_, PyAny>, Bound<'_, PyAny>) = callback?.extract()?;
        let in_context = [("context", context)].into_py_dict(py)?;
        // Another signal may come between.
        while !is_ready(&ready, &callback, future)? {
            let called = event_loop.call_method(intern!(py, "call_soon"), (&callback, future), Some(&in_context));
            if let Err(raised) = called
                && !is_interruption(py, &raised)
            {
                return Err(raised);
            }
        }
    }
    Ok(())
}

/// Whether the loop is about to call `callback` with the future.
fn is_ready(ready: &Bound<'_, PyAny>, callback: &Bound<'_, PyAny>, future: &Bound<'_, PyAny>) -> PyResult<bool> {
    let py = future.py();
    for handle in ready.try_iter()? {
        let handle = handle?;
        let arguments = handle.getattr(intern!(py, "_args"))?.cast_into::<PyTuple>()?;
        if handle.getattr(intern!(py, "_callback"))?.is(callback) && arguments.get_item(0).is_ok_and(|it| it.is(future))
        {
            return Ok(true);
        }
    }
    Ok(false)
}
