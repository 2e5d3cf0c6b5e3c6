//! Requests: what methods with many arguments take, in Rust.

use std::time::Duration;

use serde_json::{Map, Value};

use super::every_setting;

/// The arguments of an operation, by name.
pub(crate) struct Arguments(pub(crate) Map<String, Value>);

impl From<Value> for Arguments {
    fn from(value: Value) -> Self {
        Self(if let Value::Object(object) = value { object } else { Map::new() })
    }
}

/// Declares the arguments of a method: the mandatory ones, and a setter for each of the others.
macro_rules! request {
    ($(#[$meta:meta])* $name:ident($($required:ident $needed:ident),*) { $($field:ident $kind:ident $doc:expr;)* }) => {
        $(#[$meta])*
        #[derive(Clone, Default)]
        #[must_use]
        pub struct $name(serde_json::Map<String, serde_json::Value>);

        impl $name {
            /// What must be given.
            pub fn new($($required: $crate::model::request!(@given $needed)),*) -> Self {
                #[allow(unused_mut, reason = "not every method has mandatory arguments")]
                let mut fields = serde_json::Map::new();
                $(fields.insert(stringify!($required).to_owned(), $crate::model::request!(@value $needed $required));)*
                Self(fields)
            }

            $($crate::model::request!(@setter $kind $field $doc);)*

            /// A field that upstream learned before this library did, sent as it is.
            pub fn extra(mut self, field: impl Into<String>, value: serde_json::Value) -> Self {
                let extra = self.0.entry("extra").or_insert_with(|| serde_json::Map::new().into());
                if let serde_json::Value::Object(extra) = extra {
                    extra.insert(field.into(), value);
                }
                self
            }

            #[allow(dead_code, reason = "every setter uses it, and not every method has one")]
            fn with(mut self, field: &str, value: impl Into<serde_json::Value>) -> Self {
                self.0.insert(field.to_owned(), value.into());
                self
            }
        }

        impl From<$name> for serde_json::Map<String, serde_json::Value> {
            fn from(request: $name) -> Self {
                request.0
            }
        }

        /// By the names of the fields, here or upstream's; they are checked where they are sent.
        impl From<serde_json::Map<String, serde_json::Value>> for $name {
            fn from(fields: serde_json::Map<String, serde_json::Value>) -> Self {
                Self(fields)
            }
        }

        impl From<$name> for $crate::model::Arguments {
            fn from(request: $name) -> Self {
                Self(request.0)
            }
        }

        /// The names of what is given: the values may be secret.
        impl std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.debug_tuple(stringify!($name)).field(&self.0.keys().collect::<Vec<_>>()).finish()
            }
        }
    };
    (@setter Text $field:ident $doc:expr) => {
        #[doc = $doc]
        pub fn $field(self, value: impl Into<String>) -> Self {
            self.with(stringify!($field), value.into())
        }
    };
    (@setter Int $field:ident $doc:expr) => {
        #[doc = $doc]
        pub fn $field(self, value: u64) -> Self {
            self.with(stringify!($field), value)
        }
    };
    (@setter Flag $field:ident $doc:expr) => {
        #[doc = $doc]
        pub fn $field(self, value: bool) -> Self {
            self.with(stringify!($field), value)
        }
    };
    (@setter Texts $field:ident $doc:expr) => {
        #[doc = $doc]
        pub fn $field(self, value: impl IntoIterator<Item = impl Into<String>>) -> Self {
            self.with(stringify!($field), value.into_iter().map(Into::into).collect::<Vec<String>>())
        }
    };
    (@setter Object $field:ident $doc:expr) => {
        #[doc = $doc]
        pub fn $field(self, value: serde_json::Value) -> Self {
            self.with(stringify!($field), value)
        }
    };
    // What is given of each kind, and its value.
    (@given Text) => { impl Into<String> };
    (@given Number) => { impl Into<f64> };
    (@given Object) => { serde_json::Value };
    (@given Texts) => { impl IntoIterator<Item = impl Into<String>> };
    (@given Objects) => { impl IntoIterator<Item = impl Into<serde_json::Value>> };
    (@value Text $given:ident) => { serde_json::Value::String($given.into()) };
    (@value Number $given:ident) => { serde_json::Value::from($given.into()) };
    (@value Object $given:ident) => { $given };
    (@value Texts $given:ident) => { $given.into_iter().map(Into::into).collect::<Vec<String>>().into() };
    (@value Objects $given:ident) => { $given.into_iter().map(Into::into).collect::<Vec<serde_json::Value>>().into() };
}

pub(crate) use request;

impl SetSettings {
    /// No setting: upstream is asked to apply what it has once more, as its support has one do after a reboot.
    pub fn reapply() -> Self {
        Self::new().with("reapply", true)
    }

    /// Looks for the settings until they show, for 300 seconds unless told otherwise; where they do not, the instance is
    /// rebooted once, they are set again and looked for as long. What never shows is `refused`.
    pub fn verify(self, timeout: Option<Duration>) -> Self {
        let order = self.with("verify", true);
        match timeout {
            Some(timeout) => order.with("verify_timeout", timeout.as_secs_f64()),
            None => order,
        }
    }
}

/// What setSettings takes of all settings.
macro_rules! settable {
    ($($section:ident { $($name:ident $wire:literal $kind:ident { $($secret:ident)? } [$($limit:tt)*]
        $what:literal $set:literal $new:literal;)* })*) => {
        settable!(@to_set $($section { $($name $kind concat!($what, $set);)* })*);
    };
    (@to_set everywhere { $($all:tt)* } set { $($more:tt)* } read { $($shown:tt)* }) => {
        request! {
            /// What setSettings takes: at least one setting; what is not given stays as it is.
            SetSettings() {
                $($all)*
                $($more)*
            }
        }
    };
}

every_setting!(settable);
