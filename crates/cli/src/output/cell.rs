//! Cells: one value of a row, for a table and for CSV.

use std::fmt::{Display, Write as _};

use greenapi_partner::FieldValue;
use jiff::{Timestamp, fmt::temporal::DateTimePrinter};
use serde_json::Value;

/// One value.
pub(crate) enum Cell<'r> {
    Known(FieldValue<'r>),
    Json(&'r Value),
}

impl Cell<'_> {
    /// For people: short, in one line.
    pub(crate) fn write_text(&self, out: &mut String) {
        match self {
            Self::Known(FieldValue::Flag(flag)) | Self::Json(Value::Bool(flag)) => {
                out.push_str(if *flag { "yes" } else { "no" });
            }
            Self::Known(FieldValue::Time(time)) => write_minute(*time, out),
            Self::Known(FieldValue::Error(error)) => out.push_str(error.code().as_str()),
            Self::Known(FieldValue::Int(number)) => write(number, out),
            Self::Known(FieldValue::Text(text)) => write_printable(text, out),
            other => {
                let mut whole = String::new();
                other.write_csv(&mut whole);
                write_printable(&whole, out);
            }
        }
    }

    /// For programs: whole, times as RFC 3339 has them.
    pub(crate) fn write_csv(&self, out: &mut String) {
        match self {
            Self::Known(value) => match value {
                FieldValue::Int(number) => write(number, out),
                FieldValue::Number(number) => write(number, out),
                FieldValue::Text(text) => out.push_str(text),
                FieldValue::Flag(flag) => write(flag, out),
                FieldValue::Time(time) => write(time, out),
                FieldValue::Json(value) => write(value, out),
                FieldValue::Decimal(number) => write(number, out),
                FieldValue::Date(date) => write(date, out),
                FieldValue::Error(error) => write(error, out),
                FieldValue::Instance(instance) => write(instance.id_instance(), out),
                _ => {}
            },
            Self::Json(Value::Null) => {}
            Self::Json(Value::String(text)) => out.push_str(text),
            Self::Json(value) => write(value, out),
        }
    }
}

fn write(value: impl Display, out: &mut String) {
    // A string takes all.
    let _ = write!(out, "{value}");
}

/// `2026-11-28 09:30 UTC`.
fn write_minute(time: Timestamp, out: &mut String) {
    const PRINTER: DateTimePrinter = DateTimePrinter::new().separator(b' ');
    let begun = out.len();
    let _ = PRINTER.print_timestamp(&time, &mut *out);
    // Without the seconds, and what may follow them.
    let minute = out[begun..].rfind(':').map_or(out.len(), |colon| begun + colon);
    out.truncate(minute);
    out.push_str(" UTC");
}

/// Text from elsewhere that can neither command a terminal nor break a line.
fn write_printable(text: &str, out: &mut String) {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return out.push_str(text);
    }
    let shown = |letter: char| match letter {
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => None,
        letter if letter.is_control() => Some(' '),
        letter => Some(letter),
    };
    out.extend(text.chars().filter_map(shown));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_to_the_minute() {
        for (time, minute) in [
            ("2026-11-28T09:30:59Z", "2026-11-28 09:30 UTC"),
            ("2026-11-28T09:30:00.123Z", "2026-11-28 09:30 UTC"),
            ("0001-01-01T00:00:00Z", "0001-01-01 00:00 UTC"),
        ] {
            let mut text = "before ".to_owned();
            Cell::Known(FieldValue::Time(time.parse().unwrap())).write_text(&mut text);
            assert_eq!(text, format!("before {minute}"));
        }
    }
}
