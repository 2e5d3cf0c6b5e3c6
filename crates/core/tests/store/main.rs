//! Promises of the store: of many processes that ask for one name, one creates it. On SQLite, and where `STORE_URL` names a
//! PostgreSQL, there.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what cannot be set up is a failed test")]

mod bulk;
#[path = "../promises/support/tls.rs"]
#[allow(dead_code, reason = "the promises use more of it")]
mod certificates;
#[path = "../promises/support/days.rs"]
mod days;
mod deliver;
mod duplicates;
mod gate;
mod ground;
#[path = "../promises/support/hearing.rs"]
#[allow(dead_code, reason = "the promises use more of it")]
mod hearing;
mod journal;
mod ledger;
mod names;
mod races;
#[path = "../promises/support/receiver.rs"]
#[allow(dead_code, reason = "the promises use more of it")]
mod receiver;
mod refusals;
mod secrets;
mod tls;
mod troubles;
mod watch;
mod worker;
