//! Declarations: the settings as parameters, the macro by which a method says what it takes, and what several methods share.

use super::param::{Param, Place};
use crate::model::{Field, Kind, every_setting, limit};

/// What setSettings takes.
macro_rules! settable {
    (everywhere { $($all:tt)* } set { $($more:tt)* } read { $($shown:tt)* }) => {
        settable!(@params $($all)* $($more)*);
    };
    (@params $($name:ident $wire:literal $kind:ident { $($secret:ident)? } [$($limit:tt)*]
        $what:literal $set:literal $new:literal;)*) => {
        pub(crate) const SETTINGS: &[Param] = &[$(Param::of(
            Field::new(stringify!($name), $wire, Kind::$kind, concat!($what, $set))$(.$secret())?,
            Place::Words,
        ).limited(&limit!($($limit)*)),)*];
    };
}

every_setting!(settable);

/// What createInstance takes besides a name.
macro_rules! created {
    (everywhere { $($name:ident $wire:literal $kind:ident { $($secret:ident)? } [$($limit:tt)*]
        $what:literal $set:literal $new:literal;)* } $($others:tt)*) => {
        pub(crate) const CREATED: &[Param] = &[$(Param::of(
            Field::new(stringify!($name), $wire, Kind::$kind, concat!($what, $new))$(.$secret())?,
            Place::Flow,
        ).guarded(&limit!($($limit)*)),)*];
    };
}

every_setting!(created);

/// Declares what a method takes, once: its parameters, `PARAMS`, and for Rust a struct that is made of what must be given and
/// has a setter for each of the others. A line has the name here and upstream's, the kind, the place, marks and a sentence.
macro_rules! takes {
    ($(#[doc = $text:literal])* $name:ident {
        needed { $($needed:ident $nwire:literal $nkind:ident $nplace:ident
            { $($nmark:ident $(($($ngiven:tt)*))?)* } $ndoc:expr;)* }
        $(file { $file:ident $fwire:literal $fdoc:expr; })?
        optional { $($field:ident $wire:literal $kind:ident $place:ident
            { $($mark:ident $(($($given:tt)*))?)* } $doc:expr;)* }
    }) => {
        const PARAMS: &[$crate::api::instance::Param] = &[
            $(takes!(@param $needed $nwire $nkind $nplace $ndoc).required()$(.$nmark($($($ngiven)*)?))*,)*
            $(takes!(@param $file $fwire Bytes File $fdoc).required(),)?
            $(takes!(@param $field $wire $kind $place $doc)$(.$mark($($($given)*)?))*,)*
        ];

        $crate::model::request! {
            $(#[doc = $text])*
            $name($($needed $nkind),*) { $($field $kind $doc;)* }
        }
    };
    (@param $name:ident $wire:literal $kind:ident $place:ident $doc:expr) => {
        $crate::api::instance::Param::new(
            stringify!($name),
            $wire,
            $crate::model::Kind::$kind,
            $crate::api::instance::Place::$place,
            $doc,
        )
    };
}
pub(crate) use takes;

/// The sentences of parameters that several methods have.
macro_rules! told {
    (chat) => {
        "The chat: `79001234567@c.us`, a group `…@g.us`."
    };
    (group) => {
        "The group: `120363043968066561@g.us`; Telegram and MAX: its chat's number."
    };
    (participant) => {
        "The participant's chat: `79001234567@c.us`."
    };
    (message) => {
        "The message's id."
    };
    (quoted) => {
        "The message that is answered."
    };
    (typing) => {
        "Milliseconds to show typing before: 1000 to 20000."
    };
}
pub(crate) use told;

/// The milliseconds of typing that upstream takes.
pub(crate) const TYPING: (i64, i64) = (1000, 20_000);

/// The parameters that several methods have.
pub(crate) const PHONE: Param =
    Param::new("phone_number", "phoneNumber", Kind::Phone, Place::Body, "The phone number, international.").required();
