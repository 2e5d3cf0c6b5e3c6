//! `cargo xtask demo`: both packages built and installed from this checkout, and the same short program in Python and in Node against the mock.

use std::fs;
use std::time::Instant;

use anyhow::{Context, Result};
use greenapi_partner_mock::{Customer, MockServer, Options};

use crate::checkout::Checkout;
use crate::node;
use crate::python::Venv;
use crate::run::{Log, Step, seconds};
use crate::tools;

/// Where the Python package is installed: a virtual environment at the root, for a person to go on with.
pub(crate) const VENV: &str = ".venv-demo";
const PYTHON_EXAMPLE: &str = "python/examples/onboard_demo.py";
const NODE_EXAMPLE: &str = "js/examples/onboard-demo.mjs";

pub(crate) fn run(checkout: &Checkout) -> Result<()> {
    let started = Instant::now();
    let python = tools::python()?;
    tools::node()?;
    let log = &mut Log::create(checkout.scratch("demo.log"))?;
    let (venv, project) = match install(checkout, &python, log) {
        Ok(installed) => installed,
        Err(error) => {
            print!("{}", log.failures());
            println!("    all of it: {}", checkout.shown(log.path()));
            return Err(error);
        }
    };

    let customer = Customer { replies: Some("Hello yourself".to_owned()), ..Customer::default() };
    let mock = MockServer::start_blocking(Options { customer: Some(customer), ..Options::default() });
    let mock = mock.context("cannot start a mock")?;
    let settings = |step: Step| {
        step.env("GREENAPI_PARTNER_API_URL", mock.url()).env("GREENAPI_PARTNER_TOKEN", mock.partner_token())
    };
    println!("\nThe mock answers at {} as GREEN-API would; a customer of its own scans the codes.\n", mock.url());
    let python_program = Step::new(format!("python {PYTHON_EXAMPLE}"), venv.program("python"));
    settings(python_program).arg(checkout.path(PYTHON_EXAMPLE)).folder(checkout.root()).shown().succeed(log)?;
    println!();
    let node_program = Step::new(format!("node {NODE_EXAMPLE}"), "node");
    settings(node_program).arg("onboard-demo.mjs").folder(&project).shown().succeed(log)?;

    println!(
        "\nDone in {}. Both packages are installed: {VENV}/bin/python, and {}.",
        seconds(started.elapsed()),
        checkout.shown(&project)
    );
    Ok(())
}

/// The packages, as `pip install` and `npm install` make them; the example stands beside its `node_modules` as a user's program would.
fn install(checkout: &Checkout, python: &tools::Python, log: &mut Log) -> Result<(Venv, std::path::PathBuf)> {
    println!("The Python package:");
    let venv = Venv::ensure(checkout.path(VENV), python, log)?;
    venv.pip_install("pip install ./python (this compiles a release; some minutes the first time)")
        .arg("--force-reinstall")
        .arg(checkout.path("python"))
        .in_a_users_environment()
        .succeed(log)?;

    println!("The Node package:");
    let project = checkout.scratch("demo");
    node::addon(checkout, log)?;
    let tarball = node::tarball(checkout, &checkout.scratch("demo-tarball"), log)?;
    node::empty_project(&project, &tarball, log)?;
    fs::copy(checkout.path(NODE_EXAMPLE), project.join("onboard-demo.mjs"))?;
    Ok((venv, project))
}
