//! Work on many instances, under way.

use greenapi_partner::{BulkItem, Control, Error, Modelled as _, Record, Results};
use pyo3::prelude::*;

use crate::{
    iteration::Iteration,
    mode::Mode,
    record::{self, Model},
    runtime::By,
    table::TableHandle,
};

/// A run, behind `greenapi_partner.Run` and `AsyncRun`.
#[pyclass(frozen, module = "greenapi_partner._native")]
pub(crate) struct RunHandle {
    iteration: Iteration<Gathering>,
    control: Control,
    model: &'static greenapi_partner::Model,
    mode: Mode,
}

#[pymethods]
impl RunHandle {
    /// The next result, or None after the last.
    fn next(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let next = self.iteration.next(|run| Box::pin(run.results.next()))?;
        self.mode.answer(py, "Run.next", By::Workers, async move { Ok(next.await?.map(Model)) })
    }

    /// Waits for the next result, and keeps it for `collect`; False after the last.
    fn gather(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let gathered = self.iteration.step(|run| Box::pin(run.gather()))?;
        self.mode.answer(py, "Run.gather", By::Workers, async move { Ok(gathered.await?.unwrap_or(false)) })
    }

    /// What was gathered and what is still to come, as a table.
    fn collect(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let (rest, model) = (self.iteration.step(|run| Box::pin(run.rest()))?, self.model);
        self.mode.answer(py, "Run.collect", By::Workers, async move {
            Ok(TableHandle::of(model, rest.await?.unwrap_or_default().into()))
        })
    }

    /// Begins nothing more.
    fn stop(&self) {
        self.control.stop();
    }

    /// Ends it; what was sent ends by itself.
    ///
    /// It is stopped here and now: a call that was cancelled may still hold the run for a moment, and would begin more.
    fn close(&self) {
        self.control.stop();
        self.iteration.close();
    }

    /// Every item as it stands, in the order in which they were given.
    fn report(&self) -> TableHandle {
        TableHandle::of(self.model, self.control.items().into())
    }

    /// How far it has come.
    #[getter]
    fn progress<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        record::model(py, self.control.progress().into())
    }
}

impl RunHandle {
    /// The iterator that users see, of a run that begins with the first result that is asked for.
    pub(crate) fn begun(
        py: Python<'_>,
        results: Results,
        mode: Mode,
        progress: Option<bool>,
    ) -> PyResult<Bound<'_, PyAny>> {
        let (control, model) = (results.control(), results.model());
        let class = mode.class(if model.name == BulkItem::MODEL.name { "BulkRun" } else { "Run" });
        let handle = Self { iteration: Iteration::new(Gathering { results, rows: Vec::new() }), control, model, mode };
        py.import("greenapi_partner.run")?.getattr(class)?.call1((handle, progress))
    }
}

/// The results of a run, and those that were asked for without being looked at.
struct Gathering {
    results: Results,
    rows: Vec<Record>,
}

impl Gathering {
    async fn gather(&mut self) -> Result<bool, Error> {
        let next = self.results.next().await.transpose()?;
        let more = next.is_some();
        self.rows.extend(next);
        Ok(more)
    }

    async fn rest(&mut self) -> Result<Vec<Record>, Error> {
        self.rows.append(&mut self.results.rest().await?);
        Ok(std::mem::take(&mut self.rows))
    }
}
