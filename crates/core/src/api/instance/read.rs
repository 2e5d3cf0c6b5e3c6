//! The shapes that the successes of several methods have.

use serde_json::{Map, Value};

use crate::{
    endpoint::{Answer, Mismatch},
    error::ErrorCode,
    json,
    log::TARGET,
    wire::confirmation,
};

/// The JSON object of an answer.
pub(crate) fn object(answer: &Answer) -> Result<Map<String, Value>, Mismatch> {
    json::read(&answer.body).ok_or_else(|| "it is no JSON object".into())
}

/// The text under the success key.
pub(crate) fn text(answer: &Answer, key: &str) -> Result<String, Mismatch> {
    match object(answer)?.get(key).and_then(Value::as_str) {
        Some(text) if !text.is_empty() => Ok(text.to_owned()),
        _ => Err(format!("it has no {key}").into()),
    }
}

/// The `true`, or 1, under the success key, and nothing but it.
pub(crate) fn yes(answer: &Answer, key: &str) -> Result<(), Mismatch> {
    match object(answer)?.get(key).and_then(confirmation) {
        Some(true) => Ok(()),
        Some(false) => Err(Mismatch { why: format!("{key} is false"), code: Some(ErrorCode::Refused) }),
        _ => Err(format!("{key} is not true").into()),
    }
}

/// A model, known by its success key.
pub(crate) fn model<T>(answer: &Answer, key: &str, read: fn(Map<String, Value>) -> T) -> Result<T, Mismatch> {
    let object = object(answer)?;
    if object.contains_key(key) { Ok(read(object)) } else { Err(format!("it has no {key}").into()) }
}

/// A list of models. An empty list under an error status must not read as "there is none".
pub(crate) fn list<T>(answer: &Answer, read: fn(Map<String, Value>) -> T) -> Result<Vec<T>, Mismatch> {
    if !answer.is_success() {
        return Err(format!("a list does not come with HTTP {}", answer.status).into());
    }
    let items: Vec<Value> = json::read(&answer.body).ok_or("it is no list")?;
    let told = items.len();
    let objects =
        items.into_iter().filter_map(|item| if let Value::Object(object) = item { Some(object) } else { None });
    let models: Vec<_> = objects.map(read).collect();
    if models.len() < told {
        tracing::warn!(target: TARGET, count = told - models.len(), "items of upstream's list are no objects: they are passed over");
    }
    Ok(models)
}

/// A step of linking: `{"status": true, "data": {"status": "success"}}`.
pub(crate) fn authorization_step(answer: &Answer) -> Result<(), Mismatch> {
    let object = object(answer)?;
    let inside = |key| object.get("data")?.get(key)?.as_str();
    match (object.get("status"), inside("status"), inside("reason")) {
        (Some(Value::Bool(true)), Some("success") | None, _) => Ok(()),
        (_, _, Some("already_registered")) => {
            Err(Mismatch { why: "a phone is linked".into(), code: Some(ErrorCode::AlreadyAuthorized) })
        }
        (Some(Value::Bool(_)), Some(_), _) => {
            Err(Mismatch { why: "upstream says no".into(), code: Some(ErrorCode::Refused) })
        }
        _ => Err("its status is not true".into()),
    }
}
