//! Flows: what upstream has no method for.

mod asked;
pub(crate) mod authorize;
mod by_name;
mod compare_settings;
pub(crate) mod create_instance;
pub(crate) mod download_file_to;
pub(crate) mod ensure_instance;
mod events;
mod left_alone;
mod notifications;
pub(crate) mod offboard;
pub(crate) mod onboard;
mod options;
mod readiness;
pub(crate) mod scan_qr_code;
pub(crate) mod settings;
pub(crate) mod store_turn;
pub(crate) mod table;
pub(crate) mod update_api_token;
pub(crate) mod wait_until_authorized;
pub(crate) mod wait_until_ready;

use std::time::Duration;

pub use download_file_to::DownloadOptions;
pub use events::Events;
#[doc(hidden)]
pub use left_alone::creations_ended;
pub use notifications::Notifications;
pub use options::{AuthorizeOptions, EnsureOptions, ReadyOptions};

/// The facts about a flow, for the documentation of every language.
pub(crate) struct Flow {
    /// Its name in Rust and Python.
    pub(crate) name: &'static str,
    /// Its name in JavaScript.
    pub(crate) node: &'static str,
    /// Our prose.
    pub(crate) prose: &'static str,
}

/// What needs no client, in the order of the documentation.
pub(crate) const FUNCTIONS: [Flow; 2] = [PARSE_NOTIFICATION, QR_PAGE_URL];

pub(crate) const GET_INSTANCE: Flow =
    Flow { name: "get_instance", node: "getInstance", prose: include_str!("get_instance.md") };

const PARSE_NOTIFICATION: Flow = Flow {
    name: "parse_notification",
    node: "parseNotification",
    prose: include_str!("../notification/parse_notification.md"),
};

const QR_PAGE_URL: Flow = Flow { name: "qr_page_url", node: "qrPageUrl", prose: include_str!("qr_page_url.md") };

/// A call within a flow has at least so much time: what is left of the flow may be next to nothing.
const SHORTEST_CALL: Duration = Duration::from_millis(100);
