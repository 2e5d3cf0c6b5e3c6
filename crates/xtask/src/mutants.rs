//! `cargo xtask mutants`: changes what core decides, one place at a time, and tells which changes no test notices.
//!
//! A change is tried with core's unit tests first, which are compiled in a moment; what they let through, with all tests of core; and what
//! these do too, with the store in PostgreSQL. That takes hours: a file at a time can be asked for. Which changes no test can tell,
//! `.cargo/mutants.toml` says, each with its reason.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::checkout::Checkout;
use crate::cluster::{Cluster, Programs};
use crate::run::Log;
use crate::tools;

/// What is changed.
#[derive(Args)]
pub(crate) struct Options {
    /// Only these files: `crates/core/src/retry.rs`; without any, retries, the scrubber, spelling, billing and the store.
    files: Vec<String>,
    /// Only what no test noticed the last time, or was not tried.
    #[arg(long)]
    again: bool,
    /// Print the changes instead.
    #[arg(long)]
    list: bool,
    /// So many at once, each with a copy of the sources and of what is compiled of them.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..))]
    jobs: u8,
}

pub(crate) fn run(checkout: &Checkout, options: &Options) -> Result<()> {
    tools::mutants()?;
    let folder = checkout.scratch("mutants");
    fs::create_dir_all(&folder)?;
    let mutants = |more: &[&str]| {
        let mut command = Command::new(tools::cargo());
        command.args(["mutants", "--package", "greenapi-partner", "--gitignore", "true", "--output"]).arg(&folder);
        let files = if options.files.is_empty() { FILES.map(str::to_owned).to_vec() } else { options.files.clone() };
        for file in files {
            command.args(["--file", &file]);
        }
        // Each copy has its own: in one place for all, they would wait for each other.
        command.args(more).env_remove("CARGO_TARGET_DIR").current_dir(checkout.root());
        command
    };
    let jobs = format!("--jobs={}", options.jobs);
    let again: &[&str] = if options.again { &["--iterate"] } else { &[] };
    if options.list {
        return succeed(mutants(again).arg("--list"));
    }
    let mut told = Told::default();
    let found = folder.join("mutants.out");
    println!("with core's unit tests");
    succeed(mutants(again).arg(&jobs).args(QUICK))?;
    let mut left = told.take(&found)?;
    if left.any() {
        println!("with all tests of core, what is left");
        succeed(mutants(&["--iterate"]).arg(&jobs).args(ALL))?;
        left = told.take(&found)?;
    }
    if left.any() {
        match Programs::find() {
            Ok(programs) => {
                println!("with the store in PostgreSQL, what is left");
                let mut log = Log::create(checkout.scratch("mutants.log"))?;
                let cluster = Cluster::start(&programs, "mutants", &mut log)?;
                let mut command = mutants(&["--iterate"]);
                succeed(command.arg(&jobs).args(IN_A_DATABASE).env("STORE_URL", cluster.direct()))?;
                left = told.take(&found)?;
            }
            Err(how) => println!("not with the store in PostgreSQL: {how}"),
        }
    }
    told.merge(left);
    print!("\n{}", told.table());
    if told.sum("missed") + told.sum("timeout") > 0 {
        bail!(
            "{} of these changes no test notices, and with {} the tests had not ended in time: {}, with their logs beside it. \
             Each gets a test, or its place in .cargo/mutants.toml with the reason why it can have none",
            told.sum("missed"),
            told.sum("timeout"),
            checkout.shown(&found.join("missed.txt")),
        );
    }
    Ok(())
}

/// Runs it; that something was not noticed is no error here.
fn succeed(command: &mut Command) -> Result<()> {
    let status = command.status().context("cargo mutants")?;
    match status.code() {
        Some(0 | 2 | 3) => Ok(()),
        Some(4) => bail!("the tests fail without any change"),
        _ => bail!("cargo mutants broke off: {status}"),
    }
}

/// What became of the changes of each file: how many of each kind.
#[derive(Default)]
struct Told(BTreeMap<String, BTreeMap<&'static str, usize>>);

impl Told {
    /// Adds what a run has settled, and gives what it has left.
    fn take(&mut self, folder: &Path) -> Result<Self> {
        let mut left = Self::default();
        left.add(folder, &["missed", "timeout"])?;
        self.add(folder, &["caught", "unviable"])?;
        Ok(left)
    }

    fn any(&self) -> bool {
        !self.0.is_empty()
    }

    fn merge(&mut self, other: Self) {
        for (file, kinds) in other.0 {
            self.0.entry(file).or_default().extend(kinds);
        }
    }

    /// Adds what stands in the lists of these kinds, a line each: `crates/core/src/retry.rs:12:3: replace …`.
    fn add(&mut self, folder: &Path, kinds: &[&'static str]) -> Result<()> {
        for kind in kinds {
            let list: PathBuf = folder.join(kind).with_extension("txt");
            for line in fs::read_to_string(&list).with_context(|| list.display().to_string())?.lines() {
                let file = line.split(':').next().unwrap_or(line);
                *self.0.entry(file.to_owned()).or_default().entry(kind).or_default() += 1;
            }
        }
        Ok(())
    }

    fn sum(&self, kind: &str) -> usize {
        self.0.values().filter_map(|kinds| kinds.get(kind)).sum()
    }

    fn table(&self) -> String {
        let mut table = String::new();
        for (file, kinds) in &self.0 {
            let words: Vec<_> = kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
            let _ = writeln!(table, "{file}: {}", words.join(", "));
        }
        table
    }
}

/// The decisions that cost money or tell secrets where they are wrong.
const FILES: [&str; 6] = [
    "crates/core/src/retry.rs",
    "crates/core/src/words.rs",
    "crates/core/src/secret.rs",
    "crates/core/src/wire.rs",
    "crates/core/src/fleet/billing/*.rs",
    "crates/core/src/store/*.rs",
];
/// What is compiled and run of core: first all unit tests but the one that takes as long as all others.
const QUICK: [&str; 5] = ["--cargo-arg=--lib", "--", "--", "--skip", "store::model"];
const ALL: [&str; 5] = [
    "--cargo-arg=--lib",
    "--cargo-arg=--test=promises",
    "--cargo-arg=--test=scenarios",
    "--cargo-arg=--test=store",
    "--cargo-arg=--test=zeroed",
];
/// What of it has the store in a database, where it is given one.
const IN_A_DATABASE: [&str; 1] = ["--cargo-arg=--test=store"];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn what_became_of_the_changes_is_told_by_file() {
        let folder = tempfile::tempdir().unwrap();
        let list = |kind: &str, lines: &str| fs::write(folder.path().join(kind).with_extension("txt"), lines).unwrap();
        list("caught", "src/a.rs:1:2: replace a\nsrc/b.rs:1:2: replace b\nsrc/a.rs:3:4: replace + with -\n");
        list("missed", "src/a.rs:5:6: replace < with <=\n");
        list("timeout", "");
        let mut told = Told::default();
        assert!(told.take(folder.path()).is_err(), "a list that is not there is no empty one");
        list("unviable", "");
        let mut told = Told::default();
        let left = told.take(folder.path()).unwrap();
        assert!(left.any());
        assert_eq!((told.sum("caught"), told.sum("missed")), (3, 0));
        told.merge(left);
        assert_eq!(told.table(), "src/a.rs: 2 caught, 1 missed\nsrc/b.rs: 1 caught\n");
        assert_eq!((told.sum("caught"), told.sum("missed"), told.sum("timeout")), (3, 1, 0));
    }

    #[test]
    fn the_files_that_are_changed_are_there() {
        let checkout = Checkout::find().unwrap();
        for file in FILES {
            assert!(checkout.path(file.trim_end_matches("/*.rs")).exists(), "{file}");
        }
    }
}
