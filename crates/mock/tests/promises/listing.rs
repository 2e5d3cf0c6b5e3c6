//! Lists as they look on the wire.

use std::io::Read as _;

use flate2::read::GzDecoder;
use greenapi_partner_mock::{KeyOrder, ListFormat, MockServer, Options};
use serde_json::{Map, Value, json};

use crate::client::{Client, control, create, delete, list, mock_with, moment, partner, path};

const OF_2022: [&str; 12] = [
    "idInstance",
    "name",
    "typeInstance",
    "typeAccount",
    "partnerUserUiid",
    "timeCreated",
    "timeDeleted",
    "apiTokenInstance",
    "deleted",
    "tariff",
    "expirationDate",
    "isExpired",
];
const OF_TODAY: [&str; 15] = [
    "idInstance",
    "name",
    "typeInstance",
    "messenger",
    "typeAccount",
    "partnerUserUiid",
    "timeCreated",
    "timeDeleted",
    "apiTokenInstance",
    "deleted",
    "tariff",
    "isFree",
    "isPartner",
    "expirationDate",
    "isExpired",
];

#[tokio::test]
async fn an_empty_account_is_an_empty_list() {
    let mock = MockServer::start().await;
    assert_eq!(partner(&mock, "GET", "getInstances", "").await.text(), "[]");
}

#[tokio::test]
async fn an_item_of_today_is_written_to_the_byte() {
    let mock = MockServer::start().await;
    mock.control().set_clock(moment("2022-06-03T15:39:44Z"));
    let token = "1f2485e80f474293b935f77d78c64e76fa4bdceb417a4998a4";
    let body = json!({ "idInstance": 1_101_728_004, "apiTokenInstance": token });
    control(&mock, "POST", "instances", &body.to_string()).await;
    let expected = r#"[{"idInstance":1101728004,"name":"Instance 1101728004","typeInstance":"whatsapp","messenger":"whatsapp","typeAccount":"","partnerUserUiid":"","timeCreated":"2022-06-03T18:39:44","timeDeleted":"0001-01-01T00:00:00","apiTokenInstance":"1f2485e80f474293b935f77d78c64e76fa4bdceb417a4998a4","deleted":false,"tariff":"PARTNER_23","isFree":false,"isPartner":true,"expirationDate":"2022-06-04T18:39:44","isExpired":false}]"#;
    assert_eq!(partner(&mock, "GET", "getInstances", "").await.text(), expected);
}

#[tokio::test]
async fn the_fields_are_those_of_the_format() {
    for (format, first, second) in [
        (ListFormat::Current, &OF_TODAY[..], &OF_TODAY[..]),
        (ListFormat::Captured2022, &OF_2022, &OF_2022),
        (ListFormat::Both, &OF_TODAY, &OF_2022),
    ] {
        let mock = mock_with(Options { list_format: format, ..Options::default() }).await;
        mock.control().add_instances(2);
        let items = list(&mock).await;
        assert_eq!(names(&items[0]), first, "{format:?}");
        assert_eq!(names(&items[1]), second, "{format:?}");
    }
}

#[tokio::test]
async fn the_fields_are_sorted_by_option() {
    let mock = mock_with(Options { key_order: KeyOrder::Sorted, ..Options::default() }).await;
    mock.control().add_instances(1);
    let item = list(&mock).await.remove(0);
    assert_eq!(names(&item)[..3], ["apiTokenInstance", "deleted", "expirationDate"]);
}

#[tokio::test]
async fn it_is_in_order_of_creation_and_by_post_the_same() {
    let mock = MockServer::start().await;
    let ids = [create(&mock, "").await, create(&mock, "").await, create(&mock, "").await];
    let listed: Vec<_> = list(&mock).await.iter().map(|item| item["idInstance"].as_u64().unwrap()).collect();
    assert_eq!(listed, ids);
    assert_eq!(partner(&mock, "POST", "getInstances", "").await.json(), Value::from(list(&mock).await));
}

#[tokio::test]
async fn what_a_test_puts_in_is_listed_as_it_is() {
    let mock = MockServer::start().await;
    let body = json!({ "name": null, "isFree": true, "tariff": 7, "messenger": "signal", "newField": { "a": [1] } });
    control(&mock, "POST", "instances", &body.to_string()).await;
    let item = list(&mock).await.remove(0);
    for (field, value) in body.as_object().unwrap() {
        assert_eq!(item[field], *value, "{field}");
    }
}

/// A list takes over what the one before it says, so that it is quick; another mock, with the same account, never did.
#[tokio::test]
async fn a_list_after_others_is_the_same_as_one_that_was_never_asked_for_before() {
    for list_format in [ListFormat::Current, ListFormat::Both] {
        let mock = mock_with(Options { list_format, ..Options::default() }).await;
        mock.control().set_clock(moment("2026-08-22T10:00:00Z"));
        mock.control().add_instances(6);
        let ids: Vec<_> = list(&mock).await.iter().map(|item| item["idInstance"].as_u64().unwrap()).collect();
        let midnight = moment("2026-08-22T21:00:00Z");
        let change: [(&str, &dyn Fn()); 5] = [
            ("a token", &|| drop(mock.control().rotate_token(ids[1]).unwrap())),
            ("one more", &|| mock.control().add_instances(1)),
            ("a day", &|| mock.control().set_clock(midnight)),
            ("other fields", &|| drop(mock.control().change_options(&sorted()).unwrap())),
            ("back", &|| mock.control().set_clock(moment("2026-08-22T10:00:00Z"))),
        ];
        for (what, change) in change {
            change();
            assert_eq!(text(&mock).await, fresh(&mock).await, "{list_format:?}, {what}");
        }
        delete(&mock, ids[0]).await;
        assert_eq!(text(&mock).await, fresh(&mock).await, "{list_format:?}, a deletion");
        for three_months in ["2026-11-22T09:59:59Z", "2026-11-22T10:00:00Z"] {
            mock.control().set_clock(moment(three_months));
            assert_eq!(text(&mock).await, fresh(&mock).await, "{list_format:?}, {three_months}");
        }
        mock.control().reset();
        assert_eq!(text(&mock).await, "[]");
    }
}

#[tokio::test]
async fn a_list_that_lags_shows_later_what_calls_have_done() {
    let mock = mock_with(Options { list_lag_ms: 1500, ..Options::default() }).await;
    mock.control().set_clock(moment("2026-11-22T10:00:00Z"));
    let put_in = json!({ "idInstance": 7, "deleted": true });
    control(&mock, "POST", "instances", &put_in.to_string()).await;
    let created = create(&mock, "").await;
    let seen = async || -> Vec<(u64, bool)> {
        let item = |item: &Value| (item["idInstance"].as_u64().unwrap(), item["deleted"] == true);
        list(&mock).await.iter().map(item).collect()
    };
    assert_eq!(seen().await, [(7, true)], "what a test puts in is shown at once");
    mock.control().set_clock(moment("2026-11-22T10:00:01.499Z"));
    assert_eq!(seen().await.len(), 1);
    mock.control().set_clock(moment("2026-11-22T10:00:01.5Z"));
    assert_eq!(seen().await, [(7, true), (created, false)]);
    delete(&mock, created).await;
    assert_eq!(seen().await, [(7, true), (created, false)]);
    assert!(mock.control().instances()[1].deleted_at.is_some(), "the control says what is so");
    mock.control().set_clock(moment("2026-11-22T10:00:03Z"));
    assert_eq!(seen().await, [(7, true), (created, true)]);
}

#[tokio::test]
async fn names_are_stored_otherwise_by_option() {
    let table = [
        (Options::default(), "  a \u{a0} b  ", "  a \u{a0} b  "),
        (Options { trims_names: true, ..Options::default() }, "  a \u{a0} b  ", "a b"),
        (Options { cuts_names_at: Some(4), ..Options::default() }, "shöp-42", "shöp"),
    ];
    for (options, given, stored) in table {
        let mock = mock_with(options).await;
        create(&mock, &json!({ "name": given }).to_string()).await;
        assert_eq!(list(&mock).await[0]["name"], stored);
    }
}

/// The list that a new mock has of the same instances.
async fn fresh(mock: &MockServer) -> String {
    let options = Options { partner_token: None, ..mock.control().options() };
    let other = mock_with(options).await;
    other.control().set_clock(mock.control().now());
    for instance in mock.control().instances() {
        let fields = instance.to_json();
        let told: Vec<_> = ["idInstance", "name", "apiTokenInstance", "createdAt", "deletedAt"]
            .map(|field| (field.to_owned(), fields[field].clone()))
            .into();
        other.control().add_instance(&told.into_iter().collect()).unwrap();
    }
    text(&other).await
}

async fn text(mock: &MockServer) -> String {
    partner(mock, "GET", "getInstances", "").await.text()
}

fn sorted() -> Map<String, Value> {
    Map::from_iter([("keyOrder".to_owned(), "sorted".into())])
}

#[tokio::test]
async fn an_answer_has_the_captured_headers_and_the_mocks_date() {
    let mock = MockServer::start().await;
    mock.control().set_clock(moment("2022-06-08T06:22:22Z"));
    let headers = partner(&mock, "GET", "getInstances", "").await.headers;
    for (name, value) in [
        ("server", "nginx/1.14.0 (Ubuntu)"),
        ("date", "Wed, 08 Jun 2022 06:22:22 GMT"),
        ("content-type", "application/json; charset=utf-8"),
        ("vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"),
        ("x-ratelimit-remaining", "-1"),
        ("x-ratelimit-requested-tokens", "1"),
        ("x-ratelimit-burst-capacity", "20"),
        ("x-ratelimit-replenish-rate", "10"),
        ("x-powered-by", "Express"),
        ("access-control-allow-origin", "*"),
        ("access-control-allow-headers", "*"),
    ] {
        assert_eq!(headers[name], value, "{name}");
    }
}

#[tokio::test]
async fn the_captured_headers_and_the_tag_can_be_left_out() {
    let mock = mock_with(Options { captured_headers: false, etag: false, ..Options::default() }).await;
    let headers = partner(&mock, "GET", "getInstances", "").await.headers;
    assert_eq!(headers.keys().collect::<Vec<_>>(), ["content-length", "content-type", "date"]);
}

#[tokio::test]
async fn the_tag_of_a_list_is_honoured_until_the_list_changes() {
    let mock = MockServer::start().await;
    mock.control().add_instances(3);
    let mut client = Client::connect(&mock).await;
    let path = path(&mock, "getInstances");
    let tag = client.call("GET", &path, &[], "").await.unwrap().headers["etag"].clone();
    assert!(tag.starts_with("W/\"") && tag.ends_with('"'), "{tag}");

    let unchanged = client.call("GET", &path, &[("If-None-Match", &tag)], "").await.unwrap();
    assert_eq!((unchanged.status, unchanged.body.len()), (304, 0));
    assert_eq!(unchanged.headers["etag"], tag);

    mock.control().add_instances(1);
    let changed = client.call("GET", &path, &[("If-None-Match", &tag)], "").await.unwrap();
    assert_eq!((changed.status, changed.json().as_array().unwrap().len()), (200, 4));
    assert_ne!(changed.headers["etag"], tag);
}

#[tokio::test]
async fn a_post_never_gets_a_304() {
    let mock = MockServer::start().await;
    let mut client = Client::connect(&mock).await;
    let path = path(&mock, "getInstances");
    let tag = client.call("GET", &path, &[], "").await.unwrap().headers["etag"].clone();
    assert_eq!(client.call("POST", &path, &[("If-None-Match", &tag)], "").await.unwrap().status, 200);
}

#[tokio::test]
async fn a_long_list_is_compressed_for_who_accepts_that_where_the_option_says_so() {
    let mock = mock_with(Options { gzip: true, ..Options::default() }).await;
    mock.control().add_instances(100);
    let mut client = Client::connect(&mock).await;
    let path = path(&mock, "getInstances");
    let plain = client.call("GET", &path, &[], "").await.unwrap();
    let packed = client.call("GET", &path, &[("Accept-Encoding", "gzip, br")], "").await.unwrap();
    let mut unpacked = Vec::new();
    GzDecoder::new(&packed.body[..]).read_to_end(&mut unpacked).unwrap();
    assert_eq!(packed.headers["content-encoding"], "gzip");
    assert_eq!(unpacked, plain.body);
    assert!(!plain.headers.contains_key("content-encoding"));
    let declined = client.call("GET", &path, &[("Accept-Encoding", "gzip;q=0")], "").await.unwrap();
    assert_eq!(declined.body, plain.body);
}

fn names(item: &Value) -> Vec<&str> {
    item.as_object().unwrap().keys().map(String::as_str).collect()
}
