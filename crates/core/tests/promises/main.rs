//! What the client promises beyond single answers, one file per promise. `tests/scenarios/` holds the rest.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what cannot be set up is a failed test")]

mod cancelling;
mod connections;
mod contract;
mod ensure;
mod environment;
mod events;
mod gzip;
mod known_list;
mod proxies;
mod requests;
mod retry;
mod secrets;
mod support;
mod timeouts;
mod tls;
mod wire;
