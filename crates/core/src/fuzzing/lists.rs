//! Lists of instances.
//!
//! An input is the body of an answer.

use serde_json::{Value, value::RawValue};

use super::{TOKEN, body, has_token, payloads, tells_no_token};
use crate::{Instance, Instances, json, model::instances_from};

pub fn check(input: &[u8]) {
    let listed = match instances_from(input) {
        Ok(listed) => listed,
        Err(why) => return tells_no_token(&why),
    };
    let items: Vec<Box<RawValue>> = json::read(input).expect("what is read as a list is one");
    let objects = items.iter().filter(|item| item.get().starts_with('{')).count();
    assert_eq!((listed.len(), listed.is_incomplete()), (objects, objects < items.len()));
    assert_eq!(listed.must_be_whole("it").is_err(), listed.is_incomplete());
    assert_eq!(listed.live().len() + listed.deleted().len(), listed.len());
    of_each(&listed);
    let json: Vec<Value> = listed.iter().map(|instance| instance.to_json(true).into()).collect();
    let again =
        instances_from(Value::from(json.clone()).to_string().as_bytes()).expect("what was read can be read again");
    assert!(!again.is_incomplete());
    assert!(again.iter().map(|instance| Value::from(instance.to_json(true))).eq(json));
    // What `deleted` was that cannot be read is settled by then; a number beyond all stays as it was written, which is text.
    let same = |(again, listed): (Instance, Instance)| {
        let unread = listed.extra();
        let mut both = again.fields().zip(listed.fields());
        both.all(|((field, again), (_, value))| again == value || unread.get(field.wire).is_some_and(Value::is_string))
    };
    assert!(again.iter().zip(listed.iter()).all(same));
}

pub fn seeds() -> Vec<Vec<u8>> {
    let listed = payloads("").into_iter().filter(|payload| payload["operation"] == "getInstances");
    let odd = [
        "[]".to_owned(),
        r#"[{"idInstance": "7.0", "deleted": "yes", "timeDeleted": "0001-01-01T00:00:00"}, null, 5, [1], "x", true]"#
            .to_owned(),
        r#"[{"idInstance": 7, "name": 5, "extra": {"a": "\ud83d"}, "timeCreated": 1700000000, "isFree": null}]"#
            .to_owned(),
        format!(r#"[{{"idInstance": 0, "apiTokenInstance": "{TOKEN}"}}]"#),
        format!(r#"[{{"idInstance": 7, "apiTokenInstance": "{TOKEN}", "me{}ssenger": "whatsapp"}}]"#, &TOKEN[32..44]),
    ];
    listed.map(|payload| body(&payload)).chain(odd.map(String::into_bytes)).collect()
}

/// What holds of each, and of what shows it.
fn of_each(listed: &Instances) {
    for (place, instance) in listed.iter().enumerate() {
        let id = instance.id_instance();
        assert!(id > 0);
        assert_eq!(listed.get(place).as_ref(), Some(&instance));
        assert_eq!(listed.find(id).map(|found| found.id_instance()), Some(id));
        let gone = instance.as_deleted();
        assert!(gone.deleted() && gone.id_instance() == id && gone.name() == instance.name());
        assert_eq!(gone.extra(), instance.extra());
        let token = instance.api_token_instance().unwrap_or_default();
        let shown = [format!("{instance:?}"), instance.html(), Value::from(instance.to_json(false)).to_string()];
        // Upstream may write a token, or a part of one, where it chooses: what is hidden is what stands under its own name.
        if token == TOKEN
            && !has_token(&Value::from(instance.extra()).to_string())
            && !others(&instance).any(|text| has_token(&text))
        {
            for text in &shown {
                tells_no_token(text);
            }
        }
    }
    assert!(listed.get(listed.len()).is_none());
    assert!(listed.html().starts_with("<table>") && !listed.text(80).is_empty());
}

/// The texts of an instance that are no token.
fn others(instance: &Instance) -> impl Iterator<Item = String> {
    let texts =
        instance.fields().filter(|(field, _)| !field.secret).map(|(_, value)| format!("{value:?}").to_lowercase());
    texts.collect::<Vec<_>>().into_iter()
}
