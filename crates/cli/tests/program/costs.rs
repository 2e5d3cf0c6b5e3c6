//! `cost`, `waste`, `ledger`: what is paid for, and what for nothing.

use greenapi_partner_mock::{Fault, Simulation};
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
fn prices_that_contradict_each_other_are_refused_before_anything_is_sent() {
    let account = Account::of(&["shop-1"]);
    let wrong: [(&[&str], &str); 5] = [
        (
            &["--price", "PARTNER_23=1", "--price", "PARTNER_99=100", "--price", "2"],
            "a price for all and one for a tariff",
        ),
        (&["--price", "1", "--price", "100"], "two prices for the same"),
        (&["--price", "X=1", "--price", "X=100"], "two prices for the same"),
        (&["--price", "=1"], "an empty tariff"),
        (&["--price", "X="], "a price is a number"),
    ];
    let commands: [&[&str]; 4] =
        [&["cost"], &["waste"], &["instances", "duplicates"], &["metrics", "--listen", "127.0.0.1:0"]];
    for command in commands {
        for (prices, words) in wrong {
            account.run([command, prices].concat()).fails(2, words);
        }
        let help = account.run([command, &["--help"]].concat()).succeeds().out;
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(help.contains("Either one AMOUNT, or TARIFF=AMOUNT, given once for each tariff"), "{help}");
    }
    let rows = account.file("rows.csv", "name\nshop-1\n");
    for prices in [&["--price", "1", "--price", "100"][..], &["--price", "X=1"], &["--price", "=1"]] {
        let ran = account.run([&["bulk", "create", &rows, "--yes"], prices].concat());
        assert_eq!(ran.code, 2, "{ran:?}");
    }
    assert_eq!(account.control().request_count(), 0);
}

#[test]
fn waste_is_what_no_phone_uses() {
    let account = simulated();
    let ran = account.run(["waste", "--idle-days", "30", "--price", "4.50", "--json", "id,why"]);
    // Some are not paid for, and answer nothing.
    assert!(ran.code == 8 && ran.err.contains("2 instances could not be asked"), "{ran:?}");
    let reasons = ran.all("why");
    for why in ["neverLinked", "idle"] {
        assert!(reasons.contains(&json!(why)), "{ran:?}");
    }
    let fewer = account.run(["waste", "--idle-days", "3650", "--json", "why"]).all("why");
    assert!(fewer.is_empty(), "nobody waits so long for a phone: {fewer:?}");
}

/// What it prints is deleted by who follows the guide.
#[test]
fn what_could_not_be_asked_and_what_is_new_is_no_waste() {
    let account = Account::of(&["shop-1", "shop-2"]);
    account.control().add_faults("getStateInstance", vec![Fault::status(502); 100]).unwrap();
    let ran = account.run(["waste", "--csv", "id"]);
    assert!(ran.code == 8 && ran.err.contains("2 instances could not be asked"), "{ran:?}");
    assert_eq!(ran.out, "id\n");
    let all = account.run(["waste", "--unknown", "--json", "why"]);
    assert_eq!(all.all("why"), [json!("unknown"), json!("unknown")]);
    account.control().clear_faults();
    assert_eq!(account.run(["waste", "--csv", "id"]).succeeds().out, "id\n", "they are of today");
    let today = account.run(["waste", "--idle-days", "0", "--json", "why"]).succeeds().all("why");
    assert_eq!(today, [json!("neverLinked"), json!("neverLinked")]);
}

#[test]
fn a_bill_of_a_ledger_has_what_was_listed_since() {
    let account = Account::of(&["shop-1"]);
    for place in [["--ledger", "a.ledger"], ["--store", "s.db"]] {
        let days = || account.run([&["cost", "--json", "days"], &place[..]].concat()).succeeds().json();
        assert_eq!(days(), json!({ "days": 1 }), "nothing was recorded before");
    }
    account.run(["instances", "create", "shop-2", "--yes"]).succeeds();
    assert_eq!(account.run(["cost", "--json", "days", "--ledger", "a.ledger"]).succeeds().json(), json!({ "days": 2 }));
}

#[test]
fn a_ledger_takes_no_list_of_another_account() {
    let account = Account::of(&["shop-1"]);
    account.run(["ledger", "record", "--ledger", "a.ledger"]).succeeds();
    let known = account.run(["ledger", "show", "--json", "--ledger", "a.ledger"]).succeeds().out;
    account
        .control()
        .add_faults("getInstances", vec![Fault::json(200, json!([{ "idInstance": 7, "name": "other" }])); 3])
        .unwrap();
    for command in [&["ledger", "record"][..], &["cost"], &["waste"]] {
        account.run([command, &["--ledger", "a.ledger"]].concat()).fails(4, "of another account");
    }
    assert_eq!(account.run(["ledger", "show", "--json", "--ledger", "a.ledger"]).succeeds().out, known);
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
