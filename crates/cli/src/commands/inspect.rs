//! `inspect`: what state the instances are in.

use clap::Args;
use greenapi_partner::{FieldValue, Record};
use serde_json::Value;

use crate::{
    context::Context,
    exit::Outcome,
    options::{self, Options},
    run, subjects,
};

/// Look at many instances at once: state, phone, and what to do about each
///
/// Groups: linked; waiting (for a phone, or still being created); starting; restricted (suspended, yellow card, blocked); expired;
/// unreachable, of which the error says why.
#[derive(Args, Debug)]
pub(crate) struct Inspect {
    /// Only these; `-` reads them from stdin. Defaults to all that are live
    #[arg(value_name = "ID|NAME")]
    instances: Vec<String>,

    /// Print only those of a group; may be given several times
    #[arg(long, value_name = "GROUP", value_parser = GROUPS)]
    group: Vec<String>,

    /// Print only those that are linked and had no message either way, of the last day unless --message-minutes says otherwise
    #[arg(long)]
    silent: bool,

    #[command(flatten)]
    options: Options<options::Inspect>,
}

impl Inspect {
    pub(crate) async fn run(self, context: &mut Context) -> Outcome {
        let Self { instances, group, silent, options } = self;
        let partner = context.partner()?;
        let mut arguments = options.into_arguments();
        if !instances.is_empty() {
            let ids = subjects::instances(&partner, &instances).await?;
            let ids = ids.iter().map(|one| Value::from(one.id_instance())).collect::<Vec<_>>();
            arguments.insert("instances".to_owned(), ids.into());
        }
        if silent {
            arguments.entry("message_minutes").or_insert_with(|| A_DAY.into());
        }
        let results = partner.run_by_name("inspect", arguments, None)?;
        let is_wanted = |record: &Record| {
            (group.is_empty() || group.iter().any(|group| has(record, "group", &FieldValue::Text(group))))
                && (!silent || has(record, "silent", &FieldValue::Flag(true)))
        };
        run::follow_some(context, results, None, is_wanted).await
    }
}

fn has(record: &Record, name: &str, wanted: &FieldValue<'_>) -> bool {
    record.fields().any(|(field, value)| field.name == name && value == *wanted)
}

/// The minutes of which upstream's journals tell unless told otherwise.
const A_DAY: u64 = 1440;

const GROUPS: [&str; 6] = ["linked", "waiting", "starting", "restricted", "expired", "unreachable"];
