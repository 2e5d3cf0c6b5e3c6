//! The machine that was measured on, as the page tells of it.

use std::fs;
use std::hint::black_box;
use std::process::Command;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result};

use super::install::Installed;

/// What it is, and how busy it was.
pub(super) struct Machine {
    lines: Vec<(&'static str, String)>,
    load_before: String,
    load_after: String,
}

impl Machine {
    /// As it is now, before the first round.
    pub(super) fn now(installed: &Installed, rounds: u64) -> Result<Self> {
        let cores = thread::available_parallelism()?;
        let python = installed.python();
        let lines = vec![
            ("measured on", answer(Command::new("date").args(["-u", "+%Y-%m-%d"]))?),
            ("rounds", rounds.to_string()),
            ("version of ours", env!("CARGO_PKG_VERSION").to_owned()),
            ("cores", format!("{cores}, {}; all at once do the work of {:.1}", model(), at_once(cores.get()))),
            ("system", answer(Command::new("uname").args(["-srm"]))?),
            ("Rust", answer(Command::new("rustc").arg("--version"))?),
            ("Python", answer(Command::new(&python).arg("--version"))?),
            ("Node", answer(Command::new("node").arg("--version"))?),
        ];
        Ok(Self { lines, load_before: load(), load_after: String::new() })
    }

    /// The same, after the last round.
    pub(super) fn after(self) -> Self {
        Self { load_after: load(), ..self }
    }

    /// A table; `peers` are their names with versions.
    pub(super) fn table(&self, peers: &str) -> String {
        let load = format!("{} before, {} after (of 1, 5 and 15 minutes)", self.load_before, self.load_after);
        let more = [("load", load), ("peers", peers.to_owned())];
        let rows = self.lines.iter().chain(&more).map(|(what, text)| format!("| {what} | {text} |\n"));
        format!("| | |\n|---|---|\n{}", rows.collect::<String>())
    }
}

/// How many cores' work so many do at once: fewer, where two are halves of one.
fn at_once(cores: usize) -> f64 {
    let best = |threads: usize| {
        let times = (0..3).map(|_| {
            let begun = Instant::now();
            thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(busy))));
            begun.elapsed()
        });
        times.min().unwrap_or_default().as_secs_f64()
    };
    #[expect(clippy::cast_precision_loss, reason = "nobody has so many")]
    let cores_as_work = cores as f64 * best(1) / best(cores);
    cores_as_work
}

/// What a core is busy with for some tenths of a second.
fn busy() -> u64 {
    (0..20_000_000_u64).fold(1, |number, step| black_box(number.rotate_left(5) ^ step))
}

fn model() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    name.map_or_else(|| "of an unknown model".to_owned(), |(_, name)| name.to_owned())
}

fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

fn answer(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot run {}", command.get_program().display()))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
