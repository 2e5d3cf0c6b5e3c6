//! Checking: each argument by its parameter's kind and marks, and what is said of a wrong one.

use std::time::Duration;

use jiff::{Timestamp, civil::Date};
use serde_json::{Map, Value};

use super::{
    declare::PHONE,
    param::{Param, Place},
};
use crate::{
    error::Error,
    model::{Field, HEADER_TEXT, Kind, WEBHOOK_URL, checked_id, did_you_mean, id_instance, is_webhook_url},
};

/// The arguments of a flow, each checked, by their names here. Null is "not given" where it is no answer of its own.
pub(crate) fn read<'a>(
    params: impl IntoIterator<Item = &'a Param> + Clone,
    mut arguments: Map<String, Value>,
) -> Result<Map<String, Value>, Error> {
    let mut read = Map::new();
    for param in params.clone() {
        let Field { name, wire, .. } = param.field;
        match arguments.shift_remove(name).or_else(|| arguments.shift_remove(wire)) {
            Some(Value::Null) if param.may_be_null => drop(read.insert(name.to_owned(), Value::Null)),
            None | Some(Value::Null) if param.required => return Err(missing(param)),
            None | Some(Value::Null) => {}
            Some(value) => drop(read.insert(name.to_owned(), checked(param, value)?)),
        }
    }
    match arguments.keys().next() {
        Some(unknown) => Err(unknown_argument(unknown, params, "")),
        None => Ok(read),
    }
}

/// The value in the form that upstream wants, or what is wrong with it.
pub(super) fn checked(param: &Param, value: Value) -> Result<Value, Error> {
    let Field { name, kind, .. } = param.field;
    let wrong = |what: &str| Err(Error::invalid_request(format!("{name} must be {what}")));
    let value = match (kind, value) {
        // A flow says itself what is wrong with a blank name, in the words of the method that it would go to.
        (Kind::Text, Value::String(text)) if param.required && param.place != Place::Flow && text.trim().is_empty() => {
            return wrong("text, not empty");
        }
        (Kind::Text, Value::String(text)) if param.is_webhook_url && !text.is_empty() && !is_webhook_url(&text) => {
            return wrong(&format!("{WEBHOOK_URL}, or empty for none"));
        }
        (Kind::Text, Value::String(text)) if param.is_header && text.contains(char::is_control) => {
            return wrong(HEADER_TEXT);
        }
        (Kind::Text | Kind::Decimal | Kind::Prices | Kind::Path | Kind::Journal, value) if value.is_string() => value,
        (Kind::Flag, value) if value.is_boolean() => value,
        (Kind::Int | Kind::Id, value) if value.is_u64() => value,
        (Kind::Number, value) if value.is_number() => value,
        (Kind::Id, Value::String(text)) if digits(&text).is_some() => digits(&text).into(),
        (Kind::Phone, value) => match phone(&value) {
            Some(number) => number.into(),
            None => {
                return wrong("an international phone number: 7 to 15 digits, as in 79001234567 or +7 900 123-45-67");
            }
        },
        (Kind::Duration, value) if seconds(&value).is_some() => value,
        (Kind::Instance, value) => id_of(&value).map_err(|error| Error::invalid_request(error.message()))?.into(),
        (Kind::Ids, Value::Array(ids)) => {
            let place = |index, error: Error| Error::invalid_request(format!("{name}[{index}]: {}", error.message()));
            let ids = ids.iter().enumerate();
            ids.map(|(index, id)| id_of(id).map_err(|error| place(index, error))).collect::<Result<_, _>>()?
        }
        (Kind::Specs, Value::Array(specs)) => match specs.iter().position(|one| !one.is_string() && !one.is_object()) {
            Some(index) => {
                let what = "settings, as create_instance takes them, or a name";
                return Err(Error::invalid_request(format!("{name}[{index}] must be {what}")));
            }
            None => Value::Array(specs),
        },
        (Kind::Decimal | Kind::Prices, Value::Number(number)) => number.to_string().into(),
        (Kind::Prices, Value::Object(by_tariff)) => Value::Object(by_tariff),
        (Kind::Date, Value::String(text)) if is_day(&text) => text.into(),
        (Kind::Time, Value::String(text)) if text.parse::<Timestamp>().is_ok() => text.into(),
        (Kind::Json, value) => value,
        (Kind::Object, Value::Object(object)) => Value::Object(whole(param.parts, name, object)?),
        (Kind::Texts, Value::Array(items)) if items.iter().all(is_filled) && !items.is_empty() => Value::Array(items),
        (Kind::Objects, Value::Array(items)) if !items.is_empty() => {
            let items = items.into_iter().enumerate();
            items.map(|(place, item)| one_of_list(param, place, item)).collect::<Result<_, _>>()?
        }
        (Kind::Text, _) => return wrong("text"),
        (Kind::Time, _) => return wrong("a moment with its zone, such as 2026-11-25T12:00:00Z"),
        (Kind::Date, _) => return wrong("a day, such as 2026-11-25"),
        (Kind::Ids, _) => return wrong("a list of the ids of instances"),
        (Kind::Specs, _) => return wrong("a list of settings, as create_instance takes them, or of names"),
        (Kind::Decimal, _) => return wrong("an exact number, such as 12.50"),
        (Kind::Prices, _) => return wrong("a price, or one for each tariff"),
        (Kind::Path, _) => return wrong("a path"),
        (Kind::Journal, _) => return wrong("a Journal or a path"),
        (Kind::Bytes, _) => return wrong("a file: bytes or a path"),
        (Kind::Number, _) => return wrong("a number"),
        (Kind::Flag, _) => return wrong("true or false"),
        (Kind::Duration, _) => return wrong("a positive number"),
        (Kind::Object, _) => return wrong("an object of names and values"),
        (Kind::Texts, _) => return wrong("a list of texts, none of them empty"),
        (Kind::Objects, _) => return wrong("a list of objects, not empty"),
        (Kind::Int | Kind::Id, _) => return wrong("a whole number from 0 up"),
        (Kind::Error | Kind::Ledger, _) => return wrong(kind.as_str()),
    };
    if let Some((least, most)) = param.range {
        let (size, counted) = match &value {
            Value::String(text) => (text.chars().count().to_string(), Some("letters")),
            Value::Array(items) => (items.len().to_string(), Some("items")),
            number => (number.to_string(), None),
        };
        #[expect(clippy::cast_precision_loss, reason = "the bounds are small")]
        let range = least as f64..=most as f64;
        if !size.parse().is_ok_and(|size: f64| range.contains(&size)) {
            return Err(Error::invalid_request(match counted {
                Some(what) => format!("{name} must have {least} to {most} {what}, and has {size}"),
                None => format!("{name} must be from {least} to {most}, and is {size}"),
            }));
        }
    }
    match value.as_u64() {
        Some(number) if !param.among.is_empty() && !param.among.contains(&number) => {
            let known: Vec<_> = param.among.iter().map(u64::to_string).collect();
            wrong(&format!("one of {}, and is {number}", known.join(", ")))
        }
        _ => Ok(value),
    }
}

/// The id of an instance: a number, or its digits.
fn id_of(value: &Value) -> Result<u64, Error> {
    value.as_str().map_or_else(|| checked_id(value.as_u64().unwrap_or(0)), id_instance)
}

/// A moment is none: it would be two days, by two zones.
fn is_day(text: &str) -> bool {
    text.len() == "2026-11-25".len() && text.parse::<Date>().is_ok()
}

fn is_filled(item: &Value) -> bool {
    item.as_str().is_some_and(|text| !text.trim().is_empty())
}

/// An object of a list. Where it has one part, that may stand for it.
fn one_of_list(param: &Param, place: usize, item: Value) -> Result<Value, Error> {
    let name = format!("{}[{place}]", param.field.name);
    let object = match (item, param.parts) {
        (Value::Object(object), _) => object,
        (item, [only]) => Map::from_iter([(only.field.wire.to_owned(), item)]),
        _ => return Err(Error::invalid_request(format!("{name} must be an object of names and values"))),
    };
    whole(param.parts, &name, object).map(Value::Object)
}

/// An object whose parts are known: each by its name here or upstream's. `extra` goes into it as it is.
fn whole(parts: &'static [Param], name: &str, mut object: Map<String, Value>) -> Result<Map<String, Value>, Error> {
    if parts.is_empty() {
        return Ok(object);
    }
    let within = |error: Error| Error::invalid_request(format!("{name}: {}", error.message()));
    let mut read = Map::new();
    let extra = extra(&mut object).map_err(within)?;
    for part in parts {
        let Field { name: ours, wire, .. } = part.field;
        let given = object.shift_remove(ours).or_else(|| object.shift_remove(wire));
        match given.filter(|value| !value.is_null()) {
            Some(value) => drop(read.insert(wire.to_owned(), checked(part, value).map_err(within)?)),
            None if part.required => return Err(within(missing(part))),
            None => {}
        }
    }
    match object.keys().next() {
        Some(unknown) => Err(within(unknown_argument(unknown, parts, LEARNED))),
        None => Ok(read.into_iter().chain(extra).collect()),
    }
}

/// What upstream learned since.
pub(super) fn extra(arguments: &mut Map<String, Value>) -> Result<Map<String, Value>, Error> {
    match arguments.shift_remove("extra") {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(extra)) => Ok(extra),
        Some(_) => Err(Error::invalid_request("extra must be an object of upstream's field names and values")),
    }
}

pub(super) fn missing(param: &Param) -> Error {
    Error::invalid_request(format!("{} is missing", param.field.name))
}

pub(super) fn unknown_argument<'a>(name: &str, params: impl IntoIterator<Item = &'a Param>, hint: &str) -> Error {
    let meant = did_you_mean(name, params.into_iter().map(|param| &param.field));
    Error::invalid_request(format!("there is no argument {name:?}{}", meant.as_deref().unwrap_or(hint)))
}

/// What is said to who gives what nobody knows, where it can be sent all the same.
pub(super) const LEARNED: &str = "; what upstream learned since goes into `extra`";

/// Refuses what is no phone number, for who sends it later.
pub(crate) fn check_phone(number: &str) -> Result<(), Error> {
    checked(&PHONE, number.into()).map(drop)
}

/// A length of time, from nothing up.
pub(crate) fn seconds(value: &Value) -> Option<Duration> {
    Duration::try_from_secs_f64(value.as_f64()?).ok()
}

/// A whole number in decimal digits.
fn digits(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// A phone number in any of the ways that people write it.
fn phone(value: &Value) -> Option<u64> {
    let text = match value {
        Value::Number(number) => number.as_u64()?.to_string(),
        Value::String(text) => text.trim().trim_start_matches('+').to_owned(),
        _ => return None,
    };
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.' | '\u{a0}')).collect();
    let fits = (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| digits.parse().ok()).flatten().filter(|_| !digits.starts_with('0'))
}

/// A value as text, for a form, a query or a path.
pub(super) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}
