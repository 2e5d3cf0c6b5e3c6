//! The packages as users have them: installed into an empty project from nothing but their files, and used.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::checkout::{Checkout, copy_files, empty_folder};
use crate::node::{self, PACKAGE};
use crate::python::Venv;
use crate::run::{Log, Step};
use crate::tools;

pub(super) fn from_python(checkout: &Checkout, wheel: &Path, log: &mut Log) -> Result<()> {
    let folder = checkout.scratch("publish-used/python");
    empty_folder(&folder)?;
    copy_files(&checkout.path("tests/packages/python"), &folder)?;
    let venv = Venv::empty(folder.join("venv"), &tools::python()?, log)?;
    venv.pip_install("installing the wheel into a bare environment").arg("--no-index").arg(wheel).succeed(log)?;
    for program in ["use_sync.py", "use_async.py"] {
        Step::new(format!("python {program}"), venv.program("python")).arg(program).folder(&folder).succeed(log)?;
    }
    Ok(())
}

/// `tarballs` are the main package's, and that of this machine's platform.
pub(super) fn from_node(checkout: &Checkout, tarballs: &[PathBuf], log: &mut Log) -> Result<()> {
    let folder = checkout.scratch("publish-used/node");
    empty_folder(&folder)?;
    copy_files(&checkout.path("tests/packages/node"), &folder)?;
    fs::write(folder.join("package.json"), "{ \"private\": true }\n")?;
    node::npm("installing the main and the platform's package into an empty project", &folder)
        // Today the other platforms' names are nobody's: npm passes over an optional package that it cannot have.
        .args(["install", "--no-package-lock", "--ignore-scripts"])
        .args(tarballs)
        .succeed(log)?;
    let installed = folder.join("node_modules").join(PACKAGE);
    if let Some(addon) = installed.read_dir().context("npm installed nothing")?.flatten().find(is_addon) {
        bail!("the main package has an addon: {}", addon.path().display());
    }
    for program in ["use.mjs", "use.cjs"] {
        Step::new(format!("node {program}"), "node").arg(program).folder(&folder).succeed(log)?;
    }
    Ok(())
}

fn is_addon(entry: &fs::DirEntry) -> bool {
    entry.path().extension().is_some_and(|end| end == "node")
}
