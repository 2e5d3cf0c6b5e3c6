//! `cargo xtask test`: runs every suite, whatever became of the others, and adds up.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::ahead;
use crate::checkout::{Checkout, empty_folder};
use crate::counts::Counts;
use crate::lanes;
use crate::release::green::Begun;
use crate::run::{Log, seconds};
use crate::suites::{self, Kit, Suite};

/// What became of a suite.
struct Report {
    name: String,
    counts: Counts,
    time: Duration,
}

/// Prints the suites' names and what they are.
pub(crate) fn list() -> Result<()> {
    for suite in suites::all()? {
        println!("{:<14} {}", suite.name, suite.about);
    }
    Ok(())
}

/// Runs the suites that `wanted` names; all of them if it names none.
pub(crate) fn run(checkout: &Checkout, wanted: &[String]) -> Result<()> {
    let suites = select(suites::all()?, wanted)?;
    let logs = checkout.scratch("logs");
    empty_folder(&logs)?;

    let begun = Begun::now(checkout.root(), checkout.scratch("green"));
    let kit = Kit::new(checkout.clone());
    let lanes = lanes::of_this_machine().min(suites.len());
    let build = |package| ahead::build(package, &kit);
    let ahead = (lanes > 1 && has_time_ahead(&suites)).then_some(&build);
    let reports = lanes::run(&suites, lanes, ahead, |index| {
        let suite = &suites[index];
        let place = format!("[{}/{}]", index + 1, suites.len());
        let log = Log::create(logs.join(format!("{}.log", suite.name)))?;
        let mut log = if lanes > 1 { log.marked(&suite.name) } else { log };
        println!("{place} {}: {}", suite.name, suite.about);
        let report = run_one(&kit, suite, &mut log)?;
        println!("{place} {}: {}", suite.name, in_words(&report));
        Ok(report)
    })?;
    print!("\n{}", summary(&reports));

    if reports.iter().any(|report| report.counts.failed > 0) {
        bail!("some tests failed; {} has all that was printed", checkout.shown(&logs));
    }
    // A release believes a run of all suites, and of nothing less.
    if wanted.is_empty() && reports.iter().all(|report| report.counts.executed() > 0) {
        begun.passed(&summary(&reports))?;
    }
    Ok(())
}

/// A word stands for the suite of that name; if there is none, for all whose names begin with it.
fn select(suites: Vec<Suite>, wanted: &[String]) -> Result<Vec<Suite>> {
    let mut names = Vec::new();
    for word in wanted {
        let exact = suites.iter().any(|suite| suite.name == *word);
        let meant = |suite: &&Suite| if exact { suite.name == *word } else { suite.name.starts_with(word.as_str()) };
        let before = names.len();
        names.extend(suites.iter().filter(meant).map(|suite| suite.name.clone()));
        if names.len() == before {
            bail!("there is no suite called {word}: cargo xtask test --list");
        }
    }
    Ok(suites.into_iter().filter(|suite| wanted.is_empty() || names.contains(&suite.name)).collect())
}

/// Whether others come before the first suite that needs the packages.
fn has_time_ahead(suites: &[Suite]) -> bool {
    suites.iter().position(|suite| suite.name == "wheel").is_some_and(|place| place > 0)
}

fn run_one(kit: &Kit, suite: &Suite, log: &mut Log) -> Result<Report> {
    let started = Instant::now();
    let counts = match suite.run(kit, log) {
        // What was left out has said why.
        Ok(counts) if counts.executed() + counts.skipped == 0 => fail(log, "no test was executed")?,
        Ok(counts) => counts,
        Err(error) => fail(log, &format!("{error:#}"))?,
    };
    if counts.failed > 0 {
        // At once: another suite may have something to say too.
        println!("{}    all of it: {}", log.failures(), kit.checkout.shown(log.path()));
    }
    Ok(Report { name: suite.name.clone(), counts, time: started.elapsed() })
}

/// What is wrong with the suite itself counts as one failure.
fn fail(log: &mut Log, trouble: &str) -> Result<Counts> {
    log.line(trouble)?;
    if log.failures().is_empty() {
        log.show(trouble);
    }
    Ok(Counts::one(false))
}

/// `212 passed (41 s)`; what was skipped or failed only if there is any.
fn in_words(report: &Report) -> String {
    let Counts { passed, failed, skipped } = report.counts;
    let mut words = vec![format!("{passed} passed")];
    if failed > 0 {
        words.push(format!("{failed} FAILED"));
    }
    if skipped > 0 {
        words.push(format!("{skipped} skipped"));
    }
    format!("{} ({})", words.join(", "), seconds(report.time))
}

/// A line per suite, and the total alone on the last one.
fn summary(reports: &[Report]) -> String {
    let line = |report: &Report| {
        let Counts { passed, failed, .. } = report.counts;
        format!("{:<14} {passed:>7} {failed:>7} {:>8.1}\n", report.name, report.time.as_secs_f64())
    };
    let mut total = Counts::default();
    for report in reports {
        total += report.counts;
    }
    let head = format!("{:<14} {:>7} {:>7} {:>8}\n", "suite", "passed", "failed", "seconds");
    let lines: String = reports.iter().map(line).collect();
    format!("{head}{lines}\n{} passed, {} failed\n", total.passed, total.failed)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    fn report(name: &str, passed: usize, failed: usize, skipped: usize) -> Report {
        let counts = Counts { passed, failed, skipped };
        Report { name: name.into(), counts, time: Duration::from_millis(41_250) }
    }

    fn suites(names: &[&str]) -> Vec<Suite> {
        names.iter().map(|name| Suite::new(*name, "", |_, _| Ok(Counts::default()))).collect()
    }

    #[test]
    fn the_summary_ends_with_the_total_alone_on_its_line() {
        let text = summary(&[report("rust", 212, 0, 1), report("node", 30, 2, 0)]);
        assert_eq!(
            text,
            "suite           passed  failed  seconds\n\
             rust               212       0     41.2\n\
             node                30       2     41.2\n\
             \n\
             242 passed, 2 failed\n"
        );
    }

    #[test]
    fn a_suite_in_words_names_only_what_there_is() {
        assert_eq!(in_words(&report("rust", 212, 0, 0)), "212 passed (41 s)");
        assert_eq!(in_words(&report("rust", 9, 2, 1)), "9 passed, 2 FAILED, 1 skipped (41 s)");
    }

    #[test]
    fn a_word_is_a_suites_name_or_else_the_beginning_of_some() {
        let selected = |wanted: &[&str]| -> Vec<String> {
            let wanted: Vec<String> = wanted.iter().map(ToString::to_string).collect();
            let all = suites(&["rust", "rust-lint", "python-3.10", "python-3.12", "node"]);
            select(all, &wanted).unwrap().into_iter().map(|suite| suite.name).collect()
        };
        assert_eq!(selected(&["rust"]), ["rust"]);
        assert_eq!(selected(&["node", "python"]), ["python-3.10", "python-3.12", "node"]);
        assert_eq!(selected(&[]).len(), 5);
    }

    #[test]
    fn packages_are_built_ahead_where_something_else_comes_first() {
        let cases =
            [(&["rust", "wheel"][..], true), (&["wheel", "rust"], false), (&["rust", "sync"], false), (&[], false)];
        for (names, ahead) in cases {
            assert_eq!(has_time_ahead(&suites(names)), ahead, "{names:?}");
        }
    }

    #[test]
    fn an_unknown_suite_is_an_error() {
        let error = select(suites(&["rust"]), &["rusty".into()]).err().unwrap();
        assert_eq!(error.to_string(), "there is no suite called rusty: cargo xtask test --list");
    }
}
