//! Engine that the clients of one pool share: connections, the retry budget, the pace.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use crate::{
    config::{BaseUrl, Config, TIMEOUT},
    error::Error,
    lock::lock,
    pace::Pace,
    retry::Budget,
    transport::Http,
};

/// One pool of connections and all that is counted over it.
pub(crate) struct Engine {
    pub(crate) config: Config,
    /// `None` once it is closed; a call that is under way has its own hold on it.
    http: Mutex<Option<Arc<Http>>>,
    pub(crate) budget: Mutex<Budget>,
    pub(crate) pace: Mutex<Pace>,
    closed: AtomicBool,
}

impl Engine {
    pub(crate) fn new(config: Config) -> Result<Arc<Self>, Error> {
        let http = Arc::new(Http::new(&config)?);
        Ok(Arc::new(Self {
            config,
            http: Mutex::new(Some(http)),
            budget: Mutex::new(Budget::full()),
            pace: Mutex::default(),
            closed: AtomicBool::new(false),
        }))
    }

    /// The same settings again, sharing nothing, not even a lock: for a forked child.
    pub(crate) fn reopened(&self) -> Result<Arc<Self>, Error> {
        let reopened = Self::new(self.config.clone())?;
        if self.is_closed() {
            reopened.close();
        }
        Ok(reopened)
    }

    /// Refuses calls from now on, and closes the idle connections; calls under way end as they would have.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
        *lock(&self.http) = None;
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    /// The connections, unless the client is closed.
    pub(crate) fn http(&self) -> Result<Arc<Http>, Error> {
        lock(&self.http).clone().ok_or_else(|| Error::configuration("this client is closed"))
    }

    /// Loads what calls of such a host need, so that what is missing is known before the first one.
    pub(crate) fn prepare(&self, base: &BaseUrl) -> Result<(), Error> {
        match &*lock(&self.http) {
            Some(http) => http.prepare(base),
            None => Ok(()),
        }
    }

    /// The time of a flow of several calls.
    pub(crate) fn timeout(&self) -> Duration {
        self.config.timeout.unwrap_or(TIMEOUT)
    }
}
