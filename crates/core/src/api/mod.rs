//! One file per upstream method: its HTTP line, its `Spec`, what goes out and what comes back. No I/O.

mod create_instance;
mod delete_instance_account;
mod get_instances;
pub(crate) mod instance;

pub(crate) use create_instance::Create;
pub(crate) use delete_instance_account::{Delete, nothing_left};
pub(crate) use get_instances::{CachedList, GetInstances};
