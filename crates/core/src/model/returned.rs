//! Return types: what a call gives, for the signatures of every language.

use super::{Modelled, QrCode};
use crate::Notification;

/// What a call gives.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Returns {
    Nothing,
    Text,
    /// An authorization state: text, of which some are known.
    State,
    Flag,
    /// JSON as it came.
    Json,
    /// A model, by its class.
    One(&'static str),
    /// The same, or nothing.
    OneOrNothing(&'static str),
    /// Several.
    Many(&'static str),
    /// An iteration over events of these classes; over any where none is named.
    Events(&'static [&'static str]),
    /// An iteration over notifications.
    Notifications,
}

/// A type of Rust as every language has it.
pub(crate) trait Returning {
    const RETURNS: Returns;
}

impl Returning for () {
    const RETURNS: Returns = Returns::Nothing;
}

impl Returning for String {
    const RETURNS: Returns = Returns::Text;
}

/// An authorization state, as upstream spells it.
pub(crate) struct State(pub(crate) String);

impl Returning for State {
    const RETURNS: Returns = Returns::State;
}

impl Returning for bool {
    const RETURNS: Returns = Returns::Flag;
}

impl Returning for QrCode {
    const RETURNS: Returns = Returns::One("QrCode");
}

impl<T: Modelled> Returning for T {
    const RETURNS: Returns = Returns::One(T::MODEL.name);
}

impl<T: Modelled> Returning for Vec<T> {
    const RETURNS: Returns = Returns::Many(T::MODEL.name);
}

impl Returning for Option<Notification> {
    const RETURNS: Returns = Returns::OneOrNothing("Notification");
}
