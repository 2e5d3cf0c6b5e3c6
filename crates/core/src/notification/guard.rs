//! Guard of a webhook: who comes from upstream knows the token that was set as `webhookUrlToken`.

use std::borrow::Cow;

use subtle::{Choice, ConstantTimeEq};

use crate::{
    error::{Error, ErrorCode},
    secret::Secret,
};

/// Compares the header with the token: behind `Bearer` or `Basic`, in any case of letters, or by itself.
///
/// A token that begins with such a word is sent as it is, so it is compared as it is, too.
#[expect(clippy::disallowed_methods, reason = "a token is compared by what it is")]
pub(super) fn check(authorization: Option<&str>, token: &Secret) -> Result<(), Error> {
    let expected = token.expose().trim();
    if expected.is_empty() {
        return Err(Error::configuration(
            "webhook_url_token is empty and guards nothing: give the instance's webhookUrlToken, or none",
        ));
    }
    let Some(given) = authorization.map(str::trim).filter(|header| !header.is_empty()) else {
        return Err(Error::new(ErrorCode::Unauthorized, "the webhook has no Authorization header"));
    };
    let as_sent = utf8_of_latin1(given);
    let right = [given, &as_sent]
        .into_iter()
        .fold(Choice::from(0), |right, given| right | same(expected, given) | same(expected, behind_scheme(given)));
    if bool::from(right) {
        return Ok(());
    }
    Err(Error::new(ErrorCode::Unauthorized, "the webhook's Authorization header does not hold webhook_url_token"))
}

/// Servers take the bytes of a header for letters of Latin-1, one each: what they were as UTF-8, or the same.
fn utf8_of_latin1(header: &str) -> Cow<'_, str> {
    let bytes: Result<Vec<_>, _> = header.chars().map(u8::try_from).collect();
    let text = bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok());
    text.map_or(Cow::Borrowed(header), Cow::Owned)
}

/// What follows `Bearer` or `Basic`; the whole header where neither stands first.
fn behind_scheme(header: &str) -> &str {
    match header.split_once([' ', '\t']) {
        Some((scheme, rest)) if SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known)) => rest.trim_start(),
        _ => header,
    }
}

/// Takes a time that goes by what was given, and not by how much of it is right.
fn same(expected: &str, given: &str) -> Choice {
    let letters = given.bytes().zip(expected.bytes().cycle());
    letters.fold(expected.len().ct_eq(&given.len()), |same, (given, expected)| same & given.ct_eq(&expected))
}

const SCHEMES: [&str; 2] = ["Bearer", "Basic"];

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(authorization: Option<&str>, token: &str) -> &'static str {
        check(authorization, &Secret::new(token)).map_or_else(|error| error.code().as_str(), |()| "right")
    }

    #[test]
    fn a_header_is_right_or_wrong_as_the_table_says() {
        let table = [
            ("opensesame", Some("Bearer opensesame"), "right"),
            ("opensesame", Some("bearer opensesame"), "right"),
            ("opensesame", Some("BASIC  opensesame "), "right"),
            ("opensesame", Some("opensesame"), "right"),
            (" opensesame\n", Some("Bearer opensesame"), "right"),
            ("Basic b3Blbg==", Some("Basic b3Blbg=="), "right"),
            ("Bearer opensesame", Some("Bearer opensesame"), "right"),
            ("bearer", Some("Bearer bearer"), "right"),
            ("öffne dich", Some("Bearer öffne dich"), "right"),
            ("öffne dich", Some("Bearer Ã¶ffne dich"), "right"),
            ("Ã¶", Some("Ã¶"), "right"),
            ("öffne dich", Some("Bearer Ã¶ffne dicH"), "unauthorized"),
            ("Basic b3Blbg==", Some("Bearer b3Blbg=="), "unauthorized"),
            ("Basic b3Blbg==", Some("b3Blbg=="), "unauthorized"),
            ("opensesame", Some("Token opensesame"), "unauthorized"),
            ("opensesame", Some("Beareropensesame"), "unauthorized"),
            ("opensesame", Some("Bearer opensesam"), "unauthorized"),
            ("opensesame", Some("Bearer opensesameopensesame"), "unauthorized"),
            ("opensesame", Some("Bearer Opensesame"), "unauthorized"),
            ("opensesame", Some("Bearer"), "unauthorized"),
            ("opensesame", Some("Bearer "), "unauthorized"),
            ("opensesame", Some(""), "unauthorized"),
            ("opensesame", None, "unauthorized"),
            ("", Some("Bearer "), "configuration"),
            ("", None, "configuration"),
            (" ", Some("Bearer  "), "configuration"),
        ];
        for (token, header, expected) in table {
            assert_eq!(checked(header, token), expected, "{token:?} {header:?}");
        }
    }
}
