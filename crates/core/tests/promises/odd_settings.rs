//! Settings that are sent although they hardly do what was meant: the log says so.

use greenapi_partner::{BulkOptions, CreateInstance};
use serde_json::json;

use crate::support::{
    bulk::{report, statuses},
    code,
    hearing::listen,
    put_named, start,
};

const NOTHING_ON: &str = "webhook_url is given, and no notification is switched on: nothing will be posted to it";
const NO_CALLS: &str =
    "incoming_call_webhook is on, and incoming_webhook is not, which it needs: no call will be told of";

#[tokio::test]
async fn what_is_odd_is_warned_of_and_sent() {
    let named = || CreateInstance::named("shop-42");
    let hook = || named().webhook_url("https://shop.example/hook");
    let table: [(CreateInstance, &[&str]); 10] = [
        (named(), &[]),
        (hook(), &[NOTHING_ON]),
        (hook().incoming_webhook(false).webhook_url_token("x"), &[NOTHING_ON]),
        (hook().keep_online_status(true), &[NOTHING_ON]),
        (hook().state_webhook(true), &[]),
        (hook().extra("catalogsWebhook", json!("yes")), &[]),
        (hook().incoming_webhook(true).incoming_call_webhook(true), &[]),
        (hook().incoming_call_webhook(true), &[NO_CALLS]),
        (named().incoming_call_webhook(true).incoming_webhook(false), &[NO_CALLS]),
        (named().extra("webhookUrl", json!("https://x")), &[NOTHING_ON]),
    ];
    for (settings, warnings) in table {
        let (mock, partner) = start().await;
        let ears = listen();
        partner.create_instance(settings.clone()).await.unwrap();
        assert_eq!(ears.warnings(), warnings, "{settings:?}");
        assert_eq!(mock.control().instances().len(), 1);
    }
}

#[tokio::test]
async fn ensure_instance_warns_where_it_creates() {
    let (mock, partner) = start().await;
    put_named(&mock, 7, "shop-7");
    let hook = |name: &str| CreateInstance::named(name).webhook_url("https://shop.example/hook");
    let ears = listen();
    assert_eq!(code(partner.ensure_instance(hook("shop-7")).await), "no error");
    assert_eq!(ears.warnings(), [] as [&str; 0]);
    assert_eq!(code(partner.ensure_instance(hook("shop-8")).await), "no error");
    assert_eq!(ears.warnings(), [NOTHING_ON]);
}

#[tokio::test]
async fn a_run_warns_once_of_each_kind() {
    let (mock, partner) = start().await;
    put_named(&mock, 7, "a");
    let hook = |name: &str| CreateInstance::named(name).webhook_url("https://shop.example/hook");
    let specs =
        vec![hook("a"), hook("b"), CreateInstance::named("c"), hook("d"), hook("e").incoming_call_webhook(true)];
    let ears = listen();
    let told = report(partner.create_instances(specs, BulkOptions::new())).await;
    assert_eq!(statuses(&told), ["skipped", "done", "done", "done", "done"]);
    assert_eq!(ears.warnings(), [format!("specs[4]: {NO_CALLS}"), format!("specs[1] and 1 more: {NOTHING_ON}")]);
}
