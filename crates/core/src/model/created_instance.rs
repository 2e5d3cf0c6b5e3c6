//! Answer to createInstance.

use std::fmt;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{Field, FieldValue, Kind, show};
use crate::secret::ZeroedText;

/// A new instance: its id and its token, to be kept together.
///
/// Its `Debug` masks the token.
#[derive(Clone)]
pub struct CreatedInstance {
    pub(crate) id_instance: u64,
    pub(crate) api_token_instance: ZeroedText,
    pub(crate) type_instance: Option<String>,
    pub(crate) api_url: Option<String>,
    pub(crate) media_url: Option<String>,
    pub(crate) extra: Map<String, Value>,
    /// When this process got it: a young instance answers as if its token were wrong.
    pub(crate) received_at: Timestamp,
}

impl CreatedInstance {
    /// The fields, in the order of the contract.
    pub const FIELDS: &'static [Field] = &[
        Field::new("id_instance", "idInstance", Kind::Int, "The instance's id."),
        Field::new("api_token_instance", "apiTokenInstance", Kind::Text, "The instance's token. Secret.").secret(),
        Field::new("type_instance", "typeInstance", Kind::Text, "The messenger: whatsapp, telegram or v3 (MAX)."),
        Field::new("api_url", "apiUrl", Kind::Text, "The instance's API host, if upstream ever sends it."),
        Field::new("media_url", "mediaUrl", Kind::Text, "The instance's upload host, if upstream ever sends it."),
    ];

    /// The instance's id.
    pub fn id_instance(&self) -> u64 {
        self.id_instance
    }

    /// The instance's token. Secret.
    pub fn api_token_instance(&self) -> &str {
        &self.api_token_instance
    }

    /// The messenger: `whatsapp`, `telegram` or `v3` (MAX).
    pub fn type_instance(&self) -> Option<&str> {
        self.type_instance.as_deref()
    }

    /// The instance's API host, if upstream ever sends it.
    pub fn api_url(&self) -> Option<&str> {
        self.api_url.as_deref()
    }

    /// The instance's upload host, if upstream ever sends it.
    pub fn media_url(&self) -> Option<&str> {
        self.media_url.as_deref()
    }

    /// What upstream sent besides.
    pub fn extra(&self) -> &Map<String, Value> {
        &self.extra
    }

    /// Each field with its value.
    pub fn fields(&self) -> impl Iterator<Item = (&'static Field, FieldValue<'_>)> {
        let values = [
            FieldValue::Int(self.id_instance),
            FieldValue::Text(&self.api_token_instance),
            FieldValue::text(self.type_instance()),
            FieldValue::text(self.api_url()),
            FieldValue::text(self.media_url()),
        ];
        Self::FIELDS.iter().zip(values)
    }

    /// A table for people, the token masked.
    pub fn html(&self) -> String {
        show::html(self.fields())
    }

    /// The JSON of it, in upstream's names; the token only where it is asked for.
    pub fn to_json(&self, include_tokens: bool) -> Map<String, Value> {
        show::json(self.fields(), self.extra.clone(), include_tokens)
    }
}

/// Two are equal when all that upstream said of them is.
impl PartialEq for CreatedInstance {
    fn eq(&self, other: &Self) -> bool {
        self.fields().map(|(_, value)| value).eq(other.fields().map(|(_, value)| value)) && self.extra == other.extra
    }
}

impl fmt::Debug for CreatedInstance {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        show::debug("CreatedInstance", self.fields(), formatter)
    }
}
