//! Rows of one model, which stay in Rust.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::Schema;
use greenapi_partner::{self as core, Model, Names, columns_of, html_records, text_records};
use pyo3::{
    exceptions::{PyIndexError, PyTypeError},
    prelude::*,
    sync::PyOnceLock,
    types::PyDict,
};

use crate::{
    columns::Columns,
    record::{self, Record},
    show::width,
};

/// Rows of one model, behind `greenapi_partner.Table`.
#[pyclass(frozen, eq, module = "greenapi_partner._native")]
pub(crate) struct TableHandle {
    /// What the rows are; nothing where there are none, and nobody has said it.
    model: Option<&'static Model>,
    rows: Arc<[core::Record]>,
}

#[pymethods]
impl TableHandle {
    /// The rows of these records, all of one model.
    #[new]
    fn new(records: Vec<Bound<'_, Record>>) -> PyResult<Self> {
        let rows: Arc<[_]> = records.into_iter().map(|record| record.get().core().clone()).collect();
        let model = rows.first().map(core::Record::model);
        let name = model.map_or("", |model| model.name);
        if let Some(other) = rows.iter().map(|row| row.model().name).find(|other| *other != name) {
            return Err(PyTypeError::new_err(format!(
                "the rows of a table are of one class, not of {name} and {other}"
            )));
        }
        Ok(Self { model, rows })
    }

    /// The name of the rows' class; None where there are no rows to tell it.
    #[getter]
    fn model(&self) -> Option<&'static str> {
        self.model.map(|model| model.name)
    }

    /// The row at this place.
    fn row<'py>(&self, py: Python<'py>, place: usize) -> PyResult<Bound<'py, PyAny>> {
        let row = self.rows.get(place).ok_or_else(|| PyIndexError::new_err("index out of range"))?;
        record::model(py, row.clone())
    }

    /// The rows at these places.
    fn select(&self, places: Vec<usize>) -> Self {
        let rows = places.into_iter().filter_map(|place| self.rows.get(place)).cloned().collect();
        Self { model: self.model, rows }
    }

    /// A dict for each row.
    fn to_dicts<'py>(&self, py: Python<'py>, include_tokens: bool) -> PyResult<Vec<Bound<'py, PyDict>>> {
        self.rows.iter().map(|row| record::to_dict(py, row, include_tokens)).collect()
    }

    /// The rows as columns.
    fn columns(&self, py: Python<'_>, include_tokens: bool) -> PyResult<Columns> {
        Columns::made(py, || match self.model {
            Some(model) => columns_of(model, &self.rows, Names::Snake, include_tokens),
            None => Ok(RecordBatch::new_empty(Arc::new(Schema::empty()))),
        })
    }

    /// A table for people at a prompt.
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(text_records(self.model, &self.rows, width(py)?))
    }

    /// A table for people, secrets masked.
    fn html(&self) -> String {
        self.model.map_or_else(String::new, |model| html_records(model, &self.rows))
    }

    fn __len__(&self) -> usize {
        self.rows.len()
    }
}

impl TableHandle {
    /// What a run or a bill gave.
    pub(crate) fn of(model: &'static Model, rows: Arc<[core::Record]>) -> Self {
        Self { model: Some(model), rows }
    }

    /// The table that users see.
    pub(crate) fn into_python(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        static OVER: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let class = OVER.import(py, "greenapi_partner.table", "Table")?;
        class.call_method1("_over", (self,))
    }
}

/// Equal are rows that are, whether or not somebody has said what none of them are.
impl PartialEq for TableHandle {
    fn eq(&self, other: &Self) -> bool {
        self.rows == other.rows
    }
}
