//! The format of a scenario; `tests/scenarios/README.md` explains it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    pub(crate) promise: String,
    pub(crate) why: String,
    #[serde(default)]
    only: Vec<String>,
    #[serde(default)]
    pub(crate) client: Map<String, Value>,
    #[serde(default)]
    pub(crate) mock: Prepared,
    #[serde(default)]
    pub(crate) faults: BTreeMap<String, Vec<Value>>,
    pub(crate) steps: Vec<Step>,
    #[serde(default)]
    pub(crate) requests: BTreeMap<String, usize>,
    #[serde(default)]
    pub(crate) bodies: BTreeMap<String, Vec<Value>>,
    pub(crate) account: Option<Account>,
    pub(crate) files: Option<BTreeMap<String, String>>,
}

impl Scenario {
    pub(crate) fn is_for(&self, runner: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| name == runner)
    }
}

/// How the mock is prepared.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Prepared {
    pub(crate) options: Map<String, Value>,
    pub(crate) clock: Option<String>,
    pub(crate) instances: Vec<Map<String, Value>>,
}

/// A call, or something that is done to the mock.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    #[serde(default)]
    pub(crate) call: String,
    #[serde(default)]
    pub(crate) args: Map<String, Value>,
    pub(crate) timeout: Option<f64>,
    /// The path below `/_mock/`, with its verb and body.
    pub(crate) mock: Option<String>,
    #[serde(default = "post")]
    pub(crate) verb: String,
    #[serde(default)]
    pub(crate) body: Value,
    /// Inside a notification's `then`: acknowledges it.
    #[serde(default)]
    pub(crate) ack: bool,
    /// What an iteration gives, one after the other.
    pub(crate) events: Option<Vec<Entry>>,
    pub(crate) expect: Option<Expected>,
}

impl Step {
    /// What it is called in a failure.
    pub(crate) fn name(&self) -> &str {
        self.mock.as_deref().unwrap_or(if self.ack { "ack" } else { &self.call })
    }
}

/// One element of an iteration, and what is done once it is there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    pub(crate) value: Value,
    #[serde(default)]
    pub(crate) then: Vec<Step>,
}

fn post() -> String {
    "POST".to_owned()
}

/// What a step must come to: only what is written here is compared.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Expected {
    Value(Value),
    Error(Map<String, Value>),
}

/// What upstream holds at the end.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Account {
    pub(crate) live: usize,
    pub(crate) deleted: usize,
}
