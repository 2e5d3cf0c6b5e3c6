//! Models of core's for the caller, read field by field when touched.

use std::sync::atomic::{AtomicUsize, Ordering};

use greenapi_partner::{self as core, Names};
use jiff::Timestamp;
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
    error,
    given::Given,
    show::{dict, named, repr, width},
};

/// A new instance: its id and its token.
///
/// Its repr masks the token, and it refuses to be pickled: read `api_token_instance` where you need it.
#[pyclass(frozen, eq, module = "greenapi_partner")]
#[derive(PartialEq)]
pub(crate) struct CreatedInstance(pub(crate) core::CreatedInstance);

#[pymethods]
impl CreatedInstance {
    /// The instance's id.
    #[getter]
    fn id_instance(&self) -> u64 {
        self.0.id_instance()
    }

    /// The instance's token. Secret.
    #[getter]
    fn api_token_instance(&self) -> &str {
        self.0.api_token_instance()
    }

    /// The messenger: whatsapp, telegram or v3 (MAX).
    #[getter]
    fn type_instance(&self) -> Option<&str> {
        self.0.type_instance()
    }

    /// The instance's API host, if upstream ever sends it.
    #[getter]
    fn api_url(&self) -> Option<&str> {
        self.0.api_url()
    }

    /// The instance's upload host, if upstream ever sends it.
    #[getter]
    fn media_url(&self) -> Option<&str> {
        self.0.media_url()
    }

    /// What upstream sent besides, by its own names.
    #[getter]
    fn extra<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        dict(py, self.0.extra())
    }

    /// The fields as a dict that `json.dumps` takes: times as text, what upstream sent besides under `extra`.
    ///
    /// Without `include_tokens` there is no `api_token_instance` in it.
    #[pyo3(signature = (*, include_tokens = false))]
    fn to_dict<'py>(&self, py: Python<'py>, include_tokens: bool) -> PyResult<Bound<'py, PyDict>> {
        named(py, self.0.fields(), self.0.to_json(include_tokens))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        repr(py, "CreatedInstance", self.0.fields())
    }

    fn _repr_html_(&self) -> String {
        self.0.html()
    }

    fn __hash__(&self) -> u64 {
        self.0.id_instance()
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

/// One line of the list: an instance as upstream lists it.
///
/// Its repr masks the token, and it refuses to be pickled: see `to_dict`.
#[pyclass(frozen, eq, subclass, module = "greenapi_partner")]
#[derive(PartialEq)]
pub(crate) struct Instance(pub(crate) core::Instance);

#[pymethods]
impl Instance {
    /// The instance's id.
    #[getter]
    fn id_instance(&self) -> u64 {
        self.0.id_instance()
    }

    /// The name that the console shows; `Instance <id>` unless one was given.
    #[getter]
    fn name(&self) -> Option<&str> {
        self.0.name()
    }

    /// The messenger: whatsapp, telegram or v3 (MAX).
    #[getter]
    fn type_instance(&self) -> Option<&str> {
        self.0.type_instance()
    }

    /// The messenger again, in the newest lists.
    #[getter]
    fn messenger(&self) -> Option<&str> {
        self.0.messenger()
    }

    /// Deprecated by upstream; empty.
    #[getter]
    fn type_account(&self) -> Option<&str> {
        self.0.type_account()
    }

    /// Deprecated by upstream; empty.
    #[getter]
    fn partner_user_uiid(&self) -> Option<&str> {
        self.0.partner_user_uiid()
    }

    /// When it was created.
    #[getter]
    fn time_created(&self) -> Option<Timestamp> {
        self.0.time_created()
    }

    /// When it was deleted; nothing while it lives.
    #[getter]
    fn time_deleted(&self) -> Option<Timestamp> {
        self.0.time_deleted()
    }

    /// The instance's token. Secret.
    #[getter]
    fn api_token_instance(&self) -> Option<&str> {
        self.0.api_token_instance()
    }

    /// Whether it is deleted. Such a one stays listed for three months.
    #[getter]
    fn deleted(&self) -> bool {
        self.0.deleted()
    }

    /// The plan, such as PARTNER_23.
    #[getter]
    fn tariff(&self) -> Option<&str> {
        self.0.tariff()
    }

    /// Whether it is on the free plan (Developer).
    #[getter]
    fn is_free(&self) -> Option<bool> {
        self.0.is_free()
    }

    /// Whether it is on the Partner plan.
    #[getter]
    fn is_partner(&self) -> Option<bool> {
        self.0.is_partner()
    }

    /// When its day ends; a partner's instance renews by itself.
    #[getter]
    fn expiration_date(&self) -> Option<Timestamp> {
        self.0.expiration_date()
    }

    /// Whether it is unpaid.
    #[getter]
    fn is_expired(&self) -> bool {
        self.0.is_expired()
    }

    /// The instance's API host, where the list names it.
    #[getter]
    fn api_url(&self) -> Option<&str> {
        self.0.api_url()
    }

    /// The instance's upload host, where the list names it.
    #[getter]
    fn media_url(&self) -> Option<&str> {
        self.0.media_url()
    }

    /// What upstream sent besides, by its own names.
    #[getter]
    fn extra<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        dict(py, &self.0.extra())
    }

    /// The fields as a dict that `json.dumps` takes: times as text, what upstream sent besides under `extra`.
    ///
    /// Without `include_tokens` there is no `api_token_instance` in it.
    #[pyo3(signature = (*, include_tokens = false))]
    fn to_dict<'py>(&self, py: Python<'py>, include_tokens: bool) -> PyResult<Bound<'py, PyDict>> {
        named(py, self.0.fields(), self.0.to_json(include_tokens))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        repr(py, "Instance", self.0.fields())
    }

    fn _repr_html_(&self) -> String {
        self.0.html()
    }

    fn __hash__(&self) -> u64 {
        self.0.id_instance()
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

/// What `ensure_instance` gives: the live instance of the name, and whether it is new.
///
/// It is an `Instance`, and equal to the same one of a list.
#[pyclass(frozen, extends = Instance, module = "greenapi_partner")]
pub(crate) struct EnsuredInstance(core::EnsuredInstance);

#[pymethods]
impl EnsuredInstance {
    /// Whether this call has created it, and its first day was charged.
    #[getter]
    fn is_new(&self) -> bool {
        self.0.is_new()
    }

    /// The fields as a dict that `json.dumps` takes: times as text, what upstream sent besides under `extra`.
    ///
    /// Without `include_tokens` there is no `api_token_instance` in it.
    #[pyo3(signature = (*, include_tokens = false))]
    fn to_dict<'py>(&self, py: Python<'py>, include_tokens: bool) -> PyResult<Bound<'py, PyDict>> {
        named(py, self.0.fields(), self.0.to_json(include_tokens))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        repr(py, "EnsuredInstance", self.0.fields())
    }

    fn _repr_html_(&self) -> String {
        self.0.html()
    }
}

/// One on its way to Python: a class with a base is made there.
pub(crate) struct Ensured(pub(crate) core::EnsuredInstance);

impl<'py> IntoPyObject<'py> for Ensured {
    type Target = EnsuredInstance;
    type Output = Bound<'py, EnsuredInstance>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, EnsuredInstance>> {
        let base = PyClassInitializer::from(Instance(core::Instance::clone(&self.0)));
        Bound::new(py, base.add_subclass(EnsuredInstance(self.0)))
    }
}

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
        let given = Given::billing(options)?;
        let bill = py.detach(|| self.0.billing_by_name(given.arguments));
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

fn not_picklable(model: &Bound<'_, PyAny>) -> PyResult<()> {
    let class = model.get_type().name()?;
    Err(PyTypeError::new_err(format!(
        "{class} holds a token and is not pickled: to_dict() leaves it out, to_dict(include_tokens=True) takes it along"
    )))
}
