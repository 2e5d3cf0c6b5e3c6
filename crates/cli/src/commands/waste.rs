//! `waste`: what is charged and used by nobody.

use std::path::PathBuf;

use clap::Args;
use greenapi_partner::{InspectOptions, Ledger};

use super::cost::print;
use crate::{
    context::Context,
    exit::{DONE, FAILED, Failure, Outcome},
    options::{self, Options},
    terminal,
};

/// Find instances that are charged and that no phone uses
///
/// Each live instance is asked for its state and its last states. `neverLinked`: no phone was ever linked; `idle`: none for as
/// many days; `unknown`: nobody knows. To delete them: `waste --csv id | greenapi-partner offboard - --dry-run`.
#[derive(Args, Debug)]
pub(crate) struct Waste {
    /// How many whole days without a phone make an instance idle
    #[arg(long, value_name = "N", default_value_t = 30)]
    idle_days: u64,

    /// The ledger's file, which knows of phones that were linked before
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,

    #[command(flatten)]
    options: Options<options::Billing>,
}

impl Waste {
    pub(crate) async fn run(self, context: &mut Context) -> Outcome {
        let Self { idle_days, ledger, options } = self;
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
        let bill = tokio::task::spawn_blocking(move || {
            ledger.record(&instances)?;
            ledger.record_inspections(&inspections.iter().collect::<Vec<_>>())?;
            ledger.billing_by_name(arguments)
        });
        let bill = bill.await.map_err(|_| Failure::new(FAILED, "the ledger could not be read"))??;
        print(&bill.waste(idle_days), context)?;
        if unreachable > 0 {
            terminal::warn(&format!(
                "{unreachable} instances could not be asked: `inspect --group unreachable` says why"
            ));
        }
        Ok(DONE)
    }
}
