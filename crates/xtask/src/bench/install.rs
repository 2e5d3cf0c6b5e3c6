//! Installs what is measured: us, as the README does it, the peers at their pinned versions, and the programs of `crates/bench`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::works::{Language, OURS, Work};
use crate::node;
use crate::platforms;
use crate::python::Venv;
use crate::run::{Log, Step};
use crate::suites::Kit;
use crate::tools;

/// The workers of Python and Node, and what pip and npm are to install.
pub(super) const TOOLS: &str = "crates/xtask/tools/bench";
const NODE_WORKER: &str = "work.mjs";

/// All that is measured, outside of the checkout.
pub(super) struct Installed {
    venv: Venv,
    python_worker: PathBuf,
    /// A project with the peers, and one with us.
    node_peers: PathBuf,
    node_ours: PathBuf,
    programs: PathBuf,
}

impl Installed {
    pub(super) fn everything(kit: &Kit, log: &mut Log) -> Result<Self> {
        tools::node()?;
        let tools_folder = kit.checkout.path(TOOLS);
        let venv = Venv::ensure(kit.stage.path("venv-bench"), &tools::python()?, log)?;
        let requirements = tools_folder.join("requirements.txt");
        venv.pip_install("installing the peers of Python").arg("--requirement").arg(requirements).succeed(log)?;
        let wheel = kit.wheel(log)?;
        let step = venv.pip_install("installing the wheel").args(["--force-reinstall", "--no-deps"]);
        step.arg(wheel).succeed(log)?;

        let (node_peers, node_ours) = (kit.stage.path("bench-peers"), kit.stage.path("bench-ours"));
        fs::create_dir_all(&node_peers)?;
        for file in ["package.json", "package-lock.json"] {
            fs::copy(tools_folder.join(file), node_peers.join(file))?;
        }
        node::install_locked("installing the peers of Node", &node_peers, log)?;
        node::empty_project(&node_ours, &kit.tarball(log)?, log)?;
        for project in [&node_peers, &node_ours] {
            fs::copy(tools_folder.join(NODE_WORKER), project.join(NODE_WORKER))?;
        }

        let sources = kit.sources()?;
        Step::new("compiling the server, the floor and core alone (a release; some minutes)", tools::cargo())
            .args(["build", "--release", "--locked", "--package", "greenapi-partner-bench"])
            .in_a_users_environment()
            .folder(&sources)
            .succeed(log)?;
        let programs = platforms::folder(&sources.join("target")).join("release");
        Ok(Self { venv, python_worker: tools_folder.join("work.py"), node_peers, node_ours, programs })
    }

    /// A program of `crates/bench`.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    /// Python, with the peers and us.
    pub(super) fn python(&self) -> PathBuf {
        self.venv.program("python")
    }

    /// The program that does a work as this contender; its arguments are still to come.
    pub(super) fn worker(&self, work: &Work, contender: &str) -> Command {
        let script = |program: &Path, script: &Path| {
            let mut command = Command::new(program);
            command.arg(script);
            command
        };
        let node = Path::new("node");
        match work.language {
            _ if work.floors.contains(&contender) => Command::new(self.program("floor")),
            Language::Rust => Command::new(self.program("ours")),
            Language::Python => script(&self.python(), &self.python_worker),
            Language::Node if contender == OURS => script(node, &self.node_ours.join(NODE_WORKER)),
            Language::Node => script(node, &self.node_peers.join(NODE_WORKER)),
        }
    }
}
