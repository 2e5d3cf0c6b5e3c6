//! Every suite of `cargo xtask test`, in the order in which they run.

mod bundlers;
mod canary;
mod demo;
mod docs;
mod kit;
mod licences;
mod node;
mod otel;
mod packages;
mod program;
mod python;
mod rust;
mod service;
mod store;
mod sync;
mod web;
mod workflows;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};

pub(crate) use kit::Kit;
pub(crate) use rust::promises_as_released;

use crate::ahead::Package;
use crate::counts::{self, Counts};
use crate::lanes::Place;
use crate::run::{Log, Step};
use crate::tools::{self, Python};

/// How the name of a file ends, beside a suite's log, that holds what the package logged: every record, with all its fields.
const RECORDS: &str = "records";

/// How the name of a file ends, beside a suite's log, that holds the JUnit report of its runner; the canary suite reads it too.
const REPORT: &str = "xml";

type Run = Box<dyn Fn(&Kit, &mut Log) -> Result<Counts> + Send + Sync>;

/// A row of tests with a name of its own.
pub(crate) struct Suite {
    pub(crate) name: String,
    pub(crate) about: String,
    run: Run,
    /// The suites that are to have ended, where they are run too.
    pub(crate) after: &'static [&'static str],
    /// What it needs of what is built ahead: it may begin before the other is built.
    pub(crate) installs: Option<Package>,
    /// Nothing runs beside it, and all before it in the list have ended.
    pub(crate) alone: bool,
    reads: Vec<Place>,
    writes: Vec<Place>,
}

impl Suite {
    /// `about` says what is tested, in a line.
    pub(crate) fn new(
        name: impl Into<String>,
        about: impl Into<String>,
        run: impl Fn(&Kit, &mut Log) -> Result<Counts> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            about: about.into(),
            run: Box::new(run),
            after: &[],
            installs: None,
            alone: false,
            reads: Vec::new(),
            writes: Vec::new(),
        }
    }

    pub(crate) fn after(self, suites: &'static [&'static str]) -> Self {
        Self { after: suites, ..self }
    }

    pub(crate) fn installs(self, package: Package) -> Self {
        Self { installs: Some(package), ..self }
    }

    pub(crate) fn reads(mut self, places: &[Place]) -> Self {
        self.reads.extend(places);
        self
    }

    pub(crate) fn writes(mut self, places: &[Place]) -> Self {
        self.writes.extend(places);
        self
    }

    pub(crate) fn alone(self) -> Self {
        Self { alone: true, ..self }
    }

    /// Whether it reads or writes there.
    pub(crate) fn has(&self, place: Place) -> bool {
        self.reads.contains(&place) || self.writes.contains(&place)
    }

    /// Whether one of the two writes where the other is.
    pub(crate) fn excludes(&self, other: &Self) -> bool {
        self.writes.iter().any(|place| other.has(*place)) || other.writes.iter().any(|place| self.has(*place))
    }

    /// Runs it to its end; an error is a failure that no runner counted.
    pub(crate) fn run(&self, kit: &Kit, log: &mut Log) -> Result<Counts> {
        (self.run)(kit, log)
    }
}

/// Both packages, as users install them.
const PACKAGES: &[&str] = &["wheel", "tarball"];

/// Every suite of this machine.
pub(crate) fn all() -> Result<Vec<Suite>> {
    tools::rust_linters()?;
    tools::node()?;
    Ok(listed(tools::pythons()?, &tools::python()?.name()))
}

/// The first that may run begins: what compiles first, then what builds in the clean copy, then the longest, and those early that
/// exclude each other, so that both lanes end together. `main` is the Python that `python3` is.
fn listed(pythons: Vec<Python>, main: &str) -> Vec<Suite> {
    use Place::{Checkout, Copy, CopyOfJs, MainVenv, Tools};

    let python = |python: Python| {
        let name = python.name();
        let about = format!("the installed Python package on CPython {name}");
        let venv: &[Place] = if name == main { &[MainVenv] } else { &[] };
        let tests = move |kit: &Kit, log: &mut Log| python::tests(kit, &python, log);
        Suite::new(format!("python-{name}"), about, tests).installs(Package::Wheel).reads(venv)
    };
    let installed = |suite: Suite| suite.after(PACKAGES).reads(&[CopyOfJs]);
    let mut pythons = pythons.into_iter().map(python);

    let mut suites = vec![
        Suite::new("rust", "the tests of core, mock, the program and xtask", rust::tests).writes(&[Checkout]),
        Suite::new("store", "the store's promises on SQLite, on PostgreSQL, and through PgBouncer", store::tests)
            .writes(&[Checkout]),
        Suite::new("release", "what core promises about money, without a dev build's checks", rust::release)
            .writes(&[Checkout]),
        Suite::new("rust-docs", "the examples in Rust's API documentation", rust::doc_tests).writes(&[Checkout]),
        Suite::new("rust-lint", "rustfmt, clippy and rustdoc without a warning", rust::lint).writes(&[Checkout]),
        Suite::new("sync", "generated files are what would be generated", sync::check).writes(&[Checkout]),
        Suite::new("wheel", "the Python package, as the README installs it, in an empty project", packages::wheel)
            .writes(&[Copy]),
        Suite::new("tarball", "the Node package, as the README installs it, in an empty project", packages::tarball)
            .writes(&[Copy, CopyOfJs]),
        // It installs anew what others find in the clean copy.
        Suite::new("demo", "cargo xtask demo", demo::run).after(PACKAGES).writes(&[Copy, CopyOfJs]),
        Suite::new("sdist", "the Python source distribution, used in an empty project", packages::sdist)
            .after(&["wheel"])
            .writes(&[Copy, Tools]),
    ];
    suites.extend(pythons.next());
    // What the examples ask for besides is installed into the environment that other suites use.
    suites.extend([
        installed(Suite::new("web", "the web examples in Chromium", web::tests)).writes(&[MainVenv]),
        installed(Suite::new(
            "service",
            "the services over webhooks, whichever of their processes dies",
            service::tests,
        ))
        .writes(&[MainVenv]),
        installed(Suite::new("otel", "what the OpenTelemetry examples make of the records", otel::tests))
            .writes(&[MainVenv]),
        // They wait for those, and one of them for the other.
        installed(Suite::new("docs", "the code in the READMEs, and the examples", docs::run))
            .reads(&[MainVenv])
            .writes(&[Checkout]),
        installed(Suite::new("program", "the program as pip and npm install it", program::tests))
            .reads(&[MainVenv])
            .writes(&[Checkout]),
    ]);
    suites.extend(pythons);
    suites.extend([
        Suite::new("python-lint", "ruff, mypy --strict, pyright and stubtest", python::lint)
            .after(&["wheel"])
            .writes(&[Tools]),
        installed(Suite::new("node", "the installed Node package", node::tests)),
        installed(Suite::new(
            "workers",
            "processes of Python and Node on one store, whichever of them dies",
            store::workers,
        ))
        .reads(&[MainVenv]),
        installed(Suite::new("bundlers", "the npm tarball in bundles of esbuild, webpack and ncc", bundlers::tests)),
        Suite::new("node-lint", "biome, and tsc --strict on the types", node::lint),
        Suite::new("licences", "licences, sources and bans of all dependencies", licences::check).writes(&[Tools]),
        Suite::new("workflows", "the workflow files: actionlint, their platforms, their pins", workflows::lint),
        Suite::new("canary", "no token in anything that the suites above printed", canary::check).alone(),
    ]);
    suites
}

/// Runs each step, and counts it as one check.
fn checks(steps: impl IntoIterator<Item = Step>, log: &mut Log) -> Result<Counts> {
    let mut counts = Counts::default();
    for step in steps {
        counts += Counts::one(step.run(log)?.ok);
    }
    Ok(counts)
}

/// Where the runner of a part of a suite reports, beside the suite's log.
fn report_of(part: &str, log: &Log) -> PathBuf {
    log.path().with_extension(format!("{}.{REPORT}", part.replace(' ', "-")))
}

/// Runs a test runner that writes a JUnit report, and counts what it says there. One that died before it wrote its report,
/// or that ran no test, is an error.
fn reported(step: Step, report: &Path, log: &mut Log) -> Result<Counts> {
    // What an earlier run said is not about this one.
    if report.exists() {
        fs::remove_file(report)?;
    }
    let ok = step.run(log)?.ok;
    let said = fs::read(report).with_context(|| format!("the runner wrote no report: {}", report.display()))?;
    let counts = counts::junit(&String::from_utf8_lossy(&said))
        .with_context(|| format!("the runner's report is of no use: {}", report.display()))?;
    Ok(counts.held_to(ok))
}

/// Node's test runner, which says the same to people as without a report. A test that hangs for so long fails, and the others
/// go on.
fn node_test(title: impl Into<String>, limit: Duration, report: &Path) -> Step {
    Step::new(title, "node")
        .args(["--test", "--test-reporter=spec", "--test-reporter-destination=stdout", "--test-reporter=junit"])
        .arg(format!("--test-reporter-destination={}", report.display()))
        .arg(format!("--test-timeout={}", limit.as_millis()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    const PASSED: &str = "<testsuites><testcase/></testsuites>";

    /// What is made of a runner that is this script, in a folder where an earlier one has passed.
    fn of_a_runner(script: &str) -> Result<Counts> {
        let folder = tempfile::tempdir().unwrap();
        let mut log = Log::create(folder.path().join("suite.log")).unwrap();
        let report = report_of("a part", &log);
        fs::write(&report, PASSED).unwrap();
        let step = Step::new("a runner", "sh").args(["-c", script]).env("PASSED", PASSED).folder(folder.path());
        reported(step, &report, &mut log)
    }

    #[test]
    fn a_runner_is_believed_what_it_reports_and_held_to_its_exit_code() {
        let counts = |passed, failed| Counts { passed, failed, skipped: 0 };
        assert_eq!(of_a_runner("echo $PASSED > suite.a-part.xml").unwrap(), counts(1, 0));
        assert_eq!(of_a_runner("echo $PASSED > suite.a-part.xml; exit 1").unwrap(), counts(1, 1));
    }

    #[test]
    fn a_runner_without_a_report_of_its_own_has_failed() {
        for script in ["true", "exit 1", "kill -9 $$"] {
            let error = of_a_runner(script).unwrap_err().to_string();
            assert!(error.starts_with("the runner wrote no report: "), "{error}");
        }
    }

    #[test]
    fn a_report_that_breaks_off_or_has_no_test_is_a_failure() {
        for (said, why) in
            [("'<testsuites><testcase/>'", "it breaks off"), ("'<testsuites/>'", "there is no test in it")]
        {
            let error = of_a_runner(&format!("echo {said} > suite.a-part.xml")).unwrap_err();
            assert_eq!(error.root_cause().to_string(), why);
        }
    }
}
