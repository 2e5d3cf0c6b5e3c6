//! Queueing of notifications, by what the settings of an instance say.

use serde_json::Value;

use super::messages;
pub(super) use crate::world::queues::{Leaving, Message, Notification};
use crate::{state::State, sync::lock};

/// Queues a notification if a setting of the instance is on; with none named, in any case.
///
/// Where the instance has a `webhookUrl` it is sent there; where not, it waits to be received. Both take the oldest first.
pub(crate) fn push(state: &State, id_instance: u64, setting: Option<&str>, body: Value) {
    let is_wanted = setting.is_none_or(|setting| is_on(state, id_instance, setting));
    let now = state.clock.now();
    let mut queues = lock(&state.queues);
    if is_wanted {
        queues.push(id_instance, body, now);
    }
    // Wanted or not: what was worth a notification may have set the instance's messages free.
    queues.touch(id_instance);
}

/// Says that something has changed which the queues of an instance may have waited for.
pub(crate) fn wake(state: &State, id_instance: u64) {
    lock(&state.queues).touch(id_instance);
}

/// The notifications that wait, the oldest first, as receiveNotification would show them.
pub(crate) fn waiting(state: &State, id_instance: u64) -> Vec<Value> {
    messages::dispatch(state, id_instance);
    let now = state.clock.now();
    lock(&state.queues).waiting(id_instance, now).map(Notification::to_json).collect()
}

/// Whether a setting of an instance is on: `"yes"`, or true.
pub(crate) fn is_on(state: &State, id_instance: u64, setting: &str) -> bool {
    match lock(&state.account).setting(id_instance, setting) {
        Some(Value::String(word)) => word == "yes",
        Some(Value::Bool(is_on)) => is_on,
        _ => false,
    }
}
