//! Extension module `greenapi_partner._native`: translation, and nothing else.
//!
//! - `partner`, `instance`: a partner and one instance, whatever is asked of them; `mode`: waited for or awaited;
//! - `events`: the iterators, and `iteration`: what iterates in core;
//! - `run`, `watch`: work on many instances, and what changes by itself, under way;
//! - `ledger`, `billing`: what instances cost, and what remembers;
//! - `store`, `journal`: what a partner's processes share, and where a run writes down what it sends;
//! - `handle`: a client of core, and the process that it belongs to;
//! - `arguments`, `kwargs`, `file`: what the caller gave, as plain values; `sealed`: and out of sight;
//! - `model`, `instances`, `record`, `qr_code`: what the caller gets, and `show`, `terminal`: how it looks;
//! - `columns`, `table`: the same many at a time, for data frames;
//! - `webhook`: what a webhook brings;
//! - `error`: core's `Error` as a Python exception;
//! - `runtime`: the tokio runtimes, and how a thread waits on one; `solo`: those that it works on itself; `lone`: one for
//!   a call that is alone;
//! - `bridge`: how an event loop waits on it, `port`: where it gets what has come, and `settlement`: how what waits is told;
//! - `finalization`: how their threads get into Python, and out of it before it ends; `interpreter`: into which; `forks`: how a
//!   child is born;
//! - `log`: core's events as `logging` records;
//! - `mock`: the mock server, in this process; `program`: what a shell calls.

#![allow(rustdoc::broken_intra_doc_links, reason = "what the classes say is Python's, with lists in its examples")]
#![allow(clippy::needless_pass_by_value, reason = "what Python gives is taken over, whether or not it is kept")]

mod arguments;
mod billing;
mod bridge;
mod columns;
mod error;
mod events;
mod file;
mod finalization;
mod forks;
mod handle;
mod instance;
mod instances;
mod interpreter;
mod iteration;
mod journal;
mod kwargs;
mod ledger;
mod log;
mod lone;
mod mock;
mod mode;
mod model;
mod partner;
mod port;
mod program;
mod qr_code;
mod record;
mod run;
mod runtime;
mod sealed;
mod settlement;
mod show;
mod solo;
mod store;
mod table;
mod terminal;
mod verify_event;
mod watch;
mod webhook;

use pyo3::{prelude::*, types::PyModule};

/// A function, where `#[pymodule] mod` would be a table: that makes its classes before any code of ours can refuse.
#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    interpreter::refuse_all_but_the_main_one(module.py())?;

    module.add_class::<billing::Billing>()?;
    module.add_class::<columns::Columns>()?;
    module.add_class::<events::EventsHandle>()?;
    module.add_class::<events::NotificationsHandle>()?;
    module.add_class::<instance::InstanceHandle>()?;
    module.add_class::<journal::Journal>()?;
    module.add_class::<ledger::Ledger>()?;
    module.add_class::<mock::MockServer>()?;
    module.add_class::<model::CreatedInstance>()?;
    module.add_class::<model::Instance>()?;
    module.add_class::<model::EnsuredInstance>()?;
    module.add_class::<instances::Instances>()?;
    module.add_class::<partner::PartnerHandle>()?;
    module.add_class::<qr_code::QrCode>()?;
    module.add_class::<record::Record>()?;
    module.add_class::<run::RunHandle>()?;
    module.add_class::<sealed::Sealed>()?;
    module.add_class::<store::Store>()?;
    module.add_class::<table::TableHandle>()?;
    module.add_class::<terminal::TerminalView>()?;
    module.add_class::<watch::WatchHandle>()?;
    module.add_function(wrap_pyfunction!(webhook::parse_notification, module)?)?;
    module.add_function(wrap_pyfunction!(verify_event::verify_event, module)?)?;
    module.add("__version__", greenapi_partner::VERSION)?;

    forks::tell_core(module)?;
    finalization::shut_at_exit(module)
}
