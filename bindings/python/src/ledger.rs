//! Ledger: what upstream's list forgets, kept in a file or a store.

use std::{
    mem,
    path::PathBuf,
    process,
    sync::{Mutex, MutexGuard, PoisonError},
};

use greenapi_partner::{self as core, Error, Modelled as _};
use pyo3::{
    exceptions::{PyRuntimeError, PyTypeError},
    prelude::*,
    types::PyDict,
};

use crate::{
    arguments::type_name, billing::Billing, error, instances::Instances, kwargs, record::Record, store::Store,
};

#[doc = include_str!("../../../crates/core/src/fleet/ledger/ledger.md")]
#[doc = include_str!("doc/ledger.md")]
#[pyclass(frozen, module = "greenapi_partner")]
pub(crate) struct Ledger {
    pid: u32,
    /// What may be shown of where it is.
    shown: String,
    /// Nothing once it was closed.
    open: Mutex<Option<core::Ledger>>,
}

#[pymethods]
impl Ledger {
    #[new]
    fn new(path: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = path.py();
        let (shown, open) = if let Ok(store) = path.cast::<Store>() {
            let core = store.get().core(py)?;
            (format!("in {}", store.get().shown()), told(py, || core::Ledger::in_store(&core))?)
        } else {
            let wrong = |_| PyTypeError::new_err(format!("path must be a path or a Store, not {}", type_name(path)));
            let path: PathBuf = path.extract().map_err(wrong)?;
            (path.display().to_string(), told(py, || core::Ledger::open(&path))?)
        };
        Ok(Self { pid: process::id(), shown, open: Mutex::new(Some(open)) })
    }

    #[doc = include_str!("doc/ledger_record.md")]
    fn record(&self, py: Python<'_>, instances: &Instances) -> PyResult<()> {
        let ledger = self.core(py)?;
        told(py, || ledger.record(&instances.0))
    }

    #[doc = include_str!("doc/ledger_record_inspections.md")]
    fn record_inspections(&self, py: Python<'_>, inspections: &Bound<'_, PyAny>) -> PyResult<()> {
        let (ledger, all) = (self.core(py)?, inspections.try_iter()?);
        let all: Vec<_> = all.map(|one| inspection(&one?)).collect::<PyResult<_>>()?;
        told(py, || ledger.record_inspections(&all))
    }

    #[doc = include_str!("../../../crates/core/src/fleet/billing/billing.md")]
    #[doc = include_str!("doc/billing.md")]
    /// Example:
    ///     with Ledger("instances.ledger") as ledger:
    ///         print(ledger.billing(price_per_day="0.30").total)
    #[pyo3(
        signature = (**options),
        text_signature = "($self, *, price_per_day=None, since=None, until=None, listed_at=None, \
            prefix_separator='-')"
    )]
    fn billing(&self, py: Python<'_>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Billing> {
        let (ledger, options) = (self.core(py)?, kwargs::billing(options)?);
        told(py, || ledger.billing_by_name(options)).map(Billing)
    }

    /// Closes the file, or its connections: later calls raise ConfigurationError. A watch that has it goes on.
    fn close(&self, py: Python<'_>) {
        // What a parent opened is the parent's.
        if self.pid == process::id() {
            let open = self.open().take();
            py.detach(|| drop(open));
        }
    }

    /// Whether it was closed.
    #[getter]
    fn closed(&self) -> bool {
        self.open().is_none()
    }

    fn __enter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    #[pyo3(signature = (*_exception))]
    fn __exit__(&self, py: Python<'_>, _exception: &Bound<'_, PyAny>) {
        self.close(py);
    }

    fn __repr__(&self) -> String {
        format!("<Ledger {}{}>", self.shown, if self.closed() { ", closed" } else { "" })
    }

    #[expect(clippy::unused_self, reason = "it is Python's method")]
    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err("Ledger is open and is not pickled or copied: open it where you need it"))
    }
}

impl Ledger {
    /// The ledger of core, while it is open.
    pub(crate) fn core(&self, py: Python<'_>) -> PyResult<core::Ledger> {
        if self.pid != process::id() {
            return Err(PyRuntimeError::new_err("a ledger does not go on in a forked child: open it there anew"));
        }
        self.open().clone().ok_or_else(|| error::configuration(py, "the ledger is closed"))
    }

    fn open(&self) -> MutexGuard<'_, Option<core::Ledger>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// SQLite forbids a forked child to touch the file of its parent, even to close it.
impl Drop for Ledger {
    fn drop(&mut self) {
        if self.pid != process::id() {
            mem::forget(self.open().take());
        }
    }
}

/// The inspection of core in one of Python.
fn inspection(one: &Bound<'_, PyAny>) -> PyResult<core::Inspection> {
    let record = one.getattr_opt("_record")?.and_then(|record| record.cast_into::<Record>().ok());
    match record {
        Some(record) if record.get().core().model().name == core::Inspection::MODEL.name => {
            Ok(core::Inspection::from_record(record.get().core().clone()))
        }
        _ => Err(PyTypeError::new_err(format!("an Inspection is needed, not {}", one.get_type().name()?))),
    }
}

/// What work with the file gives, while other threads are in Python.
fn told<T: Send>(py: Python<'_>, work: impl FnOnce() -> Result<T, Error> + Send) -> PyResult<T> {
    py.detach(work).map_err(|failure| error::exception(py, &failure))
}
