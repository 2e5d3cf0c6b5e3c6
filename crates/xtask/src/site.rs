//! Site: the pages of `docs/`, built by mkdocs, which follows every link and anchor of them.

use std::env;
use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use crate::checkout::{Checkout, files_below};
use crate::counts::Counts;
use crate::python::Venv;
use crate::run::{Log, Step};
use crate::tools::python;

/// What the site is built with; pip fetches it.
const TOOLS: &str = "crates/xtask/tools/site.txt";
/// Where it is built.
const SITE: &str = "site";

/// `cargo xtask docs`: builds the site; with `serve`, shows it and builds it again whenever a page changes.
pub(crate) fn run(checkout: &Checkout, serve: bool) -> Result<()> {
    let mut log = Log::create(checkout.scratch("docs.log"))?;
    let venv = tools(checkout, &mut log)?;
    if serve {
        let title = "the site is at http://127.0.0.1:8000 until Ctrl-C";
        return mkdocs(checkout, &venv, title).args(["serve", "--strict"]).shown().succeed(&mut log).map(drop);
    }
    if !is_sound(checkout, &venv, &mut log)? {
        bail!("the site has text that should be code");
    }
    println!("{}", checkout.scratch(SITE).join("index.html").display());
    Ok(())
}

/// Builds the site without a warning: a link or an anchor that leads nowhere is one. On a user's machine it is left out where its tools cannot be
/// fetched, and says so; in CI that is a failure.
pub(crate) fn check(checkout: &Checkout, log: &mut Log) -> Result<Counts> {
    let venv = match tools(checkout, log) {
        Ok(venv) => venv,
        Err(missing) if env::var_os("CI").is_some() => return Err(missing),
        Err(_) => {
            log.show(&format!("left out: the site is not built: pip cannot install what {TOOLS} names"));
            return Ok(Counts { skipped: 1, ..Counts::default() });
        }
    };
    Ok(Counts::one(is_sound(checkout, &venv, log)?))
}

/// An environment with mkdocs.
fn tools(checkout: &Checkout, log: &mut Log) -> Result<Venv> {
    let venv = Venv::ensure(checkout.scratch("venv-site"), &python()?, log)?;
    venv.pip_install("installing mkdocs").arg("--requirement").arg(checkout.path(TOOLS)).succeed(log)?;
    Ok(venv)
}

/// A command of mkdocs, to be completed by the caller.
fn mkdocs(checkout: &Checkout, venv: &Venv, title: &str) -> Step {
    // It is pinned: what becomes of its next version need not be said each time.
    Step::new(title, venv.program("mkdocs")).env("NO_MKDOCS_2_WARNING", "1").folder(checkout.root())
}

/// Builds the site, and tells what is wrong with it. Not quietly: what mkdocs does not say, it does not count as a warning either.
fn is_sound(checkout: &Checkout, venv: &Venv, log: &mut Log) -> Result<bool> {
    let folder = checkout.scratch(SITE);
    let step = mkdocs(checkout, venv, "building the site").args(["build", "--strict", "--site-dir"]);
    step.arg(&folder).succeed(log)?;
    let shown = fences_shown(&folder)?;
    for page in &shown {
        log.show(&format!("wrong: {page}: ``` (code that is shown as text)"));
    }
    Ok(shown.is_empty())
}

/// The pages with fences that mkdocs did not know for such.
fn fences_shown(site: &Path) -> Result<Vec<String>> {
    let pages = files_below(site, "html")?;
    if pages.is_empty() {
        bail!("the site has no page");
    }
    let mut shown = Vec::new();
    for page in pages {
        if fs::read_to_string(&page)?.contains("```") {
            shown.push(page.strip_prefix(site).unwrap_or(&page).display().to_string());
        }
    }
    shown.sort();
    Ok(shown)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn a_fence_that_is_text_is_found() {
        let site = tempfile::tempdir().unwrap();
        fs::write(site.path().join("index.html"), "<p>```python no-run print(1) ```</p>").unwrap();
        assert_eq!(fences_shown(site.path()).unwrap(), ["index.html"]);
    }

    #[test]
    fn a_site_without_pages_is_an_error() {
        assert!(fences_shown(tempfile::tempdir().unwrap().path()).is_err());
    }
}
