//! What the mock promises, a promise per test.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that meets what it does not expect fails"
)]

mod account;
mod blocking;
mod client;
mod connections;
mod control;
mod cuts;
mod expiration;
mod faults;
mod http2;
mod listing;
mod program;
mod readme;
mod records;
mod refusals;
mod sdks;
mod wire_files;
