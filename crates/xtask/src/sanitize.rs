//! `cargo xtask sanitize`: the tests of core, and of what Python calls, with the address sanitizer: whoever reads or writes memory
//! that is not theirs, or that was freed, is told on, in a file that nothing else writes to.
//!
//! It needs a nightly compiler, which brings the sanitizer along: as a part of programs, of which a library is made here that Python
//! loads before all others. What is instrumented is Rust's code, the dependencies' too; of C's (SQLite, ring) at least what it takes
//! and gives back is watched.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};

use crate::checkout::{Checkout, empty_folder};
use crate::fuzz::NIGHTLY;
use crate::python::{Venv, only_file};
use crate::run::{Log, Step};
use crate::suites::Kit;
use crate::tools;

/// Which tests.
#[derive(Args)]
pub(crate) struct Options {
    /// In these languages, one after the other; in both if none is named.
    languages: Vec<Language>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Language {
    Rust,
    Python,
}

pub(crate) fn run(checkout: &Checkout, options: &Options) -> Result<()> {
    tools::nightly()?;
    let mut log = Log::create(checkout.scratch("sanitize.log"))?;
    let reports = checkout.scratch("sanitize");
    let sanitizer = Sanitizer { checkout, reports: &reports };
    empty_folder(&reports)?;
    let wanted = |language| options.languages.is_empty() || options.languages.contains(&language);
    let mut passed = true;
    if wanted(Language::Rust) {
        passed &= sanitizer.rust(&mut log)?;
    }
    if wanted(Language::Python) {
        passed &= sanitizer.python(&mut log)?;
    }
    let told = told(&reports)?;
    if told > 0 {
        bail!("the sanitizer has told on {told} processes, each in a file of {}", checkout.shown(&reports));
    }
    if !passed {
        bail!("the sanitizer has told on nobody, but tests failed: {}", checkout.shown(log.path()));
    }
    println!("the sanitizer has told on nobody");
    Ok(())
}

struct Sanitizer<'a> {
    checkout: &'a Checkout,
    /// Where it writes, a file for each process that it tells on.
    reports: &'a Path,
}

impl Sanitizer<'_> {
    /// Core's own tests, and those of what it promises.
    fn rust(&self, log: &mut Log) -> Result<bool> {
        let program = self.freed(&["--crate-type", "bin"], "freed", log)?;
        self.is_told_on(Step::new("running it, which is to be told on", program), log)?;
        let step = Step::new("core's tests with the address sanitizer", "rustup")
            .in_a_users_environment()
            .args(["run", NIGHTLY, "cargo", "test", "--no-fail-fast", "--target", TARGET])
            .args(["--package", "greenapi-partner"])
            .args(["--lib", "--test", "promises", "--test", "scenarios", "--test", "store"])
            // What was freed is kept for a while, to tell on whoever reads it: more of it with each round.
            .args(["--", "--skip", "soak::mixed_traffic_with_faults_holds_no_more_after_a_while"]);
        Ok(watched(self.built(step), self.reports).shown().run(log)?.ok)
    }

    /// The tests of what Python calls: some for each kind of call, `PYTHON_TESTS` has them.
    fn python(&self, log: &mut Log) -> Result<bool> {
        tools::linkers()?;
        let kit = Kit::new(self.checkout.clone());
        let venv = self.venv(&kit.python_tools(log)?, log)?;
        let runtime = self.runtime(log)?;
        let python = |title: &str| {
            Step::new(title, venv.program("python"))
                .env("LD_PRELOAD", &runtime)
                // Python's own allocator takes large pieces and gives parts of them, which nobody could tell from each other.
                .env("PYTHONMALLOC", "malloc")
                .env("PYTHONDONTWRITEBYTECODE", "1")
        };
        let library = self.freed(&["--crate-type", "cdylib"], "libfreed.so", log)?;
        let call = format!("import ctypes; ctypes.CDLL({:?}).main()", library.display().to_string());
        self.is_told_on(python("calling it from Python, which is to be told on").args(["-c", &call]), log)?;
        let step = python("Python's tests with the address sanitizer")
            .args(["-m", "pytest", "-p", "no:cacheprovider"])
            .args(PYTHON_TESTS.map(|name| format!("tests/python/test_{name}.py")))
            .folder(&kit.proof()?);
        Ok(watched(step, self.reports).shown().run(log)?.ok)
    }

    /// A program, or a library, that reads what it has freed.
    fn freed(&self, kind: &[&str], name: &str, log: &mut Log) -> Result<PathBuf> {
        let folder = self.checkout.scratch("sanitizer");
        fs::create_dir_all(&folder)?;
        let source = folder.join("freed.rs");
        fs::write(&source, FREED)?;
        let made = folder.join(name);
        Step::new("compiling what reads what it has freed", "rustup")
            .in_a_users_environment()
            .args(["run", NIGHTLY, "rustc", SANITIZED])
            .args(kind)
            .arg("-o")
            .args([&made, &source])
            .succeed(log)?;
        Ok(made)
    }

    /// Fails unless the sanitizer tells on it: without this, its silence would say nothing.
    fn is_told_on(&self, step: Step, log: &mut Log) -> Result<()> {
        let folder = self.checkout.scratch("sanitizer/control");
        empty_folder(&folder)?;
        if !watched(step.meant_to_fail(), &folder).run(log)?.ok || told(&folder)? != 1 {
            bail!("the sanitizer does not tell on a program that reads what it has freed: it is of no use here");
        }
        Ok(())
    }

    /// The sanitizer's runtime as a library. The compiler has it for programs alone, with a part in it that no library can have. It does
    /// not start beside a library that is called as gcc's or clang's own is.
    fn runtime(&self, log: &mut Log) -> Result<PathBuf> {
        let folder = self.checkout.scratch("sanitizer");
        fs::create_dir_all(&folder)?;
        let (archive, library) = (folder.join("asan.a"), folder.join("libsanitizer.so"));
        let compilers = tools::nightly_libraries(TARGET)?.join("librustc-nightly_rt.asan.a");
        fs::copy(&compilers, &archive).with_context(|| compilers.display().to_string())?;
        Step::new("taking the part of programs out of the sanitizer", "ar")
            .arg("d")
            .arg(&archive)
            .arg("asan_preinit.cpp.o")
            .succeed(log)?;
        Step::new("making a library of the sanitizer", "cc")
            .args(["-shared", "-o"])
            .arg(&library)
            .arg("-Wl,--whole-archive")
            .arg(&archive)
            .args(["-Wl,--no-whole-archive", "-lpthread", "-ldl", "-lrt", "-lm", "-lgcc_s"])
            .succeed(log)?;
        Ok(library)
    }

    /// An environment with the package, built for the sanitizer, and what its tests need.
    fn venv(&self, tools: &Venv, log: &mut Log) -> Result<Venv> {
        let wheels = self.checkout.scratch("sanitized-wheel");
        empty_folder(&wheels)?;
        let step = Step::new("building the Python package with the address sanitizer", "rustup")
            .in_a_users_environment()
            .args(["run", NIGHTLY])
            .arg(tools.program("maturin"))
            .args(["build", "--locked", "--profile", "dev", "--target", TARGET, "--auditwheel", "skip", "--out"])
            .arg(&wheels)
            .folder(&self.checkout.path("python"));
        self.built(step).succeed(log)?;
        let venv = Venv::ensure(self.checkout.scratch("venv-sanitized"), &tools::python()?, log)?;
        let wheel = only_file(&wheels, ".whl")?;
        venv.pip_install("installing what its tests need").arg(format!("{}[test]", wheel.display())).succeed(log)?;
        venv.pip_install("installing this very wheel")
            .args(["--force-reinstall", "--no-deps"])
            .arg(wheel)
            .succeed(log)?;
        let package = Step::new("asking where it is", venv.program("python")).args(["-c", WHERE]).succeed(log)?;
        let extension = fs::read(only_file(Path::new(package.trim()), ".so")?)?;
        if !extension.windows(CHECK.len()).any(|bytes| bytes == CHECK) {
            bail!("the Python package was built without the sanitizer");
        }
        Ok(venv)
    }

    /// The command, building for the sanitizer, in a folder of its own.
    fn built(&self, step: Step) -> Step {
        step.env("RUSTFLAGS", SANITIZED)
            .env("CARGO_TARGET_DIR", self.checkout.target().join("sanitize"))
            // Unoptimised, it is slow enough for tests to lose patience.
            .env("CARGO_PROFILE_DEV_OPT_LEVEL", "1")
            .env("CARGO_TERM_COLOR", "never")
    }
}

/// The command, with what the sanitizer says in files of this folder: whoever starts a process may not read what it prints.
fn watched(step: Step, folder: &Path) -> Step {
    // What is there at the end of a process is no leak of ours alone: Python itself leaves much.
    step.env("ASAN_OPTIONS", format!("detect_leaks=0:log_path={}", folder.join("told").display()))
}

/// On how many processes it has told.
fn told(folder: &Path) -> Result<usize> {
    Ok(fs::read_dir(folder)?.count())
}

const TARGET: &str = "x86_64-unknown-linux-gnu";
const SANITIZED: &str = "-Zsanitizer=address";
/// What code calls that is built for it.
const CHECK: &[u8] = b"__asan_report_load8";
const WHERE: &str =
    "import importlib.util; print(*importlib.util.find_spec('greenapi_partner').submodule_search_locations)";
/// What must be told on.
const FREED: &str = "#![no_main]
#[unsafe(no_mangle)]
pub extern \"C\" fn main() -> i32 {
    let freed = Box::into_raw(Box::new(7_u8));
    drop(unsafe { Box::from_raw(freed) });
    i32::from(unsafe { freed.read_volatile() })
}
";

/// Tests of Python that cross every file of the binding: calls of both clients and of an instance's methods, arguments and contents,
/// models and tables, frames, errors, records, iterations, runs, watches, journals, ledgers, bills, stores, webhooks, the mock; threads,
/// event loops, forks, interrupts, ends of interpreters. Left out is what runs the same for long, or in a server or a notebook.
const PYTHON_TESTS: [&str; 27] = [
    "arguments",
    "asyncio",
    "billing",
    "bulk",
    "cancellation",
    "contents",
    "deliver",
    "display",
    "errors",
    "exit",
    "fork",
    "frames",
    "import",
    "instance",
    "interpreters",
    "interrupt",
    "iterators",
    "journal",
    "logging",
    "models",
    "run",
    "store",
    "table",
    "testing",
    "threads",
    "watch",
    "webhooks",
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn the_tests_of_python_are_there() {
        let checkout = Checkout::find().unwrap();
        for name in PYTHON_TESTS {
            let file = checkout.path(format!("tests/python/test_{name}.py"));
            assert!(file.exists(), "{}", file.display());
        }
    }
}
