//! Models: Python's classes of what comes back, with a typed field for each of core's.

use anyhow::{Context, Result};
use serde_json::Value;

use super::{layout, list, template::filled, text};
use crate::docstrings::{WIDTH, docstring};

/// A module that has classes of models in it: each place of its template names one.
pub(crate) fn python(contract: &Value, template: &str) -> Result<String> {
    let models = contract["models"].as_object().context("there are no models")?;
    let classes: Vec<(String, String)> =
        models.keys().map(|name| Ok((format!("class {name}"), class(contract, name)?))).collect::<Result<_>>()?;
    let places: Vec<_> = classes.iter().map(|(name, code)| (name.as_str(), code.clone())).collect();
    filled(template, "", &places)
}

/// One class.
fn class(contract: &Value, name: &str) -> Result<String> {
    let doc = contract["classes"][name]["python"].as_str().unwrap_or_default();
    let kind = contract["events"].as_object().and_then(|kinds| kinds.iter().find(|(_, class)| *class == name));
    let base = if kind.is_some() { "EventModel" } else { "ModelWithExtra" };
    let mut lines = vec!["@final".to_owned(), format!("class {name}({base}):")];
    let mut told = docstring(doc, "    ");
    told.pop();
    match told.as_mut_slice() {
        [only] => only.push_str("\"\"\""),
        _ => told.push("    \"\"\"".to_owned()),
    }
    lines.extend(told);
    lines.push(String::new());
    if let Some((kind, _)) = kind {
        lines.push(format!("    type: ClassVar[Literal[\"{kind}\"]] = \"{kind}\""));
        lines.push(String::new());
    }
    for field in list(&contract["models"], name)? {
        lines.push(declared(field)?);
    }
    Ok(lines.join("\n"))
}

/// A field, as its class declares it.
fn declared(field: &Value) -> Result<String> {
    let name = text(field, "name")?;
    let class = if field["always"] == true { "Given" } else { "Field" };
    let before = format!("{name} = {class}[{}]", type_name(field)?);
    let doc = text(field, "doc")?;
    let flat = layout::call(4, &before, &[quoted(doc)], "");
    if flat.lines().all(|line| line.chars().count() <= WIDTH) {
        return Ok(flat);
    }
    let parts = split(doc, WIDTH - 10);
    let parts: Vec<_> = parts.iter().map(|part| format!("        {}", quoted(part))).collect();
    Ok(format!("    {before}(\n{}\n    )", parts.join("\n")))
}

/// A sentence in parts of such a length, none of which loses its space.
fn split(sentence: &str, width: usize) -> Vec<String> {
    sentence.split_inclusive(' ').fold(Vec::new(), |mut parts: Vec<String>, word| {
        match parts.last_mut() {
            Some(part) if part.chars().count() + word.chars().count() <= width => part.push_str(word),
            _ => parts.push(word.to_owned()),
        }
        parts
    })
}

/// Text as Python's formatter quotes it.
fn quoted(text: &str) -> String {
    if text.contains('"') { format!("'{}'", text.replace('\'', "\\'")) } else { format!("\"{text}\"") }
}

fn type_name(field: &Value) -> Result<String> {
    if let Some(words) = field["one_of"].as_array() {
        return Ok(format!("Literal[{}]", words.iter().map(Value::to_string).collect::<Vec<_>>().join(", ")));
    }
    let of = |kind: &str| match kind {
        "int" => "int",
        "flag" => "bool",
        "time" => "datetime",
        "decimal" => "Decimal",
        "json" => "Any",
        "error" => "GreenApiError",
        "instance" => "Instance",
        _ => "str",
    };
    Ok(match (text(field, "kind")?, field["list_of"].as_str()) {
        (_, Some(kind)) => format!("list[{}]", of(kind)),
        ("json", None) => "dict[str, Any]".to_owned(),
        // A field may have its name.
        ("date", None) => "Day".to_owned(),
        (kind, None) => of(kind).to_owned(),
    })
}
