//! The same done to many instances that exist: deleted, set, rebooted, logged out.

use greenapi_partner::{BulkItem, BulkOptions, PartnerClient, Run, SetSettings};
use greenapi_partner_mock::{Cut, Fault, MockServer, Named};
use serde_json::{Map, json};
use tokio::time::Instant;

use crate::support::{
    DELETE, LIST, always, builder,
    bulk::{codes, journal_path, live, reasons, refusal, report, statuses},
    put, received, script,
};

const SET: &str = "setSettings";
const REBOOT: &str = "reboot";
const LOGOUT: &str = "logout";

/// One way for all four.
type Begin = fn(&PartnerClient, Vec<u64>, BulkOptions) -> Run<BulkItem>;

/// Of every live instance too: the guard against that is in `bulk_deletions`.
const DELETES: Begin = |partner, ids, options| partner.delete_instance_accounts(ids, options.delete_all(true));
const SETS: Begin =
    |partner, ids, options| partner.set_instances_settings(ids, SetSettings::new().incoming_webhook(true), options);
const REBOOTS: Begin = |partner, ids, options| partner.reboot_instances(ids, options);
const LOGOUTS: Begin = |partner, ids, options| partner.logout_instances(ids, options);
const ALL: [(Begin, &str); 4] = [(DELETES, DELETE), (SETS, SET), (REBOOTS, REBOOT), (LOGOUTS, LOGOUT)];

#[tokio::test]
async fn each_is_done_with_the_token_of_the_one_list() {
    for (begin, method) in ALL {
        let (mock, partner) = start_with(3).await;
        let report = report(begin(&partner, vec![3, 1], BulkOptions::new())).await;
        assert_eq!(statuses(&report), ["done", "done"], "{method}");
        let names: Vec<_> = report.iter().map(|item| item.name().unwrap().to_owned()).collect();
        assert_eq!(names, ["shop-3", "shop-1"]);
        assert_eq!((received(&mock, method).len(), received(&mock, LIST).len()), (2, 1), "{method}");
    }
}

#[tokio::test]
async fn what_is_not_there_to_be_done_is_not_sent() {
    for (begin, method) in ALL {
        let (mock, partner) = start_with(1).await;
        put(&mock, json!({"idInstance": 8, "name": "old", "deleted": true}));
        let report = report(begin(&partner, vec![1, 9, 8, 1], BulkOptions::new())).await;
        let (deleted, code) = if method == DELETE { ("skipped", "") } else { ("failed", "not_found") };
        assert_eq!(statuses(&report), ["done", "failed", deleted, "skipped"], "{method}");
        assert_eq!(codes(&report), ["", "not_found", code, ""], "{method}");
        assert_eq!(received(&mock, method).len(), 1, "{method}");
    }
}

#[tokio::test]
async fn an_instance_without_a_token_fails_where_one_is_needed() {
    for (begin, method) in ALL {
        let (mock, partner) = start_with(0).await;
        put(&mock, json!({"idInstance": 5, "apiTokenInstance": null}));
        let report = report(begin(&partner, vec![5], BulkOptions::new())).await;
        let expected = if method == DELETE { ("done", "") } else { ("failed", "invalid_request") };
        assert_eq!((statuses(&report)[0].as_str(), codes(&report)[0]), expected, "{method}");
    }
}

#[tokio::test]
async fn an_id_or_a_setting_that_cannot_be_is_refused_before_anything_is_sent() {
    let (mock, partner) = start_with(1).await;
    for (begin, _) in ALL {
        let error = refusal(begin(&partner, vec![1, 0], BulkOptions::new())).await;
        assert!(error.to_string().contains("ids[1]") && error.code().as_str() == "invalid_request", "{error}");
    }
    for settings in [SetSettings::new(), SetSettings::new().delay_send_messages_milliseconds(1)] {
        let error = refusal(partner.set_instances_settings(vec![1], settings, BulkOptions::new())).await;
        assert_eq!(error.code().as_str(), "invalid_request", "{error}");
    }
    assert_eq!(mock.control().request_count(), 0);
}

#[tokio::test]
async fn no_ids_are_no_requests() {
    let (mock, partner) = start_with(1).await;
    for (begin, _) in ALL {
        assert!(report(begin(&partner, Vec::new(), BulkOptions::new())).await.is_empty());
    }
    assert_eq!(mock.control().request_count(), 0);
}

#[tokio::test]
async fn a_dry_run_sends_nothing_but_the_list() {
    for (begin, method) in ALL {
        let (mock, partner) = start_with(2).await;
        let report = report(begin(&partner, vec![1, 2, 1], BulkOptions::new().dry_run(true))).await;
        assert_eq!(statuses(&report), ["planned", "planned", "skipped"], "{method}");
        assert_eq!((mock.control().request_count(), received(&mock, LIST).len()), (1, 1), "{method}");
    }
}

#[tokio::test]
async fn a_delete_logs_out_first_unless_told_otherwise() {
    for (logout, logouts) in [(true, 2), (false, 0)] {
        let (mock, partner) = start_with(2).await;
        report(DELETES(&partner, vec![1, 2], BulkOptions::new().logout(logout))).await;
        assert_eq!((received(&mock, LOGOUT).len(), received(&mock, DELETE).len()), (logouts, 2));
        assert!(live(&mock).is_empty());
    }
}

#[tokio::test]
async fn one_that_somebody_else_deletes_meanwhile_is_done() {
    for logout in [true, false] {
        let (mock, partner) = start_with(1).await;
        script(&mock, DELETE, [Fault::named(Named::NotFound)]);
        let report = report(partner.delete_instance_accounts(vec![1], BulkOptions::new().logout(logout))).await;
        assert_eq!(statuses(&report), ["done"]);
    }
}

#[tokio::test]
async fn the_settings_arrive() {
    let (mock, partner) = start_with(2).await;
    report(SETS(&partner, vec![1, 2], BulkOptions::new())).await;
    for request in received(&mock, SET) {
        assert_eq!(request.json(), Some(json!({"incomingWebhook": "yes"})));
    }
}

#[tokio::test(start_paused = true)]
async fn a_reboot_without_an_answer_is_unknown_and_never_repeated() {
    let (mock, partner) = start_with(2).await;
    script(&mock, REBOOT, [Fault::cut(Cut::AfterAction)]);
    let path = journal_path();
    let options = || BulkOptions::new().concurrency(1).journal(&path);
    let first = report(partner.reboot_instances(vec![1, 2], options())).await;
    assert_eq!((statuses(&first), codes(&first)), (words(["unknown", "done"]), vec!["outcome_unknown", ""]));
    let second = report(partner.reboot_instances(vec![1, 2], options())).await;
    assert_eq!((statuses(&second), codes(&second)), (words(["unknown", "skipped"]), vec!["outcome_unknown", ""]));
    assert_eq!(received(&mock, REBOOT).len(), 2);
    let told = report(partner.reboot_instances(vec![1, 2], options().retry_unknown(true))).await;
    assert_eq!(statuses(&told), ["done", "skipped"]);
    assert_eq!(received(&mock, REBOOT).len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_logout_where_no_phone_is_linked_is_done() {
    let (mock, partner) = start_with(1).await;
    let no_phone = json!({"message": "instance account not authorized"});
    script(&mock, LOGOUT, [Fault::json(400, no_phone)]);
    let report = report(partner.logout_instances(vec![1], BulkOptions::new())).await;
    assert_eq!((statuses(&report), reasons(&report)), (words(["done"]), vec!["no phone was linked".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn so_many_are_under_way_at_once_and_no_more() {
    let table: [(Begin, &str, BulkOptions, u64); 3] = [
        (DELETES, DELETE, BulkOptions::new().logout(false), 5),
        (REBOOTS, REBOOT, BulkOptions::new(), 2),
        (REBOOTS, REBOOT, BulkOptions::new().concurrency(10), 4),
    ];
    for (begin, method, options, rounds) in table {
        let (mock, partner) = start_with(33).await;
        script(&mock, method, [always(Fault { delay_ms: Some(1000), ..Fault::default() })]);
        let begun = Instant::now();
        report(begin(&partner, (1..=33).collect(), options)).await;
        assert_eq!(begun.elapsed().as_secs(), rounds, "of a second each, {method}");
    }
}

#[tokio::test]
async fn a_journal_leaves_out_what_was_done() {
    for (begin, method) in ALL {
        let (mock, partner) = start_with(3).await;
        let path = journal_path();
        let options = || BulkOptions::new().journal(&path).concurrency(1).logout(false);
        script(&mock, method, [Fault::status(400)]);
        let first = report(begin(&partner, vec![1, 2, 3], options())).await;
        assert_eq!(statuses(&first), ["failed", "done", "done"], "{method}");
        let second = report(begin(&partner, vec![1, 2, 3], options())).await;
        assert_eq!(statuses(&second), ["done", "skipped", "skipped"], "{method}");
        assert_eq!(reasons(&second)[1], "done by an earlier run of this journal");
        assert_eq!(received(&mock, method).len(), 4, "{method}");
    }
}

#[tokio::test]
async fn a_journal_is_for_one_kind_of_run_the_same_ids_and_the_same_settings() {
    let (mock, partner) = start_with(2).await;
    let path = journal_path();
    let options = || BulkOptions::new().journal(&path);
    let set = |settings: SetSettings| partner.set_instances_settings(vec![1, 2], settings, options());
    report(set(SetSettings::new().webhook_url("https://a.example").webhook_url_token("one"))).await;
    let before = mock.control().request_count();
    let others = [
        REBOOTS(&partner, vec![1, 2], options()),
        set(SetSettings::new().webhook_url("https://b.example").webhook_url_token("one")),
        partner.set_instances_settings(vec![2, 1], SetSettings::new().webhook_url("https://a.example"), options()),
    ];
    for run in others {
        assert_eq!(refusal(run).await.code().as_str(), "invalid_request");
    }
    assert_eq!(mock.control().request_count(), before);
    let by_name = Map::from_iter([
        ("webhookUrlToken".to_owned(), json!("another")),
        ("webhookUrl".to_owned(), json!("https://a.example")),
    ]);
    assert_eq!(statuses(&report(set(by_name.into())).await), ["skipped", "skipped"], "a secret is not compared");
}

fn words<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(ToOwned::to_owned).into()
}

/// Instances `shop-1` … with ids from 1, which may be called as often as one likes.
async fn start_with(count: u64) -> (MockServer, PartnerClient) {
    let mock = MockServer::start().await;
    let no_rates = Map::from_iter([("instanceRateLimits".to_owned(), json!(false))]);
    mock.control().change_options(&no_rates).unwrap();
    let partner = builder(&mock).pacing(false).build().unwrap();
    for id in 1..=count {
        put(&mock, json!({"idInstance": id, "name": format!("shop-{id}"), "phone": "79001234567"}));
    }
    (mock, partner)
}
