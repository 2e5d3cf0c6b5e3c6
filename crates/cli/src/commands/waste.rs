//! `waste`: what is charged and used by nobody.

use std::path::PathBuf;

use clap::Args;
use greenapi_partner::{InspectOptions, Ledger, Record};

use super::ledger::blocking;
use crate::{
    context::Context,
    exit::{DONE, Outcome, SOME_FAILED},
    options::{self, Options},
    output::Sheet,
    recording, terminal,
};

/// Find instances that are charged and that no phone uses
///
/// Each live instance is asked for its state and its last states. `neverLinked`: no phone was linked in the days since its creation;
/// `idle`: none for as many days. Where nobody knows, as of one that could not be asked, it is shown with --unknown only, as
/// `unknown`. To delete them: `waste --csv id | greenapi-partner offboard - --dry-run`.
#[derive(Args, Debug)]
pub(crate) struct Waste {
    /// How many whole days without a phone make an instance idle
    #[arg(long, value_name = "N", default_value_t = 30)]
    idle_days: u64,

    /// Show those too of which nobody knows whether a phone uses them
    #[arg(long)]
    unknown: bool,

    /// The ledger's file, which knows of phones that were linked before
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,

    #[command(flatten)]
    options: Options<options::Billing>,
}

impl Waste {
    pub(crate) async fn run(self, context: &mut Context) -> Outcome {
        let Self { idle_days, unknown, ledger, options } = self;
        let partner = context.partner()?;
        let ledger = match context.ledger(ledger.as_deref())? {
            Some(ledger) => ledger,
            None => Ledger::open(":memory:")?,
        };
        let instances = partner.get_instances().await?;
        let inspections = partner
            .inspect(InspectOptions { history: true, phone: false, ..InspectOptions::default() })
            .collect()
            .await?;
        let unreachable = inspections.iter().filter(|one| one.error().is_some()).count();
        let arguments = options.into_arguments();
        let bill = blocking(move || {
            recording::record(&ledger, &instances)?;
            ledger.record_inspections(&inspections.iter().collect::<Vec<_>>())?;
            Ok(ledger.billing_by_name(arguments)?)
        });
        let waste = bill.await?.waste(idle_days);
        let is_known = |one: &greenapi_partner::Waste| match one.why() {
            Some("unknown") => unknown,
            // A customer's new one has no phone yet.
            Some("neverLinked") => one.idle_days().is_some_and(|days| days >= idle_days),
            _ => true,
        };
        let shown = waste.iter().filter(is_known).map(Record::from);
        let rows: Vec<_> = shown.collect();
        context.output.rows(&Sheet::of_model(waste.model(), &[]), &rows)?;
        if unreachable > 0 {
            terminal::warn(&format!(
                "{unreachable} instances could not be asked: `inspect --group unreachable` says why"
            ));
            return Ok(SOME_FAILED);
        }
        Ok(DONE)
    }
}
