//! Surfaces: the classes that users of each language see, written from core's contract.

mod classes;
mod errors;
mod javascript;
mod layout;
mod mock;
mod models;
mod operations;
mod python;
mod reference;
mod template;
mod typescript;
mod words;

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde_json::Value;

pub(crate) use errors::{javascript as javascript_errors, python as python_errors};
use javascript::Client;
pub(crate) use javascript::{
    filling as javascript_filling, instance as javascript_instance, partner as javascript_partner,
};
pub(crate) use mock::parts as mock_parts;
pub(crate) use python::{Mode, instance as python_instance, native as python_native, partner as python_partner};
pub(crate) use reference::pages as reference;

/// What is written into files that are otherwise by hand, by its name.
pub(crate) type Parts = BTreeMap<String, String>;

/// The parts of Python's files.
pub(crate) fn python_parts(contract: &Value) -> Result<Parts> {
    let parts = classes::python(contract)?.into_iter().chain(models::python(contract)?);
    let native = python::native(contract)?.into_iter().map(|(class, _, stub)| (format!("what {class} is"), stub));
    Ok(parts.chain(words::python(contract)?).chain(native).collect())
}

/// The parts of JavaScript's files.
pub(crate) fn javascript_parts(contract: &Value) -> Result<Parts> {
    let mut of_partner = Client::Partner.kinds(contract)?;
    of_partner.push(javascript::billing_kinds(contract)?);
    let kinds = [
        ("kinds of options".to_owned(), Client::Instance.kinds(contract)?.join("\n")),
        ("kinds of a partner's options".to_owned(), of_partner.join("\n")),
    ];
    Ok(classes::javascript(contract)?.into_iter().chain(words::javascript(contract)?).chain(kinds).collect())
}

/// The parts of JavaScript's types.
pub(crate) fn types_parts(contract: &Value) -> Result<Parts> {
    let of_instance = [Client::Instance.request_types(contract)?, Client::Instance.option_types(contract)?].concat();
    let mut of_partner = [Client::Partner.request_types(contract)?, Client::Partner.option_types(contract)?].concat();
    of_partner.push(javascript::billing_types(contract)?);
    let (of_partners_client, of_every_client) = javascript::client_options(contract)?;
    let mut parts = typescript::models(contract)?;
    parts.extend([
        ("options of a partner's client".to_owned(), of_partners_client),
        ("options of every client".to_owned(), of_every_client),
        ("options of a store".to_owned(), javascript::store_options(contract)?),
        ("methods of a partner".to_owned(), Client::Partner.method_types(contract)?),
        ("methods of an instance".to_owned(), Client::Instance.method_types(contract)?),
        ("arguments of an instance's methods".to_owned(), of_instance.join("\n\n")),
        ("words".to_owned(), words::types(contract)?),
        ("settings of a new instance".to_owned(), javascript::settings_types(contract)?),
        ("options of a partner's operations".to_owned(), of_partner.join("\n\n")),
        ("error classes".to_owned(), errors::types(contract)?),
    ]);
    Ok(parts)
}

/// The text with each part in its place: between two lines, one that names it and one that ends it.
pub(crate) fn with_parts(text: &str, parts: &Parts) -> Result<String> {
    let mut lines = Vec::new();
    let mut rest = text.lines();
    while let Some(line) = rest.next() {
        lines.push(line);
        let Some((lead, name)) = line.split_once(BEGIN) else { continue };
        let name = name.strip_suffix(" ---").with_context(|| format!("a part has no name: {line}"))?;
        lines.extend(parts.get(name).with_context(|| format!("nothing writes the {name}"))?.split('\n'));
        let end = rest.find(|line| line.strip_prefix(lead) == Some(END));
        lines.push(end.with_context(|| format!("the {name} have no end"))?);
    }
    Ok(lines.join("\n") + "\n")
}

const BEGIN: &str = "--- generated: ";
const END: &str = "--- end of what is generated ---";

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str> {
    value[key].as_str().with_context(|| format!("there is no {key} in {value}"))
}

fn list<'a>(value: &'a Value, key: &str) -> Result<&'a Vec<Value>> {
    value[key].as_array().with_context(|| format!("there is no list {key}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn what_is_generated_takes_the_place_of_what_stood_there() {
        let text = "a\n  // --- generated: x ---\n  old\n  // --- end of what is generated ---\nb\n";
        let new = "a\n  // --- generated: x ---\n  new\n  // --- end of what is generated ---\nb\n";
        let parts = [("x".to_owned(), "  new".to_owned())].into();
        assert_eq!(with_parts(text, &parts).unwrap(), new);
        assert_eq!(with_parts(new, &parts).unwrap(), new);
        assert!(with_parts("// --- generated: y ---\n// --- end of what is generated ---\n", &parts).is_err());
        assert!(with_parts("// --- generated: x ---\n", &parts).is_err());
    }
}
