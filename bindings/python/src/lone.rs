//! Lone runtime: its one thread does an asynchronous call that is alone. Where there are two threads, each step of a call wakes the other
//! one as well, which finds nothing to do.

use std::{
    future::Future,
    sync::atomic::{AtomicBool, Ordering},
};

use greenapi_partner::metronome::Metronome;
use pyo3::PyResult;
use tokio::{
    runtime::{Builder, Runtime},
    task::AbortHandle,
};

use crate::runtime::{Ending, PERIOD, start};

/// That of this process.
pub(crate) struct Lone {
    runtime: Runtime,
    calls: Metronome,
    is_taken: AtomicBool,
}

/// It, for one call.
pub(crate) struct Taken(&'static Lone);

impl Lone {
    pub(crate) fn new() -> PyResult<Self> {
        let runtime = start(Builder::new_multi_thread().worker_threads(1))?;
        Ok(Self { runtime, calls: Metronome::new(PERIOD), is_taken: AtomicBool::new(false) })
    }

    /// None while it has a call.
    pub(crate) fn take(&'static self) -> Option<Taken> {
        (!self.is_taken.swap(true, Ordering::AcqRel)).then_some(Taken(self))
    }
}

impl Taken {
    /// Begins a call that goes on by itself.
    pub(crate) fn spawn(self, call: impl Future<Output = Ending> + Send + 'static) -> AbortHandle {
        let lone = self.0;
        let task = lone.runtime.spawn(async move {
            self.0.calls.on_call();
            let ending = call.await;
            // Whoever hears of it may begin the next one at once.
            drop(self);
            ending();
        });
        task.abort_handle()
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.0.is_taken.store(false, Ordering::Release);
    }
}
