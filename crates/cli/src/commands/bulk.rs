//! `bulk`: hundreds from a file, with a journal that survives a crash.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::instances::{create_all, delete_ids};
use crate::{
    context::Context,
    exit::Outcome,
    global::Consent,
    options::{self, Options},
    specs,
};

/// Create or delete hundreds from a file, in one run that survives a crash
#[derive(Subcommand, Debug)]
pub(crate) enum Bulk {
    Create(Box<Create>),
    Delete(Delete),
}

/// Create an instance for each row of a file
///
/// CSV has a header with the names of settings, `name` among them; JSON lines are objects of settings, or names alone. A name that
/// a live instance has is not created again. With --journal the same command goes on where it was stopped.
#[derive(Args, Debug)]
pub(crate) struct Create {
    /// The file, as CSV or JSON lines; `-` is stdin
    file: PathBuf,

    #[command(flatten)]
    options: Options<options::CreateInstances>,

    #[command(flatten)]
    consent: Consent,
}

/// Log out and delete the instances of a file
///
/// CSV has a header with `idInstance` in it; JSON lines are objects with an `idInstance`, or ids alone.
#[derive(Args, Debug)]
pub(crate) struct Delete {
    /// The file, as CSV or JSON lines; `-` is stdin
    file: PathBuf,

    /// Leave the phones logged in
    #[arg(long)]
    no_logout: bool,

    #[command(flatten)]
    options: Options<options::DeleteInstances>,

    #[command(flatten)]
    consent: Consent,
}

impl Bulk {
    pub(crate) async fn run(self, context: &mut Context) -> Outcome {
        match self {
            Self::Create(command) => command.run(context).await,
            Self::Delete(command) => command.run(context).await,
        }
    }
}

impl Create {
    async fn run(self, context: &mut Context) -> Outcome {
        let Self { file, options, consent } = self;
        let specs = specs::to_create(&file)?;
        let again = options.get("journal").map(|_| GO_ON);
        create_all(specs, true, options, &consent, context, again).await
    }
}

impl Delete {
    async fn run(self, context: &mut Context) -> Outcome {
        let Self { file, no_logout, mut options, consent } = self;
        let ids = specs::ids(&file)?;
        let again = options.get("journal").map(|_| GO_ON);
        delete_ids(ids, !no_logout, &mut options, &consent, context, again).await
    }
}

const GO_ON: &str = "the journal is whole: the same command with the same journal goes on, and does nothing twice";
