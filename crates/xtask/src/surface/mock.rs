//! Options of the mock for Python and TypeScript: names and words from its README's table, types by what its `Options` take.

use anyhow::{Context, Result};
use greenapi_partner::contract::snake;
use greenapi_partner_mock::Options;
use serde_json::{Value, json};

use super::Parts;
use crate::docstrings::docstring;

/// The parts of Python's file and of TypeScript's.
pub(crate) fn parts(readme: &str) -> Result<(Parts, Parts)> {
    let (_, table) =
        readme.split_once("\n| option | default |").context("the mock's README has no table of options")?;
    let (mut python, mut types) = (Vec::new(), Vec::new());
    for row in table.lines().skip(2).take_while(|line| line.starts_with('|')) {
        let cells: Vec<_> = row.trim_matches(['|', ' ']).split(" | ").collect();
        let [name, default, words, ..] = cells[..] else { continue };
        let (name, (first, rest)) = (name.trim_matches('`'), words.split_at(1));
        let doc = format!("{}{rest}. Defaults to {default}.", first.to_uppercase());
        let (of_python, of_types) = type_of(name);
        let lines = docstring(&doc, "    ").join("\n");
        python.push(format!("    {}: {of_python}\n{}\"\"\"", snake(name), lines.trim_end()));
        let or_null = if taken(name, &Value::Null).is_ok() { " | null" } else { "" };
        types.push(format!("  /** {doc} */\n  {name}?: {of_types}{or_null} | undefined"));
    }
    let part = |lines: Vec<String>| Parts::from([("options of the mock".to_owned(), lines.join("\n"))]);
    Ok((part(python), part(types)))
}

fn type_of(name: &str) -> (String, String) {
    let of = |python: &str, types: &str| (python.to_owned(), types.to_owned());
    let candidates = [
        (json!(true), "bool", "boolean"),
        (json!(1000), "int", "number"),
        (json!("?"), "str", "string"),
        (json!({}), "dict[str, Any]", "{ [field: string]: unknown }"),
        (json!(["?"]), "list[str]", "string[]"),
        (json!([1]), "list[int]", "number[]"),
        (json!([]), "list[dict[str, Any]]", "{ [field: string]: unknown }[]"),
    ];
    if let Some((_, python, types)) = candidates.iter().find(|(value, ..)| taken(name, value).is_ok()) {
        return of(python, types);
    }
    // One of some words: what is said of another one names them.
    let said = taken(name, &json!("?")).err().unwrap_or_default();
    let words: Vec<_> =
        said.split_once(", expected").map_or("", |(_, words)| words).split('`').skip(1).step_by(2).collect();
    (format!("Literal[\"{}\"]", words.join("\", \"")), format!("'{}'", words.join("' | '")))
}

fn taken(name: &str, value: &Value) -> Result<(), String> {
    serde_json::from_value::<Options>(json!({ name: value })).map(drop).map_err(|error| error.to_string())
}
