//! The shapes that the successes of several methods have.

use serde_json::{Map, Value};

use crate::{
    SentMessage, config,
    endpoint::{Answer, Mismatch},
    error::ErrorCode,
    json,
    log::TARGET,
    refusal,
    secret::Secret,
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

/// The token under the success key: one that a path can have.
pub(crate) fn token(answer: &Answer, key: &str) -> Result<String, Mismatch> {
    let token = text(answer, key)?;
    match config::checked_token(&Secret::new(&*token), key) {
        Ok(_) => Ok(token),
        Err(_) => Err(format!("its {key} is no token").into()),
    }
}

/// A message that was sent, known by its id.
pub(crate) fn sent(answer: &Answer) -> Result<SentMessage, Mismatch> {
    let object = object(answer)?;
    match object.get("idMessage") {
        Some(Value::String(id)) if !id.is_empty() => {}
        Some(Value::Number(_)) => {}
        _ => return Err("it has no idMessage".into()),
    }
    Ok(SentMessage::read(object))
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
    known_by(answer, key).map(Value::Object)
}

/// A model, known by its success key.
pub(crate) fn model<T>(answer: &Answer, key: &str, read: fn(Map<String, Value>) -> T) -> Result<T, Mismatch> {
    known_by(answer, key).map(read)
}

/// An object with this key. A null is what frameworks put into their errors, too.
fn known_by(answer: &Answer, key: &str) -> Result<Map<String, Value>, Mismatch> {
    let object = object(answer)?;
    if object.get(key).is_some_and(|value| !value.is_null()) {
        Ok(object)
    } else {
        Err(format!("it has no {key}").into())
    }
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use http::HeaderMap;
    use serde_json::json;

    use super::*;
    use crate::{instance::OPERATIONS, model::Returns};

    fn answer(status: u16, body: &Value) -> Answer {
        Answer { status, headers: HeaderMap::new(), body: body.to_string().into() }
    }

    /// The success keys of all methods, without a value: as the errors of a framework may have them.
    #[test]
    fn a_key_without_a_value_is_no_success() {
        let keys = ["idMessage", "stateInstance", "incomingWebhook", "chatId", "exist", "products", "participants"];
        let mut body = json!({ "statusCode": 500, "message": "Internal server error" });
        for key in keys {
            body[key] = Value::Null;
        }
        for operation in OPERATIONS {
            let name = operation.name();
            assert!(operation.read(&answer(500, &body)).is_err(), "{name}");
            let is_sent = matches!(operation.returns(), Returns::One("SentMessage"));
            assert!(!is_sent || operation.read(&answer(200, &json!({ "idMessage": null }))).is_err(), "{name}");
        }
    }

    #[test]
    fn a_message_was_sent_if_it_has_an_id() {
        let id = |value: Value| sent(&answer(200, &json!({ "idMessage": value }))).ok();
        for none in [json!(null), json!(""), json!(false), json!([]), json!({})] {
            assert!(id(none).is_none());
        }
        assert_eq!(id(json!("BAE5")).unwrap().id_message(), Some("BAE5"));
        assert_eq!(id(json!(7)).unwrap().id_message(), Some("7"));
    }

    #[test]
    fn a_new_token_is_one_that_a_path_can_have() {
        let read = |text: &str| token(&answer(200, &json!({ "apiTokenInstance": text })), "apiTokenInstance").ok();
        for none in ["", " ", ".", "..", "a b", "a\tb"] {
            assert!(read(none).is_none(), "{none:?}");
        }
        assert_eq!(read("d75b").as_deref(), Some("d75b"));
    }
}
