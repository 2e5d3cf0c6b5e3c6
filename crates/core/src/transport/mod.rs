//! The only place that does I/O or opens a secret.

mod http;
mod tls;

pub(crate) use http::{Http, Lost, Outgoing, Sent};
