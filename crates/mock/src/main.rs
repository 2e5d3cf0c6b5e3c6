//! `greenapi-partner-mock`: the mock as a program.

use std::{
    future::ready,
    io::{self, Write as _},
    pin::pin,
};

use clap::Parser;
use greenapi_partner_mock::{MockServer, Options};

/// A mock of GREEN-API's partner service on 127.0.0.1. Ctrl-C ends it.
///
/// Prints one line with its address and partner token.
#[derive(Parser)]
#[command(name = "greenapi-partner-mock")]
struct Arguments {
    /// Port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,

    /// Partner token to accept; a new one unless given
    #[arg(long)]
    partner_token: Option<String>,

    /// Options by their names, as JSON: '{"listFormat": "2022", "gzip": true}'
    #[arg(long, value_parser = parse_options, default_value = "{}")]
    options: Options,

    /// How many instances the account has at the start
    #[arg(long, default_value_t = 0)]
    instances: usize,
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let Arguments { port, partner_token, options, instances } = Arguments::parse();
    let options = Options { port, partner_token: partner_token.or(options.partner_token.clone()), ..options };
    let mock = MockServer::start_with(options).await?;
    mock.control().add_instances(instances);
    let mut interrupted = pin!(tokio::signal::ctrl_c());
    // Begins to listen for it: who reads the line may send Ctrl-C at once.
    tokio::select! {
        biased;
        ended = &mut interrupted => return ended,
        () = ready(()) => {}
    }
    print(&mock)?;
    interrupted.await?;
    mock.stop().await;
    Ok(())
}

fn print(mock: &MockServer) -> io::Result<()> {
    let mut output = io::stdout();
    writeln!(output, "greenapi-partner-mock: {}, partner token {}", mock.url(), mock.partner_token())?;
    output.flush()
}

fn parse_options(text: &str) -> Result<Options, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}
