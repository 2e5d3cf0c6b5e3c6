//! The mock program, started for the demo.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

use crate::checkout::Checkout;
use crate::run::{Log, Step};
use crate::tools;

/// A mock that runs until this value is dropped.
pub(crate) struct MockProgram {
    child: Child,
    pub(crate) url: String,
    pub(crate) partner_token: String,
}

impl MockProgram {
    /// Builds it, starts it on a free port and reads where it is.
    pub(crate) fn start(checkout: &Checkout, log: &mut Log) -> Result<Self> {
        Step::new("building the mock", tools::cargo())
            // Together with xtask, which holds the mock as a library: alone it would be compiled again, with fewer features.
            .args(["build", "--package", "greenapi-partner-mock", "--package", "xtask"])
            .folder(checkout.root())
            .succeed(log)?;
        let program = checkout.target().join("debug/greenapi-partner-mock");
        let mut child = Command::new(program)
            .args(["--port", "0", "--options", r#"{"customer": {"replies": "Hello yourself"}}"#])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the mock")?;
        let stdout = child.stdout.take().context("the mock has no output")?;

        let mut mock = Self { child, url: String::new(), partner_token: String::new() };
        let mut lines = BufReader::new(stdout).lines();
        while mock.url.is_empty() || mock.partner_token.is_empty() {
            let line = lines.next().context("the mock ended before it said where it is")??;
            mock.read(&line);
        }
        // It prints no more than that, so nobody has to read on.
        Ok(mock)
    }

    fn read(&mut self, line: &str) {
        for word in line.split(|letter: char| letter.is_whitespace() || "\"',<>()".contains(letter)) {
            if word.starts_with("http://") {
                word.clone_into(&mut self.url);
            } else if word.starts_with("gac.") {
                word.clone_into(&mut self.partner_token);
            }
        }
    }
}

impl Drop for MockProgram {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing to save either way.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
