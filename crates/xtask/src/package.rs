//! `cargo xtask package`: what users install, in the release build, in `target/packages/`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::checkout::{Checkout, empty_folder};
use crate::run::Log;
use crate::{node, python, tools};

pub(crate) fn run(checkout: &Checkout) -> Result<()> {
    tools::node()?;
    let log = &mut Log::create(checkout.scratch("package.log"))?;
    if let Err(error) = build(checkout, log) {
        print!("{}", log.failures());
        println!("    all of it: {}", checkout.shown(log.path()));
        return Err(error);
    }
    Ok(())
}

fn build(checkout: &Checkout, log: &mut Log) -> Result<()> {
    let packages = checkout.target().join("packages");
    empty_folder(&packages)?;
    let scratch = checkout.scratch("package");
    let tools = python::tools(checkout, log)?;
    let wheel = python::wheel(checkout, &tools, &scratch, log)?;
    keep(checkout, &wheel, &packages)?;
    let sdist = python::sdist(&checkout.path("python"), &tools, &scratch, log)?;
    keep(checkout, &sdist, &packages)?;
    node::addon(checkout, log)?;
    let tarball = node::tarball(checkout, &scratch, log)?;
    keep(checkout, &tarball, &packages)
}

/// Copies a package to where users look for it, and prints its size.
fn keep(checkout: &Checkout, file: &Path, folder: &Path) -> Result<()> {
    let kept = folder.join(file.file_name().context("a package has a name")?);
    let bytes = fs::copy(file, &kept)?;
    println!("{}: {}.{} MB", checkout.shown(&kept), bytes / 1_000_000, bytes / 100_000 % 10);
    Ok(())
}
