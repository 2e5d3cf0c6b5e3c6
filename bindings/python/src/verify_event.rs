//! Verification of an event.

use greenapi_partner::VERIFY_TOLERANCE;
use pyo3::{
    prelude::*,
    types::{PyBytes, PyMapping, PyString},
};

use crate::{
    arguments::{Text, duration, seconds, type_name},
    error,
    record::model,
    webhook::raw_bytes,
};

#[doc = include_str!("../../../crates/core/src/fleet/deliver/verify_event.md")]
///
#[doc = include_str!("doc/verify_event.md")]
#[pyfunction]
#[pyo3(
    signature = (body, headers, secret, *, tolerance = VERIFY_TOLERANCE.as_secs_f64()),
    text_signature = "(body, headers, secret, *, tolerance=300.0)"
)]
pub(crate) fn verify_event<'py>(
    body: &Bound<'py, PyAny>,
    headers: &Bound<'py, PyAny>,
    secret: Option<Text>,
    #[pyo3(from_py_with = seconds)] tolerance: f64,
) -> PyResult<Bound<'py, PyAny>> {
    let py = body.py();
    let Some(secret) = secret else { return Err(error::configuration(py, "verifyEvent: the secret is None")) };
    let tolerance = duration(py, "tolerance", tolerance)?;
    let Some(body) = raw_bytes(body)? else {
        let what = type_name(body);
        let why = format!(
            "verifyEvent: body must be the bytes or the text that came, and not {what}: what was read has another signature"
        );
        return Err(error::invalid_request(py, &why));
    };
    let event = greenapi_partner::verify_event(&body, pairs(headers)?, &secret, tolerance);
    model(py, event.map_err(|refusal| error::exception(py, &refusal))?.into())
}

/// The headers of any framework: a mapping, or pairs of names and values, each text or bytes.
fn pairs(headers: &Bound<'_, PyAny>) -> PyResult<Vec<(String, String)>> {
    let py = headers.py();
    let odd = || {
        let what = type_name(headers);
        error::invalid_request(
            py,
            &format!("verifyEvent: headers must be a mapping, or pairs of text or bytes, and not {what}"),
        )
    };
    let items = match headers.cast::<PyMapping>() {
        Ok(mapping) => mapping.items()?.into_any(),
        // Some frameworks' headers are no mapping by their class.
        Err(_) if headers.hasattr("items")? => headers.call_method0("items")?,
        Err(_) => headers.clone(),
    };
    let mut pairs = Vec::new();
    for item in items.try_iter().map_err(|_| odd())? {
        let (name, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item?.extract().map_err(|_| odd())?;
        pairs.push((shown(&name).ok_or_else(odd)?, shown(&value).ok_or_else(odd)?));
    }
    Ok(pairs)
}

/// A name or a value as it came: whatever it holds is for core to judge.
fn shown(given: &Bound<'_, PyAny>) -> Option<String> {
    if let Ok(text) = given.cast::<PyString>() {
        return Some(text.to_string_lossy().into_owned());
    }
    given.cast::<PyBytes>().ok().map(|bytes| String::from_utf8_lossy(bytes.as_bytes()).into_owned())
}
