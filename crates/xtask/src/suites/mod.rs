//! Every suite of `cargo xtask test`, in the order in which they run.

mod bundlers;
mod canary;
mod demo;
mod docs;
mod kit;
mod licences;
mod node;
mod packages;
mod python;
mod rust;
mod service;
mod sync;
mod web;
mod workflows;

use anyhow::Result;

pub(crate) use kit::Kit;

use crate::counts::Counts;
use crate::run::{Log, Step};
use crate::tools;

/// How the name of a file ends, beside a suite's log, that holds what the package logged: every record, with all its fields.
const RECORDS: &str = "records";

type Run = Box<dyn Fn(&Kit, &mut Log) -> Result<Counts>>;

/// A row of tests with a name of its own.
pub(crate) struct Suite {
    pub(crate) name: String,
    pub(crate) about: String,
    run: Run,
}

impl Suite {
    /// `about` says what is tested, in a line.
    pub(crate) fn new(
        name: impl Into<String>,
        about: impl Into<String>,
        run: impl Fn(&Kit, &mut Log) -> Result<Counts> + 'static,
    ) -> Self {
        Self { name: name.into(), about: about.into(), run: Box::new(run) }
    }

    /// Runs it to its end; an error is a failure that no runner counted.
    pub(crate) fn run(&self, kit: &Kit, log: &mut Log) -> Result<Counts> {
        (self.run)(kit, log)
    }
}

/// What compiles comes first, what needs the packages next, and what reads everybody's output last.
pub(crate) fn all() -> Result<Vec<Suite>> {
    tools::rust_linters()?;
    tools::node()?;
    let pythons = tools::pythons()?;

    let mut suites = vec![
        Suite::new("rust", "the tests of core, mock and xtask", rust::tests),
        Suite::new("rust-docs", "the examples in Rust's API documentation", rust::doc_tests),
        Suite::new("rust-lint", "rustfmt, clippy and rustdoc without a warning; a release would compile", rust::lint),
        Suite::new("sync", "generated files are what would be generated", sync::check),
        Suite::new("wheel", "the Python package, as the README installs it, in an empty project", packages::wheel),
        Suite::new("tarball", "the Node package, as the README installs it, in an empty project", packages::tarball),
        Suite::new("release", "what core promises about money, built as a release", rust::release),
    ];
    for python in pythons {
        let about = format!("the installed Python package on CPython {}", python.name());
        suites.push(Suite::new(format!("python-{}", python.name()), about, move |kit, log| {
            python::tests(kit, &python, log)
        }));
    }
    suites.extend([
        Suite::new("python-lint", "ruff, mypy --strict, pyright and stubtest", python::lint),
        Suite::new("node", "the installed Node package", node::tests),
        Suite::new("node-lint", "biome, and tsc --strict on the types", node::lint),
        Suite::new("docs", "the code in the READMEs, and the examples", docs::run),
        Suite::new("web", "the web examples in Chromium", web::tests),
        Suite::new("service", "the services over webhooks, whichever of their processes dies", service::tests),
        Suite::new("bundlers", "the npm tarball in bundles of esbuild, webpack and ncc", bundlers::tests),
        Suite::new("demo", "cargo xtask demo", demo::run),
        Suite::new("sdist", "the Python source distribution, used in an empty project", packages::sdist),
        Suite::new("licences", "licences, sources and bans of all dependencies", licences::check),
        Suite::new("workflows", "the workflow files: actionlint, their platforms, their pins", workflows::lint),
        Suite::new("canary", "no token in anything that the suites above printed", canary::check),
    ]);
    Ok(suites)
}

/// Runs each step, and counts it as one check.
fn checks(steps: impl IntoIterator<Item = Step>, log: &mut Log) -> Result<Counts> {
    let mut counts = Counts::default();
    for step in steps {
        counts += Counts::one(step.run(log)?.ok);
    }
    Ok(counts)
}
