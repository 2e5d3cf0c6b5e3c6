//! Ahead of the suites that need them, and beside those that do not, the packages are built: a release is linked on one core for
//! minutes, and the other one would idle.
//!
//! Each is built by a process of its own, `cargo xtask build NAME`, which leaves everything where the suites look for it: they then build
//! as the README says, and find it done. Whatever goes wrong there goes wrong again in a suite, which tells of it.

use std::env;
use std::fmt;
use std::fs::File;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::checkout::Checkout;
use crate::run::{Log, seconds};
use crate::suites::Kit;

/// What is built, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Package {
    Wheel,
    Tarball,
}

impl Package {
    pub(crate) const ALL: [Self; 2] = [Self::Wheel, Self::Tarball];
}

/// Its name: that of its suite too.
impl fmt::Display for Package {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wheel => "wheel",
            Self::Tarball => "tarball",
        })
    }
}

/// Builds it in a process of its own; what is printed goes to a log beside those of the suites.
pub(crate) fn build(package: Package, kit: &Kit) -> Result<()> {
    let began = Instant::now();
    let printed = File::create(kit.checkout.scratch(format!("logs/build-{package}.out")))?;
    let ended = Command::new(env::current_exe()?)
        .args(["build", &package.to_string()])
        .stdin(Stdio::null())
        .stdout(printed.try_clone()?)
        .stderr(printed)
        .status()
        .with_context(|| format!("cannot build the {package} beside the first suites"))?;
    if ended.success() && package == Package::Wheel {
        kit.wheel_is_built()?;
    }
    let how = if ended.success() { "was built" } else { "could not be built" };
    println!("    the {package} {how} beside the first suites, in {}", seconds(began.elapsed()));
    Ok(())
}

/// `cargo xtask build`: builds what the suites need built as a release.
pub(crate) fn leave(checkout: &Checkout, package: Package) -> Result<()> {
    let kit = Kit::new(checkout.clone());
    let log = &mut Log::create(checkout.scratch(format!("logs/build-{package}.log")))?;
    let built = match package {
        Package::Wheel => kit.wheel(log),
        Package::Tarball => kit.tarball(log),
    };
    built.map(drop).inspect_err(|_| print!("{}", log.failures()))
}
