//! Program: the mock as a command, for whoever has a shell and no test.

use std::{
    future::ready,
    io::{self, Write},
    pin::pin,
};

use clap::Args;

use crate::{MockServer, Options, Simulation};

/// What the command takes.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,

    /// Partner token to accept; a new one unless given
    #[arg(long, value_name = "TOKEN")]
    partner_token: Option<String>,

    /// Options by their names, as JSON: '{"listFormat": "2022", "gzip": true}'
    #[arg(long, value_name = "JSON", value_parser = parse_options, default_value = "{}", hide_default_value = true)]
    options: Box<Options>,

    /// How many new instances the account has at the start
    #[arg(long, value_name = "N", default_value_t = 0)]
    instances: usize,

    /// Fill the account with months of made-up history; the same seed gives the same account
    #[arg(long, value_name = "SEED")]
    simulate: Option<u64>,
}

impl Arguments {
    /// Runs the mock until `ended`, such as Ctrl-C. Prints one line with its address and partner token, as soon as it listens.
    ///
    /// # Errors
    ///
    /// The port cannot be had, an option is out of range, or the line cannot be printed.
    pub async fn run(
        self,
        output: &mut (impl Write + Send),
        ended: impl Future<Output = io::Result<()>> + Send,
    ) -> io::Result<()> {
        let Self { port, partner_token, options, instances, simulate } = self;
        let options = Options { port, partner_token: partner_token.or(options.partner_token.clone()), ..*options };
        let mock = MockServer::start_with(options).await?;
        if let Some(seed) = simulate {
            let simulated = mock.control().simulate(&Simulation { seed, ..Simulation::default() });
            simulated.map_err(|why| io::Error::new(io::ErrorKind::InvalidInput, why))?;
        }
        mock.control().add_instances(instances);
        let mut ended = pin!(ended);
        // Begins to listen for it: who reads the line may send Ctrl-C at once.
        tokio::select! {
            biased;
            ended = &mut ended => return ended,
            () = ready(()) => {}
        }
        writeln!(output, "greenapi-partner-mock: {}, partner token {}", mock.url(), mock.partner_token())?;
        output.flush()?;
        ended.await?;
        mock.stop().await;
        Ok(())
    }
}

fn parse_options(text: &str) -> Result<Box<Options>, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}
