//! The three files that users install, each in an empty project, used as a user would: `tests/packages/`.

use std::path::Path;

use anyhow::Result;

use super::rust::PROOF;
use super::{Kit, checks};
use crate::checkout::{copy_files, empty_folder};
use crate::counts::Counts;
use crate::node;
use crate::python::{self, Venv};
use crate::run::{Log, Step};

pub(super) fn wheel(kit: &Kit, log: &mut Log) -> Result<Counts> {
    let venv = kit.users_venv(log)?;
    // Kept before anything else is installed beside it.
    kit.wheel(log)?;
    used_from_python(kit, &venv, log)
}

/// Unpacked and built elsewhere: whether everything is in it. How a release is linked, the wheel has shown; so it is built as
/// core's promises are, and into the same folder, where what it depends on is compiled already.
pub(super) fn sdist(kit: &Kit, log: &mut Log) -> Result<Counts> {
    let (tools, sources) = (kit.python_tools(log)?, kit.sources()?);
    let sdist = python::sdist(&sources.join("python"), &tools, &kit.stage.path("sdist"), log)?;
    let venv = kit.bare_venv(log)?;
    // Cargo knows our crates by their place in the workspace and the age of their files: it would take what it compiled of the
    // sources for what it is to compile of the distribution.
    Step::new("forgetting what was compiled of our own crates", crate::tools::cargo())
        .args(["clean", "--profile", PROOF])
        .args(
            ["greenapi-partner", "greenapi-partner-mock", "greenapi-partner-cli", "greenapi-partner-python"]
                .map(|name| format!("--package={name}")),
        )
        .in_a_users_environment()
        .folder(&sources)
        .succeed(log)?;
    venv.pip_install("pip install of the source distribution")
        // Pip would take what it built of an earlier source distribution of this name.
        .arg("--no-cache-dir")
        .arg(format!("--config-settings=build-args=--profile {PROOF}"))
        .arg(sdist)
        .in_a_users_environment()
        .env("CARGO_TARGET_DIR", sources.join("target"))
        .succeed(log)?;
    used_from_python(kit, &venv, log)
}

pub(super) fn tarball(kit: &Kit, log: &mut Log) -> Result<Counts> {
    let (tarball, tools) = (kit.tarball(log)?, kit.sources()?.join("js/node_modules"));
    let folder = kit.stage.path("packages/node");
    node::empty_project(&folder, &tarball, log)?;
    copy_files(&kit.checkout.path("tests/packages/node"), &folder)?;

    let step = |what: &str, program: &Path| Step::new(what, program).folder(&folder);
    let node = Path::new("node");
    let steps = [
        step("an ES module", node).arg("use.mjs"),
        step("a CommonJS program", node).arg("use.cjs"),
        step("tsc --strict on a program", &tools.join(".bin/tsc"))
            .args(["--project", ".", "--typeRoots"])
            .arg(tools.join("@types")),
        step("that program", node).arg("out/use.mjs"),
    ];
    checks(steps, log)
}

/// What was installed, used from a folder with nothing else in it.
fn used_from_python(kit: &Kit, venv: &Venv, log: &mut Log) -> Result<Counts> {
    let folder = kit.stage.path("packages/python");
    empty_folder(&folder)?;
    copy_files(&kit.checkout.path("tests/packages/python"), &folder)?;
    let step = |what: &str| Step::new(what, venv.program("python")).folder(&folder);
    let programs = [("a script", "use_sync.py"), ("an asyncio program", "use_async.py"), ("its SBOM", "use_sbom.py")];
    let mut counts = checks(programs.map(|(what, program)| step(what).arg(program)), log)?;
    venv.pip_install("installing pytest beside it").arg("pytest<10").succeed(log)?;
    counts += checks(
        [step("its pytest fixture").args(["-m", "pytest", "-q", "-p", "no:cacheprovider", "test_fixture.py"])],
        log,
    )?;
    Ok(counts)
}
