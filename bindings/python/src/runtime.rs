//! The tokio runtime of this process, and how a thread waits for a call.

use std::{
    future::Future,
    pin::Pin,
    process,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use greenapi_partner::Error;
use pyo3::{exceptions::PyRuntimeError, prelude::*};
use tokio::{
    runtime::{Builder, Handle, Runtime},
    time::{Instant, MissedTickBehavior, interval_at},
};

use crate::{error, finalization, log};

/// Runs `call` to its end on this thread, without the GIL, and lets Ctrl-C end it.
pub(crate) fn wait<T: Send>(py: Python<'_>, call: impl Future<Output = Result<T, Error>> + Send) -> PyResult<T> {
    if Handle::try_current().is_ok() {
        return Err(PyRuntimeError::new_err(
            "a client was called from inside one of its own calls (by a logging handler?): \
             it would wait for itself for ever; hand the work to a thread",
        ));
    }
    let runtime = runtime(py)?;
    // On the heap: waiting is compiled once for each type of result, and not once for each call.
    let call: Pin<Box<dyn Future<Output = _> + Send>> = Box::pin(log::Heard::new(py, call)?);
    py.detach(|| runtime.block_on(interruptible(call)))?.map_err(|failure| error::exception(py, &failure))
}

/// The runtime of this process.
///
/// Threads do not survive `fork`, so a child that used its parent's runtime would wait for workers that do not exist.
/// It makes its own; the parent's is never dropped there, because that would wait for those workers too.
///
/// The GIL is held throughout, and `os.fork` needs it: no child is born while the lock is taken.
pub(crate) fn runtime(_py: Python<'_>) -> PyResult<&'static Runtime> {
    static RUNTIME: Mutex<Option<(u32, &'static Runtime)>> = Mutex::new(None);
    let mut slot = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    let pid = process::id();
    match *slot {
        Some((owner, runtime)) if owner == pid => Ok(runtime),
        _ => {
            // In a forked child: what its parent holds is the parent's.
            greenapi_partner::close_inherited();
            let runtime = Box::leak(Box::new(start()?));
            finalization::open();
            *slot = Some((pid, runtime));
            Ok(runtime)
        }
    }
}

fn start() -> PyResult<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .thread_name("greenapi-partner")
        .enable_all()
        .build()
        .map_err(|reason| PyRuntimeError::new_err(format!("could not start the threads of greenapi_partner: {reason}")))
}

/// Polls Python's signal handlers beside the call. Only the main thread ever finds one to run.
#[expect(clippy::redundant_closure_for_method_calls, reason = "the method is of one lifetime, the closure of any")]
async fn interruptible<T>(mut call: Pin<Box<dyn Future<Output = T> + Send + '_>>) -> PyResult<T> {
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

/// Two keep up with 64 calls at once; more only fight for the GIL.
const WORKERS: usize = 2;

/// Ctrl-C is to end a call within 100 ms.
const SIGNAL_CHECK: Duration = Duration::from_millis(50);
