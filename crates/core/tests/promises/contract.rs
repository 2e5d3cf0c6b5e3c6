//! The lists that every language is held to are those of the design and of upstream's documents.

use std::collections::BTreeSet;

use greenapi_partner::{CreateInstance, CreatedInstance, ErrorCode, Field, Instance, Kind, contract::contract};
use serde_json::{Value, json};

/// Code, class, and whether to try again.
const CODES: [(&str, &str, bool); 19] = [
    ("configuration", "ConfigurationError", false),
    ("invalid_request", "InvalidRequestError", false),
    ("unauthorized", "UnauthorizedError", false),
    ("not_found", "NotFoundError", false),
    ("not_ready", "NotReadyError", true),
    ("not_authorized", "NotAuthorizedError", false),
    ("already_authorized", "AlreadyAuthorizedError", false),
    ("suspended", "SuspendedError", false),
    ("expired", "ExpiredError", false),
    ("no_capacity", "NoCapacityError", true),
    ("refused", "RefusedError", false),
    ("rate_limited", "RateLimitedError", true),
    ("quota_exceeded", "QuotaExceededError", false),
    ("limit_exceeded", "LimitExceededError", false),
    ("unavailable", "UnavailableError", true),
    ("timeout", "RequestTimeoutError", true),
    ("outcome_unknown", "OutcomeUnknownError", false),
    ("qr_expired", "QrExpiredError", true),
    ("protocol", "ProtocolError", false),
];

#[test]
fn every_code_has_its_class() {
    let codes: Vec<_> =
        ErrorCode::ALL.iter().map(|code| (code.as_str(), code.class_name(), code.is_retryable())).collect();
    assert_eq!(codes, CODES);
}

#[test]
fn every_code_says_when_it_happens_and_what_to_do() {
    for code in ErrorCode::ALL {
        assert!(!code.when().is_empty() && !code.advice().is_empty(), "{code}");
    }
}

#[test]
fn the_settings_are_those_that_upstreams_documents_list() {
    let flags = [
        "markIncomingMessagesReaded",
        "markIncomingMessagesReadedOnReply",
        "outgoingWebhook",
        "outgoingMessageWebhook",
        "outgoingAPIMessageWebhook",
        "stateWebhook",
        "incomingWebhook",
        "deviceWebhook",
        "keepOnlineStatus",
        "pollMessageWebhook",
        "incomingBlockWebhook",
        "incomingCallWebhook",
        "editedMessageWebhook",
        "deletedMessageWebhook",
    ];
    assert_eq!(wires(CreateInstance::FIELDS, Kind::Flag), BTreeSet::from(flags));
    assert_eq!(wires(CreateInstance::FIELDS, Kind::Text), BTreeSet::from(["name", "webhookUrl", "webhookUrlToken"]));
    assert_eq!(wires(CreateInstance::FIELDS, Kind::Int), BTreeSet::from(["delaySendMessagesMilliseconds"]));
}

#[test]
fn the_fields_of_an_instance_are_those_that_upstreams_documents_list() {
    let texts = ["name", "typeInstance", "messenger", "typeAccount", "partnerUserUiid", "apiTokenInstance", "tariff"];
    assert_eq!(wires(Instance::FIELDS, Kind::Int), BTreeSet::from(["idInstance"]));
    assert_eq!(wires(Instance::FIELDS, Kind::Text), BTreeSet::from(texts));
    assert_eq!(wires(Instance::FIELDS, Kind::Time), BTreeSet::from(["timeCreated", "timeDeleted", "expirationDate"]));
    assert_eq!(wires(Instance::FIELDS, Kind::Flag), BTreeSet::from(["deleted", "isFree", "isPartner", "isExpired"]));
}

#[test]
fn the_fields_of_a_created_instance_are_those_of_the_reply() {
    let fields: Vec<_> = CreatedInstance::FIELDS.iter().map(|field| (field.name, field.wire, field.kind)).collect();
    let expected = [
        ("id_instance", "idInstance", Kind::Int),
        ("api_token_instance", "apiTokenInstance", Kind::Text),
        ("type_instance", "typeInstance", Kind::Text),
        ("api_url", "apiUrl", Kind::Text),
        ("media_url", "mediaUrl", Kind::Text),
    ];
    assert_eq!(fields, expected);
}

#[test]
fn tokens_are_secret_and_nothing_else_is() {
    let secret: Vec<_> = [CreateInstance::FIELDS, CreatedInstance::FIELDS, Instance::FIELDS]
        .concat()
        .into_iter()
        .filter_map(|field| field.secret.then_some(field.name))
        .collect();
    assert_eq!(secret, ["webhook_url_token", "api_token_instance", "api_token_instance"]);
}

#[test]
fn a_fields_two_names_differ_in_spelling_only() {
    for field in [CreateInstance::FIELDS, CreatedInstance::FIELDS, Instance::FIELDS].concat() {
        assert_eq!(field.name.replace('_', ""), field.wire.to_lowercase(), "{field:?}");
        assert!(!field.doc.is_empty(), "{field:?}");
    }
}

#[test]
fn every_setting_of_the_contract_can_be_set_by_either_name() {
    for field in CreateInstance::FIELDS {
        let value = match field.kind {
            Kind::Flag => json!(true),
            Kind::Int => json!(3000),
            _ => json!("text"),
        };
        let (mut ours, mut theirs) = (CreateInstance::new(), CreateInstance::new());
        ours.set(field.name, value.clone()).unwrap();
        theirs.set(field.wire, value).unwrap();
        assert!(ours == theirs && ours != CreateInstance::new(), "{}", field.name);
    }
}

#[test]
fn the_operations_are_upstreams_three_and_our_two() {
    let contract = contract();
    let operations: Vec<_> = contract["operations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| ["name", "method", "path", "retry", "python"].map(|key| one[key].as_str().unwrap_or("-").to_owned()))
        .collect();
    let expected = [
        ["createInstance", "POST", "/partner/createInstance/{partnerToken}", "once", "create_instance"],
        ["getInstances", "GET", "/partner/getInstances/{partnerToken}", "safe", "get_instances"],
        [
            "deleteInstanceAccount",
            "POST",
            "/partner/deleteInstanceAccount/{partnerToken}",
            "idempotent",
            "delete_instance_account",
        ],
        ["getInstance", "-", "-", "-", "get_instance"],
        ["ensureInstance", "-", "-", "-", "ensure_instance"],
    ];
    assert_eq!(operations, expected.map(|row| row.map(str::to_owned)));
}

#[test]
fn the_defaults_are_those_of_the_design() {
    let contract = contract();
    let defaults: Vec<_> = contract["options"]["client"]
        .as_array()
        .unwrap()
        .iter()
        .map(|option| (option["name"].as_str().unwrap(), option["default"].clone()))
        .collect();
    let expected = [
        ("partner_token", Value::Null),
        ("partner_api_url", json!("https://api.green-api.com")),
        ("timeout", json!(60.0)),
        ("max_retries", json!(3)),
        ("proxy", Value::Null),
        ("ca_file", Value::Null),
    ];
    assert_eq!(defaults, expected);
    assert_eq!(contract["options"]["ensure_instance"][0]["default"], json!(60.0));
}

fn wires(fields: &'static [Field], kind: Kind) -> BTreeSet<&'static str> {
    fields.iter().filter(|field| field.kind == kind).map(|field| field.wire).collect()
}
