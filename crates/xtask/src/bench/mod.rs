//! `cargo xtask bench`: us and the clients that people use otherwise, measured side by side in one run.
//!
//! The server, the workers of Rust and their floor are in `crates/bench`; the peers, pinned, and the workers of Python and Node in
//! `crates/xtask/tools/bench`. `docs/benchmarks.md` gets the figures of a whole run.

mod figures;
mod growth;
mod install;
mod machine;
mod page;
mod pictures;
mod rounds;
mod server;
mod works;

use std::fs;

use anyhow::Result;
use clap::Args;

use self::{install::Installed, machine::Machine};
use crate::checkout::Checkout;
use crate::run::Log;
use crate::suites::Kit;

/// What a run measures.
#[derive(Args)]
pub(crate) struct Options {
    /// How often everything is measured; medians count.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..))]
    rounds: u64,
    /// Only these works; `python` stands for all whose names begin so. The page is left as it is.
    #[arg(long, num_args = 1.., value_name = "NAME")]
    only: Vec<String>,
    /// One round of a twentieth of the work, to see that all of it runs. The page is left as it is.
    #[arg(long)]
    quick: bool,
    /// Print the works' names instead.
    #[arg(long)]
    list: bool,
}

/// The page that has the figures.
const PAGE: &str = "docs/benchmarks.md";

pub(crate) fn run(checkout: &Checkout, options: &Options) -> Result<()> {
    let works = works::chosen(&options.only, options.quick)?;
    if options.list {
        for work in &works {
            println!("{:<22} {}", work.name, work.title);
        }
        return Ok(());
    }
    let log = &mut Log::create(checkout.scratch("bench.log"))?;
    let kit = Kit::new(checkout.clone());
    let measured = Installed::everything(&kit, log).and_then(|installed| {
        let rounds = if options.quick { 1 } else { options.rounds };
        let machine = Machine::now(&installed, rounds)?;
        let results = rounds::run(&works, rounds, &installed, log)?;
        Ok((installed, machine.after(), results))
    });
    let (installed, machine, results) = measured.inspect_err(|_| {
        print!("{}", log.failures());
        println!("    all of it: {}", checkout.shown(log.path()));
    })?;
    let folder = checkout.scratch("bench");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("results.json"), serde_json::to_string_pretty(&results.to_json())? + "\n")?;
    print!("\n{}", page::reaches(&works, &results));
    if !options.only.is_empty() || options.quick {
        println!("\nall figures: {}; {PAGE} has those of a whole run", checkout.shown(&folder.join("results.json")));
        return Ok(());
    }
    pictures::draw(checkout, &works, &results, &installed, log)?;
    let page = fs::read_to_string(checkout.path(PAGE))?;
    fs::write(checkout.path(PAGE), page::with_figures(&page, &works, &results, &machine)?)?;
    println!("\n{PAGE} and docs/pictures/bench-*.svg are written: look at them and commit them");
    Ok(())
}
