//! `cargo xtask soak`: mixed traffic with faults for as long as you like, through what users install; what grows is an error.
//!
//! The tests of all languages have the same for some seconds each.

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use crate::checkout::Checkout;
use crate::run::{Log, Step};
use crate::suites::{Kit, promises_as_released};
use crate::tools;

/// For how long, and in what.
#[derive(Args)]
pub(crate) struct Options {
    /// For how long, each.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    minutes: u64,
    /// In these languages, one after the other; in all of them if none is named.
    languages: Vec<Language>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Language {
    Rust,
    Python,
    Node,
}

pub(crate) fn run(checkout: &Checkout, options: &Options) -> Result<()> {
    let log = &mut Log::create(checkout.scratch("soak.log"))?;
    let kit = Kit::new(checkout.clone());
    let mut grew = false;
    for language in Language::value_variants() {
        if options.languages.is_empty() || options.languages.contains(language) {
            let step = language.step(&kit, options.minutes, log)?;
            grew |= !step.env("SOAK_SECONDS", (60 * options.minutes).to_string()).shown().run(log)?.ok;
        }
    }
    if grew {
        bail!("something grew; {} has all that was printed", checkout.shown(log.path()));
    }
    Ok(())
}

impl Language {
    fn step(self, kit: &Kit, minutes: u64, log: &mut Log) -> Result<Step> {
        let title = |what| format!("{what}, {minutes} minutes");
        Ok(match self {
            Self::Rust => Step::new(title("Rust"), tools::cargo())
                .arg("test")
                .args(promises_as_released())
                .args(["--", "soak::", "--nocapture"])
                .folder(kit.checkout.root()),
            Self::Python => Step::new(title("Python"), kit.main_venv(log)?.program("python"))
                .args(["-m", "pytest", "-s", "-p", "no:cacheprovider", "tests/python/test_soak.py"])
                .env("PYTHONDONTWRITEBYTECODE", "1")
                .folder(&kit.proof()?),
            Self::Node => Step::new(title("Node, with and without forced collection"), "node")
                .args(["--test", "tests/js/soak.test.mjs"])
                .folder(&kit.node_proof(log)?),
        })
    }
}
