//! The npm tarball in the bundles that esbuild, webpack and ncc make of a program.

use std::time::Duration;

use anyhow::Result;

use super::{Kit, REPORT, node_test, reported};
use crate::counts::Counts;
use crate::node;
use crate::run::Log;

const TESTS: &str = "tests/bundlers";

pub(super) fn tests(kit: &Kit, log: &mut Log) -> Result<Counts> {
    let (folder, tarball) = (kit.checkout.path(TESTS), kit.tarball(log)?);
    node::install_locked("installing the bundlers", &folder, log)?;
    let report = log.path().with_extension(REPORT);
    let step = node_test("node --test", Duration::from_secs(120), &report)
        .arg(folder.join("bundlers.test.mjs"))
        .env("TARBALL", tarball)
        .folder(kit.checkout.root());
    reported(step, &report, log)
}
