//! A QR code, held here until somebody looks at it.

use greenapi_partner::{Event, QrCode};
use napi::{
    Env,
    bindgen_prelude::{Buffer, Result},
};
use napi_derive::napi;

use crate::{
    held::{Held, gives_back},
    model::{milliseconds_since_1970, text},
};

/// A QR code. What is not asked for is not made.
#[napi(custom_finalize)]
pub struct NativeQrCode {
    core: QrCode,
    held: Held,
}

#[napi]
impl NativeQrCode {
    /// Tells V8 what is held; gives how much it knows of in all.
    #[napi]
    pub fn hold(&self, env: Env) -> Result<f64> {
        self.held.count(env, self.core.png().len())
    }

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

gives_back!(NativeQrCode);

impl From<QrCode> for NativeQrCode {
    fn from(core: QrCode) -> Self {
        Self { core, held: Held::default() }
    }
}
