//! Models that are one JSON object, read by a table of fields.

use std::{borrow::Cow, fmt, sync::Arc};

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use serde_json::{Map, Value};

use super::{
    Field, FieldValue, Instance, Kind,
    list::{When, YEAR_TWO, when},
    show,
};
use crate::{error::Error, wire};

/// What a [`Record`] is of: its class in every language, and its fields.
#[derive(Debug)]
#[non_exhaustive]
pub struct Model {
    /// The name of the class.
    pub name: &'static str,
    /// The `type` in the JSON of an event; empty where it is none.
    pub kind: &'static str,
    /// What it is, in words.
    pub doc: &'static str,
    /// The fields, in the order of the contract.
    pub fields: &'static [Field],
}

/// An object that upstream sent, or an event, by the fields of its model: what the bindings translate. Clones are of the same one.
#[derive(Clone)]
pub struct Record {
    model: &'static Model,
    held: Arc<Held>,
}

#[derive(PartialEq)]
struct Held {
    values: Vec<Datum>,
    extra: Map<String, Value>,
}

/// A value that is kept.
#[derive(Clone, PartialEq)]
pub(crate) enum Datum {
    None,
    Int(u64),
    Number(f64),
    Text(Cow<'static, str>),
    Flag(bool),
    Time(Timestamp),
    Json(Value),
    Decimal(Decimal),
    Date(Date),
    Error(Arc<Error>),
    Instance(Instance),
}

impl Record {
    /// A record of ours: a value for each field, in their order.
    pub(crate) fn of(model: &'static Model, values: Vec<Datum>) -> Self {
        debug_assert_eq!(model.fields.len(), values.len(), "{}", model.name);
        Self::new(model, values, Map::new())
    }

    fn new(model: &'static Model, values: Vec<Datum>, extra: Map<String, Value>) -> Self {
        Self { model, held: Arc::new(Held { values, extra }) }
    }

    /// Reads an object: known fields by their kinds, in any of upstream's spellings; the rest is kept as it came.
    pub(crate) fn read(model: &'static Model, mut object: Map<String, Value>) -> Self {
        let values = model.fields.iter().map(|field| take(&mut object, field)).collect();
        Self::new(model, values, object)
    }

    /// Reads the values that `found` shows; one that cannot be read is absent, and nothing is kept besides.
    pub(crate) fn seen<'v>(model: &'static Model, found: impl Fn(&Field) -> Option<&'v Value>) -> Self {
        let value = |field| found(field).and_then(|value| datum(field, value)).unwrap_or(Datum::None);
        Self::of(model, model.fields.iter().map(value).collect())
    }

    /// What it is.
    pub fn model(&self) -> &'static Model {
        self.model
    }

    /// Each field with its value.
    pub fn fields(&self) -> impl Iterator<Item = (&'static Field, FieldValue<'_>)> {
        self.model.fields.iter().zip(self.held.values.iter().map(Datum::value))
    }

    /// What upstream sent besides.
    pub fn extra(&self) -> &Map<String, Value> {
        &self.held.extra
    }

    /// About how many bytes it takes.
    #[doc(hidden)]
    pub fn bytes(&self) -> usize {
        let values = self.held.values.iter().map(|value| match value {
            Datum::Text(text) => text.len(),
            Datum::Json(value) => json_bytes(value),
            _ => 0,
        });
        let extra = self.held.extra.iter().map(|(name, value)| name.len() + json_bytes(value));
        size_of::<Self>()
            + size_of::<Held>()
            + self.held.values.capacity() * size_of::<Datum>()
            + values.chain(extra).sum::<usize>()
    }

    /// A table for people, secrets masked.
    pub fn html(&self) -> String {
        show::html(self.fields())
    }

    /// The JSON of it, in upstream's names; secrets only where they are asked for. That of an event has its `type`.
    pub fn to_json(&self, include_tokens: bool) -> Map<String, Value> {
        let mut object = show::json(self.fields(), self.held.extra.clone(), include_tokens);
        if !self.model.kind.is_empty() {
            object.insert("type".to_owned(), self.model.kind.into());
        }
        object
    }

    /// What upstream sent besides, without what is secret by its name.
    #[doc(hidden)]
    pub fn extra_without_secrets(&self) -> Map<String, Value> {
        let mut extra = self.held.extra.clone();
        show::drop_secrets(&mut extra);
        extra
    }

    /// The value of the field at this place of the model.
    pub(crate) fn value_at(&self, place: usize) -> FieldValue<'_> {
        self.held.values.get(place).map_or(FieldValue::None, Datum::value)
    }

    pub(crate) fn value(&self, name: &str) -> FieldValue<'_> {
        self.fields().find(|(field, _)| field.name == name).map_or(FieldValue::None, |(_, value)| value)
    }
}

/// Two are equal when all that was said of them is.
impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        self.model.name == other.model.name && self.held == other.held
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        show::debug(self.model.name, self.fields(), formatter)
    }
}

impl Datum {
    fn value(&self) -> FieldValue<'_> {
        match self {
            Self::None => FieldValue::None,
            Self::Int(number) => FieldValue::Int(*number),
            Self::Number(number) => FieldValue::Number(*number),
            Self::Text(text) => FieldValue::Text(text),
            Self::Flag(flag) => FieldValue::Flag(*flag),
            Self::Time(time) => FieldValue::Time(*time),
            Self::Json(value) => FieldValue::Json(value),
            Self::Decimal(number) => FieldValue::Decimal(*number),
            Self::Date(date) => FieldValue::Date(*date),
            Self::Error(error) => FieldValue::Error(error),
            Self::Instance(instance) => FieldValue::Instance(instance),
        }
    }
}

/// What a record of ours is made from.
macro_rules! datum_from {
    ($($type:ty => $value:ident $datum:expr;)*) => {
        $(impl From<$type> for Datum {
            fn from($value: $type) -> Self {
                $datum
            }
        })*
    };
}

datum_from! {
    u64 => number Self::Int(number);
    String => text Self::Text(text.into());
    &str => text Self::Text(text.to_owned().into());
    Cow<'static, str> => text Self::Text(text);
    bool => flag Self::Flag(flag);
    Timestamp => time Self::Time(time);
    Value => value Self::Json(value);
    Decimal => number Self::Decimal(number);
    Date => date Self::Date(date);
    Arc<Error> => error Self::Error(error);
    Instance => instance Self::Instance(instance);
}

impl<T: Into<Self>> From<Option<T>> for Datum {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::None, Into::into)
    }
}

/// A class whose values are records of one model.
#[doc(hidden)]
pub trait Modelled: Sized {
    /// What they are records of.
    const MODEL: &'static Model;

    /// The record in its class.
    fn from_record(record: Record) -> Self;
}

/// About how many bytes a value takes.
fn json_bytes(value: &Value) -> usize {
    let inside = match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(json_bytes).sum(),
        Value::Object(members) => members.iter().map(|(name, value)| name.len() + json_bytes(value)).sum(),
        _ => 0,
    };
    size_of::<Value>() + inside
}

/// Takes a field's value out of the object; one that cannot be read stays where it is.
fn take(object: &mut Map<String, Value>, field: &Field) -> Datum {
    let Some((parents, name)) = find(object, field.wire) else { return Datum::None };
    let Some(value) = parents.get(name) else { return Datum::None };
    match datum(field, value) {
        Some(Datum::Json(value)) => Datum::Json(value),
        Some(datum) => {
            parents.shift_remove(name);
            datum
        }
        None => Datum::None,
    }
}

/// The object that holds the last name of a path (`senderData.chatId`), and that name.
fn find<'o, 'p>(object: &'o mut Map<String, Value>, path: &'p str) -> Option<(&'o mut Map<String, Value>, &'p str)> {
    match path.split_once('.') {
        None => Some((object, path)),
        Some((parent, rest)) => find(object.get_mut(parent)?.as_object_mut()?, rest),
    }
}

/// A field's value, in any of the spellings that upstream's products use.
fn datum(field: &Field, value: &Value) -> Option<Datum> {
    match (field.kind, value) {
        (_, Value::Null) => Some(Datum::None),
        (Kind::Json, other) => Some(Datum::Json(other.clone())),
        (Kind::Int, Value::Number(_) | Value::String(_)) => {
            wire::plain_number(&value.to_string()).parse().ok().map(Datum::Int)
        }
        (Kind::Number, Value::Number(number)) => number.as_f64().map(Datum::Number),
        (Kind::Text | Kind::Phone, Value::Number(number)) if field.phone => Some(phone(&number.to_string())),
        (Kind::Text | Kind::Phone, Value::String(text)) if field.phone => Some(phone(text)),
        (Kind::Text | Kind::Phone, Value::String(text)) => Some(text.clone().into()),
        (Kind::Text | Kind::Phone, Value::Number(number)) => Some(number.to_string().into()),
        (Kind::Flag, Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
            wire::flag(&value.to_string()).map(Datum::Flag)
        }
        (Kind::Time, Value::Number(number)) => {
            let seconds = wire::plain_number(&number.to_string()).parse().ok()?;
            // Python knows no earlier year than 1, and upstream sends none.
            Timestamp::from_second(seconds).ok().filter(|_| seconds >= YEAR_TWO).map(Datum::Time)
        }
        (Kind::Time, Value::String(text)) => when(text).map(|when| match when {
            When::At(time) => Datum::Time(time),
            When::Never => Datum::None,
        }),
        _ => None,
    }
}

/// A phone's digits; a 0 is how some say that there is none.
fn phone(text: &str) -> Datum {
    match &*wire::plain_number(text) {
        "0" => Datum::None,
        digits => digits.into(),
    }
}

/// A field's name where it is a word of Rust's own: `r#type` is `type`.
pub(crate) const fn unraw(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}

/// Declares a model once: its fields, and an accessor for each.
macro_rules! record {
    ($(#[doc = $text:literal])* $name:ident $type:literal {
        $($field:ident $wire:literal $kind:ident { $($mark:ident $(($($given:tt)*))?)* } $doc:expr;)*
    }) => {
        $(#[doc = $text])*
        #[derive(Clone, PartialEq)]
        pub struct $name($crate::model::Record);

        impl $name {
            /// The fields, in the order of the contract.
            pub const FIELDS: &'static [$crate::model::Field] = Self::MODEL.fields;

            pub(crate) const MODEL: &'static $crate::model::Model = &$crate::model::Model {
                name: stringify!($name),
                kind: $type,
                doc: concat!($($text, "\n"),*),
                fields: &[$($crate::model::Field::new(
                    $crate::model::unraw(stringify!($field)), $wire, $crate::model::Kind::$kind, $doc
                )$(.$mark($($($given)*)?))*),*],
            };

            $(record!(@accessor $kind $field $doc);)*

            /// What upstream sent besides.
            pub fn extra(&self) -> &serde_json::Map<String, serde_json::Value> {
                self.0.extra()
            }

            /// The JSON of it, in upstream's names; secrets only where they are asked for.
            pub fn to_json(&self, include_tokens: bool) -> serde_json::Map<String, serde_json::Value> {
                self.0.to_json(include_tokens)
            }

            #[allow(dead_code, reason = "not every model is gone through")]
            pub(crate) fn fields(
                &self,
            ) -> impl Iterator<Item = (&'static $crate::model::Field, $crate::model::FieldValue<'_>)> {
                self.0.fields()
            }

            #[allow(dead_code, reason = "not every model is read from an answer")]
            pub(crate) fn read(object: serde_json::Map<String, serde_json::Value>) -> Self {
                Self($crate::model::Record::read(Self::MODEL, object))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl $crate::model::Modelled for $name {
            const MODEL: &'static $crate::model::Model = Self::MODEL;

            fn from_record(record: $crate::model::Record) -> Self {
                Self(record)
            }
        }

        impl From<$name> for $crate::model::Record {
            fn from(model: $name) -> Self {
                model.0
            }
        }

        impl From<$name> for $crate::model::Returned {
            fn from(model: $name) -> Self {
                Self::Record(model.0)
            }
        }
    };
    (@accessor Int $field:ident $doc:expr) => {
        #[doc = $doc]
        pub fn $field(&self) -> Option<u64> {
            match self.0.value($crate::model::unraw(stringify!($field))) { $crate::FieldValue::Int(number) => Some(number), _ => None }
        }
    };
    (@accessor Number $field:ident $doc:expr) => {
        #[doc = $doc]
        pub fn $field(&self) -> Option<f64> {
            match self.0.value($crate::model::unraw(stringify!($field))) { $crate::FieldValue::Number(number) => Some(number), _ => None }
        }
    };
    (@accessor Text $field:ident $doc:expr) => {
        #[doc = $doc]
        pub fn $field(&self) -> Option<&str> {
            match self.0.value($crate::model::unraw(stringify!($field))) { $crate::FieldValue::Text(text) => Some(text), _ => None }
        }
    };
    (@accessor Flag $field:ident $doc:expr) => {
        #[doc = $doc]
        pub fn $field(&self) -> Option<bool> {
            match self.0.value($crate::model::unraw(stringify!($field))) { $crate::FieldValue::Flag(flag) => Some(flag), _ => None }
        }
    };
    (@accessor Time $field:ident $doc:expr) => {
        #[doc = $doc]
        pub fn $field(&self) -> Option<jiff::Timestamp> {
            match self.0.value($crate::model::unraw(stringify!($field))) { $crate::FieldValue::Time(time) => Some(time), _ => None }
        }
    };
    (@accessor Decimal $field:ident $doc:expr) => {
        #[doc = $doc]
        pub fn $field(&self) -> Option<rust_decimal::Decimal> {
            match self.0.value($crate::model::unraw(stringify!($field))) { $crate::FieldValue::Decimal(number) => Some(number), _ => None }
        }
    };
    (@accessor Date $field:ident $doc:expr) => {
        #[doc = $doc]
        pub fn $field(&self) -> Option<jiff::civil::Date> {
            match self.0.value($crate::model::unraw(stringify!($field))) { $crate::FieldValue::Date(date) => Some(date), _ => None }
        }
    };
    (@accessor Error $field:ident $doc:expr) => {
        #[doc = $doc]
        pub fn $field(&self) -> Option<&$crate::Error> {
            match self.0.value($crate::model::unraw(stringify!($field))) { $crate::FieldValue::Error(error) => Some(error), _ => None }
        }
    };
    (@accessor Instance $field:ident $doc:expr) => {
        #[doc = $doc]
        pub fn $field(&self) -> Option<&$crate::Instance> {
            match self.0.value($crate::model::unraw(stringify!($field))) { $crate::FieldValue::Instance(instance) => Some(instance), _ => None }
        }
    };
    (@accessor Json $field:ident $doc:expr) => {
        #[doc = $doc]
        pub fn $field(&self) -> Option<&serde_json::Value> {
            match self.0.value($crate::model::unraw(stringify!($field))) { $crate::FieldValue::Json(value) => Some(value), _ => None }
        }
    };
}

pub(crate) use record;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    record! {
        /// Anything.
        Thing "thing" {
            name "name" Text {} "A name.";
            number "number" Int {} "A number.";
            flag "flag" Flag {} "A flag.";
            time "time" Time {} "A time.";
            inner "outer.inner" Text {} "A field of an object inside.";
            token "token" Text { secret } "A secret.";
            phone "phone" Text { phone } "A phone number.";
        }
    }

    fn thing(value: Value) -> Thing {
        let Value::Object(object) = value else { panic!() };
        Thing::read(object)
    }

    #[test]
    fn every_spelling_is_read_and_the_rest_is_kept() {
        let read = thing(json!({
            "name": 7, "number": "12", "flag": "yes", "time": 1_705_902_314, "outer": {"inner": "x", "more": 1},
            "new": [1],
        }));
        assert_eq!((read.name(), read.number(), read.flag()), (Some("7"), Some(12), Some(true)));
        assert_eq!(read.time().map(|time| time.to_string()).as_deref(), Some("2024-01-22T05:45:14Z"));
        assert_eq!(read.inner(), Some("x"));
        assert_eq!(Value::Object(read.extra().clone()), json!({"outer": {"more": 1}, "new": [1]}));
    }

    #[test]
    fn numbers_are_read_as_text_and_with_a_point_and_a_phone_of_0_is_none() {
        let read = thing(json!({"number": 12.0, "flag": 1, "time": 1_705_902_314.0, "phone": 79_001_234_567.0}));
        assert_eq!((read.number(), read.flag(), read.phone()), (Some(12), Some(true), Some("79001234567")));
        let text = thing(json!({"number": "12.0", "flag": "0.0", "time": "1705902314.0", "phone": "0"}));
        assert_eq!((text.number(), text.flag(), text.phone()), (Some(12), Some(false), None));
        assert!(read.time().is_some() && read.time() == text.time());
        let never = thing(json!({"phone": 0, "time": "0001-01-01T00:00:00Z"}));
        assert!((never.phone(), never.time()) == (None, None) && never.extra().is_empty());
    }

    #[test]
    fn what_cannot_be_read_survives() {
        let read = thing(json!({"flag": "maybe", "number": -1, "time": "soon", "name": null}));
        assert_eq!((read.flag(), read.number(), read.time(), read.name()), (None, None, None, None));
        assert_eq!(Value::Object(read.extra().clone()), json!({"flag": "maybe", "number": -1, "time": "soon"}));
        // Before the first year of Python's calendar, and beyond all.
        for time in [-62_135_596_801, i64::MIN, i64::MAX] {
            let read = thing(json!({ "time": time }));
            assert_eq!((read.time(), &read.extra()["time"]), (None, &json!(time)));
        }
    }

    #[test]
    fn a_secret_does_not_print_and_a_type_stands_in_the_json() {
        let read = thing(json!({"token": "hunter2"}));
        assert_eq!(format!("{read:?}"), "Thing { token: *** }");
        assert!(!Value::Object(read.to_json(false)).to_string().contains("hunter2"));
        assert_eq!(read.to_json(true)["token"], "hunter2");
        assert_eq!(read.to_json(false)["type"], "thing");
    }
}
