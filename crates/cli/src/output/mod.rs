//! Output: rows for people, as JSON and as CSV, with one list of columns for all three.
//!
//! stdout has data only. Tokens are left out everywhere unless they are asked for.

mod cell;
mod sheet;
mod table;

use std::io::{self, Write};

use serde_json::{Map, Value};

pub(crate) use self::sheet::{Plain, Row, Sheet};
use self::{cell::Cell, sheet::Column};
use crate::{exit::Outcome, terminal};

/// Where results go, and what is known of the terminal there.
pub struct Streams {
    out: Out,
    /// The cells of a line; `None` where it is no terminal.
    width: Option<usize>,
    /// Whether the terminal can show more than ASCII.
    is_unicode: bool,
}

type Out = Box<dyn Write + Send>;

impl Streams {
    /// The process's own.
    #[must_use]
    pub fn standard() -> Self {
        let terminal = console::Term::stdout();
        let width = terminal.is_term().then(|| terminal.size_checked().map_or(80, |(_, width)| usize::from(width)));
        Self { out: Box::new(io::BufWriter::new(io::stdout())), width, is_unicode: is_unicode() }
    }
}

/// Takes the numbers of standard streams that are closed, as Rust does in programs of its own: in an interpreter's, the next file or
/// connection would get them, and with them what is said.
#[cfg(unix)]
pub(crate) fn take_closed() {
    use std::os::fd::{AsRawFd as _, IntoRawFd as _};
    while let Ok(nowhere) = std::fs::OpenOptions::new().read(true).write(true).open("/dev/null") {
        if nowhere.as_raw_fd() > 2 {
            break;
        }
        // Open for as long as the process lives.
        let _ = nowhere.into_raw_fd();
    }
}

#[cfg(not(unix))]
pub(crate) fn take_closed() {}

/// Whether the locale's letters are more than ASCII, as `LC_ALL`, `LC_CTYPE` and `LANG` say, in this order.
fn is_unicode() -> bool {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"].iter().filter_map(std::env::var_os).find(|value| !value.is_empty());
    let locale = set.unwrap_or_default().to_string_lossy().to_ascii_lowercase().replace('-', "");
    cfg!(windows) || locale.contains("utf8")
}

/// How results are printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Table,
    /// The fields; all of them where none are named.
    Json(Vec<String>),
    Csv(Vec<String>),
}

impl Format {
    /// Of `--json` and `--csv`.
    pub(crate) fn of(json: Option<&str>, csv: Option<&str>) -> Self {
        match (json, csv) {
            (Some(fields), _) => Self::Json(names(fields)),
            (None, Some(fields)) => Self::Csv(names(fields)),
            (None, None) => Self::Table,
        }
    }

    fn fields(&self) -> &[String] {
        match self {
            Self::Table => &[],
            Self::Json(fields) | Self::Csv(fields) => fields,
        }
    }
}

fn names(fields: &str) -> Vec<String> {
    fields.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// Prints the results of one command.
pub(crate) struct Output {
    streams: Streams,
    format: Format,
    show_tokens: bool,
}

impl Output {
    pub(crate) fn new(streams: Streams, format: Format, show_tokens: bool) -> Self {
        Self { streams, format, show_tokens }
    }

    pub(crate) fn format(&self) -> &Format {
        &self.format
    }

    /// Whether results go to a terminal.
    pub(crate) fn is_terminal(&self) -> bool {
        self.streams.width.is_some()
    }

    /// Whether there is more than ASCII to show them with.
    pub(crate) fn is_unicode(&self) -> bool {
        self.streams.is_unicode
    }

    /// Refuses fields that the rows will not have: before anything is sent.
    pub(crate) fn check(&self, sheet: &Sheet) -> Outcome<()> {
        sheet.chosen(self.format.fields(), self.show_tokens).map(drop)
    }

    /// All rows at once.
    pub(crate) fn rows<R: Row>(&mut self, sheet: &Sheet, rows: impl IntoIterator<Item = R>) -> Outcome<()> {
        let mut printer = self.printer(sheet, false)?;
        rows.into_iter().try_for_each(|row| printer.row(row))?;
        printer.end()
    }

    /// One row alone: for people a line for each field.
    pub(crate) fn one(&mut self, sheet: &Sheet, row: &impl Row) -> Outcome<()> {
        let columns = sheet.chosen(self.format.fields(), self.show_tokens)?;
        let out = &mut self.streams.out;
        match &self.format {
            Format::Table => table::write_fields(out, &columns, row, self.streams.is_unicode)?,
            Format::Json(_) => {
                serde_json::to_writer_pretty(&mut *out, &object(row, &self.format, &columns, self.show_tokens))
                    .map_err(io::Error::from)?;
                writeln!(out)?;
            }
            Format::Csv(_) => return self.rows(sheet, [row]),
        }
        out.flush()?;
        Ok(())
    }

    /// Any JSON: for people and programs alike.
    pub(crate) fn json(&mut self, value: &Value) -> Outcome<()> {
        serde_json::to_writer_pretty(&mut self.streams.out, value).map_err(io::Error::from)?;
        writeln!(self.streams.out)?;
        self.streams.out.flush()?;
        Ok(())
    }

    /// Text as it is.
    pub(crate) fn text(&mut self, text: &str) -> Outcome<()> {
        self.streams.out.write_all(text.as_bytes())?;
        self.streams.out.flush()?;
        Ok(())
    }

    /// Where text of a library's goes.
    pub(crate) fn writer(&mut self) -> &mut (dyn Write + Send) {
        &mut self.streams.out
    }

    /// Rows as they come. Those that come `endlessly` are JSON lines, and a table's without a header.
    pub(crate) fn printer<R: Row>(&mut self, sheet: &Sheet, endlessly: bool) -> Outcome<Printer<'_, R>> {
        let columns = sheet.chosen(self.format.fields(), self.show_tokens)?;
        let Self { streams: Streams { out, width, is_unicode }, format, show_tokens } = self;
        let rows = match format {
            Format::Table => Rows::Table { out, kept: Vec::new(), width: *width, is_unicode: *is_unicode },
            Format::Json(_) => Rows::Json { out, format, count: 0, show_tokens: *show_tokens },
            Format::Csv(_) => {
                let mut lines = csv::Writer::from_writer(out);
                lines.write_record(columns.iter().map(|column| &column.shown)).map_err(of_csv)?;
                lines.flush()?;
                Rows::Csv { lines: Box::new(lines), cell: String::new() }
            }
        };
        Ok(Printer { rows, columns, endlessly })
    }
}

/// Prints rows one after the other. Those of a table are kept to its end, when the widths are known.
pub(crate) struct Printer<'o, R> {
    rows: Rows<'o, R>,
    columns: Vec<Column>,
    endlessly: bool,
}

/// The rows, as they are printed.
enum Rows<'o, R> {
    Table { out: &'o mut Out, kept: Vec<R>, width: Option<usize>, is_unicode: bool },
    Json { out: &'o mut Out, format: &'o Format, count: usize, show_tokens: bool },
    Csv { lines: Box<csv::Writer<&'o mut Out>>, cell: String },
}

impl<R: Row> Printer<'_, R> {
    pub(crate) fn row(&mut self, row: R) -> Outcome<()> {
        let Self { rows, columns, endlessly } = self;
        match rows {
            Rows::Table { out, is_unicode, .. } if *endlessly => table::write_line(out, columns, &row, *is_unicode)?,
            Rows::Table { kept, .. } => kept.push(row),
            Rows::Csv { lines, cell } => write_csv(lines, cell, columns, &row)?,
            Rows::Json { out, format, count, show_tokens } => {
                let object = object(&row, format, columns, *show_tokens);
                if !*endlessly {
                    out.write_all(if *count == 0 { b"[\n" } else { b",\n" })?;
                }
                serde_json::to_writer(&mut *out, &object).map_err(io::Error::from)?;
                if *endlessly {
                    writeln!(out)?;
                }
                *count += 1;
            }
        }
        if self.endlessly { self.flush() } else { Ok(()) }
    }

    /// The rows that a table keeps, to be put in order.
    pub(crate) fn kept(&mut self) -> &mut [R] {
        match &mut self.rows {
            Rows::Table { kept, .. } => kept,
            Rows::Json { .. } | Rows::Csv { .. } => &mut [],
        }
    }

    pub(crate) fn end(mut self) -> Outcome<()> {
        match &mut self.rows {
            _ if self.endlessly => {}
            Rows::Table { kept, .. } if kept.is_empty() => terminal::say("there are none"),
            Rows::Table { out, kept, width, is_unicode } => {
                table::write(out, &self.columns, kept, *width, *is_unicode)?;
            }
            Rows::Json { out, count, .. } => out.write_all(if *count == 0 { b"[]\n" } else { b"\n]\n" })?,
            Rows::Csv { .. } => {}
        }
        self.flush()
    }

    fn flush(&mut self) -> Outcome<()> {
        match &mut self.rows {
            Rows::Table { out, .. } | Rows::Json { out, .. } => out.flush()?,
            Rows::Csv { lines, .. } => lines.flush()?,
        }
        Ok(())
    }
}

/// A row's JSON: all that is known, or the fields that were asked for, under the names that they were asked for by.
fn object(row: &impl Row, format: &Format, columns: &[Column], show_tokens: bool) -> Map<String, Value> {
    let mut all = row.json(show_tokens);
    if format.fields().is_empty() {
        return all;
    }
    let chosen = columns.iter().map(|column| {
        let value = all.get_mut(&column.name).map(Value::take).unwrap_or_default();
        (column.shown.clone(), value)
    });
    chosen.collect()
}

/// Writes a row's line, each cell by way of `cell`.
fn write_csv(
    lines: &mut csv::Writer<&mut Out>,
    cell: &mut String,
    columns: &[Column],
    row: &impl Row,
) -> io::Result<()> {
    for column in columns {
        cell.clear();
        column.cell(row).write_csv(cell);
        lines.write_field(&cell).map_err(of_csv)?;
    }
    // The line's end.
    lines.write_record(None::<&[u8]>).map_err(of_csv)
}

/// What went wrong with the stream, as it says itself: a reader that went away is no failure.
fn of_csv(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("{kind:?}")),
    }
}
