//! Tokens and tags: hexadecimal digits that nobody can guess from the ones before.

use std::{
    fmt::Write as _,
    hash::{BuildHasher as _, Hasher as _, RandomState},
};

/// `gac.` and 46 hexadecimal digits, as partner tokens in public code are.
pub(crate) fn partner_token() -> String {
    format!("gac.{}", Digits::new().take(46))
}

/// Deals out the instances' tokens: 50 hexadecimal digits each.
#[derive(Debug)]
pub(crate) struct Digits {
    seed: RandomState,
    dealt: u64,
}

impl Digits {
    pub(crate) fn new() -> Self {
        Self { seed: RandomState::new(), dealt: 0 }
    }

    pub(crate) fn take(&mut self, digits: usize) -> String {
        let mut text = String::with_capacity(digits + 16);
        while text.len() < digits {
            self.dealt += 1;
            // Writing to memory does not fail.
            let _ = write!(text, "{:016x}", self.seed.hash_one(self.dealt));
        }
        text.truncate(digits);
        text
    }

    pub(crate) fn bytes(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(length + 8);
        while bytes.len() < length {
            self.dealt += 1;
            bytes.extend(self.seed.hash_one(self.dealt).to_be_bytes());
        }
        bytes.truncate(length);
        bytes
    }

    /// A code of capital letters and digits that cannot be mistaken for each other.
    pub(crate) fn code(&mut self, length: usize) -> String {
        self.bytes(length)
            .into_iter()
            .map(|byte| char::from(CODE_DIGITS[usize::from(byte) % CODE_DIGITS.len()]))
            .collect()
    }

    /// A code of figures.
    pub(crate) fn figures(&mut self, length: usize) -> String {
        self.bytes(length).into_iter().map(|byte| char::from(b'0' + byte % 10)).collect()
    }
}

const CODE_DIGITS: &[u8; 32] = b"123456789ABCDEFGHJKLMNPQRSTVWXYZ";

/// A weak entity tag of the captured form, `W/"<length>-<27 characters>"`: equal bytes, equal tag.
pub(crate) fn etag(body: &[u8]) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};

    let mut digest = [0; 20];
    let mut hasher = std::hash::DefaultHasher::new();
    hasher.write(body);
    for chunk in digest.chunks_mut(8) {
        hasher.write_u8(1);
        chunk.copy_from_slice(&hasher.finish().to_be_bytes()[..chunk.len()]);
    }
    format!("W/\"{:x}-{}\"", body.len(), STANDARD_NO_PAD.encode(digest))
}
