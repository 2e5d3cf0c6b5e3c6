//! Kept connections: which hosts close them without a word, as calls that travelled on one have found out.
//!
//! Such a host closes after each answer, or sooner than any common one, and does not say so. A call that meets the close
//! has been sent and gets no answer; for a `once` call that is an unknown outcome.

use std::{collections::HashSet, error::Error, io, net::SocketAddr, sync::Mutex, time::Duration};

use http::Extensions;
use hyper_util::client::legacy::{self, connect::HttpInfo};
use tokio::time::Instant;

use super::connect;
use crate::{lock::lock, passing::PassingMap};

/// What one client knows of them.
#[derive(Default)]
pub(super) struct Kept(Mutex<Observations>);

#[derive(Default)]
struct Observations {
    /// When each connection last brought an answer.
    answered: PassingMap<Connection, Instant>,
    /// The hosts that closed one soon after.
    closing: HashSet<String>,
}

/// A connection, by its two ends.
pub(super) type Connection = (SocketAddr, SocketAddr);

impl Kept {
    /// A connection has brought a whole answer. Those that have not for longer than `idle` are forgotten, sooner or later.
    pub(super) fn answered(&self, connection: Option<Connection>, idle: Duration) {
        let Some(connection) = connection else { return };
        let (mut known, now) = (lock(&self.0), Instant::now());
        known.answered.with_room(|answered| now.duration_since(*answered) > idle).insert(connection, now);
    }

    /// A call has got no answer. Holds that against the host where the connection was closed, and had answered within
    /// `idle`: a host that lets connections be for as long as that is no trouble, nor is one that breaks off a new one.
    pub(super) fn failed(&self, host: &str, error: &reqwest::Error, idle: Duration) {
        let Some(connection) = closed(error) else { return };
        let mut known = lock(&self.0);
        let answered = known.answered.remove(&connection);
        if answered.is_some_and(|answered| answered.elapsed() <= idle) {
            known.closing.insert(host.to_owned());
        }
    }

    /// Whether this host has closed a kept connection without a word.
    pub(super) fn closes(&self, host: &str) -> bool {
        lock(&self.0).closing.contains(host)
    }
}

/// The connection that was closed before it brought an answer, if that is what happened.
fn closed(error: &reqwest::Error) -> Option<Connection> {
    let sending = connect::chain(error).find_map(|error| error.downcast_ref::<legacy::Error>())?;
    if !connect::chain(sending).any(is_close) {
        return None;
    }
    let mut extensions = Extensions::new();
    sending.connect_info()?.get_extras(&mut extensions);
    connection(&extensions)
}

fn is_close(error: &(dyn Error + 'static)) -> bool {
    let io = match error.downcast_ref::<h2::Error>() {
        Some(error) => error.get_io(),
        None => error.downcast_ref::<io::Error>(),
    };
    match io {
        Some(error) => CLOSED.contains(&error.kind()),
        None => error.downcast_ref().is_some_and(hyper::Error::is_incomplete_message),
    }
}

/// The connection that an answer has come on.
pub(super) fn connection(extensions: &Extensions) -> Option<Connection> {
    let info = extensions.get::<HttpInfo>()?;
    Some((info.local_addr(), info.remote_addr()))
}

const CLOSED: [io::ErrorKind; 4] = [
    io::ErrorKind::ConnectionReset,
    io::ErrorKind::ConnectionAborted,
    io::ErrorKind::BrokenPipe,
    io::ErrorKind::UnexpectedEof,
];
