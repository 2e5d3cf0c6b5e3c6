//! The lists that every language is held to are those of the design and of upstream's documents.

use std::{collections::BTreeSet, fs, path::Path};

use greenapi_partner::{
    CreateInstance, CreatedInstance, ErrorCode, Field, Instance, Kind, QrCode, Settings, contract::contract,
};
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
    // What it is asked for, and may list one day (`docs/green-api.md#createinstance`).
    let hosts = ["apiUrl", "mediaUrl"];
    assert_eq!(wires(Instance::FIELDS, Kind::Int), BTreeSet::from(["idInstance"]));
    assert_eq!(wires(Instance::FIELDS, Kind::Text), texts.into_iter().chain(hosts).collect());
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
fn what_can_be_set_later_is_what_upstreams_documents_list() {
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
        "linkPreview",
        "enableLidMode",
    ];
    assert_eq!(params("setSettings", "flag"), BTreeSet::from(flags.map(str::to_owned)));
    assert_eq!(params("setSettings", "text"), BTreeSet::from(["webhookUrl", "webhookUrlToken"].map(str::to_owned)));
    let numbers = ["delaySendMessagesMilliseconds", "autoTyping"];
    assert_eq!(params("setSettings", "int"), BTreeSet::from(numbers.map(str::to_owned)));
    assert_eq!(wires(Settings::FIELDS, Kind::Flag), BTreeSet::from(flags));
}

#[test]
fn tokens_codes_and_pictures_are_secret_and_nothing_else_is() {
    let contract = contract();
    let models = contract["models"].as_object().unwrap();
    let secret: BTreeSet<_> = models
        .iter()
        .flat_map(|(model, fields)| fields.as_array().unwrap().iter().map(move |field| (model, field)))
        .filter(|(_, field)| field["secret"] == true)
        .map(|(model, field)| format!("{model}.{}", field["name"].as_str().unwrap()))
        .collect();
    let expected = [
        "AuthorizationCode.code",
        "CreateInstance.webhook_url_token",
        "CreatedInstance.api_token_instance",
        "EnsuredInstance.api_token_instance",
        "Instance.api_token_instance",
        "PasskeyRequired.qr_page_url",
        "QrCode.data_url",
        "QrCode.png",
        "QrCode.text",
        "Settings.webhook_url_token",
    ];
    assert_eq!(secret, BTreeSet::from(expected.map(str::to_owned)));
    let arguments: BTreeSet<_> = instance_operations()
        .iter()
        .flat_map(|one| one["params"].as_array().unwrap().iter().map(move |param| (one, param)))
        .filter(|(_, param)| param["secret"] == true)
        .map(|(one, param)| format!("{}.{}", one["name"].as_str().unwrap(), param["name"].as_str().unwrap()))
        .collect();
    let expected = [
        "getOrderDetails.token",
        "sendAuthorizationCode.code",
        "sendAuthorizationCode.password",
        "sendAuthorizationPassword.password",
        "setSettings.webhook_url_token",
    ];
    assert_eq!(arguments, BTreeSet::from(expected.map(str::to_owned)));
}

#[test]
fn a_fields_two_names_differ_in_spelling_only() {
    let contract = contract();
    let of_models = contract["models"].as_object().unwrap().values().flat_map(|fields| fields.as_array().unwrap());
    let operations = instance_operations();
    let of_arguments = operations.iter().flat_map(|one| one["params"].as_array().unwrap());
    for field in of_models.chain(of_arguments) {
        let [name, wire, doc] = ["name", "wire", "doc"].map(|key| field[key].as_str().unwrap());
        // Inside a notification the last part of the path is the name; `from` is a word of Python's own.
        let last = wire.rsplit('.').next().unwrap();
        let ours = if last == "from" { "from".to_owned() } else { name.replace('_', "") };
        assert_eq!(ours, last.to_lowercase(), "{field}");
        assert!(!doc.is_empty(), "{field}");
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
fn the_partners_operations_are_upstreams_three_our_four_and_those_over_many() {
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
        ["onboard", "-", "-", "-", "onboard"],
        ["offboard", "-", "-", "-", "offboard"],
        ["inspect", "-", "-", "-", "inspect"],
        ["createInstances", "-", "-", "-", "create_instances"],
        ["deleteInstanceAccounts", "-", "-", "-", "delete_instance_accounts"],
        ["setInstancesSettings", "-", "-", "-", "set_instances_settings"],
        ["rebootInstances", "-", "-", "-", "reboot_instances"],
        ["logoutInstances", "-", "-", "-", "logout_instances"],
        ["findDuplicates", "-", "-", "-", "find_duplicates"],
        ["deleteDuplicates", "-", "-", "-", "delete_duplicates"],
        ["watch", "-", "-", "-", "watch"],
        ["deliver", "-", "-", "-", "deliver"],
    ];
    assert_eq!(operations, expected.map(|row| row.map(str::to_owned)));
}

#[test]
fn the_methods_of_an_instance_are_those_of_the_facts() {
    let operations = instance_operations();
    let methods = operations.iter().filter(|one| one["kind"] == "method");
    let got: BTreeSet<_> = methods
        .map(|one| {
            let [name, verb, retry] = ["name", "method", "retry"].map(|key| one[key].as_str().unwrap());
            let needed: Vec<_> = required(one).map(|wire| format!("`{wire}`")).collect();
            assert_eq!(one["path"], json!(format!("/waInstance{{idInstance}}/{name}/{{apiTokenInstance}}")));
            assert_eq!(one["node"], name);
            assert!(one["page"].as_str().unwrap().starts_with("https://green-api.com/en/"), "{one}");
            [format!("`{name}`"), verb.to_owned(), needed.join(", "), retry.to_owned()]
        })
        .collect();
    assert_eq!(got, documented_methods());
}

/// The rows of the table of methods in the documents: upstream's name, the verb, what must be given, whether it may be repeated.
fn documented_methods() -> BTreeSet<[String; 4]> {
    let facts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/green-api.md");
    let facts = fs::read_to_string(facts).unwrap();
    let (_, after) = facts.split_once("\n## Methods of an instance\n").unwrap();
    let section = after.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let cells = rows.map(|row| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>());
    cells.filter_map(|cells| <[String; 4]>::try_from(cells).ok()).collect()
}

#[test]
fn a_call_may_take_a_minute_and_longer_where_it_waits_or_uploads() {
    for one in instance_operations().iter().filter(|one| one["kind"] == "method") {
        let takes_file = one["params"].as_array().unwrap().iter().any(|param| param["kind"] == "bytes");
        let seconds = match one["name"].as_str().unwrap() {
            "qr" => 90.0,
            "receiveNotification" => 20.0,
            _ if takes_file => 300.0,
            _ => 60.0,
        };
        assert_eq!(one["timeout"].as_f64(), Some(seconds), "{one}");
    }
}

#[test]
fn the_flows_of_an_instance_are_those_of_the_design() {
    let operations = instance_operations();
    let flows = operations.iter().filter(|one| one["kind"] == "flow");
    let flows: Vec<_> = flows.map(|one| (one["python"].as_str().unwrap(), one["node"].as_str().unwrap())).collect();
    let expected = [
        ("wait_until_ready", "waitUntilReady"),
        ("wait_until_authorized", "waitUntilAuthorized"),
        ("authorize", "authorize"),
        ("scan_qr_code", "scanQrCode"),
        ("notifications", "notifications"),
        ("download_file_to", "downloadFileTo"),
        ("call", "call"),
        ("qr_page_url", "qrPageUrl"),
    ];
    assert_eq!(flows, expected);
}

#[test]
fn every_operation_has_its_prose_in_each_language() {
    let contract = contract();
    for one in contract["operations"].as_array().unwrap().iter().chain(&instance_operations()) {
        for language in ["python", "node"] {
            assert!(!one["prose"][language].as_str().unwrap().is_empty(), "{one}");
        }
    }
}

#[test]
fn of_the_flows_only_a_call_and_a_download_have_arguments_that_must_be_given() {
    let operations = instance_operations();
    let flows = operations.iter().filter(|one| one["kind"] == "flow");
    assert_eq!(flows.flat_map(required).collect::<Vec<_>>(), ["chatId", "idMessage", "path", "method"]);
}

/// The arguments that must be given, by upstream's names.
fn required(operation: &Value) -> impl Iterator<Item = &str> {
    let needed = operation["params"].as_array().unwrap().iter().filter(|param| param["required"] == true);
    needed.map(|param| param["wire"].as_str().unwrap())
}

#[test]
fn the_events_are_those_of_the_design() {
    let expected = json!({
        "created": "Created",
        "waiting": "Waiting",
        "qrCode": "QrCode",
        "authorizationCode": "AuthorizationCode",
        "passwordNeeded": "PasswordNeeded",
        "passkeyRequired": "PasskeyRequired",
        "settingsNotKept": "SettingsNotKept",
        "authorized": "Authorized",
    });
    assert_eq!(contract()["events"], expected);
    let fields: Vec<_> = QrCode::FIELDS.iter().map(|field| (field.name, field.wire)).collect();
    assert_eq!(fields, [("png", "png"), ("data_url", "dataUrl"), ("text", "text"), ("expires_at", "expiresAt")]);
}

#[test]
fn the_defaults_are_those_of_the_design() {
    let of_partner = [
        ("partner_token", Value::Null),
        ("partner_api_url", json!("https://api.green-api.com")),
        ("store", Value::Null),
    ];
    let of_every_client = [
        ("api_url", Value::Null),
        ("media_url", Value::Null),
        ("timeout", json!(60.0)),
        ("max_retries", json!(3)),
        ("max_response_size", json!(268_435_456)),
        ("proxy", Value::Null),
        ("ca_file", Value::Null),
        ("pacing", json!(true)),
    ];
    let of_every_wait = [("timeout", json!(900.0)), ("interval", Value::Null), ("reboot_after", json!(300.0))];
    let of_verifying = [("verify_settings", json!(true)), ("verify_timeout", json!(300.0))];
    let linking = [&[("phone_number", Value::Null)][..], &of_every_wait].concat();
    assert_eq!(defaults("client"), named([&of_partner[..], &of_every_client].concat()));
    assert_eq!(defaults("instance_client"), named(of_every_client.to_vec()));
    assert_eq!(beside("waitUntilReady"), named(of_every_wait.to_vec()));
    assert_eq!(beside("authorize"), named(linking.clone()));
    assert_eq!(beside("onboard"), named([&linking[..], &of_verifying].concat()));
    let ensuring = vec![("settle", json!(60.0)), ("compare_settings", json!(false)), ("retry_unknown", json!(false))];
    assert_eq!(beside("ensureInstance"), named(ensuring));
}

#[test]
fn the_options_of_runs_are_those_of_the_design() {
    let of_every_run =
        [("journal", Value::Null), ("dry_run", json!(false)), ("concurrency", Value::Null), ("timeout", Value::Null)];
    let creating = [
        ("max_new", Value::Null),
        ("max_cost", Value::Null),
        ("price_per_day", Value::Null),
        ("settle", json!(60.0)),
        ("retry_unknown", json!(false)),
    ];
    let deleting =
        [("logout", json!(true)), ("max_deleted", Value::Null), ("expect", Value::Null), ("delete_all", json!(false))];
    let setting = [("verify", json!(false)), ("verify_timeout", json!(300.0))];
    let inspecting = [
        ("phone", json!(true)),
        ("settings", json!(false)),
        ("history", json!(false)),
        ("message_minutes", Value::Null),
        ("concurrency", json!(64)),
        ("timeout", Value::Null),
    ];
    let watching = [
        ("interval", json!(60.0)),
        ("since", Value::Null),
        ("ledger", Value::Null),
        ("exclusive", json!(false)),
        ("states", json!(false)),
        ("settle", json!(false)),
        ("concurrency", json!(64)),
    ];
    assert_eq!(beside("createInstances"), named([&creating[..], &of_every_run].concat()));
    assert_eq!(beside("deleteInstanceAccounts"), named([&deleting[..], &of_every_run].concat()));
    assert_eq!(beside("setInstancesSettings"), named([&setting[..], &of_every_run].concat()));
    assert_eq!(beside("rebootInstances"), named([&[("retry_unknown", json!(false))][..], &of_every_run].concat()));
    assert_eq!(beside("logoutInstances"), named(of_every_run.to_vec()));
    assert_eq!(beside("inspect"), named(inspecting.to_vec()));
    assert_eq!(beside("watch"), named(watching.to_vec()));
    let delivering = [
        ("spool", Value::Null),
        ("name", json!("events")),
        ("interval", json!(60.0)),
        ("states", json!(false)),
        ("settle", json!(false)),
        ("concurrency", json!(64)),
        ("timeout", json!(15.0)),
        ("plain_http", json!(false)),
    ];
    assert_eq!(beside("deliver"), named(delivering.to_vec()));
    let finding = [("price_per_day", Value::Null), ("concurrency", json!(64)), ("timeout", Value::Null)];
    let cleaning = [
        ("dry_run", json!(true)),
        ("include_unlinked", json!(false)),
        ("max_deleted", Value::Null),
        ("expect", Value::Null),
        ("concurrency", Value::Null),
        ("timeout", Value::Null),
    ];
    assert_eq!(beside("findDuplicates"), named(finding.to_vec()));
    assert_eq!(beside("deleteDuplicates"), named(cleaning.to_vec()));
}

#[test]
fn the_options_of_a_store_are_those_of_the_design() {
    let options = [
        ("account", json!("default")),
        ("schema", json!("greenapi_partner")),
        ("claim", json!(30.0)),
        ("fresh", json!(600.0)),
    ];
    assert_eq!(beside("Store"), named(options.to_vec()));
}

#[test]
fn the_environment_names_token_and_hosts() {
    let contract = contract();
    let options = contract["options"]["client"].as_array().unwrap();
    let variables: Vec<_> = options.iter().filter_map(|option| option["env"].as_str()).collect();
    let expected = ["GREENAPI_PARTNER_TOKEN", "GREENAPI_PARTNER_API_URL", "GREENAPI_API_URL", "GREENAPI_MEDIA_URL"];
    assert_eq!(variables, expected);
}

fn instance_operations() -> Vec<Value> {
    contract()["instance_operations"].as_array().unwrap().clone()
}

/// The arguments of a kind, by upstream's names.
fn params(operation: &str, kind: &str) -> BTreeSet<String> {
    let operations = instance_operations();
    let one = operations.iter().find(|one| one["name"] == operation).unwrap();
    let of_kind = one["params"].as_array().unwrap().iter().filter(|param| param["kind"] == kind);
    of_kind.map(|param| param["wire"].as_str().unwrap().to_owned()).collect()
}

/// What an operation can be told besides what it is of, with the defaults. What waits has nothing else.
fn beside(of: &str) -> Vec<(String, Value)> {
    let contract = contract();
    let operations = ["operations", "instance_operations", "fleet"].map(|part| contract[part].as_array().unwrap());
    let one = operations.into_iter().flatten().find(|one| one["name"] == of).unwrap();
    with_defaults(one["beside"].as_array().unwrap())
}

/// The options of a constructor, with their defaults.
fn defaults(of: &str) -> Vec<(String, Value)> {
    with_defaults(contract()["options"][of].as_array().unwrap())
}

fn with_defaults(options: &[Value]) -> Vec<(String, Value)> {
    options.iter().map(|option| (option["name"].as_str().unwrap().to_owned(), option["default"].clone())).collect()
}

fn named(options: Vec<(&str, Value)>) -> Vec<(String, Value)> {
    options.into_iter().map(|(name, default)| (name.to_owned(), default)).collect()
}

fn wires(fields: &'static [Field], kind: Kind) -> BTreeSet<&'static str> {
    fields.iter().filter(|field| field.kind == kind).map(|field| field.wire).collect()
}
