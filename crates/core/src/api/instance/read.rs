//! The shapes that the successes of several methods have.

use serde_json::{Map, Value};

use crate::{
    endpoint::{Answer, Mismatch},
    error::ErrorCode,
    json,
    log::TARGET,
    refusal,
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

/// The list of texts under the success key.
pub(crate) fn texts(answer: &Answer, key: &str) -> Result<Vec<String>, Mismatch> {
    let text = |item: &Value| item.as_str().map(ToOwned::to_owned);
    let listed = object(answer)?.get(key).and_then(Value::as_array).and_then(|items| items.iter().map(text).collect());
    listed.ok_or_else(|| format!("it has no list of texts as {key}").into())
}

/// A number of what waits. One page of upstream's spells its key with a letter that only looks like a c.
pub(crate) fn count(answer: &Answer) -> Result<u64, Mismatch> {
    let object = object(answer)?;
    let counted = object.iter().find(|(key, _)| key.ends_with("ount")).and_then(|(_, count)| count.as_u64());
    counted.ok_or_else(|| "it has no count".into())
}

/// JSON, or nothing, that does not say "no": the success of a method of which no more is known.
pub(crate) fn any(answer: &Answer) -> Result<Value, Mismatch> {
    if !answer.is_success() {
        return Err(format!("a success does not come with HTTP {}", answer.status).into());
    }
    if answer.is_blank() {
        return Ok(Value::Null);
    }
    match json::read(&answer.body) {
        Some(Value::Object(object)) if refusal::says_no(&object) => {
            let own = refusal::says_its_own_no(&object);
            let why = if own { "false under its own key" } else { "it says no" };
            Err(Mismatch { why: why.into(), code: own.then_some(ErrorCode::Refused) })
        }
        Some(value) => Ok(value),
        None => Err("it is no JSON".into()),
    }
}

/// The same of a method that has something to give.
pub(crate) fn something(answer: &Answer) -> Result<Value, Mismatch> {
    if answer.is_blank() || answer.is_null() { Err("there is nothing in it".into()) } else { any(answer) }
}

/// The same of a method that documents an empty answer.
pub(crate) fn done(answer: &Answer) -> Result<(), Mismatch> {
    any(answer).map(drop)
}

/// The `true`, or 1, under the success key, and nothing but it.
pub(crate) fn yes(answer: &Answer, key: &str) -> Result<(), Mismatch> {
    match object(answer)?.get(key).and_then(confirmation) {
        Some(true) => Ok(()),
        Some(false) => Err(Mismatch { why: format!("{key} is false"), code: Some(ErrorCode::Refused) }),
        _ => Err(format!("{key} is not true").into()),
    }
}

/// The `true` of a method of contacts. Why there is none stands in a `message`, with HTTP 400 where the contact exists already.
pub(crate) fn of_contact(answer: &Answer, key: &str) -> Result<(), Mismatch> {
    let message = json::read::<Map<String, Value>>(&answer.body)
        .and_then(|object| object.get("message")?.as_str().map(str::to_lowercase));
    match message {
        Some(words) if answer.status == 400 && words.contains("already exists") => {
            Err(Mismatch { why: "it is a contact already".into(), code: Some(ErrorCode::Refused) })
        }
        _ => yes(answer, key),
    }
}

/// JSON of which no more than the success key is known.
pub(crate) fn json(answer: &Answer, key: &str) -> Result<Value, Mismatch> {
    let object = object(answer)?;
    if object.contains_key(key) { Ok(object.into()) } else { Err(format!("it has no {key}").into()) }
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
