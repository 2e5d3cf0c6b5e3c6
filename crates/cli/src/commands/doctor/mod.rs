//! `doctor`: whether everything that calls need is there, check by check, each with a cure.
//!
//! - `token`: what the token looks like, without showing it
//! - `network`: hosts, certificates, proxy, and the way to the partner host
//! - `account`: the list, and the hosts that it names
//! - `kept`: the store, and journals
//! - `report`: the rows, and what they end in

mod account;
mod kept;
mod network;
mod report;
mod token;

use clap::Args;
use greenapi_partner::{VERSION, tokenless::Tokenless};

use self::report::{Finding, Report};
use crate::{
    context::{Context, client},
    exit::Outcome,
    profiles::Profile,
};

/// Check what calls need: token, hosts, certificates, proxy, clock, the list, the store, journals; with a cure for what is wrong
///
/// Nothing is changed or created. One request without a token goes to the partner host, and one for the list. Without a failed check
/// it exits with 0, otherwise with the code of the first one's kind.
#[derive(Args, Debug)]
pub(crate) struct Doctor {
    /// A journal, a file or store:NAME: whether another process has it
    #[arg(long, value_name = "FILE")]
    journal: Vec<String>,
}

impl Doctor {
    pub(crate) async fn run(self, context: &mut Context) -> Outcome {
        let (account, store) = (context.account(), context.store());
        let journals: Vec<_> = self.journal.iter().map(|name| (name, context.journal(name))).collect();
        let mut report = Report::begin(&mut context.output)?;
        report.tell("versions", Finding::ok(versions()))?;
        let profile = match account {
            Ok((profile, source)) => {
                let is_good = report.tell("token", token::look(&profile.partner_token, &source))?;
                (profile, is_good)
            }
            Err(failure) => {
                report.tell("token", failure.into())?;
                (Profile::default(), false)
            }
        };
        hosts(&profile, &mut report).await?;
        let has_store = kept::store(store, &mut report).await?;
        for (name, journal) in journals {
            kept::journal(name, journal, has_store, &mut report).await?;
        }
        report.end()
    }
}

/// All that is asked of hosts.
async fn hosts((profile, has_token): &(Profile, bool), report: &mut Report<'_>) -> Outcome<()> {
    let tokenless = match tokenless(profile) {
        Ok(tokenless) => tokenless,
        Err(failure) => {
            report.tell("host", failure.into())?;
            let steps = [&network::STEPS[..], &account::CHECKS].concat();
            return report.skip(&steps, "it is not known whom to call");
        }
    };
    report.tell("host", Finding::ok(network::host(&tokenless, profile)))?;
    let reached = network::reach(&tokenless, report).await?;
    match (reached, has_token) {
        (Some(proxy), true) => account::look(profile, proxy.as_deref(), report).await,
        (Some(_), false) => report.skip(&account::CHECKS, "there is no token to ask with"),
        (None, _) => report.skip(&account::CHECKS, "the partner host is not reached"),
    }
}

fn tokenless(profile: &Profile) -> Outcome<Tokenless> {
    Ok(client(profile).tokenless()?)
}

fn versions() -> String {
    let (system, machine) = (std::env::consts::OS, std::env::consts::ARCH);
    format!("program {}, core {VERSION}, {system} on {machine}, TLS by rustls with ring", env!("CARGO_PKG_VERSION"))
}
