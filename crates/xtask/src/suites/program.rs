//! The program as pip and npm install it: the tests of `crates/cli`, which the suite `rust` runs with cargo's, once more with
//! each.

use std::env;

use anyhow::{Result, bail};

use super::{Kit, rust};
use crate::counts::Counts;
use crate::run::Log;
use crate::tools;

/// What some of the tests ask, where it is there: shells, whether they take the completions.
const ASKED: [&str; 2] = ["zsh", "fish"];

pub(super) fn tests(kit: &Kit, log: &mut Log) -> Result<Counts> {
    let venv = kit.main_venv(log)?;
    kit.node_proof(log)?;
    let of_npm = kit.stage.path("node/node_modules/.bin/greenapi-partner");
    let mut counts = Counts::default();
    for (name, program) in [("pip", venv.program("greenapi-partner")), ("npm", of_npm)] {
        counts += rust::program(kit, name, &program, log)?;
    }
    let missing: Vec<_> = ASKED.into_iter().filter(|name| !tools::runs(name)).collect();
    if missing.is_empty() {
        return Ok(counts);
    }
    let missing = format!("the completions in {}: Debian has packages of these names", missing.join(" and "));
    if env::var_os("CI").is_some() {
        bail!("not tested: {missing}");
    }
    log.show(&format!("left out: {missing}"));
    Ok(Counts { skipped: counts.skipped + 1, ..counts })
}
