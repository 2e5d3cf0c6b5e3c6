//! The web examples, each with its own server, in the Chromium of this machine.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::json;

use super::{Kit, node_test, report_of, reported};
use crate::checkout::empty_folder;
use crate::counts::Counts;
use crate::node;
use crate::run::Log;

/// How Chromium is called where Debian's package installs it.
const CHROMIUM: &str = "/usr/bin/chromium";
const TESTS: &str = "tests/web";
const PYTHON_EXAMPLE: &str = "python/examples/qr_web";
const NODE_EXAMPLE: &str = "js/examples/qr-web";

/// On a user's machine the suite is left out where there is no Chromium, and says so; in CI that is a failure.
pub(super) fn tests(kit: &Kit, log: &mut Log) -> Result<Counts> {
    let chromium = env::var_os("CHROMIUM").map_or_else(|| PathBuf::from(CHROMIUM), PathBuf::from);
    if !chromium.exists() {
        let missing = "there is no Chromium: apt-get install chromium, or set CHROMIUM to its path";
        if env::var_os("CI").is_some() {
            bail!("{missing}");
        }
        log.show(&format!("left out: {missing}"));
        return Ok(Counts { skipped: 1, ..Counts::default() });
    }
    let proof = kit.node_proof(log)?;
    node::install_locked("installing what the pages are tested with", &proof.join(TESTS), log)?;
    let mut counts = Counts::default();
    for (name, server) in
        [("the Node example", node_server(kit, log)?), ("the Python example", python_server(kit, log)?)]
    {
        let report = report_of(name, log);
        let step = node_test(format!("node --test, {name}"), Duration::from_secs(300), &report)
            .arg(proof.join(TESTS).join("web.test.mjs"))
            .env("QR_WEB_SERVER", json!(server).to_string())
            .env("CHROMIUM", &chromium)
            .folder(&proof);
        counts += reported(step, &report, log)?;
    }
    Ok(counts)
}

fn node_server(kit: &Kit, log: &mut Log) -> Result<Vec<String>> {
    let folder = node_example(kit, NODE_EXAMPLE, log)?;
    Ok(vec!["node".into(), folder.join("server.mjs").display().to_string()])
}

fn python_server(kit: &Kit, log: &mut Log) -> Result<Vec<String>> {
    let python = python_with(kit, PYTHON_EXAMPLE, log)?;
    Ok(vec![python, kit.proof()?.join(PYTHON_EXAMPLE).join("app.py").display().to_string()])
}

/// An example in a folder of its own, with the package from its tarball, as a user has it.
pub(super) fn node_example(kit: &Kit, example: &str, log: &mut Log) -> Result<PathBuf> {
    let (folder, tarball) = (kit.stage.path("web").join(example), kit.tarball(log)?);
    empty_folder(&folder)?;
    copy(&kit.checkout.path(example), &folder)?;
    node::npm("installing the Node example", &folder).args(["install", "--no-save"]).arg(tarball).succeed(log)?;
    Ok(folder)
}

/// The Python that has the package, and what an example needs besides.
pub(super) fn python_with(kit: &Kit, example: &str, log: &mut Log) -> Result<String> {
    let (venv, example) = (kit.main_venv(log)?, kit.proof()?.join(example));
    venv.pip_install("installing what the Python example needs")
        .arg("-r")
        .arg(example.join("requirements.txt"))
        .succeed(log)?;
    Ok(venv.program("python").display().to_string())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in from.read_dir()?.flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        match path.is_dir() {
            true if ["node_modules", "dist"].iter().any(|made| name == *made) => {}
            true => copy(&path, &to.join(name))?,
            false => drop(fs::copy(&path, to.join(name))?),
        }
    }
    Ok(())
}
