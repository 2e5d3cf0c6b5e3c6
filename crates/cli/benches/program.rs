//! What the program costs: its start, against that of what it is started by, and a list of 10,000, against that of a program of one's
//! own which has it by the library. Each is a process of its own.
//!
//! `cargo bench -p greenapi-partner-cli`; with `PIP` and `NPM`, the paths of the installed programs, those are measured too, each
//! against an empty file of its interpreter (`PYTHON`, `NODE`). Figures are medians of one run, taken in turn.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark that cannot be set up has nothing to say")]

use std::{
    env,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use greenapi_partner::PartnerClient;
use greenapi_partner_mock::{MockServer, Options};

const ROUNDS: usize = 31;

/// Set for the process that has the list by the library.
const OF_ONES_OWN: &str = "GREENAPI_PARTNER_BENCH_LIBRARY";

fn main() {
    if env::var_os(OF_ONES_OWN).is_some() {
        return list_by_library();
    }
    let program = env!("CARGO_BIN_EXE_greenapi-partner");
    start("cargo", &[program, "--version"], &["true"]);
    let empty = tempfile::NamedTempFile::new().unwrap();
    let empty = empty.path().to_str().unwrap();
    for (name, interpreter, usual) in [("PIP", "PYTHON", "python3"), ("NPM", "NODE", "node")] {
        let Ok(installed) = env::var(name) else { continue };
        let interpreter = env::var(interpreter).unwrap_or_else(|_| usual.to_owned());
        start(name, &[&installed, "--version"], &[&interpreter, empty]);
    }
    list(program);
}

/// How much longer the program takes to say its version than what it is compared with takes to do nothing.
fn start(name: &str, program: &[&str], bare: &[&str]) {
    let (mut of_program, mut of_bare) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        of_program.push(time(|| run(program, &[])));
        of_bare.push(time(|| run(bare, &[])));
    }
    let (program, bare) = (median(of_program), median(of_bare));
    println!("start, {name}: {program:.1} ms, bare {bare:.1} ms: {:+.1} ms", program - bare);
}

/// A list of 10,000, from the start of a process to its end.
fn list(program: &str) {
    let mock = MockServer::start_blocking(Options::default()).unwrap();
    mock.control().add_instances(10_000);
    let own = env::current_exe().unwrap();
    let account = [("GREENAPI_PARTNER_API_URL", mock.url()), ("GREENAPI_PARTNER_TOKEN", mock.partner_token())];
    let own_account = [&account[..], &[(OF_ONES_OWN, "1".to_owned())]].concat();
    let (mut of_program, mut of_own) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        of_program.push(time(|| run(&[program, "instances", "list", "--csv", "id,name"], &account)));
        of_own.push(time(|| run(&[own.to_str().unwrap()], &own_account)));
    }
    let (program, own) = (median(of_program), median(of_own));
    println!("list of 10,000: {program:.1} ms, by the library {own:.1} ms: {:.2}", program / own);
}

/// The same by the library, in this process.
fn list_by_library() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    // The token and the address are in the environment.
    let partner = PartnerClient::builder().build().unwrap();
    let instances = runtime.block_on(partner.get_instances()).unwrap();
    assert_eq!(instances.iter().filter(|one| one.name().is_some()).count(), 10_000);
}

fn run(command: &[&str], environment: &[(&str, String)]) {
    let status = Command::new(command[0])
        .args(&command[1..])
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success(), "{command:?}");
}

fn time(work: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    work();
    begun.elapsed()
}

/// In milliseconds.
fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1000.0
}
