//! Rust: tests, documentation examples, lints.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::Result;
use serde_json::Value;

use super::{Kit, REPORT, checks, report_of, reported};
use crate::counts::{self, Counts};
use crate::run::{Log, Step};
use crate::tools;

/// All packages but the bindings, which are tested in their own languages. Naming them all at once, and not one by one,
/// keeps cargo from compiling their dependencies again with other features.
const PACKAGES: [&str; 5] =
    ["--workspace", "--exclude", "greenapi-partner-python", "--exclude", "greenapi-partner-node"];

/// What core promises about money, requests and files: `crates/core/tests/promises`.
const PROMISES: [&str; 2] = ["--test", "promises"];

/// Core without the checks of a dev build, as users get it. The packages are tested as they are, optimised.
const AS_RELEASED: [&str; 4] = [
    "--config",
    "profile.dev.package.greenapi-partner.debug-assertions=false",
    "--config",
    "profile.dev.package.greenapi-partner.overflow-checks=false",
];

/// The program's: `crates/cli/tests/program`.
const PROGRAM: [&str; 2] = ["--test", "program"];

/// The store's: on SQLite, and on another database where they are told its URL.
const STORE: [&str; 2] = ["--test", "store"];

/// Most of the time they wait, for what a claim or a look takes.
const AT_ONCE: [&str; 2] = ["--test-threads", "4"];

const CORE: &str = "greenapi-partner";

/// Core's integration tests of which the suites `release` and `store` run all.
const ELSEWHERE: [&str; 2] = ["promises", "store"];

/// None of these either, should another package have tests of their name.
const ELSEWHERE_FILTER: [&str; 2] =
    ["-E", "not binary_id(greenapi-partner::promises) and not binary_id(greenapi-partner::store)"];

/// Where nextest leaves its report, below the folder it runs in: `.config/nextest.toml` says so.
const NEXTEST_REPORT: &str = "target/nextest/xtask/junit.xml";

pub(super) fn tests(kit: &Kit, log: &mut Log) -> Result<Counts> {
    let what: Vec<String> = integration_tests(kit)?.into_iter().flat_map(|name| ["--test".to_owned(), name]).collect();
    let what: Vec<&str> =
        PACKAGES.into_iter().chain(["--lib", "--bins"]).chain(what.iter().map(String::as_str)).collect();
    let report = log.path().with_extension(REPORT);
    run(cargo(kit, "the tests"), kit.checkout.root(), &what, &ELSEWHERE_FILTER, &report, log)
}

/// The names of all packages' integration tests but those that are run elsewhere: named one by one, core's promises are not compiled
/// where nobody runs them.
fn integration_tests(kit: &Kit) -> Result<BTreeSet<String>> {
    let metadata = cargo(kit, "cargo metadata").args(["metadata", "--format-version", "1", "--no-deps", "--locked"]);
    let metadata: Value = serde_json::from_slice(&metadata.answer()?)?;
    Ok(integration_tests_in(&metadata))
}

fn integration_tests_in(metadata: &Value) -> BTreeSet<String> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut names = BTreeSet::new();
    for package in list(&metadata["packages"]) {
        let tests =
            list(&package["targets"]).into_iter().filter(|target| list(&target["kind"]).contains(&"test".into()));
        let tests = tests.filter_map(|target| Some(target["name"].as_str()?.to_owned()));
        names.extend(tests.filter(|name| package["name"] != CORE || !ELSEWHERE.contains(&name.as_str())));
    }
    names
}

/// The store's tests on the database at this URL; without one, in a file. A `filter` leaves some out.
pub(super) fn store(kit: &Kit, name: &str, url: Option<&str>, filter: &[&str], log: &mut Log) -> Result<Counts> {
    let step = cargo(kit, format!("the store's tests, {name}"));
    let step = url.into_iter().fold(step, |step, url| step.env("STORE_URL", url));
    let report = report_of(name, log);
    run(step, kit.checkout.root(), &[&PACKAGES[..], &STORE].concat(), &[&AT_ONCE, filter].concat(), &report, log)
}

/// The tests of the program, with the one that is installed there.
pub(super) fn program(kit: &Kit, name: &str, program: &Path, log: &mut Log) -> Result<Counts> {
    let step = cargo(kit, format!("the program's tests, {name}")).env("GREENAPI_PARTNER_PROGRAM", program);
    run(step, kit.checkout.root(), &[&PACKAGES[..], &PROGRAM].concat(), &[], &report_of(name, log), log)
}

/// Without the checks of a dev build, as what users get.
pub(super) fn release(kit: &Kit, log: &mut Log) -> Result<Counts> {
    let report = log.path().with_extension(REPORT);
    let step = cargo(kit, "the promises, as a release");
    run(step, kit.checkout.root(), &promises_as_released(), &[], &report, log)
}

/// What cargo is to test for that; what core depends on is what the other suites have compiled.
pub(crate) fn promises_as_released() -> Vec<&'static str> {
    [&AS_RELEASED[..], &PACKAGES, &PROMISES].concat()
}

/// With nextest where there is one, which runs every test in a process of its own and knows filters; else with cargo's own
/// runner. Its report is `kept` there.
fn run(step: Step, root: &Path, what: &[&str], filter: &[&str], kept: &Path, log: &mut Log) -> Result<Counts> {
    if tools::has_cargo("nextest") {
        let report = root.join(NEXTEST_REPORT);
        let step = step
            .args(["nextest", "run", "--profile", "xtask"])
            .args(what)
            .args(filter)
            .args(["--no-fail-fast", "--no-tests", "warn"])
            // The output of tests that pass is kept too: the canary suite reads it.
            .args(["--success-output", "immediate", "--failure-output", "final"]);
        let counts = reported(step, &report, log)?;
        fs::copy(report, kept)?;
        return Ok(counts);
    }
    let finished = step.args(["test", "--no-fail-fast"]).args(what).args(["--", "--show-output"]).run(log)?;
    Ok(counts::cargo_test(&finished.output).held_to(finished.ok))
}

pub(super) fn doc_tests(kit: &Kit, log: &mut Log) -> Result<Counts> {
    let finished = cargo(kit, "cargo test --doc").args(["test", "--doc", "--no-fail-fast"]).args(PACKAGES).run(log)?;
    Ok(counts::cargo_test(&finished.output).held_to(finished.ok))
}

pub(super) fn lint(kit: &Kit, log: &mut Log) -> Result<Counts> {
    let steps = [
        cargo(kit, "cargo fmt --check").args(["fmt", "--all", "--check", "--", "--color=never"]),
        // With the benchmark that wants a feature for itself.
        cargo(kit, "cargo clippy")
            .args(["clippy", "--workspace", "--all-targets", "--features", "greenapi-partner/benching"])
            .args(["--", "-D", "warnings"]),
        cargo(kit, "cargo doc")
            .args(["doc", "--workspace", "--no-deps", "--document-private-items"])
            // Who reads private items may follow a link to one.
            .env("RUSTDOCFLAGS", "-D warnings -A rustdoc::private_intra_doc_links"),
    ];
    checks(steps, log)
}

fn cargo(kit: &Kit, title: impl Into<String>) -> Step {
    Step::new(title, tools::cargo())
        .folder(kit.checkout.root())
        .env("CARGO_TERM_COLOR", "never")
        // Where a test panicked is enough, and stacks would push it out of sight.
        .env("RUST_BACKTRACE", "0")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use std::collections::BTreeMap;
    use std::process::Command;

    use serde_json::json;

    use super::*;

    #[test]
    fn all_integration_tests_are_run_but_those_of_other_suites() {
        let target = |kind: &str, name: &str| json!({ "kind": [kind], "name": name });
        let core = [target("lib", "greenapi_partner"), target("test", "promises"), target("test", "scenarios")];
        let other = [target("bin", "program"), target("test", "promises")];
        let metadata =
            json!({ "packages": [{ "name": CORE, "targets": core }, { "name": "other", "targets": other }] });
        assert_eq!(Vec::from_iter(integration_tests_in(&metadata)), ["promises", "scenarios"]);
    }

    /// The features of all that is compiled for these packages, by its name and version.
    fn features(packages: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
        let mut cargo = Command::new(tools::cargo());
        cargo.args(["tree", "--locked", "--prefix", "none", "--no-dedupe", "--format", "{p}\t{f}"]).args(packages);
        let output = cargo.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut features: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let printed = String::from_utf8(output.stdout).unwrap();
        for (package, its) in printed.lines().filter_map(|line| line.split_once('\t')) {
            features.entry(package.to_owned()).or_default().insert(its.to_owned());
        }
        features
    }

    /// What both are made of, and cargo would compile twice.
    fn differ(one: &[&str], other: &[&str]) -> Vec<String> {
        let (one, other) = (features(one), features(other));
        assert!(one.len() > 100, "{}", one.len());
        one.into_iter()
            .filter(|(package, its)| other.get(package).is_some_and(|others| !its.is_subset(others)))
            .map(|(package, its)| format!("{package} {its:?} {:?}", other[&package]))
            .collect()
    }

    #[test]
    fn nothing_is_compiled_twice_for_xtask_and_the_tests() {
        assert_eq!(differ(&["--package", "xtask", "--edges", "no-dev"], &PACKAGES), [""; 0]);
    }

    #[test]
    fn nothing_is_compiled_twice_for_both_bindings() {
        let of = |package| ["--package", package, "--edges", "no-dev"];
        assert_eq!(differ(&of("greenapi-partner-python"), &of("greenapi-partner-node")), [""; 0]);
    }

    /// Older compilers are not to be had everywhere. That our own code uses nothing newer is what clippy's `incompatible_msrv` says.
    #[test]
    fn no_dependency_asks_for_a_newer_rust_than_we_do() {
        let output =
            Command::new(tools::cargo()).args(["metadata", "--format-version", "1", "--locked"]).output().unwrap();
        let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
        let version = |text: &str| -> Vec<u32> { text.split('.').map(|number| number.parse().unwrap()).collect() };
        let ours = version(env!("CARGO_PKG_RUST_VERSION"));
        let newer =
            metadata["packages"].as_array().unwrap().iter().filter(|package| {
                package["rust_version"].as_str().is_some_and(|asked| version(asked)[..2] > ours[..2])
            });
        assert_eq!(newer.map(|package| &package["name"]).collect::<Vec<_>>(), Vec::<&Value>::new());
    }
}
