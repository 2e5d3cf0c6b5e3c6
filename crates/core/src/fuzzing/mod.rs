//! Fuzzing: what must hold of anything that comes from outside, a file for each kind of it. It is there for `cargo xtask fuzz`, which
//! looks for inputs of which it does not hold, and for the tests, which replay what was found: nobody else has it.
//!
//! Each has a `check`, which panics where something does not hold, and `seeds`: what to begin with.

#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what does not hold ends the run of a target"
)]

pub mod answers;
pub mod frames;
pub mod journals;
pub mod ledgers;
pub mod lists;
pub mod notifications;
pub mod pictures;
pub mod rows;
pub mod settings;
#[cfg(test)]
mod tests;
pub mod words;

use std::{fs, path::Path};

use http::HeaderMap;
use serde_json::Value;

use crate::{
    config::BaseUrl,
    endpoint::{Answer, Target},
    error::Error,
    secret::Secret,
};

/// A token as upstream gives it to instances: the one that nobody may read, wherever an input has it.
const TOKEN: &str = "d75b3a66374942c5b3c019c698abc2067e151558acbd412345";

/// Whom the requests go to that are answered.
fn target(is_young: bool) -> Target {
    Target {
        base: BaseUrl::parse("https://1103.api.green-api.com", "it").unwrap(),
        token: Secret::new(TOKEN),
        id_instance: Some(1_103_000_001),
        messenger: "whatsapp",
        is_young,
    }
}

/// The answer that an input is: its status on the first line, then the body.
fn answer(input: &[u8]) -> Answer {
    let (status, body) = match input.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&input[..end], &input[end + 1..]),
        None => (&b""[..], input),
    };
    let status = str::from_utf8(status).ok().and_then(|text| text.parse().ok());
    let status = status.filter(|status| (200..600).contains(status)).unwrap_or(200);
    Answer { status, headers: HeaderMap::new(), body: body.to_vec().into() }
}

/// No part of the token of 12 letters and more is in a text, nor is one when its escapes are undone.
fn tells_no_token(text: &str) {
    assert!(!has_token(text), "a part of the token is in {text:?}");
}

/// An error as anybody may see it: upstream's words are its description, and have no token; nor has the rest, where a letter before
/// those words, or of how Rust writes them, is no part of one.
fn error_tells_no_token(error: &Error) {
    let description = error.description().unwrap_or_default();
    tells_no_token(description);
    let (shown, debugged) = (error.to_string(), format!("{error:?}"));
    let escaped = format!("{description:?}");
    for (text, words) in [(&shown, description), (&debugged, &escaped[1..escaped.len() - 1])] {
        tells_no_token(&if words.is_empty() { text.clone() } else { text.replace(words, "***") });
        assert!(!text.contains(['\n', '\r', '\0']), "{text:?}");
    }
}

fn has_token(text: &str) -> bool {
    let undone = undone(text);
    let twice = self::undone(&undone);
    let mut told = [text, &undone, &twice]
        .into_iter()
        .flat_map(|reading| reading.split("***"))
        .map(|told| told.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase());
    let parts = (0..=TOKEN.len() - PART).map(|start| &TOKEN[start..start + PART]);
    told.any(|told| parts.clone().any(|part| told.contains(part)))
}

/// So much of a token, and less, tells it from others, and opens nothing.
const PART: usize = 12;

/// A text with what percent signs and backslashes stand for, as far as that is ASCII.
fn undone(text: &str) -> String {
    let mut undone = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let code = |prefix: &str, digits: usize| {
            let digits = rest.strip_prefix(prefix)?.get(..digits)?;
            Some((u8::from_str_radix(digits, 16).ok()?.into(), prefix.len() + digits.len()))
        };
        let escape = code("%", 2).or_else(|| code("\\u00", 2)).or_else(|| code("\\x", 2));
        let short = || Some((rest.strip_prefix('\\')?.chars().next().filter(|c| !"nrtbf".contains(*c))?, 1));
        let (meant, length) = escape
            .or_else(|| short().map(|(c, backslash): (char, usize)| (c, backslash + c.len_utf8())))
            .unwrap_or((first, first.len_utf8()));
        undone.push(meant);
        rest = &rest[length..];
    }
    undone
}

/// Every payload of `tests/wire` and its folders, as it was written down.
fn payloads(folder: &str) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/wire").join(folder);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    files.iter().map(|path| serde_json::from_slice(&fs::read(path).unwrap()).unwrap()).collect()
}

/// The body of a payload, as upstream sends it.
fn body(payload: &Value) -> Vec<u8> {
    match (&payload["text"], &payload["body"]) {
        (Value::String(text), _) => text.clone().into_bytes(),
        (_, Value::Null) => Vec::new(),
        (_, body) => body.to_string().into_bytes(),
    }
}
