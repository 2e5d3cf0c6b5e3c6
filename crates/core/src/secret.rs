//! A token that cannot print, and whose memory is zeroed when nobody has it any more.

use std::{fmt, io, ops::Deref, sync::Arc};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use zeroize::Zeroize as _;

/// A value that nobody but the transport may read.
///
/// It has no `Display`, and its `Debug` is `***`. Clones share one place in memory, which is zeroed with the last of them.
#[derive(Clone)]
pub(crate) struct Secret(Arc<ZeroedText>);

impl Secret {
    pub(crate) fn new(value: impl Into<String>) -> Self {
        Self(Arc::new(ZeroedText(value.into())))
    }

    /// The value itself. `.clippy.toml` forbids the call outside the transport and this file.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// The value as one segment of a path, for the transport: part by part, so that no copy of it is made on the way.
    #[expect(clippy::disallowed_methods, reason = "encoding a secret needs the secret")]
    pub(crate) fn as_segment(&self) -> impl Iterator<Item = &str> + Clone {
        utf8_percent_encode(self.expose(), SEGMENT)
    }

    /// Whether this text is the value.
    #[expect(clippy::disallowed_methods, reason = "comparing with a secret needs the secret")]
    pub(crate) fn is(&self, text: &str) -> bool {
        self.expose() == text
    }

    /// What tells this value from others and gives nothing of it away: the first bytes of its SHA-256, in hexadecimal.
    /// For values that nobody can guess, as upstream's tokens are.
    #[expect(clippy::disallowed_methods, reason = "a digest of a secret needs the secret")]
    pub(crate) fn digest(&self) -> String {
        short_digest(self.expose().as_bytes())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(MASK)
    }
}

/// Text with a secret in it, zeroed wherever it lay: when it needs a larger place, and when it is dropped.
#[derive(Clone, Default)]
pub(crate) struct ZeroedText(String);

impl ZeroedText {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    pub(crate) fn capacity(&self) -> usize {
        self.0.capacity()
    }

    pub(crate) fn push_str(&mut self, part: &str) {
        let length = self.0.len() + part.len();
        if length > self.0.capacity() {
            let mut larger = Self::with_capacity(2 * length);
            larger.0.push_str(&self.0);
            *self = larger;
        }
        self.0.push_str(part);
    }
}

impl From<String> for ZeroedText {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl Deref for ZeroedText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Drop for ZeroedText {
    fn drop(&mut self) {
        // As a slice: a `String` as such is zeroed byte by byte, which a long list would feel.
        self.0.as_mut_str().zeroize();
    }
}

/// The same of bytes that are written one after another.
pub(crate) struct ZeroedBytes(Vec<u8>);

impl ZeroedBytes {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }
}

impl io::Write for ZeroedBytes {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        let length = self.0.len() + part.len();
        if length > self.0.capacity() {
            let mut larger = Vec::with_capacity(2 * length);
            larger.extend_from_slice(&self.0);
            *self = Self(larger);
        }
        self.0.extend_from_slice(part);
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl AsRef<[u8]> for ZeroedBytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for ZeroedBytes {
    fn drop(&mut self) {
        self.0.as_mut_slice().zeroize();
    }
}

/// Zeroes each text in a value.
pub(crate) fn zero(value: &mut Value) {
    let mut left = vec![value];
    while let Some(value) = left.pop() {
        match value {
            Value::String(text) => text.as_mut_str().zeroize(),
            Value::Array(items) => left.extend(items),
            Value::Object(fields) => left.extend(fields.values_mut()),
            _ => {}
        }
    }
}

/// What is secret among the fields of a body that is sent as it was given, by their names: upstream may repeat it.
pub(crate) fn secrets_in(body: &Value) -> Vec<Secret> {
    let (mut found, mut left) = (Vec::new(), vec![(false, body)]);
    while let Some((is_secret, value)) = left.pop() {
        match value {
            Value::String(text) if is_secret && !text.is_empty() => found.push(Secret::new(text)),
            Value::Array(items) => left.extend(items.iter().map(|item| (is_secret, item))),
            Value::Object(fields) => left.extend(fields.iter().map(|(name, value)| {
                let name = name.to_lowercase();
                (SECRET_NAMES.iter().any(|secret| name.contains(secret)), value)
            })),
            _ => {}
        }
    }
    found
}

/// The first 8 bytes of the SHA-256, in hexadecimal.
pub(crate) fn short_digest(data: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, data);
    let begins = digest.as_ref().iter().take(DIGEST_BYTES);
    format!("{:016x}", begins.fold(0_u64, |number, byte| number << 8 | u64::from(*byte)))
}

/// What stands where a token stood.
pub(crate) const MASK: &str = "***";

/// What may stand in a path segment as it is.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What the name of a secret has in it.
const SECRET_NAMES: [&str; 4] = ["token", "password", "code", "secret"];
const DIGEST_BYTES: usize = 8;

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_secret_does_not_print() {
        assert_eq!(format!("{:?}", Secret::new("gac.123")), "***");
    }

    #[test]
    fn a_secret_is_the_same_text_and_no_other() {
        assert_eq!(["gac.123", "gac.12", ""].map(|text| Secret::new("gac.123").is(text)), [true, false, false]);
    }

    /// By itself a `String` or a `Vec` doubles its place, and leaves the old one as it was.
    #[test]
    fn what_outgrows_its_place_gets_a_larger_one_from_us() {
        let mut text = ZeroedText::with_capacity(10);
        text.push_str("0123456789");
        assert_eq!(text.capacity(), 10);
        text.push_str("a");
        assert_eq!((&*text, text.capacity()), ("0123456789a", 22));
        let mut bytes = ZeroedBytes::with_capacity(10);
        assert_eq!(bytes.write(b"0123456789").unwrap(), 10);
        assert_eq!(bytes.0.capacity(), 10);
        assert_eq!(bytes.write(b"a").unwrap(), 1);
        assert_eq!((bytes.as_ref(), bytes.0.capacity()), (&b"0123456789a"[..], 22));
    }

    #[test]
    fn each_text_of_a_value_is_zeroed() {
        let mut value = serde_json::json!({"a": "12", "b": ["3", {"c": "4"}], "d": 5, "e": null});
        zero(&mut value);
        assert_eq!(value, serde_json::json!({"a": "\0\0", "b": ["\0", {"c": "\0"}], "d": 5, "e": null}));
    }

    #[test]
    fn a_digest_is_the_beginning_of_sha256() {
        assert_eq!(Secret::new("abc").digest(), "ba7816bf8f01cfea");
    }
}
