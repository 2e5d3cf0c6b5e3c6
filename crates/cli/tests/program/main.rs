//! The program, run as its users run it, against the mock.
//!
//! Which program that is, `GREENAPI_PARTNER_PROGRAM` says: the one that pip or npm has installed; the one of this crate where it
//! says nothing.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what cannot be set up is a failed test")]

mod account;
mod calls;
mod costs;
mod create;
mod delete;
mod doctor;
mod help;
mod interrupts;
mod listen;
mod listing;
mod metrics;
mod profiles;
mod receiver;
mod secrets;
mod settings;
mod terminal;
mod watching;
