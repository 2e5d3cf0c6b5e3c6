//! Surfaces: the classes that users of each language see, written from core's contract.

mod layout;
mod python;
mod template;

use anyhow::Result;
use serde_json::Value;

pub(crate) use python::Mode;

/// Python's client of one instance, that waits or that is awaited.
pub(crate) fn python_instance(contract: &Value, mode: Mode) -> Result<String> {
    python::instance(contract, mode)
}
