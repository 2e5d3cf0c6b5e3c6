//! Billing: what instances cost.

use greenapi_partner::{self as core, Modelled};
use jiff::Timestamp;
use pyo3::{exceptions::PyTypeError, prelude::*};
use rust_decimal::Decimal;

use crate::{arguments, error, kwargs, record, table::TableHandle};

/// What instances cost, worked out once: sums, tables, and what could be saved. Nothing is asked of upstream.
///
/// A notebook shows its sums and its months.
#[pyclass(frozen, module = "greenapi_partner")]
pub(crate) struct Billing(pub(crate) core::Billing);

#[pymethods]
impl Billing {
    /// What all of it costs, as far as the days have a price: see `unpriced_days`.
    #[getter]
    fn total(&self) -> Decimal {
        self.0.total()
    }

    /// How many days are charged, of all instances together.
    #[getter]
    fn total_days(&self) -> u64 {
        self.0.total_days()
    }

    /// How many of them have no price.
    #[getter]
    fn unpriced_days(&self) -> u64 {
        self.0.unpriced_days()
    }

    /// What the whole month will have cost at its end, if nothing is created or deleted any more: what is charged so
    /// far, and every live instance at each midnight that is left. As far as the days have a price; `since` does not
    /// limit it.
    #[getter]
    fn forecast(&self) -> Decimal {
        self.0.forecast()
    }

    /// The next midnight of UTC+3, at which every live instance is charged.
    #[getter]
    fn next_charge_at(&self) -> Timestamp {
        self.0.next_charge_at()
    }

    /// Since when nothing is missing. Before it, instances that were deleted may be: a list forgets them after three
    /// months, a ledger goes back as far as it was fed. None: nothing is missing anywhere.
    #[getter]
    fn complete_since(&self) -> Option<Timestamp> {
        self.0.complete_since()
    }

    /// What each instance costs, by id.
    #[getter]
    fn instances<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        table(py, || self.0.instances())
    }

    /// What each day costs, from the first charged day to the last.
    #[getter]
    fn days<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        table(py, || self.0.days())
    }

    /// What each month costs, from the first charged one to the last.
    #[getter]
    fn months<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        table(py, || self.0.months())
    }

    /// What the instances cost whose names begin alike: the dearest first, then by prefix.
    #[getter]
    fn prefixes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        table(py, || self.0.prefixes())
    }

    /// The instances that are not charged as a partner's are: free ones, and those that are paid in the console.
    #[getter]
    fn other<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        table(py, || self.0.other())
    }

    #[doc = include_str!("../../../crates/core/src/fleet/billing/waste.md")]
    #[doc = include_str!("doc/waste.md")]
    #[pyo3(signature = (idle_days = 30))]
    fn waste<'py>(
        &self,
        py: Python<'py>,
        #[pyo3(from_py_with = arguments::whole)] idle_days: i64,
    ) -> PyResult<Bound<'py, PyAny>> {
        let idle_days = u64::try_from(idle_days).map_err(|_| {
            error::invalid_request(py, &format!("idle_days must be a whole number from 0 up, not {idle_days}"))
        })?;
        table(py, || self.0.waste(idle_days))
    }

    #[doc = include_str!("../../../crates/core/src/fleet/billing/if_deleted.md")]
    #[doc = include_str!("doc/if_deleted.md")]
    fn if_deleted<'py>(&self, ids: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        record::model(ids.py(), self.0.if_deleted(&kwargs::ids("ids", ids)?).into())
    }

    fn __repr__(&self) -> String {
        format!(
            "<Billing: {} for {} days, {} of them without a price>",
            self.0.total(),
            self.0.total_days(),
            self.0.unpriced_days()
        )
    }

    fn _repr_html_(&self, py: Python<'_>) -> String {
        py.detach(|| self.0.html())
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    #[expect(clippy::unused_self, reason = "it is Python's method")]
    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err("Billing is not pickled: to_dicts() of its tables is plain JSON"))
    }
}

/// A table of core in Python's class, made while other threads are in Python.
fn table<T: Modelled + Send>(
    py: Python<'_>,
    rows: impl FnOnce() -> core::Table<T> + Send,
) -> PyResult<Bound<'_, PyAny>> {
    let table = py.detach(rows);
    TableHandle::of(table.model(), table.records().clone()).into_python(py)
}
