//! Files: one uploaded for later, and where that of a message can be fetched.

use http::StatusCode;
use serde_json::{Value, json};

use super::sending::{bad_request, dispatch, not_authorized, read_json, storage_url};
use crate::{account::AccountInstance, answer::Answer, instance::InstanceRequest, state::State, sync::lock};

/// uploadFile: the body is the file, a header has its name. How upstream refuses one without a name, no page says.
pub(super) fn upload(instance: &AccountInstance, request: &InstanceRequest) -> Answer {
    if instance.state_instance() != Some("authorized") {
        return not_authorized();
    }
    match request.file_name.as_deref() {
        Some(name) if !request.body.is_empty() => {
            Answer::new(StatusCode::OK).with_json(&json!({ "urlFile": storage_url(instance.id_instance, name) }))
        }
        _ => bad_request("bad request data"),
    }
}

/// downloadFile: of what was uploaded to the mock an address of the mock, else the one that the message has.
pub(super) fn download(state: &State, instance: &AccountInstance, request: &InstanceRequest) -> Answer {
    let fields = match read_json(&request.body) {
        Ok(fields) => fields,
        Err(refusal) => return refusal.into(),
    };
    let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
    for name in ["chatId", "idMessage"] {
        if text(name).is_empty() {
            return bad_request(&format!("Validation failed. Details: '{name}' is required"));
        }
    }
    if instance.state_instance() != Some("authorized") {
        return not_authorized();
    }
    dispatch(state, instance.id_instance);
    let queues = lock(&state.queues);
    let entries = queues.journal(instance.id_instance).iter();
    let found =
        entries.rev().find(|entry| entry["chatId"] == text("chatId") && entry["idMessage"] == text("idMessage"));
    let of_message = found.and_then(|entry| entry["downloadUrl"].as_str());
    let url = match (queues.file(text("idMessage")), of_message) {
        (Some(_), Some(_)) => format!("{}/_mock/files/{}", state.url, text("idMessage")),
        (_, Some(url)) => url.to_owned(),
        // No page says how upstream refuses a message without a file.
        (_, None) => return bad_request("bad request data"),
    };
    Answer::new(StatusCode::OK).with_json(&json!({ "downloadUrl": url }))
}
