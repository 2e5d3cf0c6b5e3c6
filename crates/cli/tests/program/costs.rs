//! `cost`, `waste`, `ledger`: what is paid for, and what for nothing.

use greenapi_partner_mock::Simulation;
use serde_json::json;

use crate::account::Account;

fn simulated() -> Account {
    let account = Account::new();
    // Not so long ago that the list has forgotten some.
    account.control().simulate(&Simulation { seed: 7, days: 80, ..Simulation::default() }).unwrap();
    account
}

#[test]
fn a_bill_is_the_mocks_own_count() {
    let account = simulated();
    let days = account.control().charges().total();
    let ran = account.run(["cost", "--price", "4.50", "--json"]).succeeds();
    let bill = ran.json();
    assert_eq!((bill["days"].as_u64(), bill["unpricedDays"].as_u64()), (Some(days), Some(0)), "{ran:?}");
    let by = |what: &str| {
        let ran = account.run(["cost", "--price", "4.50", "--by", what, "--json", "days"]).succeeds();
        ran.all("days").iter().map(|days| days.as_u64().unwrap()).sum::<u64>()
    };
    for what in ["instance", "month", "prefix"] {
        assert_eq!(by(what), days, "{what}");
    }
}

#[test]
fn a_month_alone_counts() {
    let account = simulated();
    let months = account.run(["cost", "--by", "month", "--json"]).succeeds().json();
    let month = &months[1];
    let ran = account.run(["cost", "--month", month["month"].as_str().unwrap(), "--json", "days"]).succeeds();
    assert_eq!(ran.json()["days"], month["days"]);
    account.run(["cost", "--month", "November"]).fails(2, "a month is a year and a month");
    account.run(["cost", "--price", "-1"]).fails(2, "price");
}

#[test]
fn days_without_a_price_are_said() {
    let account = simulated();
    let ran = account.run(["cost"]).succeeds();
    assert!(ran.err.starts_with("warning: ") && ran.err.contains("have no price: give --price"), "{ran:?}");
    let ran = account.run(["cost", "--price", "PARTNER_23=4.50", "--json", "unpricedDays"]).succeeds();
    assert_eq!((ran.json(), &*ran.err), (json!({ "unpricedDays": 0 }), ""));
}

#[test]
fn waste_is_what_no_phone_uses() {
    let account = simulated();
    let ran = account.run(["waste", "--idle-days", "30", "--price", "4.50", "--json", "id,why"]).succeeds();
    let reasons = ran.all("why");
    for why in ["neverLinked", "idle"] {
        assert!(reasons.contains(&json!(why)), "{ran:?}");
    }
    let fewer = account.run(["waste", "--idle-days", "3650", "--json", "why"]).succeeds().all("why");
    assert!(!fewer.contains(&json!("idle")) && !fewer.is_empty());
}

#[test]
fn a_ledger_remembers_what_a_list_forgets() {
    let account = simulated();
    for place in [["--ledger", "a.ledger"], ["--store", "s.db"]] {
        account.run([&["ledger", "record", "--phones"], &place[..]].concat()).succeeds();
        let known = account.run([&["ledger", "show", "--json", "id,everLinked"], &place[..]].concat()).succeeds();
        assert_eq!(known.json().as_array().unwrap().len(), account.control().instances().len());
        assert!(known.all("everLinked").contains(&json!(true)));
    }
    account.run(["ledger", "show"]).fails(2, "there is no ledger");
    let listed = account.run(["cost", "--json", "days"]).succeeds().json();
    assert_eq!(account.run(["cost", "--json", "days", "--ledger", "a.ledger"]).succeeds().json(), listed);
}
