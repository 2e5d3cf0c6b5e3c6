//! `cost`: what the account's instances cost.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use greenapi_partner::{Billing, Model, Modelled, Record, Table};
use jiff::{ToSpan as _, civil::Date, tz};
use serde_json::{Map, Value, json};

use super::ledger::blocking;
use crate::{
    context::Context,
    exit::{DONE, Outcome},
    options::{self, Options},
    output::{Plain, Sheet},
    recording, terminal,
};

/// Say what the instances cost, by the days that are charged; --price is yours, upstream publishes none
///
/// A list forgets what was deleted more than three months ago: with a ledger (--ledger, or that of the --store), which the list is
/// recorded in, nothing is forgotten that it has recorded.
#[derive(Args, Debug)]
pub(crate) struct Cost {
    /// Only this month of UTC+3: `2026-11`
    #[arg(long, value_name = "MONTH", value_parser = month, conflicts_with_all = ["since", "until"])]
    month: Option<Date>,

    /// A row for each instance, day, month, or prefix of the names, in place of the sums
    #[arg(long, value_name = "WHAT")]
    by: Option<By>,

    /// The ledger's file
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,

    #[command(flatten)]
    options: Options<options::Billing>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum By {
    Instance,
    Day,
    Month,
    Prefix,
}

impl Cost {
    pub(crate) async fn run(self, context: &mut Context) -> Outcome {
        let Self { month, by, ledger, options } = self;
        let mut arguments = options.into_arguments();
        if let Some(first) = month {
            arguments.insert("since".to_owned(), first.to_string().into());
            let end =
                first.saturating_add(1.month()).to_zoned(UTC_PLUS_3.to_time_zone()).map(|zoned| zoned.timestamp());
            if let Some(end) = end.ok().filter(|end| *end < jiff::Timestamp::now()) {
                // The last moment of the month: its own midnight belongs to the next.
                arguments.insert("until".to_owned(), (end - 1.second()).to_string().into());
            }
        }
        let bill = match context.ledger(ledger.as_deref())? {
            Some(ledger) => {
                let listed = context.partner()?.get_instances().await?;
                let bill = blocking(move || {
                    recording::record(&ledger, &listed)?;
                    Ok(ledger.billing_by_name(arguments)?)
                });
                bill.await?
            }
            None => context.partner()?.get_instances().await?.billing_by_name(arguments)?,
        };
        match by {
            Some(By::Instance) => print(&bill.instances(), context)?,
            Some(By::Day) => print(&bill.days(), context)?,
            Some(By::Month) => print(&bill.months(), context)?,
            Some(By::Prefix) => print(&bill.prefixes(), context)?,
            None => {
                let sums = sums(&bill);
                let names: Vec<_> = sums.keys().map(String::as_str).collect();
                context.output.one(&Sheet::plain(&names), &Plain(sums.clone()))?;
            }
        }
        let unpriced = bill.unpriced_days();
        if unpriced > 0 {
            terminal::warn(&format!("{unpriced} of {} days have no price: give --price", bill.total_days()));
        }
        Ok(DONE)
    }
}

/// Prints a table of records.
pub(crate) fn print<T: Modelled>(table: &Table<T>, context: &mut Context) -> Outcome<()> {
    let model: &Model = table.model();
    let rows: &[Record] = table.records();
    context.output.rows(&Sheet::of_model(model, &[]), rows)
}

fn sums(bill: &Billing) -> Map<String, Value> {
    let sums = json!({
        "days": bill.total_days(),
        "cost": bill.total().to_string(),
        "unpricedDays": bill.unpriced_days(),
        "forecast": bill.forecast().to_string(),
        "nextChargeAt": bill.next_charge_at().to_string(),
        "completeSince": bill.complete_since().map(|since| since.to_string()),
    });
    if let Value::Object(sums) = sums { sums } else { Map::new() }
}

fn month(text: &str) -> Result<Date, String> {
    format!("{text}-01").parse().map_err(|_| "a month is a year and a month: 2026-11".to_owned())
}

/// Upstream's calendar.
pub(crate) const UTC_PLUS_3: tz::Offset = tz::offset(3);
