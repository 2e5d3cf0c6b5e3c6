//! Rounds: every work by everyone, one after the other, and all of it again. Each run is a fresh process, and nobody always comes first.

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::process::{Child, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::figures::{Results, Run};
use super::install::Installed;
use super::server::Server;
use super::works::Work;
use crate::run::{Log, seconds};

/// How often what grows is measured, at most: it takes long.
const ROUNDS_OF_GROWTH: u64 = 3;
/// What takes longer has failed.
const LIMIT: Duration = Duration::from_secs(600);
/// What a developer has set for real work, and what would stand between a client and the server.
const NOT_FOR_WORKERS: [&str; 10] = [
    "GREENAPI_PARTNER_TOKEN",
    "GREENAPI_PARTNER_API_URL",
    "GREENAPI_API_URL",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "NODE_OPTIONS",
];

pub(super) fn run(works: &[Work], rounds: u64, installed: &Installed, log: &mut Log) -> Result<Results> {
    let mut results = Results::default();
    for round in 0..rounds {
        let began = Instant::now();
        print!("    round {} of {rounds} … ", round + 1);
        std::io::stdout().flush()?;
        for work in works.iter().filter(|work| !work.grows || round < ROUNDS_OF_GROWTH) {
            // A server that has just begun: no work has left it anything.
            let server = Server::start(&installed.program("server"), work.tls)?;
            let mut contenders = work.contenders();
            let first = usize::try_from(round)? % contenders.len();
            contenders.rotate_left(first);
            for contender in contenders {
                let run = measure(work, contender, &server, installed)?;
                log.line(&format!("round {}, {}, {contender}: {run:?}", round + 1, work.name))?;
                results.add(&work.name, contender, run);
            }
        }
        println!("{}", seconds(began.elapsed()));
    }
    for (work, contender, why) in results.failures() {
        println!("    failed: {work}, {contender}: {}", why.lines().last().unwrap_or_default());
    }
    Ok(results)
}

/// One run; the inner error is the worker's.
fn measure(work: &Work, contender: &str, server: &Server, installed: &Installed) -> Result<Result<Run, String>> {
    let mut command = installed.worker(work, contender);
    command.args([contender, work.task, &server.url, &work.count.to_string(), &work.concurrency.to_string()]);
    for variable in NOT_FOR_WORKERS {
        command.env_remove(variable);
    }
    for variable in ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"] {
        command.env_remove(variable).envs(server.ca.as_ref().map(|ca| (variable, ca)));
    }
    let mut process = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {}", command.get_program().display()))?;
    finish(&mut process, LIMIT)
}

/// What it printed last, or why it has failed.
fn finish(process: &mut Child, limit: Duration) -> Result<Result<Run, String>> {
    let (ended, end) = mpsc::channel();
    let output = process.stdout.take().context("a worker has an output")?;
    thread::spawn(move || {
        let last = BufReader::new(output).lines().map_while(Result::ok).last();
        // Nobody waits any more for what took too long.
        let _ = ended.send(last);
    });
    let mut errors = process.stderr.take().context("a worker has an output of errors")?;
    let complaints = thread::spawn(move || {
        let mut text = String::new();
        let _ = errors.read_to_string(&mut text);
        text
    });
    let Ok(last) = end.recv_timeout(limit) else {
        process.kill()?;
        process.wait()?;
        return Ok(Err(format!("it took longer than {}", seconds(limit))));
    };
    let ok = process.wait()?.success();
    match last.as_deref().and_then(Run::read).filter(|_| ok) {
        Some(run) => Ok(Ok(run)),
        None => Ok(Err(complaints.join().unwrap_or_default().trim().to_owned())),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use std::process::Command;

    use super::*;

    fn of(script: &str, limit: Duration) -> Result<Run, String> {
        let mut command = Command::new("sh");
        let command = command.args(["-c", script]).stdout(Stdio::piped()).stderr(Stdio::piped());
        finish(&mut command.spawn().unwrap(), limit).unwrap()
    }

    #[test]
    fn a_worker_is_believed_its_last_line_if_it_ends_well() {
        let line = r#"echo first; echo '{"seconds":0.5,"count":20}'"#;
        assert_eq!(of(line, LIMIT), Ok(Run { seconds: 0.5, count: 20.0, grown: None }));
        assert_eq!(of(&format!("{line}; echo why >&2; exit 1"), LIMIT), Err("why".to_owned()));
        assert_eq!(of("echo nothing", LIMIT), Err(String::new()));
    }

    #[test]
    fn a_worker_that_takes_too_long_has_failed() {
        assert_eq!(of("exec sleep 60", Duration::from_millis(100)), Err("it took longer than 0.1 s".to_owned()));
    }
}
