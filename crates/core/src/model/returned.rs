//! Return types: what a call gives, and their names for the signatures of every language.

use std::fmt;

use serde_json::Value;

use super::{CreatedInstance, EnsuredInstance, Instance, Instances, Modelled, QrCode, Record};

/// What a call gives.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Returns {
    Nothing,
    Text,
    /// An authorization state: text, of which some are known.
    State,
    Flag,
    /// A whole number.
    Int,
    /// Several texts.
    Texts,
    /// JSON as it came.
    Json,
    /// A model, by its class.
    One(&'static str),
    /// The same, or nothing.
    OneOrNothing(&'static str),
    /// Several.
    Many(&'static str),
    /// An iteration over events of these classes; over any where none is named.
    Events(&'static [&'static str]),
    /// An iteration over notifications.
    Notifications,
    /// A list of instances.
    Instances,
    /// A run over many instances, and whether it changes them.
    Run {
        of: &'static str,
        is_bulk: bool,
    },
    /// A watch.
    Watch,
}

/// A type of Rust as every language has it.
pub(crate) trait Returning {
    const RETURNS: Returns;
}

impl Returning for () {
    const RETURNS: Returns = Returns::Nothing;
}

impl Returning for String {
    const RETURNS: Returns = Returns::Text;
}

/// An authorization state, as upstream spells it.
pub(crate) struct StateText(pub(crate) String);

impl Returning for StateText {
    const RETURNS: Returns = Returns::State;
}

impl Returning for bool {
    const RETURNS: Returns = Returns::Flag;
}

impl Returning for u64 {
    const RETURNS: Returns = Returns::Int;
}

/// The ids of messages.
pub(crate) struct MessageIds(pub(crate) Vec<String>);

impl Returning for MessageIds {
    const RETURNS: Returns = Returns::Texts;
}

impl Returning for Value {
    const RETURNS: Returns = Returns::Json;
}

impl Returning for QrCode {
    const RETURNS: Returns = Returns::One("QrCode");
}

impl<T: Modelled> Returning for T {
    const RETURNS: Returns = Returns::One(T::MODEL.name);
}

impl<T: Modelled> Returning for Vec<T> {
    const RETURNS: Returns = Returns::Many(T::MODEL.name);
}

/// What came back, whatever the method: for the bindings.
#[non_exhaustive]
pub enum Returned {
    /// Nothing more than the success, or nothing there.
    Nothing,
    /// A state, a code, a token.
    Text(String),
    /// True or false.
    Flag(bool),
    /// How many there are.
    Int(u64),
    /// Ids of messages.
    Texts(Vec<String>),
    /// One model.
    Record(Record),
    /// Several.
    Records(Vec<Record>),
    /// A QR code.
    QrCode(QrCode),
    /// JSON as it came.
    Json(Value),
    /// What createInstance gives.
    CreatedInstance(CreatedInstance),
    /// One instance of a list.
    Instance(Instance),
    /// The list.
    Instances(Instances),
    /// The instance of a name.
    EnsuredInstance(EnsuredInstance),
}

/// Without texts and JSON: a text may be a token or a code, and JSON anything.
impl fmt::Debug for Returned {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut tuple = |name, value: &dyn fmt::Debug| formatter.debug_tuple(name).field(value).finish();
        match self {
            Self::Nothing => formatter.write_str("Nothing"),
            Self::Text(_) => formatter.write_str("Text(***)"),
            Self::Flag(flag) => tuple("Flag", flag),
            Self::Int(count) => tuple("Int", count),
            Self::Texts(texts) => tuple("Texts", texts),
            Self::Record(record) => tuple("Record", record),
            Self::Records(records) => tuple("Records", records),
            Self::QrCode(qr) => tuple("QrCode", qr),
            Self::Json(_) => formatter.write_str("Json(***)"),
            Self::CreatedInstance(created) => tuple("CreatedInstance", created),
            Self::Instance(instance) => tuple("Instance", instance),
            Self::Instances(instances) => tuple("Instances", instances),
            Self::EnsuredInstance(ensured) => tuple("EnsuredInstance", ensured),
        }
    }
}

impl From<()> for Returned {
    fn from((): ()) -> Self {
        Self::Nothing
    }
}

impl From<String> for Returned {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<StateText> for Returned {
    fn from(StateText(state): StateText) -> Self {
        Self::Text(state)
    }
}

impl From<bool> for Returned {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<u64> for Returned {
    fn from(count: u64) -> Self {
        Self::Int(count)
    }
}

impl From<MessageIds> for Returned {
    fn from(MessageIds(ids): MessageIds) -> Self {
        Self::Texts(ids)
    }
}

impl From<Value> for Returned {
    fn from(json: Value) -> Self {
        Self::Json(json)
    }
}

impl From<QrCode> for Returned {
    fn from(qr: QrCode) -> Self {
        Self::QrCode(qr)
    }
}

impl<T: Into<Record>> From<Vec<T>> for Returned {
    fn from(models: Vec<T>) -> Self {
        Self::Records(models.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Record>> From<Option<T>> for Returned {
    fn from(model: Option<T>) -> Self {
        model.map_or(Self::Nothing, |model| Self::Record(model.into()))
    }
}
