//! The services over webhooks, each with all of its processes, against the mock.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use super::{Kit, node_test, report_of, reported, web};
use crate::counts::Counts;
use crate::node;
use crate::run::Log;

const TESTS: &str = "tests/service/service.test.mjs";
const PYTHON_EXAMPLE: &str = "python/examples/webhooks_celery";
const NODE_EXAMPLE: &str = "js/examples/webhooks-express";

/// A service: the folder that it stands in, and the programs that it is made of.
struct Service {
    name: &'static str,
    folder: PathBuf,
    programs: Value,
}

pub(super) fn tests(kit: &Kit, log: &mut Log) -> Result<Counts> {
    let proof = kit.node_proof(log)?;
    let mut counts = Counts::default();
    for Service { name, folder, programs } in [node_service(kit, log)?, python_service(kit, log)?] {
        let report = report_of(name, log);
        let step = node_test(format!("node --test, {name}"), Duration::from_secs(300), &report)
            .arg(proof.join(TESTS))
            .env("SERVICE", programs.to_string())
            .env("SERVICE_FOLDER", folder)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .folder(&proof);
        counts += reported(step, &report, log)?;
    }
    Ok(counts)
}

fn node_service(kit: &Kit, log: &mut Log) -> Result<Service> {
    let folder = web::node_example(kit, NODE_EXAMPLE, log)?;
    node::npm("compiling it: tsc --strict", &folder).args(["run", "build"]).succeed(log)?;
    Ok(Service { name: "Express in TypeScript", folder, programs: json!([["node", "dist/app.js"]]) })
}

fn python_service(kit: &Kit, log: &mut Log) -> Result<Service> {
    let python = web::python_with(kit, PYTHON_EXAMPLE, log)?;
    // One process at a time works, so that it is known which one a test kills.
    let worker = [&python, "-m", "celery", "--app", "tasks", "worker", "--concurrency", "1"];
    let programs = json!([[python, "app.py"], worker]);
    Ok(Service { name: "FastAPI and Celery", folder: kit.proof()?.join(PYTHON_EXAMPLE), programs })
}
