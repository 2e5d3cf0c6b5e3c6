//! Operations: what the contract says of each, and of the arguments that it takes, as the generators of every language read it.

use anyhow::Result;
use serde_json::Value;

use super::{list, text};

/// What a client can be asked for.
#[derive(Clone)]
pub(super) struct Operation<'a> {
    /// All that the contract says of it.
    pub(super) says: &'a Value,
    /// How it goes on: `call`, `events`, `run` …
    pub(super) shape: &'a str,
    pub(super) params: Vec<Argument<'a>>,
    /// Whether it takes fields that upstream learned since.
    pub(super) takes_extra: bool,
    /// What it can be told besides.
    pub(super) beside: Vec<Argument<'a>>,
    /// What of the call it can be told.
    pub(super) call: Vec<Argument<'a>>,
}

/// The operations of a list of the contract's.
pub(super) fn operations<'a>(contract: &'a Value, key: &str) -> Result<Vec<Operation<'a>>> {
    list(contract, key)?.iter().map(Operation::read).collect()
}

impl<'a> Operation<'a> {
    fn read(says: &'a Value) -> Result<Self> {
        Ok(Self {
            says,
            shape: text(says, "shape")?,
            params: arguments(says, "params")?,
            takes_extra: says["takes_extra"] == true,
            beside: arguments(says, "beside")?,
            call: arguments(says, "call")?,
        })
    }
}

/// An argument, an option, or a field.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each says something else of it")]
pub(super) struct Argument<'a> {
    /// Its name in Python and Rust.
    pub(super) name: &'a str,
    /// Its name in JavaScript.
    pub(super) own: String,
    pub(super) kind: &'a str,
    /// The only texts and numbers that it can be, as JSON.
    pub(super) one_of: Vec<String>,
    pub(super) required: bool,
    /// Whether it may be given by its place.
    pub(super) positional: bool,
    /// What an object has in it.
    pub(super) parts: Vec<Argument<'a>>,
    /// The kind of what a list holds.
    pub(super) list_of: Option<&'a str>,
    /// What it is where neither the caller nor the environment says it.
    pub(super) default: Value,
    /// Whether null is an answer of its own.
    pub(super) may_be_null: bool,
    /// Whether it is a secret, or of a stranger's content.
    pub(super) hidden: bool,
    pub(super) doc: &'a str,
}

/// The arguments of a list.
pub(super) fn arguments<'a>(of: &'a Value, key: &str) -> Result<Vec<Argument<'a>>> {
    list(of, key)?.iter().map(Argument::read).collect()
}

impl<'a> Argument<'a> {
    pub(super) fn read(says: &'a Value) -> Result<Self> {
        let known = |key: &str| says[key].as_array().into_iter().flatten();
        let name = text(says, "name")?;
        Ok(Self {
            name,
            // `instanceData.idInstance` is `idInstance` to who reads it.
            own: says["wire"]
                .as_str()
                .map_or_else(|| camel(name), |wire| wire.rsplit('.').next().unwrap_or(wire).to_owned()),
            kind: text(says, "kind")?,
            one_of: known("one_of").chain(known("among")).map(Value::to_string).collect(),
            required: says["required"] == true,
            positional: says["positional"] == true,
            parts: known("parts").map(Self::read).collect::<Result<_>>()?,
            list_of: says["list_of"].as_str(),
            // What the environment does not say is for core to know.
            default: if says["env"].is_null() { says["default"].clone() } else { Value::Null },
            may_be_null: says["or_null"] == true,
            hidden: says["secret"] == true || says["personal"] == true,
            doc: text(says, "doc")?,
        })
    }

    /// One that may be left out, and of which the contract does not say more.
    pub(super) fn described(name: &'a str, kind: &'a str, doc: &'a str) -> Self {
        Self {
            name,
            own: camel(name),
            kind,
            one_of: Vec::new(),
            required: false,
            positional: false,
            parts: Vec::new(),
            list_of: None,
            default: Value::Null,
            may_be_null: false,
            hidden: false,
            doc,
        }
    }

    /// Fields that upstream learned since.
    pub(super) fn extra() -> Self {
        let doc = "Fields that upstream learned since, by upstream's names, sent as they are. Defaults to none.";
        Self { hidden: true, ..Self::described("extra", "object", doc) }
    }

    /// What is said of it, and its default, where that is not said.
    pub(super) fn told(&self) -> String {
        let default = &self.default;
        self.told_with(&default.as_f64().map_or_else(|| default.to_string(), |number| number.to_string()))
    }

    /// The same, the default in a language's words.
    pub(super) fn told_with(&self, default: &str) -> String {
        let is_told = self.doc.contains("Defaults to") || self.default.is_null();
        if is_told { self.doc.to_owned() } else { format!("{} Defaults to {default}.", self.doc) }
    }
}

/// `api_url` as `apiUrl`.
pub(super) fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |camel, word| {
        let (initial, rest) = word.split_at(word.len().min(1));
        camel + &initial.to_uppercase() + rest
    })
}
