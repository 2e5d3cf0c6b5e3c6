//! Wire: how upstream spells values.

use std::borrow::Cow;

use serde_json::Value;

use crate::json;

/// The authorization states that upstream documents.
pub(crate) const STATES: [&str; 9] = [
    "notAuthorized",
    "authorized",
    "blocked",
    "sleepMode",
    "starting",
    "yellowCard",
    "suspended",
    "pendingPassword",
    "pendingCode",
];

/// The messengers; `v3` is MAX.
pub(crate) const MESSENGERS: [&str; 3] = ["whatsapp", "telegram", "v3"];

/// Booleans are words on the wire.
pub(crate) fn yes_no(flag: bool) -> &'static str {
    if flag { "yes" } else { "no" }
}

/// A boolean in any of the spellings that upstream's products and what is before them use: a word, a number, or the text
/// of one.
pub(crate) fn flag(raw: &str) -> Option<bool> {
    match raw {
        "true" => return Some(true),
        "false" => return Some(false),
        _ => {}
    }
    match &*plain_number(raw).to_ascii_lowercase() {
        "true" | "yes" | "1" => Some(true),
        "false" | "no" | "0" => Some(false),
        _ => None,
    }
}

/// The flag under a success key: `true` or 1, `false` or 0, and no text.
pub(crate) fn confirmation(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => flag(&number.to_string()),
        _ => None,
    }
}

/// A whole number from 1 up, or the text of one.
pub(crate) fn whole_number(raw: &str) -> Option<u64> {
    plain_number(raw).parse().ok().filter(|&number| number > 0)
}

/// What is inside a number's spelling: of `7`, `"7"`, `7.0`, `"7.0"` and `0.7e1` it is `7`. Whatever else is given back as it is,
/// without the quotes.
pub(crate) fn plain_number(raw: &str) -> Cow<'_, str> {
    let inside = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(raw).trim();
    match inside.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|digit| digit == b'0') => whole.into(),
        _ => with_exponent(inside).map_or(inside.into(), |number| number.to_string().into()),
    }
}

/// A whole number that is written with an exponent, as far as such a number is exact.
fn with_exponent(text: &str) -> Option<i64> {
    text.contains(['e', 'E']).then_some(())?;
    let number: f64 = text.parse().ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "whole, and small enough")]
    (number.fract() == 0.0 && number.abs() < EXACT).then_some(number as i64)
}

/// From here on not every whole number is one of floating point.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The text of a JSON string.
pub(crate) fn text(raw: &str) -> Option<Cow<'_, str>> {
    let inside = raw.strip_prefix('"')?.strip_suffix('"')?;
    if inside.contains('\\') {
        return json::read(raw.as_bytes()).map(Cow::Owned);
    }
    Some(Cow::Borrowed(inside))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_read_in_every_spelling() {
        assert_eq!(
            ["true", "\"yes\"", "1", "1.0", "\"1\"", "\"True\"", "false", "\"no\"", "0", "\"0.0\""].map(flag),
            [true, true, true, true, true, true, false, false, false, false].map(Some)
        );
        assert_eq!(["2", "\"\"", "\"maybe\"", "{}", "1.5", "-1"].map(flag), [None; 6]);
        assert_eq!(
            ["7", "\"7\"", "7.0", "\"7.00\"", "0.7e1", "\"7E0\"", "0", "-7", "7.5", "\"\"", "7."].map(whole_number),
            [Some(7), Some(7), Some(7), Some(7), Some(7), Some(7), None, None, None, None, None]
        );
        for (value, said) in [
            (json!(true), Some(true)),
            (json!(1), Some(true)),
            (json!(1.0), Some(true)),
            (json!(false), Some(false)),
            (json!(0), Some(false)),
            (json!("true"), None),
            (json!(2), None),
            (json!(null), None),
        ] {
            assert_eq!(confirmation(&value), said, "{value}");
        }
        for (written, plain) in [
            ("1.7e9", "1700000000"),
            ("0e40000000", "0"),
            ("-1e2", "-100"),
            ("9007199254740991e0", "9007199254740991"),
            // Read as a number of floating point it would be another.
            ("9007199254740993e0", "9007199254740993e0"),
            ("1e40000000", "1e40000000"),
            ("7.5e0", "7.5e0"),
            ("e", "e"),
            ("true", "true"),
            ("inf", "inf"),
        ] {
            assert_eq!(plain_number(written), plain);
        }
        assert_eq!(text(r#""a\u0062""#).as_deref(), Some("ab"));
        assert_eq!(text("7"), None);
    }
}
