//! `reboot`, `logout`: what is done to an instance as a whole.

use clap::Args;
use serde_json::Value;

use super::instances::journal;
use crate::{
    context::Context,
    exit::Outcome,
    global::Consent,
    options::{self, Options},
    run, subjects, terminal,
};

/// Reboot instances
#[derive(Args, Debug)]
pub(crate) struct Reboot {
    /// Their ids or names; `-` reads them from stdin, one a line or as the first column of CSV
    #[arg(value_name = "ID|NAME", required = true)]
    instances: Vec<String>,

    #[command(flatten)]
    options: Options<options::Reboot>,
}

/// Unlink the phones of instances; each must be linked anew to be used again
#[derive(Args, Debug)]
pub(crate) struct Logout {
    /// Their ids or names; `-` reads them from stdin, one a line or as the first column of CSV
    #[arg(value_name = "ID|NAME", required = true)]
    instances: Vec<String>,

    #[command(flatten)]
    options: Options<options::Logout>,

    #[command(flatten)]
    consent: Consent,
}

impl Reboot {
    pub(crate) async fn run(self, context: &mut Context) -> Outcome {
        act("rebootInstances", &self.instances, self.options, None, context).await
    }
}

impl Logout {
    pub(crate) async fn run(self, context: &mut Context) -> Outcome {
        act("logoutInstances", &self.instances, self.options, Some(&self.consent), context).await
    }
}

/// Does it to each, once somebody has agreed where that is needed.
async fn act<O>(
    operation: &str,
    instances: &[String],
    mut options: Options<O>,
    consent: Option<&Consent>,
    context: &mut Context,
) -> Outcome {
    let partner = context.partner()?;
    let journal = journal(&mut options, context)?;
    let is_dry = options.is_on("dry_run");
    let ids: Vec<_> =
        subjects::instances(&partner, instances).await?.iter().map(greenapi_partner::Instance::id_instance).collect();
    let count = ids.len();
    let mut arguments = options.into_arguments();
    arguments.insert("ids".to_owned(), ids.into_iter().map(Value::from).collect::<Vec<_>>().into());
    let results = partner.run_by_name(operation, arguments, journal)?;
    context.output.check(&run::sheet(results.model()))?;
    if let (Some(consent), false) = (consent, is_dry) {
        let of = if count == 1 { "1 instance".to_owned() } else { format!("{count} instances") };
        terminal::confirm(format!("Unlink the phones of {of}?"), consent.yes, &context.interrupt).await?;
    }
    run::follow(context, results, None).await
}
