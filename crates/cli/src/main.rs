//! `greenapi-partner`: the program as cargo installs it.

use std::{env, process::ExitCode};

fn main() -> ExitCode {
    greenapi_partner_cli::main(env::args_os(), greenapi_partner_cli::Streams::standard()).into()
}
