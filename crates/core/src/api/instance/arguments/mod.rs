//! Arguments of an operation: checked by its table of parameters, and put where upstream wants them.

mod check;
mod declare;
mod file;
mod param;
mod place;
#[cfg(test)]
mod tests;

pub(crate) use check::{check_phone, read, seconds};
pub(crate) use declare::{CREATED, PHONE, SETTINGS, TYPING, takes, told};
pub use file::File;
pub(crate) use file::{form, raw};
pub(crate) use param::{Default, Param, Place};
pub(crate) use place::{pair, place};
