//! Exit codes, and the failures that end in them.

use std::{fmt, io};

use greenapi_partner::{Error, ErrorCode};

pub(crate) const DONE: u8 = 0;
pub(crate) const FAILED: u8 = 1;
pub(crate) const USAGE: u8 = 2;
pub(crate) const NOT_FOUND: u8 = 3;
pub(crate) const CONFIGURATION: u8 = 4;
pub(crate) const REFUSED: u8 = 5;
pub(crate) const LATER: u8 = 6;
pub(crate) const UNKNOWN: u8 = 7;
pub(crate) const SOME_FAILED: u8 = 8;
pub(crate) const INTERRUPTED: u8 = 130;

/// What `--help` and the man page say of them.
pub(crate) const HELP: &str = "\
Exit codes:
    0  done
    1  failed
    2  usage: the arguments will not do, nothing was sent
    3  not found
    4  token or configuration
    5  refused by upstream, or by a guard
    6  try later
    7  outcome unknown: it was sent and may have taken effect; look, then decide
    8  some of many failed
  130  interrupted";

/// Why a command ended without success: said in one line on stderr.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: u8,
    /// What happened and why.
    pub(crate) what: String,
    /// What to do about it.
    pub(crate) advice: Option<String>,
}

/// What a command ends with.
pub(crate) type Outcome<T = u8> = Result<T, Failure>;

impl Failure {
    pub(crate) fn new(exit: u8, what: impl Into<String>) -> Self {
        Self { exit, what: what.into(), advice: None }
    }

    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Self::new(USAGE, what)
    }

    pub(crate) fn configuration(what: impl Into<String>) -> Self {
        Self::new(CONFIGURATION, what)
    }

    pub(crate) fn interrupted() -> Self {
        Self::new(INTERRUPTED, "interrupted")
    }

    pub(crate) fn advised(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// Whether there is nothing to say: whoever read the output has left.
    pub(crate) fn is_silent(&self) -> bool {
        self.what.is_empty()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.what)?;
        self.advice.as_ref().map_or(Ok(()), |advice| write!(formatter, "; what to do: {advice}"))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let reasons = error.causes().fold(error.to_string(), |text, cause| {
            if text.contains(cause) { text } else { format!("{text}: {cause}") }
        });
        let wait = error.retry_after().map(|wait| format!(", in {} s", wait.as_secs().max(1))).unwrap_or_default();
        Self::new(code_of(error.code()), one_line(&reasons)).advised(format!("{}{wait}", error.code().advice()))
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::new(DONE, ""),
            _ => Self::new(FAILED, error.to_string()),
        }
    }
}

/// Which exit code an error ends in.
pub(crate) fn code_of(code: ErrorCode) -> u8 {
    match code {
        ErrorCode::InvalidRequest => USAGE,
        ErrorCode::NotFound => NOT_FOUND,
        ErrorCode::Configuration | ErrorCode::Unauthorized => CONFIGURATION,
        ErrorCode::OutcomeUnknown => UNKNOWN,
        ErrorCode::Protocol => FAILED,
        code if code.is_retryable() => LATER,
        _ => REFUSED,
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_the_exit_that_the_help_promises() {
        let exits: Vec<_> = ErrorCode::ALL.iter().map(|code| (code.as_str(), code_of(*code))).collect();
        assert_eq!(
            exits,
            [
                ("configuration", 4),
                ("invalid_request", 2),
                ("unauthorized", 4),
                ("not_found", 3),
                ("not_ready", 6),
                ("not_authorized", 5),
                ("already_authorized", 5),
                ("suspended", 5),
                ("expired", 5),
                ("no_capacity", 6),
                ("refused", 5),
                ("rate_limited", 6),
                ("quota_exceeded", 5),
                ("limit_exceeded", 5),
                ("unavailable", 6),
                ("timeout", 6),
                ("outcome_unknown", 7),
                ("qr_expired", 6),
                ("protocol", 1),
            ]
        );
    }

    #[test]
    fn the_page_has_the_codes_of_the_help() {
        let page = include_str!("../../../docs/guides/program.md");
        let codes: Vec<_> = HELP.lines().skip(1).filter_map(|line| line.trim().split_once("  ")).collect();
        assert_eq!(codes.len(), 10);
        for (code, words) in codes {
            assert!(page.contains(&format!("\n| {code} | {words} |\n")), "{code} {words}");
        }
    }
}
