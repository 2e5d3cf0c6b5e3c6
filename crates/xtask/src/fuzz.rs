//! `cargo xtask fuzz`: libFuzzer looks for inputs of which something does not hold that a target of `fuzz/` checks.
//!
//! What a target checks stands in the crate whose code it is about, in its `fuzzing` module, and ordinary tests replay it there with
//! `fuzz/corpus/`. What a run finds besides goes below `target/`, until it is kept.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::canary::leak;
use crate::checkout::{Checkout, empty_folder};
use crate::tools;

/// What a run looks at.
#[derive(Args)]
pub(crate) struct Options {
    /// Only these targets; all of them where none is named.
    #[arg(value_name = "TARGET")]
    targets: Vec<String>,
    /// How long each is looked at.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
    /// Keep the fewest inputs that reach all that was reached, in fuzz/corpus/.
    #[arg(long)]
    keep: bool,
    /// Print the targets' names instead.
    #[arg(long)]
    list: bool,
}

pub(crate) fn run(checkout: &Checkout, options: &Options) -> Result<()> {
    let known = targets(checkout)?;
    if options.list {
        for name in &known {
            println!("{name}");
        }
        return Ok(());
    }
    let chosen = if options.targets.is_empty() { &known } else { &options.targets };
    if let Some(unknown) = chosen.iter().find(|name| !known.contains(name)) {
        bail!("there is no target {unknown}: there are {}", known.join(", "));
    }
    tools::fuzzers()?;
    // What is fuzzed is made of the same packages as what is shipped; cargo adds libFuzzer's.
    fs::copy(checkout.path("Cargo.lock"), checkout.path("fuzz/Cargo.lock")).context("Cargo.lock")?;
    let mut broken = Vec::new();
    for name in chosen {
        let target = Target::of(checkout, name)?;
        println!("{name}, for {} s", options.seconds);
        if !target.looks(options.seconds)? {
            broken.push(name.as_str());
        } else if options.keep {
            println!("{name}: {} inputs are kept", target.keep()?);
        }
    }
    if !broken.is_empty() {
        bail!(
            "something does not hold of what is in fuzz/artifacts/ of {}: mend it, and keep the input in fuzz/corpus/ by a name that says what it is",
            broken.join(", ")
        );
    }
    Ok(())
}

/// The targets, by their files.
fn targets(checkout: &Checkout) -> Result<Vec<String>> {
    let files = fs::read_dir(checkout.path("fuzz/targets")).context("fuzz/targets")?;
    let mut names = files
        .map(|file| Ok(file?.path().file_stem().map(|name| name.to_string_lossy().into_owned())))
        .filter_map(Result::transpose)
        .collect::<Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

/// One target and its folders of inputs.
struct Target<'a> {
    checkout: &'a Checkout,
    name: &'a str,
    /// What runs have found, which libFuzzer adds to.
    found: PathBuf,
    /// What to begin with, which the target itself writes down.
    seeds: PathBuf,
    /// What is in the repository.
    kept: PathBuf,
}

impl<'a> Target<'a> {
    fn of(checkout: &'a Checkout, name: &'a str) -> Result<Self> {
        let folder = checkout.scratch("fuzz").join(name);
        let kept = checkout.path("fuzz/corpus").join(name);
        let target = Self { checkout, name, found: folder.join("found"), seeds: folder.join("seeds"), kept };
        for folder in [&target.found, &target.seeds, &target.kept] {
            fs::create_dir_all(folder)?;
        }
        Ok(target)
    }

    /// Whether all held that was tried in this time.
    fn looks(&self, seconds: u64) -> Result<bool> {
        self.fuzzer(&[&self.found, &self.seeds, &self.kept], &[&format!("-max_total_time={seconds}"), "-timeout=10"])
    }

    /// Puts the fewest inputs into the repository that reach what all of them do, without those that the target writes itself, without
    /// those that look as if they told a token, and with those that somebody has given a name. Gives how many there are.
    fn keep(&self) -> Result<usize> {
        let merged = self.checkout.scratch("fuzz").join(self.name).join("merged");
        empty_folder(&merged)?;
        // Which lines are reached counts here, and not how often: the rest is found again in no time.
        let flags = ["-merge=1", "-set_cover_merge=1", "-use_counters=0"];
        if !self.fuzzer(&[&merged, &self.seeds, &self.kept, &self.found], &flags)? {
            bail!("{} cannot be merged", self.name);
        }
        let inputs = |folder: &PathBuf| -> Result<BTreeSet<Vec<u8>>> {
            fs::read_dir(folder)?.map(|file| Ok(fs::read(file?.path())?)).collect()
        };
        let seeds = inputs(&self.seeds)?;
        for file in fs::read_dir(&self.kept)? {
            let file = file?;
            if is_digest(&file.file_name().to_string_lossy()) {
                fs::remove_file(file.path())?;
            }
        }
        for file in fs::read_dir(&merged)? {
            let path = file?.path();
            let name = path.file_name().context("a file has a name")?;
            let input = fs::read(&path)?;
            if !seeds.contains(&input) && !tells_a_token(&input) && !inputs(&self.kept)?.contains(&input) {
                fs::copy(&path, self.kept.join(name))?;
            }
        }
        Ok(fs::read_dir(&self.kept)?.count())
    }

    fn fuzzer(&self, folders: &[&PathBuf], flags: &[&str]) -> Result<bool> {
        let status = Command::new("rustup")
            .args(["run", NIGHTLY, "cargo", "fuzz", "run", "--fuzz-dir", "fuzz", "--target-dir"])
            .arg(self.checkout.target().join("fuzz"))
            .arg(self.name)
            .args(folders)
            .arg("--")
            .args(flags)
            .args(["-jobs=0", "-rss_limit_mb=4096", "-print_final_stats=1", &format!("-max_len={LONGEST}")])
            .env("FUZZ_SEEDS", &self.seeds)
            // What cargo has told us is of another compiler.
            .env_remove("CARGO")
            .env_remove("RUSTC")
            .env_remove("RUSTUP_TOOLCHAIN")
            .current_dir(self.checkout.root())
            .status()
            .context("rustup")?;
        Ok(status.success())
    }
}

fn tells_a_token(input: &[u8]) -> bool {
    String::from_utf8_lossy(input).lines().any(|line| leak(line).is_some())
}

/// Whether libFuzzer has given this name, and nobody who would be told something by it.
fn is_digest(name: &str) -> bool {
    name.len() == 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Only that one builds what libFuzzer needs.
pub(crate) const NIGHTLY: &str = "nightly";
/// Nothing that is read becomes other by being longer.
const LONGEST: usize = 4096;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn every_target_is_a_program_of_the_manifest_and_has_a_corpus() {
        let checkout = Checkout::find().unwrap();
        let manifest = fs::read_to_string(checkout.path("fuzz/Cargo.toml")).unwrap();
        let named: Vec<_> = manifest.lines().filter_map(|line| line.strip_prefix("path = \"targets/")).collect();
        let mut named: Vec<_> = named.iter().map(|file| file.trim_end_matches(".rs\"").to_owned()).collect();
        named.sort();
        assert_eq!(named, targets(&checkout).unwrap());
        for name in named {
            assert!(
                fs::read_dir(checkout.path("fuzz/corpus").join(&name)).is_ok_and(|files| files.count() > 0),
                "{name}"
            );
        }
    }

    #[test]
    fn what_is_kept_tells_no_token() {
        let checkout = Checkout::find().unwrap();
        for name in targets(&checkout).unwrap() {
            for file in fs::read_dir(checkout.path("fuzz/corpus").join(&name)).unwrap().flatten() {
                assert!(!tells_a_token(&fs::read(file.path()).unwrap()), "{}", file.path().display());
            }
        }
        assert!(tells_a_token(
            format!("400\n{{\"message\": \"{}\"}}", "0123456789abcdef01234".repeat(3).split_at(50).0).as_bytes()
        ));
    }

    #[test]
    fn a_name_that_somebody_gave_is_no_digest() {
        assert!(is_digest("da39a3ee5e6b4b0d3255bfef95601890afd80709"));
        assert!(!is_digest("a-token-behind-a-mask"));
    }
}
