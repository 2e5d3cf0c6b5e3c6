//! One at a time with each name.

use std::sync::{Arc, Mutex, Weak};

use tokio::sync::{self, OwnedMutexGuard};

use crate::{lock::lock, passing::PassingMap};

/// The names that a client is looking for or creating: whoever asks for one of them waits, and then finds it.
#[derive(Default)]
pub(crate) struct NameLocks(Mutex<PassingMap<String, Weak<sync::Mutex<()>>>>);

impl NameLocks {
    /// Waits for its turn with a name, and has it until the guard is dropped.
    pub(crate) async fn hold(&self, name: &str) -> OwnedMutexGuard<()> {
        self.of(name).lock_owned().await
    }

    fn of(&self, name: &str) -> Arc<sync::Mutex<()>> {
        let mut names = lock(&self.0);
        let names = names.with_room(|held| held.strong_count() == 0);
        if let Some(held) = names.get(name).and_then(Weak::upgrade) {
            return held;
        }
        let held = Arc::default();
        names.insert(name.to_owned(), Arc::downgrade(&held));
        held
    }
}
