//! What every language must have, as one JSON value: `cargo xtask sync` writes it to `tests/contract.json`.

use serde_json::{Value, json};

use crate::{
    CreateInstance, CreatedInstance, ErrorCode, Field, Instance,
    api::{SPECS, Spec},
    config::{ENV_PARTNER_API_URL, ENV_PARTNER_TOKEN, MAX_RETRIES, PARTNER_API_URL, SETTLE, TIMEOUT},
    flow::{FLOWS, Flow},
};

/// The contract.
#[must_use]
pub fn contract() -> Value {
    json!({
        "operations": SPECS.into_iter().map(method).chain(FLOWS.iter().map(flow)).collect::<Vec<_>>(),
        "errors": ErrorCode::ALL.iter().map(|code| error(*code)).collect::<Vec<_>>(),
        "models": {
            "CreateInstance": fields(CreateInstance::FIELDS),
            "CreatedInstance": fields(CreatedInstance::FIELDS),
            "Instance": fields(Instance::FIELDS),
        },
        "options": {
            "client": [
                { "name": "partner_token", "kind": "text", "default": null, "env": ENV_PARTNER_TOKEN },
                { "name": "partner_api_url", "kind": "text", "default": PARTNER_API_URL, "env": ENV_PARTNER_API_URL },
                { "name": "timeout", "kind": "duration", "default": TIMEOUT.as_secs_f64() },
                { "name": "max_retries", "kind": "int", "default": MAX_RETRIES },
                { "name": "proxy", "kind": "text", "default": null },
                { "name": "ca_file", "kind": "text", "default": null },
            ],
            "call": [{ "name": "timeout", "kind": "duration", "default": null }],
            "ensure_instance": [{ "name": "settle", "kind": "duration", "default": SETTLE.as_secs_f64() }],
        },
    })
}

fn method(spec: &Spec) -> Value {
    json!({
        "name": spec.operation,
        "kind": "method",
        "method": spec.method.as_str(),
        "path": spec.path,
        "retry": spec.retry.as_str(),
        "timeout": spec.timeout.as_secs_f64(),
        "python": snake(spec.operation),
        "node": spec.operation,
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
        "prose": prose(flow.prose),
    })
}

/// The prose by language: it names other operations, and each language has its own name for them.
fn prose(text: &str) -> Value {
    let snake = SPECS.map(|spec| (snake(spec.operation), spec.operation)).into_iter();
    let names = snake.chain(FLOWS.iter().map(|flow| (flow.name.to_owned(), flow.node)));
    let node =
        names.fold(text.to_owned(), |text, (python, node)| text.replace(&format!("`{python}`"), &format!("`{node}`")));
    json!({ "python": text.trim(), "node": node.trim() })
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
    let field = |field: &Field| {
        json!({
            "name": field.name,
            "wire": field.wire,
            "kind": field.kind.as_str(),
            "secret": field.secret,
            "doc": field.doc,
        })
    };
    fields.iter().map(field).collect()
}

/// `createInstance` as `create_instance`.
fn snake(name: &str) -> String {
    name.chars().fold(String::new(), |snake, letter| match letter {
        'A'..='Z' => snake + "_" + &letter.to_ascii_lowercase().to_string(),
        _ => snake + &letter.to_string(),
    })
}
