//! Refusals of a call above its documented rate.

use jiff::Timestamp;

use crate::{state::State, sync::lock, world::rates::rate};

/// Whether a call is within the documented rate of its method on its instance. An instance's methods do not share one.
pub(crate) fn let_through(state: &State, id_instance: u64, type_instance: &str, method: &str, now: Timestamp) -> bool {
    let limit = rate(type_instance, method).filter(|_| state.options().instance_rate_limits);
    limit.is_none_or(|(method, rate)| lock(&state.rates).let_through(id_instance, method, rate, now))
}
