//! The three files that users install, each in an empty project, used as a user would: `tests/packages/`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::{Kit, checks};
use crate::checkout::{copy_files, empty_folder, files_below};
use crate::counts::Counts;
use crate::node;
use crate::python::{self, Venv, only_file};
use crate::run::{Log, Step};

pub(super) fn wheel(kit: &Kit, log: &mut Log) -> Result<Counts> {
    let venv = kit.users_venv(log)?;
    // Kept before anything else is installed beside it.
    kit.wheel(log)?;
    used_from_python(kit, &venv, log)
}

/// Unpacked and built elsewhere: whether everything is in it. Cargo knows our crates by their place in the workspace and the age of
/// their files: where each file is there that it compiled of the clean copy, it takes what came of that, and compiles anew where one is
/// missing. That those files are the same is looked at first.
pub(super) fn sdist(kit: &Kit, log: &mut Log) -> Result<Counts> {
    let (tools, sources) = (kit.python_tools(log)?, kit.sources()?);
    let sdist = python::sdist(&sources.join("python"), &tools, &kit.stage.path("sdist"), log)?;
    let unpacked = kit.stage.path("sdist-unpacked");
    empty_folder(&unpacked)?;
    Step::new("unpacking it", "tar").arg("-xzf").arg(&sdist).arg("-C").arg(&unpacked).succeed(log)?;
    same_code(&only_file(&unpacked, "")?, &sources)?;
    let venv = kit.bare_venv(log)?;
    venv.pip_install("pip install of the source distribution")
        // Pip would take what it built of an earlier source distribution of this name.
        .arg("--no-cache-dir")
        .arg(sdist)
        .in_a_users_environment()
        .env("CARGO_TARGET_DIR", sources.join("target"))
        .succeed(log)?;
    let mut counts = Counts::one(true);
    counts += used_from_python(kit, &venv, log)?;
    Ok(counts)
}

/// Whether all that is compiled of a distribution is what stands in the sources by the same name.
fn same_code(distribution: &Path, sources: &Path) -> Result<()> {
    let mut compared = 0;
    for folder in ["crates/core/src", "crates/mock/src", "crates/cli/src", "bindings/python/src"] {
        let folder = distribution.join(folder);
        for file in files_below(&folder, "rs")?.into_iter().chain(files_below(&folder, "md")?) {
            let name = file.strip_prefix(distribution)?;
            let same = fs::read(&file)? == fs::read(sources.join(name)).with_context(|| name.display().to_string())?;
            ensure!(same, "{} is not what the sources have there", name.display());
            compared += 1;
        }
    }
    ensure!(compared > 0, "there is no code in it");
    Ok(())
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
