//! The notification of a webhook.

use pyo3::{
    prelude::*,
    types::{PyByteArray, PyBytes, PyDict, PyMapping, PyMemoryView, PyString},
};

use crate::{
    arguments::{Text, type_name},
    error,
    record::model,
};

#[doc = include_str!("../../../crates/core/src/notification/parse_notification.md")]
///
#[doc = include_str!("doc/parse_notification.md")]
#[pyfunction]
#[pyo3(
    signature = (body, authorization = None, webhook_url_token = Guard::LeftOut),
    text_signature = "(body, authorization=None, webhook_url_token=...)"
)]
pub(crate) fn parse_notification<'py>(
    body: &Bound<'py, PyAny>,
    authorization: Option<Header>,
    webhook_url_token: Guard,
) -> PyResult<Bound<'py, PyAny>> {
    let py = body.py();
    let token = webhook_url_token.token(py)?;
    let authorization = authorization.map(|header| header.0);
    let parsed = greenapi_partner::parse_notification(&bytes(body)?, authorization.as_deref(), token.as_deref());
    model(py, parsed.map_err(|refusal| error::exception(py, &refusal))?.into())
}

/// What a header must hold. None is no way to leave it out: a variable that is not set would open the door.
pub(crate) enum Guard {
    LeftOut,
    None,
    Token(Text),
}

impl Guard {
    fn token(self, py: Python<'_>) -> PyResult<Option<String>> {
        match self {
            Self::LeftOut => Ok(None),
            Self::Token(token) => Ok(Some(token.0)),
            Self::None => Err(error::configuration(py, "webhook_url_token is None: leave it out to check nothing")),
        }
    }
}

impl<'py> FromPyObject<'_, 'py> for Guard {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if given.is_none() { Ok(Self::None) } else { given.extract().map(Self::Token) }
    }
}

/// A header as it came: half a surrogate pair is what some framework makes of a stranger's bytes.
pub(crate) struct Header(String);

impl<'py> FromPyObject<'_, 'py> for Header {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Ok(Self(given.cast::<PyString>()?.to_string_lossy().into_owned()))
    }
}

/// The bytes of a body in any form. JSON that was read already is written once more.
fn bytes(body: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    let py = body.py();
    let refuse = |what: &str| error::invalid_request(py, &format!("webhook: {what}"));
    if let Some(raw) = raw_bytes(body)? {
        return Ok(raw);
    }
    let Ok(fields) = body.cast::<PyMapping>() else {
        return Err(refuse(&format!("body must be bytes, text or a mapping, not {}", type_name(body))));
    };
    let fields = py.get_type::<PyDict>().call1((fields,))?;
    let written = py.import("json")?.call_method1("dumps", (fields,));
    let written: String = written.map_err(|_| refuse("body holds what JSON cannot hold"))?.extract()?;
    Ok(written.into_bytes())
}

/// The same of a body that was not read yet; nothing of any other.
pub(crate) fn raw_bytes(body: &Bound<'_, PyAny>) -> PyResult<Option<Vec<u8>>> {
    if let Ok(bytes) = body.cast::<PyBytes>() {
        return Ok(Some(bytes.as_bytes().to_vec()));
    }
    if let Ok(text) = body.cast::<PyString>() {
        return Ok(Some(text.to_string_lossy().into_owned().into_bytes()));
    }
    if body.is_instance_of::<PyByteArray>() || body.is_instance_of::<PyMemoryView>() {
        return body.py().get_type::<PyBytes>().call1((body,))?.extract().map(Some);
    }
    Ok(None)
}
