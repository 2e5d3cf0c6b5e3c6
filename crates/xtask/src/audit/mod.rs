//! `cargo xtask audit`: known vulnerabilities of all that we ship and build with, by cargo-deny, `npm audit` and pip-audit.
//!
//! What is known, only their databases know, and a build machine may not reach them. So this is a command of its own and no suite,
//! and what could not be looked up is never taken for clean: the command says so, and ends with another code.

mod answers;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;

use self::answers::Answer;
use crate::checkout::Checkout;
use crate::git::Git;
use crate::python::{self, Venv};
use crate::run::{Log, Step};
use crate::{node, tools};

/// Where to look.
#[derive(Args)]
pub(crate) struct Options {
    /// Take the crates' advisories from this folder, a clone of RustSec's advisory-db, and not from the network.
    #[arg(long, value_name = "FOLDER")]
    advisory_db: Option<PathBuf>,
}

/// Not everything could be looked up: the program ends with 2 then, and with 1 where something is known to be vulnerable.
#[derive(Debug)]
pub(crate) struct Unchecked(Vec<String>);

impl std::fmt::Display for Unchecked {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "not looked up, so nothing is known of it: {}", self.0.join(", "))
    }
}

impl std::error::Error for Unchecked {}

pub(crate) fn run(checkout: &Checkout, options: &Options) -> Result<()> {
    tools::node()?;
    let log = &mut Log::create(checkout.scratch("audit.log"))?;
    let mut answers = vec![crates(checkout, options.advisory_db.as_deref(), log)?];
    for lock in npm_locks(checkout)? {
        answers.push(npm(checkout, &lock, log)?);
    }
    answers.extend(python(checkout, log)?);
    println!("    all of it: {}", checkout.shown(log.path()));
    told(&answers)
}

/// Says what came of each, and fails unless all of them are clean.
fn told(answers: &[(String, Answer)]) -> Result<()> {
    for (list, answer) in answers {
        println!("{list}: {answer}");
    }
    let names = |wanted: fn(&Answer) -> bool| {
        let found = answers.iter().filter(|(_, answer)| wanted(answer));
        found.map(|(list, _)| list.clone()).collect::<Vec<_>>()
    };
    let vulnerable = names(|answer| matches!(answer, Answer::Vulnerable(_)));
    let unchecked = names(|answer| matches!(answer, Answer::Unchecked(_)));
    match (vulnerable.is_empty(), unchecked.is_empty()) {
        (true, true) => Ok(()),
        (true, false) => Err(Unchecked(unchecked).into()),
        (false, true) => bail!("known to be vulnerable: {}", vulnerable.join(", ")),
        (false, false) => {
            bail!("known to be vulnerable: {}; {}", vulnerable.join(", "), Unchecked(unchecked))
        }
    }
}

/// All crates of the workspace: those that are shipped, and those that test and build them.
fn crates(checkout: &Checkout, advisories: Option<&Path>, log: &mut Log) -> Result<(String, Answer)> {
    let tools = python::tools(checkout, log)?;
    let mut step = Step::new("cargo-deny check advisories", tools.program("cargo-deny"))
        .args(["--locked", "check", "--hide-inclusion-graph", "advisories"])
        .folder(checkout.root());
    if let Some(folder) = advisories {
        let folder = folder.canonicalize().with_context(|| folder.display().to_string())?;
        let day = Git::at(&folder).ask(["log", "-1", "--format=%cs"])?;
        println!("    the crates' advisories are those of {}", day.trim());
        // Cargo-deny has git fetch them from its own address; git is told that what is there lies here.
        step = step
            .env("GIT_CONFIG_COUNT", "1")
            .env("GIT_CONFIG_KEY_0", format!("url.file://{}.insteadOf", folder.display()))
            .env("GIT_CONFIG_VALUE_0", RUSTSEC);
    }
    let answer = answers::of_cargo_deny(&step.run(log)?.output);
    Ok(("Cargo.lock".to_owned(), answer))
}

/// Every lock file of npm's that git keeps: the package's, the examples', the tests' and the tools'.
fn npm_locks(checkout: &Checkout) -> Result<Vec<String>> {
    let files = Git::at(checkout.root()).ask(["ls-files", "*package-lock.json"])?;
    Ok(files.lines().map(str::to_owned).collect())
}

fn npm(checkout: &Checkout, lock: &str, log: &mut Log) -> Result<(String, Answer)> {
    let path = checkout.path(lock);
    let folder = path.parent().context("a lock file is in a folder")?;
    let audited = node::npm(&format!("npm audit {lock}"), folder)
        .args(["audit", "--package-lock-only", "--json", "--loglevel=error"])
        .run(log)?;
    Ok((lock.to_owned(), answers::of_npm(&audited.output)))
}

/// What the Python package offers to install beside it, what its examples need, and what it is built and checked with.
fn python(checkout: &Checkout, log: &mut Log) -> Result<Vec<(String, Answer)>> {
    let venv = Venv::ensure(checkout.scratch("venv-audit"), &tools::python()?, log)?;
    venv.pip_install("installing pip-audit")
        .arg("--requirement")
        .arg(checkout.path("crates/xtask/tools/audit.txt"))
        .succeed(log)?;
    let mut lists: Vec<(String, PathBuf)> = Vec::new();
    for extra in ["notebook", "test"] {
        lists.push((format!("greenapi-partner[{extra}]"), extra_list(checkout, extra)?));
    }
    let files = Git::at(checkout.root()).ask(["ls-files", "*requirements.txt", "crates/xtask/tools/*.txt"])?;
    lists.extend(files.lines().map(|file| (file.to_owned(), checkout.path(file))));
    let mut audited = Vec::new();
    for (name, list) in lists {
        let step = Step::new(format!("pip-audit {name}"), venv.program("pip-audit"))
            .args(["--progress-spinner", "off", "--format", "json", "--requirement"])
            .arg(&list)
            .folder(list.parent().context("a list is in a folder")?);
        audited.push((name, answers::of_pip_audit(&step.run(log)?.output)));
    }
    Ok(audited)
}

/// The requirements of an extra of the Python package, as a file that pip reads.
fn extra_list(checkout: &Checkout, extra: &str) -> Result<PathBuf> {
    let manifest = fs::read_to_string(checkout.path("python/pyproject.toml"))?;
    let list = checkout.scratch(format!("audit-{extra}.txt"));
    fs::write(&list, requirements(&manifest, extra).with_context(|| format!("there is no extra {extra}"))?)?;
    Ok(list)
}

/// What stands in quotes between `extra = [` and the end of that list, a line each.
fn requirements(manifest: &str, extra: &str) -> Option<String> {
    let begin = format!("\n{extra} = [");
    let list = &manifest[manifest.find(&begin)? + begin.len()..];
    // A requirement may have brackets of its own (`maturin[zig]`), and none of ours has a double quote inside.
    let quoted: Vec<&str> = list.split('"').collect();
    let end = quoted.iter().step_by(2).position(|between| between.contains(']'))?;
    Some(quoted.iter().skip(1).step_by(2).take(end).flat_map(|one| [*one, "\n"]).collect())
}

/// Where cargo-deny looks by itself.
const RUSTSEC: &str = "https://github.com/RustSec/advisory-db";

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    fn of(answers: &[Answer]) -> Result<()> {
        let named: Vec<_> = answers.iter().map(|answer| ("a list".to_owned(), answer.clone())).collect();
        told(&named)
    }

    #[test]
    fn only_what_was_looked_up_and_is_clean_is_a_success() {
        let (clean, vulnerable) = (Answer::Clean(3), Answer::Vulnerable(vec!["idna 3.3".to_owned()]));
        let unchecked = Answer::Unchecked("no network".to_owned());
        assert!(of(std::slice::from_ref(&clean)).is_ok());
        assert!(of(&[clean.clone(), unchecked.clone()]).unwrap_err().is::<Unchecked>());
        // What is known counts for more than what is not.
        assert!(!of(&[clean, unchecked, vulnerable]).unwrap_err().is::<Unchecked>());
    }

    #[test]
    fn the_extras_are_read_as_they_stand_in_the_manifest() {
        let manifest = fs::read_to_string(Checkout::find().unwrap().path("python/pyproject.toml")).unwrap();
        let notebook = requirements(&manifest, "notebook").unwrap();
        assert!(notebook.lines().any(|line| line == "jupyterlab>=4"), "{notebook}");
        assert!(!notebook.contains("pytest"), "{notebook}");
        let test = requirements(&manifest, "test").unwrap();
        assert!(test.lines().any(|line| line == "pandas==3.1.1; python_version == '3.11'"), "{test}");
        assert_eq!(requirements(&manifest, "none-such"), None);
        assert_eq!(requirements("\na = [\"b[c]\", \"d\"]\n", "a").unwrap(), "b[c]\nd\n");
    }

    #[test]
    fn every_lock_file_is_looked_up() {
        let locks = npm_locks(&Checkout::find().unwrap()).unwrap();
        for lock in ["js/package-lock.json", "js/examples/qr-web/package-lock.json"] {
            assert!(locks.iter().any(|one| one == lock), "{locks:?}");
        }
    }
}
