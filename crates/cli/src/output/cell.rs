//! Cells: one value of a row, for a table and for CSV.

use greenapi_partner::FieldValue;
use serde_json::Value;

/// One value.
pub(crate) enum Cell<'r> {
    Known(FieldValue<'r>),
    Json(&'r Value),
}

impl Cell<'_> {
    /// For people: short, in one line.
    pub(crate) fn to_text(&self) -> String {
        match self {
            Self::Known(FieldValue::Flag(flag)) | Self::Json(Value::Bool(flag)) => {
                if *flag { "yes" } else { "no" }.to_owned()
            }
            Self::Known(FieldValue::Time(time)) => time.strftime("%Y-%m-%d %H:%M UTC").to_string(),
            Self::Known(FieldValue::Error(error)) => error.code().as_str().to_owned(),
            Self::Known(FieldValue::Text(text)) => printable(text),
            other => printable(&other.to_csv()),
        }
    }

    /// For programs: whole, times as RFC 3339 has them.
    pub(crate) fn to_csv(&self) -> String {
        match self {
            Self::Known(value) => match value {
                FieldValue::Int(number) => number.to_string(),
                FieldValue::Number(number) => number.to_string(),
                FieldValue::Text(text) => (*text).to_owned(),
                FieldValue::Flag(flag) => flag.to_string(),
                FieldValue::Time(time) => time.to_string(),
                FieldValue::Json(value) => value.to_string(),
                FieldValue::Decimal(number) => number.to_string(),
                FieldValue::Date(date) => date.to_string(),
                FieldValue::Error(error) => error.to_string(),
                FieldValue::Instance(instance) => instance.id_instance().to_string(),
                _ => String::new(),
            },
            Self::Json(Value::Null) => String::new(),
            Self::Json(Value::String(text)) => text.clone(),
            Self::Json(value) => value.to_string(),
        }
    }
}

/// Text from elsewhere that can neither command a terminal nor break a line.
fn printable(text: &str) -> String {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return text.to_owned();
    }
    let shown = |letter: char| match letter {
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => None,
        letter if letter.is_control() => Some(' '),
        letter => Some(letter),
    };
    text.chars().filter_map(shown).collect()
}
