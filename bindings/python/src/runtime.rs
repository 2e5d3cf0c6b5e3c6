//! Runtimes of this process, and how a thread waits for a call.
//!
//! What goes on by itself is on threads of the `shared` one: runs over many, iterations, asynchronous calls; of these one at a time is on
//! a thread that has no other work (`lone`). A call that a thread waits for is done by that thread on a runtime of its own, while it
//! waits (`solo`).

use std::{
    cell::Cell,
    future::{Future, poll_fn},
    pin::Pin,
    process,
    sync::{Mutex, OnceLock, PoisonError},
    task::Poll,
    time::Duration,
};

use greenapi_partner::{Error, metronome::Metronome};
use pyo3::{exceptions::PyRuntimeError, intern, prelude::*};
use tokio::{
    runtime::{Builder, Handle, Runtime},
    task::AbortHandle,
    time::{Instant, MissedTickBehavior, interval_at},
};

use crate::{
    error, finalization, log,
    lone::Lone,
    solo::{BEAT, Solos},
};

/// A call, on the heap: waiting is compiled once for each type of result, and not once for each call.
type Waiting<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Tells what has become of a call, when whoever did it is done with it.
pub(crate) type Ending = Box<dyn FnOnce() + Send>;

/// Who does the work of a call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum By {
    /// The threads of `shared`: something of it may go on by itself.
    Workers,
    /// The thread that waits for it, or the lone one where it is awaited: it leaves nothing behind which would go on.
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
    let solo = if by == By::Waiter { runtimes.solos.take() } else { None };
    let call = interruptible(heard(py, call)?, is_main_thread(py)?);
    let ended = py.detach(|| match solo {
        Some(solo) => solo.block_on(call),
        None => runtimes.shared.block_on(runtimes.heard_of(call)),
    });
    let interruption = log::interruption();
    let ended = ended?;
    interruption.map_or(Ok(()), Err)?;
    ended.map_err(|failure| error::exception(py, &failure))
}

/// Closes what was let go of: between two calls nobody works on the connections of waiting threads.
///
/// The GIL is held: see [`runtimes`].
pub(crate) fn settle() {
    if Handle::try_current().is_err()
        && let Some(runtimes) = known()
    {
        runtimes.solos.settle();
    }
}

/// Begins a call that goes on by itself.
pub(crate) fn spawn(
    py: Python<'_>,
    by: By,
    call: impl Future<Output = Ending> + Send + 'static,
) -> PyResult<AbortHandle> {
    let runtimes = runtimes(py)?;
    let lone = if by == By::Waiter { runtimes.lone().and_then(Lone::take) } else { None };
    if let Some(lone) = lone {
        return Ok(lone.spawn(call));
    }
    let task = runtimes.shared.spawn(async move {
        let ending = runtimes.heard_of(call).await;
        ending();
    });
    Ok(task.abort_handle())
}

struct Runtimes {
    shared: Runtime,
    calls: Metronome,
    solos: Solos,
    /// Made by the first asynchronous call; None if there are no more files or threads to be had.
    lone: OnceLock<Option<Lone>>,
}

impl Runtimes {
    /// A call on `shared`.
    async fn heard_of<T>(&'static self, call: impl Future<Output = T>) -> T {
        self.calls.on_call();
        call.await
    }

    fn lone(&'static self) -> Option<&'static Lone> {
        self.lone.get_or_init(|| Lone::new().ok()).as_ref()
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
    let shared = start(Builder::new_multi_thread().worker_threads(WORKERS))?;
    let solos = Solos::new(shared.handle().clone());
    let calls = Metronome::new(PERIOD);
    let runtimes = Box::leak(Box::new(Runtimes { shared, calls, solos, lone: OnceLock::new() }));
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

pub(crate) fn start(builder: &mut Builder) -> PyResult<Runtime> {
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
            raised = poll_fn(|_| log::interruption().map_or(Poll::Pending, Poll::Ready)) => return Err(raised),
            _ = checks.tick() => finalization::enter(|py| py.check_signals()).unwrap_or(Ok(()))?,
        }
    }
}

/// Whether Python's signal handlers run on this thread. Asked of Python once: the answer is another one only in a forked child.
pub(crate) fn is_main_thread(py: Python<'_>) -> PyResult<bool> {
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

/// How often a metronome beats on a runtime that has threads of its own.
pub(crate) const PERIOD: Duration = Duration::from_secs(1);

/// Two keep up with 64 calls at once; more only fight for the GIL.
const WORKERS: usize = 2;

/// Ctrl-C is to end a call within 100 ms.
const SIGNAL_CHECK: Duration = BEAT;
