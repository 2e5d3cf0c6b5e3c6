//! Watch over an account, under way.

use greenapi_partner::{Change, Watch, WatchControl};
use pyo3::prelude::*;

use crate::{iteration::Iteration, mode::Mode, record::Model, runtime::By};

/// A watch, behind `greenapi_partner.Watch` and `AsyncWatch`.
#[pyclass(frozen, module = "greenapi_partner._native")]
pub(crate) struct WatchHandle {
    iteration: Iteration<Watch>,
    control: WatchControl,
    mode: Mode,
}

#[pymethods]
impl WatchHandle {
    /// The next change, or None once it was closed.
    fn next(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let next = self.iteration.next(|watch| Box::pin(watch.next()))?;
        let control = self.control.clone();
        self.mode.answer(py, "Watch.next", By::Workers, async move {
            Ok(next.await?.map(|change| Told { change: Some(change), control }))
        })
    }

    /// What was handed out so far, as text without tokens; None before the first list.
    fn snapshot(&self, py: Python<'_>) -> Option<String> {
        py.detach(|| self.control.snapshot())
    }

    /// Ends it.
    fn close(&self) {
        self.iteration.close();
    }
}

impl WatchHandle {
    /// The iterator that users see, of a watch that begins with the first change that is asked for.
    pub(crate) fn begun(py: Python<'_>, watch: Watch, mode: Mode) -> PyResult<Bound<'_, PyAny>> {
        let control = watch.control();
        let handle = Self { iteration: Iteration::new(watch), control, mode };
        py.import("greenapi_partner.watch")?.getattr(mode.class("Watch"))?.call1((handle,))
    }
}

/// A change on its way to the program: one that does not arrive, since who waited for it was cancelled, was not
/// handed out.
struct Told {
    change: Option<Change>,
    control: WatchControl,
}

impl<'py> IntoPyObject<'py> for Told {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(mut self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.change.take().map(|change| Model(change.into())).into_pyobject(py)
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        if self.change.is_some() {
            self.control.take_back();
        }
    }
}
