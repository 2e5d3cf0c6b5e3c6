//! Creations that are left alone: their caller is gone, and they go on by themselves.

use std::{future::Future, panic, pin::Pin, sync::LazyLock};

use tokio::sync::{oneshot, watch};
use tracing::{
    Dispatch, Instrument as _,
    dispatcher::{get_default, with_default},
    instrument::WithSubscriber as _,
};

use crate::{
    endpoint::Sent,
    error::{Error, ErrorCode},
    log::TARGET,
};

/// Goes on by itself if its caller leaves after something was sent: only so does the next one with this name find what
/// came of it, and create no second one. What was not sent yet is not sent.
pub(super) async fn to_its_end<T: Send + 'static>(
    mut creation: Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>,
    sent: Sent,
) -> Result<T, Error> {
    let (staying, left) = oneshot::channel();
    let _caller = Caller { sent: sent.clone(), listener: get_default(Clone::clone), staying: Some(staying) };
    let task = async move {
        let left = tokio::select! {
            biased;
            ended = &mut creation => return ended,
            left = left => left,
        };
        // Nothing was, or what was is refused by now.
        if !sent.get() {
            return Err(Error::new(ErrorCode::Timeout, "nobody waits for it any more, and nothing was sent"));
        }
        // An error: it was sent just when they left.
        let _going_on = left.unwrap_or_else(|_| GoingOn::told());
        creation.await
    };
    match tokio::spawn(task.in_current_span().with_current_subscriber()).await {
        Ok(ended) => ended,
        Err(error) if error.is_panic() => panic::resume_unwind(error.into_panic()),
        Err(_) => Err(Error::new(ErrorCode::OutcomeUnknown, "the runtime was shut down").during("createInstance")),
    }
}

/// Waits until none goes on any more that was left alone.
pub async fn creations_ended() {
    // The sender is a static one, and never gone.
    let _ = COUNT.subscribe().wait_for(|count| *count == 0).await;
}

/// Whoever waits for a creation.
struct Caller {
    sent: Sent,
    listener: Dispatch,
    /// Closed once the creation has ended.
    staying: Option<oneshot::Sender<GoingOn>>,
}

/// It is told at once: the program may be about to end.
impl Drop for Caller {
    fn drop(&mut self) {
        if let Some(staying) = self.staying.take()
            && !staying.is_closed()
            && self.sent.get()
        {
            let going_on = with_default(&self.listener, GoingOn::told);
            // If it has ended meanwhile, nothing goes on.
            drop(staying.send(going_on));
        }
    }
}

/// One of those that go on.
struct GoingOn(());

impl GoingOn {
    fn told() -> Self {
        tracing::warn!(
            target: TARGET,
            operation = "createInstance",
            "cancelled after it was sent; it goes on while the program runs, and the instance may be charged: ask for it again by its name"
        );
        COUNT.send_modify(|count| *count += 1);
        Self(())
    }
}

impl Drop for GoingOn {
    fn drop(&mut self) {
        COUNT.send_modify(|count| *count -= 1);
    }
}

static COUNT: LazyLock<watch::Sender<usize>> = LazyLock::new(|| watch::channel(0).0);
