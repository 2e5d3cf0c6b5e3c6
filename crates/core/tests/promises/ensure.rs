//! Reconciliation by `ensure_instance`: how it looks for an instance whose creation got no answer, on a clock that stands still unless
//! everybody waits. The rest is in `tests/scenarios/ensure/`.

use std::time::Duration;

use greenapi_partner::{CallOptions, EnsureOptions};
use greenapi_partner_mock::{Cut, Fault, Requests};
use serde_json::json;
use tokio::time::Instant;

use crate::support::{
    CREATE, LIST, always, busy, code, hearing::listen, put, put_named, received, script, shop, start,
};

#[tokio::test(start_paused = true)]
async fn it_looks_after_one_two_four_seconds_until_settle() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [Fault::cut(Cut::AfterRequest)]);
    let begun = Instant::now();
    assert_eq!(code(partner.ensure_instance_with(shop(), settle(10)).await), "outcome_unknown");
    assert!(begun.elapsed() <= Duration::from_secs(10), "{:?}", begun.elapsed());
    assert_eq!(received(&mock, LIST).len(), 1 + 4, "the first, after 1, 3 and 7 s, and a last one");
    assert_eq!(received(&mock, CREATE).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn it_finds_what_appears_late() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [Fault::cut(Cut::AfterRequest)]);
    let control = mock.control().clone();
    let call = tokio::spawn(async move { partner.ensure_instance(shop()).await });
    control.wait_for_requests(&Requests::of(LIST), 3).await;
    put_named(&mock, 77, "shop-42");
    assert_eq!(call.await.unwrap().unwrap().id_instance(), 77);
    assert_eq!(received(&mock, CREATE).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn it_looks_once_even_if_there_is_next_to_no_time_to_settle() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [Fault::cut(Cut::AfterAction)]);
    let options = EnsureOptions { settle: Some(Duration::from_millis(100)), ..EnsureOptions::default() };
    let found = partner.ensure_instance_with(shop(), options).await.unwrap();
    assert_eq!(found.id_instance(), mock.control().instances()[0].id_instance);
}

#[tokio::test(start_paused = true)]
async fn a_create_that_hangs_leaves_time_to_look() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [Fault { act: true, ..Fault::hold() }]);
    let found = partner.ensure_instance(shop()).await.unwrap();
    assert_eq!(found.name(), Some("shop-42"));
    assert_eq!((received(&mock, CREATE).len(), mock.control().instances().len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_list_that_fails_meanwhile_is_asked_again() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [Fault::cut(Cut::AfterAction)]);
    script(
        &mock,
        LIST,
        [Fault { body: Some(serde_json::json!([])), ..Fault::default() }, Fault::status(400), Fault::status(401)],
    );
    assert_eq!(partner.ensure_instance(shop()).await.unwrap().name(), Some("shop-42"));
    assert_eq!(received(&mock, LIST).len(), 4);
}

#[tokio::test(start_paused = true)]
async fn it_ends_with_the_calls_time_whatever_settle_says() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [always(Fault::hold())]);
    let begun = Instant::now();
    let options = EnsureOptions { call: CallOptions::timeout(Duration::from_secs(8)), ..settle(1000) };
    assert_eq!(code(partner.ensure_instance_with(shop(), options).await), "outcome_unknown");
    assert!(begun.elapsed() <= Duration::from_secs(8), "{:?}", begun.elapsed());
    assert_eq!(received(&mock, CREATE).len(), 1);
}

#[tokio::test]
async fn a_gateway_that_answers_429_after_upstream_has_acted_is_told_of() {
    let (mock, partner) = start().await;
    let ears = listen();
    script(&mock, CREATE, [always(Fault { act: true, ..busy("0") })]);
    let found = partner.ensure_instance(shop()).await.unwrap();
    assert_eq!(found.id_instance(), mock.control().instances()[0].id_instance);
    let warned = ears.warned();
    assert!(
        warned.iter().any(|one| one.contains("429") && one.contains(&found.id_instance().to_string())),
        "{warned:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn after_a_429_every_further_try_is_preceded_by_a_look() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [busy("0"), busy("0")]);
    partner.ensure_instance(shop()).await.unwrap();
    assert_eq!((received(&mock, LIST).len(), received(&mock, CREATE).len()), (1 + 2, 2 + 1));
}

#[tokio::test]
async fn settings_are_compared_where_that_is_asked_for_and_named_without_their_values() {
    let (mock, partner) = start().await;
    let settings = json!({"webhookUrl": "https://a.example", "webhookUrlToken": "canary-1", "incomingWebhook": "yes"});
    put(&mock, json!({"idInstance": 7, "name": "shop-42", "settings": settings}));
    let asked = |token: &str| {
        shop().webhook_url("https://b.example").webhook_url_token(token).incoming_webhook(true).state_webhook(true)
    };
    let compare = || EnsureOptions { compare_settings: true, ..EnsureOptions::default() };
    let ears = listen();
    partner.ensure_instance(asked("canary-2")).await.unwrap();
    assert_eq!((ears.warned(), received(&mock, SETTINGS).len()), (Vec::new(), 0));
    let found = partner.ensure_instance_with(asked("canary-2"), compare()).await.unwrap();
    assert_eq!((found.is_new(), found.id_instance(), received(&mock, SETTINGS).len()), (false, 7, 1));
    let told = "getSettings of 7: its settings are not those that were asked for: webhook_url, webhook_url_token, state_webhook";
    assert_eq!(ears.warned(), [told]);
    assert!(!ears.text().contains("canary-"), "{}", ears.text());
}

#[tokio::test]
async fn settings_that_cannot_be_had_do_not_hold_up_the_instance() {
    let (mock, partner) = start().await;
    put_named(&mock, 7, "shop-42");
    script(&mock, SETTINGS, [Fault::status(401)]);
    let ears = listen();
    let options = EnsureOptions { compare_settings: true, ..EnsureOptions::default() };
    assert_eq!(partner.ensure_instance_with(shop(), options).await.unwrap().id_instance(), 7);
    let warned = ears.warned();
    assert!(warned.len() == 1 && warned[0].contains("could not be compared"), "{warned:?}");
}

#[tokio::test]
async fn a_new_one_is_used_as_an_instance_and_has_nothing_to_compare() {
    let (mock, partner) = start().await;
    let options = EnsureOptions { compare_settings: true, ..EnsureOptions::default() };
    let one = partner.ensure_instance_with(shop().incoming_webhook(true), options).await.unwrap();
    assert_eq!((one.is_new(), received(&mock, SETTINGS).len()), (true, 0));
    assert_eq!(partner.instance_of_listed(&one).unwrap().id_instance(), one.id_instance());
    let token = one.api_token_instance().unwrap();
    assert!(!format!("{one:?} {}", one.html()).contains(token) && !one.to_json(false).contains_key("apiTokenInstance"));
    assert_eq!((&one.to_json(true)["isNew"], &one.to_json(true)["apiTokenInstance"]), (&json!(true), &json!(token)));
}

const SETTINGS: &str = "getSettings";

#[tokio::test]
async fn what_it_created_has_id_name_type_and_token() {
    let (mock, partner) = start().await;
    let one = partner.ensure_instance(shop()).await.unwrap();
    let truth = &mock.control().instances()[0];
    assert_eq!(
        (one.id_instance(), one.name(), one.type_instance()),
        (truth.id_instance, Some("shop-42"), Some("whatsapp"))
    );
    assert_eq!(one.api_token_instance(), Some(truth.api_token_instance.as_str()));
    assert!(!one.deleted());
}

fn settle(seconds: u64) -> EnsureOptions {
    EnsureOptions { settle: Some(Duration::from_secs(seconds)), ..EnsureOptions::default() }
}
