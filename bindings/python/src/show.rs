//! Views of models: to people without their tokens, to programs as a dict.

use greenapi_partner::{Field, FieldValue};
use pyo3::{
    IntoPyObjectExt,
    prelude::*,
    types::{PyDict, PyList, PyString},
};
use serde_json::{Map, Value};

/// `Class(field=value, …)`, tokens masked; what upstream did not send is left out, and what people wrote.
pub(crate) fn repr<'a>(
    py: Python<'_>,
    class: &str,
    fields: impl Iterator<Item = (&'static Field, FieldValue<'a>)>,
) -> PyResult<String> {
    let mut shown = Vec::new();
    for (field, value) in fields.filter(|(field, value)| *value != FieldValue::None && !field.personal) {
        let value = match value {
            _ if field.secret => MASK.to_owned(),
            FieldValue::Text(text) => PyString::new(py, text).repr()?.to_string(),
            FieldValue::Flag(flag) => if flag { "True" } else { "False" }.to_owned(),
            FieldValue::Json(json) => object(py, json)?.repr()?.to_string(),
            other => text(other),
        };
        shown.push(format!("{}={value}", field.name));
    }
    Ok(format!("{class}({})", shown.join(", ")))
}

fn text(value: FieldValue<'_>) -> String {
    match value {
        FieldValue::Int(number) => number.to_string(),
        FieldValue::Number(number) => number.to_string(),
        FieldValue::Text(text) => text.to_owned(),
        FieldValue::Flag(flag) => flag.to_string(),
        FieldValue::Time(time) => time.to_string(),
        FieldValue::Decimal(number) => number.to_string(),
        FieldValue::Date(date) => date.to_string(),
        FieldValue::Error(error) => error.code().as_str().to_owned(),
        FieldValue::Instance(instance) => instance.id_instance().to_string(),
        _ => String::new(),
    }
}

/// How wide a prompt's lines are.
pub(crate) fn width(py: Python<'_>) -> PyResult<usize> {
    py.import("shutil")?.call_method1("get_terminal_size", ((100, 24),))?.getattr("columns")?.extract()
}

const MASK: &str = "***";

/// Core's JSON of a model by Python's names: what has none goes under `extra`.
pub(crate) fn named<'py, 'a>(
    py: Python<'py>,
    fields: impl Iterator<Item = (&'static Field, FieldValue<'a>)>,
    mut json: Map<String, Value>,
) -> PyResult<Bound<'py, PyDict>> {
    let named = PyDict::new(py);
    for (field, _) in fields {
        if let Some(value) = json.shift_remove(field.wire) {
            named.set_item(field.name, object(py, &value)?)?;
        }
    }
    named.set_item("extra", dict(py, &json)?)?;
    Ok(named)
}

pub(crate) fn dict<'py>(py: Python<'py>, fields: &Map<String, Value>) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (name, value) in fields {
        dict.set_item(name, object(py, value)?)?;
    }
    Ok(dict)
}

/// A field's value as core's JSON has it: times, days and money as text, an error as its code and message.
pub(crate) fn json_value<'py>(
    py: Python<'py>,
    value: FieldValue<'_>,
    include_tokens: bool,
) -> PyResult<Bound<'py, PyAny>> {
    match value {
        FieldValue::Int(number) => number.into_bound_py_any(py),
        FieldValue::Number(number) => number.into_bound_py_any(py),
        FieldValue::Text(text) => text.into_bound_py_any(py),
        FieldValue::Flag(flag) => flag.into_bound_py_any(py),
        FieldValue::Time(time) => time.to_string().into_bound_py_any(py),
        FieldValue::Json(json) => object(py, json),
        FieldValue::Decimal(number) => number.to_string().into_bound_py_any(py),
        FieldValue::Date(date) => date.to_string().into_bound_py_any(py),
        FieldValue::Error(error) => {
            let shown = PyDict::new(py);
            shown.set_item("code", error.code().as_str())?;
            shown.set_item("message", error.to_string())?;
            Ok(shown.into_any())
        }
        FieldValue::Instance(instance) => {
            Ok(named(py, instance.fields(), instance.to_json(include_tokens))?.into_any())
        }
        _ => Ok(py.None().into_bound(py)),
    }
}

/// JSON as Python has it.
pub(crate) struct Json(pub(crate) Value);

impl<'py> IntoPyObject<'py> for Json {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        object(py, &self.0)
    }
}

pub(crate) fn object<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    match value {
        Value::Null => Ok(py.None().into_bound(py)),
        Value::Bool(flag) => flag.into_bound_py_any(py),
        Value::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(number), _) => number.into_bound_py_any(py),
            (None, Some(number)) => number.into_bound_py_any(py),
            (None, None) => number.as_f64().into_bound_py_any(py),
        },
        Value::String(text) => text.into_bound_py_any(py),
        Value::Array(items) => {
            let items = items.iter().map(|item| object(py, item)).collect::<PyResult<Vec<_>>>()?;
            Ok(PyList::new(py, items)?.into_any())
        }
        Value::Object(fields) => Ok(dict(py, fields)?.into_any()),
    }
}
