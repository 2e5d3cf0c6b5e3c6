//! `settings`: of one instance, of many, from one to others.

use clap::{Args, Subcommand};
use greenapi_partner::{Instance, PartnerClient, contract};
use serde_json::{Map, Value};

use super::instances::journal;
use crate::{
    context::{self, Context},
    exit::{DONE, Failure, Outcome},
    options::{self, Options},
    run, settings, subjects,
};

/// Read settings, set them, or copy them from one instance to others
#[derive(Subcommand, Debug)]
pub(crate) enum Settings {
    Get(Get),
    Set(Box<Set>),
    Copy(Box<Copy>),
}

/// Print the settings of an instance, as JSON
#[derive(Args, Debug)]
pub(crate) struct Get {
    /// Its id, or its name
    #[arg(value_name = "ID|NAME")]
    instance: String,

    /// Only these settings
    #[arg(value_name = "SETTING")]
    names: Vec<String>,
}

/// Set settings of instances: `settings set 1101000001 shop-42 incomingWebhook=yes delaySendMessagesMilliseconds=500`
#[derive(Args, Debug)]
pub(crate) struct Set {
    /// Ids or names of the instances (`-` reads them from stdin), and settings as NAME=VALUE; `@FILE` in place of a value reads it
    /// from there
    #[arg(value_name = "ID|NAME|SETTING=VALUE", required = true)]
    given: Vec<String>,

    #[command(flatten)]
    options: Options<options::SetSettings>,
}

/// Copy all settings of an instance to others
#[derive(Args, Debug)]
pub(crate) struct Copy {
    /// Where they are: an id, or a name
    #[arg(value_name = "FROM")]
    from: String,

    /// Where they go; `-` reads ids or names from stdin, one a line or as the first column of CSV
    #[arg(value_name = "TO", required = true)]
    to: Vec<String>,

    /// Leave these settings as they are
    #[arg(long, value_name = "SETTING", value_delimiter = ',')]
    without: Vec<String>,

    #[command(flatten)]
    options: Options<options::SetSettings>,
}

impl Settings {
    pub(crate) async fn run(self, context: &mut Context) -> Outcome {
        match self {
            Self::Get(command) => command.run(context).await,
            Self::Set(command) => command.run(context).await,
            Self::Copy(command) => command.run(context).await,
        }
    }
}

impl Get {
    async fn run(self, context: &mut Context) -> Outcome {
        let known = context::instance(&context.partner()?, &self.instance).await?.get_settings().await?;
        let mut all = known.to_json(context.global.show_tokens);
        if self.names.is_empty() {
            context.output.json(&all.into())?;
            return Ok(DONE);
        }
        let named = self.names.iter().map(|name| {
            let found = all.keys().find(|known| is_same(known, name)).cloned();
            let found = found.ok_or_else(|| Failure::usage(format!("there is no setting {name:?}")))?;
            let value = all.get_mut(&found).map(Value::take).unwrap_or_default();
            Ok((found, value))
        });
        let named = named.collect::<Outcome<Map<_, _>>>()?;
        context.output.json(&named.into())?;
        Ok(DONE)
    }
}

impl Set {
    async fn run(self, context: &mut Context) -> Outcome {
        let (given, instances): (Vec<_>, Vec<_>) = self.given.into_iter().partition(|given| given.contains('='));
        if given.is_empty() {
            return Err(Failure::usage("no setting is given: nothing was sent").advised("add NAME=VALUE"));
        }
        let settings = settings::read("setInstancesSettings", &given)?;
        let partner = context.partner()?;
        let to = subjects::instances(&partner, &instances).await?;
        set(&partner, &to, settings, self.options, context).await
    }
}

impl Copy {
    async fn run(self, context: &mut Context) -> Outcome {
        let partner = context.partner()?;
        let to = subjects::instances(&partner, &self.to).await?;
        let known = context::instance(&partner, &self.from).await?.get_settings().await?.to_json(true);
        let is_settable = |name: &str| contract::kind_of("setInstancesSettings", name).is_some();
        let is_left_out = |name: &str| self.without.iter().any(|other| is_same(name, other));
        let settings: Map<_, _> = known
            .into_iter()
            .filter(|(name, value)| !value.is_null() && is_settable(name) && !is_left_out(name))
            .collect();
        if settings.is_empty() {
            return Err(Failure::usage("nothing is left to copy: nothing was sent"));
        }
        set(&partner, &to, settings, self.options, context).await
    }
}

async fn set(
    partner: &PartnerClient,
    to: &[Instance],
    settings: Map<String, Value>,
    mut options: Options<options::SetSettings>,
    context: &mut Context,
) -> Outcome {
    let journal = journal(&mut options, context)?;
    let mut arguments = options.into_arguments();
    arguments.insert("ids".to_owned(), to.iter().map(|one| Value::from(one.id_instance())).collect::<Vec<_>>().into());
    arguments.insert("settings".to_owned(), settings.into());
    let results = partner.run_by_name("setInstancesSettings", arguments, journal)?;
    context.output.check(&run::sheet(results.model()))?;
    run::follow(context, results, None).await
}

/// A setting in any spelling.
fn is_same(known: &str, asked: &str) -> bool {
    let letters = |text: &str| text.replace(['_', '-'], "").to_lowercase();
    letters(known) == letters(asked)
}
