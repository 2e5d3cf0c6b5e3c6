//! Pages: the plain values of neighbouring items, written as JSON without a value of it in between.

use greenapi_partner::{Field, FieldValue, Kind};

use crate::model::MAX_SAFE_INTEGER;

/// A column for each field, with one value where they are all the same; null for a field that is secret or whose values are
/// objects, which `column` has.
pub(crate) fn page<'a>(fields: &[Field], length: usize, value: impl Fn(usize, usize) -> FieldValue<'a>) -> String {
    let mut written = String::from("[");
    for (place, field) in fields.iter().enumerate() {
        if place > 0 {
            written.push(',');
        }
        if field.secret || matches!(field.kind, Kind::Json | Kind::Error | Kind::Instance) || length == 0 {
            written.push_str("null");
            continue;
        }
        let first = value(0, place);
        let is_one = (1..length).all(|item| value(item, place) == first);
        written.push('[');
        for item in 0..if is_one { 1 } else { length } {
            if item > 0 {
                written.push(',');
            }
            write(&mut written, value(item, place));
        }
        written.push(']');
    }
    written.push(']');
    written
}

/// A plain value as `cell` has it.
fn write(to: &mut String, value: FieldValue<'_>) {
    match value {
        FieldValue::Int(number) if number > MAX_SAFE_INTEGER => quote(to, &number.to_string()),
        FieldValue::Int(number) => to.push_str(&number.to_string()),
        FieldValue::Number(number) => to.push_str(&number.to_string()),
        FieldValue::Text(text) => quote(to, text),
        FieldValue::Flag(flag) => to.push_str(if flag { "true" } else { "false" }),
        FieldValue::Time(time) => to.push_str(&time.as_millisecond().to_string()),
        FieldValue::Decimal(number) => quote(to, &number.to_string()),
        FieldValue::Date(date) => quote(to, &date.to_string()),
        _ => to.push_str("null"),
    }
}

/// Most texts need no escape.
fn quote(to: &mut String, text: &str) {
    if text.bytes().any(|byte| byte < b' ' || matches!(byte, b'"' | b'\\')) {
        to.push_str(&serde_json::Value::from(text).to_string());
    } else {
        to.push('"');
        to.push_str(text);
        to.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: FieldValue<'_>) -> String {
        let mut to = String::new();
        write(&mut to, value);
        to
    }

    #[test]
    fn a_value_is_what_json_has_for_it() {
        assert_eq!(written(FieldValue::Text("a \"b\"\n\\ é\u{2028}")), "\"a \\\"b\\\"\\n\\\\ é\u{2028}\"");
        assert_eq!(written(FieldValue::Text("plain é")), "\"plain é\"");
        assert_eq!(written(FieldValue::Int(1 << 60)), "\"1152921504606846976\"");
        assert_eq!(written(FieldValue::Int(7)), "7");
        assert_eq!(written(FieldValue::Flag(true)), "true");
        assert_eq!(written(FieldValue::None), "null");
    }
}
