//! An iteration under way: one `next` at a time, over for good once it was left, and nothing left behind.

use std::{
    future::Future,
    mem,
    pin::Pin,
    process,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use greenapi_partner::Error;
use pyo3::{exceptions::PyRuntimeError, prelude::*};
use tokio::sync::{self, watch};

/// What iterates in core, held so that a `next` can wait for it on any thread.
pub(crate) struct Iteration<T> {
    pid: u32,
    inner: Arc<Inner<T>>,
}

struct Inner<T> {
    /// Whose turn it is: a second `next` waits for the first.
    turn: sync::Mutex<()>,
    /// Nothing while somebody works with it, and after the end.
    items: Mutex<Option<T>>,
    over: watch::Sender<bool>,
}

/// What is done with it in one turn.
pub(crate) type Work<T, R> = for<'a> fn(&'a mut T) -> Pin<Box<dyn Future<Output = R> + Send + 'a>>;

impl<T: Send + 'static> Iteration<T> {
    pub(crate) fn new(items: T) -> Self {
        let inner =
            Inner { turn: sync::Mutex::default(), items: Mutex::new(Some(items)), over: watch::Sender::new(false) };
        Self { pid: process::id(), inner: Arc::new(inner) }
    }

    /// The next item; nothing after the last. One that is cancelled half way ends the iteration, as in a generator.
    pub(crate) fn next<I: Send + 'static>(
        &self,
        work: Work<T, Option<Result<I, Error>>>,
    ) -> PyResult<impl Future<Output = Result<Option<I>, Error>> + Send + use<T, I>> {
        let inner = self.inner()?;
        Ok(async move {
            let mut over = inner.over.subscribe();
            tokio::select! {
                biased;
                // Nothing of the watch is kept: the end of the other branch writes to it.
                () = async { drop(over.wait_for(|over| *over).await) } => Ok(None),
                next = inner.step(work, |next| matches!(next, Some(Ok(_)))) => next.flatten().transpose(),
            }
        })
    }

    /// Does something else with it, between two items; nothing where it is over.
    pub(crate) fn step<R: Send + 'static>(
        &self,
        work: Work<T, Result<R, Error>>,
    ) -> PyResult<impl Future<Output = Result<Option<R>, Error>> + Send + use<T, R>> {
        let inner = self.inner()?;
        Ok(async move { inner.step(work, |_| true).await.transpose() })
    }

    /// Whether nothing more comes.
    pub(crate) fn is_over(&self) -> bool {
        *self.inner.over.borrow()
    }

    /// Ends it, also under the hands of a `next` that waits.
    pub(crate) fn close(&self) {
        // What a parent began is the parent's.
        if self.pid == process::id() {
            self.inner.over.send_replace(true);
            // Not under the lock: what ends may have something to say in the log.
            let ended = self.inner.items().take();
            drop(ended);
        }
    }

    fn inner(&self) -> PyResult<Arc<Inner<T>>> {
        if self.pid == process::id() {
            Ok(Arc::clone(&self.inner))
        } else {
            Err(PyRuntimeError::new_err("an iteration does not go on in a forked child: begin a new one"))
        }
    }
}

impl<T> Inner<T> {
    async fn step<R>(&self, work: Work<T, R>, goes_on: fn(&R) -> bool) -> Option<R> {
        let _turn = self.turn.lock().await;
        let mut items = self.items().take()?;
        let ending = Ending(&self.over);
        let done = work(&mut items).await;
        if goes_on(&done) {
            mem::forget(ending);
            let mut slot = self.items();
            if !*self.over.borrow() {
                *slot = Some(items);
            }
        }
        Some(done)
    }

    fn items(&self) -> MutexGuard<'_, Option<T>> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Says that it is over, also when a turn is dropped half way.
struct Ending<'a>(&'a watch::Sender<bool>);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.send_replace(true);
    }
}

/// A forked child must not touch the sockets of its parent, not even to close them.
impl<T> Drop for Iteration<T> {
    fn drop(&mut self) {
        if self.pid != process::id() {
            mem::forget(Arc::clone(&self.inner));
        }
    }
}
