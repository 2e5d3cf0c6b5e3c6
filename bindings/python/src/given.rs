//! Keyword arguments of a call over many instances, by their names, as JSON, for core to judge.

use std::path::PathBuf;

use greenapi_partner::{Modelled as _, Settings};
use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{PyBool, PyDate, PyDateTime, PyDict, PyFloat, PyInt, PyMapping, PyString},
};
use serde_json::{Map, Value};

use crate::{
    arguments::{Text, id_instance, json, type_name},
    error,
    instances::Instances,
};

/// The arguments of a method.
pub(crate) struct Given {
    pub(crate) method: &'static str,
    pub(crate) arguments: Map<String, Value>,
}

/// How an argument is given.
#[derive(Clone, Copy)]
enum How {
    Plain,
    Path,
    Money,
    /// One price, or one for each tariff.
    Prices,
    Day,
    Moment,
}

type Known = &'static [(&'static str, How)];

const SETTINGS: &str = "set_instances_settings";

const INSPECT: Known = &[
    ("phone", How::Plain),
    ("settings", How::Plain),
    ("history", How::Plain),
    ("concurrency", How::Plain),
    ("timeout", How::Plain),
];
const BULK: Known =
    &[("journal", How::Path), ("dry_run", How::Plain), ("concurrency", How::Plain), ("timeout", How::Plain)];
const CREATE: Known = &[
    ("max_new", How::Plain),
    ("max_cost", How::Money),
    ("price_per_day", How::Money),
    ("retry_unknown", How::Plain),
    ("settle", How::Plain),
];
const DELETE: Known =
    &[("logout", How::Plain), ("max_deleted", How::Plain), ("expect", How::Plain), ("delete_all", How::Plain)];
const SET: Known = &[("verify", How::Plain), ("verify_timeout", How::Plain)];
const REBOOT: Known = &[("retry_unknown", How::Plain)];
const WATCH: Known =
    &[("interval", How::Plain), ("since", How::Plain), ("states", How::Plain), ("concurrency", How::Plain)];
const BILLING: Known = &[
    ("price_per_day", How::Prices),
    ("since", How::Day),
    ("until", How::Moment),
    ("listed_at", How::Moment),
    ("prefix_separator", How::Plain),
];

type Keywords<'a, 'py> = Option<&'a Bound<'py, PyDict>>;

impl Given {
    pub(crate) fn inspect(instances: Option<&Bound<'_, PyAny>>, keywords: Keywords<'_, '_>) -> PyResult<Self> {
        let mut given = Self::read("inspect", keywords, &[INSPECT])?;
        if let Some(instances) = instances.filter(|given| !given.is_none()) {
            given.put("ids", ids("instances", instances)?.into());
        }
        Ok(given)
    }

    pub(crate) fn create(specs: &Bound<'_, PyAny>, keywords: Keywords<'_, '_>) -> PyResult<Self> {
        let mut given = Self::read("create_instances", keywords, &[BULK, CREATE])?;
        given.put("specs", items("specs", specs, "settings or names", |spec| json("specs", spec))?.into());
        Ok(given)
    }

    pub(crate) fn delete(instances: &Bound<'_, PyAny>, keywords: Keywords<'_, '_>) -> PyResult<Self> {
        Self::read("delete_instance_accounts", keywords, &[BULK, DELETE])?.over(instances)
    }

    pub(crate) fn reboot(instances: &Bound<'_, PyAny>, keywords: Keywords<'_, '_>) -> PyResult<Self> {
        Self::read("reboot_instances", keywords, &[BULK, REBOOT])?.over(instances)
    }

    pub(crate) fn logout(instances: &Bound<'_, PyAny>, keywords: Keywords<'_, '_>) -> PyResult<Self> {
        Self::read("logout_instances", keywords, &[BULK])?.over(instances)
    }

    /// What is no option is a setting.
    pub(crate) fn settings(instances: &Bound<'_, PyAny>, keywords: Keywords<'_, '_>) -> PyResult<Self> {
        let (mut arguments, mut settings) = (Map::new(), Map::new());
        for (name, value) in keywords.into_iter().flatten() {
            let name = name.extract::<String>()?;
            if let Some(how) = known(&[BULK, SET], &name) {
                arguments.insert(name.clone(), how.read(&name, &value)?);
            } else if name == "extra" || Settings::MODEL.fields.iter().any(|field| field.name == name) {
                settings.insert(name.clone(), json(&name, &value)?);
            } else {
                return Err(unexpected(SETTINGS, &name));
            }
        }
        arguments.insert("settings".to_owned(), settings.into());
        Self { method: SETTINGS, arguments }.over(instances)
    }

    pub(crate) fn watch(keywords: Keywords<'_, '_>) -> PyResult<Self> {
        Self::read("watch", keywords, &[WATCH])
    }

    pub(crate) fn billing(keywords: Keywords<'_, '_>) -> PyResult<Self> {
        Self::read("billing", keywords, &[BILLING])
    }

    fn read(method: &'static str, keywords: Keywords<'_, '_>, takes: &[Known]) -> PyResult<Self> {
        let mut given = Self { method, arguments: Map::new() };
        for (name, value) in keywords.into_iter().flatten() {
            let name = name.extract::<String>()?;
            let how = known(takes, &name).ok_or_else(|| unexpected(method, &name))?;
            let value = how.read(&name, &value)?;
            given.put(&name, value);
        }
        Ok(given)
    }

    fn over(mut self, instances: &Bound<'_, PyAny>) -> PyResult<Self> {
        self.put("ids", ids("ids", instances)?.into());
        Ok(self)
    }

    fn put(&mut self, name: &str, value: Value) {
        self.arguments.insert(name.to_owned(), value);
    }
}

fn unexpected(method: &str, name: &str) -> PyErr {
    PyTypeError::new_err(format!("{method}() got an unexpected keyword argument '{name}'"))
}

fn known(takes: &[Known], name: &str) -> Option<How> {
    takes.iter().copied().flatten().find(|(known, _)| *known == name).map(|(_, how)| *how)
}

impl How {
    fn read(self, name: &str, value: &Bound<'_, PyAny>) -> PyResult<Value> {
        if value.is_none() {
            return Ok(Value::Null);
        }
        match self {
            Self::Plain => json(name, value),
            Self::Path => path(name, value),
            Self::Money => money(name, value),
            Self::Prices => prices(name, value),
            Self::Day => day(name, value),
            Self::Moment => moment(name, value),
        }
    }
}

/// The ids of instances: of a list, or of whatever iterates over ints and what has an `id_instance`.
pub(crate) fn ids(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Vec<u64>> {
    if let Ok(instances) = value.cast::<Instances>() {
        return Ok(instances.get().0.iter().map(|instance| instance.id_instance()).collect());
    }
    items(name, value, "instances or ids", id_of)
}

fn id_of(item: &Bound<'_, PyAny>) -> PyResult<u64> {
    match item.getattr_opt("id_instance")? {
        Some(id) => id_instance(&id),
        None => id_instance(item),
    }
}

/// A text iterates over its letters and a dict over its keys: neither is meant.
fn items<T>(
    name: &str,
    value: &Bound<'_, PyAny>,
    what: &str,
    read: impl Fn(&Bound<'_, PyAny>) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    let alone = value.is_instance_of::<PyString>() || value.cast::<PyMapping>().is_ok();
    match value.try_iter() {
        Ok(items) if !alone => items.map(|item| read(&item?)).collect(),
        _ => {
            let given = type_name(value);
            Err(error::invalid_request(value.py(), &format!("{name} must be a list of {what}, not {given}")))
        }
    }
}

fn path(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Value> {
    let wrong = || error::invalid_request(value.py(), &format!("{name} must be a path in Unicode"));
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
