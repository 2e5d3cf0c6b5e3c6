//! `ledger`: what upstream's list forgets.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use greenapi_partner::{InspectOptions, LedgerRow};
use serde_json::{Map, Value, json};

use crate::{
    context::Context,
    exit::{DONE, FAILED, Failure, Outcome},
    output::{Plain, Sheet},
    recording, terminal,
};

/// Remember the account's instances for longer than upstream's list does
#[derive(Subcommand, Debug)]
pub(crate) enum Ledger {
    Record(Record),
    Show(Show),
}

/// Record the list as it is now: by a timer, once a day or more
#[derive(Args, Debug)]
pub(crate) struct Record {
    #[command(flatten)]
    place: Place,

    /// Ask each instance for its last states too, and record which phones were linked
    #[arg(long)]
    phones: bool,
}

/// Print what is known of each instance
#[derive(Args, Debug)]
pub(crate) struct Show {
    #[command(flatten)]
    place: Place,
}

#[derive(Args, Debug)]
struct Place {
    /// The ledger's file, which is made where there is none. Defaults to the ledger of the --store
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
}

impl Ledger {
    pub(crate) async fn run(self, context: &mut Context) -> Outcome {
        match self {
            Self::Record(command) => command.run(context).await,
            Self::Show(command) => command.run(context).await,
        }
    }
}

impl Record {
    async fn run(self, context: &mut Context) -> Outcome {
        let ledger = self.place.open(context)?;
        let partner = context.partner()?;
        let instances = partner.get_instances().await?;
        let options = InspectOptions { history: true, phone: false, ..InspectOptions::default() };
        let inspections =
            if self.phones { partner.inspect(options).collect().await?.iter().collect() } else { Vec::new() };
        let count = blocking(move || {
            recording::record(&ledger, &instances)?;
            ledger.record_inspections(&inspections)?;
            Ok(ledger.instance_count()?)
        });
        terminal::say(&format!("recorded: {} instances are known", count.await?));
        Ok(DONE)
    }
}

impl Show {
    async fn run(self, context: &mut Context) -> Outcome {
        let ledger = self.place.open(context)?;
        let rows = blocking(move || Ok(ledger.rows()?)).await?;
        context.output.rows(&Sheet::plain(&COLUMNS), rows.iter().map(row))?;
        Ok(DONE)
    }
}

impl Place {
    fn open(self, context: &Context) -> Outcome<greenapi_partner::Ledger> {
        context
            .ledger(self.ledger.as_deref())?
            .ok_or_else(|| Failure::usage("there is no ledger").advised("give --ledger FILE, or --store"))
    }
}

pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Outcome<T> + Send + 'static) -> Outcome<T> {
    let ended = tokio::task::spawn_blocking(work).await;
    ended.map_err(|_| Failure::new(FAILED, "the ledger could not be used"))?
}

const COLUMNS: [&str; 9] = [
    "idInstance",
    "name",
    "tariff",
    "timeCreated",
    "timeDeleted",
    "lastSeen",
    "vanishedAt",
    "everLinked",
    "lastLinkedAt",
];

fn row(row: &LedgerRow) -> Plain {
    let time = |time: Option<jiff::Timestamp>| time.map(|time| time.to_string());
    let values = [
        json!(row.id_instance),
        json!(row.name),
        json!(row.tariff),
        json!(time(row.time_created)),
        json!(time(row.time_deleted)),
        json!(row.last_seen.to_string()),
        json!(time(row.vanished_at)),
        json!(row.ever_linked),
        json!(time(row.last_linked_at)),
    ];
    Plain(COLUMNS.map(str::to_owned).into_iter().zip(values).collect::<Map<String, Value>>())
}
