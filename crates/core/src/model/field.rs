//! The fields of the models, as facts that every language reads.

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;

use super::Instance;
use crate::error::Error;

/// One field of a model.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "marks, each by itself")]
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
    /// Whether the value holds a token: a secret that stands in no JSON, and is read by its name alone.
    pub token: bool,
    /// Whether the value is content of a messenger's user: in the JSON, and in no log.
    pub personal: bool,
    /// Whether it is a phone number: digits, and nothing where upstream says 0.
    pub(crate) phone: bool,
    /// Whether it is always there, whatever upstream sends.
    pub always: bool,
    /// The words that the text can be; any where there are none.
    pub one_of: &'static [&'static str],
    /// What a list is of.
    pub(crate) list_of: Option<Kind>,
    /// What it means.
    pub doc: &'static str,
}

impl Field {
    pub(crate) const fn new(name: &'static str, wire: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self {
            name,
            wire,
            kind,
            secret: false,
            token: false,
            personal: false,
            phone: false,
            always: false,
            one_of: &[],
            list_of: None,
            doc,
        }
    }

    pub(crate) const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    pub(crate) const fn token(mut self) -> Self {
        self.secret = true;
        self.token = true;
        self
    }

    pub(crate) const fn phone(mut self) -> Self {
        self.phone = true;
        self
    }

    pub(crate) const fn always(mut self) -> Self {
        self.always = true;
        self
    }

    pub(crate) const fn one_of(mut self, words: &'static [&'static str]) -> Self {
        self.one_of = words;
        self
    }

    pub(crate) const fn list_of(mut self, kind: Kind) -> Self {
        self.list_of = Some(kind);
        self
    }

    pub(crate) const fn personal(mut self) -> Self {
        self.personal = true;
        self
    }
}

/// What the value of a [`Field`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A whole number of 64 bits.
    Int,
    /// A number, as JSON has it: a degree of latitude.
    Number,
    /// The number of something of upstream's: 64 bits, as a number or as text.
    Id,
    /// Text.
    Text,
    /// True or false; "yes" or "no" on the wire where it is sent.
    Flag,
    /// A moment, with its zone.
    Time,
    /// A phone number, international: digits, and a number on the wire.
    Phone,
    /// Any JSON.
    Json,
    /// A JSON object.
    Object,
    /// A list of texts.
    Texts,
    /// A list of JSON objects.
    Objects,
    /// Bytes: a picture, a file.
    Bytes,
    /// A length of time: seconds, milliseconds in JavaScript.
    Duration,
    /// An exact number: money.
    Decimal,
    /// A day of upstream's calendar, UTC+3.
    Date,
    /// What went wrong.
    Error,
    /// An instance, as a list has it. Of an argument: its id, or what has one.
    Instance,
    /// Several instances: their ids, or what has one.
    Ids,
    /// Instances to be created: their settings, or names.
    Specs,
    /// A price, or one for each tariff.
    Prices,
    /// Where a file is.
    Path,
    /// A ledger.
    Ledger,
    /// A journal: of a store, or where its file is.
    Journal,
}

impl Kind {
    /// The kind as the contract spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Number => "number",
            Self::Id => "id",
            Self::Text => "text",
            Self::Flag => "flag",
            Self::Time => "time",
            Self::Phone => "phone",
            Self::Json => "json",
            Self::Object => "object",
            Self::Texts => "texts",
            Self::Objects => "objects",
            Self::Bytes => "bytes",
            Self::Duration => "duration",
            Self::Decimal => "decimal",
            Self::Date => "date",
            Self::Error => "error",
            Self::Instance => "instance",
            Self::Ids => "ids",
            Self::Specs => "specs",
            Self::Prices => "prices",
            Self::Path => "path",
            Self::Ledger => "ledger",
            Self::Journal => "journal",
        }
    }
}

/// The value of a [`Field`] in one model.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum FieldValue<'a> {
    /// Upstream sent nothing, or null.
    None,
    /// A whole number.
    Int(u64),
    /// A number.
    Number(f64),
    /// Text.
    Text(&'a str),
    /// True or false.
    Flag(bool),
    /// A moment.
    Time(Timestamp),
    /// An object or a list, as it came.
    Json(&'a serde_json::Value),
    /// An exact number.
    Decimal(Decimal),
    /// A day.
    Date(Date),
    /// What went wrong.
    Error(&'a Error),
    /// An instance.
    Instance(&'a Instance),
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
