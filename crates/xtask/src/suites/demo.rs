//! The demo, as a user starts it.

use std::env;

use anyhow::Result;

use super::{Kit, checks};
use crate::counts::Counts;
use crate::run::{Log, Step};

pub(super) fn run(kit: &Kit, log: &mut Log) -> Result<Counts> {
    let demo = Step::new("cargo xtask demo", env::current_exe()?).arg("demo").folder(kit.checkout.root());
    checks([demo], log)
}
