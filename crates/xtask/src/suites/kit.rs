//! What several suites need: each thing is made when it is first asked for, once.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::path::PathBuf;

use anyhow::{Result, anyhow};

use crate::checkout::Checkout;
use crate::node;
use crate::python::{self, Profile, Venv};
use crate::run::Log;
use crate::tools::{self, Python};

/// A thing, or why it could not be made; the reason is given to everyone who asks.
type Made<T> = OnceCell<Result<T, String>>;

/// The packages in their dev build, the environments they are installed in, and the tools.
pub(crate) struct Kit {
    pub(crate) checkout: Checkout,
    python_tools: Made<Venv>,
    pyright: Made<PathBuf>,
    wheel: Made<PathBuf>,
    addon: Made<()>,
    tarball: Made<PathBuf>,
    venvs: RefCell<HashMap<String, Result<Venv, String>>>,
}

impl Kit {
    pub(crate) fn new(checkout: Checkout) -> Self {
        Self {
            checkout,
            python_tools: Made::new(),
            pyright: Made::new(),
            wheel: Made::new(),
            addon: Made::new(),
            tarball: Made::new(),
            venvs: RefCell::default(),
        }
    }

    /// An environment with `tools/python-tools.txt`: maturin, ruff, mypy.
    pub(crate) fn python_tools(&self, log: &mut Log) -> Result<Venv> {
        once(&self.python_tools, || python::tools(&self.checkout, log))
    }

    /// The program pyright.
    pub(crate) fn pyright(&self, log: &mut Log) -> Result<PathBuf> {
        once(&self.pyright, || node::pyright(&self.checkout, log))
    }

    /// The wheel: one for every Python.
    pub(crate) fn wheel(&self, log: &mut Log) -> Result<PathBuf> {
        once(&self.wheel, || {
            let tools = self.python_tools(log)?;
            python::wheel(&self.checkout, &tools, Profile::Dev, &self.checkout.scratch("wheel"), log)
        })
    }

    /// The addon, built in `js/`.
    pub(crate) fn addon(&self, log: &mut Log) -> Result<()> {
        once(&self.addon, || node::addon(&self.checkout, Profile::Dev, log))
    }

    /// The npm tarball.
    pub(crate) fn tarball(&self, log: &mut Log) -> Result<PathBuf> {
        once(&self.tarball, || {
            self.addon(log)?;
            node::tarball(&self.checkout, &self.checkout.scratch("tarball"), log)
        })
    }

    /// An environment of this Python with the wheel and what its tests need.
    pub(crate) fn venv(&self, python: &Python, log: &mut Log) -> Result<Venv> {
        if let Some(made) = self.venvs.borrow().get(&python.name()) {
            return made.clone().map_err(|reason| anyhow!(reason));
        }
        let made = self.make_venv(python, log).map_err(|error| format!("{error:#}"));
        self.venvs.borrow_mut().insert(python.name(), made.clone());
        made.map_err(|reason| anyhow!(reason))
    }

    /// The environment of the Python that `python3` is.
    pub(crate) fn main_venv(&self, log: &mut Log) -> Result<Venv> {
        self.venv(&tools::python()?, log)
    }

    /// Installs the wheel and what its tests need, which is its extra `test`.
    pub(crate) fn install_wheel(&self, venv: &Venv, log: &mut Log) -> Result<()> {
        let wheel = self.wheel(log)?;
        let with_extra = format!("{}[test]", wheel.display());
        venv.pip_install("installing the wheel and what its tests need").arg(with_extra).succeed(log)?;
        // Pip keeps the wheel of an earlier run, which has the same version.
        venv.pip_install("installing this very wheel")
            .args(["--force-reinstall", "--no-deps"])
            .arg(wheel)
            .succeed(log)?;
        Ok(())
    }

    fn make_venv(&self, python: &Python, log: &mut Log) -> Result<Venv> {
        self.wheel(log)?;
        let venv = Venv::ensure(self.checkout.scratch(format!("venv-{}", python.name())), python, log)?;
        self.install_wheel(&venv, log)?;
        Ok(venv)
    }
}

fn once<T: Clone>(cell: &Made<T>, make: impl FnOnce() -> Result<T>) -> Result<T> {
    let kept = cell.get_or_init(|| make().map_err(|error| format!("{error:#}")));
    kept.clone().map_err(|reason| anyhow!(reason))
}
