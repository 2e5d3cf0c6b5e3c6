//! An account with months of history, made up from a seed.

use greenapi_partner_mock::{AccountInstance, MockServer, Simulation};
use jiff::{
    SignedDuration, Timestamp,
    civil::Date,
    tz::{TimeZone, offset},
};
use serde_json::{Value, json};

use crate::client::{Client, control, list, moment};

#[tokio::test]
async fn the_same_seed_makes_the_same_account() {
    let mut accounts = Vec::new();
    for seed in [1, 1, 2] {
        let mock = simulated(&Simulation { seed, ..Simulation::default() }).await;
        accounts.push((control(&mock, "GET", "instances", "").await, list(&mock).await));
    }
    assert_eq!(accounts[0], accounts[1]);
    assert_ne!(accounts[0], accounts[2]);
}

#[tokio::test]
async fn it_has_one_of_each_fate_whatever_the_seed() {
    for seed in 1..=20 {
        let mock = simulated(&Simulation { seed, days: 80, instances: 10, ..Simulation::default() }).await;
        let instances = mock.control().instances();
        let count = |fate: fn(&AccountInstance) -> bool| instances.iter().filter(|instance| fate(instance)).count();
        let midnights = |instance: &AccountInstance| {
            instance.deleted_at.map(|deleted| (day(deleted) - day(instance.created_at)).get_days())
        };
        assert_eq!(instances.iter().filter(|instance| midnights(instance) == Some(0)).count(), 1, "seed {seed}");
        assert!(instances.iter().any(|instance| midnights(instance) == Some(1)), "seed {seed}");
        for (fate, expected) in [
            (count(|instance| instance.deleted_at.is_some()), 3),
            (count(|instance| is_in(instance, "authorized") && instance.deleted_at.is_none()), 2),
            (count(|instance| is_in(instance, "yellowCard")), 1),
            (count(|instance| is_in(instance, "starting")), 1),
            (count(|instance| instance.tariff == "BUSINESS" && instance.listed["isExpired"] == true), 1),
            (count(|instance| instance.tariff == "DEVELOPER" && instance.listed["isFree"] == true), 1),
            (count(|instance| is_in(instance, "notAuthorized") && instance.deleted_at.is_none()), 2),
        ] {
            assert_eq!(fate, expected, "seed {seed}");
        }
    }
}

#[tokio::test]
async fn its_instances_come_in_order_in_the_days_before_today_and_are_named_by_it() {
    for days in [3, 4, 100, 3650] {
        let mock = simulated(&Simulation { days, instances: 200, ..Simulation::default() }).await;
        let first = moment(NOW) - SignedDuration::from_hours(24 * (i64::from(days) + 1));
        let instances = mock.control().instances();
        assert!(instances.is_sorted_by_key(|instance| instance.created_at), "{days}");
        for instance in &instances {
            let AccountInstance { created_at, deleted_at, name, .. } = instance;
            assert!(first < *created_at && *created_at < moment(NOW), "{days}: {name} {created_at}");
            assert!(
                deleted_at.is_none_or(|deleted| *created_at < deleted && deleted < moment(NOW)),
                "{days}: {name} {deleted_at:?}"
            );
        }
        for prefix in ["shop", "agency", "demo"] {
            let names = instances.iter().map(|instance| &instance.name).filter(|name| name.starts_with(prefix));
            assert!(names.count() > 20, "{prefix}");
        }
        let mut names: Vec<_> = instances.iter().map(|instance| instance.name.clone()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), instances.len());
    }
}

#[tokio::test]
async fn the_state_history_tells_when_an_idle_one_was_linked_and_left() {
    let mock = simulated(&Simulation::default()).await;
    let live = mock.control().instances().into_iter().filter(|instance| instance.deleted_at.is_none());
    let mut histories = Vec::new();
    for instance in live.filter(|instance| is_in(instance, "notAuthorized")) {
        let history = get(&mock, &instance, "getStateInstanceHistory").await.1;
        let states: Vec<_> = history
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["stateInstance"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(history[0]["timestamp"], instance.created_at.as_second());
        if states.len() == 3 {
            assert!(history[1]["phoneNumber"].as_u64().is_some_and(|phone| phone / 10_000_000 == 7900), "{history}");
            let left = Timestamp::from_second(history[2]["timestamp"].as_i64().unwrap()).unwrap();
            assert!(left < moment(NOW) - SignedDuration::from_hours(24 * 20), "long ago: {left}");
        }
        histories.push(states);
    }
    histories.sort();
    histories.dedup();
    assert_eq!(histories, [vec!["notAuthorized"], vec!["notAuthorized", "authorized", "notAuthorized"]]);
}

#[tokio::test]
async fn an_expired_one_says_so_in_lists_and_to_every_call() {
    let mock = simulated(&Simulation::default()).await;
    let expired: Vec<_> = list(&mock).await.into_iter().filter(|item| item["isExpired"] == true).collect();
    assert!(!expired.is_empty());
    for item in expired {
        assert_eq!((&item["tariff"], &item["isPartner"]), (&json!("BUSINESS"), &json!(false)));
        assert!(item["expirationDate"].as_str().unwrap() < "2026-11-22", "{item}");
        let held = mock.control().instances();
        let instance = held.iter().find(|instance| instance.id_instance == item["idInstance"]).unwrap();
        for method in ["getStateInstance", "reboot"] {
            let (status, text) = get(&mock, instance, method).await;
            assert_eq!((status, text.as_str().unwrap()), (400, EXPIRED), "{method}");
        }
    }
}

#[tokio::test]
async fn more_was_charged_than_a_list_still_shows() {
    let mock = simulated(&Simulation { instances: 200, ..Simulation::default() }).await;
    let listed = list(&mock).await.into_iter().filter(|item| item["isPartner"] == true).count();
    let charges = mock.control().charges();
    assert!(charges.instances.len() > listed, "{} and {listed}", charges.instances.len());
    assert!(charges.instances.iter().all(|instance| instance.tariff == "PARTNER_23"));
}

#[tokio::test]
async fn it_is_asked_for_over_http_with_defaults() {
    let mock = MockServer::start().await;
    assert_eq!(control(&mock, "POST", "simulate", "").await, json!({ "added": 40 }));
    assert_eq!(control(&mock, "POST", "simulate", r#"{"instances":2,"prefixes":["x"]}"#).await, json!({ "added": 2 }));
    let names: Vec<_> = mock.control().instances().into_iter().map(|instance| instance.name).collect();
    assert_eq!(names[names.len() - 2..], ["x-1", "x-2"]);
    for (body, reason) in [
        (r#"{"days":2}"#, "days is from 3 to 3650, not 2"),
        (r#"{"prefixes":[]}"#, "prefixes has at least one"),
        (r#"{"day":30}"#, "unknown field `day`"),
    ] {
        let answer = Client::connect(&mock).await.call("POST", "/_mock/simulate", &[], body).await.unwrap();
        let error = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(answer.status == 400 && error.contains(reason), "{body}: {error}");
    }
}

async fn simulated(simulation: &Simulation) -> MockServer {
    let mock = MockServer::start().await;
    mock.control().set_clock(moment(NOW));
    mock.control().simulate(simulation).unwrap();
    mock
}

/// What a method of an instance answers: JSON, or a text.
async fn get(mock: &MockServer, instance: &AccountInstance, method: &str) -> (u16, Value) {
    let path = format!("/waInstance{}/{method}/{}", instance.id_instance, instance.api_token_instance);
    let answer = Client::connect(mock).await.call("GET", &path, &[], "").await.unwrap();
    (answer.status, serde_json::from_slice(&answer.body).unwrap_or_else(|_| answer.text().into()))
}

fn is_in(instance: &AccountInstance, state: &str) -> bool {
    instance.state_instance() == Some(state)
}

/// The day of UTC+3.
fn day(moment: Timestamp) -> Date {
    moment.to_zoned(TimeZone::fixed(offset(3))).date()
}

const NOW: &str = "2026-11-22T07:00:00Z";
const EXPIRED: &str = "Instance account is expired. Renew your instance from personal area";
