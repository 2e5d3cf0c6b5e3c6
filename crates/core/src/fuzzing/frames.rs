//! Frames of the socket that shows QR codes.
//!
//! An input is the text of a frame.

use super::{TOKEN, error_tells_no_token, target};
use crate::{
    ErrorCode, QrCode,
    endpoint::Answer,
    instance::{
        qr::{OPERATION, Shown},
        scanqrcode::{Said, said},
    },
};

pub fn check(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    match said(&text, &target(false)) {
        Ok(Said::Shown(Shown::Code(qr))) => {
            hidden(&qr);
            // The same as an answer of `qr`.
            let polled = (OPERATION.read)(&Answer::of_frame(&text)).map_err(|mismatch| mismatch.why);
            assert_eq!(polled.as_ref(), Ok(&qr));
        }
        Ok(Said::Linked(frame)) => assert_eq!(frame["type"], "accountData"),
        Ok(Said::Shown(Shown::Passkey(_) | Shown::Password) | Said::Nothing) => {}
        Err(error) => {
            error_tells_no_token(&error);
            assert_eq!(error.status(), None);
            assert_ne!(error.code(), ErrorCode::NotReady);
        }
    }
}

pub fn seeds() -> Vec<Vec<u8>> {
    let picture = super::pictures::drawn_base64();
    let frames = [
        format!(r#"{{"type": "qrCode", "message": "{picture}"}}"#),
        r#"{"type": "qrCode", "message": null}"#.to_owned(),
        r#"{"type": "accountData", "wid": "79001234567@c.us", "pushname": "Shop"}"#.to_owned(),
        r#"{"type": "alreadyLogged", "message": "instance has auth"}"#.to_owned(),
        r#"{"type": "error", "message": "Instance is deleted"}"#.to_owned(),
        r#"{"type": "timeout", "message": "scan timeout"}"#.to_owned(),
        r#"{"type": "pending_password"}"#.to_owned(),
        r#"{"type": "passkeyRequired", "message": "confirm it"}"#.to_owned(),
        format!(r#"{{"type": "error", "message": "no such token {TOKEN}"}}"#),
        format!(r#"{{"type": "{TOKEN}"}}"#),
        // A letter that no token has stands in the middle of one.
        format!(r#"{{"type": "error", "message": "no such token {};;ľ;;{}"}}"#, &TOKEN[..10], &TOKEN[10..15]),
        // A letter of our own before the words would be that before this part of one.
        format!(r#"{{"type": "error", "message": "{}"}}"#, &TOKEN[34..45]),
        // And so would be one of how Rust writes the letter before them.
        format!(r#"{{"type": "error", "message": "no\u031c{}"}}"#, &TOKEN[29..40]),
        "null".to_owned(),
    ];
    frames.map(String::into_bytes).into()
}

/// The code is no less secret than a password.
fn hidden(qr: &QrCode) {
    let shown = format!("{qr:?}");
    assert!(shown.len() < 100 && qr.text().is_none_or(|text| text.len() < 12 || !shown.contains(text)));
}
