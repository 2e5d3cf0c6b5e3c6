//! The only place that does I/O or opens a secret.

mod connect;
mod http;
mod http2;
mod kept;
mod socket;
mod tls;

pub(crate) use http::{Http, Lost, Outgoing};
pub(crate) use socket::{Frame, Opened, Socket};
pub(crate) use tls::tls_of;
