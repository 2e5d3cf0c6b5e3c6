//! Finalization: the one door from a thread outside Python into it, shut before the interpreter goes down.
//!
//! A thread that is inside Python while the interpreter finalises is ended by CPython in the middle of whatever it
//! does, and takes the process with it. So the last thing a program does is to shut the door and to wait until nobody
//! is inside.

use std::{
    process,
    sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::SeqCst},
    thread,
    time::{Duration, Instant},
};

use pyo3::prelude::*;

/// Does `work` in Python; None if the interpreter is on its way out.
pub(crate) fn enter<T>(work: impl FnOnce(Python<'_>) -> T) -> Option<T> {
    let _inside = Inside::new();
    if is_shut() { None } else { Python::try_attach(work) }
}

/// Whether nobody is let in any more.
pub(crate) fn is_shut() -> bool {
    SHUT.load(SeqCst)
}

/// Opens the door for this process. Whoever was inside when it was forked off is its parent's.
pub(crate) fn open() {
    INSIDE.store(0, SeqCst);
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
    SHUT.store(true, SeqCst);
    if OWNER.load(SeqCst) == process::id() {
        py.detach(wait_until_empty);
    }
}

/// Whoever is inside may need the GIL to get out, so the caller must not hold it.
fn wait_until_empty() {
    let patience = Instant::now() + PATIENCE;
    while INSIDE.load(SeqCst) > 0 && Instant::now() < patience {
        thread::sleep(GLANCE);
    }
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

const GLANCE: Duration = Duration::from_micros(200);

/// A logging handler that never returns must not keep the program from ending, and one that is slow on a busy machine is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
