//! Contract of every language, as one JSON value: `cargo xtask sync` writes it to `tests/contract.json`.

use serde_json::{Map, Value, json};

use crate::{
    CreateInstance, CreatedInstance, EnsuredInstance, Error, ErrorCode, Field, Instance, QrCode,
    api::instance::{AnyOperation, Default, Param, Place},
    config::{
        ENV_API_URL, ENV_MEDIA_URL, ENV_PARTNER_API_URL, ENV_PARTNER_TOKEN, MAX_RESPONSE_SIZE, MAX_RETRIES,
        PARTNER_API_URL, TIMEOUT,
    },
    endpoint::Spec,
    fleet,
    flow::{
        FUNCTIONS, Flow,
        table::{CALL, INSTANCE_FLOWS, InstanceFlow, Run},
    },
    instance::OPERATIONS,
    model::{ACCOUNTS, CHATS, EVENTS, JOURNALS, Model, Returns, SETTINGS, Setting},
    notification,
    partner::{self, PartnerOperation, Shape},
    prose::Prose,
    store, wire,
};

mod spelling;

pub use crate::partner::{Arguments, kind_of};
pub use spelling::in_javascript;

/// The contract.
#[must_use]
pub fn contract() -> Value {
    let mut contract = table();
    spelling::Names::of(&contract).respell(&mut contract);
    contract
}

/// The contract, all of its sentences with the names that they have here.
fn table() -> Value {
    json!({
        "operations": partner::OPERATIONS.iter().map(operation).collect::<Vec<_>>(),
        "instance_operations": instance_operations(),
        "functions": FUNCTIONS.iter().chain([&fleet::VERIFY_EVENT]).map(function).collect::<Vec<_>>(),
        "fleet": fleet::FUNCTIONS.iter().map(of_fleet).collect::<Vec<_>>(),
        "errors": ErrorCode::ALL.iter().map(|code| error(*code)).collect::<Vec<_>>(),
        "models": models_shown(),
        "classes": classes(),
        "events": events(),
        "settings": settings(),
        "notifications": notifications(),
        "contents": contents(),
        "words": words(),
        "options": {
            "client": client_options(&[
                json!({ "name": "partner_token", "kind": "text", "default": null, "env": ENV_PARTNER_TOKEN, "secret": true,
                    "positional": true,
                    "doc": "The partner token, as support@green-api.com issues it; trimmed. Secret. Defaults to `GREENAPI_PARTNER_TOKEN`." }),
                json!({ "name": "partner_api_url", "kind": "text", "default": PARTNER_API_URL, "env": ENV_PARTNER_API_URL,
                    "secret": true,
                    "doc": "The partner host, upstream's `partnerApiUrl`: https, or http to this machine; a path in front is kept. Defaults to `GREENAPI_PARTNER_API_URL`, then `https://api.green-api.com`." }),
                json!({ "name": "store", "kind": "store", "default": null, "secret": true,
                    "doc": "A store, or the path or `postgresql://` URL of one: a name is then created once, whichever of all processes that share it asks. Defaults to none: a name is unique within this client." }),
            ]),
            "instance_client": client_options(&[]),
        },
        "makers": [maker()],
    })
}

/// The options that every client has, after these.
fn client_options(first: &[Value]) -> Vec<Value> {
    let shared = [
        json!({ "name": "api_url", "kind": "text", "default": null, "env": ENV_API_URL, "secret": true,
            "doc": "The host of instance calls, upstream's `apiUrl`; a path in front is kept. Defaults to `GREENAPI_API_URL`, then to the instance's own." }),
        json!({ "name": "media_url", "kind": "text", "default": null, "env": ENV_MEDIA_URL, "secret": true,
            "doc": "The host of uploads, upstream's `mediaUrl`. Defaults to `GREENAPI_MEDIA_URL`, then to the instance's own." }),
        json!({ "name": "timeout", "kind": "duration", "default": TIMEOUT.as_secs_f64(),
            "doc": "Seconds for a whole call, with its retries. Defaults to 60; where that is left as it is, `qr` may take 90 and a call with a file 300." }),
        json!({ "name": "max_retries", "kind": "int", "default": MAX_RETRIES,
            "doc": "How many times one call may be sent again, where that is safe. Defaults to 3." }),
        json!({ "name": "max_response_size", "kind": "int", "default": MAX_RESPONSE_SIZE,
            "doc": "The largest answer that is read, in bytes, counted after it was unpacked; a larger one is an error at once: `outcome_unknown` where repeating could bill, send or rotate twice, `protocol` elsewhere. Defaults to 268435456 (256 MiB)." }),
        json!({ "name": "proxy", "kind": "text", "default": null, "secret": true,
            "doc": "A proxy for every call, `http`, `https`, `socks5` or `socks5h`, credentials included: `http://user:password@host:port`. Defaults to `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`. This machine is never reached through one." }),
        json!({ "name": "ca_file", "kind": "path", "default": null,
            "doc": "A PEM file with certificates to trust besides the system's, or a folder of such files. Those that {CA_VARIABLES} name when the client is made are trusted as well. Defaults to none." }),
        json!({ "name": "pacing", "kind": "flag", "default": true,
            "doc": "Whether instance calls keep to upstream's documented rates, per instance and method; switched off, upstream's 429 is what slows them." }),
    ];
    first.iter().cloned().chain(shared).collect()
}

/// Which of upstream's methods takes or shows each setting.
fn settings() -> Vec<Value> {
    let marks =
        |one: &Setting| json!({ "wire": one.wire, "create": one.is_created, "set": one.is_set, "read": one.is_read });
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

/// The class of each `typeMessage`; any other is an `UnknownContent`.
fn contents() -> Map<String, Value> {
    notification::CONTENT_TYPES.iter().map(|(kind, class)| ((*kind).to_owned(), (*class).into())).collect()
}

/// What texts can be, by the name of their type: upstream's words, to which it may add, and ours.
fn words() -> Map<String, Value> {
    let of_upstream = [
        ("StateInstance", &wire::STATES[..], "An authorization state."),
        ("TypeInstance", &wire::MESSENGERS[..], "A messenger; `v3` is MAX."),
    ];
    let codes: Vec<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    let ours = OF_FIELDS.iter().map(|(name, field, doc)| (*name, words_of(field), *doc));
    let ours = ours.chain([("ErrorCode", &codes[..], "What to do about an error, the same in every language.")]);
    let told = |is_open: bool| {
        move |(name, words, doc): (&str, &[&str], &str)| {
            (name.to_owned(), json!({ "open": is_open, "words": words, "doc": doc }))
        }
    };
    of_upstream.into_iter().map(told(true)).chain(ours.map(told(false))).collect()
}

/// The fields whose words have a name, each by its model.
const OF_FIELDS: [(&str, (&Model, &str), &str); 5] = [
    ("InspectionGroup", (fleet::Inspection::MODEL, "group"), "What to do about an instance: see `inspect`."),
    (
        "DuplicatePlan",
        (fleet::Duplicate::MODEL, "plan"),
        "What a clean-up does with one of several instances of a name.",
    ),
    ("BulkStatus", (fleet::BulkItem::MODEL, "status"), "What has become of an item of a run."),
    ("ChangeKind", (fleet::Change::MODEL, "kind"), "What has changed."),
    ("WasteReason", (fleet::Waste::MODEL, "why"), "Why an instance is listed as waste."),
];

fn words_of((model, name): &(&Model, &str)) -> &'static [&'static str] {
    model.fields.iter().find(|field| field.name == *name).map_or(&[], |field| field.one_of)
}

fn models_shown() -> Map<String, Value> {
    models().into_iter().map(|(name, known)| (name.to_owned(), fields(known).into())).collect()
}

/// The classes of records, by what they are for.
const GROUPS: [(&str, &[&Model]); 7] = [
    ("models", ACCOUNTS),
    ("models", CHATS),
    ("models", JOURNALS),
    ("events", EVENTS),
    ("notifications", notification::MODELS),
    ("contents", notification::CONTENTS),
    ("fleet", fleet::MODELS),
];

/// Each class of records: its group, the types that it comes under, and what it is, in words. What is said of Rust's `Debug` is
/// true of what the other languages show.
fn classes() -> Map<String, Value> {
    let of_group = |(group, models): &(&str, &[&Model])| {
        let told = |model: &&Model| (model.name.to_owned(), class(group, model));
        models.iter().map(told).collect::<Vec<_>>()
    };
    GROUPS.iter().flat_map(of_group).collect()
}

fn class(group: &str, model: &Model) -> Value {
    let contents = notification::CONTENT_TYPES.iter().filter(|(_, name)| *name == model.name).map(|(kind, _)| *kind);
    let types =
        notification::types_of(model.name).chain(contents).chain((!model.kind.is_empty()).then_some(model.kind));
    let lines: Vec<_> = model.doc.lines().map(str::trim).collect();
    let doc = lines.join("\n");
    let told = |shown: &str| doc.trim().replace("`Debug`", shown);
    json!({
        "group": group,
        "types": types.collect::<Vec<_>>(),
        "python": told("repr"),
        "node": told("`util.inspect`"),
    })
}

/// Every model with its fields, in the order of the contract: for the bindings.
#[must_use]
pub fn models() -> Vec<(&'static str, &'static [Field])> {
    let partner = [
        ("CreateInstance", CreateInstance::FIELDS),
        ("CreatedInstance", CreatedInstance::FIELDS),
        ("Instance", Instance::FIELDS),
        ("EnsuredInstance", EnsuredInstance::field_list()),
        ("QrCode", QrCode::FIELDS),
    ];
    let records = GROUPS.iter().flat_map(|(_, models)| models.iter()).map(|model| (model.name, model.fields));
    partner.into_iter().chain(records).collect()
}

/// An operation of a partner.
fn operation(known: &PartnerOperation) -> Value {
    let mut shown = match known.spec {
        Some(spec) => method(spec, &[]),
        None => flow(&known.flow),
    };
    let all = |lists: &[&[Param]]| lists.iter().copied().flatten().map(param).collect::<Vec<_>>();
    shown["shape"] = match known.shape {
        Shape::Call(_) => "call",
        Shape::Events(_) => "events",
        Shape::Run(_) => "run",
        Shape::Watch => "watch",
    }
    .into();
    shown["params"] = all(known.params).into();
    shown["takes_extra"] = known.takes_extra.into();
    shown["beside"] = all(known.beside).into();
    shown["call"] = known.call.iter().map(param).collect();
    shown["returns"] = returns(known.returns);
    shown["examples"] = examples(known.flow.prose);
    shown["page"] = known.page.into();
    shown
}

/// What gives the client of one instance.
fn maker() -> Value {
    let mut shown = flow(&partner::CLIENT_OF);
    shown["params"] = partner::CLIENT_OF_ID.iter().map(param).collect();
    shown["examples"] = examples(partner::CLIENT_OF.prose);
    shown
}

/// The operations of an instance: upstream's methods, with what is done around them, and the flows.
fn instance_operations() -> Vec<Value> {
    let methods = OPERATIONS.iter().map(|operation| {
        let around = INSTANCE_FLOWS.iter().find(|flow| flow.flow.node == operation.name());
        instance_method(*operation, around)
    });
    methods.chain(INSTANCE_FLOWS.iter().filter(|flow| flow.around.is_none()).map(instance_flow)).collect()
}

fn instance_method(operation: &dyn AnyOperation, around: Option<&InstanceFlow>) -> Value {
    let mut shown = method(operation.spec(), operation.params());
    let beside = around.map_or(&[][..], |flow| flow.params);
    shown["shape"] = "call".into();
    shown["beside"] = beside.iter().map(param).collect();
    shown["call"] = CALL.iter().map(param).collect();
    shown["takes_extra"] = operation.takes_extra().into();
    shown["returns"] = returns(operation.returns());
    shown["examples"] = examples(operation.spec().prose);
    shown
}

fn instance_flow(known: &InstanceFlow) -> Value {
    let mut shown = flow(&known.flow);
    let shape = match (known.run, known.returns) {
        (Run::Call(_), _) => "call",
        (Run::Events(_), _) => "events",
        (Run::Own, Returns::Notifications) => "notifications",
        (Run::Own, Returns::Json) => "other",
        (Run::Own, _) => "value",
    };
    // What upstream takes, with what is ours and has to be given, and what is an option.
    let is_option = |param: &&Param| param.place == Place::Flow && !param.required;
    let (ours, theirs): (Vec<_>, Vec<_>) = known.params.iter().partition(is_option);
    shown["params"] = theirs.into_iter().map(param).collect();
    shown["beside"] = ours.into_iter().map(param).collect();
    shown["shape"] = shape.into();
    shown["call"] = known.call.iter().map(param).collect();
    shown["takes_extra"] = false.into();
    shown["returns"] = returns(known.returns);
    shown["examples"] = examples(known.flow.prose);
    shown["page"] = known.page.into();
    shown
}

fn examples(prose: &str) -> Value {
    let Prose { python, node, .. } = Prose::of(prose);
    json!({ "python": python, "node": node })
}

/// What comes back, by the kinds that the signatures of every language know.
fn returns(returns: Returns) -> Value {
    match returns {
        Returns::Nothing => json!({ "kind": "nothing" }),
        Returns::Text => json!({ "kind": "text" }),
        Returns::State => json!({ "kind": "state" }),
        Returns::Flag => json!({ "kind": "flag" }),
        Returns::Int => json!({ "kind": "int" }),
        Returns::Texts => json!({ "kind": "texts" }),
        Returns::Json => json!({ "kind": "json" }),
        Returns::One(model) => json!({ "kind": "model", "model": model }),
        Returns::OneOrNothing(model) => json!({ "kind": "model or nothing", "model": model }),
        Returns::Many(model) => json!({ "kind": "models", "model": model }),
        Returns::Events(classes) => json!({ "kind": "events", "of": classes }),
        Returns::Notifications => json!({ "kind": "notifications" }),
        Returns::Instances => json!({ "kind": "instances" }),
        Returns::Run { of, is_bulk } => json!({ "kind": if is_bulk { "bulk run" } else { "run" }, "of": of }),
        Returns::Watch => json!({ "kind": "watch" }),
    }
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
        "params": [],
        "prose": prose(flow.prose),
    })
}

/// What needs no client, or has one already.
fn of_fleet(known: &Flow) -> Value {
    let mut shown = function(known);
    shown["examples"] = examples(known.prose);
    match known.name {
        "billing" => shown["beside"] = partner::BILLING.iter().map(param).collect(),
        "Store" => {
            shown["params"] = json!([{ "name": "address", "kind": "path", "required": true, "positional": true, "secret": true,
                "doc": "The path of a SQLite file, or a `postgresql://user:password@host:port/database` URL. Secret." }]);
            shown["beside"] = store::options().into();
        }
        _ => {}
    }
    shown
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
    shown["default"] = match param.default {
        Default::Nothing => Value::Null,
        Default::Flag(flag) => flag.into(),
        Default::Seconds(seconds) => seconds.into(),
        Default::Count(count) => count.into(),
        Default::Text(text) => text.into(),
    };
    if !param.among.is_empty() {
        shown["among"] = param.among.into();
    }
    if !param.parts.is_empty() {
        shown["parts"] = param.parts.iter().map(self::param).collect();
    }
    if param.positional {
        shown["positional"] = true.into();
    }
    if param.may_be_null {
        shown["or_null"] = true.into();
    }
    shown
}

/// The prose by language: it names operations, arguments and fields, and each language has its own name for them.
fn prose(file: &str) -> Value {
    let text = Prose::of(file).text;
    json!({ "python": text, "node": text })
}

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
    let mut shown = json!({
        "name": field.name,
        "wire": field.wire,
        "kind": field.kind.as_str(),
        "secret": field.secret,
        "personal": field.personal,
        "doc": field.doc,
    });
    if field.always {
        shown["always"] = true.into();
    }
    if field.token {
        shown["token"] = true.into();
    }
    if !field.one_of.is_empty() {
        shown["one_of"] = field.one_of.into();
        let named = OF_FIELDS.iter().find(|(_, known, _)| words_of(known) == field.one_of);
        if let Some((name, ..)) = named {
            shown["words"] = (*name).into();
        }
    }
    if let Some(kind) = field.list_of {
        shown["list_of"] = kind.as_str().into();
    }
    shown
}

/// The arguments of a partner's operation, or of a bill, as the contract has them, each with whether it is an `option` and not what
/// the operation is of: for the program.
#[must_use]
pub fn params_of(operation: &str) -> Vec<Value> {
    let shown = |param: &Param, is_option: bool| {
        let mut shown = self::param(param);
        shown["option"] = is_option.into();
        shown
    };
    let Some(known) = PartnerOperation::of(operation) else {
        let billing = partner::BILLING.iter().filter(|_| operation == "billing");
        return billing.map(|param| shown(param, true)).collect();
    };
    let of = known.params.iter().copied().flatten().map(|param| shown(param, false));
    let options = known.beside.iter().copied().flatten().chain(known.call);
    of.chain(options.map(|param| shown(param, true))).collect()
}

/// The secrets in what a method of an instance answers, by upstream's names of them: for the program.
#[must_use]
pub fn secrets_of(method: &str) -> Vec<&'static str> {
    let known = OPERATIONS.iter().find(|known| known.spec().operation.eq_ignore_ascii_case(method));
    let Some(Returns::One(model) | Returns::OneOrNothing(model) | Returns::Many(model)) =
        known.map(|known| known.returns())
    else {
        return Vec::new();
    };
    let fields = models().into_iter().filter(|(name, _)| *name == model).flat_map(|(_, fields)| fields);
    fields.filter(|field| field.secret).map(|field| field.wire).collect()
}

/// What a change is.
#[must_use]
pub fn change_model() -> &'static Model {
    fleet::Change::MODEL
}

/// `createInstance` as `create_instance`.
#[must_use]
pub fn snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + MOST_WORDS);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// Words in most names, which have a line between them.
const MOST_WORDS: usize = 4;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Record;

    /// What the classes of all groups print of themselves: neither a secret, nor what people wrote, nor what upstream sent besides.
    #[test]
    fn no_record_prints_a_secret() {
        let mut secrets = 0;
        for model in GROUPS.iter().flat_map(|(_, models)| models.iter().copied()) {
            let hidden = model.fields.iter().filter(|field| field.secret || field.personal);
            let mut sent: Map<String, Value> = hidden.map(|field| (field.name.to_owned(), CANARY.into())).collect();
            secrets += sent.len();
            let record = Record::seen(model, |field| sent.get(field.name));
            sent.insert("tokenThatIsNew".to_owned(), CANARY.into());
            for record in [record, Record::read(model, sent)] {
                let shown = format!("{record:?} {record:#?}");
                assert!(shown.starts_with(model.name) && !shown.contains(CANARY), "{}", model.name);
            }
        }
        assert!(secrets > 10, "{secrets} fields were looked at");
    }

    const CANARY: &str = "canary-of-a-record";
}
