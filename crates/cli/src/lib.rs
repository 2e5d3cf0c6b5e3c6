//! The program `greenapi-partner`: a partner's account from a shell.
//!
//! The same program comes from cargo as a binary, and from pip and npm inside of their packages: all three hand their arguments
//! to [`main`]. It has no logic of its own: parsing, asking, printing. Names, help and checks of an operation's options are read
//! from core's table of operations.
//!
//! - `commands`: a file for each
//! - `options`, `texts`: options of the table of operations, in a shell's words
//! - `global`, `context`, `profiles`, `private_file`: the account, the store and the output that a command works with
//! - `subjects`, `settings`, `specs`: what is given to a command: instances, settings, rows of files
//! - `metrics`: what is counted and measured, for Prometheus
//! - `run`, `interrupt`: work on many instances, shown; Ctrl-C
//! - `output`, `terminal`, `question`, `records`: stdout, which has data only; stderr, which has all else
//! - `exit`: exit codes, and the failures that end in them

mod commands;
mod context;
mod exit;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod global;
mod interrupt;
mod metrics;
mod options;
mod output;
mod private_file;
mod profiles;
#[cfg(unix)]
mod question;
mod recording;
mod records;
mod run;
mod settings;
mod specs;
mod subjects;
mod terminal;
mod texts;

use std::ffi::OsString;

use clap::{CommandFactory as _, Parser};

use self::{
    commands::Command,
    context::Context,
    exit::{Failure, Outcome, USAGE},
    global::Global,
    interrupt::{Interrupt, STOPPING},
};
pub use output::Streams;

/// GREEN-API partner accounts from a shell: instances, onboarding, costs and events.
///
/// The partner token is read from GREENAPI_PARTNER_TOKEN, from a file (--token-file) or from a profile (--profile); it is never
/// an argument. What is charged, deleted or unlinked is asked for first; --yes answers. Results go to stdout, everything else to
/// stderr.
#[derive(Parser, Debug)]
#[command(name = "greenapi-partner", version, after_help = exit::HELP, max_term_width = 100)]
#[command(arg_required_else_help = true, infer_subcommands = false)]
struct Program {
    #[command(subcommand)]
    command: Command,

    #[command(flatten)]
    global: Global,
}

/// Runs the program, and gives its exit code. The first of the arguments is the name that it was called by.
pub fn main(arguments: impl IntoIterator<Item = OsString>, streams: Streams) -> u8 {
    output::take_closed();
    interrupt::forget_others();
    match Program::try_parse_from(arguments) {
        Ok(program) => report(begin(program, streams)),
        Err(error) => {
            // Help that was asked for is no error.
            let _ = error.print();
            u8::try_from(error.exit_code()).unwrap_or(USAGE)
        }
    }
}

/// The program with all of its commands: for completions, the man page and the docs.
fn command() -> clap::Command {
    Program::command()
}

fn begin(program: Program, streams: Streams) -> Outcome {
    let Program { command, global } = program;
    let command = match command.without_a_runtime(&global, streams)? {
        commands::Begun::Done(code) => return Ok(code),
        commands::Begun::Waits(waiting) => *waiting,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ended = runtime.block_on(follow(command, global));
    // What is left is a question that nobody will answer, or a connection that nobody needs.
    runtime.shutdown_background();
    ended
}

async fn follow((command, streams): (Command, Streams), global: Global) -> Outcome {
    records::tell(global.verbose, command.calls());
    let interrupt = Interrupt::listen();
    let patience = if command.ends_whole() { 2 } else { 1 };
    let mut context = Context::new(global, streams, interrupt.clone());
    let ended = tokio::select! {
        ended = command.run(&mut context) => ended,
        () = interrupt.reached(patience) => Err(Failure::interrupted()),
    };
    creations_ended(&interrupt, patience + 1).await;
    ended
}

/// Waits for a creation that was sent, although who interrupted its command waits for nothing else.
async fn creations_ended(interrupt: &Interrupt, patience: u32) {
    let until_told_again = async {
        terminal::say(STOPPING);
        interrupt.reached(patience).await;
    };
    tokio::select! {
        biased;
        () = greenapi_partner::creations_ended() => {}
        () = until_told_again => {}
    }
}

fn report(ended: Outcome) -> u8 {
    match ended {
        Ok(code) => code,
        Err(failure) => {
            if !failure.is_silent() {
                terminal::fail(&failure.to_string());
            }
            failure.exit
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_every_argument_has_its_words() {
        let mut program = command();
        program.build();
        let mut waiting = vec![program];
        while let Some(command) = waiting.pop() {
            let name = command.get_bin_name().unwrap_or_default().to_owned();
            assert!(command.get_about().is_some(), "{name}");
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{name} {}", argument.get_id());
            }
            waiting.extend(command.get_subcommands().cloned());
        }
    }
}
