//! Duplicates: what is told of them, and that a clean-up never takes the last live instance of a name. What is decided of each is in
//! the scenarios.

use std::collections::BTreeMap;

use greenapi_partner::{
    BillingOptions, DeleteDuplicatesOptions, Duplicate, FindDuplicatesOptions, PartnerClient, Prices, Run,
};
use greenapi_partner_mock::{AccountInstance, Fault, MockServer, Options, Outcome};
use rust_decimal::Decimal;
use serde_json::json;

use crate::support::{
    DELETE, LIST, always, builder,
    bulk::{live, reasons, report, statuses, to_end},
    code, put, put_named, received, script, until,
};

const STATE: &str = "getStateInstance";

#[tokio::test]
async fn each_has_cost_what_the_bill_says() {
    let (mock, partner) = start().await;
    for (id, created) in [(1, "2026-01-31T23:59:00+03:00"), (2, "2026-11-01T00:01:00+03:00")] {
        put(&mock, json!({ "idInstance": id, "name": "shop", "timeCreated": created }));
    }
    put(&mock, json!({ "idInstance": 3, "name": "shop", "tariff": "PARTNER_24" }));
    let prices = Prices::none().tariff("PARTNER_23", Decimal::new(450, 2));
    let found = rows(partner.find_duplicates(FindDuplicatesOptions { price_per_day: prices.clone(), ..usual() })).await;
    let bill = partner.get_instances().await.unwrap().billing(&BillingOptions::priced(prices)).unwrap();
    let of_bill: Vec<_> = bill.instances().iter().map(|one| (one.days(), one.cost())).collect();
    assert_eq!(found.iter().map(|one| (one.days(), one.cost())).collect::<Vec<_>>(), of_bill);
    assert!(found[0].cost() > found[1].cost() && found[1].cost().is_some());
    assert!(found[2].days().is_some() && found[2].cost().is_none(), "{:?}", found[2]);
}

#[tokio::test]
async fn those_of_one_name_come_together_the_oldest_first() {
    let (mock, partner) = start().await;
    for id in 1..=12 {
        let created = format!("2026-11-{:02}T12:00:00Z", 20 - id);
        put(&mock, json!({ "idInstance": id, "name": format!("shop-{}", id % 4), "timeCreated": created }));
    }
    let found = rows(partner.find_duplicates(usual().concurrency(5))).await;
    let mut by_name: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for one in &found {
        by_name.entry(one.name().unwrap()).or_default().push(one.id_instance().unwrap());
    }
    assert_eq!(by_name.values().collect::<Vec<_>>(), [&[12, 8, 4], &[9, 5, 1], &[10, 6, 2], &[11, 7, 3]]);
    let names: Vec<_> = found.iter().map(Duplicate::name).collect();
    let changes = names.windows(2).filter(|two| two[0] != two[1]).count();
    assert_eq!(changes, 3, "{names:?}");
}

#[tokio::test]
async fn never_more_than_so_many_are_asked_at_once_and_stopped_it_ends() {
    let (mock, partner) = start_with(6).await;
    script(&mock, STATE, [always(Fault::hold())]);
    let mut run = partner.find_duplicates(usual().concurrency(2));
    let control = run.control();
    let (next, ()) = tokio::join!(run.next(), async {
        until(&mock, STATE, Outcome::Held, 2).await;
        control.stop();
    });
    assert!(next.is_none());
    assert_eq!((received(&mock, STATE).len(), control.progress().left()), (2, Some(6)));
}

/// A list may lag: what this client has deleted is nobody's duplicate, and above all not the one to be kept.
#[tokio::test]
async fn what_was_deleted_a_moment_ago_does_not_count() {
    let (mock, partner) = start().await;
    put(&mock, json!({ "idInstance": 1, "name": "shop", "phone": "79001234567" }));
    put_named(&mock, 2, "shop");
    let lagging = json!([
        { "idInstance": 1, "name": "shop", "apiTokenInstance": "one", "deleted": false, "tariff": "PARTNER_23" },
        { "idInstance": 2, "name": "shop", "apiTokenInstance": "two", "deleted": false, "tariff": "PARTNER_23" },
    ]);
    partner.delete_instance_account(1).await.unwrap();
    script(&mock, LIST, [always(Fault::json(200, lagging))]);
    assert!(report(partner.delete_duplicates(wet().include_unlinked(true))).await.is_empty());
    assert!(rows(partner.find_duplicates(usual())).await.is_empty());
    assert_eq!(live(&mock), ["shop"]);
}

#[tokio::test]
async fn of_several_clean_ups_at_once_none_takes_the_last_one() {
    let (mock, _) = start_with(5).await;
    let clean_up = |partner: PartnerClient| to_end(partner.delete_duplicates(wet().include_unlinked(true)));
    let (first, second, third) =
        tokio::join!(clean_up(unpaced(&mock)), clean_up(unpaced(&mock)), clean_up(unpaced(&mock)));
    for (_, ended) in [first, second, third] {
        ended.unwrap();
    }
    let left: Vec<_> = mock.control().instances().iter().filter(|one| one.deleted_at.is_none()).map(id).collect();
    assert_eq!(left, [1]);
}

#[tokio::test]
async fn one_that_the_list_shows_twice_is_not_its_own_double() {
    let (mock, partner) = start_with(1).await;
    let row = json!({ "idInstance": 1, "name": "shop", "timeCreated": "2026-11-01T12:00:00Z" });
    let again = json!({ "idInstance": "1", "name": "shop", "timeCreated": "2026-11-02T12:00:00Z" });
    script(&mock, LIST, [always(Fault::json(200, json!([row, again, row])))]);
    let report = report(partner.delete_duplicates(wet().include_unlinked(true))).await;
    assert!(report.is_empty() && rows(partner.find_duplicates(usual())).await.is_empty(), "{report:?}");
    assert_eq!((live(&mock).len(), received(&mock, DELETE).len()), (1, 0));
}

/// Somebody else has deleted it between the list and the deletion.
#[tokio::test]
async fn one_that_is_gone_already_is_done() {
    let (mock, partner) = start_with(1).await;
    put(&mock, json!({ "idInstance": 7, "name": "shop", "phone": "79001234567" }));
    script(&mock, DELETE, [Fault::json(200, json!({ "code": 404, "description": "Not found" }))]);
    let report = report(partner.delete_duplicates(wet())).await;
    assert_eq!(
        (statuses(&report), reasons(&report)[0].as_str()),
        (["done", "skipped"].map(str::to_owned).to_vec(), "already deleted")
    );
}

#[tokio::test]
async fn a_clean_up_that_is_stopped_deletes_nothing_more() {
    let (mock, partner) = start_with(3).await;
    put(&mock, json!({ "idInstance": 7, "name": "shop", "phone": "79001234567" }));
    script(&mock, DELETE, [Fault { act: true, ..Fault::hold() }]);
    let run = partner.delete_duplicates(wet().concurrency(1));
    let control = run.control();
    let ((report, ended), ()) = tokio::join!(to_end(run), async {
        until(&mock, DELETE, Outcome::Held, 1).await;
        control.stop();
        mock.control().release();
    });
    ended.unwrap();
    assert_eq!(statuses(&report), ["done", "skipped", "skipped", "skipped"]);
    assert_eq!(live(&mock).len(), 3);
}

#[tokio::test]
async fn prices_and_options_are_checked_before_anything_is_asked() {
    let (mock, partner) = start_with(2).await;
    let negative = FindDuplicatesOptions { price_per_day: Prices::of(Decimal::NEGATIVE_ONE), ..usual() };
    assert_eq!(code(partner.find_duplicates(negative).collect().await), "invalid_request");
    assert_eq!(code(partner.find_duplicates(usual().concurrency(0)).collect().await), "invalid_request");
    assert_eq!(code(partner.delete_duplicates(wet().concurrency(0)).collect().await), "invalid_request");
    assert_eq!(
        code(partner.delete_duplicates(wet().timeout(std::time::Duration::ZERO)).collect().await),
        "invalid_request"
    );
    assert_eq!(mock.control().request_count(), 0);
}

/// Nobody's pace is looked at here.
async fn start() -> (MockServer, PartnerClient) {
    let mock = MockServer::start_with(Options { instance_rate_limits: false, ..Options::default() }).await.unwrap();
    let partner = unpaced(&mock);
    (mock, partner)
}

fn unpaced(mock: &MockServer) -> PartnerClient {
    builder(mock).pacing(false).build().unwrap()
}

/// So many of one name without a phone, the oldest first.
async fn start_with(count: u64) -> (MockServer, PartnerClient) {
    let (mock, partner) = start().await;
    for id in 1..=count {
        let created = format!("2026-11-{id:02}T12:00:00Z");
        put(&mock, json!({ "idInstance": id, "name": "shop", "timeCreated": created }));
    }
    (mock, partner)
}

fn usual() -> FindDuplicatesOptions {
    FindDuplicatesOptions::default()
}

fn wet() -> DeleteDuplicatesOptions {
    DeleteDuplicatesOptions::default().dry_run(false)
}

async fn rows(run: Run<Duplicate>) -> Vec<Duplicate> {
    run.collect().await.unwrap().iter().collect()
}

fn id(one: &AccountInstance) -> u64 {
    one.id_instance
}
