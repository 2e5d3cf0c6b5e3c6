//! Comparison of what came back, as JSON, with what a scenario names.

use std::fmt::Display;

use greenapi_partner::{Error, Field, FieldValue, Record, Returned};
use serde_json::{Map, Value, json};

use crate::file::Expected;

/// What a step came to.
pub(crate) struct Outcome {
    /// The value, or the error's fields.
    result: Result<Value, Value>,
    /// All that an error says in any of its forms.
    pub(crate) error_text: Option<String>,
}

impl Outcome {
    pub(crate) fn of(called: Result<Value, Error>) -> Self {
        match called {
            Ok(value) => Self { result: Ok(value), error_text: None },
            Err(error) => Self { result: Err(shown(&error)), error_text: Some(format!("{error} {error:?}")) },
        }
    }
}

fn shown(error: &Error) -> Value {
    json!({
        "code": error.code().as_str(),
        "operation": error.operation(),
        "status": error.status(),
        "description": error.description(),
        "retryable": error.is_retryable(),
        "retry_after": error.retry_after().map(|wait| wait.as_secs_f64()),
        "message": error.to_string(),
    })
}

/// A model by its field names, times as RFC 3339 text.
pub(crate) fn model<'a>(
    fields: impl Iterator<Item = (&'static Field, FieldValue<'a>)>,
    extra: Map<String, Value>,
) -> Value {
    let mut object: Map<_, _> = fields.map(|(field, value)| (field.name.to_owned(), plain(value))).collect();
    object.insert("extra".to_owned(), extra.into());
    object.into()
}

/// What an operation of an instance gave; a QR code as a browser gets it.
pub(crate) fn returned(returned: Returned) -> Value {
    match returned {
        Returned::Text(text) => text.into(),
        Returned::Flag(flag) => flag.into(),
        Returned::Int(count) => count.into(),
        Returned::Texts(texts) => texts.into(),
        Returned::Record(one) => record(&one),
        Returned::Records(several) => several.iter().map(record).collect(),
        Returned::QrCode(qr) => qr.to_json().into(),
        Returned::Json(json) => json,
        _ => Value::Null,
    }
}

pub(crate) fn record(record: &Record) -> Value {
    model(record.fields(), record.extra().clone())
}

fn plain(value: FieldValue<'_>) -> Value {
    match value {
        FieldValue::Int(number) => number.into(),
        FieldValue::Number(number) => number.into(),
        FieldValue::Text(text) => text.into(),
        FieldValue::Flag(flag) => flag.into(),
        FieldValue::Time(time) => time.to_string().into(),
        FieldValue::Json(json) => json.clone(),
        FieldValue::Decimal(number) => number.to_string().into(),
        FieldValue::Date(date) => date.to_string().into(),
        FieldValue::Error(error) => error.code().as_str().into(),
        FieldValue::Instance(instance) => instance.id_instance().into(),
        _ => Value::Null,
    }
}

/// Where `got` differs from what `expected` names.
pub(crate) fn compare(expected: &Expected, got: &Outcome) -> Vec<String> {
    match (expected, &got.result) {
        (Expected::Value(Value::Object(named)), Ok(Value::Object(value))) => fields(named, value, "value"),
        (Expected::Value(Value::Array(expected)), Ok(Value::Array(value))) if expected.len() == value.len() => {
            items(expected, value, "value")
        }
        (Expected::Value(expected), Ok(value)) => same(expected, value, "value"),
        (Expected::Error(named), Err(Value::Object(error))) => fields(named, error, "error"),
        (Expected::Value(expected), Err(error)) => {
            vec![format!("expected the value {expected}, got the error {error}")]
        }
        (Expected::Error(named), other) => vec![format!("expected the error {}, got {other:?}", json!(named))],
    }
}

/// Compares the fields that are named.
fn fields(named: &Map<String, Value>, got: &Map<String, Value>, place: &str) -> Vec<String> {
    let differences = named.iter().flat_map(|(name, expected)| {
        let place = format!("{place}.{name}");
        match (name.as_str(), expected, got.get(name)) {
            ("says", Value::String(words), _) => says(words, got),
            (_, _, None) => vec![format!("there is no {place}")],
            ("items", Value::Array(expected), Some(Value::Array(got))) => items(expected, got, &place),
            (_, Value::Array(expected), Some(Value::Array(got))) if TABLES.contains(&name.as_str()) => {
                let mut wrong = items(expected, got, &place);
                wrong.extend(same(&expected.len(), &got.len(), &format!("{place}.length")));
                wrong
            }
            ("progress" | "saving" | "settings", Value::Object(named), Some(Value::Object(got))) => {
                fields(named, got, &place)
            }
            // Written as text, since not every JSON reader keeps such a number.
            ("id_instance", Value::String(digits), Some(Value::Number(id))) => same(digits, &id.to_string(), &place),
            (_, _, Some(got)) => same(expected, got, &place),
        }
    });
    differences.collect()
}

/// The tables of a bill: all their rows are compared.
const TABLES: [&str; 6] = ["instances", "days", "months", "prefixes", "other", "waste"];

/// Whether an error's sentence has these words.
fn says(words: &str, error: &Map<String, Value>) -> Vec<String> {
    let sentence = error.get("message").and_then(Value::as_str).unwrap_or_default();
    if sentence.contains(words) { Vec::new() } else { vec![format!("{words:?} is not in {sentence:?}")] }
}

/// Compares as many of the first items as are expected.
fn items(expected: &[Value], got: &[Value], place: &str) -> Vec<String> {
    if expected.len() > got.len() {
        return vec![format!("{place}: expected {} at least, got {}", expected.len(), got.len())];
    }
    let differences = expected.iter().zip(got).enumerate().flat_map(|(index, (expected, got))| {
        let place = format!("{place}[{index}]");
        match (expected, got) {
            (Value::Object(named), Value::Object(got)) => fields(named, got, &place),
            _ => same(expected, got, &place),
        }
    });
    differences.collect()
}

fn same<T: PartialEq + Display>(expected: &T, got: &T, place: &str) -> Vec<String> {
    if expected == got { Vec::new() } else { vec![format!("{place}: expected {expected}, got {got}")] }
}
