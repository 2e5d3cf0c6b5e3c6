//! Looks of a watch, told to who counts what they have seen: one look serves the changes and the figures.

use std::collections::HashMap;

use jiff::Timestamp;
use tokio::sync::mpsc::{self, UnboundedReceiver};

use super::{Watch, WatchInner};
use crate::{Instances, error::ErrorCode, lock::lock};

/// What a look has seen, told after its changes were handed out.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct Looked {
    /// The list.
    pub listed: Instances,
    /// Where each live instance belongs, by its id, as `inspect` says; nothing where states are not asked for.
    pub groups: Option<HashMap<u64, &'static str>>,
    /// How many live instances have the name of an older one.
    pub duplicates: usize,
    /// When it was.
    pub at: Timestamp,
}

impl Watch {
    /// Each look from now on, or why there was none that is waited through: for the program's `metrics`. What is not taken is
    /// kept.
    #[doc(hidden)]
    pub fn looks(&self) -> UnboundedReceiver<Result<Looked, ErrorCode>> {
        let (told, looks) = mpsc::unbounded_channel();
        *lock(&self.control.0.counts) = Some(told);
        looks
    }
}

impl WatchInner {
    /// Whether somebody wants to know.
    pub(super) fn is_counted(&self) -> bool {
        lock(&self.counts).is_some()
    }

    pub(super) fn count(&self, look: Result<Looked, ErrorCode>) {
        if let Some(told) = &*lock(&self.counts) {
            // Who has stopped listening misses nothing.
            let _ = told.send(look);
        }
    }
}
