//! Spelling: names of arguments, fields and operations in a sentence, as JavaScript has them. Core writes Rust's and Python's.

use std::{collections::HashMap, sync::LazyLock};

use serde_json::Value;

/// The sentence with JavaScript's names: `phone_number` is `phoneNumber` there. What somebody else has written is left as it is:
/// whatever stands in quotes, or is part of a path.
#[must_use]
pub fn in_javascript(sentence: &str) -> String {
    static NAMES: LazyLock<Names> = LazyLock::new(|| Names::of(&super::table()));
    NAMES.spelled(sentence)
}

/// Names by their spelling here.
pub(super) struct Names(HashMap<String, String>);

impl Names {
    /// All that the contract has: of arguments, fields and options, and of operations.
    pub(super) fn of(contract: &Value) -> Self {
        let rest = REST.iter().map(|(name, other)| ((*name).to_owned(), (*other).to_owned()));
        let mut names = Self(rest.collect());
        names.collect(contract);
        names
    }

    fn collect(&mut self, value: &Value) {
        let of = |key: &str| value.get(key).and_then(Value::as_str).filter(|text| !text.contains(' '));
        match (of("python"), of("node"), of("name"), of("wire")) {
            (Some(name), Some(other), ..) => self.add(name, other.to_owned()),
            (_, _, Some(name), Some(path)) => self.add(name, path.rsplit('.').next().unwrap_or(path).to_owned()),
            (_, _, Some(name), None) => self.add(name, camel(name)),
            _ => {}
        }
        match value {
            Value::Object(members) => members.values().for_each(|member| self.collect(member)),
            Value::Array(items) => items.iter().for_each(|item| self.collect(item)),
            _ => {}
        }
    }

    fn add(&mut self, name: &str, other: String) {
        if name.contains('_') {
            self.0.entry(name.to_owned()).or_insert(other);
        }
    }

    /// The sentence with JavaScript's names.
    pub(super) fn spelled(&self, sentence: &str) -> String {
        let mut spelled = String::with_capacity(sentence.len());
        let mut is_quoted = false;
        let mut before = ' ';
        let mut rest = sentence;
        while let Some(letter) = rest.chars().next() {
            let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
            let (word, after) = rest.split_at(end.max(letter.len_utf8()));
            let stands_alone = !is_quoted && !"/\\.-".contains(before) && !after.starts_with(['/', '\\', '-', '@']);
            let other = self.0.get(word).filter(|_| stands_alone);
            spelled.push_str(other.map_or(word, String::as_str));
            is_quoted ^= letter == '"';
            before = letter;
            rest = after;
        }
        spelled
    }

    /// Every sentence of the contract that is for JavaScript.
    pub(super) fn respell(&self, value: &mut Value) {
        match value {
            Value::Object(members) => {
                for (key, member) in members {
                    match member {
                        Value::String(text) if key == "node" && text.contains(' ') => *text = self.spelled(text),
                        // These are code.
                        _ if key == "examples" => {}
                        other => self.respell(other),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.respell(item)),
            _ => {}
        }
    }
}

fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |camel, word| {
        let (initial, rest) = word.split_at(word.len().min(1));
        camel + &initial.to_uppercase() + rest
    })
}

/// What sentences name besides.
const REST: [(&str, &str); 8] = [
    ("to_dict", "toJSON"),
    ("to_json", "toJSON"),
    ("retry_after", "retryAfter"),
    ("complete_since", "completeSince"),
    ("total_days", "totalDays"),
    ("data_url", "dataUrl"),
    ("idle_days", "idleDays"),
    ("webhook_url_token", "webhookUrlToken"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelled_as_javascript_has_them() {
        let table = [
            ("phone_number must be text", "phoneNumber must be text"),
            ("createGroup: chat_ids[0] is missing", "createGroup: chatIds[0] is missing"),
            ("see `set_settings`, `to_dict()` and `not_found`", "see `setSettings`, `toJSON()` and `not_found`"),
            ("there is no argument \"phone_number\": ask", "there is no argument \"phone_number\": ask"),
            ("the file /tmp/file_name.txt: it is gone", "the file /tmp/file_name.txt: it is gone"),
            ("ids[1]: id_instance must be", "ids[1]: idInstance must be"),
            ("outgoing_api_message_webhook", "outgoingAPIMessageWebhook"),
        ];
        for (sentence, expected) in table {
            assert_eq!(in_javascript(sentence), expected);
        }
    }
}
