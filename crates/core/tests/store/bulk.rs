//! Bulk creations with a store: its rows are the record of all who create.

use std::{collections::HashSet, time::Duration};

use greenapi_partner::{BulkItem, BulkOptions, CreateInstance, EnsureOptions, PartnerClient};
use greenapi_partner_mock::{Cut, Fault, Outcome};
use serde_json::json;

use crate::ground::{CREATE, Ground, LIST, code, shop};

fn specs(count: usize) -> Vec<CreateInstance> {
    (0..count).map(|number| CreateInstance::named(format!("shop-{number}"))).collect()
}

async fn run(worker: &PartnerClient, specs: Vec<CreateInstance>, options: BulkOptions) -> Vec<BulkItem> {
    let mut run = worker.create_instances(specs, options);
    let mut items = Vec::new();
    while let Some(item) = run.next().await {
        items.push(item.unwrap());
    }
    items.sort_by_key(BulkItem::index);
    items
}

fn statuses(items: &[BulkItem]) -> Vec<String> {
    items.iter().map(|item| item.status().unwrap_or_default().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_runs_over_the_same_names_each_name_is_created_once() {
    let ground = Ground::new().await;
    ground.script(CREATE, [Fault { delay_ms: Some(50), times: Some(-1), ..Fault::default() }]);
    let (one, other) = (ground.worker(), ground.worker());
    let (first, second) =
        tokio::join!(run(&one, specs(20), BulkOptions::default()), run(&other, specs(20), BulkOptions::default()));
    assert_eq!((ground.live(), ground.received(CREATE)), (20, 20));
    let ids = |items: &[BulkItem]| items.iter().map(|item| item.id_instance().unwrap()).collect::<HashSet<_>>();
    assert_eq!(ids(&first), ids(&second), "both know all of them");
}

#[tokio::test]
async fn a_run_and_a_call_for_one_of_its_names_create_it_once() {
    let ground = Ground::new().await;
    ground.script(CREATE, [Fault { act: true, ..Fault::hold() }]);
    let (one, other) = (ground.worker(), ground.worker());
    let call = tokio::spawn(async move { one.ensure_instance(CreateInstance::named("shop-1")).await });
    ground.until(CREATE, Outcome::Held, 1).await;
    let running = tokio::spawn(async move { run(&other, specs(3), BulkOptions::default()).await });
    ground.until(CREATE, Outcome::Answered, 2).await;
    ground.mock.control().release();
    let (ensured, items) = (call.await.unwrap().unwrap(), running.await.unwrap());
    assert_eq!(statuses(&items), ["done", "skipped", "done"]);
    assert_eq!(items[1].id_instance(), Some(ensured.id_instance()));
    assert_eq!(ground.live(), 3);
}

#[tokio::test]
async fn a_lost_reply_is_settled_in_the_store() {
    let ground = Ground::new().await;
    ground.script(CREATE, [Fault::cut(Cut::AfterAction)]);
    let items = run(&ground.worker(), specs(1), BulkOptions::default()).await;
    assert_eq!(statuses(&items), ["done"]);
    let lists = ground.received(LIST);
    let known = ground.worker().ensure_instance(CreateInstance::named("shop-0")).await.unwrap();
    assert_eq!(Some(known.id_instance()), items[0].id_instance());
    assert_eq!(ground.received(LIST), lists, "it is written down");
}

#[tokio::test]
async fn what_nobody_knows_is_unknown_to_every_run_until_it_is_told_otherwise() {
    let ground = Ground::new().await;
    ground.script(CREATE, [Fault::cut(Cut::AfterRequest)]);
    let at_once = BulkOptions { settle: Some(Duration::ZERO), ..BulkOptions::default() };
    assert_eq!(statuses(&run(&ground.worker(), specs(1), at_once.clone()).await), ["unknown"]);
    assert_eq!(statuses(&run(&ground.worker(), specs(1), at_once.clone()).await), ["unknown"]);
    let unsettled = EnsureOptions { settle: Some(Duration::ZERO), ..EnsureOptions::default() };
    let name = CreateInstance::named("shop-0");
    assert_eq!(code(ground.worker().ensure_instance_with(name, unsettled).await), "outcome_unknown");
    assert_eq!(ground.received(CREATE), 1);
    let again = BulkOptions { retry_unknown: true, ..at_once };
    assert_eq!(statuses(&run(&ground.worker(), specs(1), again).await), ["done"]);
    assert_eq!((ground.live(), ground.received(CREATE)), (1, 2));
}

#[tokio::test]
async fn a_plan_knows_what_other_processes_have_created_although_the_list_lags() {
    let ground = Ground::new().await;
    ground.worker().ensure_instance(CreateInstance::named("shop-0")).await.unwrap();
    ground.script(LIST, [Fault::json(200, json!([])), Fault::json(200, json!([]))]);
    let dry = BulkOptions { dry_run: true, ..BulkOptions::default() };
    assert_eq!(statuses(&run(&ground.worker(), specs(2), dry).await), ["skipped", "planned"]);
    let one = BulkOptions { max_new: Some(1), ..BulkOptions::default() };
    assert_eq!(statuses(&run(&ground.worker(), specs(2), one).await), ["skipped", "done"]);
}

#[tokio::test]
async fn the_token_of_another_account_ends_a_run_before_anything_is_sent() {
    let ground = Ground::new().await;
    ground.worker().ensure_instance(shop()).await.unwrap();
    ground.worker().get_instances().await.unwrap();
    let other = Ground::new().await;
    let mut run = other.worker_of(ground.store()).create_instances(specs(2), BulkOptions::default());
    assert_eq!(code(run.next().await.unwrap()), "configuration");
    assert_eq!(other.received(CREATE), 0);
}
