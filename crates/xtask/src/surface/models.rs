//! Models: Python's classes of what comes back, with a typed field for each of core's.

use anyhow::Result;
use serde_json::Value;

use super::{
    Parts,
    classes::{BY_HAND, Class, GROUPS, kind_of, of_group, shared},
    layout, list, text,
};
use crate::docstrings::{WIDTH, docstring};

/// The classes of each group, their unions, and the fields of those that have their frame by hand.
pub(super) fn python(contract: &Value) -> Result<Parts> {
    let mut parts = Parts::new();
    for group in GROUPS {
        let classes = of_group(contract, group)?;
        let bases = Bases::of(group, &classes);
        let written = classes.iter().filter(|class| class.name != BY_HAND);
        let code = written.map(|one| class(one, &bases)).collect::<Result<Vec<_>>>()?;
        // Nothing but empty lines may follow a class.
        parts.insert(format!("classes of {group}"), code.join("\n\n\n") + "\n\n");
        let mut names: Vec<_> = classes.iter().map(|class| class.name).collect();
        if group == "events" {
            names.push("QrCode");
        }
        parts.insert(format!("union of {group}"), layout::union(&names));
        for (base, fields) in bases.0 {
            let kind = kind_of(group).map_or("", |(_, kind, _)| kind);
            // A message of any class has the kind of its content.
            let fields = fields.into_iter().filter(|field| field["name"] != kind);
            parts.insert(format!("fields of {base}"), declarations(fields)?);
        }
    }
    let fields = list(&contract["models"], BY_HAND)?;
    parts.insert(format!("fields of {BY_HAND}"), declarations(fields.iter())?);
    Ok(parts)
}

/// What a group's classes extend, from the furthest to the nearest, with the fields that they have from it.
struct Bases<'a>(Vec<(&'static str, Vec<&'a Value>)>);

impl<'a> Bases<'a> {
    fn of(group: &str, classes: &[Class<'a>]) -> Self {
        let all: Vec<_> = classes.iter().collect();
        let messages: Vec<_> = classes.iter().filter(|class| class.is_message()).collect();
        Self(match group {
            "events" => vec![("EventModel", Vec::new())],
            "notifications" => {
                let of_all = shared(&all);
                let of_messages = shared(&messages).into_iter().filter(|field| !of_all.contains(field)).collect();
                vec![("Notification", of_all), ("MessageNotification", of_messages)]
            }
            "contents" => vec![("Content", shared(&all))],
            _ => vec![("ModelWithExtra", Vec::new())],
        })
    }
}

/// One class.
fn class(class: &Class<'_>, bases: &Bases<'_>) -> Result<String> {
    let extended = if class.is_message() { &bases.0[..] } else { &bases.0[..1] };
    let base = extended.last().map_or("", |(base, _)| base);
    let mut lines = vec!["@final".to_owned(), format!("class {}({base}):", class.name)];
    let mut told = docstring(text(class.docs, "python")?, "    ");
    told.pop();
    match told.as_mut_slice() {
        [only] => only.push_str("\"\"\""),
        _ => told.push("    \"\"\"".to_owned()),
    }
    lines.extend(told);
    let words: Vec<_> = class.types.iter().map(|word| quoted(word)).collect();
    let words = words.join(", ");
    let kind = match base {
        "EventModel" => format!("    type: ClassVar[Literal[{words}]] = {words}"),
        "ModelWithExtra" => String::new(),
        _ => {
            let (_, kind, _) = kind_of(text(class.docs, "group")?).unwrap_or_default();
            let unknown = "Literal[_NotKnown.TYPE]  # type: ignore[assignment] # it is text; see _NotKnown";
            if words.is_empty() { format!("    {kind}: {unknown}") } else { literal(kind, &words) }
        }
    };
    let own = class.fields.iter().filter(|field| !extended.iter().any(|(_, fields)| fields.contains(field)));
    for block in [kind, declarations(own)?].into_iter().filter(|block| !block.is_empty()) {
        lines.extend([String::new(), block]);
    }
    Ok(lines.join("\n"))
}

/// The words that a class's kind can be: a line for each, where they are too long for one.
fn literal(kind: &str, words: &str) -> String {
    let broken = || format!("    {kind}: Literal[\n        {},\n    ]", words.replace(", ", ",\n        "));
    layout::fitting(format!("    {kind}: Literal[{words}]"), broken)
}

/// Fields, as a class declares them.
fn declarations<'a>(fields: impl Iterator<Item = &'a Value>) -> Result<String> {
    Ok(fields.map(declared).collect::<Result<Vec<_>>>()?.join("\n"))
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
    if let Some(words) = field["words"].as_str() {
        return Ok(words.to_owned());
    }
    if let Some(words) = field["one_of"].as_array() {
        return Ok(format!("Literal[{}]", words.iter().map(Value::to_string).collect::<Vec<_>>().join(", ")));
    }
    let of = |kind: &str| match kind {
        "int" => "int",
        "number" => "float",
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
