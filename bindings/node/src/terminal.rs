//! Events as text for a terminal.

use std::sync::{Mutex, PoisonError};

use greenapi_partner::{Event, TerminalView};
use napi_derive::napi;

use crate::{qr_code::NativeQrCode, record::NativeRecord};

/// Knows what it drew last, to draw over it.
#[napi]
pub struct NativeTerminal {
    view: Mutex<TerminalView>,
}

#[napi]
impl NativeTerminal {
    #[napi(constructor)]
    pub fn new(in_place: bool) -> Self {
        Self { view: Mutex::new(TerminalView::new(in_place)) }
    }

    /// What to write for an event; nothing for a record that is none.
    #[napi]
    pub fn draw(&self, event: &NativeRecord) -> String {
        event.event.as_ref().map_or_else(String::new, |event| self.text(event))
    }

    #[napi]
    pub fn draw_qr_code(&self, qr_code: &NativeQrCode) -> String {
        self.text(&qr_code.event())
    }

    fn text(&self, event: &Event) -> String {
        self.view.lock().unwrap_or_else(PoisonError::into_inner).draw(event)
    }
}
