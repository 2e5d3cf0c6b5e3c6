//! The iterators: what happens on the way to a linked phone, and what an instance has to tell.

use std::sync::{Arc, OnceLock};

use greenapi_partner::{self as core, InstanceClient};
use pyo3::prelude::*;

use crate::{
    bridge::Nothing,
    error,
    instance::InstanceHandle,
    iteration::Iteration,
    mode::Mode,
    record::{Event, Model},
    runtime::By,
};

/// A flow under way, behind `greenapi_partner.Events` and `AsyncEvents`.
#[pyclass(frozen, module = "greenapi_partner._native")]
pub(crate) struct EventsHandle {
    iteration: Iteration<core::Events>,
    instance: Arc<OnceLock<InstanceClient>>,
    mode: Mode,
}

#[pymethods]
impl EventsHandle {
    /// The next event, or None after the last.
    fn next(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let next = self.iteration.next(|events| Box::pin(events.next()))?;
        self.mode.answer(py, "Events.next", By::Workers, async move { Ok(next.await?.map(Event)) })
    }

    /// Ends the flow.
    fn close(&self) {
        self.iteration.close();
    }

    /// The client of the instance, once it is known.
    #[getter]
    fn instance<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let known = self.instance.get().cloned();
        known.map(|instance| InstanceHandle::over(instance, self.mode).into_python(py)).transpose()
    }
}

impl EventsHandle {
    /// The iterator that users see.
    pub(crate) fn into_python(py: Python<'_>, events: core::Events, mode: Mode) -> PyResult<Bound<'_, PyAny>> {
        let instance = events.handle();
        into_python(py, &mode.class("Events"), Self { iteration: Iteration::new(events), instance, mode })
    }
}

/// Notifications under way, behind `greenapi_partner.Notifications` and `AsyncNotifications`.
#[pyclass(frozen, module = "greenapi_partner._native")]
pub(crate) struct NotificationsHandle {
    iteration: Iteration<core::Notifications>,
    mode: Mode,
}

#[pymethods]
impl NotificationsHandle {
    /// The next notification, or None once it was closed, or nothing came for as long as was said.
    fn next(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let next = self.iteration.next(|items| Box::pin(async { items.try_next().await.transpose() }))?;
        self.mode.answer(py, "Notifications.next", By::Workers, async move {
            Ok(next.await?.map(|notification| Model(notification.into())))
        })
    }

    /// Acknowledges the last one now.
    fn ack(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        if self.iteration.is_over() {
            return Err(error::invalid_request(py, "the iteration is over: delete_notification acknowledges instead"));
        }
        let ack = self.iteration.step(|items| Box::pin(items.ack()))?;
        self.mode.answer(py, "Notifications.ack", By::Workers, async move { ack.await.map(|_| Nothing) })
    }

    /// Ends it; the last one is not acknowledged.
    fn close(&self) {
        self.iteration.close();
    }
}

impl NotificationsHandle {
    /// The iterator that users see.
    pub(crate) fn into_python(py: Python<'_>, items: core::Notifications, mode: Mode) -> PyResult<Bound<'_, PyAny>> {
        into_python(py, &mode.class("Notifications"), Self { iteration: Iteration::new(items), mode })
    }
}

/// The handle in the class that users see.
fn into_python<'py>(py: Python<'py>, class: &str, handle: impl IntoPyObject<'py>) -> PyResult<Bound<'py, PyAny>> {
    py.import("greenapi_partner.iterators")?.getattr(class)?.call1((handle,))
}
