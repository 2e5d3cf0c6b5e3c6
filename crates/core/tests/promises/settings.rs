//! Settings that are confirmed and do not come into force: how long they are looked for, and what is done then.

use std::time::Duration;

use greenapi_partner::{AuthorizeOptions, BulkOptions, CreateInstance, Event, Events, InstanceClient, SetSettings};
use greenapi_partner_mock::{Fault, MockServer};
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use crate::support::{
    always, builder,
    bulk::{codes, journal_path, report, statuses},
    code, put, received, script,
};

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

/// Upstream takes its five minutes: nobody's phone loses its connection for what shows a little later.
#[tokio::test(start_paused = true)]
async fn what_shows_late_needs_no_reboot() {
    let mock = mock(json!({})).await;
    let late = Fault::json(200, json!({ "incomingWebhook": "no" }));
    script(&mock, "getSettings", [Fault { times: Some(3), ..late }]);
    let begun = Instant::now();
    shop(&mock).set_settings(SetSettings::new().incoming_webhook(true).verify(None)).await.unwrap();
    assert_eq!(begun.elapsed().as_secs(), 30);
    assert_eq!((received(&mock, "getSettings").len(), received(&mock, "reboot").len()), (4, 0));
}

/// A look that fails for a while says nothing of the settings.
#[tokio::test(start_paused = true)]
async fn a_look_that_fails_is_repeated_and_its_last_error_told() {
    let mock = mock(json!({})).await;
    let instance = shop(&mock);
    let set = || SetSettings::new().incoming_webhook(true).verify(None);
    script(&mock, "getSettings", [Fault { times: Some(6), ..Fault::status(503) }]);
    instance.set_settings(set()).await.unwrap();
    script(&mock, "getSettings", [Fault::status(401)]);
    assert_eq!(code(instance.set_settings(set()).await), "unauthorized");
    script(&mock, "getSettings", [always(Fault::status(503))]);
    let error = instance.set_settings(set()).await.unwrap_err();
    assert!(error.is_retryable(), "{error}");
    assert_eq!((received(&mock, "reboot").len(), received(&mock, "setSettings").len()), (0, 3));
}

/// A reboot's answer that is lost, and an instance that is not ready after it, are no reason to leave it half set.
#[tokio::test(start_paused = true)]
async fn they_are_set_again_whatever_the_reboot_says() {
    let mock = mock(json!({ "lostSettings": ["incomingWebhook"], "rebootAnswers": 3 })).await;
    script(&mock, "reboot", [Fault { act: true, ..Fault::status(502) }]);
    let instance = shop(&mock);
    instance.set_settings(SetSettings::new().incoming_webhook(true).verify(None)).await.unwrap();
    assert_eq!(instance.get_settings().await.unwrap().incoming_webhook(), Some(true));
    assert_eq!(received(&mock, "reboot").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_time_that_is_none_is_refused_before_anything_is_sent_and_one_without_end_is_one() {
    let mock = mock(json!({ "warmUp": [] })).await;
    let shop = shop(&mock);
    let partner = builder(&mock).pacing(false).build().unwrap();
    let named = || CreateInstance::named("shop-42").incoming_webhook(true);
    let options = |verify_timeout| AuthorizeOptions { verify_timeout, ..AuthorizeOptions::default() };
    let set = || SetSettings::new().incoming_webhook(true);
    assert_eq!(code(partner.onboard(named(), options(Duration::ZERO)).next().await.unwrap()), "invalid_request");
    assert_eq!(code(shop.set_settings(set().verify(Some(Duration::ZERO))).await), "invalid_request");
    let bulk =
        |verify_timeout| BulkOptions { verify: true, verify_timeout: Some(verify_timeout), ..BulkOptions::new() };
    let refused = codes(&report(partner.set_instances_settings(vec![ID], set(), bulk(Duration::MAX))).await);
    assert_eq!(refused, [""]);
    let mut run = partner.set_instances_settings(vec![ID], set(), bulk(Duration::ZERO));
    assert_eq!(code(run.next().await.unwrap()), "invalid_request");
    assert_eq!((received(&mock, "createInstance").len(), received(&mock, "setSettings").len()), (0, 1));
    let mut events = partner.onboard(named(), options(Duration::MAX));
    assert!(matches!(next(&mut events).await, Event::Created(_)));
    assert!(matches!(next(&mut events).await, Event::QrCode(_)));
}

/// The word of a run, and that of its settings.
#[tokio::test(start_paused = true)]
async fn of_many_each_is_verified_and_what_another_run_finds_is_set_again() {
    let mock = mock(json!({ "ignoredSettings": ["incomingWebhook"] })).await;
    shop(&mock);
    let partner = builder(&mock).pacing(false).build().unwrap();
    let set = SetSettings::new().incoming_webhook(true).verify(None);
    let path = journal_path();
    for (setting, looking, reboots) in [(2, 62, 1), (4, 124, 2)] {
        let options = BulkOptions::new().journal(&path);
        let told = report(partner.set_instances_settings(vec![ID], set.clone(), options)).await;
        assert_eq!((statuses(&told), codes(&told)), (vec!["not_kept".to_owned()], vec!["refused"]));
        let counts = ["setSettings", "getSettings", "reboot"].map(|method| received(&mock, method).len());
        assert_eq!(counts, [setting, looking, reboots], "a journal does not call it done");
    }
    let mut run = partner.set_instances_settings(vec![ID], SetSettings::reapply(), BulkOptions::new());
    assert_eq!(code(run.next().await.unwrap()), "invalid_request");
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

/// A phone that was linked since the state was last looked at: what is not kept is told, and nothing is done about it.
#[tokio::test(start_paused = true)]
async fn a_phone_that_is_linked_before_the_repair_keeps_its_connection() {
    let mock = mock(json!({ "warmUp": [], "ignoredSettings": ["incomingWebhook"], "socket": false })).await;
    let partner = builder(&mock).pacing(false).build().unwrap();
    let mut options = AuthorizeOptions::default();
    options.ready.interval = Some(Duration::from_secs(600));
    let mut events = partner.onboard(CreateInstance::named("shop-42").incoming_webhook(true), options);
    assert!(matches!(next(&mut events).await, Event::Created(_)));
    assert!(matches!(next(&mut events).await, Event::QrCode(_)));
    // The flow has this code shown, and looks again in ten minutes; the settings are looked for five.
    let seen = tokio::spawn(async move { (next(&mut events).await, events) });
    tokio::time::sleep(Duration::from_secs(60)).await;
    mock.control().scan(mock.control().instances()[0].id_instance, None).unwrap();
    let (event, mut events) = seen.await.unwrap();
    assert!(matches!(event, Event::SettingsNotKept(_)), "{event:?}");
    assert!(matches!(next(&mut events).await, Event::Authorized(_)));
    assert_eq!((received(&mock, "reboot").len(), received(&mock, "setSettings").len()), (0, 0));
}

/// Who asks for it by `verify` has the reboot, phone or not: the state is of no matter.
#[tokio::test(start_paused = true)]
async fn set_settings_repairs_a_linked_instance_as_well() {
    let mock = mock(json!({ "lostSettings": ["incomingWebhook"] })).await;
    let instance = shop(&mock);
    mock.control().scan(ID, None).unwrap();
    instance.set_settings(SetSettings::new().incoming_webhook(true).verify(None)).await.unwrap();
    assert_eq!((received(&mock, "reboot").len(), received(&mock, "getStateInstance").len()), (1, 0));
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
    changes.entry("rebootAnswers").or_insert(0.into());
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
