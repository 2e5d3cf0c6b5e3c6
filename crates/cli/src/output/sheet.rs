//! Sheets: the columns of a kind of rows, and which of them are shown.

use greenapi_partner::{Field, FieldValue, Instance, Model, Record};
use serde_json::{Map, Value};

use super::Cell;
use crate::exit::{Failure, Outcome};

/// What a row of results is.
pub(crate) trait Row {
    /// The value at this place of its sheet.
    fn cell(&self, place: usize) -> Cell<'_>;

    /// All that is known of it.
    fn json(&self, include_tokens: bool) -> Map<String, Value>;
}

impl<R: Row> Row for &R {
    fn cell(&self, place: usize) -> Cell<'_> {
        (**self).cell(place)
    }

    fn json(&self, include_tokens: bool) -> Map<String, Value> {
        (**self).json(include_tokens)
    }
}

impl Row for Instance {
    fn cell(&self, place: usize) -> Cell<'_> {
        Cell::Known(self.value(place))
    }

    fn json(&self, include_tokens: bool) -> Map<String, Value> {
        self.to_json(include_tokens)
    }
}

impl Row for Record {
    fn cell(&self, place: usize) -> Cell<'_> {
        Cell::Known(self.fields().nth(place).map_or(FieldValue::None, |(_, value)| value))
    }

    fn json(&self, include_tokens: bool) -> Map<String, Value> {
        self.to_json(include_tokens)
    }
}

/// A row of the program's own: its values in the order of the sheet's columns.
#[derive(Clone, Debug)]
pub(crate) struct Plain(pub(crate) Map<String, Value>);

impl Row for Plain {
    fn cell(&self, place: usize) -> Cell<'_> {
        Cell::Json(self.0.values().nth(place).unwrap_or(&Value::Null))
    }

    fn json(&self, _: bool) -> Map<String, Value> {
        self.0.clone()
    }
}

/// The columns of a kind of rows.
pub(crate) struct Sheet {
    columns: Vec<Column>,
}

/// One column.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// Where a row has its value.
    place: usize,
    /// Upstream's name for it, and the key of its JSON.
    pub(super) name: String,
    /// What it is headed by.
    pub(super) shown: String,
    is_token: bool,
    in_table: bool,
}

impl Column {
    pub(super) fn cell<'r>(&self, row: &'r impl Row) -> Cell<'r> {
        row.cell(self.place)
    }
}

impl Sheet {
    /// The fields of a model, of which a table shows those that are named.
    pub(crate) fn of(fields: &[Field], table: &[&str]) -> Self {
        let column = |(place, field): (usize, &Field)| Column {
            place,
            name: field.wire.to_owned(),
            shown: field.wire.to_owned(),
            is_token: field.secret || field.token,
            in_table: table.contains(&field.name),
        };
        Self { columns: fields.iter().enumerate().map(column).collect() }
    }

    /// The fields of a model of records, but for those that are left out of a table.
    pub(crate) fn of_model(model: &Model, hidden: &[&str]) -> Self {
        let shown: Vec<_> = model.fields.iter().map(|field| field.name).filter(|name| !hidden.contains(name)).collect();
        Self::of(model.fields, &shown)
    }

    /// Columns of the program's own.
    pub(crate) fn plain(names: &[&str]) -> Self {
        let column = |(place, name): (usize, &&str)| Column {
            place,
            name: (*name).to_owned(),
            shown: (*name).to_owned(),
            is_token: false,
            in_table: true,
        };
        Self { columns: names.iter().enumerate().map(column).collect() }
    }

    /// The columns to show: the fields that were asked for, or those of a table, or all.
    pub(super) fn chosen(&self, fields: &[String], show_tokens: bool) -> Outcome<Vec<Column>> {
        if fields.is_empty() {
            let shown = |column: &&Column| column.in_table || (show_tokens && column.is_token);
            return Ok(self.columns.iter().filter(shown).cloned().collect());
        }
        let chosen = fields.iter().map(|field| {
            let column =
                self.columns.iter().find(|column| is_name_of(field, &column.name)).ok_or_else(|| self.none(field))?;
            if column.is_token && !show_tokens {
                return Err(Failure::usage(format!("{field} is a token: it is printed with --show-tokens only")));
            }
            Ok(Column { shown: field.clone(), ..column.clone() })
        });
        chosen.collect()
    }

    fn none(&self, field: &str) -> Failure {
        let names: Vec<_> = self.columns.iter().map(|column| column.name.as_str()).collect();
        Failure::usage(format!("there is no field {field:?}; the fields are {}", names.join(",")))
    }
}

/// A field goes by upstream's name, in any spelling: `idInstance`, `id_instance`, and `id` for short.
fn is_name_of(asked: &str, name: &str) -> bool {
    let letters = |text: &str| text.replace(['_', '-'], "").to_lowercase();
    letters(asked) == letters(name) || (asked == "id" && name == "idInstance")
}
