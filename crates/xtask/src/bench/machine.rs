//! The machine that was measured on, as the page tells of it.

use std::fs;
use std::process::Command;
use std::thread;

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
            ("cores", format!("{cores}, {}", model())),
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
