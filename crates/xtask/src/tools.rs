//! Finds Rust, Python and Node, and says in one line what is missing.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::fuzz::NIGHTLY;

/// The oldest Python that the package supports: 3.10.
const OLDEST_PYTHON: (u32, u32) = (3, 10);
/// The oldest Node that the package supports.
const OLDEST_NODE: u32 = 20;

/// A CPython that can make virtual environments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Python {
    pub(crate) program: PathBuf,
    pub(crate) version: (u32, u32),
    patch: u32,
}

impl Python {
    /// `3.11`.
    pub(crate) fn name(&self) -> String {
        format!("{}.{}", self.version.0, self.version.1)
    }
}

/// Every CPython from 3.10 up, the newest patch release of each, oldest first: those on PATH and pyenv's.
pub(crate) fn pythons() -> Result<Vec<Python>> {
    let mut found = BTreeMap::new();
    for program in candidates() {
        let Some(python) = ask_python(&program) else { continue };
        let best = found.entry(python.version).or_insert_with(|| python.clone());
        if python.patch > best.patch {
            *best = python;
        }
    }
    if found.is_empty() {
        bail!(
            "Python 3.10 or newer with its venv module is missing: install it so that `python3` finds it (Debian: apt-get install python3 python3-venv)"
        );
    }
    Ok(found.into_values().collect())
}

/// The Python that a user would get by typing `python3`; else the newest there is.
pub(crate) fn python() -> Result<Python> {
    if let Some(python) = ask_python(Path::new("python3")) {
        return Ok(python);
    }
    pythons()?.pop().context("no Python")
}

/// Fails unless `node` and `npm` are there and new enough.
pub(crate) fn node() -> Result<()> {
    let missing = format!("Node {OLDEST_NODE} or newer is missing: install it so that `node` finds it");
    let version = answer("node", ["--version"]).with_context(|| missing.clone())?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    if major.is_none_or(|major: u32| major < OLDEST_NODE) {
        bail!("{missing} (this one is {version})");
    }
    answer("npm", ["--version"]).context("npm is missing: it comes with Node")?;
    Ok(())
}

/// The cargo that runs us.
pub(crate) fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Whether cargo has this subcommand: `nextest`.
pub(crate) fn has_cargo(subcommand: &str) -> bool {
    answer(cargo(), [subcommand, "--version"]).is_some()
}

/// Whether there is a program of this name.
pub(crate) fn runs(program: &str) -> bool {
    answer(program, ["--version"]).is_some()
}

/// Fails unless rustfmt and clippy are there.
pub(crate) fn rust_linters() -> Result<()> {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if !has_cargo(subcommand) {
            bail!("{component} is missing: rustup component add {component}");
        }
    }
    Ok(())
}

/// Fails unless there is a nightly compiler.
pub(crate) fn nightly() -> Result<()> {
    if answer("rustup", ["run", NIGHTLY, "rustc", "--version"]).is_none() {
        bail!("a nightly compiler is missing: rustup toolchain install {NIGHTLY} --profile minimal");
    }
    Ok(())
}

/// The folder of the nightly compiler's libraries for a platform.
pub(crate) fn nightly_libraries(target: &str) -> Result<PathBuf> {
    let root = answer("rustup", ["run", NIGHTLY, "rustc", "--print", "sysroot"]).context("rustc has no sysroot")?;
    Ok(Path::new(&root).join("lib/rustlib").join(target).join("lib"))
}

/// Fails unless there is what makes a library of the address sanitizer's runtime.
pub(crate) fn linkers() -> Result<()> {
    for program in ["cc", "ar"] {
        if !runs(program) {
            bail!("{program} is missing (Debian: apt-get install gcc binutils)");
        }
    }
    Ok(())
}

/// Fails unless there is what builds and runs fuzz targets.
pub(crate) fn fuzzers() -> Result<()> {
    nightly()?;
    if !has_cargo("fuzz") {
        bail!("cargo-fuzz is missing: cargo install cargo-fuzz --locked");
    }
    if !runs("c++") {
        bail!("a C++ compiler is missing, which builds libFuzzer (Debian: apt-get install g++)");
    }
    Ok(())
}

/// Fails unless there is what changes code and runs its tests.
pub(crate) fn mutants() -> Result<()> {
    if !has_cargo("mutants") {
        bail!("cargo-mutants is missing: cargo install cargo-mutants --locked");
    }
    Ok(())
}

fn candidates() -> Vec<PathBuf> {
    let newest_first = (OLDEST_PYTHON.1..40).rev().map(|minor| format!("python3.{minor}").into());
    let mut programs: Vec<PathBuf> = std::iter::once("python3".into()).chain(newest_first).collect();
    let pyenv = env::var_os("PYENV_ROOT").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".pyenv")));
    if let Some(versions) = pyenv.and_then(|root| root.join("versions").read_dir().ok()) {
        programs.extend(versions.flatten().map(|version| version.path().join("bin/python3")));
    }
    programs
}

/// None for what is no CPython, is too old, cannot make virtual environments, or cannot load an abi3 module.
fn ask_python(program: &Path) -> Option<Python> {
    const QUESTION: &str = "import ensurepip, sys, sysconfig, venv; \
        abi3 = sys.implementation.name == 'cpython' and not sysconfig.get_config_var('Py_GIL_DISABLED'); \
        print(*sys.version_info[:3], sys.executable) if abi3 else sys.exit(1)";
    read_answer(&answer(program, ["-c", QUESTION])?)
}

fn read_answer(line: &str) -> Option<Python> {
    let mut words = line.splitn(4, ' ');
    let mut number = || words.next()?.parse().ok();
    let (version, patch) = ((number()?, number()?), number()?);
    let program = words.next()?.into();
    (version >= OLDEST_PYTHON).then_some(Python { program, version, patch })
}

/// What a program prints, if it is there and exits in success.
fn answer<const N: usize>(program: impl AsRef<std::ffi::OsStr>, args: [&str; N]) -> Option<String> {
    let output = Command::new(program).args(args).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_python_is_known_by_its_answer() {
        let python = Python { program: "/opt/my python/bin/python3".into(), version: (3, 12), patch: 1 };
        assert_eq!(python.name(), "3.12");
        assert_eq!(read_answer("3 12 1 /opt/my python/bin/python3"), Some(python));
    }

    #[test]
    fn a_python_that_is_too_old_is_passed_over() {
        assert_eq!(read_answer("3 9 18 /usr/bin/python3"), None);
        assert_eq!(read_answer("2 7 18 /usr/bin/python"), None);
        assert_eq!(read_answer("no python"), None);
    }
}
