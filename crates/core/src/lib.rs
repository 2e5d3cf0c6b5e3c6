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
//! - [`CreateInstance`], [`CreatedInstance`], [`Instances`], [`Instance`]: what goes in and what comes out.
//! - [`Error`] and [`ErrorCode`]: one type, one list of codes, each an instruction to the caller.
//!
//! Inside, a call goes one way: `client` → `call` → the endpoint in `api` and its `Spec` → `transport` → `wire` →
//! `model`, and `retry` decides whether once more. `flow` holds what upstream has no method for.
//!
//! Every call must run inside a tokio runtime with time and I/O enabled.

mod api;
mod call;
mod client;
mod config;
#[doc(hidden)]
pub mod contract;
mod error;
mod flow;
mod model;
mod retry;
mod secret;
mod transport;
mod wire;

pub use client::{CallOptions, EnsureOptions, PartnerClient};
pub use config::PartnerClientBuilder;
pub use error::{Error, ErrorCode};
pub use model::{CreateInstance, CreatedInstance, Field, FieldValue, Instance, Instances, Kind, id_instance};

/// The version of this library, as it stands in the `User-Agent`.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
