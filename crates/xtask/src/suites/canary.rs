//! Reads everything that the suites before it printed, at their most talkative, and looks for tokens.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::{Kit, RECORDS};
use crate::canary::leak;
use crate::counts::Counts;
use crate::run::Log;

/// What is in lines that may look like a leak: the mock program's first one tells its token by design, and a folder of
/// pip's cache has as many digits as an instance token.
const HARMLESS: [&str; 2] = ["greenapi-partner-mock: http://", "Stored in directory: "];
/// What stands in the records of any suite whose records are kept at all: a path, with a token's place in it and no token.
const PATH: &str = "/partner/createInstance/{partnerToken}";
/// What stands in the records of Python's suites besides, before all that a test has printed.
const PRINTED: &str = ": Captured ";

/// One check per file: each suite has its log, and some have the reports of their runners and what the package logged as well.
pub(super) fn check(kit: &Kit, log: &mut Log) -> Result<Counts> {
    let mut counts = Counts::default();
    for entry in kit.checkout.scratch("logs").read_dir()? {
        let path = entry?.path();
        if path == log.path() {
            continue;
        }
        let text = fs::read(&path)?;
        let text = String::from_utf8_lossy(&text);
        let mut troubles: Vec<String> = leaks(&text).map(|(line, what)| format!("line {line} has {what}")).collect();
        for missing in expected(&path).iter().filter(|words| !text.contains(**words)) {
            troubles.push(format!("{missing:?} is not in it: nothing was recorded"));
        }
        counts += Counts::one(troubles.is_empty());
        for trouble in troubles {
            let told = format!("{}: {trouble}", kit.checkout.shown(&path));
            log.show(&told);
            log.line(&told)?;
        }
    }
    Ok(counts)
}

/// What a file has if what it is for has worked.
fn expected(path: &Path) -> &'static [&'static str] {
    let is_python = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("python-"));
    match path.extension() {
        Some(end) if end == RECORDS && is_python => &[PATH, PRINTED],
        Some(end) if end == RECORDS => &[PATH],
        _ => &[],
    }
}

/// The lines that show a secret, and which; not the lines themselves: nothing is to show the secret again.
fn leaks(text: &str) -> impl Iterator<Item = (usize, &'static str)> {
    let harmless = |line: &str| HARMLESS.iter().any(|words| line.contains(words));
    let lines = text.lines().enumerate().filter(move |(_, line)| !harmless(line));
    lines.filter_map(|(index, line)| Some((index + 1, leak(line)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_mocks_own_first_line_may_tell_a_token() {
        let token = format!("gac.{}", "0123456789abcdef".repeat(3).split_at(46).0);
        let text = format!("greenapi-partner-mock: http://127.0.0.1:1, partner token {token}\nfine\nerror: {token}\n");
        assert_eq!(leaks(&text).collect::<Vec<_>>(), [(3, "a partner token")]);
    }

    #[test]
    fn records_without_what_was_logged_or_printed_are_found_out() {
        assert_eq!(expected(Path::new("logs/python-3.10.records")), [PATH, PRINTED]);
        assert_eq!(expected(Path::new("logs/node.records")), [PATH]);
        assert_eq!(expected(Path::new("logs/python-3.10.log")), [""; 0]);
    }

    #[test]
    fn a_folder_of_pips_cache_is_no_token() {
        let folder = "e971b350df538d40522a3b2f5970be005274e6cb2332fd0aa3";
        assert_eq!(leaks(&format!("  Stored in directory: /cache/wheels/c4/1c/76/{folder}\n")).count(), 0);
        assert_eq!(leaks(&format!("path /{folder}\n")).count(), 1);
    }
}
