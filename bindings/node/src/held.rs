//! Memory that Rust holds for objects of JavaScript, told to V8: it sees small objects, and would collect them too late.
//!
//! Whoever wraps a native value in JavaScript calls its `hold`. What it holds is counted from then on, once for all that share
//! it, and no more when the last of them was collected.

use std::{
    cell::RefCell,
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use napi::{Env, bindgen_prelude::Result};

/// What a native value has counted.
#[derive(Default)]
pub(crate) struct Held(Mutex<Option<Arc<Counted>>>);

/// Bytes that V8 was told of.
struct Counted {
    /// Where they are, if several values share them.
    address: Option<usize>,
    bytes: i64,
}

thread_local! {
    /// What several values of this JavaScript thread share.
    static SHARED: RefCell<HashMap<usize, Weak<Counted>>> = RefCell::default();
}

impl Held {
    /// Counts bytes that this value alone holds; gives how many V8 knows of in all.
    pub(crate) fn count(&self, env: Env, bytes: usize) -> Result<f64> {
        self.keep(env, || counted(env, None, bytes))
    }

    /// Counts bytes at an address, which other values may hold too.
    pub(crate) fn share(&self, env: Env, (address, bytes): (usize, usize)) -> Result<f64> {
        self.keep(env, || {
            if let Some(counted) = SHARED.with_borrow(|shared| shared.get(&address).and_then(Weak::upgrade)) {
                return Ok(counted);
            }
            let counted = counted(env, Some(address), bytes)?;
            SHARED.with_borrow_mut(|shared| shared.insert(address, Arc::downgrade(&counted)));
            Ok(counted)
        })
    }

    /// Gives back what was counted, if nobody else holds it.
    pub(crate) fn give_back(self, env: Env) -> Result<()> {
        let counted = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let Some(Counted { address, bytes }) = counted.and_then(Arc::into_inner) else { return Ok(()) };
        if let Some(address) = address {
            SHARED.with_borrow_mut(|shared| shared.remove(&address));
        }
        env.adjust_external_memory(-bytes).map(drop)
    }

    #[expect(clippy::cast_precision_loss, reason = "bytes of memory are below 2^53")]
    fn keep(&self, env: Env, count: impl FnOnce() -> Result<Arc<Counted>>) -> Result<f64> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.is_none() {
            *kept = Some(count()?);
        }
        env.adjust_external_memory(0).map(|bytes| bytes as f64)
    }
}

fn counted(env: Env, address: Option<usize>, bytes: usize) -> Result<Arc<Counted>> {
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    env.adjust_external_memory(bytes)?;
    Ok(Arc::new(Counted { address, bytes }))
}

/// A class of JavaScript's that gives back what it holds when it is collected.
macro_rules! gives_back {
    ($($class:ty),*) => {
        $(impl napi::bindgen_prelude::ObjectFinalize for $class {
            fn finalize(self, env: napi::Env) -> napi::Result<()> {
                // What it holds goes first.
                let Self { held, .. } = self;
                held.give_back(env)
            }
        })*
    };
}

pub(crate) use gives_back;
