//! Arguments of the caller's, as plain values.

use std::{ops::Deref, path::PathBuf, time::Duration};

use greenapi_partner::{self as core, CallOptions};
use pyo3::{
    exceptions::{PyOverflowError, PyTypeError},
    prelude::*,
    types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple},
};
use serde_json::{Map, Number, Value};

use crate::error;

/// The options of one call.
pub(crate) fn call(py: Python<'_>, timeout: Option<f64>) -> PyResult<CallOptions> {
    timeout.map_or(Ok(CallOptions::default()), |seconds| duration(py, "timeout", seconds).map(CallOptions::timeout))
}

/// Text, whole: half a surrogate pair is no character, and nothing that could be sent.
pub(crate) struct Text(pub(crate) String);

impl<'py> FromPyObject<'_, 'py> for Text {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let text = given.cast::<PyString>()?;
        text.to_str().map(|text| Self(text.to_owned())).map_err(|_| error::invalid_request(given.py(), HALF))
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

const HALF: &str = "the text has half a surrogate pair in it: it was cut inside a character, such as an emoji";

/// The options that every client has.
pub(crate) struct ClientOptions {
    pub(crate) api_url: Option<Text>,
    pub(crate) media_url: Option<Text>,
    pub(crate) timeout: f64,
    pub(crate) max_retries: i64,
    pub(crate) max_response_size: i64,
    pub(crate) proxy: Option<Text>,
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) pacing: bool,
}

/// One of core's builders with these options.
macro_rules! built {
    ($py:expr, $builder:expr, $options:expr) => {{
        let options = $options;
        let mut builder = $builder
            .timeout($crate::arguments::client_timeout($py, options.timeout)?)
            .max_retries($crate::arguments::max_retries($py, options.max_retries)?)
            .max_response_size($crate::arguments::max_response_size($py, options.max_response_size)?)
            .pacing(options.pacing)
            .language($crate::arguments::language($py))
            .ca_variables(&$crate::arguments::CA_VARIABLES);
        if let Some(url) = options.api_url {
            builder = builder.api_url(url.0);
        }
        if let Some(url) = options.media_url {
            builder = builder.media_url(url.0);
        }
        if let Some(url) = options.proxy {
            builder = builder.proxy(url.0);
        }
        if let Some(path) = options.ca_file {
            builder = builder.ca_file(path);
        }
        builder
    }};
}
pub(crate) use built;

/// What the users of requests have set, in the order in which requests looks for it.
pub(crate) const CA_VARIABLES: [&str; 2] = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"];

/// For the `User-Agent`.
pub(crate) fn language(py: Python<'_>) -> String {
    let version = py.version_info();
    format!("python/{}.{}.{}", version.major, version.minor, version.patch)
}

/// The `timeout` of the constructor.
pub(crate) fn client_timeout(py: Python<'_>, seconds: f64) -> PyResult<Duration> {
    Duration::try_from_secs_f64(seconds).map_err(|_| error::configuration(py, &not_a_time("timeout", seconds)))
}

/// The `max_retries` of the constructor.
pub(crate) fn max_retries(py: Python<'_>, retries: i64) -> PyResult<u32> {
    u32::try_from(retries)
        .map_err(|_| error::configuration(py, &format!("max_retries must be 0 to {}, and is {retries}", u32::MAX)))
}

/// The `max_response_size` of the constructor.
pub(crate) fn max_response_size(py: Python<'_>, bytes: i64) -> PyResult<usize> {
    usize::try_from(bytes)
        .map_err(|_| error::configuration(py, &format!("max_response_size must be 1 byte or more, and is {bytes}")))
}

/// What Python takes for a float, but no bool. One that is too large for one is no length of time.
pub(crate) fn seconds(value: &Bound<'_, PyAny>) -> PyResult<f64> {
    if value.is_instance_of::<PyBool>() {
        return Err(PyTypeError::new_err("must be real number, not bool"));
    }
    value.extract().or_else(|error: PyErr| {
        if error.is_instance_of::<PyOverflowError>(value.py()) { Ok(f64::INFINITY) } else { Err(error) }
    })
}

/// What Python takes for an int. One of more digits than fit is the nearest that does, and for its limits to refuse.
pub(crate) fn whole(value: &Bound<'_, PyAny>) -> PyResult<i64> {
    value.extract().or_else(|error: PyErr| {
        if !error.is_instance_of::<PyOverflowError>(value.py()) {
            return Err(error);
        }
        Ok(if value.lt(0)? { i64::MIN } else { i64::MAX })
    })
}

/// The same where there may be none.
pub(crate) fn some_seconds(value: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
    if value.is_none() { Ok(None) } else { seconds(value).map(Some) }
}

/// A zero passes: core knows where it means something.
pub(crate) fn duration(py: Python<'_>, name: &str, seconds: f64) -> PyResult<Duration> {
    Duration::try_from_secs_f64(seconds).map_err(|_| error::invalid_request(py, &not_a_time(name, seconds)))
}

fn not_a_time(name: &str, seconds: f64) -> String {
    format!("{name} must be a positive number of seconds, and is {seconds}")
}

/// The id of an instance: anything that Python takes for an index (numpy's integers too), but no bool; its digits; or what has
/// one, such as an instance that was created or listed.
pub(crate) fn id_instance(value: &Bound<'_, PyAny>) -> PyResult<u64> {
    if let Some(id) = value.getattr_opt("id_instance")? {
        return whole_id(&id);
    }
    match value.cast::<PyString>() {
        Ok(text) => {
            let id = core::id_instance(&text.extract::<Text>()?);
            id.map_err(|refusal| error::exception(value.py(), &refusal))
        }
        Err(_) => whole_id(value),
    }
}

fn whole_id(value: &Bound<'_, PyAny>) -> PyResult<u64> {
    let id = if value.is_instance_of::<PyBool>() { None } else { value.extract().ok().filter(|id| *id != 0) };
    id.ok_or_else(|| {
        let given = if value.is_instance_of::<PyInt>() { value.to_string() } else { type_name(value) };
        error::invalid_request(value.py(), &format!("id_instance must be an int of 64 bits from 1 up, not {given}"))
    })
}

/// Arguments by name as JSON, for core to judge.
pub(crate) fn object(arguments: &Bound<'_, PyDict>) -> PyResult<Map<String, Value>> {
    let pairs = arguments.iter().map(|(name, value)| {
        let name = name.extract::<String>()?;
        let value = json(&name, &value)?;
        Ok((name, value))
    });
    pairs.collect()
}

/// A Python value as JSON, for core to judge.
pub(crate) fn json(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Value> {
    json_within(name, value, DEEPEST)
}

/// How deep it may be nested, as in Node; a list in itself has no end.
const DEEPEST: usize = 126;

fn json_within(name: &str, value: &Bound<'_, PyAny>, levels: usize) -> PyResult<Value> {
    let refuse = |what: &str| error::invalid_request(value.py(), &format!("{name} cannot be sent: {what}"));
    let inner = |item: &Bound<'_, PyAny>| match levels.checked_sub(1) {
        Some(levels) => json_within(name, item, levels),
        None => Err(refuse("it is nested too deeply")),
    };
    if value.is_none() {
        Ok(Value::Null)
    } else if let Ok(flag) = value.cast::<PyBool>() {
        Ok(flag.is_true().into())
    } else if value.is_instance_of::<PyInt>() {
        let number = value.extract::<i64>().map(Number::from).or_else(|_| value.extract::<u64>().map(Number::from));
        number.map(Value::Number).map_err(|_| refuse("the number has more than 64 bits"))
    } else if value.is_instance_of::<PyFloat>() {
        Number::from_f64(value.extract()?).map(Value::Number).ok_or_else(|| refuse("the number is not finite"))
    } else if let Ok(text) = value.cast::<PyString>() {
        text.to_str().map(Value::from).map_err(|_| refuse(HALF))
    } else if let Ok(items) = value.cast::<PyList>() {
        items.iter().map(|item| inner(&item)).collect()
    } else if let Ok(items) = value.cast::<PyTuple>() {
        items.iter().map(|item| inner(&item)).collect()
    } else if let Ok(fields) = value.cast::<PyDict>() {
        let pairs = fields.iter().map(|(key, item)| match key.extract::<String>() {
            Ok(key) => Ok((key, inner(&item)?)),
            Err(_) if key.is_instance_of::<PyString>() => Err(refuse(HALF)),
            Err(_) => Err(refuse("a key is not text")),
        });
        pairs.collect::<PyResult<Map<_, _>>>().map(Value::Object)
    } else {
        Err(refuse(&format!("{} is not a value of JSON", type_name(value))))
    }
}

pub(crate) fn type_name(value: &Bound<'_, PyAny>) -> String {
    value.get_type().name().map_or_else(|_| "that".to_owned(), |name| name.to_string())
}
