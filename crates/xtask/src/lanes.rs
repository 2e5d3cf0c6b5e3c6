//! Lanes: two suites at a time, where a machine has the cores for it.
//!
//! Who tests something installed waits most of the time, and who compiles comes to what only one core can do: one alone leaves the
//! other core idle. What two must not have at once is a [`Place`], and every suite says which it reads and which it writes.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use anyhow::Result;

use crate::ahead::Package;
use crate::suites::Suite;

/// More do not help: each suite has as many processes of its own as it has use for.
const LANES: usize = 2;

/// What suites share. Several may read one at a time; who writes it is alone there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The checkout: its files, its target folder, and nextest's report there.
    Checkout,
    /// The clean copy: its target folder and its virtual environment.
    Copy,
    /// `js/` of the clean copy, where tests of what is installed find tsc and types.
    CopyOfJs,
    /// The virtual environment of the Python that `python3` is.
    MainVenv,
    /// The virtual environment of maturin, ruff and mypy.
    Tools,
}

/// What the builds of the packages write that go on beside the first suites.
const AHEAD: [Place; 2] = [Place::Copy, Place::CopyOfJs];

/// How many suites this machine runs at a time.
pub(crate) fn of_this_machine() -> usize {
    thread::available_parallelism().map_or(1, usize::from).min(LANES)
}

/// Runs all suites, `lanes` at a time, and gives what became of each, in their order. With `ahead`, which builds a package, a lane first
/// does that. An error ends it: what runs by then comes to its end, and nothing else begins.
pub(crate) fn run<T: Send>(
    suites: &[Suite],
    lanes: usize,
    ahead: Option<&(impl Fn(Package) -> Result<()> + Sync)>,
    run: impl Fn(usize) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let work = Work { plan: Mutex::new(Plan::new(suites, ahead.is_some())), changed: Condvar::new() };
    let lane = || -> Result<Vec<(usize, T)>> {
        let mut done = Vec::new();
        while let Some(begun) = work.begin() {
            match begun.job {
                Job::Package(package) => {
                    ahead.map_or(Ok(()), |build| build(package)).inspect_err(|_| work.stop())?;
                }
                Job::Suite(index) => done.push((index, run(index).inspect_err(|_| work.stop())?)),
            }
        }
        Ok(done)
    };
    let mut done = thread::scope(|scope| {
        let all: Vec<_> = (0..lanes).map(|_| scope.spawn(lane)).collect();
        let all = all.into_iter().map(|lane| lane.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        all.collect::<Result<Vec<_>>>()
    })?
    .into_iter()
    .flatten()
    .collect::<Vec<_>>();
    done.sort_by_key(|(index, _)| *index);
    Ok(done.into_iter().map(|(_, result)| result).collect())
}

/// What a lane has to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Job {
    Package(Package),
    Suite(usize),
}

#[derive(Debug, PartialEq, Eq)]
enum Next {
    Begin(Job),
    /// All that is left waits for what runs.
    Wait,
    Nothing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Waiting,
    Running,
    Ended,
}

/// What has begun, and what has ended.
struct Plan<'a> {
    suites: &'a [Suite],
    /// Of `Package::ALL`: they are built one after the other.
    packages: [State; Package::ALL.len()],
    states: Vec<State>,
    stopped: bool,
}

impl<'a> Plan<'a> {
    fn new(suites: &'a [Suite], ahead: bool) -> Self {
        let packages = [if ahead { State::Waiting } else { State::Ended }; Package::ALL.len()];
        Self { suites, packages, states: vec![State::Waiting; suites.len()], stopped: false }
    }

    /// The next package, or else the first in the list that may begin now; it has begun.
    fn next(&mut self) -> Next {
        if self.stopped || !self.packages.iter().chain(&self.states).any(|state| *state == State::Waiting) {
            return Next::Nothing;
        }
        let Some(job) = self.ready_package().map(Job::Package).or_else(|| self.ready_suite().map(Job::Suite)) else {
            return Next::Wait;
        };
        self.set(job, State::Running);
        Next::Begin(job)
    }

    fn set(&mut self, job: Job, state: State) {
        match job {
            Job::Package(package) => self.packages[package as usize] = state,
            Job::Suite(index) => self.states[index] = state,
        }
    }

    fn ready_package(&self) -> Option<Package> {
        let next = self.packages.iter().position(|state| *state != State::Ended)?;
        (self.packages[next] == State::Waiting).then_some(Package::ALL[next])
    }

    fn ready_suite(&self) -> Option<usize> {
        (0..self.suites.len()).find(|index| self.is_ready(*index))
    }

    fn is_ready(&self, index: usize) -> bool {
        let (suite, of) = (&self.suites[index], |state| self.of(state));
        let awaits = |other: &Suite| suite.after.contains(&other.name.as_str());
        let is_last_of_its_likes = !suite.alone || self.states[..index].iter().all(|state| *state == State::Ended);
        let are_built = self.packages.iter().all(|state| *state == State::Ended);
        self.states[index] == State::Waiting
            && is_last_of_its_likes
            && (are_built || !suite.alone && AHEAD.iter().all(|place| !suite.has(*place)))
            && suite.installs.is_none_or(|package| self.packages[package as usize] == State::Ended)
            && !of(State::Waiting).chain(of(State::Running)).any(awaits)
            && !of(State::Running).any(|other| other.alone || suite.alone || other.excludes(suite))
    }

    fn of(&self, state: State) -> impl Iterator<Item = &Suite> {
        self.suites.iter().zip(&self.states).filter(move |(_, its)| **its == state).map(|(suite, _)| suite)
    }
}

/// The plan, for the lanes.
struct Work<'a> {
    plan: Mutex<Plan<'a>>,
    changed: Condvar,
}

impl<'a> Work<'a> {
    /// The next job, as soon as there is one; none if nothing is left to begin.
    fn begin(&self) -> Option<Begun<'_, 'a>> {
        let mut plan = self.plan();
        loop {
            match plan.next() {
                Next::Begin(job) => return Some(Begun { job, work: self }),
                Next::Nothing => return None,
                Next::Wait => plan = self.changed.wait(plan).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    fn stop(&self) {
        self.plan().stopped = true;
        self.changed.notify_all();
    }

    fn plan(&self) -> MutexGuard<'_, Plan<'a>> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A job that runs until this is dropped, however that comes.
struct Begun<'work, 'a> {
    job: Job,
    work: &'work Work<'a>,
}

impl Drop for Begun<'_, '_> {
    fn drop(&mut self) {
        self.work.plan().set(self.job, State::Ended);
        self.work.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;
    use crate::counts::Counts;

    fn suite(name: &str) -> Suite {
        Suite::new(name, "", |_, _| Ok(Counts::default()))
    }

    fn none() -> Option<&'static fn(Package) -> Result<()>> {
        None
    }

    /// What is begun until all that is left waits.
    fn begun(plan: &mut Plan) -> Vec<String> {
        let mut names = Vec::new();
        while let Next::Begin(job) = plan.next() {
            names.push(match job {
                Job::Package(package) => format!("the {package}"),
                Job::Suite(index) => plan.suites[index].name.clone(),
            });
        }
        names
    }

    #[test]
    fn what_writes_where_another_is_waits_for_it() {
        let suites = [
            suite("writer").writes(&[Place::MainVenv]),
            suite("reader").reads(&[Place::MainVenv]),
            suite("elsewhere").writes(&[Place::Tools]),
            suite("another reader").reads(&[Place::MainVenv]),
        ];
        let mut plan = Plan::new(&suites, false);
        assert_eq!(begun(&mut plan), ["writer", "elsewhere"]);
        assert_eq!(plan.next(), Next::Wait);
        plan.set(Job::Suite(0), State::Ended);
        assert_eq!(begun(&mut plan), ["reader", "another reader"]);
        assert_eq!(plan.next(), Next::Nothing);
    }

    #[test]
    fn a_suite_waits_for_those_that_it_comes_after_if_they_are_run_at_all() {
        let suites = [suite("wheel"), suite("python").after(&["wheel", "tarball"]), suite("lint")];
        let mut plan = Plan::new(&suites, false);
        assert_eq!(begun(&mut plan), ["wheel", "lint"]);
        plan.set(Job::Suite(0), State::Ended);
        assert_eq!(begun(&mut plan), ["python"]);
    }

    #[test]
    fn one_alone_waits_for_all_before_it_and_nothing_runs_beside_it() {
        let suites = [suite("one"), suite("alone").alone(), suite("two")];
        let mut plan = Plan::new(&suites, false);
        assert_eq!(begun(&mut plan), ["one", "two"]);
        plan.set(Job::Suite(0), State::Ended);
        assert_eq!(plan.next(), Next::Wait);
        plan.set(Job::Suite(2), State::Ended);
        assert_eq!(begun(&mut plan), ["alone"]);

        let suites = [suite("alone").alone(), suite("two")];
        assert_eq!(begun(&mut Plan::new(&suites, false)), ["alone"]);
    }

    #[test]
    fn a_suite_waits_for_the_package_that_it_installs_and_one_that_builds_for_both() {
        let suites = [
            suite("rust"),
            suite("wheel").writes(&[Place::Copy]),
            suite("python").installs(Package::Wheel),
            suite("node").reads(&[Place::CopyOfJs]),
        ];
        let mut plan = Plan::new(&suites, true);
        assert_eq!(begun(&mut plan), ["the wheel", "rust"]);
        plan.set(Job::Package(Package::Wheel), State::Ended);
        assert_eq!(begun(&mut plan), ["the tarball", "python"]);
        plan.set(Job::Package(Package::Tarball), State::Ended);
        assert_eq!(begun(&mut plan), ["wheel", "node"]);
        assert_eq!(begun(&mut Plan::new(&suites, false)), ["rust", "wheel", "python", "node"]);
    }

    /// Each of this machine's suites begins, whichever of two that run ends first.
    #[test]
    fn no_suite_waits_for_ever() {
        let suites = crate::suites::all().unwrap();
        for (newest_ends, ahead) in [(true, true), (false, true), (true, false), (false, false)] {
            let mut plan = Plan::new(&suites, ahead);
            let (mut running, mut ended) = (Vec::new(), Vec::new());
            loop {
                while running.len() < 2
                    && let Next::Begin(job) = plan.next()
                {
                    running.push(job);
                }
                let Some(last) = running.len().checked_sub(1) else { break };
                let job = running.remove(if newest_ends { last } else { 0 });
                plan.set(job, State::Ended);
                ended.push(job);
            }
            assert_eq!(ended.len(), suites.len() + if ahead { Package::ALL.len() } else { 0 });
            assert_eq!(ended.last(), Some(&Job::Suite(suites.len() - 1)), "the canary comes last");
        }
    }

    #[test]
    fn two_run_at_a_time_and_their_results_are_in_order() {
        let suites = [suite("one"), suite("two"), suite("three")];
        let ((to_one, from_two), (to_two, from_one)) = (mpsc::channel(), mpsc::channel());
        let (from_one, from_two) = (Mutex::new(from_one), Mutex::new(from_two));
        let met = run(&suites, 2, none(), |index| {
            let long = Duration::from_secs(60);
            Ok(match index {
                0 => to_two.send(()).is_ok() && from_two.lock().unwrap().recv_timeout(long).is_ok(),
                1 => to_one.send(()).is_ok() && from_one.lock().unwrap().recv_timeout(long).is_ok(),
                _ => false,
            })
        });
        assert_eq!(met.unwrap(), [true, true, false]);
    }

    #[test]
    fn after_an_error_nothing_begins() {
        let suites = [suite("one"), suite("two")];
        let begun = Mutex::new(Vec::new());
        let error = run(&suites, 1, none(), |index| -> Result<()> {
            begun.lock().unwrap().push(index);
            anyhow::bail!("the disk is full")
        });
        assert_eq!(error.unwrap_err().to_string(), "the disk is full");
        assert_eq!(*begun.lock().unwrap(), [0]);
    }

    #[test]
    fn the_packages_are_built_though_no_suite_is_left() {
        let suites = [suite("one")];
        let built = Mutex::new(Vec::new());
        let ahead = |package: Package| {
            built.lock().unwrap().push(package);
            Ok(())
        };
        run(&suites, 2, Some(&ahead), |_| Ok(())).unwrap();
        assert_eq!(*built.lock().unwrap(), Package::ALL);
    }
}
