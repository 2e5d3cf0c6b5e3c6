//! Settings and arguments: of an instance that is to be created, of every method, and as an instance shows them.
//!
//! An input is a JSON object.

use futures_util::FutureExt as _;
use serde_json::{Map, Value};

use super::{TOKEN, body, has_token, payloads, tells_no_token};
use crate::{
    CreateInstance, Error, ErrorCode, Settings,
    api::instance::arguments::place,
    instance::OPERATIONS,
    json,
    model::{SETTINGS, Setting},
};

pub fn check(input: &[u8]) {
    let Some(given) = json::read::<Map<String, Value>>(input) else { return };
    // A name that nobody knows is told; a value is not.
    let names_tell = has_token(&names(&given));
    let told = |error: &Error| {
        assert_eq!(error.code(), ErrorCode::InvalidRequest);
        if !names_tell {
            tells_no_token(&error.to_string());
        }
    };
    to_create(&given, told);
    for operation in OPERATIONS {
        let placed =
            place(operation.params(), given.clone(), None, true).now_or_never().expect("nothing is waited for");
        match placed {
            Ok(placed) => {
                assert!(placed.suffix.is_empty() || placed.suffix.starts_with(['/', '?']));
                assert!(
                    placed.suffix.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}#".contains(&byte)),
                    "{}",
                    placed.suffix
                );
                let sent =
                    placed.body.map(|body| serde_json::from_slice::<Map<String, Value>>(&body.data).expect("JSON"));
                assert!(sent.is_none_or(|sent| !sent.is_empty()));
            }
            Err(error) => told(&error),
        }
    }
    shown(&given);
}

pub fn seeds() -> Vec<Vec<u8>> {
    let payloads = payloads("instance");
    let arguments = payloads
        .iter()
        .filter(|payload| payload["arguments"].is_object())
        .map(|one| one["arguments"].to_string().into_bytes());
    let shown = payloads.iter().filter(|payload| payload["operation"] == "getSettings").map(body);
    let every = SETTINGS.iter().map(|setting| (setting.wire.to_owned(), Value::from(TOKEN)));
    let every = Value::from(every.collect::<Map<_, _>>()).to_string().into_bytes();
    let odd = [
        format!(r#"{{"name": "shop", "webhook_url_token": "{TOKEN}", "incoming_webhook": true, "delay_send_messages_milliseconds": 500}}"#),
        format!(r#"{{"webhookUrlToken": ["{TOKEN}"], "extra": {{"name": " shop", "webhookUrlToken": "{TOKEN}"}}}}"#),
        r#"{"name": "shop", "webhookUrl": "https://shop.example/hook", "extra": {"name": "again"}}"#.to_owned(),
        r#"{"chat_id": "79001234567@c.us", "message": "hello", "extra": {"new": 1}, "phone_number": "+7 900 123-45-67"}"#.to_owned(),
    ];
    arguments.chain(shown).chain([every]).chain(odd.map(String::into_bytes)).collect()
}

/// What is sent to create an instance is what was given, and nothing else.
fn to_create(given: &Map<String, Value>, told: impl Fn(&Error)) {
    let mut settings = CreateInstance::new();
    for (name, value) in given {
        if let Err(error) = settings.set(name, value.clone()) {
            told(&error);
        }
    }
    let _ = settings.doubts();
    if let Some(secret) = settings.given_webhook_url_token().filter(|secret| secret.len() >= 12) {
        let others = given
            .iter()
            .filter(|(name, _)| !["webhookUrlToken", "webhook_url_token", "extra"].contains(&name.as_str()));
        let repeated = others.clone().any(|(name, value)| format!("{name}{value:?}{value}").contains(secret));
        let in_extra = given
            .get("extra")
            .is_some_and(|extra| extra.as_object().is_some_and(|extra| names(extra).contains(secret)));
        assert!(repeated || in_extra || !format!("{settings:?}").contains(secret));
    }
    match settings.encode() {
        Ok(sent) => {
            assert!(!sent.is_empty());
            let (known, extra) = settings.given();
            assert_eq!(sent.len(), known.count() + extra.len());
            for (name, value) in &sent {
                let is_extra = extra.get(name) == Some(value);
                let range = Setting::of(name).and_then(Setting::range).filter(|_| !is_extra);
                assert!(is_extra || !value.is_boolean(), "{name} is {value}");
                assert!(
                    range.is_none_or(|range| value.as_i64().is_some_and(|value| range.contains(&value))),
                    "{name} is {value}"
                );
            }
            if let Err(error) = settings.check_name() {
                assert_eq!(error.code(), ErrorCode::InvalidRequest);
            }
        }
        Err(error) => told(&error),
    }
}

/// What an instance shows is kept, and what can be set of it is what another would take.
fn shown(given: &Map<String, Value>) {
    let settings = Settings::read(given.clone());
    let json = settings.to_json(true);
    assert_eq!(Settings::read(json.clone()).to_json(true), json);
    let settable = settings.settable_by(|field| field.wire);
    for (name, value) in &settable {
        assert!(Setting::of(name).is_some(), "{name} is no setting");
        assert!(!value.is_null());
    }
    let again = Settings::read(settable.clone()).settable_by(|field| field.wire);
    assert_eq!(again, settable);
    assert_eq!(Settings::given(&settable).settable_by(|field| field.wire), settable);
}

/// The names of an object, of what is in it too.
fn names(object: &Map<String, Value>) -> String {
    let mut names = Vec::new();
    let mut left: Vec<&Value> = object.values().collect();
    names.extend(object.keys().cloned());
    while let Some(value) = left.pop() {
        match value {
            Value::Array(items) => left.extend(items),
            Value::Object(members) => {
                names.extend(members.keys().cloned());
                left.extend(members.values());
            }
            _ => {}
        }
    }
    names.join(" ")
}
