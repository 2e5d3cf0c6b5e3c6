//! Every payload in `tests/wire/` goes over the wire as the file has it.

use std::{fs, path::Path};

use greenapi_partner_mock::MockServer;
use serde_json::{Value, json};

use crate::client::{Client, control, path};

const FIELDS: [&str; 8] = ["name", "source", "operation", "status", "headers", "body", "text", "note"];

#[tokio::test]
async fn every_payload_is_replayed_to_the_byte() {
    let mock = MockServer::start().await;
    let files = files();
    assert!(!files.is_empty(), "no file in tests/wire");
    for (name, file) in files {
        let method = match file["operation"].as_str().unwrap() {
            "any" => "getInstances",
            method => method,
        };
        let expected = match file.get("text") {
            Some(text) => text.as_str().unwrap().to_owned(),
            None => file["body"].to_string(),
        };
        let mut fault = file.clone();
        fault.retain(|field, _| ["status", "headers", "body", "text"].contains(&field.as_str()));
        control(&mock, "POST", "faults", &json!({ "method": method, "faults": [fault] }).to_string()).await;
        let verb = if method == "getInstances" { "GET" } else { "POST" };
        let answer = Client::connect(&mock).await.call(verb, &path(&mock, method), &[], "").await.unwrap();
        assert_eq!(u64::from(answer.status), file["status"].as_u64().unwrap(), "{name}");
        assert_eq!(answer.text(), expected, "{name}");
        for (header, value) in file.get("headers").and_then(Value::as_object).into_iter().flatten() {
            assert_eq!(answer.headers[&header.to_lowercase()], *value, "{name}: {header}");
        }
    }
    assert!(mock.control().instances().is_empty());
}

#[test]
fn every_file_says_what_it_is_and_where_it_is_from() {
    for (name, file) in files() {
        for field in ["name", "source", "operation"] {
            assert!(file[field].as_str().is_some_and(|text| !text.is_empty()), "{name}: {field}");
        }
        let unknown: Vec<_> = file.keys().filter(|field| !FIELDS.contains(&field.as_str())).collect();
        assert!(unknown.is_empty(), "{name}: {unknown:?}");
        assert_ne!(file.contains_key("body"), file.contains_key("text"), "{name}: body or text");
    }
}

fn files() -> Vec<(String, serde_json::Map<String, Value>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/wire");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let file =
                serde_json::from_slice(&fs::read(&path).unwrap()).unwrap_or_else(|error| panic!("{name}: {error}"));
            (name, file)
        })
        .collect();
    files.sort_by(|one, other| one.0.cmp(&other.0));
    files
}
