//! Tables for people: as wide as the terminal, long texts cut.

use std::io::{self, Write};

use console::{measure_text_width, truncate_str};

use super::{Cell, Row, sheet::Column};

/// A header, and a line for each row. Columns with nothing in them are left out; without a terminal nothing is cut.
pub(super) fn write<R: Row>(
    out: &mut impl Write,
    columns: &[Column],
    rows: &[R],
    room: Option<usize>,
    is_unicode: bool,
) -> io::Result<()> {
    let filled: Vec<_> =
        columns.iter().map(|column| Filled::of(column, rows, is_unicode)).filter(|one| one.width > 0).collect();
    if filled.is_empty() {
        return Ok(());
    }
    let widths = room.map_or_else(|| filled.iter().map(|one| one.width).collect(), |room| fit(&filled, room));
    let mut line = Line { text: String::new(), widths, is_unicode };
    line.write(out, filled.iter().map(|one| one.heading.as_str()))?;
    (0..rows.len()).try_for_each(|row| line.write(out, filled.iter().map(|one| one.cells.get(row))))
}

/// One row alone, in one line: its cells one after the other.
pub(super) fn write_line(out: &mut impl Write, columns: &[Column], row: &impl Row, is_unicode: bool) -> io::Result<()> {
    let cells = columns.iter().map(|column| text(&column.cell(row), is_unicode)).filter(|cell| !cell.is_empty());
    writeln!(out, "{}", cells.collect::<Vec<_>>().join(GAP))
}

/// One row alone: a line for each field that has a value.
pub(super) fn write_fields(
    out: &mut impl Write,
    columns: &[Column],
    row: &impl Row,
    is_unicode: bool,
) -> io::Result<()> {
    let cells = columns.iter().map(|column| (&column.shown, text(&column.cell(row), is_unicode)));
    let cells: Vec<_> = cells.filter(|(_, cell)| !cell.is_empty()).collect();
    let width = cells.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    cells.iter().try_for_each(|(name, cell)| writeln!(out, "{name:<width$}{GAP}{cell}"))
}

struct Filled {
    heading: String,
    cells: Cells,
    /// Of the widest; nothing where all are empty.
    width: usize,
}

impl Filled {
    fn of<R: Row>(column: &Column, rows: &[R], is_unicode: bool) -> Self {
        let mut cells = Cells::default();
        let widest = rows.iter().map(|row| width(cells.push(&column.cell(row), is_unicode))).max().unwrap_or(0);
        let heading = heading(&column.shown);
        Self { width: if widest == 0 { 0 } else { widest.max(heading.len()) }, heading, cells }
    }
}

/// The cells of a column, one after the other in one text.
#[derive(Default)]
struct Cells {
    text: String,
    ends: Vec<usize>,
}

impl Cells {
    fn push(&mut self, cell: &Cell<'_>, is_unicode: bool) -> &str {
        let begun = self.text.len();
        write_text(cell, is_unicode, &mut self.text);
        self.ends.push(self.text.len());
        &self.text[begun..]
    }

    fn get(&self, row: usize) -> &str {
        let begun = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[begun..self.ends[row]]
    }
}

/// `timeCreated` as `TIME CREATED`, and what every row is an instance by without saying so: `ID`, `TYPE`, `STATE`.
fn heading(name: &str) -> String {
    let name = name.strip_suffix("Instance").unwrap_or(name);
    let spaced = name.chars().fold(String::new(), |mut heading, letter| {
        if letter.is_uppercase() {
            heading.push(' ');
        }
        heading.push(letter);
        heading
    });
    spaced.replace('_', " ").to_uppercase()
}

/// Widths that fit into a line: the widest column gives way first, to a cell that still tells something.
fn fit(columns: &[Filled], room: usize) -> Vec<usize> {
    let mut widths: Vec<_> = columns.iter().map(|one| one.width).collect();
    loop {
        let used = widths.iter().sum::<usize>() + GAP.len() * (widths.len() - 1);
        let Some(widest) = widths.iter_mut().max_by_key(|width| **width) else { return widths };
        if used <= room || *widest <= NARROWEST {
            return widths;
        }
        *widest -= (used - room).min(*widest - NARROWEST).clamp(1, 8);
    }
}

/// A line of a table, made anew for each row in the same place.
struct Line {
    text: String,
    widths: Vec<usize>,
    is_unicode: bool,
}

impl Line {
    fn write<'c>(&mut self, out: &mut impl Write, cells: impl Iterator<Item = &'c str>) -> io::Result<()> {
        let Self { text, widths, is_unicode } = self;
        text.clear();
        let mut blank = 0;
        for (cell, room) in cells.zip(widths) {
            text.extend(std::iter::repeat_n(' ', blank));
            let cut = if width(cell) > *room {
                truncate_str(cell, *room, if *is_unicode { "…" } else { "~" })
            } else {
                cell.into()
            };
            text.push_str(&cut);
            blank = room.saturating_sub(width(&cut)) + GAP.len();
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
        out.write_all(text.as_bytes())
    }
}

fn text(cell: &Cell<'_>, is_unicode: bool) -> String {
    let mut text = String::new();
    write_text(cell, is_unicode, &mut text);
    text
}

/// What a terminal without Unicode cannot show is a question mark.
fn write_text(cell: &Cell<'_>, is_unicode: bool, out: &mut String) {
    let begun = out.len();
    cell.write_text(out);
    if !is_unicode && !out[begun..].is_ascii() {
        let shown = out[begun..].chars().map(|letter| if letter.is_ascii() { letter } else { '?' }).collect::<String>();
        out.truncate(begun);
        out.push_str(&shown);
    }
}

fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { measure_text_width(text) }
}

const GAP: &str = "  ";
/// As narrow as a column gets.
const NARROWEST: usize = 8;
