//! A flow's events as text for a terminal.

use std::sync::{Mutex, PoisonError};

use greenapi_partner::{self as core, Event};
use pyo3::prelude::*;

use crate::{qr_code::QrCode, record::Record};

/// What `greenapi_partner.show_in_terminal` draws with.
#[pyclass(frozen, module = "greenapi_partner._native")]
pub(crate) struct TerminalView(Mutex<core::TerminalView>);

#[pymethods]
impl TerminalView {
    #[new]
    fn new(in_place: bool) -> Self {
        Self(Mutex::new(core::TerminalView::new(in_place)))
    }

    /// What to write for an event.
    fn draw(&self, event: EventGiven<'_>) -> String {
        let event = match event {
            EventGiven::QrCode(qr) => Some(Event::QrCode(qr.get().0.clone())),
            EventGiven::Record(record) => record.get().event.clone(),
        };
        let mut view = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        event.map(|event| view.draw(&event)).unwrap_or_default()
    }
}

#[derive(FromPyObject)]
enum EventGiven<'py> {
    QrCode(Bound<'py, QrCode>),
    Record(Bound<'py, Record>),
}
