//! Lists of instances: a sequence over what stays in Rust.

use std::sync::atomic::{AtomicUsize, Ordering};

use greenapi_partner::{self as core, Names};
use pyo3::{
    IntoPyObjectExt,
    exceptions::{PyIndexError, PyTypeError, PyValueError},
    prelude::*,
    types::{PyCapsule, PyDict, PySlice},
};

use crate::{
    arguments,
    billing::Billing,
    columns::Columns,
    error, kwargs,
    model::{Instance, not_picklable},
    show::width,
};

/// The list of instances, which stays in Rust: an `Instance` is made when it is touched.
///
/// It has a length, indices and slices, and whatever speaks Arrow takes it as it is, without the tokens:
/// `polars.DataFrame(instances)`, `pyarrow.table(instances)`, DuckDB's `FROM instances`.
#[pyclass(frozen, module = "greenapi_partner")]
pub(crate) struct Instances(pub(crate) core::Instances);

#[pymethods]
impl Instances {
    /// Those that are not deleted.
    #[getter]
    fn live(&self) -> Self {
        Self(self.0.live())
    }

    /// Those that are deleted; upstream lists them for three months.
    #[getter]
    fn deleted(&self) -> Self {
        Self(self.0.deleted())
    }

    /// The instance with this id, or None.
    fn find(&self, id_instance: &Bound<'_, PyAny>) -> PyResult<Option<Instance>> {
        Ok(self.0.find(arguments::id_instance(id_instance)?).map(Instance))
    }

    /// The place of an instance in the list.
    #[pyo3(signature = (value, start = 0, stop = None))]
    fn index(&self, value: &Instance, start: isize, stop: Option<isize>) -> PyResult<usize> {
        let (start, stop) = (self.clamp(start), stop.map_or(self.0.len(), |stop| self.clamp(stop)));
        (start..stop)
            .find(|place| self.0.get(*place).as_ref() == Some(&value.0))
            .ok_or_else(|| PyValueError::new_err("the instance is not in the list"))
    }

    /// How many times an instance is in the list.
    fn count(&self, value: &Bound<'_, PyAny>) -> usize {
        value.cast::<Instance>().map_or(0, |value| self.0.iter().filter(|item| *item == value.get().0).count())
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __getitem__(&self, py: Python<'_>, index: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        if let Ok(slice) = index.cast::<PySlice>() {
            return Self(self.slice(slice)?).into_py_any(py);
        }
        let place = index.extract::<isize>().map_err(|_| {
            PyTypeError::new_err("the index of an instance must be an int or a slice; `find` looks an id up")
        })?;
        let place = if place < 0 { place.checked_add_unsigned(self.0.len()) } else { Some(place) };
        let found = place.and_then(|place| usize::try_from(place).ok()).and_then(|place| self.0.get(place));
        found.map(Instance).ok_or_else(|| PyIndexError::new_err("index out of range"))?.into_py_any(py)
    }

    fn __contains__(&self, value: &Bound<'_, PyAny>) -> bool {
        value.cast::<Instance>().is_ok_and(|value| self.0.iter().any(|item| item == value.get().0))
    }

    fn __iter__(&self) -> InstancesIterator {
        InstancesIterator { instances: self.0.clone(), next: AtomicUsize::new(0) }
    }

    fn __reversed__(&self) -> InstancesIterator {
        let instances = self.0.select((0..self.0.len()).rev());
        InstancesIterator { instances, next: AtomicUsize::new(0) }
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.0.iter().eq(other.0.iter())
    }

    #[doc = include_str!("../../../crates/core/src/fleet/billing/billing.md")]
    #[doc = include_str!("doc/billing.md")]
    /// Example:
    ///     bill = partner.get_instances().billing(price_per_day="0.30")
    ///     print(bill.total, bill.forecast, bill.next_charge_at)
    #[pyo3(
        signature = (**options),
        text_signature = "($self, *, price_per_day=None, since=None, until=None, listed_at=None, \
            prefix_separator='-')"
    )]
    fn billing(&self, py: Python<'_>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Billing> {
        let options = kwargs::billing(options)?;
        let bill = py.detach(|| self.0.billing_by_name(options));
        bill.map(Billing).map_err(|refusal| error::exception(py, &refusal))
    }

    /// The list as pandas' data frame: a column for each field, times in UTC. Needs pandas and pyarrow.
    ///
    /// With `zone` (`"Europe/Moscow"`, or a tzinfo) times are that zone's, and naive: what `to_excel` takes. Without
    /// `include_tokens` there is no `api_token_instance` in it.
    #[pyo3(signature = (*, zone = None, include_tokens = false))]
    fn to_pandas<'py>(
        &self,
        py: Python<'py>,
        zone: Option<&Bound<'py, PyAny>>,
        include_tokens: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.columns(py, include_tokens)?.of_pandas(py, zone)
    }

    /// The list as polars' data frame: a column for each field, times in UTC. Needs polars.
    ///
    /// Without `include_tokens` there is no `api_token_instance` in it.
    #[pyo3(signature = (*, include_tokens = false))]
    fn to_polars<'py>(&self, py: Python<'py>, include_tokens: bool) -> PyResult<Bound<'py, PyAny>> {
        self.columns(py, include_tokens)?.of_polars(py)
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        Self(self.0.select([])).columns(py, false)?.__arrow_c_schema__(py)
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        self.columns(py, false)?.__arrow_c_stream__(py, requested_schema)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(self.0.text(width(py)?))
    }

    fn _repr_html_(&self) -> String {
        self.0.html()
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    fn __reduce__(slf: &Bound<'_, Self>) -> PyResult<()> {
        not_picklable(slf)
    }
}

impl Instances {
    fn columns(&self, py: Python<'_>, include_tokens: bool) -> PyResult<Columns> {
        Columns::made(py, || self.0.columns(Names::Snake, include_tokens))
    }

    fn slice(&self, slice: &Bound<'_, PySlice>) -> PyResult<core::Instances> {
        let length = isize::try_from(self.0.len())?;
        let bounds = slice.indices(length)?;
        let places = (0..bounds.slicelength).map(|step| bounds.start + bounds.step * step.cast_signed());
        Ok(self.0.select(places.map(isize::cast_unsigned)))
    }

    /// A bound as `list.index` takes it: negative ones count from the end.
    fn clamp(&self, bound: isize) -> usize {
        let length = self.0.len();
        if bound < 0 { length.saturating_sub(bound.unsigned_abs()) } else { bound.cast_unsigned().min(length) }
    }
}

/// Walks over a list.
#[pyclass(frozen, module = "greenapi_partner._native")]
pub(crate) struct InstancesIterator {
    instances: core::Instances,
    next: AtomicUsize,
}

#[pymethods]
impl InstancesIterator {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__(&self) -> Option<Instance> {
        self.instances.get(self.next.fetch_add(1, Ordering::Relaxed)).map(Instance)
    }

    fn __length_hint__(&self) -> usize {
        self.instances.len().saturating_sub(self.next.load(Ordering::Relaxed))
    }
}
