//! A bill.

use greenapi_partner::{Billing, Error, Record, id_instance};
use napi::{
    Env,
    bindgen_prelude::{Either, Result},
};
use napi_derive::napi;

use crate::{
    error::{NativeError, made},
    held::{Held, gives_back},
    model::milliseconds_since_1970,
    record::NativeRecord,
    table::NativeTable,
};

/// What instances cost. Money is text; a table is made when it is asked for.
#[napi(custom_finalize)]
pub struct NativeBilling {
    core: Billing,
    held: Held,
}

#[napi]
impl NativeBilling {
    /// Tells V8 what is held; gives how much it knows of in all.
    #[napi]
    pub fn hold(&self, env: Env) -> Result<f64> {
        self.held.count(env, self.core.bytes())
    }

    #[napi]
    pub fn instances(&self) -> NativeTable {
        self.core.instances().into()
    }

    #[napi]
    pub fn days(&self) -> NativeTable {
        self.core.days().into()
    }

    #[napi]
    pub fn months(&self) -> NativeTable {
        self.core.months().into()
    }

    #[napi]
    pub fn prefixes(&self) -> NativeTable {
        self.core.prefixes().into()
    }

    #[napi]
    pub fn other(&self) -> NativeTable {
        self.core.other().into()
    }

    #[napi]
    pub fn waste(&self, idle_days: u32) -> NativeTable {
        self.core.waste(idle_days.into()).into()
    }

    /// Ids are decimal text.
    #[napi]
    #[allow(clippy::needless_pass_by_value, reason = "napi hands text over as a String")]
    pub fn if_deleted(&self, ids: Vec<String>) -> Either<NativeRecord, NativeError> {
        let ids: std::result::Result<Vec<_>, Error> = ids.iter().map(|id| id_instance(id)).collect();
        made(ids.map(|ids| Record::from(self.core.if_deleted(&ids))))
    }

    #[napi(getter)]
    pub fn total(&self) -> String {
        self.core.total().to_string()
    }

    #[napi(getter)]
    pub fn forecast(&self) -> String {
        self.core.forecast().to_string()
    }

    #[napi(getter)]
    #[allow(clippy::cast_precision_loss, reason = "a count of days is below 2^53")]
    pub fn total_days(&self) -> f64 {
        self.core.total_days() as f64
    }

    #[napi(getter)]
    #[allow(clippy::cast_precision_loss, reason = "a count of days is below 2^53")]
    pub fn unpriced_days(&self) -> f64 {
        self.core.unpriced_days() as f64
    }

    #[napi(getter)]
    pub fn next_charge_at(&self) -> f64 {
        milliseconds_since_1970(self.core.next_charge_at())
    }

    #[napi(getter)]
    pub fn complete_since(&self) -> Option<f64> {
        self.core.complete_since().map(milliseconds_since_1970)
    }
}

gives_back!(NativeBilling);

impl From<Billing> for NativeBilling {
    fn from(core: Billing) -> Self {
        Self { core, held: Held::default() }
    }
}
