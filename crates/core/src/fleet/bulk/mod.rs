//! Many at once: created, deleted, set, rebooted, logged out.
//!
//! - `options`: what a run can be told; `item`: what it tells
//! - `create`, `existing`: the two kinds of runs, each a pure decision for each item and what is sent then
//! - `duplicates`: deletions that it decides upon itself
//! - `executor`: where a run keeps its books: the report, the results, the journal
//! - `listing`: the list that a run begins with; `looking`: the lists that settle creations without an answer

mod create;
mod duplicates;
mod executor;
mod existing;
mod instance_index;
mod item;
mod options;
mod reconciliation;

pub(crate) use duplicates::DELETING_DUPLICATES;
pub use duplicates::DeleteDuplicatesOptions;
pub use item::BulkItem;
pub use options::BulkOptions;
pub(crate) use options::{CREATING, DELETING, EVERY, SENDING_ONCE, SETTING};
