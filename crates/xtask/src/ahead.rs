//! Ahead of the suites that need them, and beside those that do not, the packages are built: a release is linked on one core for
//! minutes, and the other one would idle.
//!
//! That is a process of its own, `cargo xtask packages`, which leaves everything where the suites look for it: they then build as the
//! README says, and find it done. Whatever goes wrong there goes wrong again in a suite, which tells of it.

use std::env;
use std::fs::File;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result};

use crate::checkout::Checkout;
use crate::run::{Log, seconds};
use crate::suites::Kit;

/// A build that is under way.
pub(crate) struct Ahead {
    build: Child,
    began: Instant,
}

impl Ahead {
    /// Begins to build; what is printed goes to a log beside those of the suites.
    pub(crate) fn begin(checkout: &Checkout) -> Result<Self> {
        let printed = File::create(checkout.scratch("logs/packages.out"))?;
        let child = Command::new(env::current_exe()?)
            .arg("packages")
            .stdin(Stdio::null())
            .stdout(printed.try_clone()?)
            .stderr(printed)
            .spawn()
            .context("cannot build the packages beside the first suites")?;
        Ok(Self { build: child, began: Instant::now() })
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> Result<()> {
        let ended = self.build.wait()?;
        let how = if ended.success() { "were built" } else { "could not be built" };
        println!("    the packages {how} beside the first suites, in {}", seconds(self.began.elapsed()));
        Ok(())
    }
}

/// Nobody waits for it any more.
impl Drop for Ahead {
    fn drop(&mut self) {
        // It has ended, or ends now.
        let _ = self.build.kill().and_then(|()| self.build.wait());
    }
}

/// `cargo xtask packages`: builds what the suites need built as a release.
pub(crate) fn build(checkout: &Checkout) -> Result<()> {
    let kit = Kit::new(checkout.clone());
    let log = &mut Log::create(checkout.scratch("logs/packages.log"))?;
    let built = kit.wheel(log).and_then(|_| kit.tarball(log)).map(drop);
    built.inspect_err(|_| print!("{}", log.failures()))
}
