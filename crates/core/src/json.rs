//! JSON as upstream writes it, and as what is on the way makes of it.
//!
//! JavaScript writes half of a surrogate pair as an escape (`"Shop \ud83d"`), gateways put a byte order mark before it or send
//! UTF-16, and old clients send bytes of some code page. None of that is a reason to lose the rest: what is no character reads
//! as U+FFFD. This is the one door to JSON for whatever comes from outside.

use std::{borrow::Cow, collections::BTreeMap};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, value::RawValue};

/// Reads JSON; nothing where it cannot be read. The parser's own words are shown to nobody: they may quote the input.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    if bytes.len() > LARGE && values_of(bytes) > MOST_VALUES {
        return None;
    }
    // Nearly all of it is as it should be, so that is tried first.
    serde_json::from_slice(bytes).ok().or_else(|| serde_json::from_str(&mended(bytes)).ok())
}

/// Reads an object of which a member cannot be read, a number beyond all or what lies too deep: that one stays as it was written.
pub(crate) fn read_one_by_one(bytes: &[u8]) -> Option<Map<String, Value>> {
    let value = |raw: &RawValue| read(raw.get().as_bytes()).unwrap_or_else(|| raw.get().into());
    Some(members(bytes)?.iter().map(|(name, raw)| (name.clone(), value(raw))).collect())
}

/// The members of an object as they are written.
pub(crate) fn members(bytes: &[u8]) -> Option<BTreeMap<String, Box<RawValue>>> {
    read(bytes)
}

/// How many values there are at the most.
fn values_of(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| matches!(byte, b',' | b'[' | b'{')).count()
}

/// The text, with U+FFFD in place of what is no character, and as an escape what stands within a string and may not.
pub(crate) fn mended(bytes: &[u8]) -> String {
    let text = decoded(bytes);
    let mut mended = String::with_capacity(text.len());
    let mut rest = text.trim_end_matches('\0');
    let mut is_within = false;
    // In JSON a backslash stands within strings only.
    while let Some(place) = rest.find(|c: char| c == '\\' || c == '"' || c.is_ascii_control()) {
        mended.push_str(&rest[..place]);
        rest = &rest[place..];
        if !rest.starts_with('\\') {
            match (rest.as_bytes()[0], is_within) {
                (control @ ..b' ', true) => mended.extend([r"\u00", &format!("{control:02x}")]),
                (byte, _) => {
                    is_within ^= byte == b'"';
                    mended.push(char::from(byte));
                }
            }
            rest = &rest[1..];
            continue;
        }
        let (kept, length) = match (half(rest), rest.get(ESCAPE..).and_then(half)) {
            (Some(Half::High), Some(Half::Low)) => (&rest[..2 * ESCAPE], 2 * ESCAPE),
            (Some(_), _) => ("\\ufffd", ESCAPE),
            // The character behind it may be a backslash as well.
            _ => {
                let length = rest.chars().take(2).map(char::len_utf8).sum();
                (&rest[..length], length)
            }
        };
        mended.push_str(kept);
        rest = &rest[length..];
    }
    mended + rest
}

/// Bytes of UTF-8 without their byte order mark.
pub(crate) fn unmarked(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// The text of bytes: UTF-8, or UTF-16 where a mark or its zeros say so. A byte order mark is passed over.
pub(crate) fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = bytes.as_chunks().0.iter().map(|&pair| unit(pair));
        Cow::Owned(char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
    };
    match bytes {
        [0xff, 0xfe, text @ ..] => utf16(text, u16::from_le_bytes),
        [0xfe, 0xff, text @ ..] => utf16(text, u16::from_be_bytes),
        _ => match zeros(bytes) {
            Some(Zeros::First) => utf16(bytes, u16::from_be_bytes),
            Some(Zeros::Second) => utf16(bytes, u16::from_le_bytes),
            None => String::from_utf8_lossy(unmarked(bytes)),
        },
    }
}

/// Where the zeros of text in UTF-16 stand, whose letters are mostly ASCII's.
enum Zeros {
    First,
    Second,
}

fn zeros(bytes: &[u8]) -> Option<Zeros> {
    let pairs: &[[u8; 2]] = bytes.as_chunks().0;
    let pairs = &pairs[..pairs.len().min(LOOKED_AT)];
    let count = |is: fn(&[u8; 2]) -> bool| pairs.iter().filter(|pair| is(pair)).count();
    let first = count(|pair| pair[0] == 0 && pair[1] != 0);
    let second = count(|pair| pair[0] != 0 && pair[1] == 0);
    // Other letters may end with a zero as well.
    if 2 * first > pairs.len() && first > 4 * second {
        Some(Zeros::First)
    } else if 2 * second > pairs.len() && second > 4 * first {
        Some(Zeros::Second)
    } else {
        None
    }
}

/// Which half of a surrogate pair stands as an escape at the beginning of a text.
enum Half {
    High,
    Low,
}

fn half(text: &str) -> Option<Half> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    match u16::from_str_radix(digits, 16).ok()? {
        0xd800..=0xdbff => Some(Half::High),
        0xdc00..=0xdfff => Some(Half::Low),
        _ => None,
    }
}

/// A text from here on is looked at before it is read.
const LARGE: usize = 1 << 20;
/// Each takes 32 bytes and more, whatever its text is: more than any answer of upstream's has.
const MOST_VALUES: usize = 10_000_000;
/// The length of `\ud83d`.
const ESCAPE: usize = 6;
/// So many pairs of bytes tell UTF-16.
const LOOKED_AT: usize = 64;

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn text(bytes: &[u8]) -> Option<String> {
        read::<Value>(bytes)?.as_str().map(ToOwned::to_owned)
    }

    #[test]
    fn half_a_surrogate_pair_is_one_replacement_character() {
        let table = [
            (r#""Shop \ud83d""#, "Shop \u{fffd}"),
            (r#""\ude00 Shop""#, "\u{fffd} Shop"),
            (r#""\ud83d\ude00""#, "\u{1f600}"),
            (r#""\uD83D\uDE00\ud83d""#, "\u{1f600}\u{fffd}"),
            (r#""\ud83d\ud83d\ude00""#, "\u{fffd}\u{1f600}"),
            (r#""\ude00\ud83d""#, "\u{fffd}\u{fffd}"),
            (r#""\ud83d\u0041\n""#, "\u{fffd}A\n"),
            (r#""\ud83d\\ude00""#, "\u{fffd}\\ude00"),
            (r#""\\ud83d \ud83d""#, "\\ud83d \u{fffd}"),
            (r#""кафе \ud83d é""#, "кафе \u{fffd} é"),
        ];
        for (written, expected) in table {
            assert_eq!(text(written.as_bytes()).as_deref(), Some(expected), "{written}");
        }
    }

    #[test]
    fn what_may_not_stand_in_a_string_is_read_there_and_nowhere_else() {
        assert_eq!(text(b"\"a\tb\n\x01\x7f\"\n").as_deref(), Some("a\tb\n\u{1}\u{7f}"));
        let written = b"{\n\t\"a\\\"\t\": \"\\\\\", \"b\": [1,\r\n2]}\0\0";
        assert_eq!(read::<Value>(written), Some(json!({ "a\"\t": "\\", "b": [1, 2] })));
        assert_eq!(read::<Value>(b"[1,\x012]"), None);
    }

    #[test]
    fn an_answer_of_more_values_than_upstream_has_is_not_read() {
        let list = |count: usize| format!("[{}1]", "1,".repeat(count - 1));
        assert!(read::<Value>(list(600_000).as_bytes()).is_some());
        assert!(read::<Value>(list(MOST_VALUES + 1).as_bytes()).is_none());
    }

    #[test]
    fn what_cannot_be_read_of_an_object_stays_as_it_was_written() {
        let deep = "[".repeat(200) + &"]".repeat(200);
        let object = format!(r#"{{"a": 1e400, "b": {deep}, "c": 7}}"#);
        assert!(read::<Map<String, Value>>(object.as_bytes()).is_none());
        let expected = json!({ "a": "1e400", "b": deep, "c": 7 });
        assert_eq!(read_one_by_one(object.as_bytes()).map(Value::Object), Some(expected));
        assert_eq!(read_one_by_one(b"[]"), None);
    }

    #[test]
    fn a_name_may_be_cut_as_well_as_a_value() {
        assert_eq!(read::<Value>(br#"{"a\ud83d":1}"#), Some(json!({ "a\u{fffd}": 1 })));
    }

    #[test]
    fn bytes_that_are_no_utf8_and_marks_are_no_obstacle() {
        assert_eq!(text(b"\"Shop \xf0\x9f\"").as_deref(), Some("Shop \u{fffd}"));
        assert_eq!(text(b"\"\xea\xe0\xf4\xe5\" ").as_deref(), Some("\u{fffd}\u{fffd}\u{fffd}\u{fffd}"));
        assert_eq!(text(b"\xef\xbb\xbf\"Shop\"").as_deref(), Some("Shop"));
    }

    #[test]
    fn utf16_is_told_by_its_mark_or_by_its_zeros() {
        let shop = "{\"name\": \"Shop кафе \u{1f600}\"}";
        let little: Vec<u8> = shop.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = shop.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let marked = |mark: &[u8], text: &[u8]| [mark, text].concat();
        for bytes in [&little, &big, &marked(b"\xff\xfe", &little), &marked(b"\xfe\xff", &big)] {
            assert_eq!(decoded(bytes), shop);
            assert_eq!(read::<Value>(bytes), Some(json!({ "name": "Shop кафе \u{1f600}" })));
        }
        assert_eq!(decoded(b"\0\0\0"), "\0\0\0");
        assert_eq!(decoded(b""), "");
    }

    #[test]
    fn what_is_no_json_is_none() {
        for bytes in [&b""[..], b"\\", b"\\ud8", b"\"\\ud83", b"{\"a\":", b"Shop \\ud83d", b"\xff\xfe\""] {
            assert_eq!(read::<Value>(bytes), None, "{bytes:?}");
        }
    }
}
