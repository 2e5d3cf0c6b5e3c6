//! Bills that were worked out by hand. Times are upstream's, UTC+3.

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;

use super::{Billable, Billing, BillingOptions, Prices, Waste};
use crate::{ErrorCode, Modelled, fleet::Table, model::Record};

/// A moment as upstream writes it.
fn at(text: &str) -> Timestamp {
    format!("{text}+03:00").parse().unwrap()
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn money(text: &str) -> Decimal {
    Prices::parse(text).unwrap()
}

/// A partner's instance.
fn one(id: u64, name: &str, created: &str, deleted: Option<&str>) -> Billable {
    Billable {
        id_instance: id,
        name: Some(name.to_owned()),
        tariff: Some("PARTNER_23".to_owned()),
        is_partner: Some(true),
        is_free: Some(false),
        time_created: Some(at(created)),
        time_deleted: deleted.map(at),
        deleted: deleted.is_some(),
        ..Billable::default()
    }
}

/// At 2.50 a day, with nothing missing.
fn bill(rows: &[Billable], until: &str) -> Billing {
    bill_with(rows, until, &priced())
}

fn bill_with(rows: &[Billable], until: &str, options: &BillingOptions) -> Billing {
    Billing::of(rows.to_vec(), None, at(until), options).unwrap()
}

fn priced() -> BillingOptions {
    BillingOptions::priced(money("2.50"))
}

/// The values of some fields, row by row, as JSON has them.
fn shown<T: Modelled + Into<Record>>(table: &Table<T>, fields: &[&str]) -> Vec<String> {
    let row = |row: T| {
        let json = row.into().to_json(false);
        let values = fields.iter().map(|field| match &json[*field] {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        values.collect::<Vec<_>>().join(" ")
    };
    table.iter().map(row).collect()
}

/// Three instances over the end of a month, at the 2nd of December, noon.
///
/// |      | 28.11. | 29.11. | 30.11. | 1.12. | 2.12. | days |
/// |------|--------|--------|--------|-------|-------|------|
/// | 1    | x      | x      | x      | x     | x     | 5    |
/// | 2    |        |        | x      |       |       | 1    |
/// | 3    |        |        | x      | x     |       | 2    |
/// | all  | 1      | 1      | 3      | 2     | 1     | 8    |
fn three() -> Vec<Billable> {
    vec![
        one(1, "shop-1", "2026-11-28T12:00:00", None),
        one(2, "shop-2", "2026-11-30T10:36:48", Some("2026-11-30T10:37:00")),
        one(3, "agency-1", "2026-11-30T23:59:59", Some("2026-12-01T00:00:01")),
    ]
}

const NOON: &str = "2026-12-02T12:00:00";

#[test]
fn instances_days_months_and_prefixes_are_those_worked_out_by_hand() {
    let bill = bill(&three(), NOON);
    assert_eq!(
        shown(&bill.instances(), &["idInstance", "days", "pricePerDay", "cost", "nextChargeAt", "note"]),
        ["1 5 2.50 12.50 2026-12-02T21:00:00Z null", "2 1 2.50 2.50 null null", "3 2 2.50 5.00 null null"]
    );
    assert_eq!(
        shown(&bill.days(), &["date", "instances", "cost", "complete"]),
        [
            "2026-11-28 1 2.50 true",
            "2026-11-29 1 2.50 true",
            "2026-11-30 3 7.50 true",
            "2026-12-01 2 5.00 true",
            "2026-12-02 1 2.50 true",
        ]
    );
    // November: 1 + 1 + 3 days; December: 2 + 1.
    assert_eq!(
        shown(&bill.months(), &["month", "days", "cost", "complete"]),
        ["2026-11 5 12.50 true", "2026-12 3 7.50 true"]
    );
    // shop: 5 + 1 days; agency: 2.
    assert_eq!(
        shown(&bill.prefixes(), &["prefix", "instances", "days", "cost", "complete"]),
        ["shop 2 6 15.00 true", "agency 1 2 5.00 true"]
    );
    assert_eq!((bill.total(), bill.total_days(), bill.unpriced_days()), (money("20.00"), 8, 0));
    assert_eq!((bill.next_charge_at(), bill.complete_since()), (at("2026-12-03T00:00:00"), None));
    assert_eq!(format!("{bill:?}"), "Billing(3 instances, 8 days)");
}

#[test]
fn since_limits_what_is_counted_and_not_the_forecast() {
    let bill = bill_with(&three(), NOON, &priced().since(date("2026-11-30")));
    // The 28th and 29th of instance 1 are left out.
    assert_eq!(shown(&bill.instances(), &["idInstance", "days", "cost"]), ["1 3 7.50", "2 1 2.50", "3 2 5.00"]);
    assert_eq!(shown(&bill.days(), &["date", "instances"]), ["2026-11-30 3", "2026-12-01 2", "2026-12-02 1"]);
    assert_eq!(shown(&bill.months(), &["month", "days"]), ["2026-11 3", "2026-12 3"]);
    assert_eq!(shown(&bill.prefixes(), &["prefix", "instances", "days"]), ["shop 2 4", "agency 1 2"]);
    assert_eq!((bill.total(), bill.total_days()), (money("15.00"), 6));
    let later = bill_with(&three(), NOON, &priced().since(date("2026-12-02")));
    // Nothing of 2 and 3 is left: they cost nothing, and their prefix is not there.
    assert_eq!(shown(&later.instances(), &["idInstance", "days", "cost"]), ["1 1 2.50", "2 0 0", "3 0 0"]);
    assert_eq!(shown(&later.prefixes(), &["prefix", "instances"]), ["shop 1"]);
    let never = bill_with(&three(), NOON, &priced().since(date("2026-12-03")));
    assert_eq!((never.total_days(), never.days().len(), never.months().len(), never.prefixes().len()), (0, 0, 0, 0));
    for bill in [bill, later, never] {
        // 3 days so far in December, and instance 1 at the 29 midnights from the 3rd to the 31st: 32 × 2.50.
        assert_eq!(bill.forecast(), money("80.00"));
    }
}

#[test]
fn until_is_a_look_back_and_a_look_ahead() {
    // A second before the midnight of the 1st: 3 days of instance 1, one of 2, one of 3, which lives.
    let back = bill_with(&three(), NOON, &priced().until(at("2026-11-30T23:59:59")));
    assert_eq!((back.total_days(), back.next_charge_at()), (5, at("2026-12-01T00:00:00")));
    assert_eq!(shown(&back.instances(), &["days", "nextChargeAt"])[2], "1 2026-11-30T21:00:00Z");
    // At midnight itself it is charged, to those that live: 1 and 3.
    let then = bill_with(&three(), NOON, &priced().until(at("2026-12-01T00:00:00")));
    assert_eq!((then.total_days(), then.next_charge_at()), (7, at("2026-12-02T00:00:00")));
    // Before anything was created.
    let early = bill_with(&three(), NOON, &priced().until(at("2026-11-28T11:59:59")));
    assert_eq!((early.total_days(), early.forecast()), (0, Decimal::ZERO));
    assert_eq!(shown(&early.instances(), &["days", "cost", "nextChargeAt", "note"])[0], "0 0 null created later");
    // Eight days are charged, and instance 1 goes on through the 31st of December: 29 more.
    let ahead = bill_with(&three(), NOON, &priced().until(at("2026-12-31T12:00:00")));
    assert_eq!(ahead.total_days(), 37);
}

#[test]
fn a_day_and_a_month_without_a_charge_cost_nothing() {
    // 30 October; then 2 December: November and a day of December lie between.
    let rows = [
        one(1, "a", "2026-10-30T12:00:00", Some("2026-10-30T13:00:00")),
        one(2, "b", "2026-12-02T12:00:00", Some("2026-12-02T13:00:00")),
    ];
    let bill = bill(&rows, "2026-12-20T12:00:00");
    let days = shown(&bill.days(), &["date", "instances", "cost", "complete"]);
    // 2 of October, 30 of November, 2 of December.
    assert_eq!(days.len(), 34);
    assert_eq!(
        [&days[0], &days[1], &days[33]],
        ["2026-10-30 1 2.50 true", "2026-10-31 0 0.00 true", "2026-12-02 1 2.50 true"]
    );
    assert_eq!(
        shown(&bill.months(), &["month", "days", "cost", "complete"]),
        ["2026-10 1 2.50 true", "2026-11 0 0.00 true", "2026-12 1 2.50 true"]
    );
    assert_eq!(shown(&self::bill(&[], NOON).days(), &["date"]), [""; 0]);
}

#[test]
fn the_leap_day_and_the_end_of_a_year_are_days() {
    // 28 and 29 February, 1 March.
    let leap = bill(&[one(1, "a", "2028-02-28T12:00:00", None)], "2028-03-01T12:00:00");
    assert_eq!(shown(&leap.days(), &["date"]), ["2028-02-28", "2028-02-29", "2028-03-01"]);
    assert_eq!(shown(&leap.months(), &["month", "days"]), ["2028-02 2", "2028-03 1"]);
    let year = bill(&[one(1, "a", "2026-12-31T23:59:59", None)], "2027-01-01T00:00:00");
    assert_eq!(shown(&year.months(), &["month", "days"]), ["2026-12 1", "2027-01 1"]);
}

#[test]
fn each_tariff_has_its_price_and_without_one_a_day_costs_nobody_knows_what() {
    let on = |tariff: Option<&str>, row: Billable| Billable { tariff: tariff.map(str::to_owned), ..row };
    let rows = [
        // 2 days at 2.50, 1 at 0.1, 2 at nobody knows, 1 without a tariff.
        one(1, "a-1", "2026-12-01T12:00:00", None),
        on(Some("PARTNER_24"), one(2, "a-2", "2026-12-02T09:00:00", None)),
        on(Some("PARTNER_25"), one(3, "a-3", "2026-12-01T12:00:00", None)),
        on(None, one(4, "b-1", "2026-12-02T09:00:00", None)),
    ];
    let prices = Prices::none().tariff("PARTNER_23", money("2.50")).tariff("PARTNER_24", money("0.1"));
    let bill = bill_with(&rows, NOON, &BillingOptions::priced(prices.clone()));
    assert_eq!(
        shown(&bill.instances(), &["days", "pricePerDay", "cost", "note"]),
        [
            "2 2.50 5.00 null",
            "1 0.1 0.1 null",
            "2 null null no price for PARTNER_25",
            "1 null null no price without a tariff"
        ]
    );
    assert_eq!(shown(&bill.days(), &["instances", "cost", "complete"]), ["2 2.50 false", "4 2.60 false"]);
    assert_eq!(shown(&bill.months(), &["days", "cost", "complete"]), ["6 5.10 false"]);
    assert_eq!(shown(&bill.prefixes(), &["prefix", "days", "cost", "complete"]), ["a 5 5.10 false", "b 1 0 false"]);
    assert_eq!((bill.total(), bill.total_days(), bill.unpriced_days()), (money("5.10"), 6, 3));
    let saving = bill.if_deleted(&[1, 2, 3]);
    assert_eq!((saving.per_day(), saving.instances(), saving.complete()), (Some(money("2.60")), Some(3), Some(false)));
    // With a price for all others: 2 × 9 and 1 × 9 more.
    let all = Prices::of(Decimal::from(9)).tariff("PARTNER_23", money("2.50")).tariff("PARTNER_24", money("0.1"));
    let bill = bill_with(&rows, NOON, &BillingOptions::priced(all));
    assert_eq!((bill.total(), bill.unpriced_days()), (money("32.1"), 0));
    // Nothing priced at all: days without a single cost.
    let bare = bill_with(&rows, NOON, &BillingOptions::new());
    assert_eq!((bare.total(), bare.total_days(), bare.unpriced_days()), (Decimal::ZERO, 6, 6));
    assert_eq!(shown(&bare.days(), &["cost", "complete"]), ["0 false", "0 false"]);
}

#[test]
fn what_is_not_partner_billing_is_listed_and_not_counted() {
    let rows = [
        Billable { is_partner: None, ..one(1, "old", "2026-12-01T12:00:00", None) },
        Billable {
            is_partner: Some(false),
            tariff: Some("BUSINESS".into()),
            ..one(2, "own", "2026-12-01T12:00:00", None)
        },
        Billable { is_free: Some(true), is_partner: None, ..one(3, "free", "2026-12-01T12:00:00", None) },
    ];
    let bill = bill(&rows, NOON);
    assert_eq!(shown(&bill.instances(), &["idInstance", "days"]), ["1 2"]);
    assert_eq!(
        shown(
            &bill.other(),
            &["idInstance", "name", "tariff", "timeCreated", "days", "pricePerDay", "cost", "nextChargeAt", "note"]
        ),
        [
            "2 own BUSINESS 2026-12-01T09:00:00Z 0 null null null not partner billing",
            "3 free PARTNER_23 2026-12-01T09:00:00Z 0 null null null not partner billing",
        ]
    );
    assert_eq!((bill.total_days(), bill.waste(0).len(), bill.prefixes().len()), (2, 1, 1));
    assert_eq!(bill.if_deleted(&[2, 3]).instances(), Some(0));
}

#[test]
fn an_id_counts_once() {
    let again = Billable { name: Some("later".into()), ..one(1, "", "2026-11-01T12:00:00", None) };
    let bill = bill(&[one(1, "first", "2026-12-01T12:00:00", None), again], NOON);
    assert_eq!(shown(&bill.instances(), &["name", "days"]), ["first 2"]);
}

#[test]
fn what_the_horizon_hides_is_said() {
    // The list goes back to the 1st of September, noon: what was deleted that morning is missing.
    let horizon = at("2026-09-01T12:00:00");
    let rows = [one(1, "a", "2026-08-30T12:00:00", Some("2026-09-03T12:00:00"))];
    let bill = |options: BillingOptions| Billing::of(rows.clone(), Some(horizon), at(NOON), &options).unwrap();
    let all = bill(priced());
    assert_eq!(all.complete_since(), Some(horizon));
    assert_eq!(
        shown(&all.days(), &["date", "complete"]),
        ["2026-08-30 false", "2026-08-31 false", "2026-09-01 false", "2026-09-02 true", "2026-09-03 true",]
    );
    assert_eq!(shown(&all.months(), &["month", "complete"]), ["2026-08 false", "2026-09 false"]);
    // From the 2nd on nothing is missing, and that is all of the month that counts.
    assert_eq!(shown(&bill(priced().since(date("2026-09-02"))).months(), &["month", "complete"]), ["2026-09 true"]);
    // A month is not complete either where its days before the first charged one are not.
    let late = [one(1, "a", "2026-09-20T12:00:00", Some("2026-09-20T13:00:00"))];
    let late = Billing::of(late, Some(horizon), at(NOON), &priced()).unwrap();
    assert_eq!(
        (shown(&late.days(), &["complete"]), shown(&late.months(), &["complete"])),
        (vec!["true".into()], vec!["false".into()])
    );
    // At exactly midnight, the day is known whole.
    let whole = Billing::of(rows.clone(), Some(at("2026-09-01T00:00:00")), at(NOON), &priced()).unwrap();
    assert_eq!(shown(&whole.months(), &["complete"]), ["false", "true"]);
}

#[test]
fn days_that_nobody_knows_make_no_sum_look_complete() {
    let sometime = Billable { deleted: true, ..one(1, "a-1", "2026-11-29T12:00:00", None) };
    let known = one(2, "b-1", "2026-11-28T12:00:00", Some("2026-12-01T12:00:00"));
    let bill = bill(&[sometime.clone(), known.clone()], NOON);
    assert_eq!(
        shown(&bill.instances(), &["days", "cost", "nextChargeAt", "note"])[0],
        "1 2.50 null deleted at an unknown time"
    );
    assert_eq!(
        shown(&bill.days(), &["date", "instances", "complete"]),
        ["2026-11-28 1 true", "2026-11-29 2 true", "2026-11-30 1 false", "2026-12-01 1 false"]
    );
    assert_eq!(shown(&bill.prefixes(), &["prefix", "complete"]), ["b true", "a false"]);
    // Alone, its month has one known day, and more that may be.
    let alone = self::bill(&[sometime], NOON);
    assert_eq!(shown(&alone.days(), &["date", "complete"]), ["2026-11-29 true"]);
    assert_eq!(shown(&alone.months(), &["month", "days", "complete"]), ["2026-11 1 false"]);
    assert_eq!(alone.forecast(), Decimal::ZERO);

    // It lives, so it costs something from now on; so far, nobody knows what.
    let ageless = Billable { time_created: None, ..one(3, "c-1", "2026-12-01T12:00:00", None) };
    let bill = self::bill(&[ageless, known], NOON);
    assert_eq!(
        shown(&bill.instances(), &["days", "cost", "nextChargeAt", "note"])[1],
        "0 null 2026-12-02T21:00:00Z no creation time"
    );
    assert!(shown(&bill.days(), &["complete"]).iter().all(|complete| complete == "false"));
    assert_eq!(shown(&bill.prefixes(), &["prefix", "instances", "days", "complete"]), ["b 1 4 true", "c 0 0 false"]);
    // One day so far (the other's 1 December), and 29 midnights: 30 × 2.50.
    assert_eq!(bill.forecast(), money("75.00"));
}

#[test]
fn the_forecast_is_what_the_month_will_have_cost() {
    let rows = [
        one(1, "a", "2026-10-20T12:00:00", None),
        one(2, "b", "2026-11-10T12:00:00", None),
        one(3, "c", "2026-11-05T12:00:00", Some("2026-11-07T12:00:00")),
    ];
    let table = [
        // In the middle: 15 + 6 + 3 days so far (1st to 15th; 10th to 15th; 5th to 7th), and 2 × 15 midnights: 54.
        ("2026-11-15T12:00:00", "135.00"),
        // On the last day all is charged: 30 + 21 + 3.
        ("2026-11-30T23:59:59", "135.00"),
        // The first second of the next month: 2 charged, and 2 × 30 to come.
        ("2026-12-01T00:00:00", "155.00"),
        // A leap February: 2 × 29.
        ("2028-02-29T12:00:00", "145.00"),
        ("2028-02-01T12:00:00", "145.00"),
        // Before b was created: a's 30 and c's 3; nobody knew of b.
        ("2026-11-09T12:00:00", "82.50"),
    ];
    for (until, forecast) in table {
        assert_eq!(bill(&rows, until).forecast(), money(forecast), "{until}");
    }
}

#[test]
fn deleting_in_time_saves_the_midnights_that_are_left() {
    let mut rows = three();
    rows.push(one(4, "shop-3", "2026-12-01T12:00:00", None));
    rows.push(Billable { is_partner: Some(false), ..one(5, "own", "2026-12-01T12:00:00", None) });
    let saving = bill(&rows, NOON).if_deleted(&[4, 1, 4, 2, 5, 99]);
    assert_eq!((saving.instances(), saving.before()), (Some(2), Some(at("2026-12-03T00:00:00"))));
    // Two instances at 2.50; the 3rd to the 31st are 29 midnights.
    assert_eq!(
        [saving.per_day(), saving.next_charge(), saving.to_month_end()],
        ["5.00", "5.00", "145.00"].map(|text| Some(money(text)))
    );
    // 2 is deleted, 5 is not partner billing, 99 nobody knows.
    assert_eq!((saving.ignored(), saving.complete()), (Some(&serde_json::json!([2, 5, 99])), Some(true)));
    // On the last day of a month, the next midnight is of the next one.
    let saving = bill(&rows, "2026-12-31T12:00:00").if_deleted(&[1]);
    assert_eq!([saving.next_charge(), saving.to_month_end()], ["2.50", "0"].map(|text| Some(money(text))));
    let none = bill(&rows, NOON).if_deleted(&[]);
    assert_eq!(
        (none.instances(), none.per_day(), none.ignored()),
        (Some(0), Some(Decimal::ZERO), Some(&serde_json::json!([])))
    );
    // What is deleted by now cannot be deleted again, whatever the moment that is asked for.
    let back = bill_with(&rows, NOON, &priced().until(at("2026-11-30T23:59:59")));
    assert_eq!(back.if_deleted(&[3]).instances(), Some(0));
}

#[test]
fn waste_is_what_is_charged_and_used_by_nobody() {
    let row = |id, change: &dyn Fn(&mut Billable)| {
        let mut row = one(id, "a", "2026-11-20T18:00:00", None);
        change(&mut row);
        row
    };
    let linked_at = |text: &str| Some(at(text));
    let rows = [
        row(1, &|one| one.is_linked = Some(true)),
        // Since 20 November, 18:00: 11 whole days and 18 hours. 20 November to 2 December: 13 days.
        row(2, &|one| (one.is_linked, one.ever_linked) = (Some(false), Some(false))),
        // A phone until 25 November, 11:59: 7 days. Charged without one: 26 November to 2 December, 7 days.
        row(3, &|one| (one.ever_linked, one.last_linked_at) = (Some(true), linked_at("2026-11-25T11:59:00"))),
        // A minute short of 7 days.
        row(4, &|one| one.last_linked_at = linked_at("2026-11-25T12:01:00")),
        row(5, &|_| {}),
        row(6, &|one| one.ever_linked = Some(true)),
        row(7, &|one| one.is_linked = Some(false)),
        // Neither gone ones nor those that the console bills.
        row(8, &|one| (one.deleted, one.ever_linked) = (true, Some(false))),
        row(9, &|one| (one.is_partner, one.ever_linked) = (Some(false), Some(false))),
        row(10, &|one| one.seen_until = linked_at("2026-12-01T12:00:00")),
    ];
    let fields = ["idInstance", "why", "idleDays", "days", "cost"];
    let bill = bill(&rows, NOON);
    assert_eq!(
        shown(&bill.waste(7), &fields),
        [
            "2 neverLinked 11 13 32.50",
            "3 idle 7 7 17.50",
            "5 unknown null 13 32.50",
            "6 unknown null 13 32.50",
            "7 unknown null 13 32.50",
        ]
    );
    let idle = |days| bill.waste(days).iter().filter(|row: &Waste| row.why() == Some("idle")).count();
    assert_eq!([0, 6, 7, 8, u64::MAX].map(idle), [2, 2, 1, 0, 0]);
    // Seen linked a moment ago.
    let in_use = Billable { last_linked_at: Some(at(NOON)), ..one(1, "busy", "2026-11-02T11:55:00", None) };
    assert_eq!(self::bill(&[in_use], NOON).waste(0).len(), 0);
    // A customer's new instance shows its age.
    let fresh = Billable { ever_linked: Some(false), ..one(1, "new", "2026-12-02T11:55:00", None) };
    assert_eq!(shown(&self::bill(&[fresh], NOON).waste(7), &fields), ["1 neverLinked 0 1 2.50"]);
}

#[test]
fn what_is_no_price_or_no_separator_is_refused() {
    let table = [
        BillingOptions::priced(Decimal::NEGATIVE_ONE),
        BillingOptions::priced(Prices::of(Decimal::ONE).tariff("PARTNER_23", Decimal::MAX)),
        BillingOptions::new().prefix_separator(""),
    ];
    for options in table {
        let error = Billing::of([], None, at(NOON), &options).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidRequest, "{options:?}");
    }
}

#[test]
fn the_dearest_sums_of_the_longest_times_are_exact() {
    let options = BillingOptions::priced(money("999999999.99999999"));
    let rows = (1..=1000).map(|id| one(id, "a", "1970-01-01T12:00:00", None));
    // 1970 to 2069: 25 leap years among 100 years, 36,525 days.
    let bill = Billing::of(rows, None, at("2069-12-31T12:00:00"), &options).unwrap();
    assert_eq!(bill.total_days(), 36_525_000);
    assert_eq!(bill.total().to_string(), "36524999999999999.63475000");
    let by_day: Decimal = bill.days().iter().filter_map(|day| day.cost()).sum();
    assert_eq!(by_day, bill.total());
}

#[test]
fn the_ends_of_time_do_no_harm() {
    for until in [Timestamp::MIN, Timestamp::MAX] {
        let row = Billable { time_created: Some(until), ..one(1, "a", "2026-11-28T12:00:00", None) };
        let bill = Billing::of([row], None, until, &priced()).unwrap();
        assert_eq!((bill.total_days(), bill.days().len(), bill.months().len()), (1, 1, 1));
        let _ = (bill.forecast(), bill.next_charge_at(), bill.if_deleted(&[1]), bill.waste(0));
    }
}

#[test]
fn html_says_what_all_of_it_comes_to() {
    let rows = [one(7, "shop", "2026-01-01T10:00:00", None)];
    let html = |options| bill_with(&rows, "2026-01-03T12:00:00", &options).html();
    let priced = html(priced());
    assert!(priced.contains("2026-01") && priced.contains("<table>"), "{priced}");
    assert!(priced.ends_with("<p>1 row</p><p>7.50 for 3 days; 77.50 at the end of this month</p>"), "{priced}");
    let first = bill(&rows, "2026-01-01T12:00:00").html();
    assert!(first.ends_with("<p>2.50 for 1 day; 77.50 at the end of this month</p>"), "{first}");
    let unpriced = html(BillingOptions::new());
    let said = "<p>0 for 3 days; 3 of them have no price; 0 at the end of this month</p>";
    assert!(unpriced.ends_with(said), "{unpriced}");
}

#[test]
fn a_day_is_complete_again_once_what_has_no_price_is_gone() {
    let dear = Billable {
        tariff: Some("PARTNER_25".to_owned()),
        ..one(1, "a", "2026-11-28T12:00:00", Some("2026-11-29T12:00:00"))
    };
    let prices = Prices::none().tariff("PARTNER_23", money("2.50"));
    let rows = [dear, one(2, "b", "2026-11-28T12:00:00", None)];
    let bill = bill_with(&rows, "2026-11-30T12:00:00", &BillingOptions::priced(prices));
    assert_eq!(
        shown(&bill.days(), &["date", "instances", "complete"]),
        ["2026-11-28 2 false", "2026-11-29 2 false", "2026-11-30 1 true"]
    );
}

#[test]
fn what_is_not_there_yet_or_no_more_is_no_waste() {
    let rows = [
        one(1, "there", "2026-11-28T12:00:00", None),
        one(2, "later", "2026-12-20T12:00:00", None),
        one(3, "gone later", "2026-11-28T12:00:00", Some("2026-12-20T12:00:00")),
    ];
    assert_eq!(shown(&bill(&rows, NOON).waste(7), &["idInstance"]), ["1"]);
}
