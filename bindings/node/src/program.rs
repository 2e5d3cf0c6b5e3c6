//! The program `greenapi-partner`, as npm's `bin` calls it.

use std::ffi::OsString;

use greenapi_partner_cli::Streams;
use napi_derive::napi;

/// Runs the program to its end, on this thread, and gives its exit code.
#[napi]
#[allow(dead_code, unreachable_pub, reason = "the macro exports it, but not where tests are compiled")]
pub fn run_program(arguments: Vec<String>) -> u8 {
    greenapi_partner_cli::main(arguments.into_iter().map(OsString::from), Streams::standard())
}
