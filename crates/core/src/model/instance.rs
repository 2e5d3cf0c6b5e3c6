//! One instance of a list.

use std::{fmt, sync::Arc};

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{
    CreatedInstance, Field, FieldValue,
    list::{self, List, place},
    show,
};

/// An instance as the list shows it: a light view, the list itself stays where it is.
///
/// Its `Debug` masks the token.
#[derive(Clone)]
pub struct Instance {
    list: Arc<List>,
    row: usize,
}

impl Instance {
    /// The fields, in the order of the contract.
    pub const FIELDS: &'static [Field] = list::FIELDS;

    /// The instance's id.
    pub fn id_instance(&self) -> u64 {
        self.list.id(self.row)
    }

    /// The name that the console shows; `Instance <id>` unless one was given.
    pub fn name(&self) -> Option<&str> {
        self.text(const { place("name") })
    }

    /// The messenger: `whatsapp`, `telegram` or `v3` (MAX).
    pub fn type_instance(&self) -> Option<&str> {
        self.text(const { place("type_instance") })
    }

    /// The messenger again, in the newest lists.
    pub fn messenger(&self) -> Option<&str> {
        self.text(const { place("messenger") })
    }

    /// Deprecated by upstream; empty.
    pub fn type_account(&self) -> Option<&str> {
        self.text(const { place("type_account") })
    }

    /// Deprecated by upstream; empty.
    pub fn partner_user_uiid(&self) -> Option<&str> {
        self.text(const { place("partner_user_uiid") })
    }

    /// When it was created.
    pub fn time_created(&self) -> Option<Timestamp> {
        self.time(const { place("time_created") })
    }

    /// When it was deleted; `None` while it lives.
    pub fn time_deleted(&self) -> Option<Timestamp> {
        self.time(const { place("time_deleted") })
    }

    /// The instance's token. Secret.
    pub fn api_token_instance(&self) -> Option<&str> {
        self.text(const { place("api_token_instance") })
    }

    /// Whether it is deleted. Such a one stays listed for three months.
    pub fn deleted(&self) -> bool {
        self.flag(const { place("deleted") }).unwrap_or(false)
    }

    /// When it was deleted, of one that is: a time beside `deleted: false` says nothing.
    pub(crate) fn gone_at(&self) -> Option<Timestamp> {
        self.time_deleted().filter(|_| self.deleted())
    }

    /// The plan, such as `PARTNER_23`.
    pub fn tariff(&self) -> Option<&str> {
        self.text(const { place("tariff") })
    }

    /// Whether it is on the free plan (Developer).
    pub fn is_free(&self) -> Option<bool> {
        self.flag(const { place("is_free") })
    }

    /// Whether it is on the Partner plan.
    pub fn is_partner(&self) -> Option<bool> {
        self.flag(const { place("is_partner") })
    }

    /// When its day ends; a partner's instance renews by itself.
    pub fn expiration_date(&self) -> Option<Timestamp> {
        self.time(const { place("expiration_date") })
    }

    /// Whether it is unpaid.
    pub fn is_expired(&self) -> bool {
        self.flag(const { place("is_expired") }).unwrap_or(false)
    }

    /// The instance's API host, where the list names it.
    pub fn api_url(&self) -> Option<&str> {
        self.text(const { place("api_url") })
    }

    /// The instance's upload host, where the list names it.
    pub fn media_url(&self) -> Option<&str> {
        self.text(const { place("media_url") })
    }

    /// What this version does not know, and the known fields whose value it could not read.
    pub fn extra(&self) -> Map<String, Value> {
        self.list.extra(self.row)
    }

    /// Each field with its value.
    pub fn fields(&self) -> impl Iterator<Item = (&'static Field, FieldValue<'_>)> {
        Self::FIELDS.iter().enumerate().map(|(index, field)| (field, Self::known_value(&self.list, self.row, index)))
    }

    /// The value of the field at this place of [`FIELDS`](Self::FIELDS); nothing where there is no such place.
    pub fn value(&self, place: usize) -> FieldValue<'_> {
        match Self::FIELDS.get(place) {
            Some(_) => Self::known_value(&self.list, self.row, place),
            None => FieldValue::None,
        }
    }

    /// A table for people, the token masked.
    pub fn html(&self) -> String {
        show::html(self.fields())
    }

    /// The JSON of it, in upstream's names; the token only where it is asked for.
    pub fn to_json(&self, include_tokens: bool) -> Map<String, Value> {
        show::json(self.fields(), self.extra(), include_tokens)
    }

    /// Where the list is that it stands in, which stays as long as it does, and how many bytes that takes.
    #[doc(hidden)]
    pub fn held(&self) -> (usize, usize) {
        (Arc::as_ptr(&self.list).addr(), self.list.bytes())
    }

    pub(crate) fn new(list: Arc<List>, row: usize) -> Self {
        Self { list, row }
    }

    /// The instance that was just created, before any list shows it.
    pub(crate) fn of_created(created: &CreatedInstance, name: Option<&str>) -> Self {
        Self::new(List::of_created(created, name).shared(), 0)
    }

    pub(crate) fn of_stored(created: &CreatedInstance, name: &str, created_at: Option<Timestamp>) -> Self {
        Self::new(List::of_stored(created, name, created_at).shared(), 0)
    }

    /// The same instance once it is deleted, which this list does not show yet.
    pub(crate) fn as_deleted(&self) -> Self {
        Self::new(self.list.deleted_row(self.row).shared(), 0)
    }

    /// `deleted` and `is_expired` are plain booleans: nothing sent is `false`.
    pub(crate) fn known_value(list: &List, row: usize, field: usize) -> FieldValue<'_> {
        match list.value(row, field) {
            FieldValue::None if ALWAYS_KNOWN.contains(&field) => FieldValue::Flag(false),
            value => value,
        }
    }

    fn text(&self, field: usize) -> Option<&str> {
        if let FieldValue::Text(text) = Self::known_value(&self.list, self.row, field) { Some(text) } else { None }
    }

    fn time(&self, field: usize) -> Option<Timestamp> {
        if let FieldValue::Time(time) = Self::known_value(&self.list, self.row, field) { Some(time) } else { None }
    }

    fn flag(&self, field: usize) -> Option<bool> {
        if let FieldValue::Flag(flag) = Self::known_value(&self.list, self.row, field) { Some(flag) } else { None }
    }
}

/// Two views are equal when all that upstream said of them is.
impl PartialEq for Instance {
    fn eq(&self, other: &Self) -> bool {
        self.fields().zip(other.fields()).all(|((_, mine), (_, theirs))| mine == theirs)
            && self.extra() == other.extra()
    }
}

impl Eq for Instance {}

impl fmt::Debug for Instance {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        show::debug("Instance", self.fields(), formatter)
    }
}

const ALWAYS_KNOWN: [usize; 2] = [place("deleted"), place("is_expired")];
