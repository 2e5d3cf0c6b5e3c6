//! `watch`: what changes in the account.

use std::{path::PathBuf, process::Stdio};

use clap::Args;
use greenapi_partner::{Change, Record, contract};
use serde_json::Value;
use tokio::{io::AsyncWriteExt as _, process::Command};

use crate::{
    context::{Context, webhook_secret},
    exit::{FAILED, Failure, INTERRUPTED, Outcome},
    options::{self, Options},
    run, terminal,
};

/// Tell what changes: instances that are created, deleted, renamed, run out, and, with --states, change their state
///
/// With --forward-to each change is posted as signed JSON, by the specification of Standard Webhooks, until the receiver takes it;
/// what waits survives a crash in --spool, or in the --store. The secret is read from GREENAPI_PARTNER_WEBHOOK_SECRET, or from a
/// file: `whsec_` and the base64 of 24 to 64 random bytes, the same for the receiver.
#[derive(Args, Debug)]
pub(crate) struct Watch {
    /// Post each change to this address; it may hold a secret, so that only its host is shown
    #[arg(long, value_name = "URL", conflicts_with_all = ["exec", "ledger", "exclusive"])]
    forward_to: Option<String>,

    /// A file with the secret to sign with, which only its owner may read
    #[arg(long, value_name = "FILE", requires = "forward_to")]
    secret_file: Option<PathBuf>,

    /// Run this command by the shell for each change, which it gets as JSON on stdin; a change is told once it has ended well, and
    /// again, after a while, where it has not
    #[arg(long, value_name = "COMMAND")]
    exec: Option<String>,

    /// A ledger's file: what changed since it was last written is told first
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,

    #[command(flatten)]
    options: Options<options::Watch>,

    #[command(flatten, next_help_heading = "Options of --forward-to")]
    delivery: Options<options::Deliver>,
}

impl Watch {
    pub(crate) async fn run(self, context: &mut Context) -> Outcome {
        match self.forward_to.clone() {
            Some(url) => self.deliver(url, context).await,
            None => self.tell(context).await,
        }
    }

    /// Posts each change, and prints what the receiver has taken.
    async fn deliver(self, url: String, context: &mut Context) -> Outcome {
        let secret = webhook_secret(self.secret_file.as_deref())?;
        let mut arguments = self.options.into_arguments();
        arguments.extend(self.delivery.into_arguments());
        arguments.extend([("url".to_owned(), url.into()), ("secret".to_owned(), secret.into())]);
        let mut deliveries = context.partner()?.run_by_name("deliver", arguments, None)?;
        let (control, interrupt) = (deliveries.control(), context.interrupt.clone());
        let sheet = run::sheet(deliveries.model());
        let mut printer = context.output.printer::<Record>(&sheet, true)?;
        let mut is_stopped = false;
        loop {
            tokio::select! {
                biased;
                // What was posted is still written down.
                () = interrupt.reached(1), if !is_stopped => {
                    control.stop();
                    is_stopped = true;
                }
                next = deliveries.next() => match next {
                    Some(delivered) => printer.row(delivered?)?,
                    None => return Ok(INTERRUPTED),
                },
            }
        }
    }

    /// Prints each change, and hands it to a command where there is one.
    async fn tell(self, context: &mut Context) -> Outcome {
        if !self.delivery.is_empty() {
            return Err(Failure::usage("--spool, --name, --timeout and --plain-http are for --forward-to"));
        }
        let ledger = match &self.ledger {
            Some(file) => context.ledger(Some(file))?,
            None => None,
        };
        let partner = context.partner()?;
        let mut changes = partner.watch_by_name(self.options.into_arguments(), ledger)?;
        let sheet = run::sheet(contract::change_model());
        let interrupt = context.interrupt.clone();
        let mut printer = context.output.printer::<Record>(&sheet, true)?;
        loop {
            let next = tokio::select! {
                biased;
                () = interrupt.reached(1) => return Ok(INTERRUPTED),
                next = changes.next() => next,
            };
            let Some(change) = next else { return Ok(INTERRUPTED) };
            let change = change?;
            if let Some(command) = &self.exec {
                tokio::select! {
                    biased;
                    () = interrupt.reached(1) => return Ok(INTERRUPTED),
                    executed = execute(command, &change) => executed?,
                }
            }
            printer.row(change.into())?;
        }
    }
}

/// Runs the command for a change, until it ends well.
async fn execute(command: &str, change: &Change) -> Outcome<()> {
    let line = Value::Object(change.to_json(false)).to_string() + "\n";
    let mut wait = FIRST_WAIT;
    loop {
        let mut child = shell(command)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| Failure::new(FAILED, format!("the command cannot be run: {error}")))?;
        if let Some(mut stdin) = child.stdin.take() {
            // A command that reads nothing has no use for it.
            let _ = stdin.write_all(line.as_bytes()).await;
        }
        let status = child.wait().await?;
        if status.success() {
            return Ok(());
        }
        terminal::warn(&format!("the command has failed ({status}): it is run again in {} s", wait.as_secs()));
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

fn shell(command: &str) -> Command {
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let mut shell = Command::new(shell);
    shell.arg(flag).arg(command);
    shell
}

const FIRST_WAIT: std::time::Duration = std::time::Duration::from_secs(1);
const LONGEST_WAIT: std::time::Duration = std::time::Duration::from_secs(300);
