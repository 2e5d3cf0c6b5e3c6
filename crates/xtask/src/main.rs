//! Commands of this repository: `cargo xtask --help`.

mod address;
mod ahead;
mod api;
mod audit;
mod bench;
mod canary;
mod checkout;
mod cluster;
mod counts;
mod demo;
mod docstrings;
mod fuzz;
mod git;
mod lanes;
mod markdown;
mod mutants;
mod node;
mod package;
mod platforms;
mod publish;
mod python;
mod release;
mod run;
mod sanitize;
mod site;
mod soak;
mod stage;
mod suites;
mod surface;
mod sync;
mod test;
mod tools;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::checkout::Checkout;

/// Builds, tests and packs greenapi_partner.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install both packages from this checkout, start the mock, and run the same program in Python and in Node.
    Demo,
    /// Install what the tests need, and run all of them.
    Test {
        /// Run only these suites; `python` stands for all whose names begin so
        suites: Vec<String>,
        /// Print the suites' names instead.
        #[arg(long)]
        list: bool,
    },
    /// Write what is derived from core: tests/contract.json, and core's prose in js/index.d.ts.
    Sync {
        /// Fail if anything was out of date; it has been written by then.
        #[arg(long)]
        check: bool,
    },
    /// Build the site of docs/ into target/xtask/site, its links checked.
    Docs {
        /// Show it at http://127.0.0.1:8000 instead, and again whenever a page changes.
        #[arg(long)]
        serve: bool,
    },
    /// Build the wheel, the source distribution and the npm tarball for release, into target/packages/.
    Package {
        /// What a release uploads instead: the wheel for old systems too, npm's platform packages, and checks of them all.
        #[arg(long)]
        publish: bool,
        /// With --publish: take the addons of all platforms from this folder, and only pack and check the npm packages.
        #[arg(long, requires = "publish", value_name = "FOLDER")]
        addons: Option<PathBuf>,
    },
    /// Build this package as the README says, in a clean copy, as the tests do.
    Build { package: ahead::Package },
    /// Measure us beside the clients that people use otherwise, into docs/benchmarks.md; it takes up to an hour, and nothing else should run.
    Bench(bench::Options),
    /// Send mixed traffic with faults through what users install for an hour in each language; what grows is an error.
    Soak(soak::Options),
    /// Look for inputs that break what reads them, with libFuzzer, which needs a nightly compiler.
    Fuzz(fuzz::Options),
    /// Look up known vulnerabilities of all that we ship and build with; exit code 1 where there are any, 2 where something could not be looked up.
    Audit(audit::Options),
    /// Change what core decides, one place at a time, and tell which changes no test notices; all of it takes hours.
    Mutants(mutants::Options),
    /// Run the tests of core, and of what Python calls, with the address sanitizer, which needs a nightly compiler.
    Sanitize(sanitize::Options),
    /// Tell what changed in the public API since the last release, and what of it breaks programs.
    Api {
        /// Since this tag or commit instead.
        #[arg(long, value_name = "TAG")]
        since: Option<String>,
    },
    /// Set the version, close the changelog, commit and tag; nothing is pushed.
    Release {
        /// 1.2.3; without one, the least that may follow.
        version: Option<String>,
        /// Show what would be done, and change nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

fn main() -> ExitCode {
    match run(&Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            if error.is::<audit::Unchecked>() { ExitCode::from(NOT_LOOKED_UP) } else { ExitCode::FAILURE }
        }
    }
}

/// The exit code of an audit that found nothing and could not look everywhere.
const NOT_LOOKED_UP: u8 = 2;

fn run(task: &Task) -> Result<()> {
    let checkout = Checkout::find()?;
    match task {
        Task::Demo => demo::run(&checkout),
        Task::Test { list: true, .. } => test::list(),
        Task::Test { suites, .. } => test::run(&checkout, suites),
        Task::Sync { check } => sync::run(&checkout, *check),
        Task::Docs { serve } => site::run(&checkout, *serve),
        Task::Package { publish: false, .. } => package::run(&checkout),
        Task::Package { addons, .. } => publish::run(&checkout, addons.as_deref()),
        Task::Build { package } => ahead::leave(&checkout, *package),
        Task::Bench(options) => bench::run(&checkout, options),
        Task::Soak(options) => soak::run(&checkout, options),
        Task::Fuzz(options) => fuzz::run(&checkout, options),
        Task::Audit(options) => audit::run(&checkout, options),
        Task::Mutants(options) => mutants::run(&checkout, options),
        Task::Sanitize(options) => sanitize::run(&checkout, options),
        Task::Api { since } => api::run(&checkout, since.as_deref()),
        Task::Release { version, dry_run } => release::run(&checkout, version.as_deref(), *dry_run),
    }
}
