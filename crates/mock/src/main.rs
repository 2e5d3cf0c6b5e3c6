//! `greenapi-partner-mock`: the mock as a program.

use std::io;

use clap::Parser;
use greenapi_partner_mock::program::Arguments;

/// A mock of GREEN-API's partner service on 127.0.0.1. Ctrl-C ends it.
///
/// Prints one line with its address and partner token.
#[derive(Parser)]
#[command(name = "greenapi-partner-mock")]
struct Program {
    #[command(flatten)]
    arguments: Arguments,
}

#[tokio::main]
async fn main() -> io::Result<()> {
    Program::parse().arguments.run(&mut io::stdout(), tokio::signal::ctrl_c()).await
}
