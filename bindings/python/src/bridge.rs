//! Bridge between an event loop and a call: a coroutine outside, a tokio task inside, and one wake-up of the loop for all
//! the results that are ready (`port`).
//!
//! Ours, because the ready-made bridge wakes the loop once per result through a thread of its own, and cannot be
//! rebuilt after `fork`.

use std::{
    convert::Infallible,
    ffi::CString,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use greenapi_partner::Error;
use pyo3::{
    IntoPyObjectExt, PyTraverseError, PyVisit,
    exceptions::{PyRuntimeError, PyRuntimeWarning},
    intern,
    prelude::*,
    sync::PyOnceLock,
    types::{PyNone, PyTuple},
};
use tokio::task::AbortHandle;

use crate::{
    error, finalization,
    log::Heard,
    port::Results,
    runtime::{self, By, Ending},
    settlement::{InPython, Settlement, is_interruption},
};

/// A coroutine that makes `call` when it is awaited; its name is that of the method, with its class.
pub(crate) fn into_awaitable<T>(
    name: impl Into<String>,
    by: By,
    call: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Call
where
    T: for<'py> IntoPyObject<'py> + Send + 'static,
{
    Call { name: name.into(), state: Mutex::new(State::New(Box::new(move |py| spawn(py, by, call)))) }
}

/// What a method of the asynchronous client returns: everything that asyncio expects of a coroutine.
///
/// Like one, it does nothing before it is awaited, so `asyncio.run`, `create_task` and `TaskGroup` take it.
#[pyclass(frozen, module = "greenapi_partner._native")]
pub(crate) struct Call {
    name: String,
    state: Mutex<State>,
}

enum State {
    New(InPython),
    Running { future: Py<PyAny>, steps: Py<PyAny> },
    Done,
}

#[pymethods]
impl Call {
    #[getter]
    fn __name__(&self) -> &str {
        self.name.rsplit('.').next().unwrap_or_default()
    }

    #[getter]
    fn __qualname__(&self) -> &str {
        &self.name
    }

    fn __repr__(&self) -> String {
        format!("<coroutine {}>", self.name)
    }

    fn __await__(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        if !matches!(*self.state(), State::New(_)) {
            return Err(PyRuntimeError::new_err("cannot reuse already awaited coroutine"));
        }
        self.steps(py)
    }

    fn send(&self, py: Python<'_>, value: Py<PyAny>) -> PyResult<Py<PyAny>> {
        self.steps(py)?.call_method1(py, intern!(py, "send"), (value,))
    }

    #[pyo3(signature = (*exception))]
    fn throw(&self, py: Python<'_>, exception: &Bound<'_, PyTuple>) -> PyResult<Py<PyAny>> {
        if matches!(*self.state(), State::New(_)) {
            self.close(py)?;
            let raised = exception.get_item(0)?;
            return Err(PyErr::from_value(raised));
        }
        self.steps(py)?.call_method1(py, intern!(py, "throw"), exception)
    }

    fn close(&self, py: Python<'_>) -> PyResult<()> {
        let state = std::mem::replace(&mut *self.state(), State::Done);
        let State::Running { future, .. } = state else { return Ok(()) };
        match future.call_method0(py, intern!(py, "cancel")) {
            Err(raised) if is_interruption(py, &raised) => Err(raised),
            // A loop that is already closed: there is nobody left to tell.
            _ => Ok(()),
        }
    }

    /// A task holds its coroutine, this one its future, and that one its task: only the collector frees them, where none of them
    /// ended.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        // The collector may come at any moment, also to who has it locked.
        if let Ok(state) = self.state.try_lock()
            && let State::Running { future, steps } = &*state
        {
            visit.call(future)?;
            visit.call(steps)?;
        }
        Ok(())
    }

    fn __clear__(&self) {
        // What is freed may run code that comes back here.
        let state = std::mem::replace(&mut *self.state(), State::Done);
        drop(state);
    }
}

impl Call {
    /// The iterator that drives the call, which starts here if it has not yet.
    fn steps(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let start = match &mut *self.state() {
            State::Running { steps, .. } => return Ok(steps.clone_ref(py)),
            state => std::mem::replace(state, State::Done),
        };
        let State::New(start) = start else {
            return Err(PyRuntimeError::new_err("cannot reuse already awaited coroutine"));
        };
        let future = start(py)?;
        let steps = future.call_method0(py, intern!(py, "__await__"))?;
        *self.state() = State::Running { future, steps: steps.clone_ref(py) };
        Ok(steps)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The warning that Python gives for a coroutine that nobody awaited.
impl Drop for Call {
    fn drop(&mut self) {
        if !matches!(*self.state(), State::New(_)) {
            return;
        }
        Python::try_attach(|py| {
            let raised = PyErr::take(py);
            let category = py.get_type::<PyRuntimeWarning>();
            let warning =
                CString::new(format!("{} was never awaited: nothing was sent", self.name)).unwrap_or_default();
            if let Err(strict) = PyErr::warn(py, &category, &warning, 1) {
                strict.write_unraisable(py, None);
            }
            if let Some(raised) = raised {
                raised.restore(py);
            }
        });
    }
}

/// Python's None: pyo3 takes `()` for an empty tuple where it is a value.
pub(crate) struct Nothing;

impl<'py> IntoPyObject<'py> for Nothing {
    type Target = PyNone;
    type Output = Borrowed<'py, 'py, PyNone>;
    type Error = Infallible;

    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        Ok(PyNone::get(py))
    }
}

/// Starts `call` on the runtime and returns the asyncio future of its result.
fn spawn<T>(
    py: Python<'_>,
    by: By,
    call: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> PyResult<Py<PyAny>>
where
    T: for<'py> IntoPyObject<'py> + Send + 'static,
{
    if finalization::is_shut() {
        return Err(PyRuntimeError::new_err("the interpreter is shutting down: nobody could tell the event loop"));
    }
    let event_loop = running_loop(py)?;
    let future = event_loop.call_method0(intern!(py, "create_future"))?;
    let promise = Promise { results: Results::of(&event_loop)?, future: Some(future.clone().unbind()) };
    let call = Heard::new(py, call)?;
    // On the heap: tokio's tasks are compiled once, and not once for each call.
    let task: Pin<Box<dyn Future<Output = Ending> + Send>> = Box::pin(async move {
        let outcome = call.await;
        let ending: Ending = Box::new(move || {
            promise.keep(move |py| match outcome {
                Ok(value) => value.into_py_any(py),
                Err(failure) => Err(error::exception(py, &failure)),
            });
        });
        ending
    });
    let task = runtime::spawn(py, by, task)?;
    future.call_method1(intern!(py, "add_done_callback"), (AbortOnCancel(task),))?;
    Ok(future.unbind())
}

/// Ends the tokio task, and with it the request, when the future is cancelled.
#[pyclass(frozen)]
struct AbortOnCancel(AbortHandle);

#[pymethods]
impl AbortOnCancel {
    fn __call__(&self, future: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = future.py();
        if future.call_method0(intern!(py, "cancelled"))?.is_truthy()? {
            finalization::abort(py, &self.0);
        }
        Ok(())
    }
}

/// An asyncio future that will be settled, come what may.
struct Promise {
    results: Arc<Results>,
    future: Option<Py<PyAny>>,
}

impl Promise {
    fn keep(mut self, outcome: impl FnOnce(Python<'_>) -> PyResult<Py<PyAny>> + Send + 'static) {
        self.settle(Box::new(outcome));
    }

    fn settle(&mut self, outcome: InPython) {
        if let Some(future) = self.future.take() {
            self.results.push(Settlement { future, outcome });
        }
    }
}

/// A task that panicked or was aborted leaves no awaiter waiting.
impl Drop for Promise {
    fn drop(&mut self) {
        self.settle(Box::new(|_| Err(PyRuntimeError::new_err("the call ended without an outcome"))));
    }
}

fn running_loop(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    static GET: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    GET.import(py, "asyncio", "get_running_loop")?.call0()
}
