//! QR codes: a payload that nobody can guess, and its picture.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use qrcodegen::{QrCode, QrCodeEcc};

use crate::token::Digits;

/// The QR code that an instance shows for a while.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Qr {
    /// What a phone reads.
    pub(crate) payload: String,
    /// The picture, as base64 of a PNG.
    pub(crate) picture: String,
    pub(crate) made_at: Timestamp,
}

impl Qr {
    /// A QR code that was never there before.
    ///
    /// Its payload has the form of WhatsApp's: `2@`, then four parts in base64, with commas between them.
    pub(crate) fn new(digits: &mut Digits, now: Timestamp) -> Self {
        let parts = [66, 32, 32, 32].map(|length| STANDARD.encode(digits.bytes(length)));
        let payload = format!("2@{}", parts.join(","));
        Self { picture: STANDARD.encode(png(&payload)), payload, made_at: now }
    }
}

/// The picture of a text: black on white, with the quiet zone that the standard asks for.
#[expect(clippy::expect_used, reason = "the text is short enough, and writing to memory does not fail")]
fn png(text: &str) -> Vec<u8> {
    let code = QrCode::encode_text(text, QrCodeEcc::Low).expect("225 characters fit");
    let pixels = (code.size() + 2 * QUIET_ZONE) * PIXELS_A_MODULE;
    let is_light =
        |x: i32, y: i32| !code.get_module(x / PIXELS_A_MODULE - QUIET_ZONE, y / PIXELS_A_MODULE - QUIET_ZONE);
    let data: Vec<u8> = (0..pixels)
        .flat_map(|y| (0..pixels).map(move |x| (x, y)))
        .map(|(x, y)| u8::from(is_light(x, y)) * 255)
        .collect();
    let mut png = Vec::new();
    let side = pixels.unsigned_abs();
    let mut encoder = png::Encoder::new(&mut png, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().expect("memory takes all");
    writer.write_image_data(&data).expect("memory takes all");
    writer.finish().expect("memory takes all");
    png
}

/// In modules.
const QUIET_ZONE: i32 = 4;
const PIXELS_A_MODULE: i32 = 4;
