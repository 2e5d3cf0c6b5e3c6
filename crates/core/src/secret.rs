//! A token that cannot print, and the scrubbing of text that upstream echoes.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

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

    /// `text` without this value in it, plain or percent-encoded.
    #[expect(clippy::disallowed_methods, reason = "taking a secret out of a text needs the secret")]
    pub(crate) fn scrub(&self, text: String) -> String {
        if self.expose().len() < SHORTEST_SCRUBBED {
            return text;
        }
        [self.expose(), &self.as_segment()].into_iter().fold(text, |text, value| text.replace(value, MASK))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(MASK)
    }
}

/// The first 8 bytes of the SHA-256, in hexadecimal.
pub(crate) fn short_digest(data: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, data);
    let begins = digest.as_ref().iter().take(DIGEST_BYTES);
    format!("{:016x}", begins.fold(0_u64, |number, byte| number << 8 | u64::from(*byte)))
}

/// What stands where a token stood.
pub(crate) const MASK: &str = "***";

/// `text` without anything that looks like one of upstream's tokens: `gac.…`, or 32 hexadecimal digits and more.
pub(crate) fn scrub_lookalikes(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphanumeric()) {
        clean.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if word == "gac" && after.starts_with('.') {
            let token = after[1..].find(|c: char| !c.is_ascii_alphanumeric()).map_or(after.len(), |n| n + 1);
            clean.push_str(MASK);
            rest = &after[token..];
            continue;
        }
        let hex = word.len() >= SHORTEST_HEX && word.bytes().all(|b| b.is_ascii_hexdigit());
        clean.push_str(if hex { MASK } else { word });
        rest = after;
    }
    clean.push_str(rest);
    clean
}

/// What may stand in a path segment as it is.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Shorter values would take ordinary words out of ordinary sentences.
const SHORTEST_SCRUBBED: usize = 4;
const SHORTEST_HEX: usize = 32;
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

    #[test]
    fn a_secret_is_taken_out_of_a_text() {
        let secret = Secret::new("hunter22");
        assert_eq!(secret.scrub("no hunter22 here".into()), "no *** here");
        assert_eq!(Secret::new("a/b+").scrub("GET /x/a%2Fb%2B or a/b+".into()), "GET /x/*** or ***");
        assert_eq!(Secret::new("a").scrub("banana".into()), "banana");
    }

    #[test]
    fn what_looks_like_a_token_goes_and_the_rest_stays() {
        let hex = "c1b0474542144e0ead529eb4861ca5f583c346eb00564f64a7";
        let table = [
            (format!("Cannot GET /waInstance1103/x/{hex}"), "Cannot GET /waInstance1103/x/***"),
            ("token gac.0123abc, please".into(), "token ***, please"),
            ("gac.".into(), "***"),
            ("Unauthorized".into(), "Unauthorized"),
            ("мало мест: 1101728000".into(), "мало мест: 1101728000"),
            (String::new(), ""),
        ];
        for (text, clean) in table {
            assert_eq!(scrub_lookalikes(&text), clean);
        }
    }
}
