//! A model of core, as the classes of `greenapi_partner.models` hold it.

use greenapi_partner::{self as core, FieldValue, Returned};
use pyo3::{IntoPyObjectExt, prelude::*, sync::PyOnceLock, types::PyDict};

use crate::{
    error,
    instances::Instances,
    model::{CreatedInstance, Ensured, Instance},
    qr_code::QrCode,
    show::{self, dict, object},
};

/// An object that upstream sent, by the fields of its model.
#[pyclass(frozen, eq, module = "greenapi_partner._native")]
#[derive(PartialEq)]
pub(crate) struct Record {
    record: core::Record,
    /// Where it is one.
    pub(crate) event: Option<core::Event>,
}

#[pymethods]
impl Record {
    /// The name of its class.
    #[getter]
    fn model(&self) -> &'static str {
        self.record.model().name
    }

    /// The value of a field; None where upstream sent none.
    fn get<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        let found = self.record.fields().find(|(field, _)| field.name == name);
        value(py, found.map_or(FieldValue::None, |(_, value)| value))
    }

    /// What upstream sent besides.
    #[getter]
    fn extra<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        dict(py, self.record.extra())
    }

    /// The fields by Python's names, as JSON has them; what upstream sent besides under `extra`.
    fn to_dict<'py>(&self, py: Python<'py>, include_tokens: bool) -> PyResult<Bound<'py, PyDict>> {
        to_dict(py, &self.record, include_tokens)
    }

    /// Of settings: what `set_settings` takes of them.
    fn settable<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let settings = <core::Settings as core::Modelled>::from_record(self.record.clone());
        dict(py, &settings.settable_by(|field| field.name))
    }

    /// Of a message: its content, in the class of its kind.
    fn content<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        model(py, core::notification::Content::of(&self.record).into())
    }

    /// Core's JSON of an event, the same in every language.
    fn to_json<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        dict(py, &self.record.to_json(true))
    }

    /// A table for people, secrets masked.
    fn html(&self) -> String {
        self.record.html()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        show::repr(py, self.record.model().name, self.record.fields())
    }
}

impl Record {
    pub(crate) fn core(&self) -> &core::Record {
        &self.record
    }
}

/// The fields by Python's names, as JSON has them; what upstream sent besides under `extra`.
pub(crate) fn to_dict<'py>(
    py: Python<'py>,
    record: &core::Record,
    include_tokens: bool,
) -> PyResult<Bound<'py, PyDict>> {
    let named = PyDict::new(py);
    for (field, value) in record.fields().filter(|(field, _)| !field.token && (include_tokens || !field.secret)) {
        named.set_item(field.name, show::json_value(py, value, include_tokens)?)?;
    }
    let extra = if include_tokens { record.extra().clone() } else { record.extra_without_secrets() };
    named.set_item("extra", dict(py, &extra)?)?;
    Ok(named)
}

/// What a method of an instance gives, whatever it is.
pub(crate) struct Answer(pub(crate) Returned);

impl<'py> IntoPyObject<'py> for Answer {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self.0 {
            Returned::Text(text) => text.into_bound_py_any(py),
            Returned::Flag(flag) => flag.into_bound_py_any(py),
            Returned::Int(count) => count.into_bound_py_any(py),
            Returned::Texts(texts) => texts.into_bound_py_any(py),
            Returned::Record(record) => model(py, record),
            Returned::Records(records) => {
                let models: Vec<_> = records.into_iter().map(|record| model(py, record)).collect::<PyResult<_>>()?;
                models.into_bound_py_any(py)
            }
            Returned::QrCode(qr) => QrCode(qr).into_bound_py_any(py),
            Returned::Json(json) => object(py, &json),
            Returned::CreatedInstance(created) => CreatedInstance(created).into_bound_py_any(py),
            Returned::Instance(instance) => Instance(instance).into_bound_py_any(py),
            Returned::Instances(instances) => Instances(instances).into_bound_py_any(py),
            Returned::EnsuredInstance(ensured) => Ensured(ensured).into_bound_py_any(py),
            _ => Ok(py.None().into_bound(py)),
        }
    }
}

/// What happens on the way to a linked phone.
pub(crate) struct Event(pub(crate) core::Event);

impl<'py> IntoPyObject<'py> for Event {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match (self.0.record(), self.0) {
            (None, core::Event::QrCode(qr)) => QrCode(qr).into_bound_py_any(py),
            (None, _) => Ok(py.None().into_bound(py)),
            (Some(record), event) => into_python(py, Record { record, event: Some(event) }),
        }
    }
}

/// A record, in the class that Python has for it.
pub(crate) struct Model(pub(crate) core::Record);

impl<'py> IntoPyObject<'py> for Model {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        model(py, self.0)
    }
}

/// The record in the class that Python has for it.
pub(crate) fn model(py: Python<'_>, record: core::Record) -> PyResult<Bound<'_, PyAny>> {
    into_python(py, Record { record, event: None })
}

fn into_python(py: Python<'_>, record: Record) -> PyResult<Bound<'_, PyAny>> {
    static BUILD: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    BUILD.import(py, "greenapi_partner.models", "_from_core")?.call1((record,))
}

fn value<'py>(py: Python<'py>, value: FieldValue<'_>) -> PyResult<Bound<'py, PyAny>> {
    match value {
        FieldValue::Time(time) => time.into_bound_py_any(py),
        FieldValue::Decimal(number) => number.into_bound_py_any(py),
        FieldValue::Date(date) => date.into_bound_py_any(py),
        FieldValue::Error(error) => error::exception(py, error).into_bound_py_any(py),
        FieldValue::Instance(instance) => Instance(instance.clone()).into_bound_py_any(py),
        other => show::json_value(py, other, true),
    }
}
