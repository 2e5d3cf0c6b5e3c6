//! The lists that every language is held to are those of the design and of upstream's documents.

use std::collections::BTreeSet;

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
        ["watch", "-", "-", "-", "watch"],
    ];
    assert_eq!(operations, expected.map(|row| row.map(str::to_owned)));
}

/// Upstream's name, the verb, whether it may be repeated, and the seconds that it may take.
const METHODS: [(&str, &str, &str, f64); 22] = [
    ("getStateInstance", "GET", "safe", 60.0),
    ("getStateInstanceHistory", "GET", "safe", 60.0),
    ("qr", "GET", "safe", 90.0),
    ("getAuthorizationCode", "POST", "once", 60.0),
    ("startAuthorization", "POST", "once", 60.0),
    ("sendAuthorizationCode", "POST", "once", 60.0),
    ("sendAuthorizationPassword", "POST", "once", 60.0),
    ("logout", "GET", "idempotent", 60.0),
    ("reboot", "GET", "once", 60.0),
    ("getSettings", "GET", "safe", 60.0),
    ("setSettings", "POST", "idempotent", 60.0),
    ("getWaSettings", "GET", "safe", 60.0),
    ("getAccountSettings", "GET", "safe", 60.0),
    ("setProfilePicture", "POST", "once", 300.0),
    ("updateApiToken", "GET", "once", 60.0),
    ("sendMessage", "POST", "once", 60.0),
    ("sendFileByUrl", "POST", "once", 60.0),
    ("sendFileByUpload", "POST", "once", 300.0),
    ("receiveNotification", "GET", "safe", 20.0),
    ("deleteNotification", "DELETE", "idempotent", 60.0),
    ("checkWhatsapp", "POST", "safe", 60.0),
    ("checkAccount", "POST", "safe", 60.0),
];

#[test]
fn the_methods_of_an_instance_are_upstreams() {
    let operations = instance_operations();
    let methods: Vec<_> = operations.iter().filter(|one| one["kind"] == "method").collect();
    assert_eq!(methods.len(), METHODS.len());
    for (one, (name, verb, retry, timeout)) in methods.into_iter().zip(METHODS) {
        let got = ["name", "method", "retry", "node"].map(|key| one[key].as_str().unwrap());
        assert_eq!((got, one["timeout"].as_f64()), ([name, verb, retry, name], Some(timeout)));
        assert_eq!(one["path"], json!(format!("/waInstance{{idInstance}}/{name}/{{apiTokenInstance}}")));
        assert!(one["page"].as_str().unwrap().starts_with("https://green-api.com/en/"), "{one}");
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
fn the_arguments_that_must_be_given_are_those_that_upstream_requires() {
    let required: Vec<_> = instance_operations()
        .iter()
        .flat_map(|one| one["params"].as_array().unwrap().iter().map(move |param| (one, param)))
        .filter(|(_, param)| param["required"] == true)
        .map(|(one, param)| format!("{}.{}", one["name"].as_str().unwrap(), param["wire"].as_str().unwrap()))
        .collect();
    let expected = [
        "getAuthorizationCode.phoneNumber",
        "startAuthorization.phoneNumber",
        "sendAuthorizationCode.code",
        "sendAuthorizationPassword.password",
        "setProfilePicture.file",
        "sendMessage.chatId",
        "sendMessage.message",
        "sendFileByUrl.chatId",
        "sendFileByUrl.urlFile",
        "sendFileByUrl.fileName",
        "sendFileByUpload.chatId",
        "sendFileByUpload.file",
        "deleteNotification.receiptId",
        "checkWhatsapp.phoneNumber",
        "checkAccount.phoneNumber",
        "call.method",
    ];
    assert_eq!(required, expected);
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
    let of_partner = [("partner_token", Value::Null), ("partner_api_url", json!("https://api.green-api.com"))];
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
    let of_every_wait = [("timeout", json!(900.0)), ("interval", json!(5.0)), ("reboot_after", json!(300.0))];
    assert_eq!(defaults("client"), named([&of_partner[..], &of_every_client].concat()));
    assert_eq!(defaults("instance_client"), named(of_every_client.to_vec()));
    assert_eq!(defaults("wait"), named(of_every_wait.to_vec()));
    assert_eq!(defaults("authorize"), named([&[("phone_number", Value::Null)][..], &of_every_wait].concat()));
    assert_eq!(defaults("ensure_instance"), named(vec![("settle", json!(60.0)), ("compare_settings", json!(false))]));
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

/// The options of a constructor or a flow, with their defaults.
fn defaults(of: &str) -> Vec<(String, Value)> {
    let contract = contract();
    let options = contract["options"][of].as_array().unwrap();
    options.iter().map(|option| (option["name"].as_str().unwrap().to_owned(), option["default"].clone())).collect()
}

fn named(options: Vec<(&str, Value)>) -> Vec<(String, Value)> {
    options.into_iter().map(|(name, default)| (name.to_owned(), default)).collect()
}

fn wires(fields: &'static [Field], kind: Kind) -> BTreeSet<&'static str> {
    fields.iter().filter(|field| field.kind == kind).map(|field| field.wire).collect()
}
