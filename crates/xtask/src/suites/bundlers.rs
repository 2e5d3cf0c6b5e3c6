//! The npm tarball in the bundles that esbuild, webpack and ncc make of a program.

use anyhow::Result;

use super::Kit;
use crate::counts::{self, Counts};
use crate::node;
use crate::run::{Log, Step};

const TESTS: &str = "tests/bundlers";

pub(super) fn tests(kit: &Kit, log: &mut Log) -> Result<Counts> {
    let (folder, tarball) = (kit.checkout.path(TESTS), kit.tarball(log)?);
    node::install_locked("installing the bundlers", &folder, log)?;
    let finished = Step::new("node --test", "node")
        .args(["--test", "--test-reporter=spec", "--test-timeout=120000"])
        .arg(folder.join("bundlers.test.mjs"))
        .env("TARBALL", tarball)
        .folder(kit.checkout.root())
        .run(log)?;
    Ok(counts::node(&finished.output).held_to(finished.ok))
}
