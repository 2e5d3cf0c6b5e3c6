//! One file per upstream method: its HTTP line, its [`Spec`], what goes out and what comes back. No I/O.

mod create_instance;
mod delete_instance_account;
mod get_instances;
pub(crate) mod instance;

use crate::endpoint::Spec;

pub(crate) use create_instance::Create;
pub(crate) use delete_instance_account::{Delete, nothing_left};
pub(crate) use get_instances::{CachedList, GetInstances};

/// All upstream methods, in the order of the documentation.
pub(crate) const SPECS: [&Spec; 3] = [Create::SPEC, GetInstances::SPEC, Delete::SPEC];
