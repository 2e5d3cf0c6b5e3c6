//! The Python package: its tests on one CPython, and what reads its code without running it.

use anyhow::Result;

use super::{Kit, RECORDS, REPORT, checks, docs, reported};
use crate::counts::Counts;
use crate::run::{Log, Step};
use crate::tools::Python;

/// All of our Python.
const CODE: [&str; 3] = ["python", "tests", "crates/xtask/tools"];
/// A user's program that is only type-checked.
const USERS_PROGRAM: &str = "tests/python/typing";
/// What is otherwise at run time, each with its reason.
const STUBTEST_ALLOWED: &str = "tests/python/typing/stubtest-allowlist.txt";
/// Examples that are type-checked, each by itself, with what they import.
const EXAMPLES: [&str; 3] = ["python/examples/qr_web", "python/examples/webhooks_celery", "python/examples/otel"];

pub(super) fn tests(kit: &Kit, python: &Python, log: &mut Log) -> Result<Counts> {
    let (venv, proof) = (kit.venv(python, log)?, kit.proof()?);
    let report = log.path().with_extension(REPORT);
    let step = Step::new("pytest", venv.program("python"))
        .args(["-m", "pytest", "tests/python", "-p", "no:cacheprovider", "--junit-xml"])
        .arg(&report)
        // Most of them wait for something most of the time.
        .args(["-n", "4", "--dist", "worksteal"])
        // What tests print is kept there, and what they log: the canary suite reads it.
        .args(["-rfE", "--log-level=DEBUG", "-p", "records"])
        .env("PYTHONPATH", kit.checkout.path("crates/xtask/tools/records"))
        .env("RECORDS", log.path().with_extension(RECORDS))
        // A test that hangs ends the run, with the stacks of all threads.
        .args(["-o", "faulthandler_timeout=120", "-o", "faulthandler_exit_on_timeout=true"])
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .folder(&proof);
    reported(step, &report, log)
}

pub(super) fn lint(kit: &Kit, log: &mut Log) -> Result<Counts> {
    // Pyright and mypy look at the installed package, and stubtest imports it. Nobody runs what else is there: pip need not compile it.
    let tools = kit.python_tools(log)?;
    kit.install_wheel(&tools, &["--no-compile"], log)?;
    let mut install = tools.pip_install("installing what the examples import").arg("--no-compile");
    for example in EXAMPLES {
        install = install.arg("--requirement").arg(kit.checkout.path(example).join("requirements.txt"));
    }
    install.succeed(log)?;
    let pyright = kit.pyright(log)?;
    let documents = kit.checkout.scratch("documents-python");
    docs::python_blocks(kit, &documents)?;
    let root = kit.checkout.root();
    let step = |title: &str, program: &str| {
        Step::new(title, tools.program(program))
            .env("RUFF_CACHE_DIR", kit.checkout.scratch("cache-ruff"))
            .env("MYPY_CACHE_DIR", kit.checkout.scratch("cache-mypy"))
            .folder(root)
    };
    let steps = [
        step("ruff check", "ruff").arg("check").args(CODE),
        step("ruff format --check", "ruff").args(["format", "--check"]).args(CODE),
        step("mypy --strict on a user's program", "mypy").args(["--strict", USERS_PROGRAM]),
        step("mypy --strict on an example", "mypy").args(["--strict", EXAMPLES[0]]),
        step("mypy --strict on another", "mypy").args(["--strict", EXAMPLES[1]]),
        step("mypy --strict on a third", "mypy").args(["--strict", EXAMPLES[2]]),
        // A notebook's cell may await.
        step("mypy --strict on the documents' Python", "mypy")
            .args(["--strict", "--disable-error-code", "top-level-await"])
            .arg(&documents),
        step("stubtest", "stubtest").arg("greenapi_partner").arg("--allowlist").arg(STUBTEST_ALLOWED),
        Step::new("pyright on users' programs", pyright)
            .arg("--pythonpath")
            .arg(tools.program("python"))
            .arg(USERS_PROGRAM)
            .args(EXAMPLES)
            .folder(root),
    ];
    checks(steps, log)
}
