//! The three files that users install, each in an empty project, used as a user would: `tests/packages/`.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::{Kit, checks};
use crate::checkout::empty_folder;
use crate::counts::Counts;
use crate::node;
use crate::python::{self, Venv};
use crate::run::{Log, Step};
use crate::tools;

pub(super) fn wheel(kit: &Kit, log: &mut Log) -> Result<Counts> {
    used_from_python(kit, &kit.wheel(log)?, log)
}

/// Installing it compiles our crates from another folder, and whoever builds next compiles them again.
pub(super) fn sdist(kit: &Kit, log: &mut Log) -> Result<Counts> {
    let tools = kit.python_tools(log)?;
    let sdist = python::sdist(&kit.checkout, &tools, &kit.checkout.scratch("sdist"), log)?;
    used_from_python(kit, &sdist, log)
}

pub(super) fn tarball(kit: &Kit, log: &mut Log) -> Result<Counts> {
    let tarball = kit.tarball(log)?;
    let folder = kit.checkout.scratch("packages/node");
    node::empty_project(&folder, &tarball, log)?;
    copy_all(&kit.checkout.path("tests/packages/node"), &folder)?;

    let step = |what: &str, program: &Path| Step::new(what, program).folder(&folder);
    let node = Path::new("node");
    let steps = [
        step("an ES module", node).arg("use.mjs"),
        step("a CommonJS program", node).arg("use.cjs"),
        step("tsc --strict on a program", &kit.checkout.path("js/node_modules/.bin/tsc"))
            .args(["--project", ".", "--typeRoots"])
            .arg(kit.checkout.path("js/node_modules/@types")),
        step("that program", node).arg("out/use.mjs"),
    ];
    checks(steps, log)
}

fn used_from_python(kit: &Kit, package: &Path, log: &mut Log) -> Result<Counts> {
    let folder = kit.checkout.scratch("packages/python");
    empty_folder(&folder)?;
    copy_all(&kit.checkout.path("tests/packages/python"), &folder)?;
    let venv = Venv::empty(folder.join("venv"), &tools::python()?, log)?;
    let install = venv.pip_install("installing it into an empty project");
    // Without its cache: pip would take what it built of an earlier source distribution of this name.
    python::fast_build(install, &kit.checkout).arg("--no-cache-dir").arg(package).succeed(log)?;

    let step = |what: &str| Step::new(what, venv.program("python")).folder(&folder);
    let mut counts =
        checks([step("a script").arg("use_sync.py"), step("an asyncio program").arg("use_async.py")], log)?;
    venv.pip_install("installing pytest beside it").arg("pytest<10").succeed(log)?;
    counts += checks(
        [step("its pytest fixture").args(["-m", "pytest", "-q", "-p", "no:cacheprovider", "test_fixture.py"])],
        log,
    )?;
    Ok(counts)
}

fn copy_all(from: &Path, to: &Path) -> Result<()> {
    for entry in from.read_dir()? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}
