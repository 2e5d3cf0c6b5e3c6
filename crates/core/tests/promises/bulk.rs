//! Many instances are created in one run: what is checked before, what is told of each, and how it stops.

use std::time::Duration;

use greenapi_partner::{BulkOptions, CreateInstance, PartnerClient};
use greenapi_partner_mock::{Cut, Fault, MockServer, Named, Outcome};
use serde_json::json;
use tokio::time::Instant;

use crate::support::{
    CREATE, LIST, always, builder,
    bulk::{codes, created_names, journal_path, live, reasons, refusal, report, specs, statuses, to_end},
    put_named, received, script, start, until,
};

#[tokio::test]
async fn nothing_more_is_begun_while_nobody_reads() {
    let (mock, partner) = start().await;
    let mut run = partner.create_instances(specs(20), BulkOptions::new().concurrency(2));
    run.next().await.unwrap().unwrap();
    // The reader is busy, or has failed and still holds the run; there is time for all the others, and more.
    for _ in 0..40 {
        partner.get_instances().await.unwrap();
    }
    // One was read; one may be unread when two more are begun.
    assert!((2..=4).contains(&received(&mock, CREATE).len()), "{:?}", statuses(&run.report()));
    let rest = report(run).await;
    assert!(statuses(&rest).iter().all(|status| status == "done"));
    assert_eq!(received(&mock, CREATE).len(), 20);
}

#[tokio::test]
async fn each_is_created_with_its_settings_and_told_with_its_token() {
    let (mock, partner) = start().await;
    let given = vec![CreateInstance::named("a").incoming_webhook(true), CreateInstance::named("b")];
    let report = report(partner.create_instances(given, BulkOptions::new())).await;
    assert_eq!(statuses(&report), ["done", "done"]);
    for (index, item) in (0_u64..).zip(report.iter()) {
        let truth = mock.control().instances().into_iter().find(|one| Some(one.name.as_str()) == item.name()).unwrap();
        assert_eq!((item.index(), item.id_instance()), (Some(index), Some(truth.id_instance)));
        assert_eq!(item.instance().unwrap().api_token_instance(), Some(truth.api_token_instance.as_str()));
        assert_eq!(truth.settings.contains_key("incomingWebhook"), truth.name == "a");
    }
    assert_eq!(received(&mock, LIST).len(), 1);
    let shown = format!("{report:?} {:?} {}", report.iter().collect::<Vec<_>>(), report.html());
    let json = report.iter().map(|item| serde_json::Value::Object(item.to_json(false)).to_string());
    let told = json.fold(shown, |told, json| told + &json);
    assert!(mock.control().instances().iter().all(|one| !told.contains(&one.api_token_instance)), "{told}");
}

#[tokio::test]
async fn nothing_happens_before_the_first_result_is_asked_for() {
    let (mock, partner) = start().await;
    drop(partner.create_instances(specs(3), BulkOptions::new()));
    assert_eq!(mock.control().request_count(), 0);
}

#[tokio::test]
async fn an_empty_run_asks_for_nothing() {
    let (mock, partner) = start().await;
    assert!(report(partner.create_instances(Vec::new(), BulkOptions::new())).await.is_empty());
    assert_eq!(mock.control().request_count(), 0);
}

#[tokio::test]
async fn the_whole_plan_is_checked_before_anything_is_sent() {
    let (mock, partner) = start().await;
    let named = CreateInstance::named;
    let journal = || BulkOptions::new().journal(journal_path());
    let table = [
        (vec![named("a"), named("b").delay_send_messages_milliseconds(1)], BulkOptions::new(), "specs[1]"),
        (vec![named("a"), named("b"), named("a")], BulkOptions::new(), "specs[2]"),
        (vec![named("a"), CreateInstance::new().state_webhook(true)], BulkOptions::new(), "specs[1]"),
        (vec![named("a"), named("")], BulkOptions::new(), "specs[1]"),
        (vec![named("shops-2"), CreateInstance::new()], journal(), "specs[1]"),
        (vec![CreateInstance::new().extra("name", json!("a"))], journal(), "specs[0]"),
        (vec![named("a")], BulkOptions::new().concurrency(0), "concurrency"),
        (vec![named("a")], BulkOptions::new().timeout(Duration::ZERO), "timeout"),
        (vec![named("a")], BulkOptions::new().max_cost(1.into()), "price_per_day"),
    ];
    for (given, options, what) in table {
        let error = refusal(partner.create_instances(given, options)).await;
        assert_eq!(error.code().as_str(), "invalid_request", "{error}");
        assert!(error.to_string().contains(what), "{error}");
    }
    assert_eq!(mock.control().request_count(), 0);
}

#[tokio::test]
async fn a_list_that_cannot_be_had_is_the_runs_own_error() {
    let (mock, partner) = start().await;
    script(&mock, LIST, [Fault::named(Named::Unauthorized)]);
    let (report, ended) = to_end(partner.create_instances(specs(2), BulkOptions::new())).await;
    assert_eq!(ended.unwrap_err().code().as_str(), "unauthorized");
    assert_eq!(statuses(&report), ["waiting", "waiting"]);
    assert!(received(&mock, CREATE).is_empty());
}

#[tokio::test]
async fn a_name_that_is_live_is_skipped_so_that_running_again_creates_nothing_twice() {
    let (mock, partner) = start().await;
    put_named(&mock, 7, "a-1");
    for skipped in [["done", "skipped", "done"], ["skipped"; 3]] {
        let report = report(partner.create_instances(specs(3), BulkOptions::new())).await;
        assert_eq!(statuses(&report), skipped);
        let one = report.get(1).unwrap();
        assert_eq!((one.id_instance(), one.reason()), (Some(7), Some("a live instance has this name")));
        assert_eq!(one.instance().unwrap().id_instance(), 7);
    }
    assert_eq!(live(&mock), ["a-0", "a-1", "a-2"]);
}

#[tokio::test(start_paused = true)]
async fn of_one_client_whoever_asks_for_the_same_name_meanwhile_waits_and_finds_it() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [Fault { times: Some(2), ..Fault::hold() }]);
    let first = tokio::spawn(report(partner.create_instances(specs(3), BulkOptions::new().concurrency(2))));
    until(&mock, CREATE, Outcome::Held, 2).await;
    let reversed = specs(3).into_iter().rev().collect();
    let others = async {
        tokio::join!(
            report(partner.create_instances(reversed, BulkOptions::new())),
            partner.ensure_instance(CreateInstance::named("a-2"))
        )
    };
    let release = async {
        // The clock stands still unless everybody waits.
        tokio::time::sleep(Duration::from_secs(1)).await;
        mock.control().release();
    };
    let ((second, ensured), ()) = tokio::join!(others, release);
    assert_eq!(
        (statuses(&first.await.unwrap()), statuses(&second)),
        (vec!["done".into(); 3], vec!["skipped".into(); 3])
    );
    assert_eq!(ensured.unwrap().name(), Some("a-2"));
    assert_eq!(received(&mock, CREATE).len(), 3);
}

#[tokio::test]
async fn a_deleted_instance_keeps_no_name() {
    let (mock, partner) = start().await;
    crate::support::put(&mock, json!({"idInstance": 7, "name": "a-0", "deleted": true}));
    assert_eq!(statuses(&report(partner.create_instances(specs(1), BulkOptions::new())).await), ["done"]);
}

#[tokio::test]
async fn the_guards_count_what_would_be_created_now() {
    let (mock, partner) = start().await;
    put_named(&mock, 7, "a-1");
    let cost = |cost: u32| BulkOptions::new().price_per_day(3.into()).max_cost(cost.into());
    for options in [BulkOptions::new().max_new(1), cost(5)] {
        let error = refusal(partner.create_instances(specs(3), options.clone())).await;
        assert_eq!(error.code().as_str(), "limit_exceeded", "{options:?}");
        let dry = refusal(partner.create_instances(specs(3), options.dry_run(true))).await;
        assert_eq!(dry.code().as_str(), "limit_exceeded");
    }
    assert!(received(&mock, CREATE).is_empty());
    let both = cost(6).max_new(2);
    assert_eq!(statuses(&report(partner.create_instances(specs(3), both)).await), ["done", "skipped", "done"]);
}

#[tokio::test]
async fn a_dry_run_sends_and_writes_nothing() {
    let (mock, partner) = start().await;
    put_named(&mock, 7, "a-1");
    let path = journal_path();
    let mut run = partner.create_instances(specs(3), BulkOptions::new().dry_run(true).journal(&path));
    while let Some(result) = run.next().await {
        result.unwrap();
    }
    assert_eq!(statuses(&run.report()), ["planned", "skipped", "planned"]);
    let progress = run.control().progress();
    assert_eq!((progress.skipped(), progress.left()), (Some(3), Some(0)));
    assert_eq!((received(&mock, LIST).len(), received(&mock, CREATE).len()), (1, 0));
    assert!(!path.exists());
}

#[tokio::test(start_paused = true)]
async fn results_come_in_the_order_in_which_they_end() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [delay(3000), delay(1000), delay(2000)]);
    let mut run = partner.create_instances(specs(3), BulkOptions::new());
    let mut ended = Vec::new();
    while let Some(item) = run.next().await {
        ended.push(item.unwrap().name().unwrap().to_owned());
    }
    let arrived = created_names(&mock);
    assert_eq!(ended, [&arrived[1], &arrived[2], &arrived[0]].map(Clone::clone));
    let in_given_order: Vec<_> = run.report().iter().map(|item| item.index()).collect();
    assert_eq!(in_given_order, [Some(0), Some(1), Some(2)]);
}

#[tokio::test(start_paused = true)]
async fn so_many_are_under_way_at_once_and_no_more() {
    for (options, rounds) in [(BulkOptions::new().concurrency(3), 6), (BulkOptions::new(), 3)] {
        let (mock, partner) = start().await;
        script(&mock, CREATE, [always(delay(1000))]);
        let begun = Instant::now();
        report(partner.create_instances(specs(17), options)).await;
        assert_eq!(begun.elapsed().as_secs(), rounds, "of a second each");
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_fails_has_its_error_and_stops_no_other() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [Fault::named(Named::NoCapacity), Fault::named(Named::Unauthorized)]);
    let report = report(partner.create_instances(specs(4), BulkOptions::new().concurrency(1))).await;
    assert_eq!(statuses(&report), ["failed", "failed", "done", "done"]);
    assert_eq!(codes(&report), ["no_capacity", "unauthorized", "", ""]);
}

#[tokio::test(start_paused = true)]
async fn those_without_an_answer_are_found_by_their_names_with_one_list_for_all() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [always(Fault::cut(Cut::AfterAction))]);
    let report = report(partner.create_instances(specs(40), BulkOptions::new().concurrency(40))).await;
    assert!(statuses(&report).iter().all(|status| status == "done"));
    assert!(reasons(&report).iter().all(|reason| reason == "found by its name"));
    assert!(report.iter().all(|item| item.id_instance().is_some() && item.instance().is_some()));
    assert_eq!((received(&mock, CREATE).len(), live(&mock).len()), (40, 40));
    assert_eq!(received(&mock, LIST).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_looking_does_not_settle_is_unknown_and_sent_once() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [always(Fault::cut(Cut::AfterRequest))]);
    let begun = Instant::now();
    let report = report(partner.create_instances(specs(3), BulkOptions::new())).await;
    assert_eq!((statuses(&report), codes(&report)), (vec!["unknown".to_owned(); 3], vec!["outcome_unknown"; 3]));
    assert_eq!(begun.elapsed().as_secs(), 60);
    assert_eq!(received(&mock, LIST).len(), 1 + 6, "the first, after 1, 3, 7, 15 and 31 s, and a last one");
    assert_eq!(received(&mock, CREATE).len(), 3);
}

#[tokio::test(start_paused = true)]
async fn one_that_appears_late_is_found_and_a_list_that_fails_meanwhile_is_asked_again() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [Fault::cut(Cut::AfterRequest)]);
    let mut run = tokio::spawn(report(partner.create_instances(specs(1), BulkOptions::new())));
    until(&mock, CREATE, Outcome::Cut, 1).await;
    script(&mock, LIST, [Fault::status(400)]);
    tokio::select! {
        report = &mut run => panic!("nobody looked again: {:?}", statuses(&report.unwrap())),
        () = until(&mock, LIST, Outcome::Answered, 3) => {}
    }
    put_named(&mock, 77, "a-0");
    let report = run.await.unwrap();
    assert_eq!((statuses(&report), report.get(0).unwrap().id_instance()), (vec!["done".to_owned()], Some(77)));
}

#[tokio::test]
async fn when_it_is_stopped_what_was_sent_ends_and_the_rest_is_skipped() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [Fault { times: Some(2), ..Fault::hold() }]);
    let mut run = partner.create_instances(specs(5), BulkOptions::new().concurrency(2));
    let control = run.control();
    let stopping = async {
        until(&mock, CREATE, Outcome::Held, 2).await;
        assert_eq!(words(&control), ["underWay", "underWay", "waiting", "waiting", "waiting"]);
        control.stop();
        mock.control().release();
    };
    let ending = async { while run.next().await.transpose().unwrap().is_some() {} };
    tokio::join!(stopping, ending);
    assert_eq!(statuses(&run.report()), ["done", "done", "skipped", "skipped", "skipped"]);
    assert_eq!(reasons(&run.report())[2], "the run was stopped");
    assert_eq!(live(&mock), ["a-0", "a-1"]);
}

#[tokio::test]
async fn one_that_is_stopped_during_its_list_ends_at_once() {
    let (mock, partner) = start().await;
    script(&mock, LIST, [Fault::hold()]);
    let mut run = partner.create_instances(specs(2), BulkOptions::new());
    let control = run.control();
    let stopping = async {
        until(&mock, LIST, Outcome::Held, 1).await;
        control.stop();
    };
    let ending = async { while run.next().await.transpose().unwrap().is_some() {} };
    tokio::join!(stopping, ending);
    assert_eq!(statuses(&run.report()), ["skipped", "skipped"]);
    assert!(received(&mock, CREATE).is_empty());
}

#[tokio::test]
async fn each_has_the_time_that_was_given() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [Fault { act: true, ..Fault::hold() }]);
    let options = BulkOptions::new().timeout(Duration::from_millis(50)).settle(Duration::from_millis(50));
    let report = report(partner.create_instances(specs(1), options)).await;
    assert_eq!((statuses(&report), reasons(&report)), (vec!["done".into()], vec!["found by its name".into()]));
}

#[tokio::test]
async fn an_outage_fails_them_all_and_sends_none() {
    let mock = MockServer::start().await;
    let partner: PartnerClient = builder(&mock).max_retries(0).build().unwrap();
    script(&mock, CREATE, [always(Fault::named(Named::RateLimited))]);
    let report = report(partner.create_instances(specs(30), BulkOptions::new())).await;
    assert!(codes(&report).iter().all(|code| *code == "rate_limited"), "{:?}", codes(&report));
    assert!(live(&mock).is_empty());
}

fn delay(milliseconds: u64) -> Fault {
    Fault { delay_ms: Some(milliseconds), ..Fault::default() }
}

/// How each stands, as whoever holds the control sees it.
fn words(control: &greenapi_partner::Control) -> Vec<String> {
    control.items().iter().map(|item| item.to_json(false)["status"].as_str().unwrap().to_owned()).collect()
}
