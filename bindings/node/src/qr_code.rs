//! A QR code, held here until somebody looks at it.

use greenapi_partner::{Event, QrCode};
use napi::bindgen_prelude::Buffer;
use napi_derive::napi;

use crate::model::{milliseconds_since_1970, text};

/// A QR code. What is not asked for is not made.
#[napi]
pub struct NativeQrCode {
    core: QrCode,
}

#[napi]
impl NativeQrCode {
    #[napi]
    pub fn png(&self) -> Buffer {
        self.core.png().to_vec().into()
    }

    #[napi]
    pub fn data_url(&self) -> String {
        self.core.data_url()
    }

    #[napi]
    pub fn text(&self) -> Option<&str> {
        self.core.text()
    }

    #[napi]
    pub fn svg(&self) -> String {
        self.core.svg()
    }

    #[napi]
    pub fn terminal(&self) -> String {
        self.core.terminal()
    }

    /// Milliseconds since 1970.
    #[napi]
    pub fn expires_at(&self) -> f64 {
        milliseconds_since_1970(self.core.expires_at())
    }

    #[napi]
    pub fn json(&self) -> String {
        text(self.core.to_json())
    }

    pub(crate) fn event(&self) -> Event {
        Event::QrCode(self.core.clone())
    }
}

impl From<QrCode> for NativeQrCode {
    fn from(core: QrCode) -> Self {
        Self { core }
    }
}
