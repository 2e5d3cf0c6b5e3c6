//! Seal of an instance's token in a row: who has the partner token can open it, and a copy of the database alone tells nothing.

use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hkdf::{HKDF_SHA256, Salt},
    rand::{SecureRandom as _, SystemRandom},
};
use zeroize::Zeroizing;

use crate::secret::{Secret, ZeroedText};

/// What seals and opens, made of the partner token.
pub(crate) struct Seal(LessSafeKey);

impl Seal {
    /// The seal of who holds this token.
    #[expect(clippy::disallowed_methods, reason = "a key is made of the token")]
    pub(crate) fn of(partner_token: &Secret) -> Option<Self> {
        let secret = Salt::new(HKDF_SHA256, SALT).extract(partner_token.expose().as_bytes());
        let key = secret.expand(&[b"instance tokens"], &AES_256_GCM).ok()?;
        Some(Self(LessSafeKey::new(UnboundKey::from(key))))
    }

    /// Seals a value; it opens for the same `place` alone, so that no row gets what was another's.
    pub(crate) fn close(&self, place: &[&str], value: &str) -> Option<Vec<u8>> {
        let mut nonce = [0; NONCE_LEN];
        SystemRandom::new().fill(&mut nonce).ok()?;
        let mut sealed = value.as_bytes().to_vec();
        self.0.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad(place), &mut sealed).ok()?;
        Some([&nonce[..], &sealed].concat())
    }

    /// What was sealed; nothing where another token sealed it, or where it was changed.
    pub(crate) fn open(&self, place: &[&str], sealed: &[u8]) -> Option<ZeroedText> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut sealed = Zeroizing::new(sealed.to_vec());
        let opened = self.0.open_in_place(nonce, aad(place), &mut sealed).ok()?;
        Some(str::from_utf8(opened).ok()?.to_owned().into())
    }
}

/// The parts with their lengths, so that no two places read alike.
fn aad(place: &[&str]) -> Aad<Vec<u8>> {
    let lengths = place.iter().flat_map(|part| (part.len() as u64).to_be_bytes());
    Aad::from(lengths.chain(place.iter().flat_map(|part| part.bytes())).collect())
}

const SALT: &[u8] = b"greenapi_partner store 1";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_token_opens_for_its_own_place_and_token_alone() {
        let seal = Seal::of(&Secret::new("gac.1")).unwrap();
        let sealed = seal.close(&["default", "shop"], "token").unwrap();
        assert!(!sealed.windows(5).any(|part| part == b"token"));
        assert_eq!(seal.open(&["default", "shop"], &sealed).as_deref(), Some("token"));
        assert_ne!(seal.close(&["default", "shop"], "token").unwrap(), sealed, "each time anew");
        assert!(seal.open(&["defaults", "hop"], &sealed).is_none());
        assert!(Seal::of(&Secret::new("gac.2")).unwrap().open(&["default", "shop"], &sealed).is_none());
        assert!(seal.open(&["default", "shop"], &sealed[1..]).is_none());
        assert!(seal.open(&["default", "shop"], b"").is_none());
    }
}
