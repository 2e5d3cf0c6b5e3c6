//! Specs: rows of a file, each an instance to be created, or one to be deleted.

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, Read},
    path::Path,
};

use greenapi_partner::contract;
use serde_json::{Map, Value};

use crate::{
    exit::{Failure, Outcome},
    settings,
};

/// The instances to create: a line each. CSV has a header with the names of settings, `name` among them; JSON lines are objects of
/// settings, or names alone.
pub(crate) fn to_create(file: &Path) -> Outcome<Vec<Value>> {
    rows(file, |row| {
        let typed = row.into_iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| {
            let kind = contract::kind_of("createInstance", &name);
            settings::value(kind, &name, text).map(|value| (name, value))
        });
        typed.collect::<Outcome<Map<_, _>>>().map(Value::Object)
    })
}

/// The ids of the instances of a file: of its column or key `idInstance`, or lines that are ids alone.
pub(crate) fn ids(file: &Path) -> Outcome<Vec<u64>> {
    let values = rows(file, |row| {
        let found = row.into_iter().find(|(name, _)| is_id(name)).map(|(_, text)| text);
        found.map(Value::from).ok_or_else(|| Failure::usage("there is no column idInstance"))
    })?;
    let id = |value: &Value| {
        let text = match value {
            Value::Object(object) => object.iter().find(|(name, _)| is_id(name)).map(|(_, value)| plain(value)),
            other => Some(plain(other)),
        };
        let text = text.ok_or_else(|| Failure::usage("a line has no idInstance"))?;
        greenapi_partner::id_instance(&text).map_err(|_| Failure::usage(format!("{text:?} is no id of an instance")))
    };
    values.iter().map(id).collect()
}

type Texts = Vec<(String, String)>;

fn rows(file: &Path, row: impl Fn(Texts) -> Outcome<Value>) -> Outcome<Vec<Value>> {
    let about = |failure: Failure, line: usize| Failure::usage(format!("{}:{line}: {failure}", file.display()));
    let failed = |error: io::Error| Failure::usage(format!("{}: {error}", file.display()));
    let reader: Box<dyn Read> =
        if file == Path::new("-") { Box::new(io::stdin()) } else { Box::new(File::open(file).map_err(failed)?) };
    let mut reader = BufReader::new(reader);
    let is_json = match reader.fill_buf().map_err(failed)?.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(first) => matches!(first, b'{' | b'"' | b'[') || first.is_ascii_digit(),
        None => return Err(Failure::usage(format!("{} is empty: nothing was sent", file.display()))),
    };
    if is_json { json_lines(reader, about) } else { csv_rows(reader, row, about) }
}

/// A JSON value a line, or one array of them.
fn json_lines(mut reader: impl io::BufRead, about: impl Fn(Failure, usize) -> Failure) -> Outcome<Vec<Value>> {
    let mut text = String::new();
    reader.read_to_string(&mut text).map_err(|error| about(error.into(), 1))?;
    if text.trim_start().starts_with('[') {
        return serde_json::from_str(&text).map_err(|error| about(Failure::usage(words(&error)), error.line()));
    }
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, line)| serde_json::from_str(line).map_err(|error| about(Failure::usage(words(&error)), at + 1)))
        .collect()
}

fn csv_rows(
    reader: impl Read,
    row: impl Fn(Texts) -> Outcome<Value>,
    about: impl Fn(Failure, usize) -> Failure,
) -> Outcome<Vec<Value>> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::Headers).from_reader(reader);
    let wrong = |error: &csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        about(
            Failure::usage("the line has more or fewer cells than the header, or is no UTF-8"),
            usize::try_from(line).unwrap_or(1),
        )
    };
    let header = reader.headers().map_err(|error| wrong(&error))?.clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| wrong(&error))?;
        let line = record.position().map_or(1, |position| usize::try_from(position.line()).unwrap_or(1));
        let cells = header.iter().zip(&record).map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        rows.push(row(cells).map_err(|failure| about(failure, line))?);
    }
    Ok(rows)
}

/// What is wrong with a line, without what stands in it.
fn words(error: &serde_json::Error) -> String {
    format!("no JSON from column {} on", error.column())
}

fn is_id(name: &str) -> bool {
    matches!(name, "id" | "idInstance" | "id_instance")
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
