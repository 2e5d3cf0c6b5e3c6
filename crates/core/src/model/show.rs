//! Views of models for people and for JSON: always without tokens, unless they are asked for.

use std::fmt::{self, Display};

use serde_json::{Map, Value};

use super::{Field, FieldValue, Instance, Instances, Kind, Model, Record};
use crate::secret::MASK;

/// `Name { field: value, … }`, with tokens masked; what people wrote and what upstream did not send is left out.
pub(crate) fn debug<'a>(
    name: &str,
    fields: impl Iterator<Item = (&'static Field, FieldValue<'a>)>,
    formatter: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let mut shown = formatter.debug_struct(name);
    for (field, value) in fields {
        match value {
            FieldValue::None => continue,
            _ if field.personal => continue,
            _ if field.secret => shown.field(field.name, &format_args!("{MASK}")),
            FieldValue::Int(number) => shown.field(field.name, &number),
            FieldValue::Number(number) => shown.field(field.name, &number),
            FieldValue::Text(text) => shown.field(field.name, &text),
            FieldValue::Flag(flag) => shown.field(field.name, &flag),
            FieldValue::Time(time) => shown.field(field.name, &format_args!("{time}")),
            FieldValue::Json(value) => shown.field(field.name, &format_args!("{value}")),
            FieldValue::Decimal(number) => shown.field(field.name, &format_args!("{number}")),
            FieldValue::Date(date) => shown.field(field.name, &format_args!("{date}")),
            FieldValue::Error(error) => shown.field(field.name, &format_args!("{}", error.code().as_str())),
            FieldValue::Instance(instance) => shown.field(field.name, &instance.id_instance()),
        };
    }
    shown.finish()
}

/// The JSON of a model: upstream's names, times in UTC, and whatever else upstream sent.
pub(crate) fn json<'a>(
    fields: impl Iterator<Item = (&'static Field, FieldValue<'a>)>,
    extra: Map<String, Value>,
    include_tokens: bool,
) -> Map<String, Value> {
    let mut object = extra;
    if !include_tokens {
        drop_secrets(&mut object);
    }
    for (field, value) in fields {
        if field.token || (field.secret && !include_tokens) {
            object.remove(field.wire);
            continue;
        }
        let value = match value {
            FieldValue::None if object.contains_key(field.wire) || field.wire.contains('.') => continue,
            FieldValue::None => Value::Null,
            FieldValue::Int(number) => number.into(),
            FieldValue::Number(number) => number.into(),
            FieldValue::Text(text) => text.into(),
            FieldValue::Flag(flag) => flag.into(),
            FieldValue::Time(time) => time.to_string().into(),
            FieldValue::Json(value) => value.clone(),
            FieldValue::Decimal(number) => number.to_string().into(),
            FieldValue::Date(date) => date.to_string().into(),
            FieldValue::Error(error) => {
                serde_json::json!({ "code": error.code().as_str(), "message": error.to_string() })
            }
            FieldValue::Instance(instance) => instance.to_json(include_tokens).into(),
        };
        put(&mut object, field.wire, value);
    }
    object
}

/// Takes away what is secret by its name, however deep it lies: upstream may come to send it where no field is known.
pub(super) fn drop_secrets(object: &mut Map<String, Value>) {
    object.retain(|name, _| !SECRET_NAMES.iter().any(|secret| secret.eq_ignore_ascii_case(name)));
    object.values_mut().for_each(drop_secrets_within);
}

fn drop_secrets_within(value: &mut Value) {
    match value {
        Value::Object(object) => drop_secrets(object),
        Value::Array(items) => items.iter_mut().for_each(drop_secrets_within),
        _ => {}
    }
}

/// What is secret in whatever upstream sends.
#[doc(hidden)]
pub const SECRET_NAMES: [&str; 3] = ["apiTokenInstance", "apiToken", "webhookUrlToken"];

/// Puts a value to where its name says, be it a path: `senderData.chatId`.
fn put(object: &mut Map<String, Value>, path: &str, value: Value) {
    let Some((parent, rest)) = path.split_once('.') else {
        object.insert(path.to_owned(), value);
        return;
    };
    let inside = object.entry(parent).or_insert_with(|| Map::new().into());
    if let Value::Object(inside) = inside {
        put(inside, rest, value);
    }
}

/// The table that Jupyter shows for one model: what people wrote and what upstream did not send is left out.
pub(crate) fn html<'a>(fields: impl Iterator<Item = (&'static Field, FieldValue<'a>)>) -> String {
    let rows = fields
        .filter(|(field, value)| *value != FieldValue::None && !field.personal)
        .map(|(field, value)| ["<tr><th>", field.name, "</th>", &html_cell(field, value), "</tr>"].concat());
    ["<table><tbody>", &rows.collect::<String>(), "</tbody></table>"].concat()
}

/// The table that Jupyter shows for a list.
pub(crate) fn html_list(instances: &Instances) -> String {
    let head: String = Instance::FIELDS
        .iter()
        .filter(|field| in_table(field))
        .map(|field| ["<th>", field.name, "</th>"].concat())
        .collect();
    let rows: String = instances.iter().take(HTML_ROWS).map(|instance| html_row(&instance)).collect();
    let shortened =
        if instances.len() > HTML_ROWS { format!("; the first {HTML_ROWS} are shown") } else { String::new() };
    let (all, live) = (counted(instances.len(), "instance"), instances.live().len());
    format!("<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table><p>{all}, {live} live{shortened}</p>")
}

/// The table that Jupyter shows for records of one model.
pub fn html_records(model: &Model, records: &[Record]) -> String {
    let shown = |field: &Field| !field.personal && field.kind != Kind::Instance;
    let head: String =
        model.fields.iter().filter(|field| shown(field)).map(|field| ["<th>", field.name, "</th>"].concat()).collect();
    let row = |record: &Record| {
        let cells = record.fields().filter(|(field, _)| shown(field));
        let cells: String = cells.map(|(field, value)| html_cell(field, value)).collect();
        ["<tr>", &cells, "</tr>"].concat()
    };
    let rows: String = records.iter().take(HTML_ROWS).map(row).collect();
    let shortened =
        if records.len() > HTML_ROWS { format!("; the first {HTML_ROWS} are shown") } else { String::new() };
    let count = counted(records.len(), "row");
    format!("<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table><p>{count}{shortened}</p>")
}

/// `1 row`, `2 rows`.
pub(crate) fn counted<N: Copy + Display + PartialEq + From<u8>>(count: N, what: &str) -> String {
    let plural = if count == 1.into() { "" } else { "s" };
    format!("{count} {what}{plural}")
}

fn html_row(instance: &Instance) -> String {
    let shown = instance.fields().filter(|(field, _)| in_table(field));
    let cells: String = shown.map(|(field, value)| html_cell(field, value)).collect();
    ["<tr>", &cells, "</tr>"].concat()
}

/// A cell. One with a long text is only so wide, and shows all of it where the pointer rests.
fn html_cell(field: &Field, value: FieldValue<'_>) -> String {
    let shown = html_value(field, value);
    if shown.chars().count() <= HTML_LETTERS {
        return ["<td>", &shown, "</td>"].concat();
    }
    let style = format!("max-width:{HTML_LETTERS}ch;overflow:hidden;text-overflow:ellipsis;white-space:nowrap");
    format!("<td title=\"{shown}\" style=\"{style}\">{shown}</td>")
}

fn html_value(field: &Field, value: FieldValue<'_>) -> String {
    match value {
        FieldValue::None => String::new(),
        _ if field.secret => MASK.to_owned(),
        FieldValue::Int(number) => number.to_string(),
        FieldValue::Number(number) => number.to_string(),
        FieldValue::Text(text) => escaped(text),
        FieldValue::Flag(flag) => if flag { "yes" } else { "no" }.to_owned(),
        FieldValue::Time(time) => time.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        FieldValue::Json(value) => escaped(&value.to_string()),
        FieldValue::Decimal(number) => number.to_string(),
        FieldValue::Date(date) => date.to_string(),
        FieldValue::Error(error) => escaped(&error.to_string()),
        FieldValue::Instance(instance) => instance.id_instance().to_string(),
    }
}

fn in_table(field: &Field) -> bool {
    HTML_COLUMNS.contains(&field.name)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const HTML_ROWS: usize = 50;
const HTML_LETTERS: usize = 40;
const HTML_COLUMNS: [&str; 9] = [
    "id_instance",
    "name",
    "type_instance",
    "time_created",
    "time_deleted",
    "api_token_instance",
    "deleted",
    "tariff",
    "is_expired",
];
