//! `cargo xtask api`: what a user of the last release would notice, by the two contracts: what was there and is not any more,
//! or is otherwise, breaks programs; what is new does not.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::checkout::Checkout;
use crate::git::Git;
use crate::release::version::{Version, last_release};

/// The contract's file, then and now.
pub(crate) const CONTRACT: &str = "tests/contract.json";

/// What differs, in the order of the names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    pub(crate) breaking: Vec<Change>,
    pub(crate) added: Vec<Change>,
}

/// One thing that a user can name, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// `option timeout of client`.
    pub(crate) thing: String,
    /// `default was 60.0, is 30.0`.
    what: String,
}

impl Change {
    fn new(thing: &str, what: impl Into<String>) -> Self {
        Self { thing: thing.to_owned(), what: what.into() }
    }

    /// The word that a changelog has to have: `timeout`.
    pub(crate) fn name(&self) -> &str {
        self.thing.split(' ').nth(1).unwrap_or(&self.thing)
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.thing, self.what)
    }
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (title, changes) in [("breaking", &self.breaking), ("added", &self.added)] {
            writeln!(f, "{title}:{}", if changes.is_empty() { " nothing" } else { "" })?;
            for change in changes {
                writeln!(f, "  {change}")?;
            }
        }
        Ok(())
    }
}

/// Prints what changed since this tag, or since the last release.
pub(crate) fn run(checkout: &Checkout, since: Option<&str>) -> Result<()> {
    let git = Git::at(checkout.root());
    let last = last_release(&git)?.map(Version::tag);
    let Some(tag) = since.map(str::to_owned).or(last) else {
        println!("There is no release yet (no tag like v1.2.3), so there is nothing to compare with.");
        return Ok(());
    };
    println!("Since {tag}:\n{}", changes_since(&git, &tag)?);
    Ok(())
}

/// What changed from the contract at this tag to the one that core has now.
pub(crate) fn changes_since(git: &Git, tag: &str) -> Result<Changes> {
    let then = serde_json::from_str(&git.show(tag, CONTRACT)?).with_context(|| format!("{CONTRACT} at {tag}"))?;
    changes(&then, &greenapi_partner::contract::contract())
}

/// What changed from one contract to another.
pub(crate) fn changes(then: &Value, now: &Value) -> Result<Changes> {
    let (then, now) = (things(then)?, things(now)?);
    let mut changes = Changes::default();
    for (name, old) in &then {
        match now.get(name) {
            Some(new) => compare(name, old, new, &mut changes),
            None if old.whole(&then).is_some_and(|whole| !now.contains_key(whole)) => {} // said of the whole
            None => changes.breaking.push(Change::new(name, "removed")),
        }
    }
    for (name, new) in now.iter().filter(|(name, _)| !then.contains_key(*name)) {
        match new.whole(&now) {
            Some(whole) if !then.contains_key(whole) => {}
            Some(_) if new.is_required() => changes.breaking.push(Change::new(name, "added, and required")),
            _ => changes.added.push(Change::new(name, "added")),
        }
    }
    Ok(changes)
}

fn compare(name: &str, old: &Thing, new: &Thing, changes: &mut Changes) {
    let facts = old.facts.keys().chain(new.facts.keys().filter(|fact| !old.facts.contains_key(*fact)));
    for fact in facts {
        let (was, is) = (old.facts.get(fact), new.facts.get(fact));
        if was == is {
            continue;
        }
        let shown = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), Value::to_string);
        let change = Change::new(name, format!("{fact} was {}, is {}", shown(was), shown(is)));
        let holds = is == Some(&Value::Bool(true));
        // Who had to give it still may; and what could not be done with a setting can be.
        let eased = if fact == "required" { !holds } else { SETTING_MARKS.contains(&fact.as_str()) && holds };
        if eased { changes.added.push(change) } else { changes.breaking.push(change) }
    }
}

/// What a program can be written against.
#[derive(Debug, Default)]
struct Thing {
    /// What it is a part of, which is a thing itself: an argument's operation.
    whole: Option<String>,
    facts: BTreeMap<String, Value>,
}

impl Thing {
    fn whole(&self, all: &Things) -> Option<&str> {
        self.whole.as_deref().filter(|whole| all.contains_key(*whole))
    }

    fn is_required(&self) -> bool {
        self.facts.get("required") == Some(&Value::Bool(true))
    }
}

type Things = BTreeMap<String, Thing>;

/// What an entry has that no program depends on: prose, upstream's side of it, and what stands elsewhere.
const NO_FACTS: [&str; 13] = [
    "name", "params", "beside", "call", "prose", "examples", "page", "method", "path", "wire", "doc", "when", "advice",
];

/// What can be done with a setting.
const SETTING_MARKS: [&str; 3] = ["create", "set", "read"];

/// The contract as one flat list. A part of it that is not known here is an error: it would go unchecked.
fn things(contract: &Value) -> Result<Things> {
    let mut things = Things::new();
    for (part, content) in contract.as_object().context("a contract is an object")? {
        match part.as_str() {
            "operations" | "instance_operations" | "functions" | "fleet" | "makers" => {
                // An instance has an operation of the same name as its partner, now and then.
                let kind = if part == "instance_operations" { "instance-operation" } else { "operation" };
                for entry in list(content, part)? {
                    let name = add(&mut things, kind, entry, "name", None)?;
                    let lists = ["params", "beside", "call"].iter().filter_map(|list| entry[*list].as_array());
                    for param in lists.flatten() {
                        add(&mut things, "argument", param, "name", Some(&name))?;
                    }
                }
            }
            "errors" => {
                for entry in list(content, part)? {
                    add(&mut things, "error", entry, "code", None)?;
                }
            }
            "settings" => {
                for entry in list(content, part)? {
                    add(&mut things, "setting", entry, "wire", None)?;
                }
            }
            "models" => add_parts(&mut things, ("model", "field"), content, part)?,
            "words" => {
                for (name, facts) in content.as_object().with_context(|| part.clone())? {
                    for word in list(&facts["words"], "words")?.iter().filter_map(Value::as_str) {
                        things.insert(format!("word {name} {word}"), Thing::default());
                    }
                }
            }
            // Words about the models.
            "classes" => {}
            "options" => add_parts(&mut things, ("options", "option"), content, part)?,
            "events" | "notifications" | "contents" => {
                for (name, class) in content.as_object().with_context(|| part.clone())? {
                    let facts = [("class".to_owned(), class.clone())].into();
                    things.insert(format!("{} {name}", part.trim_end_matches('s')), Thing { whole: None, facts });
                }
            }
            unknown => {
                bail!("the contract has a part {unknown:?}: teach crates/xtask/src/api.rs what is breaking in it")
            }
        }
    }
    Ok(things)
}

/// A map of lists: models with their fields.
fn add_parts(things: &mut Things, kinds: (&str, &str), content: &Value, part: &str) -> Result<()> {
    for (name, entries) in content.as_object().with_context(|| part.to_owned())? {
        let whole = format!("{} {name}", kinds.0);
        things.insert(whole.clone(), Thing::default());
        for entry in list(entries, name)? {
            add(things, kinds.1, entry, "name", Some(&whole))?;
        }
    }
    Ok(())
}

fn add(things: &mut Things, kind: &str, entry: &Value, key: &str, whole: Option<&str>) -> Result<String> {
    let entry = entry.as_object().with_context(|| format!("a {kind} is an object"))?;
    let own = entry.get(key).and_then(Value::as_str).with_context(|| format!("a {kind} has no {key}"))?;
    let name = match whole.and_then(|whole| whole.split_once(' ')) {
        Some((_, whole)) => format!("{kind} {own} of {whole}"),
        None => format!("{kind} {own}"),
    };
    let facts = entry.iter().filter(|(fact, _)| *fact != key && !NO_FACTS.contains(&fact.as_str()));
    let facts = facts.map(|(fact, value)| (fact.clone(), value.clone())).collect();
    things.insert(name.clone(), Thing { whole: whole.map(str::to_owned), facts });
    Ok(name)
}

fn list<'a>(value: &'a Value, what: &str) -> Result<&'a Vec<Value>> {
    value.as_array().with_context(|| format!("{what} is no list"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;
    use serde_json::json;

    fn contract() -> Value {
        json!({
            "operations": [{
                "name": "send", "kind": "method", "python": "send", "node": "send", "retry": "once", "timeout": 20.0,
                "path": "/send", "prose": { "python": "Sends." },
                "params": [
                    { "name": "chat", "kind": "text", "required": true, "doc": "Whom." },
                    { "name": "quoted", "kind": "text", "required": false, "doc": "What." },
                ],
            }],
            "errors": [{ "code": "not_found", "class": "NotFoundError", "retryable": false, "when": "…" }],
            "models": { "Sent": [{ "name": "id", "kind": "text", "doc": "…" }] },
            "events": { "created": "Created" },
            "settings": [{ "wire": "wid", "create": false, "set": true }],
            "options": { "client": [{ "name": "timeout", "kind": "duration", "default": 60.0 }] },
        })
    }

    /// What the change of one value in the contract amounts to: breaking, added.
    fn after(pointer: &str, value: Value) -> (String, String) {
        let mut now = contract();
        match (value, pointer.rsplit_once('/').unwrap()) {
            (Value::Null, (parent, key)) => match now.pointer_mut(parent).unwrap() {
                Value::Array(all) => drop(all.remove(key.parse().unwrap())),
                other => drop(other.as_object_mut().unwrap().remove(key)),
            },
            (value, (parent, key)) => match now.pointer_mut(parent).unwrap() {
                Value::Array(all) if key == "-" => all.push(value),
                other if other.is_array() => other[key.parse::<usize>().unwrap()] = value,
                other => other[key] = value,
            },
        }
        let Changes { breaking, added } = changes(&contract(), &now).unwrap();
        let told = |all: Vec<Change>| all.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        (told(breaking), told(added))
    }

    #[test]
    fn what_was_there_and_is_not_any_more_or_is_otherwise_breaks() {
        let param = "/operations/0/params";
        let cases = [
            ("/operations/0".to_owned(), json!(null), "operation send: removed"),
            (format!("{param}/1"), json!(null), "argument quoted of send: removed"),
            (format!("{param}/1/required"), json!(true), "argument quoted of send: required was false, is true"),
            (
                format!("{param}/-"),
                json!({ "name": "text", "kind": "text", "required": true }),
                "argument text of send: added, and required",
            ),
            (format!("{param}/0/kind"), json!("int"), r#"argument chat of send: kind was "text", is "int""#),
            ("/operations/0/node".into(), json!("post"), r#"operation send: node was "send", is "post""#),
            ("/operations/0/retry".into(), json!("safe"), r#"operation send: retry was "once", is "safe""#),
            ("/operations/0/timeout".into(), json!(5.0), "operation send: timeout was 20.0, is 5.0"),
            ("/errors/0".into(), json!(null), "error not_found: removed"),
            ("/errors/0/retryable".into(), json!(true), "error not_found: retryable was false, is true"),
            ("/models/Sent".into(), json!(null), "model Sent: removed"),
            ("/models/Sent/0".into(), json!(null), "field id of Sent: removed"),
            ("/events/created".into(), json!(null), "event created: removed"),
            ("/settings/0".into(), json!(null), "setting wid: removed"),
            ("/settings/0/set".into(), json!(false), "setting wid: set was true, is false"),
            ("/events/created".into(), json!("Made"), r#"event created: class was "Created", is "Made""#),
            ("/options/client/0".into(), json!(null), "option timeout of client: removed"),
            ("/options/client/0/default".into(), json!(30.0), "option timeout of client: default was 60.0, is 30.0"),
        ];
        for (pointer, value, expected) in cases {
            assert_eq!(after(&pointer, value), (expected.to_owned(), String::new()), "{pointer}");
        }
    }

    #[test]
    fn what_is_new_or_asks_for_less_breaks_nothing() {
        let field = json!({ "name": "at", "kind": "time" });
        let cases = [
            (
                "/operations/-",
                json!({ "name": "wait", "params": [{ "name": "for", "required": true }] }),
                "operation wait: added",
            ),
            (
                "/operations/0/params/-",
                json!({ "name": "text", "kind": "text", "required": false }),
                "argument text of send: added",
            ),
            ("/operations/0/params/0/required", json!(false), "argument chat of send: required was true, is false"),
            ("/errors/-", json!({ "code": "busy", "class": "BusyError" }), "error busy: added"),
            ("/models/Sent/-", field.clone(), "field at of Sent: added"),
            ("/models/Read", json!([field]), "model Read: added"),
            ("/events/gone", json!("Gone"), "event gone: added"),
            ("/settings/0/create", json!(true), "setting wid: create was false, is true"),
            ("/options/client/-", json!({ "name": "proxy", "kind": "text" }), "option proxy of client: added"),
        ];
        for (pointer, value, expected) in cases {
            assert_eq!(after(pointer, value), (String::new(), expected.to_owned()), "{pointer}");
        }
    }

    #[test]
    fn prose_and_upstreams_side_are_nobodys_contract() {
        for pointer in ["/operations/0/path", "/operations/0/prose", "/operations/0/params/0/doc", "/errors/0/when"] {
            assert_eq!(after(pointer, json!("other")), (String::new(), String::new()), "{pointer}");
        }
    }

    #[test]
    fn a_part_that_is_not_known_is_an_error() {
        let error = changes(&contract(), &json!({ "flags": [] })).unwrap_err();
        assert!(error.to_string().contains(r#"a part "flags""#), "{error}");
    }

    #[test]
    fn cores_own_contract_is_read_whole() {
        let now = greenapi_partner::contract::contract();
        let all = things(&now).unwrap();
        for name in ["operation createInstance", "error not_found", "field id_instance of Instance", "event qrCode"] {
            assert!(all.contains_key(name), "{name}");
        }
        assert_eq!(changes(&now, &now).unwrap(), Changes::default());
    }

    #[test]
    fn a_change_is_named_by_one_word() {
        assert_eq!(Change::new("option timeout of client", "removed").name(), "timeout");
        assert_eq!(Change::new("operation send", "removed").name(), "send");
    }
}
