//! Runs a command: says what it does, keeps all that it prints in a log, tells how long it took.

use std::env;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::platforms;

/// Where the output of a row of commands is kept.
pub(crate) struct Log {
    path: PathBuf,
    file: File,
    failures: String,
    mark: Option<String>,
}

impl Log {
    /// A new, empty log; an older one of that name is overwritten.
    pub(crate) fn create(path: PathBuf) -> Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self { path, file, failures: String::new(), mark: None })
    }

    /// The same, of a suite beside which another runs: what is shown of it comes in whole lines, and each begins with this name.
    pub(crate) fn marked(self, name: &str) -> Self {
        Self { mark: Some(format!("{name}: ")), ..self }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The last lines of every command that failed.
    pub(crate) fn failures(&self) -> &str {
        &self.failures
    }

    /// Shows a line to who has started us.
    pub(crate) fn show(&self, text: &str) {
        println!("    {}{text}", self.mark.as_deref().unwrap_or_default());
    }

    /// Keeps a line of our own among what the commands printed.
    pub(crate) fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.file, "{text}")
    }
}

/// A command that ended.
pub(crate) struct Finished {
    pub(crate) ok: bool,
    pub(crate) output: String,
}

/// How the names of variables begin that cargo, rustc, pyo3, maturin and napi listen to.
const BUILD_VARIABLES: [&str; 7] = ["CARGO", "RUST", "PYO3_", "MATURIN_", "NAPI_", "VIRTUAL_ENV", "PYTHON"];
/// The same of those among them that say where the tools are, and how a registry is reached.
const KEPT_VARIABLES: [&str; 6] =
    ["CARGO_HOME", "CARGO_HTTP_", "CARGO_NET_", "CARGO_REGISTR", "CARGO_SOURCE_", "RUSTUP_"];

/// A command to run, and the words for what it does.
pub(crate) struct Step {
    title: String,
    command: Command,
    shown: bool,
    meant_to_fail: bool,
}

impl Step {
    /// `title` says what the program is run for: "building the Python wheel".
    pub(crate) fn new(title: impl Into<String>, program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program);
        // What a developer has set for real work must not reach a test.
        for variable in ["GREENAPI_PARTNER_TOKEN", "GREENAPI_PARTNER_API_URL"] {
            command.env_remove(variable);
        }
        command.env("NO_COLOR", "1");
        Self { title: title.into(), command, shown: false, meant_to_fail: false }
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    pub(crate) fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    pub(crate) fn env(mut self, key: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(key, value);
        self
    }

    /// Takes away what changes how things are built: what cargo has told us who run below it, and what a developer has set.
    pub(crate) fn in_a_users_environment(mut self) -> Self {
        for (name, _) in env::vars_os() {
            if name.to_str().is_some_and(changes_a_build) {
                self.command.env_remove(name);
            }
        }
        // Napi tells cargo which machine this is, and maturin does not: told of both, what both packages depend on is compiled
        // once, in one folder.
        if let Some(platform) = platforms::of_this_machine() {
            self.command.env("CARGO_BUILD_TARGET", platform.target);
        }
        self
    }

    pub(crate) fn folder(mut self, path: &Path) -> Self {
        self.command.current_dir(path);
        self
    }

    /// Shows what the command prints as it prints it, for commands whose output is the point.
    pub(crate) fn shown(mut self) -> Self {
        self.shown = true;
        self
    }

    /// For a command that shows that a failure is noticed: if it fails, all is well.
    pub(crate) fn meant_to_fail(mut self) -> Self {
        self.meant_to_fail = true;
        self
    }

    /// Runs to the end. An exit code other than 0 is no error here.
    pub(crate) fn run(mut self, log: &mut Log) -> Result<Finished> {
        let started = Instant::now();
        self.announce(log)?;
        log.line(&format!("$ {}", spelled(&self.command)))?;

        let (reader, writer) = io::pipe()?;
        self.command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
        let mut child =
            self.command.spawn().with_context(|| format!("cannot run {}", self.command.get_program().display()))?;
        drop(self.command); // it holds the pipe's writing end, and reading would never end
        let output = tee(BufReader::new(reader), log, self.shown)?;
        let ok = child.wait()?.success() != self.meant_to_fail;

        let time = seconds(started.elapsed());
        log.line(&format!("[{}, {time}]\n", if ok { "ok" } else { "failed" }))?;
        let told = format!("{}{time}", if ok { "" } else { "failed after " });
        match log.mark {
            _ if self.shown => {}
            Some(_) => log.show(&format!("{} … {told}", self.title)),
            None => println!("{told}"),
        }
        if !ok {
            let said = tail(&output, TAIL);
            let mark = log.mark.as_deref().unwrap_or_default();
            log.failures.extend(["    ", mark, &self.title, " failed:\n", &said]);
        }
        Ok(Finished { ok, output })
    }

    /// What it prints, for a program and not for a person: nothing of it is shown or kept.
    pub(crate) fn answer(mut self) -> Result<Vec<u8>> {
        let output = self.command.stdin(Stdio::null()).output().with_context(|| self.title.clone())?;
        if !output.status.success() {
            bail!("{} failed: {}", self.title, String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(output.stdout)
    }

    /// Runs to the end, and an exit code other than 0 is an error.
    pub(crate) fn succeed(self, log: &mut Log) -> Result<String> {
        let title = self.title.clone();
        let finished = self.run(log)?;
        if !finished.ok {
            bail!("{title} failed");
        }
        Ok(finished.output)
    }

    /// Beside others' lines none can be left open until the end.
    fn announce(&self, log: &Log) -> io::Result<()> {
        if self.shown {
            log.show(&self.title);
        } else if log.mark.is_none() {
            print!("    {} … ", self.title);
        }
        io::stdout().flush()
    }
}

fn changes_a_build(variable: &str) -> bool {
    let begins_as_one_of = |prefixes: &[&str]| prefixes.iter().any(|prefix| variable.starts_with(prefix));
    begins_as_one_of(&BUILD_VARIABLES) && !begins_as_one_of(&KEPT_VARIABLES)
}

/// A duration as a person says it: `4.2 s`, `41 s`, `2 min 5 s`.
pub(crate) fn seconds(time: Duration) -> String {
    let whole = time.as_secs();
    match whole {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        10..60 => format!("{whole} s"),
        _ => format!("{} min {} s", whole / 60, whole % 60),
    }
}

/// How many of a failed command's last lines are shown.
const TAIL: usize = 60;

/// The last lines of an output, for a person who asks what went wrong.
fn tail(output: &str, lines: usize) -> String {
    let all: Vec<&str> = output.lines().collect();
    all[all.len().saturating_sub(lines)..].iter().flat_map(|line| ["    | ", line, "\n"]).collect()
}

fn tee(mut reader: impl BufRead, log: &mut Log, shown: bool) -> Result<String> {
    let mut output = Vec::new();
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        log.file.write_all(&line)?;
        if shown {
            print!("    | {}", String::from_utf8_lossy(&line));
        }
        output.append(&mut line);
    }
    Ok(String::from_utf8_lossy(&output).into_owned())
}

/// The command line without its environment, which may hold a token.
fn spelled(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    fn scratch(name: &str) -> Log {
        Log::create(std::env::temp_dir().join(format!("xtask-{}-{name}.log", std::process::id()))).unwrap()
    }

    #[test]
    fn a_step_keeps_both_streams_in_the_log_and_tells_success() {
        let mut log = scratch("streams");
        let finished = Step::new("a step", "sh").args(["-c", "echo one; echo two >&2"]).run(&mut log).unwrap();
        let kept = fs::read_to_string(log.path()).unwrap();
        fs::remove_file(log.path()).unwrap();
        assert!(finished.ok);
        assert_eq!(finished.output, "one\ntwo\n");
        assert!(kept.contains("one\ntwo\n"), "{kept}");
    }

    #[test]
    fn a_step_that_must_succeed_names_what_failed() {
        let mut log = scratch("failure");
        let error =
            Step::new("building the moon", "sh").args(["-c", "echo no cheese; exit 3"]).succeed(&mut log).unwrap_err();
        fs::remove_file(log.path()).unwrap();
        assert_eq!(error.to_string(), "building the moon failed");
        assert_eq!(log.failures(), "    building the moon failed:\n    | no cheese\n");
    }

    #[test]
    fn a_step_that_is_meant_to_fail_is_well_if_it_does() {
        let mut log = scratch("meant");
        let ended = |command| Step::new("a step", "sh").args(["-c", command]).meant_to_fail().run(&mut log);
        let oks: Vec<_> = ["exit 1", "exit 0"].map(ended).into_iter().map(|ended| ended.unwrap().ok).collect();
        let failures = log.failures().to_owned();
        fs::remove_file(log.path()).unwrap();
        assert_eq!(oks, [true, false]);
        assert_eq!(failures, "    a step failed:\n");
    }

    #[test]
    fn the_environment_of_a_step_is_not_logged() {
        let mut log = scratch("environment");
        Step::new("a step", "true").env("GREENAPI_PARTNER_TOKEN", "gac.secret").run(&mut log).unwrap();
        let kept = fs::read_to_string(log.path()).unwrap();
        fs::remove_file(log.path()).unwrap();
        assert!(!kept.contains("gac.secret"), "{kept}");
    }

    #[test]
    fn a_users_environment_has_nothing_that_cargo_told_us() {
        // Cargo sets this one for every program that it runs, this test included.
        assert!(env::var_os("CARGO_MANIFEST_DIR").is_some());
        let mut log = scratch("users");
        let step = Step::new("a step", "sh").args(["-c", "env | grep -c ^CARGO_MANIFEST_DIR="]);
        let finished = step.in_a_users_environment().run(&mut log).unwrap();
        fs::remove_file(log.path()).unwrap();
        assert_eq!(finished.output, "0\n");
    }

    #[test]
    fn how_a_registry_is_reached_does_not_change_what_is_built() {
        for changes in
            ["CARGO_TARGET_DIR", "CARGO_PROFILE_RELEASE_LTO", "RUSTFLAGS", "MATURIN_PEP517_ARGS", "PYTHONPATH"]
        {
            assert!(changes_a_build(changes), "{changes}");
        }
        for does_not in ["PATH", "CARGO_HOME", "CARGO_HTTP_CAINFO", "CARGO_REGISTRIES_OURS_INDEX", "RUSTUP_TOOLCHAIN"] {
            assert!(!changes_a_build(does_not), "{does_not}");
        }
    }

    #[test]
    fn times_read_as_a_person_says_them() {
        let spoken = [0, 4_210, 41_900, 125_000].map(|ms| seconds(Duration::from_millis(ms)));
        assert_eq!(spoken, ["0.0 s", "4.2 s", "41 s", "2 min 5 s"]);
    }

    #[test]
    fn the_tail_is_the_last_lines() {
        assert_eq!(tail("1\n2\n3\n", 2), "    | 2\n    | 3\n");
        assert_eq!(tail("", 2), "");
    }
}
