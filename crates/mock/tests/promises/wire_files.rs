//! Every payload in `tests/wire/` goes over the wire as the file has it.

use std::{fs, path::Path};

use greenapi_partner_mock::MockServer;
use serde_json::{Map, Value, json};

use crate::{
    client::{Client, control, path},
    instance::Instance,
};

#[tokio::test]
async fn every_payload_is_replayed_to_the_byte() {
    let mock = MockServer::start().await;
    let files = files("");
    assert!(!files.is_empty(), "no file in tests/wire");
    for (name, file) in files {
        let method = match file["operation"].as_str().unwrap() {
            "any" => "getInstances",
            method => method,
        };
        let verb = if method == "getInstances" { "GET" } else { "POST" };
        replay(&mock, &name, &file, method, verb, &path(&mock, method)).await;
    }
    assert!(mock.control().instances().is_empty());
}

#[tokio::test]
async fn every_payload_of_an_instance_is_replayed_to_the_byte() {
    let mock = MockServer::start().await;
    let instance = Instance::unlinked(&mock).await;
    let files = files("instance");
    assert!(!files.is_empty(), "no file in tests/wire/instance");
    for (name, file) in files {
        let method = file["operation"].as_str().unwrap();
        replay(&mock, &name, &file, method, "GET", &instance.path(method)).await;
    }
}

#[tokio::test]
async fn what_the_mock_notifies_of_has_the_documented_fields() {
    let mock = MockServer::start().await;
    let settings = json!({
        "incomingWebhook": "yes",
        "outgoingWebhook": "yes",
        "outgoingAPIMessageWebhook": "yes",
        "stateWebhook": "yes",
    });
    let instance = Instance::put_in(&mock, json!({ "settings": settings })).await;
    instance.control("POST", "scan", Value::Null).await;
    instance.control("POST", "receive-message", json!({})).await;
    instance.send("71234567890@c.us", "Hello").await;
    instance.control("POST", "set-quota", json!({ "method": "correspondents", "used": 3, "total": 3 })).await;
    instance.control("POST", "receive-message", json!({})).await;
    let told = instance.notifications().await;
    for name in [
        "state_instance_changed",
        "incoming_message_received",
        "outgoing_api_message_received",
        "outgoing_message_status",
        "quota_exceeded",
    ] {
        let file = &files("notifications").into_iter().find(|(file, _)| file == &format!("{name}.json")).unwrap().1;
        let type_webhook = &file["body"]["typeWebhook"];
        let ours = told.iter().find(|body| &body["typeWebhook"] == type_webhook).unwrap_or_else(|| panic!("{name}"));
        let ours = fields("", ours);
        let missing: Vec<_> = fields("", &file["body"]).into_iter().filter(|field| !ours.contains(field)).collect();
        assert_eq!(missing, [""; 0], "{name}");
    }
}

#[test]
fn every_file_says_what_it_is_and_where_it_is_from() {
    for (folder, needed, known) in [
        ("", &ANSWER[..3], ANSWER),
        ("instance", &ANSWER[..3], ANSWER),
        ("notifications", &NOTIFICATION[..2], NOTIFICATION),
    ] {
        for (name, file) in files(folder) {
            for field in needed {
                assert!(file[*field].as_str().is_some_and(|text| !text.is_empty()), "{name}: {field}");
            }
            let unknown: Vec<_> = file.keys().filter(|field| !known.contains(&field.as_str())).collect();
            assert!(unknown.is_empty(), "{name}: {unknown:?}");
            assert_ne!(file.contains_key("body"), file.contains_key("text"), "{name}: body or text");
        }
    }
}

/// Has the mock answer with a file, and sees what comes.
async fn replay(mock: &MockServer, name: &str, file: &Map<String, Value>, method: &str, verb: &str, path: &str) {
    let expected = match file.get("text") {
        Some(text) => text.as_str().unwrap().to_owned(),
        None => file["body"].to_string(),
    };
    let mut fault = file.clone();
    fault.retain(|field, _| ["status", "headers", "body", "text"].contains(&field.as_str()));
    control(mock, "POST", "faults", &json!({ "method": method, "faults": [fault] }).to_string()).await;
    let answer = Client::connect(mock).await.call(verb, path, &[], "").await.unwrap();
    assert_eq!(u64::from(answer.status), file["status"].as_u64().unwrap(), "{name}");
    assert_eq!(answer.text(), expected, "{name}");
    for (header, value) in file.get("headers").and_then(Value::as_object).into_iter().flatten() {
        assert_eq!(answer.headers[&header.to_lowercase()], *value, "{name}: {header}");
    }
}

/// All fields of a value, and of the objects in it, with the kinds of their values.
fn fields(place: &str, value: &Value) -> Vec<String> {
    match value {
        Value::Object(inner) => {
            inner.iter().flat_map(|(name, value)| fields(&format!("{place}.{name}"), value)).collect()
        }
        Value::String(_) => vec![format!("{place}: text")],
        Value::Number(_) => vec![format!("{place}: number")],
        Value::Bool(_) => vec![format!("{place}: flag")],
        _ => vec![place.to_owned()],
    }
}

/// The files of a folder in `tests/wire/`, by their names.
fn files(folder: &str) -> Vec<(String, Map<String, Value>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/wire").join(folder);
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

/// What a file of an answer may have; it must have the first three.
const ANSWER: &[&str] =
    &["name", "source", "operation", "arguments", "means", "status", "headers", "body", "text", "note"];
/// What a file of a notification may have; it must have the first two, and its body.
const NOTIFICATION: &[&str] = &["name", "source", "body", "note"];
