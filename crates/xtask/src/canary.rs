//! Finds tokens in text: those that our tests use, and whatever has the shape of one.

/// What the tests use where a secret belongs: words with this beginning, and tokens with these digits.
const CANARIES: [&str; 4] = ["canary-", "canary/", "canary%2F", "ca0a12ca0a12"];
/// Those of them that are sent in base64, as a proxy's password is.
const ENCODED: [&str; 3] = ["canary-proxy-password", "canary-of-the-proxy", "canary-proxy-4"];
/// The letters of base64.
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// A partner token begins so.
const PARTNER: &str = "gac.";
/// How many hexadecimal digits follow, and how many an instance token is.
const DIGITS: (usize, usize) = (46, 50);

/// Why this line shows a secret; none if it does not.
pub(crate) fn leak(line: &str) -> Option<&'static str> {
    let encoded = || ENCODED.iter().flat_map(|canary| encoded(canary));
    if CANARIES.iter().any(|canary| line.contains(canary)) || encoded().any(|canary| line.contains(&canary)) {
        return Some("a canary");
    }
    line.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '.' || letter == '_')).find_map(shape)
}

/// What a word is that has the shape of a token.
fn shape(word: &str) -> Option<&'static str> {
    let hexadecimal = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    if let Some(rest) = word.strip_prefix(PARTNER)
        && rest.len() == DIGITS.0
        && hexadecimal(rest)
    {
        return Some("a partner token");
    }
    (word.len() == DIGITS.1 && hexadecimal(word)).then_some("an instance token")
}

/// The text in base64, without its first and last letters, which depend on what stands beside it: one for each place in a group of three.
fn encoded(text: &str) -> [String; 3] {
    [0, 1, 2].map(|before| {
        let bytes: Vec<u8> = std::iter::repeat_n(0, before).chain(text.bytes()).collect();
        let letters: String = bytes.chunks_exact(3).flat_map(sixbit).collect();
        letters[if before == 0 { 0 } else { 4 }..].to_owned()
    })
}

fn sixbit(group: &[u8]) -> [char; 4] {
    let bits = group.iter().fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
    [18, 12, 6, 0].map(|shift| char::from(BASE64[bits >> shift & 63]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_canary_is_found_as_it_is_and_in_base64() {
        let cases = [
            "POST /partner/createInstance/gac.ca0a12ca0a12ca0a12ca0a12ca0a12ca0a12ca0a12ca0a12",
            "webhook_url_token='canary-webhook-token'",
            "proxy http://me:canary-proxy-password@127.0.0.1:1",
            // me:…, you:…, them:…
            "proxy-authorization: Basic bWU6Y2FuYXJ5LXByb3h5LXBhc3N3b3Jk",
            "proxy-authorization: Basic eW91OmNhbmFyeS1wcm94eS1wYXNzd29yZA==",
            "proxy-authorization: Basic dGhlbTpjYW5hcnktcHJveHktcGFzc3dvcmQ=",
        ];
        for line in cases {
            assert_eq!(leak(line), Some("a canary"), "{line}");
        }
    }

    #[test]
    fn what_has_the_shape_of_a_token_is_found() {
        let digits = "0123456789abcdef0123456789abcdef0123456789abcdef01";
        assert_eq!(leak(&format!("path=/partner/getInstances/gac.{}", &digits[..46])), Some("a partner token"));
        assert_eq!(leak(&format!("{{\"apiTokenInstance\":\"{digits}\"}}")), Some("an instance token"));
    }

    #[test]
    fn what_only_looks_like_one_is_not() {
        let cases = [
            "POST /partner/createInstance/{partnerToken}",
            "sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "commit 356a192b7913b04c54574d18c28d46e6395428ab",
            "gac.***",
            "gac.not-a-token",
        ];
        for line in cases {
            assert_eq!(leak(line), None, "{line}");
        }
    }
}
