//! The store's promises: of Rust's processes on SQLite, on a real PostgreSQL and through PgBouncer, and of the installed
//! packages' on the first two.

use std::env;
use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::{Kit, node_test, report_of, reported, rust};
use crate::cluster::{Cluster, Programs};
use crate::counts::Counts;
use crate::run::Log;

/// What computes for long, and asks nothing of a connection that others do not ask.
const NOT_TWICE: [&str; 2] = ["-E", "not test(its_bill_is_that_of_a_file)"];
const WORKERS: &str = "tests/workers/workers.test.mjs";

pub(super) fn tests(kit: &Kit, log: &mut Log) -> Result<Counts> {
    let mut counts = rust::store(kit, "SQLite", None, &[], log)?;
    let Some(cluster) = cluster("store", log)? else { return Ok(left_out(counts)) };
    counts += rust::store(kit, "PostgreSQL", Some(&cluster.direct()), &[], log)?;
    counts += rust::store(kit, "PgBouncer", Some(&cluster.pooled()), &NOT_TWICE, log)?;
    Ok(counts)
}

/// Processes that have the packages installed, of Python, of Node, and of both.
pub(super) fn workers(kit: &Kit, log: &mut Log) -> Result<Counts> {
    let (venv, proof) = (kit.main_venv(log)?, kit.node_proof(log)?);
    let cluster = cluster("workers", log)?;
    let mut stores = json!({ "SQLite": Value::Null });
    if let Some(cluster) = &cluster {
        stores["PostgreSQL"] = cluster.direct().into();
    }
    let report = report_of("workers", log);
    let step = node_test("node --test, processes of both languages", Duration::from_secs(300), &report)
        .arg(proof.join(WORKERS))
        .env("STORES", stores.to_string())
        .env("PYTHON", venv.program("python"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .folder(&proof);
    let counts = reported(step, &report, log)?;
    Ok(if cluster.is_some() { counts } else { left_out(counts) })
}

fn left_out(counts: Counts) -> Counts {
    Counts { skipped: counts.skipped + 1, ..counts }
}

/// A cluster for a suite. On a user's machine what needs one is left out where there is no PostgreSQL or no PgBouncer, and the
/// suite says so; in CI that is a failure.
fn cluster(name: &str, log: &mut Log) -> Result<Option<Cluster>> {
    match Programs::find() {
        Ok(programs) => Cluster::start(&programs, name, log).map(Some),
        Err(missing) if env::var_os("CI").is_some() => bail!("{missing}"),
        Err(missing) => {
            log.show(&format!("left out: {missing}"));
            Ok(None)
        }
    }
}
