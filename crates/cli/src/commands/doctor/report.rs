//! Report: a row for each check, printed as it comes.

use serde_json::{Value, json};

use crate::{
    exit::{DONE, Failure, Outcome},
    output::{Format, Output, Plain, Printer, Sheet},
};

/// What a check came to.
pub(super) struct Finding {
    status: &'static str,
    found: String,
    cure: Option<String>,
    exit: u8,
}

impl Finding {
    pub(super) fn ok(found: impl Into<String>) -> Self {
        Self { status: "ok", found: found.into(), cure: None, exit: DONE }
    }

    /// What works, and may be meant otherwise.
    pub(super) fn warning(found: impl Into<String>, cure: impl Into<String>) -> Self {
        Self { status: "warning", cure: Some(cure.into()), ..Self::ok(found) }
    }

    pub(super) fn failed(exit: u8, found: impl Into<String>, cure: impl Into<String>) -> Self {
        Self { status: "failed", exit, ..Self::warning(found, cure) }
    }

    pub(super) fn is_failed(&self) -> bool {
        self.exit != DONE
    }

    pub(super) fn skipped(why: impl Into<String>) -> Self {
        Self { status: "skipped", ..Self::ok(why) }
    }
}

impl From<Failure> for Finding {
    fn from(failure: Failure) -> Self {
        Self { cure: failure.advice, ..Self::failed(failure.exit, failure.what, "") }
    }
}

impl From<greenapi_partner::Error> for Finding {
    fn from(error: greenapi_partner::Error) -> Self {
        Failure::from(error).into()
    }
}

/// The rows, and the exit of the first check that has failed.
pub(super) struct Report<'o> {
    printer: Printer<'o, Plain>,
    exit: u8,
}

impl<'o> Report<'o> {
    pub(super) fn begin(output: &'o mut Output) -> Outcome<Self> {
        // For people a line as soon as it is known: a host that is silent takes its time.
        let endlessly = *output.format() == Format::Table;
        Ok(Self { printer: output.printer(&Sheet::plain(&COLUMNS), endlessly)?, exit: DONE })
    }

    /// Tells what a check came to, and whether what stands on it can be looked at.
    pub(super) fn tell(&mut self, check: &str, finding: Finding) -> Outcome<bool> {
        let Finding { status, found, cure, exit } = finding;
        if self.exit == DONE {
            self.exit = exit;
        }
        let values = [json!(check), json!(status), json!(found), cure.map_or(Value::Null, Value::from)];
        self.printer.row(Plain(COLUMNS.map(str::to_owned).into_iter().zip(values).collect()))?;
        Ok(exit == DONE)
    }

    pub(super) fn skip(&mut self, checks: &[&str], why: &str) -> Outcome<()> {
        checks.iter().try_for_each(|check| self.tell(check, Finding::skipped(why)).map(drop))
    }

    pub(super) fn end(self) -> Outcome {
        let exit = self.exit;
        self.printer.end()?;
        Ok(exit)
    }
}

const COLUMNS: [&str; 4] = ["check", "status", "found", "cure"];
