//! Runs over many instances, shown: results as they come, progress on stderr, and what the first Ctrl-C leaves.

use std::time::Duration;

use greenapi_partner::{BulkItem, Control, FieldValue, Model, Modelled as _, Record, Results};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{
    context::Context,
    exit::{self, DONE, FAILED, Failure, INTERRUPTED, Outcome, SOME_FAILED, UNKNOWN},
    interrupt::STOPPING,
    output::{Format, Output, Sheet},
    terminal,
};

/// What stays out of tables: the whole instance, and what only orders the rows.
const HIDDEN: [&str; 3] = ["index", "instance", "settings"];

/// The sheet of a run's results.
pub(crate) fn sheet(model: &Model) -> Sheet {
    Sheet::of_model(model, &HIDDEN)
}

/// Follows a run to its end, or until Ctrl-C: then nothing more is begun, and what is under way ends. `again` says how to go on.
pub(crate) async fn follow(context: &mut Context, results: Results, again: Option<&str>) -> Outcome {
    follow_some(context, results, again, |_| true).await
}

/// The same, of which only some results are printed; all are counted.
pub(crate) async fn follow_some(
    context: &mut Context,
    mut results: Results,
    again: Option<&str>,
    is_wanted: impl Fn(&Record) -> bool,
) -> Outcome {
    let control = results.control();
    let is_of_changes = results.model().name == BulkItem::MODEL.name;
    let sheet = sheet(results.model());
    let bar = bar(&context.output);
    let mut tally = Tally::default();
    let nobody_reads = || Failure::new(FAILED, "nobody reads what would be printed: nothing was sent");
    let mut printer = context
        .output
        .printer(&sheet, false)
        .map_err(|failure| if failure.is_silent() && is_of_changes { nobody_reads() } else { failure })?;
    let (mut is_stopped, mut failure, mut unprinted) = (false, None, None);
    loop {
        let next = tokio::select! {
            biased;
            () = context.interrupt.reached(1), if !is_stopped => {
                control.stop();
                is_stopped = true;
                bar.suspend(|| terminal::say(STOPPING));
                continue;
            }
            next = results.next() => next,
        };
        show_progress(&bar, &control);
        match next {
            Some(Ok(record)) => {
                tally.count(&record);
                if is_wanted(&record)
                    && unprinted.is_none()
                    && let Err(error) = bar.suspend(|| printer.row(record))
                {
                    // Nobody reads on, or the disk is full: as if it was interrupted.
                    unprinted = Some(error);
                    control.stop();
                    is_stopped = true;
                }
            }
            Some(Err(error)) => {
                failure = Some(error);
                break;
            }
            None => break,
        }
    }
    bar.finish_and_clear();
    printer.kept().sort_by_key(place);
    unprinted = unprinted.or(printer.end().err());
    if is_stopped || failure.is_some() {
        // Before the first result the journal was refused, or has nothing to go on with.
        summary(&control, is_stopped, again.filter(|_| tally.total > 0));
    }
    match (failure, unprinted) {
        (Some(error), _) => Err(error.into()),
        (None, Some(unprinted)) if is_of_changes && is_stopped => {
            let why = if unprinted.is_silent() { "its reader has left".to_owned() } else { unprinted.to_string() };
            Err(Failure::new(FAILED, format!("what was done cannot be printed, and the run was stopped: {why}")))
        }
        // It is a listing, of which somebody may have read enough, or all is done.
        (None, Some(unprinted)) if !is_of_changes || !unprinted.is_silent() => Err(unprinted),
        (None, _) if is_stopped => Ok(INTERRUPTED),
        (None, _) => Ok(tally.exit()),
    }
}

/// What the results come to.
#[derive(Default)]
struct Tally {
    total: usize,
    failed: usize,
    is_unknown: bool,
    /// The exit of the last that failed.
    last: u8,
}

impl Tally {
    fn count(&mut self, record: &Record) {
        self.total += 1;
        self.is_unknown |= text(record, "status") == Some("unknown");
        if let Some(code) = record.fields().find_map(|(_, value)| match value {
            FieldValue::Error(error) => Some(error.code()),
            _ => None,
        }) {
            self.failed += 1;
            self.last = exit::code_of(code);
        }
    }

    fn exit(&self) -> u8 {
        match self.failed {
            _ if self.is_unknown => UNKNOWN,
            0 => DONE,
            1 if self.total == 1 => self.last,
            _ => SOME_FAILED,
        }
    }
}

fn summary(control: &Control, is_stopped: bool, again: Option<&str>) {
    let progress = control.progress();
    let count = |number: Option<u64>| number.unwrap_or_default();
    let (done, left) = (count(progress.done()), count(progress.left()) + count(progress.skipped()));
    let unknown = match count(progress.unknown()) {
        0 => String::new(),
        unknown => format!(", {unknown} sent with nobody knowing what came of it"),
    };
    if is_stopped {
        terminal::say(&format!("stopped: {done} done, {left} not sent{unknown}"));
    }
    if let Some(again) = again {
        terminal::say(again);
    }
}

fn text<'r>(record: &'r Record, name: &str) -> Option<&'r str> {
    record.fields().find_map(|(field, value)| match value {
        FieldValue::Text(text) if field.name == name => Some(text),
        _ => None,
    })
}

/// Results come as they end; a table has them as they were given.
fn place(record: &Record) -> u64 {
    record.fields().next().map_or(0, |(_, value)| if let FieldValue::Int(place) = value { place } else { 0 })
}

/// Progress on stderr, where that is a terminal.
fn bar(output: &Output) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len}  {msg}  {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(style.progress_chars(if output.is_unicode() { "━╸─" } else { "#>-" }));
    bar.enable_steady_tick(Duration::from_millis(200));
    if *output.format() != Format::Table && output.is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    bar
}

fn show_progress(bar: &ProgressBar, control: &Control) {
    if bar.is_hidden() {
        return;
    }
    let progress = control.progress();
    let count = |number: Option<u64>| number.unwrap_or_default();
    bar.set_length(count(progress.total()));
    bar.set_position(count(progress.total()) - count(progress.left()));
    let failed = match count(progress.failed()) + count(progress.unknown()) {
        0 => String::new(),
        failed => format!("{failed} failed"),
    };
    bar.set_message(failed);
}
