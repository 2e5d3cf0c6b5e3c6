//! Signatures of Standard Webhooks: `v1,` and the base64 of an HMAC-SHA256 of `id.timestamp.body`.
//!
//! <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>

use std::{fmt, ops::RangeInclusive};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::hmac;
use zeroize::Zeroizing;

use crate::{error::Error, secret::Secret};

/// The keys of one receiver: more than one while a secret is replaced by another.
pub(super) struct Keys(Vec<hmac::Key>);

impl Keys {
    /// Reads `whsec_` and the base64 of 24 to 64 bytes; several, with spaces between them. What is wrong is said without
    /// quoting it.
    #[expect(clippy::disallowed_methods, reason = "a key is made of the secret")]
    pub(super) fn of(secret: &Secret) -> Result<Self, Error> {
        let keys: Vec<_> = secret.expose().split_whitespace().map(key).collect::<Option<_>>().unwrap_or_default();
        if keys.is_empty() {
            return Err(Error::configuration(
                "the secret must be whsec_ and the base64 of 24 to 64 bytes, or several of these with spaces between them",
            ));
        }
        Ok(Self(keys))
    }

    /// The header `webhook-signature`: one signature for each key.
    pub(super) fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let signed = signed(id, &timestamp.to_string(), body);
        let signatures = self.0.iter().map(|key| format!("{VERSION}{}", STANDARD.encode(hmac::sign(key, &signed))));
        signatures.collect::<Vec<_>>().join(" ")
    }

    /// Whether one of the header's signatures is of one of the keys, compared in constant time. Those of other versions are
    /// passed over.
    pub(super) fn verify(&self, signatures: &str, id: &str, timestamp: &str, body: &[u8]) -> bool {
        let signed = signed(id, timestamp, body);
        let given = signatures.split_whitespace().filter_map(|one| STANDARD.decode(one.strip_prefix(VERSION)?).ok());
        given.into_iter().any(|given| self.0.iter().any(|key| hmac::verify(key, &signed, &given).is_ok()))
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Keys({})", self.0.len())
    }
}

fn key(secret: &str) -> Option<hmac::Key> {
    let bytes = Zeroizing::new(STANDARD.decode(secret.strip_prefix(PREFIX)?).ok()?);
    KEY_BYTES.contains(&bytes.len()).then(|| hmac::Key::new(hmac::HMAC_SHA256, &bytes))
}

fn signed(id: &str, timestamp: &str, body: &[u8]) -> Vec<u8> {
    [id.as_bytes(), b".", timestamp.as_bytes(), b".", body].concat()
}

const PREFIX: &str = "whsec_";
const VERSION: &str = "v1,";
const KEY_BYTES: RangeInclusive<usize> = 24..=64;

#[cfg(test)]
mod tests {
    use super::*;

    /// From the specification's own libraries: `libraries/go/webhook_test.go`, `libraries/javascript/src/webhook.test.ts`.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;

    fn keys(secret: &str) -> Keys {
        Keys::of(&Secret::new(secret)).unwrap()
    }

    #[test]
    fn the_vector_of_the_specification_is_signed_and_verified() {
        assert_eq!(keys(SECRET).sign(ID, 1_614_265_330, BODY), SIGNATURE);
        assert!(keys(SECRET).verify(SIGNATURE, ID, "1614265330", BODY));
    }

    #[test]
    fn one_signature_of_several_and_one_key_of_several_will_do() {
        let other = format!("whsec_{}", STANDARD.encode([7; 32]));
        let both = keys(&format!("{other} {SECRET}"));
        let signed = both.sign(ID, 1_614_265_330, BODY);
        assert_eq!(signed.split(' ').count(), 2);
        for one in [SECRET, &other] {
            assert!(keys(one).verify(&signed, ID, "1614265330", BODY));
        }
        assert!(both.verify(&format!("v1a,aa== v1,bm90IGl0 {SIGNATURE}"), ID, "1614265330", BODY));
        for wrong in ["", "v1,", "v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", &SIGNATURE[3..], "v1,g0hM9SsE"] {
            assert!(!keys(SECRET).verify(wrong, ID, "1614265330", BODY), "{wrong}");
        }
        assert!(!keys(SECRET).verify(SIGNATURE, ID, "1614265331", BODY));
        assert!(!keys(SECRET).verify(SIGNATURE, "msg_1", "1614265330", BODY));
        assert!(!keys(&other).verify(SIGNATURE, ID, "1614265330", BODY));
    }

    #[test]
    fn a_secret_is_whsec_and_24_to_64_bytes_and_is_never_quoted() {
        let of = |bytes: usize| format!("whsec_{}", STANDARD.encode(vec![7; bytes]));
        for good in [of(24), of(64), format!(" {}\n{} ", of(24), of(25))] {
            assert!(Keys::of(&Secret::new(good)).is_ok());
        }
        let bare = of(32)["whsec_".len()..].to_owned();
        for bad in [String::new(), "whsec_".to_owned(), of(23), of(65), bare, "whsec_canary!".to_owned(), of(24) + " x"]
        {
            let error = Keys::of(&Secret::new(bad)).unwrap_err();
            assert_eq!(error.code().as_str(), "configuration");
            assert!(!error.to_string().contains("canary") && !error.to_string().contains("BwcH"), "{error}");
        }
        assert_eq!(format!("{:?}", keys(SECRET)), "Keys(1)");
    }
}
