//! Keyword arguments: what the caller gave by its names, as JSON of the kinds that core's table has, for core to judge.

use std::path::PathBuf;

use greenapi_partner::{self as core, Kind, contract::Arguments};
use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{
        PyBool, PyByteArray, PyBytes, PyDate, PyDateTime, PyDict, PyFloat, PyInt, PyMapping, PyMemoryView, PyString,
    },
};
use serde_json::{Map, Value};

use crate::{
    arguments::{self, Text, duration, id_instance, json, type_name},
    error,
    instances::Instances,
    journal::Journal,
    ledger::Ledger,
};

/// What is none of JSON, and goes beside the arguments.
#[derive(Default)]
pub(crate) struct Beside {
    pub(crate) ledger: Option<core::Ledger>,
    pub(crate) journal: Option<core::Journal>,
}

/// The arguments of an operation of a partner.
pub(crate) fn of(operation: &str, keywords: &Bound<'_, PyDict>) -> PyResult<(Map<String, Value>, Beside)> {
    let (known, mut arguments, mut beside) = (Arguments::of(operation), Map::new(), Beside::default());
    for (name, value) in keywords {
        let name = name.cast::<PyString>()?.to_str()?;
        // Most are: the methods pass on all that they can be given.
        if value.is_none() && known.is_left_out_by_null(name) {
            continue;
        }
        match (known.kind(name), value.cast::<Journal>()) {
            (Some(Kind::Journal), Ok(journal)) => beside.journal = Some(journal.get().core(value.py())?),
            (Some(Kind::Ledger), _) => beside.ledger = Some(opened(name, &value)?),
            (kind, _) => drop(arguments.insert(name.to_owned(), read(kind, name, &value)?)),
        }
    }
    Ok((arguments, beside))
}

/// The arguments of an operation of an instance: JSON, but for a path.
pub(crate) fn of_instance(operation: &str, keywords: &Bound<'_, PyDict>) -> PyResult<Map<String, Value>> {
    let (known, mut arguments) = (Arguments::of(operation), Map::new());
    for (name, value) in keywords {
        let name = name.cast::<PyString>()?.to_str()?;
        if value.is_none() && known.is_left_out_by_null(name) {
            continue;
        }
        let kind = known.kind(name).filter(|kind| *kind == Kind::Path);
        arguments.insert(name.to_owned(), read(kind, name, &value)?);
    }
    Ok(arguments)
}

/// The options of a bill.
pub(crate) fn billing(keywords: Option<&Bound<'_, PyDict>>) -> PyResult<Map<String, Value>> {
    let known = Arguments::of("billing");
    let pairs = keywords.into_iter().flatten().map(|(name, value)| {
        let name = name.extract::<String>()?;
        let kind = known
            .kind(&name)
            .ok_or_else(|| PyTypeError::new_err(format!("billing() got an unexpected keyword argument '{name}'")))?;
        let value = read(Some(kind), &name, &value)?;
        Ok((name, value))
    });
    pairs.collect()
}

fn read(kind: Option<Kind>, name: &str, value: &Bound<'_, PyAny>) -> PyResult<Value> {
    if value.is_none() {
        return Ok(Value::Null);
    }
    match kind {
        Some(Kind::Instance) => id_instance(value).map(Into::into),
        Some(Kind::Ids) => ids(name, value).map(Into::into),
        Some(Kind::Specs) => items(name, value, "settings or names", |spec| json(name, spec)).map(Into::into),
        Some(Kind::Duration) => seconds(name, value),
        Some(Kind::Path) => path(name, value, "a path"),
        Some(Kind::Journal) => path(name, value, "a Journal, or a path"),
        Some(Kind::Decimal) => money(name, value),
        Some(Kind::Prices) => prices(name, value),
        Some(Kind::Date) => day(name, value),
        Some(Kind::Time) => moment(name, value),
        _ => json(name, value),
    }
}

/// Anything that Python takes for a float; what is none is for core to refuse.
fn seconds(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Value> {
    match arguments::seconds(value) {
        Ok(seconds) => duration(value.py(), name, seconds).map(|time| time.as_secs_f64().into()),
        Err(_) => json(name, value),
    }
}

fn opened(name: &str, value: &Bound<'_, PyAny>) -> PyResult<core::Ledger> {
    if let Ok(ledger) = value.cast::<Ledger>() {
        return ledger.get().core(value.py());
    }
    Err(PyTypeError::new_err(format!("argument '{name}' must be a Ledger, not {}", type_name(value))))
}

/// The ids of instances: of a list, or of whatever iterates over ints and what has an `id_instance`.
pub(crate) fn ids(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Vec<u64>> {
    if let Ok(instances) = value.cast::<Instances>() {
        return Ok(instances.get().0.iter().map(|instance| instance.id_instance()).collect());
    }
    items(name, value, "instances or ids", id_instance)
}

/// A text iterates over its letters, bytes over numbers and a dict over its keys: none is meant.
fn items<T>(
    name: &str,
    value: &Bound<'_, PyAny>,
    what: &str,
    read: impl Fn(&Bound<'_, PyAny>) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    let is_text = value.is_instance_of::<PyString>()
        || value.is_instance_of::<PyBytes>()
        || value.is_instance_of::<PyByteArray>()
        || value.is_instance_of::<PyMemoryView>();
    let alone = is_text || value.cast::<PyMapping>().is_ok();
    match value.try_iter() {
        Ok(items) if !alone => items.map(|item| read(&item?)).collect(),
        _ => {
            let given = type_name(value);
            Err(error::invalid_request(value.py(), &format!("{name} must be a list of {what}, not {given}")))
        }
    }
}

fn path(name: &str, value: &Bound<'_, PyAny>, what: &str) -> PyResult<Value> {
    let wrong = || error::invalid_request(value.py(), &format!("{name} must be {what} in Unicode"));
    let path: PathBuf = value.extract().map_err(|_| wrong())?;
    path.to_str().map(Value::from).ok_or_else(wrong)
}

/// An exact number. A `Decimal` is written in digits: `1E+2` is 100.
fn money(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Value> {
    let refuse = |why: &str| error::invalid_request(value.py(), &format!("{name} must be a Decimal, text or int{why}"));
    if value.is_instance_of::<PyFloat>() {
        return Err(refuse(": a float is not exact, so write Decimal(\"0.30\") or \"0.30\""));
    }
    let is_number = value.is_instance_of::<PyInt>() && !value.is_instance_of::<PyBool>();
    if is_number || value.is_instance_of::<PyString>() {
        return Ok(value.str()?.extract::<Text>()?.0.into());
    }
    let decimal = value.py().import("decimal")?.getattr("Decimal")?;
    if value.is_instance(&decimal)? {
        return Ok(value.call_method1("__format__", ("f",))?.extract::<String>()?.into());
    }
    Err(refuse(&format!(", not {}", type_name(value))))
}

fn prices(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Value> {
    let Ok(by_tariff) = value.cast::<PyMapping>() else { return money(name, value) };
    let mut prices = Map::new();
    for pair in by_tariff.items()?.iter() {
        let (tariff, price): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair.extract()?;
        let tariff: String = tariff
            .extract()
            .map_err(|_| error::invalid_request(value.py(), &format!("{name} must have tariffs, text, as its keys")))?;
        let price = money(&format!("{name}[{tariff:?}]"), &price)?;
        prices.insert(tariff, price);
    }
    Ok(prices.into())
}

/// A moment would be two days, by two zones.
fn day(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Value> {
    if value.is_instance_of::<PyDate>() && !value.is_instance_of::<PyDateTime>() {
        return text(value);
    }
    let given = type_name(value);
    Err(error::invalid_request(value.py(), &format!("{name} must be a datetime.date, a day of UTC+3, not {given}")))
}

fn moment(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Value> {
    let aware = value.is_instance_of::<PyDateTime>() && !value.call_method0("utcoffset")?.is_none();
    if aware {
        return text(value);
    }
    Err(error::invalid_request(value.py(), &format!("{name} must be a datetime with its tzinfo")))
}

fn text(value: &Bound<'_, PyAny>) -> PyResult<Value> {
    Ok(value.call_method0("isoformat")?.extract::<String>()?.into())
}
