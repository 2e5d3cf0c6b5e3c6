//! The live instance of a name, and whether it is new.

use std::{fmt, ops::Deref, sync::LazyLock};

use serde_json::{Map, Value};

use super::{Field, FieldValue, Instance, Kind, show};

/// What `ensure_instance` gives: an [`Instance`], and whether it is new.
///
/// Its `Debug` masks the token.
#[derive(Clone, PartialEq, Eq)]
pub struct EnsuredInstance {
    instance: Instance,
    is_new: bool,
}

impl EnsuredInstance {
    /// Whether this call has created it, and its first day was charged.
    pub fn is_new(&self) -> bool {
        self.is_new
    }

    /// The instance alone.
    pub fn into_instance(self) -> Instance {
        self.instance
    }

    /// Each field with its value: those of [`Instance`], and `is_new`.
    pub fn fields(&self) -> impl Iterator<Item = (&'static Field, FieldValue<'_>)> {
        self.instance.fields().chain([(&IS_NEW, FieldValue::Flag(self.is_new))])
    }

    /// A table for people, the token masked.
    pub fn html(&self) -> String {
        show::html(self.fields())
    }

    /// The JSON of it, in upstream's names and `isNew`; the token only where it is asked for.
    pub fn to_json(&self, include_tokens: bool) -> Map<String, Value> {
        show::json(self.fields(), self.instance.extra(), include_tokens)
    }

    /// The fields, in the order of the contract: for the bindings.
    #[doc(hidden)]
    pub fn field_list() -> &'static [Field] {
        static FIELDS: LazyLock<Vec<Field>> =
            LazyLock::new(|| Instance::FIELDS.iter().copied().chain([IS_NEW]).collect());
        &FIELDS
    }

    pub(crate) fn new(instance: Instance, is_new: bool) -> Self {
        Self { instance, is_new }
    }
}

/// Used as the instance that it is: `partner.instance_of_listed(&ensured)`.
impl Deref for EnsuredInstance {
    type Target = Instance;

    fn deref(&self) -> &Instance {
        &self.instance
    }
}

impl From<EnsuredInstance> for Instance {
    fn from(ensured: EnsuredInstance) -> Self {
        ensured.instance
    }
}

impl fmt::Debug for EnsuredInstance {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        show::debug("EnsuredInstance", self.fields(), formatter)
    }
}

static IS_NEW: Field =
    Field::new("is_new", "isNew", Kind::Flag, "Whether this call has created it, and its first day was charged.");
