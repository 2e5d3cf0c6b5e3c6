//! `metrics`: what Prometheus reads.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use clap::Args;
use greenapi_partner::{Error, Ledger, PartnerClient, Watch};

use crate::{
    context::Context,
    exit::{Failure, INTERRUPTED, Outcome},
    metrics::{self, Calls, Rates, Server},
    options::{self, Options},
    terminal,
};

/// Serve the account's metrics for Prometheus at /metrics: instances, changes, calls and charges
///
/// Each --interval the account is looked at once. What passes is waited through: the age of the last look grows, and errors are
/// counted. A token that does not work at the start ends it.
#[derive(Args, Debug)]
pub(crate) struct Metrics {
    /// Where to serve them; port 0 is a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:9464")]
    listen: SocketAddr,

    /// A ledger's file, which each look is recorded in and charges are read from. Defaults to that of the --store, where there is
    /// one; without either, charges are those of the list
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,

    #[command(flatten)]
    looks: Options<options::MetricsLooks>,

    #[command(flatten)]
    prices: Options<options::MetricsPrices>,

    #[arg(skip)]
    calls: Calls,
}

impl Metrics {
    /// What counts the log records.
    pub(crate) fn calls(&self) -> Calls {
        self.calls.clone()
    }

    pub(crate) async fn run(self, context: &mut Context) -> Outcome {
        let Self { listen, ledger, looks, prices, calls } = self;
        let (rates, ledger) = (Rates::new(prices.into_arguments())?, context.ledger(ledger.as_deref())?);
        let partner = context.partner()?;
        let metrics = Arc::new(metrics::Metrics::new(partner.clone(), &calls)?);
        metrics::warn_of(listen);
        let server = Server::listen(listen).await?;
        terminal::say(&format!("metrics at http://{}/metrics", server.address()?));
        let account = Account { partner, ledger, looks, rates, metrics: Arc::clone(&metrics) };
        tokio::select! {
            biased;
            () = context.interrupt.reached(1) => Ok(INTERRUPTED),
            ended = account.look() => ended,
            () = server.serve(metrics) => Ok(INTERRUPTED),
        }
    }
}

/// The account, and what is measured of it.
struct Account {
    partner: PartnerClient,
    ledger: Option<Ledger>,
    looks: Options<options::MetricsLooks>,
    rates: Rates,
    metrics: Arc<metrics::Metrics>,
}

impl Account {
    /// Looks again and again. One watch serves the changes and the figures, so that upstream is asked once.
    async fn look(&self) -> Outcome {
        let (mut since, mut has_looked) = (None, false);
        loop {
            let mut arguments = self.looks.given();
            arguments.extend(since.clone().map(|since: String| ("since".to_owned(), since.into())));
            let mut watch = self.partner.watch_by_name(arguments, self.ledger.clone())?;
            let error = match self.follow(&mut watch, &mut has_looked).await {
                Ok(error) if has_looked => error,
                Ok(error) => return Err(error.into()),
                Err(failure) => return Err(failure),
            };
            self.metrics.look_error(error.code());
            terminal::warn(&format!("the account cannot be looked at: {}", Failure::from(error)));
            since = watch.snapshot().or(since);
            tokio::time::sleep(self.interval()).await;
        }
    }

    /// Takes what a watch tells, until it ends, and gives why.
    async fn follow(&self, watch: &mut Watch, has_looked: &mut bool) -> Outcome<Error> {
        let mut looks = watch.looks();
        loop {
            tokio::select! {
                biased;
                Some(look) = looks.recv() => match look {
                    Ok(looked) => match self.rates.bill(&looked.listed, self.ledger.as_ref()) {
                        Ok(bill) => {
                            self.metrics.look(&looked, &bill)?;
                            *has_looked = true;
                        }
                        Err(error) => return Ok(error),
                    },
                    Err(code) => self.metrics.look_error(code),
                },
                change = watch.next() => match change {
                    Some(Ok(change)) => self.metrics.change(&change),
                    Some(Err(error)) => return Ok(error),
                    None => return Err(Failure::new(INTERRUPTED, "the watch was stopped")),
                },
            }
        }
    }

    fn interval(&self) -> Duration {
        let seconds = self.looks.get("interval").and_then(serde_json::Value::as_f64);
        seconds.map_or(AGAIN, Duration::from_secs_f64)
    }
}

/// How long it waits after an error that may not pass.
const AGAIN: Duration = Duration::from_secs(60);
