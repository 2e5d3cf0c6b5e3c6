//! Creating and deleting, and what stays of the deleted.

use greenapi_partner_mock::{MockServer, Options, Requests};
use serde_json::{Value, json};

use crate::client::{create, delete, list, mock_with, moment, partner};

#[tokio::test]
async fn a_created_instance_has_an_id_of_the_pool_a_token_and_a_type_and_nothing_else() {
    let mock = MockServer::start().await;
    let answer = partner(&mock, "POST", "createInstance", r#"{"name":"shop-42"}"#).await;
    let created = answer.json();
    let token = created["apiTokenInstance"].as_str().unwrap();
    assert_eq!(answer.status, 200);
    assert_eq!(created["idInstance"], 1_101_000_001_u64);
    assert_eq!(created["typeInstance"], "whatsapp");
    assert_eq!(token.len(), 50);
    assert!(token.bytes().all(|digit| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit)), "{token}");
    assert_eq!(created.as_object().unwrap().len(), 3);
}

#[tokio::test]
async fn the_answer_to_a_create_is_as_long_as_the_captured_one() {
    let mock = MockServer::start().await;
    assert_eq!(partner(&mock, "POST", "createInstance", "").await.headers["content-length"], "123");
}

#[tokio::test]
async fn ids_and_tokens_are_given_once() {
    let mock = MockServer::start().await;
    let first = partner(&mock, "POST", "createInstance", "{}").await.json();
    let second = partner(&mock, "POST", "createInstance", "{}").await.json();
    assert_ne!(first["idInstance"], second["idInstance"]);
    assert_ne!(first["apiTokenInstance"], second["apiTokenInstance"]);
}

#[tokio::test]
async fn pool_width_and_type_of_new_instances_are_options() {
    let options = Options { pool: 7105, id_digits: 12, type_instance: "telegram".into(), ..Options::default() };
    let mock = mock_with(options).await;
    let created = partner(&mock, "POST", "createInstance", "").await.json();
    assert_eq!(created["idInstance"], 710_500_000_001_u64);
    assert_eq!(created["typeInstance"], "telegram");
}

#[tokio::test]
async fn a_name_is_taken_and_the_default_has_the_id() {
    let mock = MockServer::start().await;
    create(&mock, r#"{"name":"shop-42"}"#).await;
    create(&mock, "").await;
    let names: Vec<_> = list(&mock).await.iter().map(|item| item["name"].clone()).collect();
    assert_eq!(names, ["shop-42", "Instance 1101000002"]);
}

#[tokio::test]
async fn known_settings_are_kept_and_unknown_and_legacy_fields_ignored() {
    let mock = MockServer::start().await;
    let body = json!({
        "webhookUrl": "https://mysite.com/webhook/green-api/",
        "incomingWebhook": "yes",
        "enableMessagesHistory": "no",
        "typeInstance": "telegram",
        "countryInstance": "pl",
        "partnerUserUiid": "b5a1dd34-8ad1-4e6a-b2a5-4fbbdd8d1bd1",
        "plan": "business",
    });
    create(&mock, &body.to_string()).await;
    let instance = &mock.control().instances()[0];
    let kept: Value = instance.settings.clone().into();
    assert_eq!(kept, json!({ "webhookUrl": "https://mysite.com/webhook/green-api/", "incomingWebhook": "yes" }));
    assert_eq!(instance.type_instance, "whatsapp");
    assert_eq!(list(&mock).await[0]["partnerUserUiid"], "");
}

#[tokio::test]
async fn hosts_are_in_the_reply_only_by_option() {
    let mock = mock_with(Options { hosts_in_reply: true, ..Options::default() }).await;
    let created = partner(&mock, "POST", "createInstance", "").await.json();
    assert_eq!(created["apiUrl"], mock.url());
    assert_eq!(created["mediaUrl"], mock.url());
}

#[tokio::test]
async fn a_delete_succeeds_once() {
    let mock = MockServer::start().await;
    let id_instance = create(&mock, "").await;
    assert_eq!(delete(&mock, id_instance).await, json!({ "deleteInstanceAccount": true }));
    assert_eq!(delete(&mock, id_instance).await, json!({ "code": 404, "description": "Not found" }));
    assert_eq!(delete(&mock, 1).await, json!({ "code": 404, "description": "Not found" }));
}

#[tokio::test]
async fn a_deleted_instance_stays_listed_for_three_months_to_the_second() {
    let mock = MockServer::start().await;
    mock.control().set_clock(moment("2026-08-22T10:00:00Z"));
    let id_instance = create(&mock, "").await;
    delete(&mock, id_instance).await;
    mock.control().set_clock(moment("2026-11-22T09:59:59Z"));
    assert_eq!(list(&mock).await[0]["timeDeleted"], "2026-08-22T13:00:00");
    mock.control().set_clock(moment("2026-11-22T10:00:00Z"));
    assert_eq!(list(&mock).await, Vec::<Value>::new());
    assert!(mock.control().instances().is_empty());
}

#[tokio::test]
async fn creates_at_the_same_time_make_as_many_instances() {
    let mock = std::sync::Arc::new(MockServer::start().await);
    let calls: Vec<_> = (0..64)
        .map(|_| {
            let mock = std::sync::Arc::clone(&mock);
            tokio::spawn(async move { create(&mock, "").await })
        })
        .collect();
    let mut ids = Vec::new();
    for call in calls {
        ids.push(call.await.unwrap());
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 64);
    assert_eq!(mock.control().instances().len(), 64);
    assert_eq!(mock.control().requests(&Requests::of("createInstance")).len(), 64);
}
