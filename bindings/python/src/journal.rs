//! Journal in a store: where a run writes down what it sends.

use greenapi_partner as core;
use pyo3::prelude::*;

use crate::store::Store;

#[doc = include_str!("doc/journal.md")]
#[pyclass(frozen, module = "greenapi_partner")]
pub(crate) struct Journal {
    store: Py<Store>,
    name: String,
}

#[pymethods]
impl Journal {
    /// Its name in the store.
    #[getter]
    fn name(&self) -> &str {
        &self.name
    }

    fn __repr__(&self) -> String {
        format!("<Journal {:?} in {}>", self.name, self.store.get().shown())
    }
}

impl Journal {
    pub(crate) fn of(store: Py<Store>, name: String) -> Self {
        Self { store, name }
    }

    /// The journal of core, in this process.
    pub(crate) fn core(&self, py: Python<'_>) -> PyResult<core::Journal> {
        Ok(self.store.get().core(py)?.journal(&self.name))
    }
}
