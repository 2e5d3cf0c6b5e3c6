//! The client of a partner, whatever is asked of it.

use std::path::PathBuf;

use greenapi_partner as core;
use pyo3::prelude::*;

use crate::{
    arguments::{self, ClientOptions, Text, built},
    error,
    events::EventsHandle,
    handle::Handle,
    instance::InstanceHandle,
    kwargs, log,
    mode::Mode,
    record::Answer,
    run::RunHandle,
    runtime::{By, settle},
    sealed::Named,
    store::Given,
    watch::WatchHandle,
};

/// What `PartnerClient` and `AsyncPartnerClient` hold: it waits, or gives what is to be awaited.
#[pyclass(frozen, module = "greenapi_partner._native")]
pub(crate) struct PartnerHandle {
    handle: Handle<core::PartnerClient>,
    mode: Mode,
}

#[pymethods]
impl PartnerHandle {
    #[new]
    #[pyo3(signature = (
        partner_token, *, partner_api_url, store, api_url, media_url, timeout, max_retries, max_response_size, proxy, ca_file,
        pacing, awaited
    ))]
    #[expect(clippy::too_many_arguments, reason = "they are Python's keyword arguments")]
    fn new(
        py: Python<'_>,
        partner_token: Option<Text>,
        partner_api_url: Option<Text>,
        store: Option<Given>,
        api_url: Option<Text>,
        media_url: Option<Text>,
        #[pyo3(from_py_with = arguments::seconds)] timeout: f64,
        #[pyo3(from_py_with = arguments::whole)] max_retries: i64,
        #[pyo3(from_py_with = arguments::whole)] max_response_size: i64,
        proxy: Option<Text>,
        ca_file: Option<PathBuf>,
        pacing: bool,
        awaited: bool,
    ) -> PyResult<Self> {
        let options =
            ClientOptions { api_url, media_url, timeout, max_retries, max_response_size, proxy, ca_file, pacing };
        let mut builder = built!(py, core::PartnerClient::builder(), options);
        if let Some(token) = partner_token {
            builder = builder.partner_token(token.0);
        }
        if let Some(url) = partner_api_url {
            builder = builder.partner_api_url(url.0);
        }
        if let Some(store) = store {
            builder = builder.store(store.0);
        }
        let client = log::heard(py, || builder.build())?.map_err(|refusal| error::exception(py, &refusal))?;
        Ok(Self { handle: Handle::new(client), mode: Mode::of(awaited) })
    }

    /// Any call by its name, with arguments by theirs.
    #[pyo3(signature = (operation, arguments, timeout = None))]
    fn call(
        &self,
        py: Python<'_>,
        operation: String,
        arguments: Named<'_>,
        #[pyo3(from_py_with = arguments::some_seconds)] timeout: Option<f64>,
    ) -> PyResult<Py<PyAny>> {
        let (core, options) = (self.handle.core(py)?, arguments::call(py, timeout)?);
        let (arguments, _) = kwargs::of(&operation, arguments.dict())?;
        let name = self.mode.method("PartnerClient", &operation);
        let by = By::of(core.is_one_method(&operation));
        self.mode.answer(py, &name, by, async move { core.invoke(&operation, arguments, options).await.map(Answer) })
    }

    /// Any iteration over events by its name, with arguments by theirs.
    fn events<'py>(&self, py: Python<'py>, operation: &str, arguments: Named<'_>) -> PyResult<Bound<'py, PyAny>> {
        let (arguments, _) = kwargs::of(operation, arguments.dict())?;
        let events = self.handle.core(py)?.events(operation, arguments);
        EventsHandle::into_python(py, events.map_err(|refusal| error::exception(py, &refusal))?, self.mode)
    }

    /// Any run over many instances by its name, with arguments by theirs.
    fn run<'py>(
        &self,
        py: Python<'py>,
        operation: &str,
        arguments: Named<'_>,
        progress: Option<bool>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (arguments, beside) = kwargs::of(operation, arguments.dict())?;
        let run = self.handle.core(py)?.run_by_name(operation, arguments, beside.journal);
        RunHandle::begun(py, run.map_err(|refusal| error::exception(py, &refusal))?, self.mode, progress)
    }

    /// A watch, with arguments by their names.
    fn watch<'py>(&self, py: Python<'py>, operation: &str, arguments: Named<'_>) -> PyResult<Bound<'py, PyAny>> {
        let (arguments, beside) = kwargs::of(operation, arguments.dict())?;
        let watch = self.handle.core(py)?.watch_by_name(arguments, beside.ledger);
        WatchHandle::begun(py, watch.map_err(|refusal| error::exception(py, &refusal))?, self.mode)
    }

    /// The client of one instance, over this client's connections.
    fn instance<'py>(
        &self,
        id_instance: &Bound<'py, PyAny>,
        api_token_instance: Option<Text>,
        api_url: Option<Text>,
        media_url: Option<Text>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (py, urls) = (id_instance.py(), (api_url.as_deref(), media_url.as_deref()));
        let token = api_token_instance.as_deref();
        InstanceHandle::of(&self.handle.core(py)?, id_instance, token, urls, self.mode)?.into_python(py)
    }

    #[getter]
    fn partner_api_url(&self) -> String {
        self.handle.said(|client| client.partner_api_url().to_owned())
    }

    #[getter]
    fn closed(&self) -> bool {
        self.handle.said(core::PartnerClient::is_closed)
    }

    fn close(&self, py: Python<'_>) -> PyResult<()> {
        self.handle.core(py)?.close();
        settle();
        Ok(())
    }
}
