//! The OpenTelemetry examples, each with the official SDK's exporters in memory, against the mock.

use std::time::Duration;

use anyhow::Result;

use super::{Kit, node_test, report_of, reported, web};
use crate::counts::Counts;
use crate::run::{Log, Step};

const TESTS: &str = "tests/otel";
const PYTHON_EXAMPLE: &str = "python/examples/otel";
const NODE_EXAMPLE: &str = "js/examples/otel";

pub(super) fn tests(kit: &Kit, log: &mut Log) -> Result<Counts> {
    let mut counts = python(kit, log)?;
    counts += node(kit, log)?;
    Ok(counts)
}

fn python(kit: &Kit, log: &mut Log) -> Result<Counts> {
    let python = web::python_with(kit, PYTHON_EXAMPLE, log)?;
    let report = report_of("the Python example", log);
    let step = Step::new("pytest, the Python example", python)
        .args(["-m", "pytest", TESTS, "-p", "no:cacheprovider", "--junit-xml"])
        .arg(&report)
        .args(["-o", "faulthandler_timeout=120", "-o", "faulthandler_exit_on_timeout=true"])
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .folder(&kit.proof()?);
    reported(step, &report, log)
}

fn node(kit: &Kit, log: &mut Log) -> Result<Counts> {
    let (example, proof) = (web::node_example(kit, NODE_EXAMPLE, log)?, kit.proof()?);
    let report = report_of("the Node example", log);
    let step = node_test("node --test, the Node example", Duration::from_secs(300), &report)
        .arg(proof.join(TESTS).join("otel.test.mjs"))
        .env("OTEL_EXAMPLE", example)
        .folder(&proof);
    reported(step, &report, log)
}
