//! Commands: noun and verb, a file for each noun.

mod actions;
mod bulk;
mod call;
mod cost;
mod doctor;
mod inspect;
mod instances;
mod ledger;
mod listen;
mod metrics;
mod mock;
mod offboard;
mod onboard;
mod paper;
mod profile;
mod send;
mod settings;
mod waste;
mod watch;
mod webhook;

use clap::Subcommand;

pub(crate) use cost::UTC_PLUS_3;

use crate::{
    context::Context,
    exit::Outcome,
    global::Global,
    metrics::Calls,
    output::{Format, Output, Streams},
};

/// What the program can do.
#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    #[command(subcommand)]
    Instances(instances::Instances),
    Onboard(onboard::Onboard),
    Offboard(offboard::Offboard),
    Inspect(inspect::Inspect),
    #[command(subcommand)]
    Settings(settings::Settings),
    Reboot(actions::Reboot),
    Logout(actions::Logout),
    #[command(subcommand)]
    Bulk(bulk::Bulk),
    Watch(watch::Watch),
    Cost(cost::Cost),
    Waste(waste::Waste),
    #[command(subcommand)]
    Ledger(ledger::Ledger),
    Metrics(Box<metrics::Metrics>),
    Call(call::Call),
    Send(send::Send),
    #[command(subcommand)]
    Webhook(webhook::Webhook),
    Listen(listen::Listen),
    Doctor(doctor::Doctor),
    Mock(mock::Mock),
    #[command(subcommand)]
    Profile(profile::Profile),
    Completions(paper::Completions),
    Man(paper::Man),
}

/// How far a command has come without a runtime.
pub(crate) enum Begun {
    Done(u8),
    Waits(Box<(Command, Streams)>),
}

impl Command {
    /// Runs what asks nobody over the network, and so starts no threads.
    pub(crate) fn without_a_runtime(self, global: &Global, streams: Streams) -> Outcome<Begun> {
        let output = |streams| {
            Output::new(streams, Format::of(global.json.as_deref(), global.csv.as_deref()), global.show_tokens)
        };
        let code = match self {
            Self::Completions(command) => command.run(&mut output(streams))?,
            Self::Man(command) => command.run(&mut output(streams))?,
            Self::Webhook(webhook::Webhook::Verify(command)) => command.run(&mut output(streams))?,
            waiting => return Ok(Begun::Waits(Box::new((waiting, streams)))),
        };
        Ok(Begun::Done(code))
    }

    /// What counts the log records, where somebody reads the count.
    pub(crate) fn calls(&self) -> Option<Calls> {
        if let Self::Metrics(command) = self { Some(command.calls()) } else { None }
    }

    /// Whether the first Ctrl-C is a wish, upon which it ends what it has begun.
    pub(crate) fn ends_whole(&self) -> bool {
        matches!(
            self,
            Self::Bulk(_)
                | Self::Offboard(_)
                | Self::Reboot(_)
                | Self::Logout(_)
                | Self::Inspect(_)
                | Self::Watch(_)
                | Self::Metrics(_)
                | Self::Mock(_)
                | Self::Settings(settings::Settings::Set(_) | settings::Settings::Copy(_))
                | Self::Instances(
                    instances::Instances::Create(_)
                        | instances::Instances::Delete(_)
                        | instances::Instances::Duplicates(_)
                )
        )
    }

    pub(crate) async fn run(self, context: &mut Context) -> Outcome {
        match self {
            Self::Instances(command) => Box::pin(command.run(context)).await,
            Self::Onboard(command) => Box::pin(command.run(context)).await,
            Self::Offboard(command) => Box::pin(command.run(context)).await,
            Self::Inspect(command) => Box::pin(command.run(context)).await,
            Self::Settings(command) => Box::pin(command.run(context)).await,
            Self::Reboot(command) => Box::pin(command.run(context)).await,
            Self::Logout(command) => Box::pin(command.run(context)).await,
            Self::Bulk(command) => Box::pin(command.run(context)).await,
            Self::Watch(command) => Box::pin(command.run(context)).await,
            Self::Cost(command) => Box::pin(command.run(context)).await,
            Self::Waste(command) => Box::pin(command.run(context)).await,
            Self::Ledger(command) => Box::pin(command.run(context)).await,
            Self::Metrics(command) => Box::pin(command.run(context)).await,
            Self::Call(command) => Box::pin(command.run(context)).await,
            Self::Send(command) => Box::pin(command.run(context)).await,
            Self::Listen(command) => Box::pin(command.run(context)).await,
            Self::Doctor(command) => Box::pin(command.run(context)).await,
            Self::Mock(command) => command.run(context).await,
            Self::Profile(command) => Box::pin(command.run(context)).await,
            Self::Webhook(_) | Self::Completions(_) | Self::Man(_) => Ok(crate::exit::DONE),
        }
    }
}
