//! Cancellation of a call.

use std::{future::Future, sync::Arc};

use napi::{Env, bindgen_prelude::Result};
use napi_derive::napi;
use tokio::sync::Notify;
use tracing::{Dispatch, instrument::WithSubscriber};

use crate::port::{Pending, Port, Queue, Ticket};

/// One call, seen from JavaScript: it ends when it is told to, and when the JavaScript that made it is gone
/// (`worker.terminate()`).
#[napi]
pub struct Call {
    stop: Arc<Notify>,
    records: Dispatch,
    queue: Arc<Queue>,
    ticket: Ticket,
}

#[napi]
impl Call {
    /// What it ends in comes out of the port with its ticket. `listened`: somebody wants every record of this call, not only warnings.
    #[napi(constructor)]
    pub fn new(port: &Port, ticket: Ticket, listened: bool) -> Self {
        Self { stop: Arc::default(), records: port.dispatch(listened), queue: Arc::clone(port.queue()), ticket }
    }

    /// Drops the call's future, and with it its connection. Without effect once the call is over.
    #[napi]
    pub fn cancel(&self) {
        self.stop.notify_one();
    }

    /// It begins; once, as its ticket is good for one end.
    pub(crate) fn begin(&self, env: Env) -> Result<Pending> {
        self.queue.begin(env, self.ticket)
    }

    /// `work`, or `None` from the moment that it is stopped. What is already there wins.
    ///
    /// The records that the dropping of `work` makes are heard too, so the subscriber is around all of it.
    pub(crate) fn guard<T>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> impl Future<Output = Option<T>> + Send + 'static
    where
        T: Send + 'static,
    {
        let stop = Arc::clone(&self.stop);
        async move {
            tokio::select! {
                biased;
                value = work => Some(value),
                () = stop.notified() => None,
            }
        }
        .with_subscriber(self.records.clone())
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.cancel();
    }
}
