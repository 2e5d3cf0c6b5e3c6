//! Settings that are confirmed and do not come into force: how long they are looked for, and what is done then.

use greenapi_partner::{AuthorizeOptions, CreateInstance, Event, Events, InstanceClient, SetSettings};
use greenapi_partner_mock::MockServer;
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use crate::support::{builder, code, put, received};

const ID: u64 = 1_101_728_000;
const TOKEN: &str = "canary-instance-1";

#[tokio::test(start_paused = true)]
async fn they_are_looked_for_every_ten_seconds_for_five_minutes_before_a_reboot_and_as_long_after_it() {
    let mock = mock(json!({ "ignoredSettings": ["incomingWebhook"] })).await;
    let instance = shop(&mock);
    let begun = Instant::now();
    let set = SetSettings::new().incoming_webhook(true).verify(None);
    assert_eq!(code(instance.set_settings(set).await), "refused");
    assert_eq!(begun.elapsed().as_secs(), 600);
    let counts = ["setSettings", "getSettings", "reboot"].map(|method| received(&mock, method).len());
    assert_eq!(counts, [2, 62, 1]);
}

#[tokio::test(start_paused = true)]
async fn what_upstream_does_not_show_by_its_documents_is_not_looked_for() {
    let mock = mock(json!({ "ignoredSettings": ["autoTyping", "deviceWebhook"] })).await;
    let set = SetSettings::new().auto_typing(3).device_webhook(true).verify(None);
    shop(&mock).set_settings(set).await.unwrap();
    assert_eq!(received(&mock, "getSettings").len(), 0);
}

#[tokio::test]
async fn settings_can_be_copied() {
    let mock = mock(json!({})).await;
    let settings = json!({ "incomingWebhook": "yes", "webhookUrlToken": "secret", "autoTyping": 5, "webhookUrl": "" });
    put(&mock, json!({ "idInstance": 7, "apiTokenInstance": "template", "settings": settings }));
    let partner = builder(&mock).pacing(false).build().unwrap();
    let template = partner.instance(7, "template").unwrap().get_settings().await.unwrap();
    let copy = shop(&mock);
    copy.set_settings(template.settable()).await.unwrap();
    let copied = copy.get_settings().await.unwrap();
    assert_eq!(Map::from(copied.settable()), Map::from(template.settable()));
    assert_eq!((copied.incoming_webhook(), copied.auto_typing()), (Some(true), Some(5)));
    let sent: Value = serde_json::from_slice(&received(&mock, "setSettings")[0].body).unwrap();
    assert!(sent.get("webhookUrl").is_none() && sent.get("wid").is_none(), "{sent}");
}

/// The phone that was linked meanwhile keeps its connection.
#[tokio::test(start_paused = true)]
async fn a_linked_instance_is_never_rebooted_by_onboard_and_its_end_is_not_held_up() {
    let mock = mock(json!({ "warmUp": [], "ignoredSettings": ["incomingWebhook"] })).await;
    let partner = builder(&mock).pacing(false).build().unwrap();
    let settings = CreateInstance::named("shop-42").incoming_webhook(true);
    let mut events = partner.onboard(settings, AuthorizeOptions::default());
    assert!(matches!(next(&mut events).await, Event::Created(_)));
    assert!(matches!(next(&mut events).await, Event::QrCode(_)));
    let id = events.instance().unwrap().id_instance();
    let begun = Instant::now();
    mock.control().scan(id, None).unwrap();
    assert!(matches!(next(&mut events).await, Event::Authorized(_)));
    assert!(begun.elapsed().as_secs() < 5 && events.next().await.is_none());
    assert_eq!((received(&mock, "reboot").len(), received(&mock, "setSettings").len()), (0, 0));
}

/// What it finds is not what it has created: nothing is looked for.
#[tokio::test(start_paused = true)]
async fn an_instance_that_was_there_is_not_verified() {
    let mock = mock(json!({})).await;
    put(&mock, json!({ "idInstance": ID, "name": "shop-42", "apiTokenInstance": TOKEN, "phone": "79001234567" }));
    let partner = builder(&mock).pacing(false).build().unwrap();
    let mut events =
        partner.onboard(CreateInstance::named("shop-42").incoming_webhook(true), AuthorizeOptions::default());
    assert!(matches!(next(&mut events).await, Event::Created(_)));
    assert!(matches!(next(&mut events).await, Event::Authorized(_)));
    assert_eq!(received(&mock, "getSettings").len(), 0);
}

async fn mock(options: Value) -> MockServer {
    let mock = MockServer::start().await;
    let mut changes = options.as_object().unwrap().clone();
    changes.insert("instanceRateLimits".to_owned(), false.into());
    changes.insert("rebootAnswers".to_owned(), 0.into());
    mock.control().change_options(&changes).unwrap();
    mock
}

fn shop(mock: &MockServer) -> InstanceClient {
    put(mock, json!({ "idInstance": ID, "apiTokenInstance": TOKEN }));
    builder(mock).pacing(false).build().unwrap().instance(ID, TOKEN).unwrap()
}

async fn next(events: &mut Events) -> Event {
    events.next().await.unwrap().unwrap()
}
