//! The only place that does I/O or opens a secret.

mod connect;
mod environment;
mod file;
mod http;
mod http2;
mod kept;
mod look;
mod part_file;
mod post;
mod socket;
mod tls;

pub(crate) use file::Incoming;
pub(crate) use http::{Http, Lost, Outgoing};
pub use look::Certificate;
pub(crate) use look::proxy_of;
pub(crate) use part_file::PartFile;
pub(crate) use socket::{Frame, Opened, Socket};
pub(crate) use tls::tls_of;
