//! Log records: an event of ours as the bindings hand it on, with a message that says by itself what it is about.
//!
//! In Rust `tracing`'s own formatters put an event's fields beside its words; `logging` and a channel of Node show the
//! message alone. So the words and the fields become one sentence here, once for both.

use std::fmt;

use serde_json::{Map, Value};
use tracing::{
    Event, Level,
    field::{Field, Visit},
};

/// What `tracing` knows our events by.
pub const TARGET: &str = "greenapi_partner";

/// What every record has besides its message; null where it does not apply. An event may have others.
pub const ATTRIBUTES: [&str; 10] = [
    "operation",
    "id_instance",
    "path",
    "status",
    "attempt",
    "milliseconds",
    "code",
    "wait_milliseconds",
    "count",
    "rate_limit",
];

/// What is told of an event.
#[derive(Debug)]
pub struct LogRecord {
    /// How much it matters.
    pub level: Level,
    /// What has happened: `answered`.
    pub words: String,
    /// `deleteInstanceAccount of 1101000001: answered (status 200, attempt 1, 87 ms)`.
    pub message: String,
    /// All of [`ATTRIBUTES`], and what the event has besides.
    pub attributes: Map<String, Value>,
}

impl LogRecord {
    /// Reads an event.
    pub fn of(event: &Event<'_>) -> Self {
        let attributes = ATTRIBUTES.iter().map(|name| ((*name).to_owned(), Value::Null)).collect();
        let mut fields = Fields { words: String::new(), attributes };
        event.record(&mut fields);
        let Fields { words, attributes } = fields;
        Self { level: *event.metadata().level(), message: sentence(&words, &attributes), words, attributes }
    }
}

/// What it is about, the words, and the facts in brackets.
fn sentence(words: &str, attributes: &Map<String, Value>) -> String {
    let given = |name: &str| attributes.get(name).filter(|value| !value.is_null()).map(shown);
    let about = match (given("operation"), given("id_instance")) {
        (Some(operation), Some(id)) => format!("{operation} of {id}: "),
        (Some(operation), None) => format!("{operation}: "),
        (None, Some(id)) => format!("instance {id}: "),
        (None, None) => String::new(),
    };
    let facts: Vec<_> =
        attributes.iter().filter(|(_, value)| !value.is_null()).filter_map(|(name, value)| fact(name, value)).collect();
    let facts = if facts.is_empty() { String::new() } else { format!(" ({})", facts.join(", ")) };
    format!("{about}{words}{facts}")
}

/// An attribute in the brackets; nothing of one that stands before them, or that is for programs only.
fn fact(name: &str, value: &Value) -> Option<String> {
    let value = shown(value);
    match name {
        "operation" | "id_instance" | "path" | "rate_limit" => None,
        "milliseconds" => Some(format!("{value} ms")),
        "wait_milliseconds" => Some(format!("in {value} ms")),
        "code" => Some(value),
        name => Some(format!("{name} {value}")),
    }
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

/// Collects an event's fields; its words are the field `message`.
struct Fields {
    words: String,
    attributes: Map<String, Value>,
}

impl Fields {
    fn put(&mut self, field: &Field, value: impl Into<Value>) {
        self.attributes.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => value.clone_into(&mut self.words),
            _ => self.put(field, value),
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;
    use serde_json::json;

    fn said(words: &str, attributes: Value) -> String {
        let Value::Object(attributes) = attributes else { panic!("attributes are an object") };
        sentence(words, &attributes)
    }

    #[test]
    fn a_sentence_says_whom_it_is_about_first_and_the_facts_last() {
        let cases = [
            (
                "answered",
                json!({ "operation": "qr", "id_instance": 7, "path": "/x", "status": 200, "attempt": 1, "milliseconds": 9 }),
                "qr of 7: answered (status 200, attempt 1, 9 ms)",
            ),
            (
                "trying again",
                json!({ "operation": "getInstances", "code": "rate_limited", "wait_milliseconds": 250 }),
                "getInstances: trying again (rate_limited, in 250 ms)",
            ),
            ("it is gone", json!({ "id_instance": 7, "status": null }), "instance 7: it is gone"),
            ("odd (1)", json!({ "operation": null, "settings": "delay" }), "odd (1) (settings delay)"),
            ("the token is odd", json!({}), "the token is odd"),
        ];
        for (words, attributes, sentence) in cases {
            assert_eq!(said(words, attributes), sentence);
        }
    }

    #[test]
    fn all_attributes_and_all_records_are_documented() {
        let document = include_str!("../../../docs/logging.md").replace('"', "'");
        let absent: Vec<_> = ATTRIBUTES.iter().filter(|name| !document.contains(&format!("| `{name}` |"))).collect();
        assert!(absent.is_empty(), "docs/logging.md lacks the attributes {absent:?}");
        let told = words_in(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")));
        assert!(told.len() > 10, "{told:?}");
        let absent: Vec<_> = told.iter().filter(|words| !document.contains(words.as_str())).collect();
        assert!(absent.is_empty(), "docs/logging.md lacks the records {absent:?}");
    }

    /// The words of every event below this folder, up to and from what is filled in: the first text in each of `tracing`'s
    /// macros that is no field's.
    fn words_in(folder: &Path) -> Vec<String> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                found.extend(words_in(&path));
                continue;
            }
            let code = fs::read_to_string(&path).unwrap();
            let events = ["debug", "info", "warn", "error"].map(|level| format!("tracing::{level}!("));
            for (at, event) in events.iter().flat_map(|event| code.match_indices(event.as_str())) {
                let call = &code[at + event.len()..];
                let call = &call[..call.find(");\n").unwrap()];
                let call = call.replace("\\\"", "'").replace("\\\n", "");
                let pieces: Vec<_> = call.split('"').collect();
                let words = pieces.windows(2).step_by(2).find(|pair| !pair[0].ends_with("= ")).unwrap()[1];
                let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
                found.extend(words.split(['{', '}']).step_by(2).map(|words| words.trim().to_owned()));
            }
        }
        found
    }

    #[test]
    fn what_a_limiters_headers_say_stands_beside_the_message() {
        assert_eq!(said("answered", json!({ "rate_limit": "remaining=19;key=x" })), "answered");
    }
}
