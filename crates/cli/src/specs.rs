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
    created(&file.display().to_string(), open(file)?)
}

/// The ids of the instances of a file: of its column or key `idInstance`, or lines that are ids alone.
pub(crate) fn ids(file: &Path) -> Outcome<Vec<u64>> {
    deleted(&file.display().to_string(), open(file)?)
}

/// What there is to create in what is read of `file`.
pub(crate) fn created(file: &str, read: impl Read) -> Outcome<Vec<Value>> {
    rows(file, read, |row| {
        let typed = row.into_iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| {
            let kind = contract::kind_of("createInstance", &name);
            settings::value(kind, &name, text).map(|value| (name, value))
        });
        typed.collect::<Outcome<Map<_, _>>>().map(Value::Object)
    })
}

/// The ids in what is read of `file`. What is none is not told: it may be of another column, which holds a token.
pub(crate) fn deleted(file: &str, read: impl Read) -> Outcome<Vec<u64>> {
    let values = rows(file, read, |row| {
        let place = place_of_id(row.iter().map(|(name, _)| name.as_str()))?;
        let found = place.and_then(|place| row.into_iter().nth(place));
        found.map(|(_, text)| Value::from(text)).ok_or_else(|| Failure::usage("there is no column idInstance"))
    })?;
    let id = |(at, value): (usize, &Value)| {
        let wrong = |what: &str| Failure::usage(format!("{file}: row {}: {what}", at + 1));
        let text = match value {
            Value::Object(object) => {
                let place =
                    place_of_id(object.keys().map(String::as_str)).map_err(|failure| wrong(&failure.to_string()))?;
                place.and_then(|place| object.values().nth(place)).map(plain)
            }
            other => Some(plain(other)),
        };
        let text = text.ok_or_else(|| wrong("it has no idInstance"))?;
        greenapi_partner::id_instance(&text).map_err(|_| wrong("what it has is no id of an instance"))
    };
    values.iter().enumerate().map(id).collect()
}

type Texts = Vec<(String, String)>;

fn open(file: &Path) -> Outcome<Box<dyn Read>> {
    if file == Path::new("-") {
        return Ok(Box::new(io::stdin()));
    }
    let opened = File::open(file).map_err(|error| Failure::usage(format!("{}: {error}", file.display())))?;
    Ok(Box::new(opened))
}

fn rows(file: &str, read: impl Read, row: impl Fn(Texts) -> Outcome<Value>) -> Outcome<Vec<Value>> {
    let about = |failure: Failure, line: usize| Failure::usage(format!("{file}:{line}: {failure}"));
    let failed = |error: io::Error| Failure::usage(format!("{file}: {error}"));
    let mut reader = BufReader::new(read);
    if reader.fill_buf().map_err(failed)?.starts_with(BYTE_ORDER_MARK) {
        reader.consume(BYTE_ORDER_MARK.len());
    }
    let begun = reader.fill_buf().map_err(failed)?.trim_ascii_start();
    let is_json = match begun.first() {
        // A name in JSON, or a heading that is quoted.
        Some(b'"') => !is_heading(begun),
        Some(first) => matches!(first, b'{' | b'[') || first.is_ascii_digit(),
        None => return Err(Failure::usage(format!("{file} is empty: nothing was sent"))),
    };
    if is_json { json_lines(reader, about) } else { csv_rows(reader, row, about) }
}

/// Whether the first line of a text names columns.
fn is_heading(text: &[u8]) -> bool {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text);
    let mut first = csv::StringRecord::new();
    let is_column = |name: &str| IDS.contains(&name) || contract::kind_of("createInstance", name).is_some();
    reader.read_record(&mut first).is_ok() && first.iter().any(|name| is_column(name.trim()))
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
    if (1..header.len()).any(|at| header.iter().take(at).any(|name| *name == header[at])) {
        return Err(about(Failure::usage("two columns have the same name"), 1));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| wrong(&error))?;
        let line = record.position().map_or(1, |position| usize::try_from(position.line()).unwrap_or(1));
        // Spreadsheets leave such rows behind, and with a journal each would get a name, and be paid for.
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let cells = header.iter().zip(&record).map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        rows.push(row(cells).map_err(|failure| about(failure, line))?);
    }
    Ok(rows)
}

/// What is wrong with a line, without what stands in it.
fn words(error: &serde_json::Error) -> String {
    format!("no JSON from column {} on", error.column())
}

/// What a column of ids may be called.
const IDS: [&str; 3] = ["idInstance", "id_instance", "id"];

/// What editors of another system put before UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Which of these names is that of the id. `id` may be one of the caller's own where there is another; of the two spellings of that
/// one, nobody knows which is meant.
fn place_of_id<'a>(names: impl Iterator<Item = &'a str>) -> Outcome<Option<usize>> {
    let names: Vec<_> = names.collect();
    let place = |name: &str| names.iter().position(|one| *one == name);
    match (place("idInstance"), place("id_instance")) {
        (Some(_), Some(_)) => {
            Err(Failure::usage("both idInstance and id_instance are there, and it is not clear which is meant"))
        }
        (one, other) => Ok(one.or(other).or_else(|| place("id"))),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
