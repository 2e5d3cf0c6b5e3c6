//! The store that a partner's processes share.

use greenapi_partner::{Store, StoreBuilder};
use napi::bindgen_prelude::Either;
use napi_derive::napi;

use crate::{
    error::{NativeError, made},
    journal::NativeJournal,
    options::milliseconds,
};

/// What the constructor takes besides the address. Times are in milliseconds.
#[napi(object)]
pub struct StoreOptions {
    pub account: Option<String>,
    pub schema: Option<String>,
    pub claim: Option<f64>,
    pub fresh: Option<f64>,
}

#[napi]
pub struct NativeStore {
    pub(crate) core: Store,
}

#[napi]
impl NativeStore {
    #[napi]
    #[allow(clippy::needless_pass_by_value, reason = "napi hands text over as a String")]
    pub fn open(address: String, options: StoreOptions) -> Either<NativeStore, NativeError> {
        let builder = Store::builder(&address).map(|mut builder| {
            if let Some(account) = options.account {
                builder = builder.account(account);
            }
            if let Some(schema) = options.schema {
                builder = builder.schema(schema);
            }
            if let Some(claim) = options.claim {
                builder = builder.claim(milliseconds(claim));
            }
            if let Some(fresh) = options.fresh {
                builder = builder.fresh(milliseconds(fresh));
            }
            builder
        });
        made(builder.and_then(StoreBuilder::build).map(|core| NativeStore { core }))
    }

    #[napi]
    pub fn journal(&self, name: String) -> NativeJournal {
        NativeJournal { core: self.core.journal(name) }
    }

    #[napi(getter)]
    pub fn address(&self) -> &str {
        self.core.address()
    }

    #[napi(getter)]
    pub fn account(&self) -> &str {
        self.core.account()
    }
}
