//! PyPI's packages: the wheel, linked by zig so that it runs on old systems too, and the source distribution.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::checkout::Checkout;
use crate::platforms::Platform;
use crate::python::{self, Venv, maturin, only_file};
use crate::run::{Log, Step};

/// An environment with `tools/publishing/python.txt`: maturin with zig, cargo-zigbuild, auditwheel, twine.
pub(super) fn tools(checkout: &Checkout, log: &mut Log) -> Result<Venv> {
    let venv = Venv::ensure(checkout.scratch("venv-publish"), &crate::tools::python()?, log)?;
    let list = checkout.path("crates/xtask/tools/publishing/python.txt");
    venv.pip_install("installing maturin, zig, auditwheel and twine").arg("--requirement").arg(list).succeed(log)?;
    Ok(venv)
}

/// The wheel, and what auditwheel finds it to be.
pub(super) fn wheel(
    checkout: &Checkout,
    venv: &Venv,
    platform: Platform,
    folder: &Path,
    log: &mut Log,
) -> Result<PathBuf> {
    maturin(&checkout.path("python"), venv, "building the Python wheel for publishing")
        .env("CARGO_ZIGBUILD_PYTHON_PATH", venv.program("python3"))
        .args(["build", "--release", "--locked", "--zig", "--target", platform.target])
        .args(["--compatibility", platform.wheel, "--out"])
        .arg(folder)
        .succeed(log)?;
    let wheel = only_file(folder, ".whl")?;
    let shown = Step::new("auditwheel show", venv.program("auditwheel")).arg("show").arg(&wheel).succeed(log)?;
    let tag = audited(&shown).context("auditwheel names no platform tag")?;
    // manylinux2014 is manylinux_2_17.
    let promised = format!("manylinux_{}_{}_", super::GLIBC.0, super::GLIBC.1);
    if !tag.starts_with(&promised) {
        bail!("auditwheel finds {tag}, and {promised}* is promised");
    }
    println!("    auditwheel finds {tag}");
    Ok(wheel)
}

pub(super) fn sdist(checkout: &Checkout, venv: &Venv, folder: &Path, log: &mut Log) -> Result<PathBuf> {
    let made = python::sdist(&checkout.path("python"), venv, &checkout.scratch("publish-sdist"), log)?;
    let kept = folder.join(made.file_name().context("a package has a name")?);
    fs::copy(made, &kept)?;
    Ok(kept)
}

pub(super) fn check(venv: &Venv, wheel: &Path, sdist: &Path, log: &mut Log) -> Result<()> {
    Step::new("twine check --strict", venv.program("twine"))
        .args(["check", "--strict"])
        .args([wheel, sdist])
        .succeed(log)
        .map(drop)
}

/// `"manylinux_2_17_x86_64"`, the first that it is consistent with.
fn audited(shown: &str) -> Option<&str> {
    let rest = shown.split_once("consistent with")?.1;
    rest.split('"').nth(1)
}

/// The newest version of glibc that a library asks for by name.
pub(super) fn glibc_of(library: &Path) -> Result<(u32, u32)> {
    let bytes = fs::read(library).with_context(|| library.display().to_string())?;
    glibc_versions(&bytes).max().context("it asks for no glibc")
}

/// The names of symbol versions lie in a library as they are: `GLIBC_2.17`.
fn glibc_versions(bytes: &[u8]) -> impl Iterator<Item = (u32, u32)> {
    const NAME: &[u8] = b"GLIBC_";
    let found = bytes.windows(NAME.len()).enumerate().filter(|(_, window)| *window == NAME);
    found.filter_map(|(at, _)| {
        let rest = &bytes[at + NAME.len()..];
        let end = rest.iter().position(|byte| !byte.is_ascii_digit() && *byte != b'.')?;
        let mut parts = std::str::from_utf8(&rest[..end]).ok()?.split('.').map(str::parse);
        Some((parts.next()?.ok()?, parts.next()?.ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auditwheels_tag_is_read_from_its_sentence() {
        let shown =
            "\na.whl\nis consistent with the following platform tag:\n\"manylinux_2_17_x86_64\".\n\nThe wheel \"b\"";
        assert_eq!(audited(shown), Some("manylinux_2_17_x86_64"));
        assert_eq!(audited("nothing of the kind"), None);
    }

    #[test]
    fn the_newest_glibc_is_the_greatest_by_number() {
        let bytes = b"\0GLIBC_2.2.5\0GLIBC_2.17\0GLIBC_2.9\0GLIBC_PRIVATE\0";
        assert_eq!(glibc_versions(bytes).collect::<Vec<_>>(), [(2, 2), (2, 17), (2, 9)]);
        assert_eq!(glibc_versions(bytes).max(), Some((2, 17)));
    }
}
