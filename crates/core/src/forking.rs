//! Forking: SQLite remembers for each process which locks it has, and a forked child would believe to have its parent's. So it works
//! with no file while a child is born, and has none open.
//!
//! A statement is run [`inside`]. Who forks calls [`before`], and then, on the same thread, [`after_in_parent`] or [`after_in_child`].

use std::{
    cell::RefCell,
    sync::{Condvar, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use crate::{config::STORE_PATIENCE, lock::lock};

/// What keeps a file open between statements, and can be made to close it.
pub(crate) trait Closes: Send + Sync {
    fn close(&self);
}

struct Gate {
    at_work: usize,
    /// Who forks goes before whoever comes.
    is_forking: bool,
    open: Vec<Weak<dyn Closes>>,
}

/// A statement at work.
pub(crate) struct Inside(());

/// Waits while a child is born.
pub(crate) fn inside() -> Inside {
    let gate = CHANGED.wait_while(lock(&GATE), |gate| gate.is_forking);
    let mut gate = gate.unwrap_or_else(PoisonError::into_inner);
    gate.at_work += 1;
    Inside(())
}

impl Drop for Inside {
    fn drop(&mut self) {
        let mut gate = lock(&GATE);
        // In a child there is nobody at work but those that have begun there.
        gate.at_work = gate.at_work.saturating_sub(1);
        drop(gate);
        CHANGED.notify_all();
    }
}

/// Lets this one's file be closed before a fork.
pub(crate) fn close_before(open: Weak<dyn Closes>) {
    let mut gate = lock(&GATE);
    gate.open.retain(|open| open.strong_count() > 0);
    gate.open.push(open);
}

/// Waits for the statements that are at work, as long as one may take, and closes all files. Nobody begins one until it is over.
#[doc(hidden)]
pub fn before() {
    let mut gate = lock(&GATE);
    gate.is_forking = true;
    let (gate, late) = CHANGED
        .wait_timeout_while(gate, STORE_PATIENCE + MARGIN, |gate| gate.at_work > 0)
        .unwrap_or_else(PoisonError::into_inner);
    if !late.timed_out() {
        for open in gate.open.iter().filter_map(Weak::upgrade) {
            open.close();
        }
    }
    // Nobody else may have it when the child is born: there it would never be free.
    HELD.set(Some(gate));
}

#[doc(hidden)]
pub fn after_in_parent() {
    if let Some(mut gate) = HELD.take() {
        gate.is_forking = false;
        drop(gate);
        CHANGED.notify_all();
    }
}

/// The others' threads are not there.
#[doc(hidden)]
pub fn after_in_child() {
    if let Some(mut gate) = HELD.take() {
        gate.at_work = 0;
        gate.is_forking = false;
    }
}

static GATE: Mutex<Gate> = Mutex::new(Gate { at_work: 0, is_forking: false, open: Vec::new() });
static CHANGED: Condvar = Condvar::new();

thread_local! {
    static HELD: RefCell<Option<MutexGuard<'static, Gate>>> = const { RefCell::new(None) };
}

const MARGIN: Duration = Duration::from_secs(1);
