//! Models of core's for the caller, read field by field when touched.

use greenapi_partner as core;
use jiff::Timestamp;
use pyo3::{exceptions::PyTypeError, prelude::*, types::PyDict};

use crate::show::{dict, named, repr};

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

pub(crate) fn not_picklable(model: &Bound<'_, PyAny>) -> PyResult<()> {
    let class = model.get_type().name()?;
    Err(PyTypeError::new_err(format!(
        "{class} holds a token and is not pickled: to_dict() leaves it out, to_dict(include_tokens=True) takes it along"
    )))
}
