//! Fuzzing of what is given to the program, as core's is: for `cargo xtask fuzz` and the tests, and nobody else.

#![allow(
    missing_docs,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what does not hold ends the run of a target"
)]

pub mod arguments;
pub mod specs;
#[cfg(test)]
mod tests;

/// A token in what is given: no failure may tell it.
const TOKEN: &str = "d75b3a66374942c5b3c019c698abc2067e151558acbd412345";

/// No part of the token of 12 letters and more is in a text.
fn tells_no_token(text: &str) {
    let part = (0..=TOKEN.len() - PART).map(|start| &TOKEN[start..start + PART]).find(|part| text.contains(part));
    assert!(part.is_none(), "a part of the token is in {text:?}");
}

const PART: usize = 12;
