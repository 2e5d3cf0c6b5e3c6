//! What the client promises beyond single answers, one file per promise. `tests/scenarios/` holds the rest.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what cannot be set up is a failed test")]

mod any_method;
mod billing;
mod bulk;
mod bulk_crash;
mod bulk_deletions;
mod bulk_existing;
mod bulk_journal;
mod cancelling;
mod connect;
mod connections;
mod contract;
mod ensure;
mod environment;
mod events;
mod gzip;
mod handles;
mod http2;
mod hundred_days;
mod inspect;
mod kept_connections;
mod known_list;
mod ledger;
mod memory;
mod notifications;
mod odd_lists;
mod odd_settings;
mod one_at_a_time;
mod pacing;
mod passkeys;
mod phone_codes;
mod proxies;
mod requests;
mod response_size;
mod retry;
mod secrets;
mod settings;
mod silent_sockets;
mod sockets;
mod support;
mod timeouts;
mod tls;
mod tls_roots;
mod watch;
mod wire;
