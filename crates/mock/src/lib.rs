//! GREEN-API's partner service in a box.
//!
//! A server on 127.0.0.1 that answers `createInstance`, `getInstances` and `deleteInstanceAccount` as the documents and
//! captured replies of GREEN-API say, and the methods of the instances that are made so: they come to life, show QR codes,
//! are linked to phones that a test holds, send and receive. It fails on demand, and remembers what it was sent. It shares
//! no code with any client: what they agree on, they agree on with GREEN-API's documents.
//!
//! # Layout
//!
//! - [`MockServer`]: a running mock, with an address and a partner token
//! - [`Control`]: what a test can do to it; over HTTP the same under `/_mock/`
//! - [`Options`]: every behaviour that the documents leave open, with the evidence for its default
//! - [`Fault`]: what goes wrong with the next request
//! - [`RecordedRequest`], [`Requests`]: what arrived
//! - [`AccountInstance`]: what the account holds
//! - [`Simulation`]: months of history to fill it with
//! - [`Charges`]: the days that upstream would charge for it
//! - [`program`]: all of it as a command
//!
//! The crate's README has the program, the HTTP interface and how to point GREEN-API's own tools at it.

mod account;
mod answer;
mod charges;
mod clock;
mod connection;
mod control;
mod control_http;
mod customer;
mod faults;
mod headers;
mod instance;
mod json;
mod limiter;
mod listing;
mod mock_server;
mod options;
pub mod program;
mod random;
mod record;
mod reply;
mod route;
mod scripted;
mod server;
mod simulation;
mod state;
mod sync;
mod token;
mod upstream;
mod world;
mod zone;

pub use account::AccountInstance;
pub use charges::{Charges, InstanceCharges};
pub use control::Control;
pub use faults::{Cut, Drip, Fault, Named};
pub use mock_server::MockServer;
pub use options::{
    Customer, DeletedInstances, Expiration, FailureFormat, KeyOrder, ListFormat, Midnight, Options, QuotaFormat,
    RateLimit, Stage, TimeoutSpelling, UnlinkedLogout, UnlinkedSends, WaSettingsFormat, WarmUp,
};
pub use record::{Outcome, RecordedRequest, Requests};
pub use simulation::Simulation;
