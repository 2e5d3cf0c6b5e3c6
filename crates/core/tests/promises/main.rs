//! What the client promises beyond single answers, one file per promise. `tests/scenarios/` holds the rest.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what cannot be set up is a failed test")]

mod any_method;
mod cancelling;
mod connections;
mod contract;
mod ensure;
mod environment;
mod events;
mod gzip;
mod handles;
mod known_list;
mod notifications;
mod one_at_a_time;
mod pacing;
mod phone_codes;
mod proxies;
mod requests;
mod retry;
mod secrets;
mod sockets;
mod support;
mod timeouts;
mod tls;
mod wire;
