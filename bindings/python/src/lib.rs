//! What Python imports as `greenapi_partner._native`: translation, and nothing else.
//!
//! - `client`: the two partner clients, one expression per method;
//! - `instance`: one instance, whatever is asked of it; `way`: waited for or awaited;
//! - `events`: the iterators, and `iteration`: what iterates in core;
//! - `run`, `watch`: work on many instances, and what changes by itself, under way;
//! - `ledger`, `billing`: what instances cost, and the file that remembers;
//! - `handle`: a client of core, and the process that it belongs to;
//! - `arguments`, `given`: what the caller gave, as plain values;
//! - `model`, `record`, `qr_code`: what the caller gets, and `show`, `terminal`: how it looks;
//! - `columns`, `table`: the same many at a time, for data frames;
//! - `webhook`: what a webhook brings;
//! - `error`: core's `Error` as a Python exception;
//! - `runtime`: the tokio runtime, and how a thread waits on it;
//! - `bridge`: how an event loop waits on it;
//! - `door`: how their threads get into Python, and out of it before it ends;
//! - `log`: core's events as `logging` records;
//! - `mock`: the mock server, in this process.

#![allow(rustdoc::broken_intra_doc_links, reason = "what the classes say is Python's, with lists in its examples")]

mod arguments;
mod billing;
mod bridge;
mod client;
mod columns;
mod door;
mod error;
mod events;
mod given;
mod handle;
mod instance;
mod iteration;
mod ledger;
mod log;
mod mock;
mod model;
mod qr_code;
mod record;
mod run;
mod runtime;
mod show;
mod table;
mod terminal;
mod watch;
mod way;
mod webhook;

use pyo3::pymodule;

#[pymodule]
mod _native {
    #[pymodule_export]
    use crate::billing::Billing;
    #[pymodule_export]
    use crate::client::{AsyncPartnerClient, PartnerClient};
    #[pymodule_export]
    use crate::columns::Columns;
    #[pymodule_export]
    use crate::events::{EventsHandle, NotificationsHandle};
    #[pymodule_export]
    use crate::instance::InstanceHandle;
    #[pymodule_export]
    use crate::ledger::Ledger;
    #[pymodule_export]
    use crate::mock::MockServer;
    #[pymodule_export]
    use crate::model::{CreatedInstance, Instance, Instances};
    #[pymodule_export]
    use crate::qr_code::QrCode;
    #[pymodule_export]
    use crate::record::Record;
    #[pymodule_export]
    use crate::run::RunHandle;
    #[pymodule_export]
    use crate::table::TableHandle;
    #[pymodule_export]
    use crate::terminal::TerminalView;
    #[pymodule_export]
    use crate::watch::WatchHandle;
    #[pymodule_export]
    use crate::webhook::parse_notification;

    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "the name that Python gives a package's version")]
    const __version__: &str = greenapi_partner::VERSION;

    #[pymodule_init]
    fn init(module: &pyo3::Bound<'_, pyo3::types::PyModule>) -> pyo3::PyResult<()> {
        crate::door::shut_at_exit(module)
    }
}
