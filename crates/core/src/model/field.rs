//! The fields of the models, as facts that every language reads.

use jiff::Timestamp;

/// One field of a model.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Field {
    /// The name in Rust and Python: `id_instance`.
    pub name: &'static str,
    /// The name on the wire and in JavaScript: `idInstance`.
    pub wire: &'static str,
    /// What the value is.
    pub kind: Kind,
    /// Whether the value must not be shown.
    pub secret: bool,
    /// What it means.
    pub doc: &'static str,
}

impl Field {
    pub(crate) const fn new(name: &'static str, wire: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self { name, wire, kind, secret: false, doc }
    }

    pub(crate) const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }
}

/// What the value of a [`Field`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A whole number of 64 bits.
    Int,
    /// Text.
    Text,
    /// True or false; "yes" or "no" on the wire where it is sent.
    Flag,
    /// A moment, with its zone.
    Time,
}

impl Kind {
    /// The kind as the contract spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Text => "text",
            Self::Flag => "flag",
            Self::Time => "time",
        }
    }
}

/// The value of a [`Field`] in one model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldValue<'a> {
    /// Upstream sent nothing, or null.
    None,
    /// A whole number.
    Int(u64),
    /// Text.
    Text(&'a str),
    /// True or false.
    Flag(bool),
    /// A moment.
    Time(Timestamp),
}

impl<'a> FieldValue<'a> {
    pub(crate) fn text(value: Option<&'a str>) -> Self {
        value.map_or(Self::None, Self::Text)
    }

    pub(crate) fn flag(value: Option<bool>) -> Self {
        value.map_or(Self::None, Self::Flag)
    }

    pub(crate) fn time(value: Option<Timestamp>) -> Self {
        value.map_or(Self::None, Self::Time)
    }
}
