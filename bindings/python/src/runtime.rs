//! Runtimes of this process, and how a thread waits for a call.
//!
//! What goes on by itself is on threads of the `shared` one: asynchronous calls, runs over many, iterations. A call that one thread
//! alone waits for is done by that thread on the `driven` one: nobody has to be woken to send it, and nobody to hand its answer over.

use std::{
    cell::Cell,
    future::Future,
    pin::Pin,
    process,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use greenapi_partner::Error;
use pyo3::{exceptions::PyRuntimeError, intern, prelude::*};
use tokio::{
    runtime::{Builder, Handle, Runtime},
    task::yield_now,
    time::{Instant, MissedTickBehavior, interval_at},
};

use crate::{error, finalization, log};

/// A call, on the heap: waiting is compiled once for each type of result, and not once for each call.
type Waiting<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Who does the work of a call that a thread waits for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum By {
    /// The threads of `shared`: something of it may go on by itself.
    Workers,
    /// The thread itself, if no other one waits: it leaves nothing behind which would go on.
    Waiter,
}

impl By {
    /// Of a call by whether it is one method of upstream's and nothing else.
    pub(crate) fn of(is_one_method: bool) -> Self {
        if is_one_method { Self::Waiter } else { Self::Workers }
    }
}

/// Runs `call` to its end without the GIL while this thread waits, and lets Ctrl-C end it.
pub(crate) fn wait<T: Send>(
    py: Python<'_>,
    by: By,
    call: impl Future<Output = Result<T, Error>> + Send,
) -> PyResult<T> {
    let runtimes = runtimes(py)?;
    let waits = (by == By::Waiter).then(|| Waits::begin(&runtimes.waiting));
    let call = interruptible(heard(py, call)?, is_main_thread(py)?);
    let is_driven = waits.as_ref().is_some_and(|(_, is_alone)| *is_alone);
    let ended =
        py.detach(|| if is_driven { runtimes.driven.block_on(driven(call)) } else { runtimes.shared.block_on(call) });
    ended?.map_err(|failure| error::exception(py, &failure))
}

/// A call on connections with which nobody has worked since the last one, and will until the next.
async fn driven<T>(call: impl Future<Output = PyResult<Result<T, Error>>>) -> PyResult<Result<T, Error>> {
    // Connections that the server has closed meanwhile.
    take_note().await;
    let ended = call.await;
    if !matches!(ended, Ok(Ok(_))) {
        take_note().await;
    }
    ended
}

/// Closes what was let go of: between two calls nobody drives the connections of `driven`.
///
/// The GIL is held: see [`runtimes`].
pub(crate) fn settle() {
    if Handle::try_current().is_err()
        && let Some(runtimes) = known()
        && runtimes.driven.metrics().num_alive_tasks() > 0
    {
        runtimes.driven.block_on(take_note());
    }
}

/// The runtime of what goes on by itself.
pub(crate) fn runtime(py: Python<'_>) -> PyResult<&'static Runtime> {
    Ok(&runtimes(py)?.shared)
}

struct Runtimes {
    shared: Runtime,
    driven: Runtime,
    /// How many threads wait for a call that one alone would do itself.
    waiting: AtomicUsize,
}

/// A thread that waits.
struct Waits<'a>(&'a AtomicUsize);

impl<'a> Waits<'a> {
    /// Tells whether it is the only one.
    fn begin(waiting: &'a AtomicUsize) -> (Self, bool) {
        let is_alone = waiting.fetch_add(1, Ordering::Relaxed) == 0;
        (Self(waiting), is_alone)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The runtimes of this process.
///
/// Threads do not survive `fork`, so a child that used its parent's runtime would wait for workers that do not exist.
/// It makes its own; the parent's is never dropped there, because that would wait for those workers too.
///
/// The GIL is held throughout, and `os.fork` needs it: no child is born while the lock is taken.
fn runtimes(_py: Python<'_>) -> PyResult<&'static Runtimes> {
    if let Some(runtimes) = known() {
        return Ok(runtimes);
    }
    // In a forked child: what its parent holds is the parent's.
    greenapi_partner::close_inherited();
    let runtimes = Box::leak(Box::new(Runtimes {
        shared: start(Builder::new_multi_thread().worker_threads(WORKERS))?,
        driven: start(&mut Builder::new_current_thread())?,
        waiting: AtomicUsize::new(0),
    }));
    finalization::open();
    *RUNTIMES.lock().unwrap_or_else(PoisonError::into_inner) = Some((process::id(), runtimes));
    Ok(runtimes)
}

/// Those of this process, once they have begun.
fn known() -> Option<&'static Runtimes> {
    let slot = RUNTIMES.lock().unwrap_or_else(PoisonError::into_inner);
    slot.filter(|(owner, _)| *owner == process::id()).map(|(_, runtimes)| runtimes)
}

static RUNTIMES: Mutex<Option<(u32, &'static Runtimes)>> = Mutex::new(None);

fn start(builder: &mut Builder) -> PyResult<Runtime> {
    builder
        .thread_name("greenapi-partner")
        .enable_all()
        .build()
        .map_err(|reason| PyRuntimeError::new_err(format!("could not start the threads of greenapi_partner: {reason}")))
}

/// A call whose events reach `logging`; none from inside another one.
fn heard<'a, T>(
    py: Python<'_>,
    call: impl Future<Output = Result<T, Error>> + Send + 'a,
) -> PyResult<Waiting<'a, Result<T, Error>>> {
    if Handle::try_current().is_ok() {
        return Err(PyRuntimeError::new_err(
            "a client was called from inside one of its own calls (by a logging handler?): \
             it would wait for itself for ever; hand the work to a thread",
        ));
    }
    Ok(Box::pin(log::Heard::new(py, call)?))
}

/// Polls Python's signal handlers beside the call, on the thread that they run on.
#[expect(clippy::redundant_closure_for_method_calls, reason = "the method is of one lifetime, the closure of any")]
async fn interruptible<T>(mut call: Waiting<'_, T>, is_main: bool) -> PyResult<T> {
    if !is_main {
        return Ok(call.await);
    }
    let mut checks = interval_at(Instant::now() + SIGNAL_CHECK, SIGNAL_CHECK);
    checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            outcome = &mut call => return Ok(outcome),
            _ = checks.tick() => finalization::enter(|py| py.check_signals()).unwrap_or(Ok(()))?,
        }
    }
}

/// Lets the runtime hear what has happened, then lets its connections act on that.
async fn take_note() {
    yield_now().await;
    yield_now().await;
}

/// Whether Python's signal handlers run on this thread. Asked of Python once: the answer is another one only in a forked child.
fn is_main_thread(py: Python<'_>) -> PyResult<bool> {
    thread_local!(static MAIN: Cell<Option<(u32, bool)>> = const { Cell::new(None) });
    let pid = process::id();
    match MAIN.get() {
        Some((asked, is_main)) if asked == pid => Ok(is_main),
        _ => {
            let threading = py.import(intern!(py, "threading"))?;
            let main = threading.call_method0(intern!(py, "main_thread"))?.getattr(intern!(py, "ident"))?;
            let is_main = main.eq(threading.call_method0(intern!(py, "get_ident"))?)?;
            MAIN.set(Some((pid, is_main)));
            Ok(is_main)
        }
    }
}

/// Two keep up with 64 calls at once; more only fight for the GIL.
const WORKERS: usize = 2;

/// Ctrl-C is to end a call within 100 ms.
const SIGNAL_CHECK: Duration = Duration::from_millis(50);
