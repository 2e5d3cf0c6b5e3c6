//! Promises of the mock, one per test.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that meets what it does not expect fails"
)]

mod account;
mod authorization;
mod blocking;
mod charges;
mod client;
mod connections;
mod control;
mod customer;
mod cuts;
mod expiration;
mod faults;
mod http2;
mod instance;
mod instance_control;
mod life;
mod listing;
mod messages;
mod messenger;
mod program;
mod queue;
mod quota;
mod rates;
mod readme;
mod records;
mod refusals;
mod sdks;
mod settings;
mod simulation;
mod socket;
mod traffic;
mod weather;
mod webhooks;
mod wire_files;
