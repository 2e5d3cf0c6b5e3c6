//! Faults, each with every operation and at every moment: the scenarios that `tests/faults.json` and core's table of
//! operations make together. `tests/scenarios/README.md` explains them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::LazyLock,
};

use greenapi_partner::contract::contract;
use libtest_mimic::Failed;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::file::Scenario;

/// The ends that a call may come to.
pub(crate) fn ends() -> impl Iterator<Item = &'static str> {
    TABLE.ends.keys().map(String::as_str)
}

/// Whether the table says of each of core's operations how it is called, and of nothing else.
pub(crate) fn all_operations_are_called() -> Result<(), Failed> {
    let (known, called): (BTreeSet<_>, BTreeSet<_>) =
        (OPERATIONS.iter().map(|one| &one.name).collect(), TABLE.calls.keys().collect());
    if known == called { Ok(()) } else { Err(format!("core has {known:?}, and faults.json calls {called:?}").into()) }
}

/// The scenarios of an end: each of its faults with each operation.
pub(crate) fn of_end(end: &str) -> impl Iterator<Item = Scenario> {
    let faults = TABLE.faults.iter().filter(move |(_, row)| row.end == end);
    faults.flat_map(|(name, row)| {
        OPERATIONS.iter().flat_map(move |operation| cases(operation, name, row)).map(|case| case.scenario())
    })
}

/// Whether the fault is one that a connection's second request gets.
pub(crate) fn is_of_kept_connections(scenario: &Scenario) -> bool {
    scenario.faults.values().flatten().any(|fault| fault.get(KEPT).is_some())
}

/// `tests/faults.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    calls: BTreeMap<String, Call>,
    ends: BTreeMap<String, BTreeMap<String, String>>,
    faults: BTreeMap<String, Row>,
}

/// How an operation is called so that the mock does what it is asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Call {
    #[serde(default)]
    args: Map<String, Value>,
    #[serde(default = "a_phone")]
    phone: Value,
    #[serde(default = "whatsapp", rename = "type")]
    messenger: String,
    /// Whether its success is an answer without a body.
    #[serde(default)]
    silent: bool,
    /// What is answered, where the mock would need a longer life for it.
    answer: Option<Value>,
}

fn a_phone() -> Value {
    "79001234567".into()
}

fn whatsapp() -> String {
    "whatsapp".to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    end: String,
    fault: Map<String, Value>,
    /// Whether upstream does what the request asks for.
    #[serde(default)]
    acts: bool,
    /// Of the call, in seconds.
    timeout: Option<f64>,
}

/// An operation, as core's table has it.
struct Operation {
    name: String,
    call: String,
    class: String,
    is_partners: bool,
}

/// One fault with one operation.
#[derive(Clone, Copy)]
struct Case<'a> {
    operation: &'a Operation,
    name: &'a str,
    row: &'a Row,
    /// Whether only the first request gets it, and not each.
    once: bool,
    /// What the call ends with: a code, or `success`.
    code: &'a str,
    requests: usize,
}

/// With each request that comes; and with the first alone, where another follows. What follows comes on a new connection.
fn cases<'a>(operation: &'a Operation, name: &'a str, row: &'a Row) -> Vec<Case<'a>> {
    let end = &TABLE.ends[&row.end];
    let (is_silent, of_partners) = (TABLE.calls[&operation.name].silent, operation.is_partners);
    let columns = [(true, &*operation.name), (is_silent, "silent"), (of_partners, "partner"), (true, &operation.class)];
    let mut columns = columns.into_iter().filter(|(is_its, _)| *is_its);
    let means = columns.find_map(|(_, column)| end.get(column)).unwrap();
    let case = Case { operation, name, row, once: false, code: means, requests: 1 };
    match means.strip_prefix("again: ") {
        Some(code) => {
            let once = Case { once: true, code: SUCCESS, requests: 2, ..case };
            let always = Case { code, requests: 1 + RETRIES, ..case };
            if row.fault.contains_key(KEPT) { vec![once] } else { vec![once, always] }
        }
        None => vec![case],
    }
}

impl Case<'_> {
    fn scenario(&self) -> Scenario {
        let Self { operation, row, .. } = self;
        let call = &TABLE.calls[&operation.name];
        let is_creation = operation.name == "createInstance";
        let instance = json!({
            "idInstance": ID, "apiTokenInstance": TOKEN, "typeInstance": call.messenger, "phone": call.phone,
        });
        let scenario = json!({
            "promise": format!("{} · {}{}", operation.name, self.name, if self.once { ", once" } else { "" }),
            "why": TABLE.ends[&row.end]["why"],
            "client": { "max_retries": RETRIES },
            "mock": {
                "options": { "instanceRateLimits": false, "rebootAnswers": 0, "etag": false },
                "instances": if is_creation { json!([]) } else { json!([instance]) },
            },
            "faults": { &operation.name: self.faults(call) },
            "steps": self.steps(call),
            "requests": { &operation.name: self.requests + usize::from(self.is_its_own_warm_up()) },
            "account": self.account(),
        });
        serde_json::from_value(scenario).unwrap()
    }

    /// The fault, and what is answered then.
    fn faults(&self, call: &Call) -> Vec<Value> {
        let mut fault = self.row.fault.clone();
        fault.insert("times".to_owned(), if self.once { 1 } else { -1 }.into());
        let Some(answer) = &call.answer else { return vec![fault.into()] };
        if !ANSWERS.iter().any(|key| fault.contains_key(*key)) {
            fault.insert("body".to_owned(), answer.clone());
        }
        vec![fault.into(), json!({ "body": answer, "times": -1 })]
    }

    fn steps(&self, call: &Call) -> Vec<Value> {
        let Self { operation, row, code, .. } = self;
        let mut steps = Vec::new();
        if !operation.is_partners {
            let args = json!({
                "id_instance": ID, "api_token_instance": TOKEN, "api_url": "{mock}", "media_url": "{mock}",
                "pacing": false, "max_retries": RETRIES,
            });
            steps.push(json!({ "call": "new_instance_client", "args": args }));
        }
        if let Some(name) = self.warm_up() {
            let first = OPERATIONS.iter().find(|one| one.name == name).unwrap();
            steps.push(json!({ "call": first.call, "args": TABLE.calls[name].args }));
        }
        let mut step = json!({ "call": operation.call, "args": call.args, "timeout": row.timeout });
        if *code != SUCCESS {
            step["expect"] = json!({ "error": { "code": code, "operation": operation.name } });
        }
        steps.push(step);
        steps
    }

    /// What is called first where the fault is one of a kept connection: another of the same pool.
    fn warm_up(&self) -> Option<&'static str> {
        let is_once = self.operation.class == "once";
        self.row.fault.contains_key(KEPT).then_some(match (self.operation.is_partners, is_once) {
            (true, true) => "createInstance",
            (true, false) => "getInstances",
            (false, true) => "clearMessagesQueue",
            (false, false) => "getStateInstance",
        })
    }

    fn is_its_own_warm_up(&self) -> bool {
        self.warm_up() == Some(&self.operation.name)
    }

    /// What upstream holds at the end, of what costs money.
    fn account(&self) -> Value {
        let done = usize::from(self.row.acts || self.code == SUCCESS);
        match &*self.operation.name {
            "createInstance" => json!({ "live": done + usize::from(self.is_its_own_warm_up()), "deleted": 0 }),
            "deleteInstanceAccount" => json!({ "live": 1 - done, "deleted": done }),
            _ => Value::Null,
        }
    }
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/faults.json")).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("tests/faults.json: {error}"))
});

static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| {
    let (contract, mut operations) = (contract(), Vec::new());
    for (list, is_partners) in [("operations", true), ("instance_operations", false)] {
        let methods = contract[list].as_array().unwrap().iter().filter(|one| one["kind"] == "method");
        operations.extend(methods.map(|one| {
            let text = |key: &str| one[key].as_str().unwrap().to_owned();
            Operation { name: text("name"), call: text("python"), class: text("retry"), is_partners }
        }));
    }
    operations
});

/// What makes a fault bring an answer of its own.
const ANSWERS: [&str; 4] = ["status", "body", "text", "named"];
const KEPT: &str = "reusedConnection";
const SUCCESS: &str = "success";
const ID: u64 = 1_101_728_000;
/// Of the looks of upstream's.
const TOKEN: &str = "ca11ab1e5ca11ab1e5ca11ab1e5ca11ab1e5ca11ab1e5ca11a";
const RETRIES: usize = 2;
