//! What every language must have, as one JSON value: `cargo xtask sync` writes it to `tests/contract.json`.

use serde_json::{Map, Value, json};

use crate::{
    CreateInstance, CreatedInstance, EnsuredInstance, Error, ErrorCode, Field, Instance, QrCode, Settings,
    api::{
        SPECS, Spec,
        instance::{OPERATIONS, Param, call},
    },
    config::{
        ENV_API_URL, ENV_MEDIA_URL, ENV_PARTNER_API_URL, ENV_PARTNER_TOKEN, FLOW_TIMEOUT, INSPECT_CONCURRENCY,
        MAX_RESPONSE_SIZE, MAX_RETRIES, PARTNER_API_URL, POLL_INTERVAL, PREFIX_SEPARATOR, REBOOT_AFTER, SETTLE,
        TIMEOUT, VERIFY_TIMEOUT, WATCH_INTERVAL,
    },
    fleet,
    flow::{FUNCTIONS, Flow, INSTANCE_FLOWS, PARTNER_FLOWS},
    model::{ACCOUNTS, EVENTS, Model, SETTINGS, Setting},
    notification,
};

/// The contract.
#[must_use]
pub fn contract() -> Value {
    let partner =
        SPECS.into_iter().map(|spec| method(spec, &[])).chain(PARTNER_FLOWS.iter().chain(&fleet::FLOWS).map(flow));
    let instance = OPERATIONS.iter().map(|operation| method(operation.spec(), operation.params()));
    json!({
        "operations": partner.collect::<Vec<_>>(),
        "instance_operations": instance.chain(INSTANCE_FLOWS.iter().map(flow)).collect::<Vec<_>>(),
        "functions": FUNCTIONS.iter().map(function).collect::<Vec<_>>(),
        "fleet": fleet::FUNCTIONS.iter().map(function).collect::<Vec<_>>(),
        "errors": ErrorCode::ALL.iter().map(|code| error(*code)).collect::<Vec<_>>(),
        "models": models_shown(),
        "events": events(),
        "settings": settings(),
        "notifications": notifications(),
        "options": {
            "client": client_options(&[
                json!({ "name": "partner_token", "kind": "text", "default": null, "env": ENV_PARTNER_TOKEN }),
                json!({ "name": "partner_api_url", "kind": "text", "default": PARTNER_API_URL, "env": ENV_PARTNER_API_URL }),
            ]),
            "instance_client": client_options(&[]),
            "call": [{ "name": "timeout", "kind": "duration", "default": null }],
            "ensure_instance": [
                json!({ "name": "settle", "kind": "duration", "default": SETTLE.as_secs_f64() }),
                json!({ "name": "compare_settings", "kind": "flag", "default": false }),
            ],
            "wait": wait_options(&[]),
            "inspect": [
                json!({ "name": "ids", "kind": "ids", "default": null }),
                json!({ "name": "phone", "kind": "flag", "default": true }),
                json!({ "name": "settings", "kind": "flag", "default": false }),
                json!({ "name": "history", "kind": "flag", "default": false }),
                json!({ "name": "concurrency", "kind": "int", "default": INSPECT_CONCURRENCY }),
            ],
            "bulk": [
                json!({ "name": "journal", "kind": "text", "default": null }),
                json!({ "name": "dry_run", "kind": "flag", "default": false }),
                json!({ "name": "concurrency", "kind": "int", "default": null }),
            ],
            "create_instances": [
                json!({ "name": "max_new", "kind": "int", "default": null }),
                json!({ "name": "max_cost", "kind": "decimal", "default": null }),
                json!({ "name": "price_per_day", "kind": "decimal", "default": null }),
                json!({ "name": "retry_unknown", "kind": "flag", "default": false }),
                json!({ "name": "settle", "kind": "duration", "default": SETTLE.as_secs_f64() }),
            ],
            "delete_instance_accounts": [
                json!({ "name": "logout", "kind": "flag", "default": true }),
                json!({ "name": "max_deleted", "kind": "int", "default": null }),
                json!({ "name": "expect", "kind": "int", "default": null }),
                json!({ "name": "delete_all", "kind": "flag", "default": false }),
            ],
            "watch": [
                json!({ "name": "interval", "kind": "duration", "default": WATCH_INTERVAL.as_secs_f64() }),
                json!({ "name": "since", "kind": "text", "default": null }),
                json!({ "name": "ledger", "kind": "ledger", "default": null }),
                json!({ "name": "states", "kind": "flag", "default": false }),
                json!({ "name": "concurrency", "kind": "int", "default": INSPECT_CONCURRENCY }),
            ],
            "billing": [
                json!({ "name": "price_per_day", "kind": "decimal", "default": null }),
                json!({ "name": "since", "kind": "date", "default": null }),
                json!({ "name": "until", "kind": "time", "default": null }),
                json!({ "name": "listed_at", "kind": "time", "default": null }),
                json!({ "name": "prefix_separator", "kind": "text", "default": PREFIX_SEPARATOR }),
            ],
            "set_settings": [
                json!({ "name": "reapply", "kind": "flag", "default": false }),
                json!({ "name": "verify", "kind": "flag", "default": false }),
                json!({ "name": "verify_timeout", "kind": "duration", "default": VERIFY_TIMEOUT.as_secs_f64() }),
            ],
            "set_instances_settings": [
                json!({ "name": "verify", "kind": "flag", "default": false }),
                json!({ "name": "verify_timeout", "kind": "duration", "default": VERIFY_TIMEOUT.as_secs_f64() }),
            ],
            "onboard": [
                json!({ "name": "verify_settings", "kind": "flag", "default": true }),
                json!({ "name": "verify_timeout", "kind": "duration", "default": VERIFY_TIMEOUT.as_secs_f64() }),
            ],
            "authorize": wait_options(&[json!({ "name": "phone_number", "kind": "phone", "default": null })]),
        },
    })
}

/// The options that every client has, after these.
fn client_options(first: &[Value]) -> Vec<Value> {
    let shared = [
        json!({ "name": "api_url", "kind": "text", "default": null, "env": ENV_API_URL }),
        json!({ "name": "media_url", "kind": "text", "default": null, "env": ENV_MEDIA_URL }),
        json!({ "name": "timeout", "kind": "duration", "default": TIMEOUT.as_secs_f64() }),
        json!({ "name": "max_retries", "kind": "int", "default": MAX_RETRIES }),
        json!({ "name": "max_response_size", "kind": "int", "default": MAX_RESPONSE_SIZE }),
        json!({ "name": "proxy", "kind": "text", "default": null }),
        json!({ "name": "ca_file", "kind": "text", "default": null }),
        json!({ "name": "pacing", "kind": "flag", "default": true }),
    ];
    first.iter().cloned().chain(shared).collect()
}

/// The options of a flow that waits for an instance, after these.
fn wait_options(first: &[Value]) -> Vec<Value> {
    let shared = [
        json!({ "name": "timeout", "kind": "duration", "default": FLOW_TIMEOUT.as_secs_f64() }),
        json!({ "name": "interval", "kind": "duration", "default": POLL_INTERVAL.as_secs_f64() }),
        json!({ "name": "reboot_after", "kind": "duration", "default": REBOOT_AFTER.as_secs_f64() }),
    ];
    first.iter().cloned().chain(shared).collect()
}

/// Which of upstream's methods takes or shows each setting.
fn settings() -> Vec<Value> {
    let marks = |one: &Setting| json!({ "wire": one.wire, "create": one.is_created(), "set": one.is_set(), "read": one.is_read() });
    SETTINGS.iter().map(marks).collect()
}

/// The class of each `type` of event.
fn events() -> Map<String, Value> {
    let classes = EVENTS.iter().map(|model| (model.kind, model.name)).chain([("qrCode", "QrCode")]);
    classes.map(|(kind, name)| (kind.to_owned(), name.into())).collect()
}

/// The class of each `typeWebhook`; any other is an `UnknownNotification`.
fn notifications() -> Map<String, Value> {
    notification::TYPES.iter().map(|(kind, class)| ((*kind).to_owned(), (*class).into())).collect()
}

fn models_shown() -> Map<String, Value> {
    models().into_iter().map(|(name, known)| (name.to_owned(), fields(known).into())).collect()
}

/// Every model with its fields, in the order of the contract: for the bindings.
#[must_use]
pub fn models() -> Vec<(&'static str, &'static [Field])> {
    let partner = [
        ("CreateInstance", CreateInstance::FIELDS),
        ("CreatedInstance", CreatedInstance::FIELDS),
        ("Instance", Instance::FIELDS),
        ("EnsuredInstance", EnsuredInstance::field_list()),
        ("Settings", Settings::FIELDS),
        ("QrCode", QrCode::FIELDS),
    ];
    let records = ACCOUNTS.iter().chain(&EVENTS).chain(notification::MODELS).chain(&fleet::MODELS);
    let records = records.map(|model: &&Model| (model.name, model.fields));
    partner.into_iter().chain(records).collect()
}

fn method(spec: &Spec, params: &[Param]) -> Value {
    json!({
        "name": spec.operation,
        "kind": "method",
        "method": spec.method.as_str(),
        "path": spec.path,
        "retry": spec.retry.as_str(),
        "timeout": spec.timeout.as_secs_f64(),
        "python": snake(&spec.operation),
        "node": spec.operation,
        "params": params.iter().map(param).collect::<Vec<_>>(),
        "page": spec.page,
        "prose": prose(spec.prose),
    })
}

fn flow(flow: &Flow) -> Value {
    json!({
        "name": flow.node,
        "kind": "flow",
        "python": flow.name,
        "node": flow.node,
        "params": if flow.name == "call" { call::PARAMS.iter().map(param).collect() } else { Vec::new() },
        "prose": prose(flow.prose),
    })
}

/// What needs no client.
fn function(flow: &Flow) -> Value {
    json!({
        "name": flow.node,
        "kind": "function",
        "python": flow.name,
        "node": flow.node,
        "prose": prose(flow.prose),
    })
}

fn param(param: &Param) -> Value {
    let mut shown = field(&param.field);
    shown["required"] = param.required.into();
    shown
}

/// The prose by language: it names other operations and arguments, and each language has its own name for them.
fn prose(text: &str) -> Value {
    let methods = SPECS.into_iter().chain(OPERATIONS.iter().map(|operation| operation.spec()));
    let methods = methods.map(|spec| (snake(&spec.operation), spec.operation.to_string()));
    let flows = PARTNER_FLOWS.iter().chain(&INSTANCE_FLOWS).chain(&FUNCTIONS);
    let flows = flows.chain(&fleet::FLOWS).chain(&fleet::FUNCTIONS);
    let flows = flows.map(|flow| (flow.name.to_owned(), flow.node.to_owned()));
    let words = NODE_WORDS.iter().map(|(python, node)| ((*python).to_owned(), (*node).to_owned()));
    let names = methods.chain(flows).chain(words);
    let node =
        names.fold(text.to_owned(), |text, (python, node)| text.replace(&format!("`{python}`"), &format!("`{node}`")));
    json!({ "python": text.trim(), "node": node.trim() })
}

/// What else the prose names that JavaScript spells otherwise.
const NODE_WORDS: &[(&str, &str)] = &[
    ("webhook_url", "webhookUrl"),
    ("compare_settings", "compareSettings"),
    ("webhook_url_token", "webhookUrlToken"),
    ("receipt_id", "receiptId"),
    ("receive_timeout", "receiveTimeout"),
    ("reboot_after", "rebootAfter"),
    ("phone_number", "phoneNumber"),
    ("url_file", "urlFile"),
    ("id_message", "idMessage"),
    ("is_new", "isNew"),
    ("to_dict()", "toJSON()"),
    ("state_instance", "stateInstance"),
    ("time_created", "timeCreated"),
    ("type_webhook", "typeWebhook"),
    ("file_name", "fileName"),
    ("data_url", "dataUrl"),
    ("qr_page_url", "qrPageUrl"),
    ("verify_timeout", "verifyTimeout"),
    ("verify_settings", "verifySettings"),
    ("ever_linked", "everLinked"),
    ("dry_run", "dryRun"),
    ("retry_unknown", "retryUnknown"),
    ("max_new", "maxNew"),
    ("max_cost", "maxCost"),
    ("max_deleted", "maxDeleted"),
    ("delete_all", "deleteAll"),
    ("price_per_day", "pricePerDay"),
    ("prefix_separator", "prefixSeparator"),
    ("is_partner", "isPartner"),
    ("complete_since", "completeSince"),
    ("listed_at", "listedAt"),
    ("idle_days", "idleDays"),
    ("next_charge_at", "nextChargeAt"),
    ("last_linked_at", "lastLinkedAt"),
    ("to_month_end", "toMonthEnd"),
    ("per_day", "perDay"),
];

fn error(code: ErrorCode) -> Value {
    json!({
        "code": code.as_str(),
        "class": code.class_name(),
        "retryable": code.is_retryable(),
        "when": code.when(),
        "advice": code.advice(),
    })
}

fn fields(fields: &[Field]) -> Vec<Value> {
    fields.iter().map(field).collect()
}

fn field(field: &Field) -> Value {
    json!({
        "name": field.name,
        "wire": field.wire,
        "kind": field.kind.as_str(),
        "secret": field.secret,
        "personal": field.personal,
        "doc": field.doc,
    })
}

/// `createInstance` as `create_instance`.
#[must_use]
pub fn snake(name: &str) -> String {
    name.chars().fold(String::new(), |snake, letter| match letter {
        'A'..='Z' => snake + "_" + &letter.to_ascii_lowercase().to_string(),
        _ => snake + &letter.to_string(),
    })
}

/// The arguments that a binding hands over as text: an object of JSON.
///
/// # Errors
///
/// `invalid_request` where it is none, is nested too deeply, or has half a surrogate pair in a text. Who took such
/// arguments for none would send, and have paid for, something else than was asked for.
pub fn arguments(json: &str) -> Result<Map<String, Value>, Error> {
    serde_json::from_str(json).map_err(|_| Error::invalid_request(UNREADABLE))
}

const UNREADABLE: &str = "the arguments cannot be sent: they must be an object of JSON, of whole characters and nested \
    fewer than 128 levels deep";
