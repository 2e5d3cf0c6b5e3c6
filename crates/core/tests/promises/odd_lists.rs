//! Odd lists: what one says oddly is read as it is meant, and what could not be read is not taken for absent.

use greenapi_partner::{BillingOptions, CreateInstance, Ledger, Prices, WatchOptions};
use greenapi_partner_mock::Fault;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::time::Duration;
use tracing::Level;

use crate::support::{CREATE, LIST, always, code, hearing::listen, received, script, start};

fn one(id: u64, name: &str) -> Value {
    json!({ "idInstance": id, "name": name, "tariff": "PARTNER_23", "timeCreated": "2026-11-01T12:00:00" })
}

fn at(text: &str) -> Timestamp {
    format!("{text}+03:00").parse().unwrap()
}

/// A bill, and a ledger's, of the 11 days since the creation.
#[tokio::test]
async fn a_bill_goes_by_the_one_reading_of_a_deletion() {
    let gone = "2026-11-03T12:00:00";
    let table = [
        (json!({ "timeDeleted": "0001-01-01T00:00:00Z" }), 11),
        (json!({ "timeDeleted": "0001-01-01T00:00:00" }), 11),
        (json!({ "deleted": false, "timeDeleted": gone }), 11),
        (json!({ "deleted": "0", "timeDeleted": gone }), 11),
        (json!({ "timeDeleted": gone }), 3),
        (json!({ "deleted": 1, "timeDeleted": gone }), 3),
    ];
    for (odd, expected) in table {
        let (mock, partner) = start().await;
        let mut item = one(1, "shop");
        item.as_object_mut().unwrap().extend(odd.as_object().unwrap().clone());
        script(&mock, LIST, [Fault::json(200, json!([item]))]);
        let list = partner.get_instances().await.unwrap();
        let options = BillingOptions::priced(Prices::parse("1").unwrap()).until(at("2026-11-11T12:00:00"));
        let days = |bill: greenapi_partner::Billing| bill.instances().get(0).unwrap().days().unwrap();
        assert_eq!(days(list.billing(&options).unwrap()), expected, "{odd}");
        let ledger = Ledger::open(":memory:").unwrap();
        ledger.record_at(&list, at("2026-11-11T12:00:00")).unwrap();
        assert_eq!(days(ledger.billing(&options).unwrap()), expected, "{odd}, of the ledger");
    }
}

#[tokio::test]
async fn an_item_that_is_no_object_is_told_in_a_warning() {
    let (mock, partner) = start().await;
    let ears = listen();
    script(&mock, LIST, [Fault::json(200, json!([null, one(1, "shop")]))]);
    assert_eq!(partner.get_instances().await.unwrap().len(), 1);
    let warnings: Vec<_> = ears.ours().into_iter().filter(|said| said.level == Level::WARN).collect();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].message.contains("nothing is created on the word of this list"), "{warnings:?}");
}

#[tokio::test]
async fn what_such_a_list_lacks_is_neither_created_nor_gone() {
    let (mock, partner) = start().await;
    let ledger = Ledger::open(":memory:").unwrap();
    let whole = json!([one(1, "a"), one(2, "b")]);
    script(&mock, LIST, [Fault::json(200, whole), always(Fault::json(200, json!([one(1, "a"), null])))]);
    ledger.record(&partner.get_instances().await.unwrap()).unwrap();
    let odd = partner.get_instances().await.unwrap();
    ledger.record(&odd).unwrap();
    assert!(ledger.rows().unwrap().iter().all(|row| row.vanished_at.is_none()));
    assert_eq!(code(partner.get_instance(2).await), "protocol");
    assert_eq!(code(partner.offboard(2).await), "protocol");
    assert_eq!(code(partner.ensure_instance(CreateInstance::named("b")).await), "protocol");
    assert_eq!(partner.ensure_instance(CreateInstance::named("a")).await.unwrap().id_instance(), 1);
    assert!(received(&mock, CREATE).is_empty());
    let options = WatchOptions { ledger: Some(ledger), interval: Duration::from_millis(10), ..WatchOptions::default() };
    let mut watch = partner.watch(options);
    let lists = received(&mock, LIST).len();
    tokio::select! {
        change = watch.next() => panic!("{change:?}"),
        () = crate::support::until(&mock, LIST, greenapi_partner_mock::Outcome::Answered, lists + 3) => {}
    }
}
