//! The demo, as a user starts it, in the clean copy of the sources.

use std::env;

use anyhow::Result;

use super::{Kit, checks};
use crate::counts::Counts;
use crate::run::{Log, Step};

pub(super) fn run(kit: &Kit, log: &mut Log) -> Result<Counts> {
    let sources = kit.sources()?;
    let demo = Step::new("cargo xtask demo", env::current_exe()?).arg("demo").folder(&sources);
    // By this the program knows which checkout is meant.
    checks([demo.env("CARGO_MANIFEST_DIR", sources.join("crates/xtask"))], log)
}
