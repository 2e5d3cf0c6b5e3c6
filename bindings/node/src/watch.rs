//! Watch over an account: one promise for each change.

use greenapi_partner::{Record, Watch, WatchControl};
use napi::{
    Env,
    bindgen_prelude::{PromiseRaw, Result},
};
use napi_derive::napi;

use crate::{
    cancel::Call,
    events::Slot,
    instance::{Given, nothing},
    runtime::{Outcome, promise},
};

/// An endless iteration. A step that is cancelled ends it, as with events.
#[napi]
pub struct NativeWatch {
    changes: Slot<Watch>,
    control: WatchControl,
}

#[napi]
impl NativeWatch {
    /// The next change; undefined once it is stopped.
    #[napi]
    pub fn next<'env>(&self, env: &'env Env, call: &Call) -> Result<PromiseRaw<'env, Outcome<Given>>> {
        let slot = self.changes.clone();
        promise(env, call, async move {
            let Some(mut changes) = slot.take() else { return Ok(nothing()) };
            let next = changes.next().await;
            slot.put_back(changes);
            next.map_or(Ok(nothing()), |change| change.map(|change| Given::B(Record::from(change).into())))
        })
    }

    /// What was handed out so far; null before the first list.
    #[napi]
    pub fn snapshot(&self) -> Option<String> {
        self.control.snapshot()
    }

    /// Ends it: whoever waits for the next change gets none.
    #[napi]
    pub fn stop(&self) {
        self.control.stop();
    }

    /// Ends it, and lets go of its ledger.
    #[napi]
    pub fn close(&self) {
        self.changes.close();
    }
}

impl From<Watch> for NativeWatch {
    fn from(watch: Watch) -> Self {
        Self { control: watch.control(), changes: Slot::of(watch) }
    }
}
