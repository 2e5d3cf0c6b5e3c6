//! What Python imports as `greenapi_partner._native`: translation, and nothing else.
//!
//! - `client`: the two partner clients, one expression per method;
//! - `instance`: one instance, whatever is asked of it; `way`: waited for or awaited;
//! - `events`: the iterators, and `iteration`: what iterates in core;
//! - `handle`: a client of core, and the process that it belongs to;
//! - `arguments`: what the caller gave, as plain values;
//! - `model`, `record`, `qr_code`: what the caller gets, and `show`, `terminal`: how it looks;
//! - `webhook`: what a webhook brings;
//! - `error`: core's `Error` as a Python exception;
//! - `runtime`: the tokio runtime, and how a thread waits on it;
//! - `bridge`: how an event loop waits on it;
//! - `door`: how their threads get into Python, and out of it before it ends;
//! - `log`: core's events as `logging` records;
//! - `mock`: the mock server, in this process.

mod arguments;
mod bridge;
mod client;
mod door;
mod error;
mod events;
mod handle;
mod instance;
mod iteration;
mod log;
mod mock;
mod model;
mod qr_code;
mod record;
mod runtime;
mod show;
mod terminal;
mod way;
mod webhook;

use pyo3::pymodule;

#[pymodule]
mod _native {
    #[pymodule_export]
    use crate::client::{AsyncPartnerClient, PartnerClient};
    #[pymodule_export]
    use crate::events::{EventsHandle, NotificationsHandle};
    #[pymodule_export]
    use crate::instance::InstanceHandle;
    #[pymodule_export]
    use crate::mock::MockServer;
    #[pymodule_export]
    use crate::model::{CreatedInstance, Instance, Instances};
    #[pymodule_export]
    use crate::qr_code::QrCode;
    #[pymodule_export]
    use crate::record::Record;
    #[pymodule_export]
    use crate::terminal::TerminalView;
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
