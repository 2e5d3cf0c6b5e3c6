//! Ledger: in a store it says what it says in a file, whoever of a fleet writes it.

use std::{collections::HashMap, thread, time::Duration};

use greenapi_partner::{
    BillingOptions, BulkOptions, CreateInstance, InspectOptions, Inspection, Instances, Ledger, PartnerClient,
    WatchOptions,
};
use greenapi_partner_mock::Fault;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{
    days::{DAYS, agree, all_done, live_through_a_day},
    ground::{Ground, LIST, code},
};

const COUNT: usize = 700;

#[tokio::test]
async fn its_bill_is_that_of_a_file_and_the_mocks_own_count() {
    let ground = Ground::new().await;
    let control = ground.mock.control();
    control.set_clock("2026-01-10T09:12:34Z".parse().unwrap());
    let partner = ground.worker_without_store();
    let names = (0..COUNT).map(|number| CreateInstance::named(format!("a-{number}")));
    all_done(partner.create_instances(names.collect(), BulkOptions::new())).await;
    let file = Ledger::open(":memory:").unwrap();
    let writers: Vec<_> = (0..3).map(|_| ground.ledger()).collect();
    let mut dice = fastrand::Rng::with_seed(4);
    for day in 0..DAYS {
        let list = partner.get_instances().await.unwrap();
        for ledger in [&file, &writers[day % writers.len()]] {
            ledger.record_at(&list, control.now()).unwrap();
        }
        live_through_a_day(&ground.mock, &partner, &mut dice, day).await;
    }
    let list = partner.get_instances().await.unwrap();
    for ledger in [&file, &writers[0]] {
        ledger.record_at(&list, control.now()).unwrap();
        agree(&ground.mock, ledger, COUNT);
    }
    assert_eq!(writers[1].rows().unwrap(), file.rows().unwrap());
    let bill = |ledger: &Ledger| {
        let priced = BillingOptions::priced("0.37".parse::<rust_decimal::Decimal>().unwrap()).until(control.now());
        let bill = ledger.billing(&priced).unwrap();
        (bill.total(), bill.forecast(), bill.next_charge_at())
    };
    assert_eq!(bill(&writers[2]), bill(&file));
}

/// Lists of all kinds of holes, and looks at who is linked, in the same order into both.
#[tokio::test]
async fn it_says_what_a_file_says_whatever_lists_lack() {
    let ground = Ground::new().await;
    let partner = ground.worker_without_store();
    let looks = looks(&ground, &partner).await;
    for seed in 0..8 {
        let mut dice = fastrand::Rng::with_seed(seed);
        let file = Ledger::open(":memory:").unwrap();
        let stored = Ledger::in_store(&ground.store().account(format!("account {seed}")).build().unwrap()).unwrap();
        let mut at = Timestamp::from_second(1_800_000_000).unwrap();
        for _ in 0..30 {
            at += SignedDuration::from_hours(dice.i64(0..30));
            if dice.u8(0..4) == 0 {
                let looks: Vec<_> = (0..3).map(|_| looks[dice.usize(0..looks.len())].clone()).collect();
                file.record_inspections(&looks).unwrap();
                stored.record_inspections(&looks).unwrap();
            } else {
                let list = listed(&ground, &partner, any_list(&mut dice)).await;
                file.record_at(&list, at).unwrap();
                stored.record_at(&list, at).unwrap();
            }
            assert_eq!(stored.rows().unwrap(), file.rows().unwrap(), "seed {seed}");
            assert_eq!(stored.recorded_since().unwrap(), file.recorded_since().unwrap());
            assert_eq!(stored.instance_count().unwrap(), file.instance_count().unwrap());
        }
    }
}

#[tokio::test]
async fn many_write_it_at_once() {
    let ground = Ground::new().await;
    for id in 1..=40 {
        ground.put_named(id, &format!("shop-{id}"));
    }
    let list = ground.worker().get_instances().await.unwrap();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let ledger = ground.ledger();
                for _ in 0..10 {
                    ledger.record(&list).unwrap();
                    assert_eq!(ledger.rows().unwrap().len(), 40);
                }
            });
        }
    });
    let rows = ground.ledger().rows().unwrap();
    assert!(rows.iter().all(|row| row.vanished_at.is_none() && row.first_seen == rows[0].first_seen), "{rows:?}");
}

#[tokio::test]
async fn an_account_sees_its_own_alone() {
    let ground = Ground::new().await;
    ground.put_named(1, "shop-1");
    let list = ground.worker().get_instances().await.unwrap();
    ground.ledger().record(&list).unwrap();
    let other = Ledger::in_store(&ground.store().account("other").build().unwrap()).unwrap();
    assert_eq!((other.rows().unwrap(), other.recorded_since().unwrap()), (vec![], None));
    other.record(&listed(&ground, &ground.worker(), json!([])).await).unwrap();
    assert_eq!(ground.ledger().rows().unwrap()[0].vanished_at, None);
}

#[tokio::test]
async fn a_name_that_no_database_takes_is_kept_as_it_can_be() {
    let ground = Ground::new().await;
    let odd = json!([{ "idInstance": u64::MAX, "name": "a\0b \\u0000 \u{1F300} '\"" }]);
    let list = listed(&ground, &ground.worker(), odd).await;
    ground.ledger().record(&list).unwrap();
    let rows = ground.ledger().rows().unwrap();
    assert_eq!((rows[0].id_instance, rows[0].name.as_deref()), (u64::MAX, Some("a\u{FFFD}b \\u0000 \u{1F300} '\"")));
}

#[tokio::test]
async fn a_watch_goes_on_from_it_and_not_with_another_account() {
    let ground = Ground::new().await;
    ground.put_named(1, "shop-1");
    let remembering = || WatchOptions {
        interval: Duration::from_millis(10),
        ledger: Some(ground.ledger()),
        ..WatchOptions::default()
    };
    let worker = ground.worker_without_store();
    ground.ledger().record(&worker.get_instances().await.unwrap()).unwrap();
    ground.put_named(2, "shop-2");
    let change = worker.watch(remembering()).next().await.unwrap().unwrap();
    assert_eq!((change.kind(), change.id_instance()), (Some("created"), Some(2)));
    let other = Ground::new().await;
    other.put_named(7, "theirs");
    let refused = other.worker_without_store().watch(remembering()).next().await.unwrap();
    assert_eq!(code(refused), "invalid_request", "of another host");
    ground.script(LIST, [Fault::json(200, json!([{ "idInstance": 7 }]))]);
    let refused = worker.watch(remembering()).next().await.unwrap();
    assert_eq!(code(refused), "configuration", "a list without any of those that it knows");
    assert_eq!(ground.ledger().rows().unwrap().len(), 1, "nothing of theirs is written");
}

async fn listed(ground: &Ground, partner: &PartnerClient, list: Value) -> Instances {
    ground.script(LIST, [Fault::json(200, list)]);
    partner.get_instances().await.unwrap()
}

/// Some of six, each with some of what there is to say.
fn any_list(dice: &mut fastrand::Rng) -> Value {
    let ids: Vec<_> = (1..=6).filter(|_| dice.u8(0..4) > 0).collect();
    let any = |dice: &mut fastrand::Rng, id: u64| {
        let moment = |dice: &mut fastrand::Rng| json!(format!("2026-0{}-11T10:00:00", dice.u8(1..9)));
        let fields = HashMap::from([
            ("name", json!(format!("shop-{}", dice.u8(0..3)))),
            ("tariff", json!(["PARTNER_23", "BUSINESS"][dice.usize(0..2)])),
            ("isPartner", json!(dice.bool())),
            ("isFree", json!(dice.bool())),
            ("timeCreated", moment(dice)),
            ("timeDeleted", moment(dice)),
            ("deleted", json!(dice.u8(0..4) == 0)),
            ("expired", json!(dice.bool())),
        ]);
        let mut one = json!({ "idInstance": id });
        for (field, value) in fields {
            if dice.bool() {
                one[field] = value;
            }
        }
        one
    };
    ids.into_iter().map(|id| any(dice, id)).collect()
}

/// What inspections find of the six: some linked, some no more, some never.
async fn looks(ground: &Ground, partner: &PartnerClient) -> Vec<Inspection> {
    for id in 1..=6 {
        let phone =
            if id % 2 == 0 { json!({ "idInstance": id, "phone": "79000000001" }) } else { json!({ "idInstance": id }) };
        ground.mock.control().add_instance(phone.as_object().unwrap()).unwrap();
    }
    let mut found = Vec::new();
    for unlinked in [2, 4] {
        let options = InspectOptions { history: true, ..InspectOptions::default() };
        found.extend(partner.inspect(options).collect().await.unwrap().iter());
        ground.mock.control().unlink(unlinked).unwrap();
    }
    found
}
