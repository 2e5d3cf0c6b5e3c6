//! `instances`: the account's instances.

use std::collections::HashSet;

use clap::{Args, Subcommand};
use greenapi_partner::{Instance, Instances as Listed, Journal, JournalStanding};
use serde_json::{Map, Value, json};
use wildmatch::WildMatch;

use crate::{
    context::{Context, find},
    exit::{DONE, Failure, Outcome, REFUSED},
    global::Consent,
    options::{self, Options},
    output::Sheet,
    run, settings, subjects, terminal,
};

/// List, show, create and delete instances
#[derive(Subcommand, Debug)]
pub(crate) enum Instances {
    List(List),
    Show(Show),
    Create(Box<Create>),
    Delete(Delete),
    Duplicates(Box<Duplicates>),
}

/// List instances: the live ones, unless told otherwise
#[derive(Args, Debug)]
pub(crate) struct List {
    /// Those that are not deleted; this is the default
    #[arg(long, group = "which")]
    live: bool,

    /// Those that were deleted in the last three months
    #[arg(long, group = "which")]
    deleted: bool,

    /// All of them
    #[arg(long, group = "which")]
    all: bool,

    /// Only those whose name is like this: `*` stands for anything, `?` for one letter
    #[arg(long, value_name = "PATTERN")]
    name: Option<String>,

    #[command(flatten)]
    options: Options<options::GetInstances>,
}

/// Show one instance
#[derive(Args, Debug)]
pub(crate) struct Show {
    /// Its id, or its name
    #[arg(value_name = "ID|NAME")]
    instance: String,
}

/// Create instances, one for each name; each is charged for a day at once, and then for every day
#[derive(Args, Debug)]
pub(crate) struct Create {
    /// What to call them
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,

    /// A setting of all of them: `--set incomingWebhook=yes`; `@FILE` in place of a value reads it from there
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,

    /// Take the live instance that has a name already; without this, such a name is refused
    #[arg(long)]
    ensure: bool,

    #[command(flatten)]
    options: Options<options::CreateInstances>,

    #[command(flatten)]
    consent: Consent,
}

/// Delete instances; a phone that is linked stays logged in unless --logout is given
#[derive(Args, Debug)]
pub(crate) struct Delete {
    /// Their ids; `-` reads them from stdin, one a line or as the first column of CSV
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,

    /// Log the phone out first
    #[arg(long)]
    logout: bool,

    #[command(flatten)]
    options: Options<options::DeleteInstances>,

    #[command(flatten)]
    consent: Consent,
}

/// Find live instances that share a name: each is charged
#[derive(Args, Debug)]
pub(crate) struct Duplicates {
    /// Delete all but the one that is linked; names where that is not clear are left alone
    #[arg(long)]
    delete: bool,

    #[command(flatten)]
    finding: Options<options::FindDuplicates>,

    #[command(flatten)]
    deleting: Options<options::DeleteDuplicates>,

    #[command(flatten)]
    consent: Consent,
}

impl Instances {
    pub(crate) async fn run(self, context: &mut Context) -> Outcome {
        match self {
            Self::List(command) => command.run(context).await,
            Self::Show(command) => command.run(context).await,
            Self::Create(command) => command.run(context).await,
            Self::Delete(command) => command.run(context).await,
            Self::Duplicates(command) => command.run(context).await,
        }
    }
}

impl List {
    async fn run(self, context: &mut Context) -> Outcome {
        let sheet = sheet();
        context.output.check(&sheet)?;
        let all = context.partner()?.get_instances_with(self.options.call()).await?;
        let listed = match (self.all, self.deleted) {
            (true, _) => all,
            (false, true) => all.deleted(),
            (false, false) => all.live(),
        };
        let pattern = self.name.as_deref().map(WildMatch::new);
        let is_wanted =
            |one: &Instance| pattern.as_ref().is_none_or(|like| like.matches(one.name().unwrap_or_default()));
        context.output.rows(&sheet, listed.iter().filter(is_wanted))?;
        Ok(DONE)
    }
}

impl Show {
    async fn run(self, context: &mut Context) -> Outcome {
        let names: Vec<_> = Instance::FIELDS.iter().filter(|field| !field.secret).map(|field| field.name).collect();
        let sheet = Sheet::of(Instance::FIELDS, &names);
        context.output.check(&sheet)?;
        let found = find(&context.partner()?.get_instances().await?, &self.instance)?;
        context.output.one(&sheet, &found)?;
        Ok(DONE)
    }
}

impl Create {
    async fn run(self, context: &mut Context) -> Outcome {
        let Self { names, set, ensure, options, consent } = self;
        let settings = settings::read("createInstance", &set)?;
        let specs: Vec<_> = names.iter().map(|name| spec(name, &settings)).collect();
        create_all(specs, ensure, options, &consent, context, None).await
    }
}

/// Creates an instance for each of these settings, once somebody has agreed. A name that a live instance has is refused, or, to
/// `ensure`, taken.
pub(crate) async fn create_all(
    specs: Vec<Value>,
    ensure: bool,
    mut options: Options<options::CreateInstances>,
    consent: &Consent,
    context: &mut Context,
    again: Option<&str>,
) -> Outcome {
    let partner = context.partner()?;
    let journal = journal(&mut options, context)?;
    // A run that goes on finds what it has created itself.
    let ensure = ensure || is_begun(journal.as_ref()).await?;
    let is_asked = !options.is_on("dry_run") && !consent.yes;
    let price = options.get("price_per_day").and_then(Value::as_str).map(str::to_owned);
    let name = |spec: &Value| spec.as_str().or_else(|| spec["name"].as_str()).map(str::to_owned);
    // A row without a name gets the journal's: no live instance is taken for it.
    let (count, names) = (specs.len(), specs.iter().filter_map(name).collect::<Vec<_>>());
    let mut arguments = options.into_arguments();
    arguments.insert("specs".to_owned(), specs.into());
    // Checked whole before anybody is asked.
    let results = partner.run_by_name("createInstances", arguments, journal)?;
    context.output.check(&run::sheet(results.model()))?;
    if is_asked || !ensure {
        let listed = partner.get_instances().await?.live();
        let live: HashSet<_> = listed.iter().filter_map(|one| one.name().map(str::to_owned)).collect();
        let known: Vec<_> = names.iter().filter(|name| live.contains(*name)).collect();
        if let (Some(name), false) = (known.first(), ensure) {
            let what = format!("nothing was sent: there is a live instance with the name {name:?}");
            return Err(Failure::new(REFUSED, what).advised("give --ensure to take it, or another name"));
        }
        let new = count - known.len();
        if is_asked && new > 0 {
            terminal::confirm(creation(new, price.as_deref()), false, &context.interrupt).await?;
        }
    }
    run::follow(context, results, again).await
}

impl Delete {
    async fn run(self, context: &mut Context) -> Outcome {
        let Self { ids, logout, options, consent } = self;
        delete(&ids, logout, options, &consent, context).await
    }
}

/// Deletes instances by their ids, once somebody has agreed.
pub(crate) async fn delete(
    arguments: &[String],
    logout: bool,
    mut options: Options<options::DeleteInstances>,
    consent: &Consent,
    context: &mut Context,
) -> Outcome {
    let ids = subjects::ids(arguments)?;
    delete_ids(ids, logout, &mut options, consent, context, None).await
}

/// The same, of ids that are known.
pub(crate) async fn delete_ids(
    ids: Vec<u64>,
    logout: bool,
    options: &mut Options<options::DeleteInstances>,
    consent: &Consent,
    context: &mut Context,
    again: Option<&str>,
) -> Outcome {
    let partner = context.partner()?;
    let journal = journal(options, context)?;
    let is_dry = options.is_on("dry_run");
    let mut arguments = options.given();
    arguments.insert("logout".to_owned(), logout.into());
    arguments.insert("ids".to_owned(), ids.clone().into());
    let results = partner.run_by_name("deleteInstanceAccounts", arguments, journal)?;
    context.output.check(&run::sheet(results.model()))?;
    if !is_dry && !consent.yes {
        let listed = partner.get_instances().await?;
        terminal::confirm(deletion(&ids, &listed), consent.yes, &context.interrupt).await?;
    }
    run::follow(context, results, again).await
}

impl Duplicates {
    async fn run(self, context: &mut Context) -> Outcome {
        let Self { delete, finding, deleting, consent } = self;
        let partner = context.partner()?;
        if !delete {
            let results = partner.run_by_name("findDuplicates", finding.into_arguments(), None)?;
            return run::follow(context, results, None).await;
        }
        let is_dry = deleting.is_on("dry_run");
        let mut arguments = deleting.into_arguments();
        arguments.insert("dry_run".to_owned(), is_dry.into());
        for shared in ["concurrency", "timeout"] {
            if let Some(value) = finding.get(shared) {
                arguments.insert(shared.to_owned(), value.clone());
            }
        }
        let results = partner.run_by_name("deleteDuplicates", arguments, None)?;
        context.output.check(&run::sheet(results.model()))?;
        if !is_dry {
            let question = "Delete all doubles but the linked ones? `instances duplicates` lists them, with what is to become of each";
            terminal::confirm(question.to_owned(), consent.yes, &context.interrupt).await?;
        }
        run::follow(context, results, None).await
    }
}

/// Takes the journal out of a run's options.
pub(crate) fn journal<O>(options: &mut Options<O>, context: &Context) -> Outcome<Option<Journal>> {
    let given = options.take("journal");
    given.as_ref().and_then(Value::as_str).map(|text| context.journal(text)).transpose()
}

async fn is_begun(journal: Option<&Journal>) -> Outcome<bool> {
    let Some(journal) = journal else { return Ok(false) };
    Ok(journal.look().await? != JournalStanding::Absent)
}

/// What somebody agrees to who creates.
pub(crate) fn creation(count: usize, price: Option<&str>) -> String {
    let of = if count == 1 { "1 instance".to_owned() } else { format!("{count} instances") };
    let price = price.and_then(|price| price.parse::<rust_decimal::Decimal>().ok());
    let cost = price.and_then(|price| price.checked_mul(count.into())).map_or_else(
        || "each is charged for a day at once and for every day after it (--price says what that costs)".to_owned(),
        |cost| format!("{cost} is charged at once, and again for every day"),
    );
    format!("Create {of}: {cost}?")
}

fn deletion(ids: &[u64], listed: &Listed) -> String {
    let names = ids.iter().take(NAMED).map(|id| match listed.find(*id) {
        Some(one) if one.deleted() => format!("{id} (deleted already)"),
        Some(one) => format!("{id} {:?}", one.name().unwrap_or_default()),
        None => format!("{id} (not in the list)"),
    });
    let shown = names.collect::<Vec<_>>().join(", ");
    let more = if ids.len() > NAMED { format!(" and {} more", ids.len() - NAMED) } else { String::new() };
    let of = if ids.len() == 1 { "1 instance".to_owned() } else { format!("{} instances", ids.len()) };
    format!("Delete {of} for good: {shown}{more}?")
}

fn spec(name: &str, settings: &Map<String, Value>) -> Value {
    let mut spec = settings.clone();
    spec.insert("name".to_owned(), name.into());
    json!(spec)
}

/// What a table shows of a list.
fn sheet() -> Sheet {
    Sheet::of(
        Instance::FIELDS,
        &["id_instance", "name", "type_instance", "time_created", "time_deleted", "tariff", "expiration_date"],
    )
}

/// As many are named in a question.
const NAMED: usize = 5;
