//! Notifications of an instance: one class for each `typeWebhook` that upstream documents.
//!
//! A field that upstream did not send, or sent in a way that cannot be read, is absent: a notification never fails to
//! be read. Every class has its `body` as it came, so `extra` is always empty.
//!
//! `Debug` shows ids, types and states, and none of what people wrote: no text, no name, no `body`.

mod content;
mod guard;
mod parse;
mod read;
#[cfg(test)]
mod tests;
mod types;

pub use content::*;
pub use parse::parse_notification;
pub use types::*;

pub(crate) use content::{CONTENT_TYPES, CONTENTS};
pub(crate) use types::{MODELS, TYPES, types_of};
