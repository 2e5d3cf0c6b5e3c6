//! Site: the pages of `docs/`, built by mkdocs, and every link within it followed.

use std::collections::{HashMap, HashSet};
use std::env;
use std::fs;
use std::path::{Component, Path, PathBuf};

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
        bail!("the site has links that lead nowhere, or text that should be code");
    }
    println!("{}", checkout.scratch(SITE).join("index.html").display());
    Ok(())
}

/// Builds the site without a warning, and follows its links. On a user's machine it is left out where its tools cannot be
/// fetched, and says so; in CI that is a failure.
pub(crate) fn check(checkout: &Checkout, log: &mut Log) -> Result<Counts> {
    let venv = match tools(checkout, log) {
        Ok(venv) => venv,
        Err(missing) if env::var_os("CI").is_some() => return Err(missing),
        Err(_) => {
            println!("    left out: the site is not built: pip cannot install what {TOOLS} names");
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

/// Builds the site, and tells what is wrong with it.
fn is_sound(checkout: &Checkout, venv: &Venv, log: &mut Log) -> Result<bool> {
    let folder = checkout.scratch(SITE);
    let step = mkdocs(checkout, venv, "building the site").args(["build", "--quiet", "--strict", "--site-dir"]);
    step.arg(&folder).succeed(log)?;
    let broken = broken_links(&folder)?;
    for link in &broken {
        println!("    wrong: {link}");
    }
    Ok(broken.is_empty())
}

/// Every link of the built pages that leads to no file of the site, or to no anchor in one; and fences that mkdocs did not
/// know for such.
fn broken_links(site: &Path) -> Result<Vec<String>> {
    let mut pages = HashMap::new();
    for file in files_below(site, "html")? {
        let text = fs::read_to_string(&file)?;
        pages.insert(file, text);
    }
    if pages.is_empty() {
        bail!("the site has no page");
    }
    let anchors: HashMap<_, _> = pages.iter().map(|(file, text)| (file, attributes(text, "id").collect())).collect();
    let mut broken = Vec::new();
    for (file, text) in &pages {
        if text.contains("```") {
            broken.push(format!(
                "{}: ``` (code that is shown as text)",
                file.strip_prefix(site).unwrap_or(file).display()
            ));
        }
        for link in attributes(text, "href").chain(attributes(text, "src")) {
            if leaves(link) || leads_somewhere(site, file, link, &anchors) {
                continue;
            }
            broken.push(format!("{}: {link}", file.strip_prefix(site).unwrap_or(file).display()));
        }
    }
    broken.sort();
    broken.dedup();
    Ok(broken)
}

fn leaves(link: &str) -> bool {
    ["https:", "http:", "mailto:", "data:", "javascript:"].iter().any(|scheme| link.starts_with(scheme))
}

fn leads_somewhere(site: &Path, page: &Path, link: &str, anchors: &HashMap<&PathBuf, HashSet<&str>>) -> bool {
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = match (path, path.strip_prefix('/')) {
        ("", _) => page.to_owned(),
        // The page of a path that is not there stands everywhere, so its links begin at the root.
        (_, Some(path)) => plain(&site.join(path)),
        _ => plain(&page.with_file_name(path)),
    };
    let target = if target.is_dir() { target.join("index.html") } else { target };
    let is_there = |known: &HashSet<&str>| anchor.is_empty() || anchor == "__codelineno" || known.contains(anchor);
    target.starts_with(site) && target.exists() && anchors.get(&target).is_none_or(is_there)
}

/// The path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut plain, part| {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            part => plain.push(part),
        }
        plain
    })
}

/// The values of an attribute in tags, in double quotes or none, as mkdocs' theme writes it.
fn attributes<'a>(html: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let begin = format!(" {name}=");
    let tags = html.split('<').skip(1).filter_map(|part| Some(part.split_once('>')?.0));
    tags.filter_map(move |tag| {
        let (_, value) = tag.split_once(&begin)?;
        Some(match value.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next()?,
            None => value.split(' ').next()?,
        })
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn links_that_lead_nowhere_are_found() {
        let site = tempfile::tempdir().unwrap();
        fs::create_dir(site.path().join("guide")).unwrap();
        fs::write(site.path().join("page.css"), "").unwrap();
        let home = r##"<h1 id="top">a</h1> <a href="guide/#money">b</a> <a href=guide/#gone>c</a> <a href="#top">d</a>
            <a href="lost/">e</a> <a href="#lost">f</a> <a href="https://example.com/">g</a> <link href="page.css">
            <img src="gone.png"> <a href="/guide/">h</a> <a href="../outside.html">i</a> <code>&lt;a href=<b>nowhere</b></code>"##;
        fs::write(site.path().join("index.html"), home).unwrap();
        fs::write(site.path().join("guide/index.html"), "<h2 id=money>m</h2> <a href=..>n</a> <a href=../no>o</a>")
            .unwrap();
        let expected = ["guide/index.html: ../no", "index.html: #lost", "index.html: ../outside.html"];
        let expected =
            expected.into_iter().chain(["index.html: gone.png", "index.html: guide/#gone", "index.html: lost/"]);
        assert_eq!(broken_links(site.path()).unwrap(), expected.collect::<Vec<_>>());
    }

    #[test]
    fn a_fence_that_is_text_is_found() {
        let site = tempfile::tempdir().unwrap();
        fs::write(site.path().join("index.html"), "<p>```python no-run print(1) ```</p>").unwrap();
        assert_eq!(broken_links(site.path()).unwrap().len(), 1);
    }

    #[test]
    fn a_site_without_pages_is_an_error() {
        assert!(broken_links(tempfile::tempdir().unwrap().path()).is_err());
    }
}
