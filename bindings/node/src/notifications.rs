//! The notifications of an instance, one promise each.

use greenapi_partner::Notifications;
use napi::{
    Env,
    bindgen_prelude::{PromiseRaw, Result, Undefined},
};
use napi_derive::napi;

use crate::{
    cancel::Call,
    events::Slot,
    instance::{Given, nothing},
    runtime::{Outcome, promise},
};

/// An iteration. A step that is cancelled ends it, as with events.
#[napi]
pub struct NativeNotifications {
    queue: Slot<Notifications>,
}

#[napi]
impl NativeNotifications {
    /// Acknowledges the last one, and gives the next; undefined once it is closed, or nothing came for as long as was said.
    #[napi]
    pub fn next<'env>(&self, env: &'env Env, call: &Call) -> Result<PromiseRaw<'env, Outcome<Given>>> {
        let slot = self.queue.clone();
        promise(env, call, async move {
            let Some(mut queue) = slot.take() else { return Ok(nothing()) };
            let next = queue.try_next().await;
            slot.put_back(queue);
            next.map(|next| next.map_or_else(nothing, |one| Given::B(greenapi_partner::Record::from(one).into())))
        })
    }

    /// Acknowledges the last one now.
    #[napi]
    pub fn ack<'env>(&self, env: &'env Env, call: &Call) -> Result<PromiseRaw<'env, Outcome<Undefined>>> {
        let slot = self.queue.clone();
        promise(env, call, async move {
            let Some(mut queue) = slot.take() else { return Ok(()) };
            let acknowledged = queue.ack().await;
            slot.put_back(queue);
            acknowledged
        })
    }

    /// Ends it; the last one that was not acknowledged comes again.
    #[napi]
    pub fn close(&self) {
        self.queue.close();
    }
}

impl From<Notifications> for NativeNotifications {
    fn from(queue: Notifications) -> Self {
        Self { queue: Slot::of(queue) }
    }
}
