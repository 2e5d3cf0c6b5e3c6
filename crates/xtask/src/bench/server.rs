//! The server of fixed answers, as a process of its own.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};
use serde_json::Value;

/// A server that answers until it is dropped.
pub(super) struct Server {
    pub(super) url: String,
    /// The file that vouches for it, where it speaks TLS.
    pub(super) ca: Option<String>,
    process: Child,
}

impl Server {
    pub(super) fn start(program: &Path, tls: bool) -> Result<Self> {
        let mut process = Command::new(program)
            .args(tls.then_some("--tls"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().context("the server has no output")?).read_line(&mut line)?;
        let said: Value = serde_json::from_str(&line).context("the server did not say where it is")?;
        let url = said["url"].as_str().context("the server has no URL")?.to_owned();
        Ok(Self { url, ca: said["ca"].as_str().map(str::to_owned), process })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It ends by itself once its input does.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
