//! Columns for data frames: Arrow's capsules, which pyarrow, pandas, polars and DuckDB read.

use arrow_array::{RecordBatch, RecordBatchIterator, ffi_stream::FFI_ArrowArrayStream};
use arrow_schema::{ArrowError, ffi::FFI_ArrowSchema};
use pyo3::{exceptions::PyValueError, prelude::*, sync::PyOnceLock, types::PyCapsule};

/// Columns that are made, for whatever speaks Arrow.
#[pyclass(frozen, module = "greenapi_partner._native")]
pub(crate) struct Columns(RecordBatch);

#[pymethods]
impl Columns {
    pub(crate) fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(self.0.schema_ref().as_ref()).map_err(|error| broken(&error))?;
        PyCapsule::new_with_value(py, schema, c"arrow_schema")
    }

    /// The schema that is asked for is a wish, says Arrow: who wishes casts.
    #[pyo3(signature = (requested_schema = None))]
    pub(crate) fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let batches = RecordBatchIterator::new([Ok(self.0.clone())], self.0.schema());
        PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(batches)), c"arrow_array_stream")
    }
}

impl Columns {
    /// What `make` makes, while other threads are in Python.
    pub(crate) fn made(
        py: Python<'_>,
        make: impl FnOnce() -> Result<RecordBatch, ArrowError> + Send,
    ) -> PyResult<Self> {
        py.detach(make).map(Self).map_err(|error| broken(&error))
    }

    /// The data frame of pandas; with a zone, its times are that zone's and say no more which.
    pub(crate) fn of_pandas<'py>(
        self,
        py: Python<'py>,
        zone: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        MAKE.import(py, "greenapi_partner._frames", "to_pandas")?.call1((self, zone))
    }

    /// The data frame of polars.
    pub(crate) fn of_polars(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        MAKE.import(py, "greenapi_partner._frames", "to_polars")?.call1((self,))
    }
}

fn broken(error: &ArrowError) -> PyErr {
    PyValueError::new_err(error.to_string())
}
