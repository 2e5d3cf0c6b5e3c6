//! The notification of a webhook.

use pyo3::prelude::*;

use crate::{error, record::model};

/// What `greenapi_partner.parse_notification` does with bytes.
#[pyfunction]
pub(crate) fn parse_notification<'py>(
    py: Python<'py>,
    body: &[u8],
    authorization: Option<&str>,
    webhook_url_token: Option<&str>,
) -> PyResult<Bound<'py, PyAny>> {
    let parsed = greenapi_partner::parse_notification(body, authorization, webhook_url_token);
    model(py, parsed.map_err(|refusal| error::exception(py, &refusal))?.into())
}
