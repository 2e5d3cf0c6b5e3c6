//! The core, spoken in JavaScript: the addon behind the npm package `greenapi_partner`.
//!
//! Translation only. What is exported here is private to the package; `js/index.js` makes of it what users see, and
//! adds what belongs to the language: error classes, `AbortSignal`, diagnostics channel, checks of argument types.
//!
//! - [`client`], [`instance`]: one method per operation, each a promise; [`options`]: what they can be told.
//! - [`events`], [`notifications`], [`run`], [`watch`]: what is iterated over, one promise per step.
//! - [`model`], [`record`], [`qr_code`]: what comes back; lists stay here, and fields cross over when they are touched.
//! - [`held`]: what V8 is told of the memory of that.
//! - [`table`], [`columns`]: the same many at a time, and for data frames.
//! - [`ledger`], [`billing`]: what upstream forgets, and what instances cost.
//! - [`store`]: what a partner's processes share.
//! - [`terminal`]: events as text for a terminal.
//! - [`error`]: a failure as a record; JavaScript throws it, so that its stack is the caller's.
//! - [`runtime`], [`cancel`], [`log`]: where futures run, how one is stopped, who hears about it.
//! - [`mock`]: upstream in a box, for `greenapi_partner/testing`.
//! - [`program`]: what a shell calls.

mod billing;
mod cancel;
mod client;
mod columns;
mod error;
mod events;
mod held;
mod instance;
mod journal;
mod ledger;
mod log;
mod mock;
mod model;
mod notifications;

mod options;
mod page;
mod program;
mod qr_code;
mod record;
mod run;
mod runtime;
mod store;
mod table;
mod terminal;
mod watch;
