//! A token that cannot print.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// A value that nobody but the transport may read.
///
/// It has no `Display`, and its `Debug` is `***`.
#[derive(Clone)]
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself. `.clippy.toml` forbids the call outside the transport and this file.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// The value as one segment of a path, for the transport.
    #[expect(clippy::disallowed_methods, reason = "encoding a secret needs the secret")]
    pub(crate) fn as_segment(&self) -> String {
        utf8_percent_encode(self.expose(), SEGMENT).to_string()
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
    use super::*;

    #[test]
    fn a_secret_does_not_print() {
        assert_eq!(format!("{:?}", Secret::new("gac.123")), "***");
    }

    #[test]
    fn a_digest_is_the_beginning_of_sha256() {
        assert_eq!(Secret::new("abc").digest(), "ba7816bf8f01cfea");
    }
}
