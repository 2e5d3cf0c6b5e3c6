//! Options of the runs over many instances: a line for each, of which Rust's struct with its setters, the parameter of every
//! language and the way from one to the other are made.

use rust_decimal::Decimal;
use serde_json::{Map, Value};

use super::Prices;
use crate::error::Error;

/// Declares the options of a struct in lists, each a list of parameters of the same name. A line has the option's name here and
/// in JavaScript, its kind, its default and its sentence. The default of a flag is Rust's too; any other option is `None` in
/// Rust where it is not given. A `Switch` is a flag whose setter only switches it on, a `Count` a number of things in memory.
macro_rules! options {
    (
        $(#[$of_struct:meta])*
        $name:ident { $($(#[$of_own:meta])* $own:ident: $type:ty;)* }
        $($(#[$of_list:meta])* $list:ident {
            $($option:ident $wire:literal $kind:ident $(= $default:expr)?, $doc:literal;)*
        })*
    ) => {
        $(#[$of_struct])*
        pub struct $name {
            $($(#[$of_own])* pub $own: $type,)*
            $($(#[doc = $crate::fleet::options::options!(@doc $kind $doc $(, $default)?)]
            pub $option: $crate::fleet::options::options!(@type $kind),)*)*
        }

        impl Default for $name {
            fn default() -> Self {
                Self {
                    $($own: Default::default(),)*
                    $($($option: $crate::fleet::options::options!(@usual $kind $($default)?),)*)*
                }
            }
        }

        impl $name {
            $($($crate::fleet::options::options!(@setter $kind $option);)*)*

            /// These options by their names, checked; the others as usual.
            pub(crate) fn read(arguments: &serde_json::Map<String, serde_json::Value>) -> Result<Self, crate::Error> {
                let given = |name: &str| arguments.get(name);
                Ok(Self {
                    $($own: Default::default(),)*
                    $($($option: $crate::fleet::options::options!(
                        @read $kind given(stringify!($option)), stringify!($option) $(, $default)?
                    ),)*)*
                })
            }
        }

        $($(#[$of_list])* pub(crate) const $list: &[$crate::api::instance::Param] = &[
            $($crate::api::instance::Param::of_flow(
                stringify!($option),
                $wire,
                $crate::fleet::options::options!(@kind $kind),
                $doc,
            ).default($crate::fleet::options::options!(@default $kind $($default)?)),)*
        ];)*
    };

    (@doc Flag $doc:literal, $default:expr) => { concat!($doc, " Defaults to ", stringify!($default), ".") };
    (@doc Switch $doc:literal) => { concat!($doc, " Defaults to false.") };
    (@doc $kind:ident $doc:literal $(, $default:expr)?) => { $doc };

    (@type Flag) => { bool };
    (@type Switch) => { bool };
    (@type Count) => { Option<usize> };
    (@type Int) => { Option<u64> };
    (@type Decimal) => { Option<rust_decimal::Decimal> };
    (@type Duration) => { Option<std::time::Duration> };
    (@type Journal) => { Option<$crate::Journal> };

    (@usual Flag $default:expr) => { $default };
    (@usual Switch) => { false };
    (@usual $kind:ident $($default:expr)?) => { None };

    (@setter Switch $option:ident) => {
        #[doc = concat!("Switches [`", stringify!($option), "`](Self::", stringify!($option), ") on.")]
        pub fn $option(mut self) -> Self {
            self.$option = true;
            self
        }
    };
    (@setter Flag $option:ident) => { $crate::fleet::options::options!(@set $option bool, $option); };
    (@setter Count $option:ident) => { $crate::fleet::options::options!(@set $option usize, Some($option)); };
    (@setter Int $option:ident) => { $crate::fleet::options::options!(@set $option u64, Some($option)); };
    (@setter Decimal $option:ident) => {
        $crate::fleet::options::options!(@set $option rust_decimal::Decimal, Some($option));
    };
    (@setter Duration $option:ident) => {
        $crate::fleet::options::options!(@set $option std::time::Duration, Some($option));
    };
    (@setter Journal $option:ident) => {
        $crate::fleet::options::options!(@set $option impl Into<$crate::Journal>, Some($option.into()));
    };
    (@set $option:ident $type:ty, $made:expr) => {
        #[doc = concat!("Sets [`", stringify!($option), "`](Self::", stringify!($option), ").")]
        pub fn $option(mut self, $option: $type) -> Self {
            self.$option = $made;
            self
        }
    };

    (@read Flag $value:expr, $name:expr, $default:expr) => {
        $value.and_then(serde_json::Value::as_bool).unwrap_or($default)
    };
    (@read Switch $value:expr, $name:expr) => { $value.and_then(serde_json::Value::as_bool).unwrap_or_default() };
    (@read Count $value:expr, $name:expr $(, $default:expr)?) => { $crate::fleet::options::count($value) };
    (@read Int $value:expr, $name:expr $(, $default:expr)?) => { $value.and_then(serde_json::Value::as_u64) };
    (@read Decimal $value:expr, $name:expr) => {
        $value.map(|price| $crate::fleet::options::price($name, price)).transpose()?
    };
    (@read Duration $value:expr, $name:expr $(, $default:expr)?) => { $value.and_then($crate::api::instance::seconds) };
    (@read Journal $value:expr, $name:expr) => { $value.and_then(serde_json::Value::as_str).map(Into::into) };

    (@kind Switch) => { $crate::model::Kind::Flag };
    (@kind Count) => { $crate::model::Kind::Int };
    (@kind $kind:ident) => { $crate::model::Kind::$kind };

    (@default Flag $default:expr) => { $crate::api::instance::Default::Flag($default) };
    (@default Switch) => { $crate::api::instance::Default::Flag(false) };
    (@default Count $default:expr) => { $crate::api::instance::Default::Count($default) };
    (@default Duration $default:expr) => { $crate::api::instance::Default::Seconds($default.as_secs_f64()) };
    (@default $kind:ident) => { $crate::api::instance::Default::Nothing };
}
pub(crate) use options;

/// A number of things in memory.
pub(crate) fn count(value: Option<&Value>) -> Option<usize> {
    value.and_then(Value::as_u64).map(|number| usize::try_from(number).unwrap_or(usize::MAX))
}

/// A price, exact.
pub(crate) fn price(name: &str, value: &Value) -> Result<Decimal, Error> {
    let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    Prices::parse(&text).map_err(|error| Error::invalid_request(format!("{name}: {}", error.message())))
}

/// One price, or one for each tariff.
pub(crate) fn prices(given: &Map<String, Value>, name: &str) -> Result<Prices, Error> {
    match given.get(name) {
        None => Ok(Prices::none()),
        Some(Value::Object(by_tariff)) => by_tariff
            .iter()
            .try_fold(Prices::none(), |prices, (tariff, one)| Ok(prices.tariff(tariff, price(name, one)?))),
        Some(one) => Ok(Prices::of(price(name, one)?)),
    }
}
