//! Kit that several suites need: each thing is made when it is first asked for, once; who asks for it meanwhile waits for it.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use anyhow::{Context, Result, anyhow};

use crate::checkout::{Checkout, empty_folder};
use crate::demo;
use crate::markdown::blocks;
use crate::node;
use crate::python::{self, Venv, only_file};
use crate::run::{Log, Step};
use crate::stage::{Stage, lay_out_js};
use crate::tools::{self, Python};

/// A thing, or why it could not be made; the reason is given to everyone who asks.
type Made<T> = OnceLock<Result<T, String>>;

/// The packages as users build and install them, and the tools.
pub(crate) struct Kit {
    pub(crate) checkout: Checkout,
    pub(crate) stage: Stage,
    sources: Made<PathBuf>,
    proof: Made<PathBuf>,
    python_tools: Made<Venv>,
    pyright: Made<PathBuf>,
    users_venv: Made<Venv>,
    wheel: Made<PathBuf>,
    tarball: Made<PathBuf>,
    node_proof: Made<PathBuf>,
    venvs: Mutex<HashMap<String, Arc<Made<Venv>>>>,
}

impl Kit {
    pub(crate) fn new(checkout: Checkout) -> Self {
        Self {
            stage: Stage::of(&checkout),
            checkout,
            sources: Made::new(),
            proof: Made::new(),
            python_tools: Made::new(),
            pyright: Made::new(),
            users_venv: Made::new(),
            wheel: Made::new(),
            tarball: Made::new(),
            node_proof: Made::new(),
            venvs: Mutex::default(),
        }
    }

    /// A clean copy of the checkout, where users' commands are run.
    pub(crate) fn sources(&self) -> Result<PathBuf> {
        once(&self.sources, || self.stage.sources(&self.checkout))
    }

    /// The tests, in a folder with nothing of the package in it.
    pub(crate) fn proof(&self) -> Result<PathBuf> {
        once(&self.proof, || self.stage.proof(&self.checkout))
    }

    /// An environment with `tools/python-tools.txt`: maturin, ruff, mypy.
    pub(crate) fn python_tools(&self, log: &mut Log) -> Result<Venv> {
        once(&self.python_tools, || python::tools(&self.checkout, log))
    }

    /// The program pyright.
    pub(crate) fn pyright(&self, log: &mut Log) -> Result<PathBuf> {
        once(&self.pyright, || node::pyright(&self.checkout, log))
    }

    /// An environment with nothing in it but what the README's command has installed.
    pub(crate) fn users_venv(&self, log: &mut Log) -> Result<Venv> {
        once(&self.users_venv, || {
            let venv = self.bare_venv(log)?;
            venv.activated(self.command_of_the_readme("install-python")?)?.succeed(log)?;
            Ok(venv)
        })
    }

    /// An environment of the Python that `python3` is, with nothing in it but pip. It is always the folder that the demo has
    /// too: for an interpreter at another path pyo3 is compiled again, and the release is linked again.
    pub(crate) fn bare_venv(&self, log: &mut Log) -> Result<Venv> {
        Venv::empty(self.sources()?.join(demo::VENV), &tools::python()?, log)
    }

    /// The wheel that the README's command has built: one for every Python.
    pub(crate) fn wheel(&self, log: &mut Log) -> Result<PathBuf> {
        once(&self.wheel, || {
            let (venv, folder) = (self.users_venv(log)?, self.stage.path("wheel"));
            empty_folder(&folder)?;
            Step::new("keeping the wheel that was built", venv.program("python"))
                .args(["-m", "pip", "wheel", "--no-deps", "--no-input", "--disable-pip-version-check", "--wheel-dir"])
                .arg(&folder)
                .arg("./python")
                .in_a_users_environment()
                .folder(&self.sources()?)
                .succeed(log)?;
            only_file(&folder, ".whl")
        })
    }

    /// Another process has run the README's command, and kept the wheel: suites can install it while the command is not to be run.
    pub(crate) fn wheel_is_built(&self) -> Result<()> {
        once(&self.wheel, || only_file(&self.stage.path("wheel"), ".whl")).map(drop)
    }

    /// The npm tarball that the README's commands have built.
    pub(crate) fn tarball(&self, log: &mut Log) -> Result<PathBuf> {
        once(&self.tarball, || {
            let js = self.sources()?.join("js");
            if let Ok(old) = only_file(&js, ".tgz") {
                fs::remove_file(old)?;
            }
            self.command_of_the_readme("install-node")?.succeed(log)?;
            only_file(&js, ".tgz")
        })
    }

    /// The tests beside an empty project that has the tarball installed.
    pub(crate) fn node_proof(&self, log: &mut Log) -> Result<PathBuf> {
        once(&self.node_proof, || {
            let (proof, tarball) = (self.proof()?, self.tarball(log)?);
            let project = self.stage.path("node");
            node::empty_project(&project, &tarball, log)?;
            let tools = self.sources()?.join("js/node_modules");
            lay_out_js(&proof, &project.join("node_modules/greenapi_partner"), &tools)?;
            Ok(proof)
        })
    }

    /// An environment of this Python with the wheel and what its tests need.
    pub(crate) fn venv(&self, python: &Python, log: &mut Log) -> Result<Venv> {
        let made =
            Arc::clone(self.venvs.lock().unwrap_or_else(PoisonError::into_inner).entry(python.name()).or_default());
        once(&made, || self.make_venv(python, log))
    }

    /// The environment of the Python that `python3` is.
    pub(crate) fn main_venv(&self, log: &mut Log) -> Result<Venv> {
        self.venv(&tools::python()?, log)
    }

    /// Installs the wheel and what its tests need, which is its extra `test`; `options` are pip's.
    pub(crate) fn install_wheel(&self, venv: &Venv, options: &[&str], log: &mut Log) -> Result<()> {
        let wheel = self.wheel(log)?;
        let with_extra = format!("{}[test]", wheel.display());
        let install = venv.pip_install("installing the wheel and what its tests need").args(options);
        install.arg(with_extra).succeed(log)?;
        // Pip keeps the wheel of an earlier run, which has the same version.
        venv.pip_install("installing this very wheel")
            .args(["--force-reinstall", "--no-deps"])
            .arg(wheel)
            .succeed(log)?;
        Ok(())
    }

    fn make_venv(&self, python: &Python, log: &mut Log) -> Result<Venv> {
        self.wheel(log)?;
        let venv = Venv::ensure(self.stage.path(format!("venv-{}", python.name())), python, log)?;
        self.install_wheel(&venv, &[], log)?;
        Ok(venv)
    }

    /// The README's block with this mark, as it stands there, to be run in the clean copy.
    fn command_of_the_readme(&self, mark: &str) -> Result<Step> {
        let sources = self.sources()?;
        let readme = fs::read_to_string(sources.join("README.md"))?;
        let block = blocks(&readme).into_iter().find(|block| block.is_marked(mark));
        let commands = block.with_context(|| format!("README.md has no block marked {mark}"))?.code;
        let title = format!("the README's {} (this compiles a release; some minutes)", commands.trim());
        Ok(Step::new(title, "bash").args(["-e", "-c", &commands]).in_a_users_environment().folder(&sources))
    }
}

fn once<T: Clone>(cell: &Made<T>, make: impl FnOnce() -> Result<T>) -> Result<T> {
    let kept = cell.get_or_init(|| make().map_err(|error| format!("{error:#}")));
    kept.clone().map_err(|reason| anyhow!(reason))
}
