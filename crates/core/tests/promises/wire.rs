//! Every payload of `tests/wire/`, replayed by the mock and read through the client.

use std::{collections::BTreeMap, fs, path::Path};

use greenapi_partner::{Call, CallOptions, Error, File, InstanceClient, PartnerClient, Returned, contract::contract};
use greenapi_partner_mock::{Fault, MockServer};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::support::{CREATE, DELETE, LIST, builder, code, put, script, shop};

/// What createInstance, getInstances and deleteInstanceAccount make of a payload; `-`: it is not theirs.
const EXPECTED: &[(&str, [&str; 3])] = &[
    ("any.account_suspended", ["outcome_unknown", "suspended", "suspended"]),
    ("any.bad_gateway_nginx", OUTAGE),
    ("any.bad_request", ["invalid_request"; 3]),
    ("any.bad_request_data", ["invalid_request"; 3]),
    ("any.broken_json", ["invalid_request"; 3]),
    ("any.client_closed_request", OUTAGE),
    ("any.contact_limit", ["outcome_unknown", "rate_limited", "rate_limited"]),
    ("any.empty", ODD),
    ("any.forbidden", ["outcome_unknown", "unauthorized", "unauthorized"]),
    ("any.gateway_timeout", OUTAGE),
    ("any.id_not_an_integer", ["invalid_request"; 3]),
    ("any.instance_deleted", ["invalid_request", "not_found", "not_found"]),
    ("any.instance_expired", ["invalid_request", "expired", "expired"]),
    ("any.instance_not_authorized", ["invalid_request", "not_authorized", "not_authorized"]),
    ("any.instance_not_authorized_2023", ["invalid_request", "not_authorized", "not_authorized"]),
    ("any.instance_starting", ["invalid_request", "not_ready", "not_ready"]),
    ("any.internal_error", OUTAGE),
    ("any.message", ["invalid_request"; 3]),
    ("any.no_content", ODD),
    ("any.not_found_nest", ["configuration"; 3]),
    ("any.not_found_nginx", ["outcome_unknown", "configuration", "configuration"]),
    ("any.null", ODD),
    ("any.quota_chats", ["outcome_unknown", "quota_exceeded", "quota_exceeded"]),
    ("any.quota_method", ["outcome_unknown", "quota_exceeded", "quota_exceeded"]),
    ("any.quota_method_unwrapped", ["outcome_unknown", "quota_exceeded", "quota_exceeded"]),
    ("any.rate_limited", ["rate_limited"; 3]),
    ("any.request_timeout", OUTAGE),
    ("any.status_false", ["outcome_unknown", "rate_limited", "rate_limited"]),
    ("any.too_large", ["outcome_unknown", "invalid_request", "invalid_request"]),
    ("any.unauthorized", ["unauthorized"; 3]),
    ("any.unauthorized_401_empty", ["unauthorized"; 3]),
    ("any.unauthorized_string_code", ["unauthorized"; 3]),
    ("any.validation_failed", ["invalid_request"; 3]),
    ("create_instance.created", ["success", "-", "-"]),
    ("create_instance.created_max", ["success", "-", "-"]),
    ("create_instance.created_telegram", ["success", "-", "-"]),
    ("create_instance.created_twelve_digits", ["success", "-", "-"]),
    ("create_instance.created_with_api_url_instance", ["success", "-", "-"]),
    ("create_instance.created_with_hosts", ["success", "-", "-"]),
    ("create_instance.no_capacity", ["no_capacity", "-", "-"]),
    ("create_instance.no_capacity_400", ["no_capacity", "-", "-"]),
    ("create_instance.no_capacity_text", ["no_capacity", "-", "-"]),
    ("create_instance.save_error", ["outcome_unknown", "-", "-"]),
    ("create_instance.save_error_400", ["outcome_unknown", "-", "-"]),
    ("create_instance.save_error_text", ["outcome_unknown", "-", "-"]),
    ("delete_instance_account.deleted", ["-", "-", "success"]),
    ("delete_instance_account.not_found", ["-", "-", "not_found"]),
    ("get_instances.all_messengers", ["-", "success", "-"]),
    ("get_instances.captured_2022", ["-", "success", "-"]),
    ("get_instances.current", ["-", "success", "-"]),
    ("get_instances.error_400_text", ["-", "invalid_request", "-"]),
    ("get_instances.newest", ["-", "success", "-"]),
    ("get_instances.none", ["-", "success", "-"]),
];

const OUTAGE: [&str; 3] = ["outcome_unknown", "unavailable", "unavailable"];
const ODD: [&str; 3] = ["outcome_unknown", "protocol", "protocol"];

#[tokio::test]
async fn every_payload_means_what_the_table_says() {
    let payloads = payloads("");
    let expected: BTreeMap<_, _> = EXPECTED.iter().map(|(name, codes)| ((*name).to_owned(), *codes)).collect();
    let names = |names: Vec<&String>| names.into_iter().cloned().collect::<Vec<_>>();
    assert_eq!(names(payloads.keys().collect()), names(expected.keys().collect()));
    let mock = MockServer::start().await;
    for (name, payload) in &payloads {
        let partner = builder(&mock).max_retries(0).build().unwrap();
        let mut got = ["-"; 3];
        for (got, operation) in got.iter_mut().zip([CREATE, LIST, DELETE]) {
            if payload.operation == operation || payload.operation == "any" {
                script(&mock, operation, [payload.fault()]);
                *got = call(&partner, operation).await;
            }
        }
        assert_eq!(got, expected[name], "{name}");
    }
}

#[tokio::test]
async fn every_payload_of_an_instance_means_what_its_file_says() {
    let mock = MockServer::start().await;
    put(&mock, json!({ "idInstance": 7, "apiTokenInstance": "abc", "phone": "79001234567" }));
    let partner = builder(&mock).pacing(false).max_retries(0).build().unwrap();
    let instance = partner.instance(7, "abc").unwrap();
    let (mut got, mut expected) = (BTreeMap::new(), BTreeMap::new());
    for (name, mut payload) in payloads("instance") {
        script(&mock, &payload.operation, [payload.fault()]);
        expected
            .insert(name.clone(), payload.means.take().unwrap_or_else(|| panic!("{name} does not say what it means")));
        got.insert(name, meant(&instance, payload).await);
    }
    assert_eq!(got, expected);
}

/// What comes of a call that is answered so, as a word.
async fn meant(instance: &InstanceClient, payload: Payload) -> String {
    let operations = &contract()["instance_operations"];
    let Some(known) = operations.as_array().unwrap().iter().find(|known| known["name"] == *payload.operation) else {
        return in_words(instance.call(Call::new(payload.operation)).await.map(Returned::Json));
    };
    let takes_file = known["params"].as_array().unwrap().iter().any(|param| param["kind"] == "bytes");
    let file = takes_file.then(|| File::new("a.txt", "text"));
    in_words(instance.invoke(&payload.operation, payload.arguments, file, CallOptions::default()).await)
}

fn in_words(returned: Result<Returned, Error>) -> String {
    match returned {
        Ok(Returned::Nothing) => "nothing".to_owned(),
        Ok(Returned::Text(text)) => format!("Text({text:?})"),
        Ok(Returned::Flag(flag)) => flag.to_string(),
        Ok(Returned::Int(count)) => count.to_string(),
        Ok(Returned::Texts(texts)) => format!("a list of {}", texts.len()),
        Ok(Returned::Records(records)) => format!("a list of {}", records.len()),
        Ok(Returned::Record(record)) => record.model().name.to_owned(),
        Ok(Returned::Json(Value::Array(items))) => format!("a list of {}", items.len()),
        Ok(Returned::Json(json)) => json.to_string(),
        Ok(other) => format!("{other:?}"),
        Err(error) => error.code().as_str().to_owned(),
    }
}

#[tokio::test]
async fn a_quota_that_is_used_up_is_told_with_its_figures() {
    let mock = MockServer::start().await;
    let partner = builder(&mock).build().unwrap();
    let figures = [
        ("any.quota_chats", "correspondents: 3 of 3 used. Monthly quota has been exceeded. You can only"),
        ("any.quota_method", "checkwhatsapp: 100 of 100 used. Monthly quota has been exceeded. Please go"),
        ("any.quota_method_unwrapped", "checkwhatsapp: 100 of 100 used. Monthly quota has been exceeded. Please go"),
    ];
    for (name, figures) in figures {
        script(&mock, LIST, [payloads("")[name].fault()]);
        let error = partner.get_instances().await.unwrap_err();
        let words = error.description().unwrap();
        assert!(words.starts_with(figures) && words.ends_with("https://console.green-api.com"), "{name}: {words}");
    }
}

#[tokio::test]
async fn every_field_of_a_created_instance_is_kept() {
    let mock = MockServer::start().await;
    let partner = builder(&mock).build().unwrap();
    for (name, payload) in payloads("").into_iter().filter(|(name, _)| name.starts_with("create_instance.created")) {
        script(&mock, CREATE, [payload.fault()]);
        let created = partner.create_instance(shop()).await.unwrap();
        let Some(Value::Object(sent)) = payload.body else { panic!("{name} is no object") };
        assert_eq!(without_nothing(created.to_json(true)), without_nothing(sent), "{name}");
    }
}

#[tokio::test]
async fn every_field_of_a_listed_instance_is_kept() {
    let mock = MockServer::start().await;
    let partner = builder(&mock).build().unwrap();
    for (name, payload) in payloads("") {
        let Some(Value::Array(items)) = &payload.body else { continue };
        script(&mock, LIST, [payload.fault()]);
        let all = partner.get_instances().await.unwrap();
        let kept: Vec<_> = all.iter().map(|one| without_nothing(one.to_json(true))).collect();
        let sent: Vec<_> =
            items.iter().map(|item| without_nothing(in_utc(item.as_object().unwrap().clone()))).collect();
        assert_eq!(kept, sent, "{name}");
    }
}

/// One file.
#[derive(Deserialize)]
struct Payload {
    operation: String,
    /// Of a method of an instance: what it is called with, and what comes of it: what it gives, or the code of the error.
    #[serde(default)]
    arguments: Map<String, Value>,
    means: Option<String>,
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "even_null")]
    body: Option<Value>,
    text: Option<String>,
}

impl Payload {
    fn fault(&self) -> Fault {
        Fault {
            status: Some(self.status),
            body: self.body.clone(),
            text: self.text.clone(),
            headers: self.headers.iter().map(|(name, value)| (name.clone(), Some(value.clone()))).collect(),
            ..Fault::default()
        }
    }
}

fn even_null<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// The files of a folder of `tests/wire/`.
fn payloads(folder: &str) -> BTreeMap<String, Payload> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/wire").join(folder);
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = paths.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    files
        .map(|path| {
            let payload = serde_json::from_str(&fs::read_to_string(&path).unwrap());
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name.clone(), payload.unwrap_or_else(|error| panic!("{name}: {error}")))
        })
        .collect()
}

async fn call(partner: &PartnerClient, operation: &str) -> &'static str {
    let got = match operation {
        CREATE => code(partner.create_instance(shop()).await),
        LIST => code(partner.get_instances().await),
        _ => code(partner.delete_instance_account(1).await),
    };
    if got == "no error" { "success" } else { got }
}

/// Upstream's zone-less times, three hours ahead, as we show them.
fn in_utc(mut item: Map<String, Value>) -> Map<String, Value> {
    for field in ["timeCreated", "timeDeleted", "expirationDate"] {
        let text = item[field].as_str().unwrap();
        let time = (!text.starts_with("0001")).then(|| format!("{text}+03:00").parse::<jiff::Timestamp>().unwrap());
        item[field] = json!(time.map(|time| time.to_string()));
    }
    item
}

/// In the order of the keys, and null is as good as absent.
fn without_nothing(item: Map<String, Value>) -> BTreeMap<String, Value> {
    item.into_iter().filter(|(_, value)| !value.is_null()).collect()
}
