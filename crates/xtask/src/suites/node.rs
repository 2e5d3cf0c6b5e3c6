//! The Node package: its tests, and what reads its code without running it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use super::{Kit, RECORDS, checks, node_test, report_of, reported};
use crate::counts::Counts;
use crate::node;
use crate::run::{Log, Step};

pub(super) fn tests(kit: &Kit, log: &mut Log) -> Result<Counts> {
    let proof = kit.node_proof(log)?;
    let files = test_files(&proof.join("tests/js"))?;
    // The scenarios run with somebody who records all that the package tells: the canary suite reads it. The other tests
    // run without, since some of them are about nobody listening.
    let (scenarios, others): (Vec<PathBuf>, Vec<PathBuf>) =
        files.into_iter().partition(|file| file.ends_with("scenarios.test.mjs"));
    let preloaded = kit.checkout.path("crates/xtask/tools/records/records.mjs");
    let (first, second) = (report_of("scenarios", log), report_of("everything else", log));
    let recorded = runner(&proof, "node --test, the scenarios", scenarios, &first)
        .env("NODE_OPTIONS", format!("--import=\"{}\"", preloaded.display()))
        .env("RECORDS", log.path().with_extension(RECORDS));
    let rest = runner(&proof, "node --test, everything else", others, &second);
    let mut counts = reported(recorded, &first, log)?;
    counts += reported(rest, &second, log)?;
    Ok(counts)
}

fn runner(proof: &Path, title: &str, files: Vec<PathBuf>, report: &Path) -> Step {
    node_test(title, Duration::from_secs(300), report).args(files).folder(proof)
}

pub(super) fn lint(kit: &Kit, log: &mut Log) -> Result<Counts> {
    node::install_dev(&kit.checkout, log)?;
    let js = kit.checkout.path("js");
    let steps = [
        node::npm("biome on the package and its tests", &js).args(["run", "lint"]),
        Step::new("biome on tests/packages", js.join("node_modules/.bin/biome"))
            .args(["ci", "--config-path=js/biome.json", "tests/packages"])
            .folder(kit.checkout.root()),
        node::npm("tsc --strict on a user's program", &js).args(["run", "types"]),
    ];
    checks(steps, log)
}

/// All of them by name: Node 20 takes a folder, Node 22 a pattern, and every Node takes files.
fn test_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = folder.read_dir()?.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.to_string_lossy().ends_with(".test.mjs"));
    files.sort();
    Ok(files)
}
