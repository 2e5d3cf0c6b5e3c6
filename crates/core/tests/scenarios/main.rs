//! Runs every file of `tests/scenarios/` against the mock, each as a test of its own.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a scenario that cannot be run is a failed test")]

mod calls;
mod compare;
mod control;
mod faults;
mod file;
mod fleet;
mod instance;
mod why;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use futures_util::{StreamExt as _, stream};
use libtest_mimic::{Arguments, Failed, Trial};

use crate::{calls::Runner, file::Scenario};

fn main() -> ExitCode {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/scenarios");
    let mut trials: Vec<_> = files(&folder).into_iter().map(|path| trial(&folder, path)).collect();
    if trials.is_empty() {
        trials.push(Trial::test("there are scenarios", || Err("tests/scenarios holds none".into())));
    }
    trials
        .extend(faults::ends().map(|end| Trial::test(format!("faults: {end}"), move || run_all(faults::of_end(end)))));
    trials.push(Trial::test("faults: all operations are called", faults::all_operations_are_called));
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// The JSON files below `folder`, in the order of their names.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn trial(folder: &Path, path: PathBuf) -> Trial {
    let name = path.strip_prefix(folder).unwrap().with_extension("");
    let name = name.to_str().unwrap().replace('\\', "/");
    Trial::test(name, move || run(&path))
}

fn run(path: &Path) -> Result<(), Failed> {
    let scenario: Scenario =
        serde_json::from_str(&fs::read_to_string(path)?).map_err(|error| format!("not a scenario: {error}"))?;
    why::check(&scenario.why)?;
    if !scenario.is_for("rust") {
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let run = async { Box::pin(Runner::new(&scenario).await?.run()).await };
    let problems = runtime.block_on(async { tokio::time::timeout(LONGEST, run).await })??;
    if problems.is_empty() {
        return Ok(());
    }
    Err(format!("{}\n({})\n{}", scenario.promise, scenario.why, problems.join("\n")).into())
}

/// Runs scenarios at once, and says of each that does not hold what is wrong.
fn run_all(scenarios: impl Iterator<Item = Scenario>) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let problems = stream::iter(scenarios).map(problems_of_fault).buffer_unordered(AT_ONCE).concat();
    let problems = runtime.block_on(problems);
    if problems.is_empty() { Ok(()) } else { Err(problems.join("\n").into()) }
}

/// Where the first connection is not free yet, the client opens another, and a fault of kept ones finds no call to meet.
async fn problems_of_fault(scenario: Scenario) -> Vec<String> {
    let mut found = problems(&scenario).await;
    for _ in 0..2 {
        if !found.is_empty() && faults::is_of_kept_connections(&scenario) {
            found = problems(&scenario).await;
        }
    }
    found
}

async fn problems(scenario: &Scenario) -> Vec<String> {
    let run = async { Box::pin(Runner::new(scenario).await?.run()).await };
    let problems = match tokio::time::timeout(LONGEST, run).await {
        Ok(Ok(problems)) => problems,
        Ok(Err(problem)) => vec![problem],
        Err(_) => vec![format!("it did not end within {LONGEST:?}")],
    };
    problems.into_iter().map(|problem| format!("{}: {problem}", scenario.promise)).collect()
}

/// How many mocks run at once.
const AT_ONCE: usize = 100;
/// A scenario that takes longer waits for something that does not come.
const LONGEST: Duration = Duration::from_secs(60);
