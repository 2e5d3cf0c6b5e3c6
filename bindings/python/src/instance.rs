//! The client of one instance, whatever is asked of it.

use std::path::PathBuf;

use greenapi_partner::{self as core, InstanceClient};
use pyo3::prelude::*;

use crate::{
    arguments::{self, ClientOptions, Text, built},
    error,
    events::{EventsHandle, NotificationsHandle},
    file::opened,
    handle::Handle,
    kwargs, log,
    mode::Mode,
    model,
    record::Answer,
    runtime::{By, settle},
    sealed::Named,
    show::Json,
};

/// What `InstanceClient` and `AsyncInstanceClient` hold: it waits, or gives what is to be awaited.
#[pyclass(frozen, module = "greenapi_partner._native")]
pub(crate) struct InstanceHandle {
    handle: Handle<InstanceClient>,
    mode: Mode,
}

#[pymethods]
impl InstanceHandle {
    #[new]
    #[pyo3(signature = (
        id_instance, api_token_instance, *, api_url, media_url, timeout, max_retries, max_response_size, proxy, ca_file,
        pacing, awaited
    ))]
    #[expect(clippy::too_many_arguments, reason = "they are Python's keyword arguments")]
    fn new(
        py: Python<'_>,
        id_instance: &Bound<'_, PyAny>,
        api_token_instance: Text,
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
        let id = arguments::id_instance(id_instance)?;
        let builder = built!(py, InstanceClient::builder(id, api_token_instance.0), options);
        let client = log::heard(py, || builder.build())?.map_err(|refusal| error::exception(py, &refusal))?;
        Ok(Self::over(client, Mode::of(awaited)))
    }

    /// Any upstream method by its name, with arguments by theirs.
    #[pyo3(signature = (operation, arguments, timeout = None, file = None))]
    fn call(
        &self,
        py: Python<'_>,
        operation: String,
        arguments: Named<'_>,
        #[pyo3(from_py_with = arguments::some_seconds)] timeout: Option<f64>,
        file: Option<Named<'_>>,
    ) -> PyResult<Py<PyAny>> {
        let (core, options) = (self.handle.core(py)?, arguments::call(py, timeout)?);
        let file = file.map(|file| opened(file.dict())).transpose()?;
        let arguments = kwargs::of_instance(&operation, arguments.dict())?;
        let name = self.mode.method("InstanceClient", &operation);
        let by = By::of(InstanceClient::is_one_method(&operation));
        self.mode.answer(
            py,
            &name,
            by,
            async move { core.invoke(&operation, arguments, file, options).await.map(Answer) },
        )
    }

    /// A method that core has no function for, by what the caller says of it.
    #[pyo3(signature = (method, parts, timeout, file = None))]
    fn other(
        &self,
        py: Python<'_>,
        method: Text,
        parts: Named<'_>,
        #[pyo3(from_py_with = arguments::some_seconds)] timeout: Option<f64>,
        file: Option<Named<'_>>,
    ) -> PyResult<Py<PyAny>> {
        let file = file.map(|file| opened(file.dict())).transpose()?;
        let call = core::Call::of(&method, &arguments::object(parts.dict())?, file);
        let call = call.map_err(|refusal| error::exception(py, &refusal))?;
        let core = self.timed(py, timeout)?;
        self.mode.answer(py, "InstanceClient.call", By::Waiter, async move { core.call(call).await.map(Json) })
    }

    /// Any iteration over events by its name, with arguments by theirs.
    #[pyo3(signature = (operation, arguments, timeout = None))]
    fn events<'py>(
        &self,
        py: Python<'py>,
        operation: &str,
        arguments: Named<'_>,
        #[pyo3(from_py_with = arguments::some_seconds)] timeout: Option<f64>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let events = self.timed(py, timeout)?.events(operation, arguments::object(arguments.dict())?);
        let events = events.map_err(|refusal| error::exception(py, &refusal))?;
        EventsHandle::into_python(py, events, self.mode)
    }

    /// The iteration over notifications.
    fn notifications<'py>(
        &self,
        py: Python<'py>,
        arguments: Named<'_>,
        #[pyo3(from_py_with = arguments::some_seconds)] timeout: Option<f64>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let items = self.timed(py, timeout)?.notifications_by_name(arguments::object(arguments.dict())?);
        let items = items.map_err(|refusal| error::exception(py, &refusal))?;
        NotificationsHandle::into_python(py, items, self.mode)
    }

    fn qr_page_url(&self, py: Python<'_>) -> PyResult<String> {
        Ok(self.handle.core(py)?.qr_page_url())
    }

    #[getter]
    fn id_instance(&self) -> u64 {
        self.handle.said(InstanceClient::id_instance)
    }

    #[getter]
    fn api_token_instance(&self) -> String {
        self.handle.said(InstanceClient::api_token_instance)
    }

    #[getter]
    fn type_instance(&self) -> Option<String> {
        self.handle.said(|client| client.type_instance().map(ToOwned::to_owned))
    }

    #[getter]
    fn api_url(&self) -> String {
        self.handle.said(|client| client.api_url().to_owned())
    }

    #[getter]
    fn media_url(&self) -> String {
        self.handle.said(|client| client.media_url().to_owned())
    }

    #[getter]
    fn closed(&self) -> bool {
        self.handle.said(InstanceClient::is_closed)
    }

    fn close(&self, py: Python<'_>) -> PyResult<()> {
        self.handle.core(py)?.close();
        settle();
        Ok(())
    }
}

impl InstanceHandle {
    pub(crate) fn over(client: InstanceClient, mode: Mode) -> Self {
        Self { handle: Handle::new(client), mode }
    }

    /// The instance of a partner: one that was created or listed, or an id with its token.
    pub(crate) fn of(
        partner: &core::PartnerClient,
        instance: &Bound<'_, PyAny>,
        api_token_instance: Option<&str>,
        urls: (Option<&str>, Option<&str>),
        mode: Mode,
    ) -> PyResult<Self> {
        let py = instance.py();
        // Told of by upstream, a host may be one that cannot be used: that is a warning, and not of any call.
        let client = if let Some(token) = api_token_instance {
            let id = arguments::id_instance(instance)?;
            log::heard(py, || partner.instance_at(id, token, urls.0, urls.1))
        } else if urls != (None, None) {
            return Err(error::invalid_request(
                py,
                "api_token_instance is missing: a host goes with an id and a token",
            ));
        } else if let Ok(created) = instance.cast::<model::CreatedInstance>() {
            let created = &created.get().0;
            log::heard(py, || partner.instance_of_created(created))
        } else if let Ok(listed) = instance.cast::<model::Instance>() {
            let listed = &listed.get().0;
            log::heard(py, || partner.instance_of_listed(listed))
        } else {
            return Err(error::invalid_request(py, "api_token_instance is missing: an id needs its token"));
        }?;
        Ok(Self::over(client.map_err(|refusal| error::exception(py, &refusal))?, mode))
    }

    /// The client that users see.
    pub(crate) fn into_python(self, py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        let (module, class) = match self.mode {
            Mode::Waited => ("greenapi_partner.instance", "InstanceClient"),
            Mode::Awaited => ("greenapi_partner.instance_async", "AsyncInstanceClient"),
        };
        py.import(module)?.getattr(class)?.call_method1("_over", (self,))
    }

    fn timed(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<InstanceClient> {
        let core = self.handle.core(py)?;
        Ok(match arguments::call(py, timeout)?.timeout {
            Some(timeout) => core.with_timeout(timeout),
            None => core,
        })
    }
}
