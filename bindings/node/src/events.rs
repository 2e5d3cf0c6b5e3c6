//! The events of a flow, one promise each.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use greenapi_partner::{Event, Events, InstanceClient};
use napi::{
    Env,
    bindgen_prelude::{PromiseRaw, Result},
};
use napi_derive::napi;

use crate::{
    cancel::Call,
    instance::{Given, NativeInstanceClient, nothing},
    qr_code::NativeQrCode,
    record::NativeRecord,
    runtime::{Outcome, promise},
};

/// A flow. A step that is cancelled ends it: the flow is inside the step's future, and goes with it.
#[napi]
pub struct NativeEvents {
    flow: Slot<Events>,
    instance: Arc<OnceLock<InstanceClient>>,
}

#[napi]
impl NativeEvents {
    /// The next event; undefined after the last.
    #[napi]
    pub fn next<'env>(&self, env: &'env Env, call: &Call) -> Result<PromiseRaw<'env, Outcome<Given>>> {
        let slot = self.flow.clone();
        promise(env, call, async move {
            let Some(mut events) = slot.take() else { return Ok(nothing()) };
            let next = events.next().await;
            slot.put_back(events);
            next.map_or(Ok(nothing()), |event| event.map(given))
        })
    }

    /// The instance that is being linked, once it is known.
    #[napi(getter)]
    pub fn instance(&self) -> Option<NativeInstanceClient> {
        self.instance.get().cloned().map(Into::into)
    }

    /// Ends the flow; a step under way is for its own `Call` to end.
    #[napi]
    pub fn close(&self) {
        self.flow.close();
    }
}

impl From<Events> for NativeEvents {
    fn from(events: Events) -> Self {
        Self { instance: events.handle(), flow: Slot::of(events) }
    }
}

fn given(event: Event) -> Given {
    match event {
        Event::QrCode(qr_code) => Given::D(NativeQrCode::from(qr_code)),
        event => NativeRecord::of_event(event).map_or_else(nothing, Given::B),
    }
}

/// What one step at a time is made with, or nothing, once it is closed.
pub(crate) struct Slot<T>(Arc<Mutex<State<T>>>);

enum State<T> {
    Here(T),
    /// A step has it, and brings it back unless it is cancelled.
    Lent,
    Closed,
}

impl<T> Slot<T> {
    pub(crate) fn of(value: T) -> Self {
        Self(Arc::new(Mutex::new(State::Here(value))))
    }

    pub(crate) fn take(&self) -> Option<T> {
        let mut state = self.lock();
        match std::mem::replace(&mut *state, State::Lent) {
            State::Here(value) => Some(value),
            other => {
                *state = other;
                None
            }
        }
    }

    pub(crate) fn put_back(&self, value: T) {
        let mut state = self.lock();
        if matches!(*state, State::Lent) {
            *state = State::Here(value);
        }
    }

    pub(crate) fn close(&self) {
        *self.lock() = State::Closed;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
