//! Surfaces: the classes that users of each language see, written from core's contract.

mod errors;
mod javascript;
mod layout;
mod models;
mod python;
mod template;

use anyhow::{Context, Result};
use serde_json::Value;

pub(crate) use errors::{javascript as javascript_errors, python as python_errors};
pub(crate) use javascript::{filling as javascript_filling, instance as javascript_instance};
/// Python's modules of models.
pub(crate) fn python_models(contract: &Value) -> Result<Vec<(&'static str, String)>> {
    let templates = [
        ("python/greenapi_partner/models.py", include_str!("models.py.in")),
        ("python/greenapi_partner/events.py", include_str!("events.py.in")),
        ("python/greenapi_partner/fleet.py", include_str!("fleet.py.in")),
    ];
    templates.iter().map(|(name, template)| Ok((*name, models::python(contract, template).context(*name)?))).collect()
}

pub(crate) use python::{Mode, instance as python_instance};

/// The types of JavaScript with what is written in them: between two lines, one that names it and one that ends it.
pub(crate) fn types(text: &str, contract: &Value) -> Result<String> {
    let parts = [
        ("methods of an instance", javascript::method_types(contract)?),
        ("arguments of an instance's methods", javascript::request_types(contract)?),
        ("error codes", errors::code_type(contract)?),
        ("error classes", errors::types(contract)?),
    ];
    let text = parts.iter().try_fold(text.to_owned(), |text, (name, part)| replaced(&text, name, part))?;
    let models = contract["classes"].as_object().context("there are no classes")?.keys();
    let written = models.map(|model| format!("fields of {model}")).filter(|name| text.contains(&begin(name)));
    let written: Vec<_> = written.collect();
    written.iter().try_fold(text, |text, name| {
        let model = name.trim_start_matches("fields of ");
        replaced(&text, name, &javascript::field_types(contract, model)?)
    })
}

/// The README with the table of errors.
pub(crate) fn readme(text: &str, contract: &Value) -> Result<String> {
    let head = "| code | class | when | what to do |\n|---|---|---|---|\n";
    let (before, rest) = text.split_once(head).context("the README has no table of errors")?;
    let (_, after) = rest.split_once("\n\n").context("the table of errors has no end")?;
    Ok(format!("{before}{head}{}\n\n{after}", errors::rows(contract)?))
}

fn replaced(text: &str, name: &str, part: &str) -> Result<String> {
    let begin = begin(name);
    let (before, rest) = text.split_once(&begin).with_context(|| format!("no place for the {name}"))?;
    let (_, after) = rest.split_once(END).with_context(|| format!("the {name} have no end"))?;
    let (_, indent) = before.rsplit_once('\n').unwrap_or_default();
    Ok(format!("{before}{begin}{part}\n{indent}{END}{after}"))
}

fn begin(name: &str) -> String {
    format!("// --- generated: {name} ---\n")
}

const END: &str = "// --- end of what is generated ---";

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
        assert_eq!(replaced(text, "x", "  new").unwrap(), new);
        assert_eq!(replaced(new, "x", "  new").unwrap(), new);
        assert!(replaced("a", "x", "").is_err());
    }
}
