//! The Node package: its tools, its addon, and the file that npm installs.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::checkout::{Checkout, empty_folder};
use crate::python::only_file;
use crate::run::{Log, Step};

/// What npm calls the package.
pub(crate) const PACKAGE: &str = "greenapi_partner";

/// Installs what `package-lock.json` in this folder names, unless that has been done.
pub(crate) fn install_locked(title: &str, folder: &Path, log: &mut Log) -> Result<()> {
    let lock = fs::read(folder.join("package-lock.json")).context("package-lock.json is missing")?;
    let done = folder.join("node_modules/.installed-lock");
    if fs::read(&done).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    npm(title, folder).arg("ci").succeed(log)?;
    fs::write(done, lock)?;
    Ok(())
}

/// Installs pyright, which `tools/package.json` names, and tells where its program is.
pub(crate) fn pyright(checkout: &Checkout, log: &mut Log) -> Result<PathBuf> {
    let folder = checkout.scratch("pyright");
    fs::create_dir_all(&folder)?;
    for file in ["package.json", "package-lock.json"] {
        fs::copy(checkout.path("crates/xtask/tools").join(file), folder.join(file))?;
    }
    install_locked("installing pyright", &folder, log)?;
    Ok(folder.join("node_modules/.bin/pyright"))
}

/// Installs what `js/package.json` names for working on the package: napi, biome, tsc.
pub(crate) fn install_dev(checkout: &Checkout, log: &mut Log) -> Result<()> {
    install_locked("installing what the Node package is built and checked with", &checkout.path("js"), log)
}

/// Builds the addon in `js/`.
pub(crate) fn addon(checkout: &Checkout, log: &mut Log) -> Result<()> {
    install_dev(checkout, log)?;
    let build = npm("building the Node addon", &checkout.path("js")).in_a_users_environment();
    build.args(["run", "build"]).succeed(log).map(drop)
}

/// Packs `js/`, with the addon that was built last, into an empty folder.
pub(crate) fn tarball(checkout: &Checkout, folder: &Path, log: &mut Log) -> Result<PathBuf> {
    empty_folder(folder)?;
    npm("packing the Node package", &checkout.path("js"))
        .args(["pack", "--pack-destination"])
        .arg(folder)
        .succeed(log)?;
    only_file(folder, ".tgz")
}

/// A new project with nothing in it but this tarball, installed as a user would.
pub(crate) fn empty_project(folder: &Path, tarball: &Path, log: &mut Log) -> Result<()> {
    empty_folder(folder)?;
    fs::write(folder.join("package.json"), "{ \"private\": true }\n")?;
    install_tarball(folder, tarball, log)
}

/// Installs this tarball into a project, as a user would.
pub(crate) fn install_tarball(folder: &Path, tarball: &Path, log: &mut Log) -> Result<()> {
    npm("installing the Node package", folder)
        .args(["install", "--no-package-lock"])
        .arg(tarball)
        .succeed(log)
        .map(drop)
}

pub(crate) fn npm(title: &str, folder: &Path) -> Step {
    Step::new(title, "npm").folder(folder)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use serde_json::Value;

    use super::*;
    use crate::git::Git;

    #[test]
    fn the_package_and_its_lock_have_the_version_of_the_workspace() {
        let checkout = Checkout::find().unwrap();
        for file in ["js/package.json", "js/package-lock.json"] {
            let manifest: Value = serde_json::from_str(&fs::read_to_string(checkout.path(file)).unwrap()).unwrap();
            assert_eq!(manifest["version"], env!("CARGO_PKG_VERSION"), "{file}");
        }
    }

    /// Whoever installs takes them from the registry that is set up on that machine.
    #[test]
    fn no_lock_names_a_download_address() {
        let checkout = Checkout::find().unwrap();
        let locks = Git::at(checkout.root()).ask(["ls-files", "*package-lock.json"]).unwrap();
        assert!(locks.lines().count() > 1, "{locks}");
        for lock in locks.lines() {
            let text = fs::read_to_string(checkout.path(lock)).unwrap();
            assert!(!text.contains("\"resolved\""), "{lock}");
        }
    }
}
