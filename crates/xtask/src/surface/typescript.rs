//! JavaScript's models for type checkers: classes with the types of core's fields.

use anyhow::Result;
use greenapi_partner::contract::in_javascript;
use serde_json::Value;

use super::{
    Parts,
    classes::{BY_HAND, Class, GROUPS, PLAIN, kind_of, of_group, shared},
    list, text,
};

/// The classes of each group, their unions, and the fields of those that have their frame by hand.
pub(super) fn models(contract: &Value) -> Result<Parts> {
    let mut parts = Parts::new();
    for group in GROUPS {
        let classes = of_group(contract, group)?;
        let kind = kind_of(group);
        let base: Vec<_> = if kind.is_some() { classes.iter().collect() } else { Vec::new() };
        let base = shared(&base);
        let written = classes.iter().filter(|class| ![BY_HAND, PLAIN].contains(&class.name));
        let code = written.map(|one| class(one, group, &base)).collect::<Result<Vec<_>>>()?;
        parts.insert(format!("classes of {group}"), code.join("\n\n"));
        if let Some((extended, kind, _)) = kind {
            // Those of all notifications say a little more than core's table.
            let base = base.into_iter().filter(|field| field["name"] != kind && field["name"] != "body");
            parts.insert(format!("fields of {extended}"), fields(base)?);
            let names: Vec<_> = classes.iter().map(|class| format!("\n  | {}", class.name)).collect();
            parts.insert(format!("union of {group}"), format!("export type Any{extended} ={}", names.concat()));
        }
    }
    let settings = list(&contract["models"], BY_HAND)?;
    parts.insert(format!("fields of {BY_HAND}"), fields(settings.iter())?);
    Ok(parts)
}

/// One class.
fn class(class: &Class<'_>, group: &str, base: &[&Value]) -> Result<String> {
    let (extended, _, kind) = kind_of(group).unwrap_or(("Model", "", ""));
    let mut lines = vec![comment("", &in_javascript(text(class.docs, "node")?))];
    lines.push(format!("export class {} extends {extended} {{\n  private constructor()\n", class.name));
    let words: Vec<_> = class.types.iter().map(|word| format!("'{word}'")).collect();
    match (group, words.join(" | ")) {
        ("events", words) => lines.push(format!("  get type(): {words}")),
        _ if kind.is_empty() => {}
        (_, words) if words.is_empty() => lines.push(format!("  get t{}(): Unknown{kind}", &kind[1..])),
        (_, words) => lines.push(format!("  get t{}(): {words}", &kind[1..])),
    }
    let own = class.fields.iter().filter(|field| !base.contains(field));
    lines.push(fields(own)?);
    if class.is_message() {
        lines.push("  /** The message by its kind: a text, a file, a place; read when it is asked for. */".to_owned());
        lines.push("  get content(): AnyContent".to_owned());
    }
    if group == "events" {
        lines.push("  /** The event as a browser wants it, the same in every language. */\n  toJSON(): {".to_owned());
        lines.push(format!("    type: {}", words.join(" | ")));
        for field in class.fields.iter().filter(|field| field["token"] != true) {
            lines.push(format!("    {}: {}", own_name(field)?, plain_type(field)?));
        }
        lines.push("  }".to_owned());
    }
    lines.retain(|line| !line.is_empty());
    lines.push("}".to_owned());
    Ok(lines.join("\n"))
}

/// Fields, as a class declares them.
fn fields<'a>(fields: impl Iterator<Item = &'a Value>) -> Result<String> {
    Ok(fields.map(field).collect::<Result<Vec<_>>>()?.join("\n"))
}

fn field(field: &Value) -> Result<String> {
    let (name, doc) = (own_name(field)?, in_javascript(text(field, "doc")?));
    let or_null = or_null(field);
    if name == "idInstance" {
        let told = comment("  ", &format!("{doc}\n\n@throws {{ProtocolError}} {ROUNDED}"));
        return Ok(format!(
            "{told}\n  get idInstance(): number{or_null}\n  \
             /** The instance's id as decimal text, always exact. */\n  get idInstanceText(): string{or_null}"
        ));
    }
    Ok(format!("{}\n  get {name}(): {}{or_null}", comment("  ", &doc), type_name(field)?))
}

/// Why a number may be none.
const ROUNDED: &str = "It is above 2^53-1, so that a number would round it; read `idInstanceText` then.";

/// The name of a field in its class: `instanceData.idInstance` is `idInstance` there.
fn own_name(field: &Value) -> Result<&str> {
    let wire = text(field, "wire")?;
    Ok(wire.rsplit('.').next().unwrap_or(wire))
}

fn or_null(field: &Value) -> &'static str {
    if field["always"] == true { "" } else { " | null" }
}

fn type_name(field: &Value) -> Result<String> {
    if let Some(words) = field["words"].as_str() {
        return Ok(words.to_owned());
    }
    let words = field["one_of"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let words: Vec<_> = words.map(|word| format!("'{word}'")).collect();
    let kind = match (own_name(field)?, text(field, "kind")?, field["list_of"].as_str()) {
        _ if !words.is_empty() => return Ok(words.join(" | ")),
        (_, _, Some("int")) => "(number | string)[]",
        (_, _, Some("text")) => "string[]",
        (_, _, Some(_)) => "unknown[]",
        ("stateInstance", ..) => "StateInstance",
        ("typeInstance", ..) => "TypeInstance",
        (_, "json", _) => "{ readonly [name: string]: unknown }",
        (_, "int" | "number", _) => "number",
        (_, "flag", _) => "boolean",
        (_, "time", _) => "Date",
        (_, "error", _) => "GreenApiError",
        (_, "instance", _) => "Instance",
        _ => "string",
    };
    Ok(kind.to_owned())
}

/// The type of a field in JSON.
fn plain_type(field: &Value) -> Result<String> {
    let kind = match text(field, "kind")? {
        "int" => "number | string".to_owned(),
        "time" => "string".to_owned(),
        _ => type_name(field)?,
    };
    Ok(format!("{kind}{}", or_null(field)))
}

/// A comment for documentation: on one line, if it is one.
pub(super) fn comment(indent: &str, text: &str) -> String {
    if !text.contains('\n') {
        return format!("{indent}/** {text} */");
    }
    let lines = text.lines().map(|line| format!("{indent} * {line}").trim_end().to_owned());
    format!("{indent}/**\n{}\n{indent} */", lines.collect::<Vec<_>>().join("\n"))
}
