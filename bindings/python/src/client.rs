//! The two clients: the same methods, waited for by a thread or awaited by an event loop.

use std::path::PathBuf;

use greenapi_partner::{self as core, CallOptions, CreateInstance, EnsureOptions, Error};
use pyo3::{prelude::*, types::PyDict};

use crate::{
    arguments::{self, ClientOptions, Text, built},
    bridge::{Call, Nothing, into_awaitable},
    error,
    events::EventsHandle,
    given::Given,
    handle::{Handle, not_picklable},
    instance::InstanceHandle,
    instances::Instances,
    ledger::Ledger,
    log,
    mode::Mode,
    model::{CreatedInstance, Ensured, Instance},
    run::RunHandle,
    runtime::wait,
    watch::WatchHandle,
};

/// The partner client for plain scripts, threads and notebooks: every method waits for its answer.
///
/// Reads the environment where an argument is left out, and keeps one pool of connections: make one client per token
/// and share it; any number of threads may use it at once. It works after `fork`, and ends a call on Ctrl-C.
///
#[doc = include_str!("doc/client.md")]
#[pyclass(frozen, module = "greenapi_partner")]
pub(crate) struct PartnerClient(Handle<core::PartnerClient>);

#[pymethods]
impl PartnerClient {
    #[new]
    #[pyo3(signature = (
        partner_token = None, *, partner_api_url = None, api_url = None, media_url = None, timeout = 60.0,
        max_retries = 3, max_response_size = 268_435_456, proxy = None, ca_file = None, pacing = true
    ))]
    #[expect(clippy::too_many_arguments, reason = "they are Python's keyword arguments")]
    fn new(
        py: Python<'_>,
        partner_token: Option<Text>,
        partner_api_url: Option<Text>,
        api_url: Option<Text>,
        media_url: Option<Text>,
        timeout: f64,
        max_retries: i64,
        max_response_size: i64,
        proxy: Option<Text>,
        ca_file: Option<PathBuf>,
        pacing: bool,
    ) -> PyResult<Self> {
        let options =
            ClientOptions { api_url, media_url, timeout, max_retries, max_response_size, proxy, ca_file, pacing };
        Handle::open(py, partner_token, partner_api_url, options).map(Self)
    }

    #[doc = include_str!("../../../crates/core/src/api/create_instance.md")]
    #[doc = include_str!("doc/create_instance.md")]
    #[pyo3(
        signature = (*, timeout = None, **settings),
        text_signature = "($self, *, name=None, webhook_url=None, webhook_url_token=None, \
            delay_send_messages_milliseconds=None, mark_incoming_messages_readed=None, \
            mark_incoming_messages_readed_on_reply=None, outgoing_webhook=None, outgoing_message_webhook=None, \
            outgoing_api_message_webhook=None, state_webhook=None, incoming_webhook=None, device_webhook=None, \
            keep_online_status=None, poll_message_webhook=None, incoming_block_webhook=None, \
            incoming_call_webhook=None, edited_message_webhook=None, deleted_message_webhook=None, \
            extra=None, timeout=None)"
    )]
    fn create_instance(
        &self,
        py: Python<'_>,
        timeout: Option<f64>,
        settings: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<CreatedInstance> {
        let settings = arguments::settings("PartnerClient.create_instance", settings)?;
        wait(py, create_instance(self.0.core(py)?, settings, arguments::call(py, timeout)?))
    }

    #[doc = include_str!("../../../crates/core/src/api/get_instances.md")]
    #[doc = include_str!("doc/get_instances.md")]
    #[pyo3(signature = (*, timeout = None))]
    fn get_instances(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<Instances> {
        wait(py, get_instances(self.0.core(py)?, arguments::call(py, timeout)?))
    }

    #[doc = include_str!("../../../crates/core/src/flow/get_instance.md")]
    #[doc = include_str!("doc/get_instance.md")]
    #[pyo3(signature = (id_instance, *, timeout = None))]
    fn get_instance(&self, py: Python<'_>, id_instance: &Bound<'_, PyAny>, timeout: Option<f64>) -> PyResult<Instance> {
        let id = arguments::id_instance(id_instance)?;
        wait(py, get_instance(self.0.core(py)?, id, arguments::call(py, timeout)?))
    }

    #[doc = include_str!("../../../crates/core/src/api/delete_instance_account.md")]
    #[doc = include_str!("doc/delete_instance_account.md")]
    #[pyo3(signature = (id_instance, *, timeout = None))]
    fn delete_instance_account(
        &self,
        py: Python<'_>,
        id_instance: &Bound<'_, PyAny>,
        timeout: Option<f64>,
    ) -> PyResult<Nothing> {
        let id = arguments::id_instance(id_instance)?;
        wait(py, delete_instance_account(self.0.core(py)?, id, arguments::call(py, timeout)?))
    }

    #[doc = include_str!("../../../crates/core/src/flow/ensure_instance.md")]
    #[doc = include_str!("doc/ensure_instance.md")]
    #[pyo3(
        signature = (*, name, settle = 60.0, compare_settings = false, timeout = None, **settings),
        text_signature = "($self, *, name, settle=60.0, compare_settings=False, webhook_url=None, webhook_url_token=None, \
            delay_send_messages_milliseconds=None, mark_incoming_messages_readed=None, \
            mark_incoming_messages_readed_on_reply=None, outgoing_webhook=None, outgoing_message_webhook=None, \
            outgoing_api_message_webhook=None, state_webhook=None, incoming_webhook=None, device_webhook=None, \
            keep_online_status=None, poll_message_webhook=None, incoming_block_webhook=None, \
            incoming_call_webhook=None, edited_message_webhook=None, deleted_message_webhook=None, \
            extra=None, timeout=None)"
    )]
    fn ensure_instance(
        &self,
        py: Python<'_>,
        name: &Bound<'_, PyAny>,
        settle: f64,
        compare_settings: bool,
        timeout: Option<f64>,
        settings: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Ensured> {
        let settings = arguments::named_settings("PartnerClient.ensure_instance", name, settings)?;
        wait(py, ensure_instance(self.0.core(py)?, settings, arguments::ensure(py, settle, compare_settings, timeout)?))
    }

    /// The client of one instance, over this client's connections; nothing is sent.
    ///
    #[doc = include_str!("doc/instance.md")]
    #[pyo3(signature = (id_instance, api_token_instance = None, api_url = None, media_url = None))]
    fn instance<'py>(
        &self,
        id_instance: &Bound<'py, PyAny>,
        api_token_instance: Option<Text>,
        api_url: Option<Text>,
        media_url: Option<Text>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (py, urls) = (id_instance.py(), (api_url.as_deref(), media_url.as_deref()));
        let api_token_instance = api_token_instance.as_deref();
        InstanceHandle::of(&self.0.core(py)?, id_instance, api_token_instance, urls, Mode::Waited)?.into_python(py)
    }

    #[doc = include_str!("../../../crates/core/src/flow/onboard.md")]
    #[doc = include_str!("doc/onboard.md")]
    #[pyo3(
        signature = (
            *, name, phone_number = None, verify_settings = true, verify_timeout = 300.0, timeout = 900.0,
            interval = None, reboot_after = 300.0, **settings
        ),
        text_signature = "($self, *, name, webhook_url=None, webhook_url_token=None, \
            delay_send_messages_milliseconds=None, mark_incoming_messages_readed=None, \
            mark_incoming_messages_readed_on_reply=None, outgoing_webhook=None, outgoing_message_webhook=None, \
            outgoing_api_message_webhook=None, state_webhook=None, incoming_webhook=None, device_webhook=None, \
            keep_online_status=None, poll_message_webhook=None, incoming_block_webhook=None, \
            incoming_call_webhook=None, edited_message_webhook=None, deleted_message_webhook=None, \
            extra=None, phone_number=None, verify_settings=True, verify_timeout=300.0, timeout=900.0, interval=None, \
            reboot_after=300.0)"
    )]
    #[expect(clippy::too_many_arguments, reason = "they are Python's keyword arguments")]
    fn onboard<'py>(
        &self,
        py: Python<'py>,
        name: &Bound<'py, PyAny>,
        phone_number: Option<&Bound<'py, PyAny>>,
        verify_settings: bool,
        verify_timeout: f64,
        timeout: f64,
        interval: Option<f64>,
        reboot_after: Option<f64>,
        settings: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let settings = arguments::named_settings("PartnerClient.onboard", name, settings)?;
        let ready = arguments::ready(py, timeout, interval, reboot_after)?;
        let mut options = arguments::authorize(phone_number, ready)?;
        options.verify_settings = verify_settings;
        options.verify_timeout = arguments::duration(py, "verify_timeout", verify_timeout)?;
        let events = self.0.core(py)?.onboard(settings, options);
        EventsHandle::into_python(py, events, Mode::Waited)
    }

    #[doc = include_str!("../../../crates/core/src/flow/offboard.md")]
    #[doc = include_str!("doc/offboard.md")]
    #[pyo3(signature = (id_instance, *, timeout = None))]
    fn offboard(&self, py: Python<'_>, id_instance: &Bound<'_, PyAny>, timeout: Option<f64>) -> PyResult<Nothing> {
        let id = arguments::id_instance(id_instance)?;
        wait(py, offboard(self.0.core(py)?, id, arguments::call(py, timeout)?))
    }

    #[doc = include_str!("../../../crates/core/src/fleet/inspect.md")]
    #[doc = include_str!("doc/inspect.md")]
    /// Example:
    ///     for one in partner.inspect(history=True):
    ///         print(one.id_instance, one.group, one.phone)
    ///
    /// Upstream's page: <https://green-api.com/en/docs/partners/getInstances/>
    #[pyo3(
        signature = (instances = None, *, progress = None, **options),
        text_signature = "($self, instances=None, *, phone=True, settings=False, history=False, \
            concurrency=64, timeout=None, progress=None)"
    )]
    fn inspect<'py>(
        &self,
        py: Python<'py>,
        instances: Option<&Bound<'py, PyAny>>,
        progress: Option<bool>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        RunHandle::begun(py, &self.0.core(py)?, Given::inspect(instances, options)?, Mode::Waited, progress)
    }

    #[doc = include_str!("../../../crates/core/src/fleet/bulk/create_instances.md")]
    #[doc = include_str!("doc/create_instances.md")]
    /// Example:
    ///     names = (f"shop-{number}" for number in range(1, 3))
    ///     with partner.create_instances(names, journal="shops.journal", max_new=2) as run:
    ///         for item in run:
    ///             print(item.name, item.status, item.id_instance)
    ///
    /// Upstream's page: <https://green-api.com/en/docs/partners/createInstance/>
    #[pyo3(
        signature = (specs, *, progress = None, **options),
        text_signature = "($self, specs, *, journal=None, dry_run=False, max_new=None, max_cost=None, \
            price_per_day=None, retry_unknown=False, settle=60.0, concurrency=None, timeout=None, \
            progress=None)"
    )]
    fn create_instances<'py>(
        &self,
        py: Python<'py>,
        specs: &Bound<'py, PyAny>,
        progress: Option<bool>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        RunHandle::begun(py, &self.0.core(py)?, Given::create(specs, options)?, Mode::Waited, progress)
    }

    #[doc = include_str!("../../../crates/core/src/fleet/bulk/delete_instance_accounts.md")]
    #[doc = include_str!("doc/delete_instance_accounts.md")]
    /// Example:
    ///     with partner.delete_instance_accounts([1101000001], dry_run=True) as run:
    ///         for item in run:
    ///             print(item.id_instance, item.status, item.error)
    ///
    /// Upstream's page: <https://green-api.com/en/docs/partners/deleteInstanceAccount/>
    #[pyo3(
        signature = (ids, *, progress = None, **options),
        text_signature = "($self, ids, *, logout=True, max_deleted=None, expect=None, delete_all=False, \
            journal=None, dry_run=False, concurrency=None, timeout=None, progress=None)"
    )]
    fn delete_instance_accounts<'py>(
        &self,
        py: Python<'py>,
        ids: &Bound<'py, PyAny>,
        progress: Option<bool>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        RunHandle::begun(py, &self.0.core(py)?, Given::delete(ids, options)?, Mode::Waited, progress)
    }

    #[doc = include_str!("../../../crates/core/src/fleet/bulk/set_instances_settings.md")]
    #[doc = include_str!("doc/set_instances_settings.md")]
    /// Example:
    ///     for item in partner.set_instances_settings([1101000001], incoming_webhook=True):
    ///         print(item.id_instance, item.status, item.error)
    ///
    /// Upstream's page: <https://green-api.com/en/docs/api/account/SetSettings/>
    #[pyo3(
        signature = (ids, *, progress = None, **options),
        text_signature = "($self, ids, *, webhook_url=None, webhook_url_token=None, \
            delay_send_messages_milliseconds=None, mark_incoming_messages_readed=None, \
            mark_incoming_messages_readed_on_reply=None, outgoing_webhook=None, \
            outgoing_message_webhook=None, outgoing_api_message_webhook=None, state_webhook=None, \
            incoming_webhook=None, device_webhook=None, keep_online_status=None, \
            poll_message_webhook=None, incoming_block_webhook=None, incoming_call_webhook=None, \
            edited_message_webhook=None, deleted_message_webhook=None, auto_typing=None, \
            link_preview=None, enable_lid_mode=None, extra=None, verify=False, verify_timeout=300.0, \
            journal=None, dry_run=False, concurrency=None, timeout=None, progress=None)"
    )]
    fn set_instances_settings<'py>(
        &self,
        py: Python<'py>,
        ids: &Bound<'py, PyAny>,
        progress: Option<bool>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        RunHandle::begun(py, &self.0.core(py)?, Given::settings(ids, options)?, Mode::Waited, progress)
    }

    #[doc = include_str!("../../../crates/core/src/fleet/bulk/reboot_instances.md")]
    #[doc = include_str!("doc/reboot_instances.md")]
    /// Example:
    ///     rebooted = partner.reboot_instances([1101000001]).collect()
    ///     print([item.id_instance for item in rebooted if item.status == "done"])
    ///
    /// Upstream's page: <https://green-api.com/en/docs/api/account/Reboot/>
    #[pyo3(
        signature = (ids, *, progress = None, **options),
        text_signature = "($self, ids, *, journal=None, dry_run=False, retry_unknown=False, \
            concurrency=None, timeout=None, progress=None)"
    )]
    fn reboot_instances<'py>(
        &self,
        py: Python<'py>,
        ids: &Bound<'py, PyAny>,
        progress: Option<bool>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        RunHandle::begun(py, &self.0.core(py)?, Given::reboot(ids, options)?, Mode::Waited, progress)
    }

    #[doc = include_str!("../../../crates/core/src/fleet/bulk/logout_instances.md")]
    #[doc = include_str!("doc/logout_instances.md")]
    /// Example:
    ///     left = partner.logout_instances([1101000001]).collect()
    ///     print([item.id_instance for item in left if item.status == "done"])
    ///
    /// Upstream's page: <https://green-api.com/en/docs/api/account/Logout/>
    #[pyo3(
        signature = (ids, *, progress = None, **options),
        text_signature = "($self, ids, *, journal=None, dry_run=False, concurrency=None, timeout=None, \
            progress=None)"
    )]
    fn logout_instances<'py>(
        &self,
        py: Python<'py>,
        ids: &Bound<'py, PyAny>,
        progress: Option<bool>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        RunHandle::begun(py, &self.0.core(py)?, Given::logout(ids, options)?, Mode::Waited, progress)
    }

    #[doc = include_str!("../../../crates/core/src/fleet/watch/watch.md")]
    #[doc = include_str!("doc/watch.md")]
    /// Example:
    ///     with partner.watch(interval=60) as changes:
    ///         for change in changes:
    ///             print(change.kind, change.name)
    ///
    /// Upstream's page: <https://green-api.com/en/docs/partners/getInstances/>
    #[pyo3(
        signature = (*, ledger = None, **options),
        text_signature = "($self, *, interval=60.0, since=None, ledger=None, states=False, concurrency=64)"
    )]
    fn watch<'py>(
        &self,
        py: Python<'py>,
        ledger: Option<&Ledger>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        WatchHandle::begun(py, &self.0.core(py)?, Given::watch(options)?, ledger, Mode::Waited)
    }

    /// Closes the client: later calls raise ConfigurationError, calls that are under way end as they would have.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        self.0.core(py)?.close();
        Ok(())
    }

    /// Whether the client was closed.
    #[getter]
    fn closed(&self) -> bool {
        self.0.said(core::PartnerClient::is_closed)
    }

    /// The partner host that the client speaks to.
    #[getter]
    fn partner_api_url(&self) -> String {
        self.0.said(|core| core.partner_api_url().to_owned())
    }

    fn __enter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    #[pyo3(signature = (*_exception))]
    fn __exit__(&self, py: Python<'_>, _exception: &Bound<'_, PyAny>) -> PyResult<()> {
        self.close(py)
    }

    fn __repr__(&self) -> String {
        self.0.repr("PartnerClient")
    }

    fn __reduce__(slf: &Bound<'_, Self>) -> PyResult<()> {
        not_picklable(slf)
    }
}

/// The partner client for asyncio and uvloop: the same methods as `PartnerClient`, to be awaited.
///
/// Every event loop of the process may use it, one after the other or at once. Cancelling a task ends its request at
/// once and frees the connection.
///
#[doc = include_str!("doc/client.md")]
#[pyclass(frozen, module = "greenapi_partner")]
pub(crate) struct AsyncPartnerClient(Handle<core::PartnerClient>);

#[pymethods]
impl AsyncPartnerClient {
    #[new]
    #[pyo3(signature = (
        partner_token = None, *, partner_api_url = None, api_url = None, media_url = None, timeout = 60.0,
        max_retries = 3, max_response_size = 268_435_456, proxy = None, ca_file = None, pacing = true
    ))]
    #[expect(clippy::too_many_arguments, reason = "they are Python's keyword arguments")]
    fn new(
        py: Python<'_>,
        partner_token: Option<Text>,
        partner_api_url: Option<Text>,
        api_url: Option<Text>,
        media_url: Option<Text>,
        timeout: f64,
        max_retries: i64,
        max_response_size: i64,
        proxy: Option<Text>,
        ca_file: Option<PathBuf>,
        pacing: bool,
    ) -> PyResult<Self> {
        let options =
            ClientOptions { api_url, media_url, timeout, max_retries, max_response_size, proxy, ca_file, pacing };
        Handle::open(py, partner_token, partner_api_url, options).map(Self)
    }

    #[doc = include_str!("../../../crates/core/src/api/create_instance.md")]
    #[doc = include_str!("doc/create_instance.md")]
    #[pyo3(
        signature = (*, timeout = None, **settings),
        text_signature = "($self, *, name=None, webhook_url=None, webhook_url_token=None, \
            delay_send_messages_milliseconds=None, mark_incoming_messages_readed=None, \
            mark_incoming_messages_readed_on_reply=None, outgoing_webhook=None, outgoing_message_webhook=None, \
            outgoing_api_message_webhook=None, state_webhook=None, incoming_webhook=None, device_webhook=None, \
            keep_online_status=None, poll_message_webhook=None, incoming_block_webhook=None, \
            incoming_call_webhook=None, edited_message_webhook=None, deleted_message_webhook=None, \
            extra=None, timeout=None)"
    )]
    fn create_instance(
        &self,
        py: Python<'_>,
        timeout: Option<f64>,
        settings: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Call> {
        let settings = arguments::settings("AsyncPartnerClient.create_instance", settings)?;
        let call = create_instance(self.0.core(py)?, settings, arguments::call(py, timeout)?);
        Ok(into_awaitable("AsyncPartnerClient.create_instance", call))
    }

    #[doc = include_str!("../../../crates/core/src/api/get_instances.md")]
    #[doc = include_str!("doc/get_instances.md")]
    #[pyo3(signature = (*, timeout = None))]
    fn get_instances(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<Call> {
        let call = get_instances(self.0.core(py)?, arguments::call(py, timeout)?);
        Ok(into_awaitable("AsyncPartnerClient.get_instances", call))
    }

    #[doc = include_str!("../../../crates/core/src/flow/get_instance.md")]
    #[doc = include_str!("doc/get_instance.md")]
    #[pyo3(signature = (id_instance, *, timeout = None))]
    fn get_instance(&self, py: Python<'_>, id_instance: &Bound<'_, PyAny>, timeout: Option<f64>) -> PyResult<Call> {
        let id = arguments::id_instance(id_instance)?;
        let call = get_instance(self.0.core(py)?, id, arguments::call(py, timeout)?);
        Ok(into_awaitable("AsyncPartnerClient.get_instance", call))
    }

    #[doc = include_str!("../../../crates/core/src/api/delete_instance_account.md")]
    #[doc = include_str!("doc/delete_instance_account.md")]
    #[pyo3(signature = (id_instance, *, timeout = None))]
    fn delete_instance_account(
        &self,
        py: Python<'_>,
        id_instance: &Bound<'_, PyAny>,
        timeout: Option<f64>,
    ) -> PyResult<Call> {
        let id = arguments::id_instance(id_instance)?;
        let call = delete_instance_account(self.0.core(py)?, id, arguments::call(py, timeout)?);
        Ok(into_awaitable("AsyncPartnerClient.delete_instance_account", call))
    }

    #[doc = include_str!("../../../crates/core/src/flow/ensure_instance.md")]
    #[doc = include_str!("doc/ensure_instance.md")]
    #[pyo3(
        signature = (*, name, settle = 60.0, compare_settings = false, timeout = None, **settings),
        text_signature = "($self, *, name, settle=60.0, compare_settings=False, webhook_url=None, webhook_url_token=None, \
            delay_send_messages_milliseconds=None, mark_incoming_messages_readed=None, \
            mark_incoming_messages_readed_on_reply=None, outgoing_webhook=None, outgoing_message_webhook=None, \
            outgoing_api_message_webhook=None, state_webhook=None, incoming_webhook=None, device_webhook=None, \
            keep_online_status=None, poll_message_webhook=None, incoming_block_webhook=None, \
            incoming_call_webhook=None, edited_message_webhook=None, deleted_message_webhook=None, \
            extra=None, timeout=None)"
    )]
    fn ensure_instance(
        &self,
        py: Python<'_>,
        name: &Bound<'_, PyAny>,
        settle: f64,
        compare_settings: bool,
        timeout: Option<f64>,
        settings: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Call> {
        let settings = arguments::named_settings("AsyncPartnerClient.ensure_instance", name, settings)?;
        let call =
            ensure_instance(self.0.core(py)?, settings, arguments::ensure(py, settle, compare_settings, timeout)?);
        Ok(into_awaitable("AsyncPartnerClient.ensure_instance", call))
    }

    /// The client of one instance, over this client's connections; nothing is sent.
    ///
    #[doc = include_str!("doc/instance.md")]
    #[pyo3(signature = (id_instance, api_token_instance = None, api_url = None, media_url = None))]
    fn instance<'py>(
        &self,
        id_instance: &Bound<'py, PyAny>,
        api_token_instance: Option<Text>,
        api_url: Option<Text>,
        media_url: Option<Text>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (py, urls) = (id_instance.py(), (api_url.as_deref(), media_url.as_deref()));
        let api_token_instance = api_token_instance.as_deref();
        InstanceHandle::of(&self.0.core(py)?, id_instance, api_token_instance, urls, Mode::Awaited)?.into_python(py)
    }

    #[doc = include_str!("../../../crates/core/src/flow/onboard.md")]
    #[doc = include_str!("doc/onboard.md")]
    #[pyo3(
        signature = (
            *, name, phone_number = None, verify_settings = true, verify_timeout = 300.0, timeout = 900.0,
            interval = None, reboot_after = 300.0, **settings
        ),
        text_signature = "($self, *, name, webhook_url=None, webhook_url_token=None, \
            delay_send_messages_milliseconds=None, mark_incoming_messages_readed=None, \
            mark_incoming_messages_readed_on_reply=None, outgoing_webhook=None, outgoing_message_webhook=None, \
            outgoing_api_message_webhook=None, state_webhook=None, incoming_webhook=None, device_webhook=None, \
            keep_online_status=None, poll_message_webhook=None, incoming_block_webhook=None, \
            incoming_call_webhook=None, edited_message_webhook=None, deleted_message_webhook=None, \
            extra=None, phone_number=None, verify_settings=True, verify_timeout=300.0, timeout=900.0, interval=None, \
            reboot_after=300.0)"
    )]
    #[expect(clippy::too_many_arguments, reason = "they are Python's keyword arguments")]
    fn onboard<'py>(
        &self,
        py: Python<'py>,
        name: &Bound<'py, PyAny>,
        phone_number: Option<&Bound<'py, PyAny>>,
        verify_settings: bool,
        verify_timeout: f64,
        timeout: f64,
        interval: Option<f64>,
        reboot_after: Option<f64>,
        settings: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let settings = arguments::named_settings("AsyncPartnerClient.onboard", name, settings)?;
        let ready = arguments::ready(py, timeout, interval, reboot_after)?;
        let mut options = arguments::authorize(phone_number, ready)?;
        options.verify_settings = verify_settings;
        options.verify_timeout = arguments::duration(py, "verify_timeout", verify_timeout)?;
        let events = self.0.core(py)?.onboard(settings, options);
        EventsHandle::into_python(py, events, Mode::Awaited)
    }

    #[doc = include_str!("../../../crates/core/src/flow/offboard.md")]
    #[doc = include_str!("doc/offboard.md")]
    #[pyo3(signature = (id_instance, *, timeout = None))]
    fn offboard(&self, py: Python<'_>, id_instance: &Bound<'_, PyAny>, timeout: Option<f64>) -> PyResult<Call> {
        let id = arguments::id_instance(id_instance)?;
        let call = offboard(self.0.core(py)?, id, arguments::call(py, timeout)?);
        Ok(into_awaitable("AsyncPartnerClient.offboard", call))
    }

    #[doc = include_str!("../../../crates/core/src/fleet/inspect.md")]
    #[doc = include_str!("doc/inspect.md")]
    /// Example:
    ///     async for one in partner.inspect(history=True):
    ///         print(one.id_instance, one.group, one.phone)
    ///
    /// Upstream's page: <https://green-api.com/en/docs/partners/getInstances/>
    #[pyo3(
        signature = (instances = None, *, progress = None, **options),
        text_signature = "($self, instances=None, *, phone=True, settings=False, history=False, \
            concurrency=64, timeout=None, progress=None)"
    )]
    fn inspect<'py>(
        &self,
        py: Python<'py>,
        instances: Option<&Bound<'py, PyAny>>,
        progress: Option<bool>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        RunHandle::begun(py, &self.0.core(py)?, Given::inspect(instances, options)?, Mode::Awaited, progress)
    }

    #[doc = include_str!("../../../crates/core/src/fleet/bulk/create_instances.md")]
    #[doc = include_str!("doc/create_instances.md")]
    /// Example:
    ///     names = (f"shop-{number}" for number in range(1, 3))
    ///     async with partner.create_instances(names, journal="shops.journal", max_new=2) as run:
    ///         async for item in run:
    ///             print(item.name, item.status, item.id_instance)
    ///
    /// Upstream's page: <https://green-api.com/en/docs/partners/createInstance/>
    #[pyo3(
        signature = (specs, *, progress = None, **options),
        text_signature = "($self, specs, *, journal=None, dry_run=False, max_new=None, max_cost=None, \
            price_per_day=None, retry_unknown=False, settle=60.0, concurrency=None, timeout=None, \
            progress=None)"
    )]
    fn create_instances<'py>(
        &self,
        py: Python<'py>,
        specs: &Bound<'py, PyAny>,
        progress: Option<bool>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        RunHandle::begun(py, &self.0.core(py)?, Given::create(specs, options)?, Mode::Awaited, progress)
    }

    #[doc = include_str!("../../../crates/core/src/fleet/bulk/delete_instance_accounts.md")]
    #[doc = include_str!("doc/delete_instance_accounts.md")]
    /// Example:
    ///     async with partner.delete_instance_accounts([1101000001], dry_run=True) as run:
    ///         async for item in run:
    ///             print(item.id_instance, item.status, item.error)
    ///
    /// Upstream's page: <https://green-api.com/en/docs/partners/deleteInstanceAccount/>
    #[pyo3(
        signature = (ids, *, progress = None, **options),
        text_signature = "($self, ids, *, logout=True, max_deleted=None, expect=None, delete_all=False, \
            journal=None, dry_run=False, concurrency=None, timeout=None, progress=None)"
    )]
    fn delete_instance_accounts<'py>(
        &self,
        py: Python<'py>,
        ids: &Bound<'py, PyAny>,
        progress: Option<bool>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        RunHandle::begun(py, &self.0.core(py)?, Given::delete(ids, options)?, Mode::Awaited, progress)
    }

    #[doc = include_str!("../../../crates/core/src/fleet/bulk/set_instances_settings.md")]
    #[doc = include_str!("doc/set_instances_settings.md")]
    /// Example:
    ///     async for item in partner.set_instances_settings([1101000001], incoming_webhook=True):
    ///         print(item.id_instance, item.status, item.error)
    ///
    /// Upstream's page: <https://green-api.com/en/docs/api/account/SetSettings/>
    #[pyo3(
        signature = (ids, *, progress = None, **options),
        text_signature = "($self, ids, *, webhook_url=None, webhook_url_token=None, \
            delay_send_messages_milliseconds=None, mark_incoming_messages_readed=None, \
            mark_incoming_messages_readed_on_reply=None, outgoing_webhook=None, \
            outgoing_message_webhook=None, outgoing_api_message_webhook=None, state_webhook=None, \
            incoming_webhook=None, device_webhook=None, keep_online_status=None, \
            poll_message_webhook=None, incoming_block_webhook=None, incoming_call_webhook=None, \
            edited_message_webhook=None, deleted_message_webhook=None, auto_typing=None, \
            link_preview=None, enable_lid_mode=None, extra=None, verify=False, verify_timeout=300.0, \
            journal=None, dry_run=False, concurrency=None, timeout=None, progress=None)"
    )]
    fn set_instances_settings<'py>(
        &self,
        py: Python<'py>,
        ids: &Bound<'py, PyAny>,
        progress: Option<bool>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        RunHandle::begun(py, &self.0.core(py)?, Given::settings(ids, options)?, Mode::Awaited, progress)
    }

    #[doc = include_str!("../../../crates/core/src/fleet/bulk/reboot_instances.md")]
    #[doc = include_str!("doc/reboot_instances.md")]
    /// Example:
    ///     rebooted = await partner.reboot_instances([1101000001]).collect()
    ///     print([item.id_instance for item in rebooted if item.status == "done"])
    ///
    /// Upstream's page: <https://green-api.com/en/docs/api/account/Reboot/>
    #[pyo3(
        signature = (ids, *, progress = None, **options),
        text_signature = "($self, ids, *, journal=None, dry_run=False, retry_unknown=False, \
            concurrency=None, timeout=None, progress=None)"
    )]
    fn reboot_instances<'py>(
        &self,
        py: Python<'py>,
        ids: &Bound<'py, PyAny>,
        progress: Option<bool>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        RunHandle::begun(py, &self.0.core(py)?, Given::reboot(ids, options)?, Mode::Awaited, progress)
    }

    #[doc = include_str!("../../../crates/core/src/fleet/bulk/logout_instances.md")]
    #[doc = include_str!("doc/logout_instances.md")]
    /// Example:
    ///     left = await partner.logout_instances([1101000001]).collect()
    ///     print([item.id_instance for item in left if item.status == "done"])
    ///
    /// Upstream's page: <https://green-api.com/en/docs/api/account/Logout/>
    #[pyo3(
        signature = (ids, *, progress = None, **options),
        text_signature = "($self, ids, *, journal=None, dry_run=False, concurrency=None, timeout=None, \
            progress=None)"
    )]
    fn logout_instances<'py>(
        &self,
        py: Python<'py>,
        ids: &Bound<'py, PyAny>,
        progress: Option<bool>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        RunHandle::begun(py, &self.0.core(py)?, Given::logout(ids, options)?, Mode::Awaited, progress)
    }

    #[doc = include_str!("../../../crates/core/src/fleet/watch/watch.md")]
    #[doc = include_str!("doc/watch.md")]
    /// Example:
    ///     async with partner.watch(interval=60) as changes:
    ///         async for change in changes:
    ///             print(change.kind, change.name)
    ///
    /// Upstream's page: <https://green-api.com/en/docs/partners/getInstances/>
    #[pyo3(
        signature = (*, ledger = None, **options),
        text_signature = "($self, *, interval=60.0, since=None, ledger=None, states=False, concurrency=64)"
    )]
    fn watch<'py>(
        &self,
        py: Python<'py>,
        ledger: Option<&Ledger>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        WatchHandle::begun(py, &self.0.core(py)?, Given::watch(options)?, ledger, Mode::Awaited)
    }

    /// Closes the client: later calls raise ConfigurationError, calls that are under way end as they would have.
    fn aclose(&self, py: Python<'_>) -> PyResult<Call> {
        self.0.closing(py, "AsyncPartnerClient.aclose")
    }

    /// Whether the client was closed.
    #[getter]
    fn closed(&self) -> bool {
        self.0.said(core::PartnerClient::is_closed)
    }

    /// The partner host that the client speaks to.
    #[getter]
    fn partner_api_url(&self) -> String {
        self.0.said(|core| core.partner_api_url().to_owned())
    }

    fn __aenter__(slf: Bound<'_, Self>) -> Call {
        let client = slf.unbind();
        into_awaitable("AsyncPartnerClient.__aenter__", async move { Ok(client) })
    }

    #[pyo3(signature = (*_exception))]
    fn __aexit__(&self, py: Python<'_>, _exception: &Bound<'_, PyAny>) -> PyResult<Call> {
        self.0.closing(py, "AsyncPartnerClient.__aexit__")
    }

    fn __repr__(&self) -> String {
        self.0.repr("AsyncPartnerClient")
    }

    fn __reduce__(slf: &Bound<'_, Self>) -> PyResult<()> {
        not_picklable(slf)
    }
}

impl Handle<core::PartnerClient> {
    fn open(
        py: Python<'_>,
        partner_token: Option<Text>,
        partner_api_url: Option<Text>,
        options: ClientOptions,
    ) -> PyResult<Self> {
        let mut builder = built!(py, core::PartnerClient::builder(), options);
        if let Some(token) = partner_token {
            builder = builder.partner_token(token.0);
        }
        if let Some(url) = partner_api_url {
            builder = builder.partner_api_url(url.0);
        }
        let client = log::heard(py, || builder.build())?.map_err(|refusal| error::exception(py, &refusal))?;
        Ok(Self::new(client))
    }

    fn closing(&self, py: Python<'_>, name: &'static str) -> PyResult<Call> {
        let core = self.core(py)?;
        Ok(into_awaitable(name, async move {
            core.close();
            Ok(Nothing)
        }))
    }

    fn repr(&self, class: &str) -> String {
        self.said(|core| {
            let closed = if core.is_closed() { ", closed" } else { "" };
            format!("<{class} of {}{closed}>", core.partner_api_url())
        })
    }
}

async fn create_instance(
    core: core::PartnerClient,
    settings: CreateInstance,
    options: CallOptions,
) -> Result<CreatedInstance, Error> {
    core.create_instance_with(settings, options).await.map(CreatedInstance)
}

async fn get_instances(core: core::PartnerClient, options: CallOptions) -> Result<Instances, Error> {
    core.get_instances_with(options).await.map(Instances)
}

async fn get_instance(core: core::PartnerClient, id: u64, options: CallOptions) -> Result<Instance, Error> {
    core.get_instance_with(id, options).await.map(Instance)
}

async fn delete_instance_account(core: core::PartnerClient, id: u64, options: CallOptions) -> Result<Nothing, Error> {
    core.delete_instance_account_with(id, options).await.map(|()| Nothing)
}

async fn ensure_instance(
    core: core::PartnerClient,
    settings: CreateInstance,
    options: EnsureOptions,
) -> Result<Ensured, Error> {
    core.ensure_instance_with(settings, options).await.map(Ensured)
}

async fn offboard(core: core::PartnerClient, id: u64, options: CallOptions) -> Result<Nothing, Error> {
    core.offboard_with(id, options).await.map(|()| Nothing)
}
