//! JSON as test programs post it to `/_mock`, whatever is wrong with its characters.

use std::borrow::Cow;

use serde_json::Value;

/// Reads it. A byte order mark is passed over; half a surrogate pair, as JavaScript escapes it (`"Shop \ud83d"`), and bytes
/// that are no UTF-8 are U+FFFD.
pub(crate) fn read(bytes: &[u8]) -> serde_json::Result<Value> {
    let text = String::from_utf8_lossy(bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes));
    serde_json::from_str(&in_whole_pairs(&text))
}

/// The text with an escaped U+FFFD for each half of a pair.
fn in_whole_pairs(text: &str) -> Cow<'_, str> {
    if !text.contains("\\u") {
        return text.into();
    }
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find('\\') {
        whole.push_str(&rest[..place]);
        rest = &rest[place..];
        let length = match (half(rest), rest.get(6..).and_then(half)) {
            (Some(Half::High), Some(Half::Low)) => 12,
            (Some(_), _) => {
                whole.push_str("\\ufffd");
                rest = &rest[6..];
                continue;
            }
            // The backslash and what it escapes: one more backslash, say.
            (None, _) => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
        };
        whole.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    whole.push_str(rest);
    whole.into()
}

enum Half {
    High,
    Low,
}

/// Which half of a surrogate pair is escaped at the beginning of a text.
fn half(text: &str) -> Option<Half> {
    match u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()? {
        0xd800..0xdc00 => Some(Half::High),
        0xdc00..0xe000 => Some(Half::Low),
        _ => None,
    }
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_wrong_with_characters_is_one_of_replacement_and_the_rest_stays() {
        let table: [(&[u8], Value); 10] = [
            (br#"{"name": "Shop \ud83d"}"#, json!({"name": "Shop \u{fffd}"})),
            (br#"["\ud83d\ud83d\ude00\ude00", "\uD83D\uDE00"]"#, json!(["\u{fffd}\u{1f600}\u{fffd}", "\u{1f600}"])),
            (br#""\ud83d\n\u0041\ud83d""#, json!("\u{fffd}\nA\u{fffd}")),
            (br#""C:\\ud83d \"\\\ud83d\"""#, json!("C:\\ud83d \"\\\u{fffd}\"")),
            (br#"{"\udc00": 1}"#, json!({"\u{fffd}": 1})),
            (b"\xef\xbb\xbf[1]", json!([1])),
            (b"\"Caf\xe9\"", json!("Caf\u{fffd}")),
            ("\"Caf\u{e9} \u{1f600}\"".as_bytes(), json!("Caf\u{e9} \u{1f600}")),
            ("\"\u{1f600}\\ud83d\u{1f600}\"".as_bytes(), json!("\u{1f600}\u{fffd}\u{1f600}")),
            (b"null", json!(null)),
        ];
        for (bytes, expected) in table {
            assert_eq!(read(bytes).unwrap(), expected, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn what_is_no_json_stays_none() {
        for text in ["", "{", "\"\\ud83d", "\"\\ud8", "\"\\", "\"\\u+123\"", "\"\\x\"", "[1] 2"] {
            assert!(read(text.as_bytes()).is_err(), "{text}");
        }
    }
}
