//! Text tables: lists and records as a prompt shows them, bounded in both directions, without secrets.

use super::{Field, FieldValue, Instance, Instances, Kind, Model, Record, show::counted};

/// The table that a prompt shows for a list.
pub(super) fn text_list(instances: &Instances, width: usize) -> String {
    let shown: Vec<_> = instances.iter().take(ROWS).collect();
    let cells = |place| shown.iter().map(|instance| cell(instance.value(place))).collect();
    let columns = Instance::FIELDS.iter().enumerate().filter(|(_, field)| LIST.contains(&field.name));
    let table = table(columns.map(|(place, field)| Column::new(field, cells(place))), shown.len(), width);
    let (all, live) = (instances.len(), instances.live().len());
    let more = if all > ROWS { format!("; the first {ROWS} are shown") } else { String::new() };
    format!("{table}<Instances: {all}, {live} live and {} deleted{more}>", all - live)
}

/// The table that a prompt shows for records of one model, which nobody may have named if there are none.
pub fn text_records(model: Option<&Model>, records: &[Record], width: usize) -> String {
    let shown = &records[..records.len().min(ROWS)];
    let fields = model.map_or(&[][..], |model| model.fields).iter().enumerate();
    let fields = fields.filter(|(_, field)| !field.secret && !field.personal && field.kind != Kind::Instance);
    let cells = |place| shown.iter().map(|record| cell(record.value_at(place))).collect();
    let table = table(fields.map(|(place, field)| Column::new(field, cells(place))), shown.len(), width);
    let rows = counted(records.len(), "row");
    let of = model.map_or_else(String::new, |model| format!(" of {}", model.name));
    let more = if records.len() > ROWS { format!("; the first {ROWS} are shown") } else { String::new() };
    format!("{table}<Table: {rows}{of}{more}>")
}

/// A field with what stands in it.
struct Column {
    name: &'static str,
    cells: Vec<String>,
    width: usize,
}

impl Column {
    fn new(field: &Field, cells: Vec<String>) -> Self {
        let width = cells.iter().map(|cell| cell.chars().count()).max().unwrap_or(0).max(field.name.len());
        Self { name: field.name, cells, width }
    }

    fn is_empty(&self) -> bool {
        self.cells.iter().all(String::is_empty)
    }
}

/// A line of names and a line for each row; columns with nothing in them are left out, and those for which there is no room.
fn table(columns: impl Iterator<Item = Column>, rows: usize, width: usize) -> String {
    if rows == 0 {
        return String::new();
    }
    let room = width.saturating_sub(GAP.len() + MORE.chars().count());
    let (mut fitting, mut left_out, mut used) = (Vec::new(), false, 0);
    for column in columns.filter(|column| !column.is_empty()) {
        let needed = if fitting.is_empty() { 0 } else { GAP.len() } + column.width;
        left_out |= !fitting.is_empty() && used + needed > room;
        if !left_out {
            used += needed;
            fitting.push(column);
        }
    }
    let line = |text: &dyn Fn(&Column) -> String| {
        let cells: Vec<_> = fitting.iter().map(|one| format!("{:<width$}", text(one), width = one.width)).collect();
        let more = if left_out { [GAP, MORE].concat() } else { String::new() };
        format!("{}\n", (cells.join(GAP) + &more).trim_end())
    };
    let rows = (0..rows).map(|row| line(&|column| column.cells[row].clone()));
    line(&|column| column.name.to_owned()) + &rows.collect::<String>()
}

/// A value in one line.
fn cell(value: FieldValue<'_>) -> String {
    match value {
        FieldValue::Text(text) => shortened(text),
        FieldValue::Flag(flag) => if flag { "yes" } else { "no" }.to_owned(),
        FieldValue::Time(time) => time.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        FieldValue::Json(value) => shortened(&value.to_string()),
        FieldValue::Error(error) => error.code().as_str().to_owned(),
        FieldValue::Int(number) => number.to_string(),
        FieldValue::Number(number) => number.to_string(),
        FieldValue::Decimal(number) => number.to_string(),
        FieldValue::Date(date) => date.to_string(),
        FieldValue::Instance(_) | FieldValue::None => String::new(),
    }
}

/// What would break the line is a space in it.
fn shortened(text: &str) -> String {
    let mut letters = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    let head: String = letters.by_ref().take(LETTERS).collect();
    if letters.next().is_none() { head } else { head.chars().take(LETTERS - 1).chain(MORE.chars()).collect() }
}

/// As many rows as are shown of a long list.
const ROWS: usize = 20;
/// As many letters as are shown of a long text.
const LETTERS: usize = 32;
const GAP: &str = "  ";
/// Stands for what is not shown.
const MORE: &str = "…";
/// What is shown of an instance in a list.
const LIST: [&str; 6] = ["id_instance", "name", "type_instance", "time_created", "deleted", "tariff"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::instances_from;
    use serde_json::{Value, json};

    fn instances(items: &Value) -> Instances {
        instances_from(items.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn a_list_is_a_table_without_tokens_and_without_empty_columns() {
        let all = instances(&json!([
            {"idInstance": 1_101_728_004_u64, "name": "shop-42", "apiTokenInstance": "hunter2", "timeCreated": "2022-06-03T18:39:44"},
            {"idInstance": 7, "name": "two\nlines", "deleted": true, "apiTokenInstance": "hunter2"},
        ]));
        let expected = [
            "id_instance  name       time_created          deleted",
            "1101728004   shop-42    2022-06-03 15:39 UTC  no",
            "7            two lines                        yes",
            "<Instances: 2, 1 live and 1 deleted>",
        ];
        assert_eq!(all.text(100), expected.join("\n"));
    }

    #[test]
    fn what_is_long_or_wide_or_many_is_shortened() {
        let one = |id: u64| json!({"idInstance": id, "name": "n".repeat(300), "tariff": "PARTNER_23"});
        let text = instances(&(1..=50).map(one).collect()).text(50);
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[0], format!("id_instance  name{}  …", " ".repeat(28)));
        assert_eq!(lines[1], format!("1            {}…  …", "n".repeat(31)));
        assert!(lines[..21].iter().all(|line| line.chars().count() <= 50), "{text}");
        assert_eq!((lines.len(), lines[21]), (22, "<Instances: 50, 50 live and 0 deleted; the first 20 are shown>"));
    }

    #[test]
    fn nothing_is_only_said() {
        assert_eq!(instances(&json!([])).text(80), "<Instances: 0, 0 live and 0 deleted>");
        assert_eq!(text_records(None, &[], 80), "<Table: 0 rows>");
    }
}
