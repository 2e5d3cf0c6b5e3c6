//! Finalization: the one door from a thread outside Python into it, shut before the interpreter goes down.
//!
//! A thread that is inside Python while the interpreter finalises is ended by CPython in the middle of whatever it
//! does, and takes the process with it. So the last thing a program does is to shut the door and to wait until nobody
//! is inside.

use std::{
    process,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::{Duration, Instant},
};

use pyo3::prelude::*;
use tokio::task::AbortHandle;

/// Does `work` in Python; None if the interpreter is on its way out.
pub(crate) fn enter<T>(work: impl FnOnce(Python<'_>) -> T) -> Option<T> {
    let _inside = Inside::new();
    if is_shut() { None } else { Python::try_attach(work) }
}

/// Whether nobody is let in any more.
pub(crate) fn is_shut() -> bool {
    SHUT.load(SeqCst)
}

/// Ends a task. What it has to say of its end, such as that its request was sent, is heard before the door is shut.
///
/// The GIL is held, and `os.fork` needs it: no child is born while the lock is taken.
pub(crate) fn abort(_py: Python<'_>, task: &AbortHandle) {
    let mut aborted = aborted();
    // Only before the list would grow: each is looked at a few times.
    if aborted.len() == aborted.capacity() {
        aborted.retain(|task| !task.is_finished());
    }
    aborted.push(task.clone());
    task.abort();
}

/// Opens the door for this process. Whoever was inside when it was forked off is its parent's, and so is what was aborted there.
pub(crate) fn open() {
    INSIDE.store(0, SeqCst);
    aborted().clear();
    OWNER.store(process::id(), SeqCst);
}

/// Shuts the door when the program ends. Handlers that were registered later run earlier: they may still make calls.
pub(crate) fn shut_at_exit(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let shut = wrap_pyfunction!(shut, module)?;
    module.py().import("atexit")?.call_method1("register", (shut,))?;
    Ok(())
}

#[pyfunction]
fn shut(py: Python<'_>) {
    let is_ours = OWNER.load(SeqCst) == process::id();
    if is_ours {
        let aborted = std::mem::take(&mut *aborted());
        py.detach(|| wait_until(|| aborted.iter().all(AbortHandle::is_finished)));
    }
    SHUT.store(true, SeqCst);
    if is_ours {
        py.detach(|| wait_until(|| INSIDE.load(SeqCst) == 0));
    }
}

/// Whoever is waited for may need the GIL, so the caller must not hold it.
fn wait_until(is_over: impl Fn() -> bool) {
    let patience = Instant::now() + PATIENCE;
    while !is_over() && Instant::now() < patience {
        thread::sleep(GLANCE);
    }
}

fn aborted() -> MutexGuard<'static, Vec<AbortHandle>> {
    ABORTED.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Inside;

impl Inside {
    fn new() -> Self {
        INSIDE.fetch_add(1, SeqCst);
        Self
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.fetch_sub(1, SeqCst);
    }
}

/// Atomics, and no lock: one that another thread held when the process forked would never be free in the child.
static INSIDE: AtomicUsize = AtomicUsize::new(0);
static SHUT: AtomicBool = AtomicBool::new(false);
static OWNER: AtomicU32 = AtomicU32::new(0);
/// Tasks that were told to end.
static ABORTED: Mutex<Vec<AbortHandle>> = Mutex::new(Vec::new());

const GLANCE: Duration = Duration::from_micros(200);

/// A logging handler that never returns must not keep the program from ending, and one that is slow on a busy machine is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
