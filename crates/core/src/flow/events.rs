//! An iteration over what happens.

use std::{
    fmt,
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll},
};

use futures_core::Stream;

use crate::{Event, InstanceClient, error::Error};

/// The events of a flow, as they come. Nothing happens before the first is asked for; dropping it ends the flow.
///
/// It ends after `Authorized`, or after an error. It is a [`Stream`] too.
#[must_use = "nothing happens until an event is asked for"]
pub struct Events {
    inner: Pin<Box<dyn Stream<Item = Result<Event, Error>> + Send>>,
    instance: Arc<OnceLock<InstanceClient>>,
    over: bool,
}

impl Events {
    /// The next event; `None` after the last.
    pub async fn next(&mut self) -> Option<Result<Event, Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// The instance that is being linked, once it is known: for passwords and codes.
    pub fn instance(&self) -> Option<InstanceClient> {
        self.instance.get().cloned()
    }

    /// Where [`instance`](Self::instance) looks: for the bindings.
    #[doc(hidden)]
    pub fn handle(&self) -> Arc<OnceLock<InstanceClient>> {
        Arc::clone(&self.instance)
    }

    pub(crate) fn of(
        instance: Arc<OnceLock<InstanceClient>>,
        inner: impl Stream<Item = Result<Event, Error>> + Send + 'static,
    ) -> Self {
        Self { inner: Box::pin(inner), instance, over: false }
    }
}

impl Stream for Events {
    type Item = Result<Event, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.over {
            return Poll::Ready(None);
        }
        let next = self.inner.as_mut().poll_next(context);
        self.over = matches!(next, Poll::Ready(None | Some(Err(_) | Ok(Event::Authorized(_)))));
        next
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Events").field("instance", &self.instance.get()).finish_non_exhaustive()
    }
}

/// A handle that is known from the start.
pub(super) fn known(instance: &InstanceClient) -> Arc<OnceLock<InstanceClient>> {
    Arc::new(OnceLock::from(instance.clone()))
}
