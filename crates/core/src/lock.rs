//! Locks, opened in one way.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Opens a lock; one whose holder panicked is as good as any: what it guards is replaced whole.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
