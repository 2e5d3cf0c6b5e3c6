//! What is done to a message that was sent, and what is shown before one is: edit, delete, typing.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{
    form::Form,
    sending::{dispatch, not_ready, read_checked},
};
use crate::{account::AccountInstance, answer::Answer, instance::InstanceRequest, state::State, sync::lock};

/// Answers one of the three. That an unknown id is taken is the mock's own: no page says what upstream does.
pub(super) fn answer(state: &State, instance: &AccountInstance, request: &InstanceRequest) -> Answer {
    let id_instance = instance.id_instance;
    let fields = Form::of(&request.method).map_or_else(|| Ok(Map::new()), |form| read_checked(instance, request, form));
    let fields = match fields {
        Ok(fields) => fields,
        Err(refusal) => return refusal.into(),
    };
    if let Some(refusal) = not_ready(state, instance) {
        return refusal;
    }
    dispatch(state, id_instance);
    let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
    match request.method.as_str() {
        "editMessage" => {
            lock(&state.queues).edit(id_instance, text("idMessage"), text("message"));
            Answer::new(StatusCode::OK).with_json(&json!({ "idMessage": text("idMessage") }))
        }
        "deleteMessage" => {
            lock(&state.queues).unsend(id_instance, text("idMessage"));
            Answer::new(StatusCode::OK)
        }
        _ => Answer::new(StatusCode::OK),
    }
}
