//! Work on many instances, one promise for each result.

use greenapi_partner::{Control, Model, Results};
use napi::{
    Env,
    bindgen_prelude::{PromiseRaw, Result},
};
use napi_derive::napi;

use crate::{
    cancel::Call,
    events::Slot,
    instance::{Given, nothing},
    model::text,
    runtime::{Outcome, promise},
    table::NativeTable,
};

/// A run. A step that is cancelled stops it: nothing more is begun, and what was sent ends by itself.
#[napi]
pub struct NativeRun {
    results: Slot<Results>,
    model: &'static Model,
    control: Control,
}

#[napi]
impl NativeRun {
    /// The next result; undefined after the last.
    #[napi]
    pub fn next<'env>(&self, env: &'env Env, call: &Call) -> Result<PromiseRaw<'env, Outcome<Given>>> {
        let slot = self.results.clone();
        promise(env, call, async move {
            let Some(mut results) = slot.take() else { return Ok(nothing()) };
            let next = results.next().await;
            slot.put_back(results);
            next.map_or(Ok(nothing()), |result| result.map(|record| Given::B(record.into())))
        })
    }

    /// All results that are still to come.
    #[napi]
    pub fn collect<'env>(&self, env: &'env Env, call: &Call) -> Result<PromiseRaw<'env, Outcome<NativeTable>>> {
        let (slot, model) = (self.results.clone(), self.model);
        promise(env, call, async move {
            let Some(mut results) = slot.take() else { return Ok(NativeTable::of(model, Vec::new())) };
            let rest = results.rest().await;
            slot.put_back(results);
            rest.map(|records| NativeTable::of(model, records))
        })
    }

    /// No results, for who collects those of a run that is over.
    #[napi]
    pub fn none(&self) -> NativeTable {
        NativeTable::of(self.model, Vec::new())
    }

    /// Every item as it stands.
    #[napi]
    pub fn report(&self) -> NativeTable {
        NativeTable::of(self.model, self.control.items())
    }

    /// How far it has come, as JSON.
    #[napi]
    pub fn progress(&self) -> String {
        text(self.control.progress().to_json(false))
    }

    /// Begins nothing more; the results of what was begun still come.
    #[napi]
    pub fn stop(&self) {
        self.control.stop();
    }

    /// Stops it, and gives no more results; a step under way is for its own `Call` to end.
    #[napi]
    pub fn close(&self) {
        self.results.close();
    }
}

impl From<Results> for NativeRun {
    fn from(results: Results) -> Self {
        Self { model: results.model(), control: results.control(), results: Slot::of(results) }
    }
}
