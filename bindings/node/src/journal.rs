//! Journal in a store: where a run writes down what it sends.

use greenapi_partner::Journal;
use napi_derive::napi;

#[napi]
pub struct NativeJournal {
    pub(crate) core: Journal,
}
