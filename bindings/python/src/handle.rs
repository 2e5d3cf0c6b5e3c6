//! A client of core, and the process whose threads and sockets it uses.

use std::{
    mem, process,
    sync::{Mutex, PoisonError},
};

use greenapi_partner::{Error, InstanceClient, PartnerClient, Store};
use pyo3::prelude::*;

use crate::{error, runtime};

/// The client of this process. Its fields go in their order: when the client is gone, its connections are closed.
pub(crate) struct Handle<C>(Mutex<(u32, C)>, Settles);

/// Closes what was let go of.
struct Settles;

impl Drop for Settles {
    fn drop(&mut self) {
        runtime::settle();
    }
}

/// What a forked child must make anew.
pub(crate) trait Reopen: Clone {
    fn reopened(&self) -> Result<Self, Error>;
}

impl<C: Reopen> Handle<C> {
    pub(crate) fn new(client: C) -> Self {
        Self(Mutex::new((process::id(), client)), Settles)
    }

    /// The client of this process. In a forked child it is a new one: the parent's sockets are the parent's, and so
    /// are the threads that its pool waits for, which is why the old one is not even dropped.
    ///
    /// The GIL is held throughout, and `os.fork` needs it: no child is born while the lock is taken.
    pub(crate) fn core(&self, py: Python<'_>) -> PyResult<C> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pid = process::id();
        if slot.0 != pid {
            let reopened = slot.1.reopened().map_err(|refusal| error::exception(py, &refusal))?;
            mem::forget(mem::replace(&mut *slot, (pid, reopened)));
        }
        Ok(slot.1.clone())
    }

    /// What a client says of itself: a parent's says it in a forked child too, so this never fails.
    pub(crate) fn said<R>(&self, read: impl FnOnce(&C) -> R) -> R {
        read(&self.0.lock().unwrap_or_else(PoisonError::into_inner).1)
    }
}

impl Reopen for PartnerClient {
    fn reopened(&self) -> Result<Self, Error> {
        Self::reopened(self)
    }
}

impl Reopen for Store {
    fn reopened(&self) -> Result<Self, Error> {
        Self::reopened(self)
    }
}

impl Reopen for InstanceClient {
    fn reopened(&self) -> Result<Self, Error> {
        Self::reopened(self)
    }
}
