//! The client that GREEN-API partners wish they had.
//!
//! A *partner* rents messenger gateways ("instances") from GREEN-API for its own customers and pays for each one by
//! the day. This crate creates, lists and deletes them, and is built so that a lost reply never becomes a second
//! bill, a refusal is never taken for success, and a token is never printed.
//!
//! ```no_run
//! use greenapi_partner::{CreateInstance, PartnerClient};
//!
//! # async fn example() -> Result<(), greenapi_partner::Error> {
//! let partner = PartnerClient::builder().build()?; // GREENAPI_PARTNER_TOKEN
//! let created = partner.create_instance(CreateInstance::named("shop-42")).await?;
//! println!("{}", created.id_instance());
//! # Ok(())
//! # }
//! ```
//!
//! # Layout
//!
//! The major components are:
//!
//! - [`PartnerClient`]: one method per operation, [`PartnerClientBuilder`] for its options.
//! - [`CreateInstance`], [`CreatedInstance`], [`Instances`], [`Instance`], [`EnsuredInstance`]: what goes in and what comes out.
//! - [`InstanceClient`]: one method per operation of an instance; [`Events`] and [`Notifications`] iterate.
//! - [`Notification`] and the classes in [`notification`]: what an instance tells, from its queue or by a webhook.
//! - [`BulkOptions`], [`Run`], [`BulkItem`]: the same for many instances at once, what is told of each, and a journal.
//! - [`Error`] and [`ErrorCode`]: one type, one list of codes, each an instruction to the caller.
//!
//! Inside, a call goes one way: `client` asks an endpoint of `api` → `call` → `transport`, and back through `wire` to a
//! `model`; `refusal` says what is no success, and `retry` whether once more. `flow` holds what upstream has no method for,
//! `fleet` what is done to many instances. Imports point down, from `contract` to `secret`: a test has the order.
//!
//! What happens is told by `tracing`, target `greenapi_partner`, without secrets. The WebSocket library below writes the
//! frames that it gets into `log` at TRACE, QR pictures included: keep `tungstenite` out of a filter that goes so far.
//!
//! Every call must run inside a tokio runtime with time and I/O enabled.

mod api;
#[cfg(feature = "benching")]
#[doc(hidden)]
pub mod benching;
mod builder;
mod call;
mod client;
mod config;
#[doc(hidden)]
pub mod contract;
mod endpoint;
mod engine;
mod error;
mod fleet;
mod flow;
#[doc(hidden)]
pub mod forking;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod hosts;
mod instance;
mod json;
mod lock;
#[doc(hidden)]
pub mod log;
#[doc(hidden)]
pub mod metronome;
mod model;
mod names;
pub mod notification;
mod pace;
mod partner;
mod passing;
mod private_file;
mod prose;
mod refusal;
mod retry;
mod secret;
mod store;
mod terminal;
#[doc(hidden)]
pub mod tokenless;
mod transport;
mod wire;
mod words;

pub use api::instance::File;
pub use builder::{InstanceClientBuilder, PartnerClientBuilder};
pub use client::PartnerClient;
pub use config::{VERIFY_TOLERANCE, VERSION};
pub use endpoint::CallOptions;
pub use error::{Error, ErrorCode};
pub use fleet::{
    Billable, Billing, BillingOptions, BulkItem, BulkOptions, Change, Control, DayCost, DeleteDuplicatesOptions,
    DeliverOptions, Delivery, Duplicate, FindDuplicatesOptions, InspectOptions, Inspection, InstanceCost, Journal,
    Ledger, LedgerRow, MonthCost, PrefixCost, Prices, Progress, Results, Run, Saving, Table, Waste, Watch,
    WatchControl, WatchOptions, WebhookEvent, verify_event,
};
#[doc(hidden)]
pub use fleet::{JournalStanding, Looked, close_inherited};
#[doc(hidden)]
pub use flow::creations_ended;
pub use flow::{AuthorizeOptions, DownloadOptions, EnsureOptions, Events, Notifications, ReadyOptions};
pub use instance::{InstanceClient, call::Call, requests::*};
pub use model::{
    CreateInstance, CreatedInstance, EnsuredInstance, Field, FieldValue, Instance, Instances, Kind, Model, Modelled,
    Names, QrCode, Record, Returned, SetSettings, account::*, chats::*, columns_of, event::*, id_instance, journal::*,
};
#[doc(hidden)]
pub use model::{SECRET_NAMES, html_records, text_records};
pub use notification::{Notification, parse_notification};
pub use store::{Store, StoreBuilder};
pub use terminal::TerminalView;
