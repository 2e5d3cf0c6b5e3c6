//! Tracing events: one per request, and a warning where somebody has to look.

use greenapi_partner_mock::{Cut, Fault, Outcome};
use serde_json::json;
use tokio::task::yield_now;
use tracing::Level;

use crate::support::{
    CREATE, DELETE, LIST, builder, busy, code,
    hearing::{Said, listen},
    put, put_named, script, shop, start, until,
};

#[tokio::test]
async fn every_request_is_an_event_with_its_facts() {
    let (mock, partner) = start().await;
    put_named(&mock, 7, "shop-7");
    let ears = listen();
    partner.get_instances().await.unwrap();
    partner.create_instance(shop()).await.unwrap();
    partner.delete_instance_account(7).await.unwrap();
    let requests: Vec<_> = ears.ours();
    let facts: Vec<_> = requests
        .iter()
        .map(|event| ["operation", "path", "status", "attempt"].map(|name| event.field(name).unwrap()))
        .collect();
    let expected = [
        [LIST, "/partner/getInstances/{partnerToken}", "200", "1"],
        [CREATE, "/partner/createInstance/{partnerToken}", "200", "1"],
        [DELETE, "/partner/deleteInstanceAccount/{partnerToken}", "200", "1"],
    ];
    assert_eq!(facts, expected);
    assert!(requests.iter().all(|event| event.level == Level::DEBUG));
    assert!(requests.iter().all(|event| event.field("milliseconds").unwrap().parse::<u64>().is_ok()), "{requests:?}");
}

#[tokio::test]
async fn a_retry_is_told_with_its_reason_and_its_wait() {
    let (mock, partner) = start().await;
    script(&mock, LIST, [busy("0"), Fault::cut(Cut::AfterRequest)]);
    let ears = listen();
    partner.get_instances().await.unwrap();
    let events = ears.ours();
    let attempts: Vec<_> = events.iter().filter_map(|event| event.field("attempt")).collect();
    let reasons: Vec<_> = events.iter().filter_map(|event| event.field("code")).collect();
    let statuses: Vec<_> =
        events.iter().filter(|event| event.field("attempt").is_some()).map(|event| event.field("status")).collect();
    assert_eq!((attempts, reasons), (vec!["1", "2", "3"], vec!["rate_limited", "unavailable"]));
    assert_eq!(statuses, [Some("429"), None, Some("200")]);
}

#[tokio::test]
async fn a_message_says_by_itself_what_happened() {
    let (mock, partner) = start().await;
    put_named(&mock, 7, "shop-7");
    script(&mock, DELETE, [busy("0")]);
    let ears = listen();
    partner.delete_instance_account(7).await.unwrap();
    let messages: Vec<_> = ears.ours().iter().map(without_milliseconds).collect();
    let expected = [
        "deleteInstanceAccount of 7: answered (status 429, attempt 1, … ms)",
        "deleteInstanceAccount of 7: trying again (rate_limited, in … ms)",
        "deleteInstanceAccount of 7: answered (status 200, attempt 2, … ms)",
    ];
    assert_eq!(messages, expected);
}

#[tokio::test]
async fn who_could_not_be_logged_out_is_named() {
    let (mock, partner) = start().await;
    put(&mock, json!({ "idInstance": 7, "apiTokenInstance": "0".repeat(50), "timeCreated": "2024-01-22T05:45:14Z" }));
    script(&mock, "logout", [Fault { status: Some(403), body: Some(json!("")), ..Fault::default() }]);
    let ears = listen();
    partner.offboard(7).await.unwrap();
    let warnings: Vec<_> = ears.ours().into_iter().filter(|event| event.level == Level::WARN).collect();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].message.starts_with("logout of 7: could not log out before deleting"), "{warnings:?}");
    assert!(warnings[0].message.ends_with("(unauthorized)"), "{warnings:?}");
}

#[tokio::test]
async fn the_limiters_headers_are_shown() {
    let (_mock, partner) = start().await;
    let ears = listen();
    partner.get_instances().await.unwrap();
    assert!(ears.ours()[0].field("rate_limit").unwrap().contains("remaining=-1"), "{:?}", ears.ours());
}

#[tokio::test]
async fn a_create_dropped_after_it_was_sent_is_a_warning() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [Fault::hold()]);
    let ears = listen();
    tokio::select! {
        _ = partner.create_instance(shop()) => unreachable!("nobody answers it"),
        () = until(&mock, CREATE, Outcome::Held, 1) => {}
    }
    let warnings = ears.warnings();
    assert!(warnings.len() == 1 && warnings[0].contains("look before repeating"), "{warnings:?}");
}

#[tokio::test]
async fn a_read_dropped_after_it_was_sent_is_none() {
    let (mock, partner) = start().await;
    script(&mock, LIST, [Fault::hold()]);
    let ears = listen();
    tokio::select! {
        _ = partner.get_instances() => unreachable!("nobody answers it"),
        () = until(&mock, LIST, Outcome::Held, 1) => {}
    }
    assert_eq!(ears.warnings(), Vec::<String>::new());
}

#[tokio::test]
async fn a_create_dropped_while_it_waits_for_its_next_try_is_none() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [busy("30")]);
    let ears = listen();
    let waits = async {
        while ears.ours().iter().all(|event| event.field("wait_milliseconds") != Some("30000")) {
            yield_now().await;
        }
    };
    tokio::select! {
        _ = partner.create_instance(shop()) => unreachable!("it waits for half a minute"),
        () = waits => {}
    }
    assert_eq!(ears.warnings(), Vec::<String>::new());
}

#[tokio::test]
async fn an_answered_create_is_no_warning() {
    let (_mock, partner) = start().await;
    let ears = listen();
    partner.create_instance(shop()).await.unwrap();
    assert_eq!(ears.warnings(), Vec::<String>::new());
}

#[tokio::test]
async fn several_live_namesakes_are_a_warning() {
    let (mock, partner) = start().await;
    put_named(&mock, 7, "shop-42");
    put_named(&mock, 8, "shop-42");
    let ears = listen();
    partner.ensure_instance(shop()).await.unwrap();
    let warning = ears.ours().into_iter().find(|event| event.level == Level::WARN).unwrap();
    assert_eq!((warning.field("count"), warning.field("id_instance")), (Some("2"), Some("7")));
}

#[tokio::test]
async fn a_token_without_upstreams_prefix_is_a_warning_without_the_token() {
    let (mock, _) = start().await;
    let ears = listen();
    builder(&mock).partner_token("opensesame").build().unwrap();
    let warnings = ears.warnings();
    assert!(warnings.len() == 1 && warnings[0].contains("gac.") && !warnings[0].contains("opensesame"), "{warnings:?}");
}

#[tokio::test]
async fn what_is_refused_before_it_is_sent_is_no_request() {
    let (_mock, partner) = start().await;
    let ears = listen();
    assert_eq!(code(partner.delete_instance_account(0).await), "invalid_request");
    partner.close();
    assert_eq!(code(partner.get_instances().await), "configuration");
    assert!(ears.ours().is_empty(), "{:?}", ears.ours());
}

/// The message; how long something took is another number each time.
fn without_milliseconds(event: &Said) -> String {
    let words = event.message.split_inclusive(' ').collect::<Vec<_>>();
    let is_time = |at: usize| words.get(at + 1).is_some_and(|next| next.starts_with("ms"));
    words.iter().enumerate().map(|(at, word)| if is_time(at) { "… " } else { *word }).collect()
}
