//! Ledger: what upstream's list forgets, kept in a file or a store. It is read and written on a thread that may wait.

use std::sync::{Mutex, PoisonError};

use greenapi_partner::{Inspection, Ledger, Modelled as _, contract};
use napi::{
    Env,
    bindgen_prelude::{ClassInstance, Either, Error, PromiseRaw, Result, Undefined},
};
use napi_derive::napi;

use crate::{
    billing::NativeBilling,
    cancel::Call,
    error::{NativeError, made},
    model::NativeInstances,
    record::NativeRecord,
    runtime::{Outcome, blocking, promise},
    store::NativeStore,
};

/// A ledger, until it is closed.
#[napi]
pub struct NativeLedger {
    core: Mutex<Option<Ledger>>,
}

#[napi]
impl NativeLedger {
    #[napi]
    pub fn open<'env>(env: &'env Env, call: &Call, path: String) -> Result<PromiseRaw<'env, Outcome<NativeLedger>>> {
        promise(env, call, blocking(move || Ledger::open(path)))
    }

    #[napi]
    pub fn in_store(store: &NativeStore) -> Either<NativeLedger, NativeError> {
        made(Ledger::in_store(&store.core))
    }

    #[napi]
    pub fn record<'env>(
        &self,
        env: &'env Env,
        call: &Call,
        instances: &NativeInstances,
    ) -> Result<PromiseRaw<'env, Outcome<Undefined>>> {
        let (core, instances) = (self.core()?, instances.core.clone());
        promise(env, call, blocking(move || core.record(&instances)))
    }

    #[napi]
    #[allow(clippy::needless_pass_by_value, reason = "napi hands arrays over as a Vec")]
    pub fn record_inspections<'env>(
        &self,
        env: &'env Env,
        call: &Call,
        inspections: Vec<ClassInstance<'env, NativeRecord>>,
    ) -> Result<PromiseRaw<'env, Outcome<Undefined>>> {
        let core = self.core()?;
        let inspections: Vec<_> = inspections.iter().map(|one| Inspection::from_record(one.record.clone())).collect();
        promise(env, call, blocking(move || core.record_inspections(&inspections)))
    }

    #[napi]
    pub fn billing<'env>(
        &self,
        env: &'env Env,
        call: &Call,
        options: String,
    ) -> Result<PromiseRaw<'env, Outcome<NativeBilling>>> {
        let core = self.core()?;
        promise(env, call, blocking(move || core.billing_by_name(contract::arguments(&options)?)))
    }

    /// Lets go of the file or the connections, once what is under way has ended.
    #[napi]
    pub fn close(&self) {
        drop(self.lock().take());
    }

    #[napi(getter)]
    pub fn closed(&self) -> bool {
        self.lock().is_none()
    }
}

impl NativeLedger {
    /// JavaScript has looked whether it is closed.
    pub(crate) fn core(&self) -> Result<Ledger> {
        self.lock().clone().ok_or_else(|| Error::from_reason("the ledger is closed"))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Ledger>> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<Ledger> for NativeLedger {
    fn from(core: Ledger) -> Self {
        Self { core: Mutex::new(Some(core)) }
    }
}
