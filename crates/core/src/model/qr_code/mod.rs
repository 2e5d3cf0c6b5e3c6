//! A QR code to be scanned.

mod decode;
mod svg;
mod terminal;
#[cfg(test)]
pub(crate) mod tests;

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use self::decode::Reading;
use super::{Field, Kind};
use crate::config::QR_LIFETIME;

/// A QR code that links the phone that scans it: as secret as a password while it is good.
///
/// Its `Debug` shows neither picture nor payload.
#[derive(Clone)]
pub struct QrCode(Arc<QrCodeInner>);

struct QrCodeInner {
    png: Bytes,
    expires_at: Timestamp,
    /// Made when it is first asked for: a program that only shows the picture never decodes it.
    reading: OnceLock<Option<Reading>>,
}

impl QrCode {
    /// The fields, in the order of the contract.
    pub const FIELDS: &'static [Field] = &[
        Field::new("png", "png", Kind::Bytes, "The picture, a PNG.").secret(),
        Field::new("data_url", "dataUrl", Kind::Text, "The picture as an address for an `<img>`.").secret(),
        Field::new("text", "text", Kind::Text, "What a phone reads; nothing where the picture is no readable QR code.")
            .secret(),
        Field::new("expires_at", "expiresAt", Kind::Time, "When upstream replaces it: 20 seconds after it came."),
    ];

    /// The picture, a PNG.
    pub fn png(&self) -> &Bytes {
        &self.0.png
    }

    /// The picture as an address for an `<img>`: `data:image/png;base64,…`.
    pub fn data_url(&self) -> String {
        format!("data:image/png;base64,{}", STANDARD.encode(&self.0.png))
    }

    /// What a phone reads; nothing where the picture is no readable QR code.
    pub fn text(&self) -> Option<&str> {
        self.reading().map(|reading| reading.text.as_str())
    }

    /// The picture as an SVG, sharp at any size; where it is no readable QR code, one around the PNG.
    pub fn svg(&self) -> String {
        self.reading().map_or_else(|| svg::around(&self.data_url()), |reading| svg::of(&reading.modules))
    }

    /// The picture in Unicode half blocks, for a terminal: lines that end with `\n`.
    ///
    /// It sets both colours, so that it can be scanned from a dark and from a light terminal. Where the picture is no
    /// readable QR code, it is one line that says so.
    pub fn terminal(&self) -> String {
        self.reading().map_or_else(|| terminal::UNREADABLE.to_owned(), |reading| terminal::of(&reading.modules))
    }

    fn reading(&self) -> Option<&Reading> {
        self.0.reading.get_or_init(|| decode::read(&self.0.png)).as_ref()
    }

    /// When upstream replaces it: 20 seconds after it came.
    pub fn expires_at(&self) -> Timestamp {
        self.0.expires_at
    }

    /// The event as a browser wants it: `{"type": "qrCode", "dataUrl": …, "expiresAt": …}`.
    pub fn to_json(&self) -> Map<String, Value> {
        let json = json!({
            "type": "qrCode",
            "dataUrl": self.data_url(),
            "expiresAt": self.expires_at().to_string(),
        });
        if let Value::Object(object) = json { object } else { Map::new() }
    }

    /// The picture in upstream's base64, in lines or in one.
    pub(crate) fn read(message: &str) -> Result<Self, String> {
        let text: String = message.split_whitespace().collect();
        let text = text.split_once("base64,").map_or(&*text, |(_, data)| data);
        let png = STANDARD.decode(text).map_err(|_| "its message is no base64")?;
        if !png.starts_with(b"\x89PNG\r\n\x1a\n") {
            return Err("its message is no PNG".into());
        }
        let expires_at = Timestamp::now() + QR_LIFETIME;
        Ok(Self(Arc::new(QrCodeInner { png: png.into(), expires_at, reading: OnceLock::new() })))
    }
}

/// Two are equal when their pictures are.
impl PartialEq for QrCode {
    fn eq(&self, other: &Self) -> bool {
        self.0.png == other.0.png
    }
}

impl fmt::Debug for QrCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("QrCode")
            .field("expires_at", &format_args!("{}", self.0.expires_at))
            .finish_non_exhaustive()
    }
}
