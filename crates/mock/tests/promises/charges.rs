//! The days that upstream would charge: one at the creation, one at each midnight of UTC+3 that the instance lives through.

use std::collections::BTreeMap;

use greenapi_partner_mock::{Midnight, MockServer, Options};
use jiff::{SignedDuration, ToSpan as _, civil::Date};
use serde_json::{Value, json};

use crate::client::{control, create, delete, list, mock_with, moment};

#[tokio::test]
async fn they_are_counted_by_the_days_of_upstream() {
    let (after, before) = (Midnight::After, Midnight::Before);
    let rows = [
        // created, deleted and read at (UTC); first and last day (UTC+3); days
        (after, "2026-11-22T07:00:00Z", None, "2026-11-22T07:00:00Z", "2026-11-22", "2026-11-22", 1),
        (after, "2026-11-22T07:00:00Z", None, "2026-11-22T20:59:59Z", "2026-11-22", "2026-11-22", 1),
        (after, "2026-11-22T07:00:00Z", None, "2026-11-22T21:00:01Z", "2026-11-22", "2026-11-23", 2),
        // deleted on its first day, and again in the first minute of its second
        (
            after,
            "2026-11-22T07:00:00Z",
            Some("2026-11-22T07:00:12Z"),
            "2026-12-01T00:00:00Z",
            "2026-11-22",
            "2026-11-22",
            1,
        ),
        (
            after,
            "2026-11-22T20:59:00Z",
            Some("2026-11-22T21:01:00Z"),
            "2026-12-01T00:00:00Z",
            "2026-11-22",
            "2026-11-23",
            2,
        ),
        // a month's end, a leap day, and the hour that other zones have twice
        (
            after,
            "2024-02-28T12:00:00Z",
            Some("2024-03-01T12:00:00Z"),
            "2024-03-09T00:00:00Z",
            "2024-02-28",
            "2024-03-01",
            3,
        ),
        (
            after,
            "2026-10-24T12:00:00Z",
            Some("2026-10-26T12:00:00Z"),
            "2026-11-01T00:00:00Z",
            "2026-10-24",
            "2026-10-26",
            3,
        ),
        // a deletion that is yet to come
        (
            after,
            "2026-11-22T07:00:00Z",
            Some("2026-12-01T00:00:00Z"),
            "2026-11-23T07:00:00Z",
            "2026-11-22",
            "2026-11-23",
            2,
        ),
        // the second of midnight: created, deleted and read in it
        (after, "2026-11-22T21:00:00Z", None, "2026-11-22T22:00:00Z", "2026-11-23", "2026-11-23", 1),
        (before, "2026-11-22T21:00:00Z", None, "2026-11-22T22:00:00Z", "2026-11-22", "2026-11-23", 2),
        (
            after,
            "2026-11-22T07:00:00Z",
            Some("2026-11-22T21:00:00Z"),
            "2026-12-01T00:00:00Z",
            "2026-11-22",
            "2026-11-23",
            2,
        ),
        (
            before,
            "2026-11-22T07:00:00Z",
            Some("2026-11-22T21:00:00Z"),
            "2026-12-01T00:00:00Z",
            "2026-11-22",
            "2026-11-22",
            1,
        ),
        (after, "2026-11-22T07:00:00Z", None, "2026-11-22T21:00:00Z", "2026-11-22", "2026-11-23", 2),
        (before, "2026-11-22T07:00:00Z", None, "2026-11-22T21:00:00Z", "2026-11-22", "2026-11-22", 1),
        // and a second later there is no question
        (before, "2026-11-22T21:00:01Z", None, "2026-11-22T22:00:00Z", "2026-11-23", "2026-11-23", 1),
        (before, "2026-11-22T07:00:00Z", None, "2026-11-22T21:00:01Z", "2026-11-22", "2026-11-23", 2),
    ];
    for row @ (midnight, created, deleted, read_at, first, last, days) in rows {
        let mock = mock_with(Options { midnight, ..Options::default() }).await;
        mock.control().set_clock(moment(read_at));
        let fields = json!({ "createdAt": created, "deletedAt": deleted });
        mock.control().add_instance(fields.as_object().unwrap()).unwrap();
        let charges = mock.control().charges();
        let instance = &charges.instances[0];
        assert_eq!((instance.first_day, instance.last_day, instance.days), (date(first), date(last), days), "{row:?}");
        assert_eq!(charges.days.keys().next(), Some(&date(first)), "{row:?}");
        assert_eq!(charges.days.keys().next_back(), Some(&date(last)), "{row:?}");
        assert!(charges.days.values().all(|number| *number == 1), "{row:?}");
        assert_eq!(charges.total(), days, "{row:?}");
    }
}

/// The test keeps its own account, event by event, while a week passes by the hour.
#[tokio::test]
async fn they_are_what_a_clerk_notes_who_charges_as_things_happen() {
    let mock = MockServer::start().await;
    mock.control().set_clock(moment("2026-11-20T07:30:00Z"));
    let (mut live, mut noted) = (Vec::new(), BTreeMap::<Date, u64>::new());
    for hour in 7..7 * 24 {
        let day = date("2026-11-20").saturating_add(((hour + 3) / 24).days());
        if (hour + 3) % 24 == 0 && !live.is_empty() {
            *noted.entry(day).or_default() += live.len() as u64;
        }
        if hour % 5 == 0 {
            live.push(create(&mock, "").await);
            *noted.entry(day).or_default() += 1;
        }
        if hour % 7 == 0 && !live.is_empty() {
            delete(&mock, live.remove(0)).await;
        }
        assert_eq!(mock.control().charges().days, noted, "hour {hour}");
        mock.control().advance_clock(SignedDuration::from_hours(1));
    }
    assert_eq!(noted.len(), 8, "a week has 8 days where it begins in the middle of one: {noted:?}");
}

#[tokio::test]
async fn what_a_list_has_forgotten_is_still_charged() {
    let mock = MockServer::start().await;
    mock.control().set_clock(moment("2026-01-10T07:00:00Z"));
    let id_instance = create(&mock, r#"{"name":"shop-42"}"#).await;
    mock.control().set_clock(moment("2026-01-12T07:00:00Z"));
    delete(&mock, id_instance).await;
    mock.control().set_clock(moment("2026-11-22T07:00:00Z"));
    assert!(list(&mock).await.is_empty());
    let charged = control(&mock, "GET", "charges", "").await["instances"][0].clone();
    assert_eq!((&charged["idInstance"], &charged["days"]), (&json!(id_instance), &json!(3)));
}

#[tokio::test]
async fn a_clock_before_the_creation_sees_no_charge() {
    let mock = MockServer::start().await;
    mock.control().set_clock(moment("2026-11-22T07:00:00Z"));
    create(&mock, "").await;
    mock.control().set_clock(moment("2026-11-22T06:59:59Z"));
    assert_eq!(mock.control().charges().total(), 0);
}

#[tokio::test]
async fn only_partner_plans_are_charged() {
    let mock = MockServer::start().await;
    for (fields, listed, charged) in [
        (json!({ "tariff": "PARTNER_23" }), true, true),
        (json!({ "tariff": "PARTNER_99" }), true, true),
        (json!({ "tariff": "BUSINESS" }), false, false),
        (json!({ "tariff": "BUSINESS", "isPartner": false, "isExpired": true }), false, false),
        (json!({ "tariff": "a new one", "isPartner": true }), true, true),
    ] {
        mock.control().reset();
        mock.control().add_instance(fields.as_object().unwrap()).unwrap();
        assert_eq!(list(&mock).await[0]["isPartner"], Value::Bool(listed), "{fields}");
        assert_eq!(mock.control().charges().total() == 1, charged, "{fields}");
    }
}

#[tokio::test]
async fn they_are_told_over_http_and_forgotten_by_a_reset() {
    let mock = MockServer::start().await;
    mock.control().set_clock(moment("2026-11-22T20:00:00Z"));
    let ids = [create(&mock, r#"{"name":"shop-1"}"#).await, create(&mock, r#"{"name":"shop-2"}"#).await];
    delete(&mock, ids[0]).await;
    mock.control().set_clock(moment("2026-11-23T07:00:00Z"));
    let expected = json!({
        "total": 3,
        "instances": [
            {
                "idInstance": ids[0], "name": "shop-1", "tariff": "PARTNER_23",
                "firstDay": "2026-11-22", "lastDay": "2026-11-22", "days": 1,
            },
            {
                "idInstance": ids[1], "name": "shop-2", "tariff": "PARTNER_23",
                "firstDay": "2026-11-22", "lastDay": "2026-11-23", "days": 2,
            },
        ],
        "days": { "2026-11-22": 2, "2026-11-23": 1 },
    });
    assert_eq!(control(&mock, "GET", "charges", "").await, expected);
    assert_eq!(mock.control().charges().to_json(), expected);
    control(&mock, "POST", "reset", "").await;
    assert_eq!(control(&mock, "GET", "charges", "").await, json!({ "total": 0, "instances": [], "days": {} }));
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}
