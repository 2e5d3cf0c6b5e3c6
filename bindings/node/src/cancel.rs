//! Cancellation of a call.

use std::{future::Future, sync::Arc};

use napi_derive::napi;
use tokio::sync::Notify;
use tracing::{Dispatch, instrument::WithSubscriber};

use crate::log::Recorder;

/// One call, seen from JavaScript: it ends when it is told to, and when the JavaScript that made it is gone
/// (`worker.terminate()`).
#[napi]
pub struct Call {
    stop: Arc<Notify>,
    records: Dispatch,
}

#[napi]
impl Call {
    /// `listened`: somebody wants every record of this call, not only warnings.
    #[napi(constructor)]
    pub fn new(recorder: &Recorder, listened: bool) -> Self {
        Self { stop: Arc::default(), records: recorder.dispatch(listened) }
    }

    /// Drops the call's future, and with it its connection. Without effect once the call is over.
    #[napi]
    pub fn cancel(&self) {
        self.stop.notify_one();
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
