//! The services over webhooks, each with all of its processes, against the mock.

use std::path::PathBuf;

use anyhow::Result;
use serde_json::{Value, json};

use super::{Kit, web};
use crate::counts::{self, Counts};
use crate::node;
use crate::run::{Log, Step};

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
        let finished = Step::new(format!("node --test, {name}"), "node")
            .args(["--test", "--test-reporter=spec", "--test-timeout=300000"])
            .arg(proof.join(TESTS))
            .env("SERVICE", programs.to_string())
            .env("SERVICE_FOLDER", folder)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .folder(&proof)
            .run(log)?;
        counts += counts::node(&finished.output).held_to(finished.ok);
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
