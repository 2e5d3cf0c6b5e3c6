//! `onboard`: from a name to a linked phone.

use clap::Args;
use greenapi_partner::{Event, Events, Instance, InstanceClient, TerminalView};
use serde_json::{Map, Value};

use super::instances::creation;
use crate::{
    context::Context,
    exit::{DONE, Failure, Outcome, USAGE},
    global::{Consent, Dry},
    options::{self, Options},
    output::{Format, Plain, Sheet},
    settings, terminal,
};

/// Create an instance, unless there is one of the name, and link a phone to it
///
/// QR codes are shown in place on stderr until a phone has scanned one; with --phone a code is shown to type into that phone.
/// The linked instance is printed to stdout; with --json every event is, a line each.
#[derive(Args, Debug)]
pub(crate) struct Onboard {
    /// What the instance is called
    name: String,

    /// A setting, if the instance is created: `--set incomingWebhook=yes`; `@FILE` in place of a value reads it from there
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,

    #[command(flatten)]
    options: Options<options::Onboard>,

    #[command(flatten)]
    dry: Dry,

    #[command(flatten)]
    consent: Consent,
}

const COLUMNS: [&str; 4] = ["idInstance", "name", "isNew", "phone"];

impl Onboard {
    pub(crate) async fn run(self, context: &mut Context) -> Outcome {
        let Self { name, set, options, dry, consent } = self;
        let sheet = Sheet::plain(&COLUMNS);
        context.output.check(&sheet)?;
        let mut arguments = options.into_arguments();
        arguments.extend(settings::read("createInstance", &set)?);
        arguments.insert("name".to_owned(), name.clone().into());
        let partner = context.partner()?;
        let events = partner.events("onboard", arguments)?;
        if dry.dry_run || !consent.yes {
            let live = partner.get_instances().await?.live();
            let known = live.iter().find(|one| one.name() == Some(&name));
            if dry.dry_run {
                return plan(&name, known.as_ref(), &sheet, context);
            }
            if known.is_none() {
                terminal::confirm(creation(1, None), false, &context.interrupt).await?;
            }
        }
        follow(events, &sheet, context).await
    }
}

/// Says what would be done.
fn plan(name: &str, known: Option<&Instance>, sheet: &Sheet, context: &mut Context) -> Outcome {
    terminal::say(match known {
        Some(_) => "nothing was sent: the instance is there, and a phone would be linked unless one is",
        None => "nothing was sent: an instance would be created and charged at once, and a phone linked",
    });
    let id = known.map(Instance::id_instance);
    print(sheet, [id.into(), name.into(), known.is_none().into(), Value::Null], context)
}

fn print(sheet: &Sheet, values: [Value; 4], context: &mut Context) -> Outcome {
    let row = COLUMNS.map(str::to_owned).into_iter().zip(values).collect();
    context.output.one(sheet, &Plain(row))?;
    Ok(DONE)
}

/// Shows what happens until a phone is linked.
async fn follow(mut events: Events, sheet: &Sheet, context: &mut Context) -> Outcome {
    let is_streamed = matches!(context.output.format(), Format::Json(_));
    let mut view = TerminalView::new(terminal::is_shown());
    let mut row = Map::new();
    while let Some(event) = events.next().await {
        let event = event?;
        if is_streamed {
            let line = Value::Object(event.to_json()).to_string();
            context.output.text(&format!("{line}\n"))?;
        }
        terminal::draw(&view.draw(&event));
        match &event {
            Event::Created(created) => row.extend(created.to_json(false)),
            Event::Authorized(linked) => {
                row.insert("phone".to_owned(), linked.phone().into());
            }
            Event::PasswordNeeded(_) => hand_on(&events, Asked::Password, context).await?,
            Event::AuthorizationCode(code) if code.code().is_none() => hand_on(&events, Asked::Code, context).await?,
            _ => {}
        }
    }
    if is_streamed {
        return Ok(DONE);
    }
    print(sheet, COLUMNS.map(|name| row.shift_remove(name).unwrap_or_default()), context)
}

/// What an account asks its owner for.
enum Asked {
    Password,
    Code,
}

async fn hand_on(events: &Events, asked: Asked, context: &Context) -> Outcome<()> {
    let instance: InstanceClient =
        events.instance().ok_or_else(|| Failure::new(USAGE, "the instance is not known yet"))?;
    match asked {
        Asked::Password => {
            let password = terminal::ask_secretly("Password of the account", &context.interrupt).await?;
            instance.send_authorization_password(&password).await?;
        }
        Asked::Code => {
            let code = terminal::ask_secretly("Code from the messenger", &context.interrupt).await?;
            instance.send_authorization_code(&code, None).await?;
        }
    }
    Ok(())
}
