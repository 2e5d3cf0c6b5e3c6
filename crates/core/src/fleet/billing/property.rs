//! Any account, against a count that walks from midnight to midnight.

use std::collections::BTreeMap;

use fastrand::Rng;
use greenapi_partner_replay::property;
use jiff::{
    SignedDuration, Timestamp,
    civil::Date,
    tz::{TimeZone, offset},
};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{Billable, Billing, BillingOptions, Prices};

/// Every charge of an instance, one by one, by upstream's rule: at the creation, and at each midnight that it lives to see.
fn charges(one: &Billable, until: Timestamp) -> Vec<Date> {
    let zone = TimeZone::fixed(offset(3));
    let Some(created) = one.time_created.filter(|created| *created <= until) else { return Vec::new() };
    let created = created.to_zoned(zone);
    let mut charged = vec![created.date()];
    let mut midnight = created.start_of_day().unwrap();
    loop {
        midnight = midnight.tomorrow().unwrap();
        let lives = one.time_deleted.is_none_or(|deleted| midnight.timestamp() < deleted);
        if midnight.timestamp() > until || !lives {
            return charged;
        }
        charged.push(midnight.date());
    }
}

/// A moment of some months; often at midnight, or next to it.
fn moment(random: &mut Rng, first: Timestamp) -> Timestamp {
    let moment = first + SignedDuration::from_secs(random.i64(0..150 * 86_400));
    let midnight = || moment.to_zoned(TimeZone::fixed(offset(3))).start_of_day().unwrap().timestamp();
    match random.u8(0..8) {
        0 => midnight(),
        1 => midnight() + SignedDuration::from_secs(1),
        2 => midnight() - SignedDuration::from_secs(1),
        3 => midnight() + SignedDuration::from_nanos(1),
        _ => moment,
    }
}

fn instance(random: &mut Rng, id: u64, first: Timestamp) -> Billable {
    let created = moment(random, first);
    let deleted = match random.u8(0..4) {
        0 => None,
        1 => Some(created + SignedDuration::from_secs(random.i64(0..3 * 86_400))),
        2 => Some(created.max(moment(random, first))),
        _ => Some(moment(random, created)),
    };
    let tariff = ["PARTNER_23", "PARTNER_24"][random.usize(0..2)];
    Billable {
        id_instance: id,
        name: Some(format!("{}-{id}", ["shop", "agency", "demo"][random.usize(0..3)])),
        tariff: Some(tariff.to_owned()),
        time_created: Some(created),
        time_deleted: deleted,
        deleted: deleted.is_some(),
        ..Billable::default()
    }
}

#[test]
fn every_day_is_what_counting_its_charges_one_by_one_gives() {
    for seed in 0..300 {
        let mut random = Rng::with_seed(seed);
        let first: Timestamp = "2027-10-25T12:00:00Z".parse().unwrap();
        let rows: Vec<_> = (1..=random.u64(0..30)).map(|id| instance(&mut random, id, first)).collect();
        let until = moment(&mut random, first);
        let since = random.bool().then(|| moment(&mut random, first).to_zoned(TimeZone::fixed(offset(3))).date());
        let prices = Prices::of(Decimal::new(333, 2)).tariff("PARTNER_24", Decimal::new(1, 3));
        let mut options = BillingOptions::priced(prices);
        options.since = since;
        let bill = Billing::of(rows.clone(), None, until, &options).unwrap();

        let price =
            |one: &Billable| Decimal::new(if one.tariff.as_deref() == Some("PARTNER_24") { 1 } else { 3330 }, 3);
        let mut counted = BTreeMap::<Date, (u64, Decimal)>::new();
        for one in &rows {
            let mut own = 0;
            for date in charges(one, until).into_iter().filter(|date| since.is_none_or(|since| *date >= since)) {
                let day = counted.entry(date).or_default();
                *day = (day.0 + 1, day.1 + price(one));
                own += 1;
            }
            let row = bill.instances().iter().find(|row| row.id_instance() == Some(one.id_instance)).unwrap();
            assert_eq!(
                (row.days(), row.cost()),
                (Some(own), Some(price(one) * Decimal::from(own))),
                "seed {seed}: {one:?}"
            );
        }

        // Every day that is counted, no day twice, and no gap.
        let days: Vec<_> = bill
            .days()
            .iter()
            .map(|day| (day.date().unwrap(), day.instances().unwrap(), day.cost().unwrap()))
            .collect();
        for (date, instances, cost) in &days {
            let expected = counted.get(date).copied().unwrap_or_default();
            assert_eq!((*instances, *cost), expected, "seed {seed}: {date}");
        }
        assert_eq!(days.first().map(|day| &day.0), counted.keys().next(), "seed {seed}");
        assert_eq!(days.last().map(|day| &day.0), counted.keys().next_back(), "seed {seed}");
        assert!(days.windows(2).all(|pair| pair[0].0.tomorrow().unwrap() == pair[1].0), "seed {seed}");

        let all = (bill.total_days(), bill.total());
        assert_eq!(
            all,
            (counted.values().map(|day| day.0).sum(), counted.values().map(|day| day.1).sum()),
            "seed {seed}"
        );
        let months = bill.months();
        let by_month =
            (months.iter().filter_map(|row| row.days()).sum(), months.iter().filter_map(|row| row.cost()).sum());
        let prefixes = bill.prefixes();
        let by_prefix =
            (prefixes.iter().filter_map(|row| row.days()).sum(), prefixes.iter().filter_map(|row| row.cost()).sum());
        assert_eq!((by_month, by_prefix), (all, all), "seed {seed}");
        for month in months.iter() {
            let of_month =
                |day: &&(Date, u64, Decimal)| Some(day.0.strftime("%Y-%m").to_string().as_str()) == month.month();
            let days: u64 = days.iter().filter(of_month).map(|day| day.1).sum();
            assert_eq!(month.days(), Some(days), "seed {seed}: {month:?}");
        }

        // If all that live stay, and the month goes by, the forecast is what it has cost.
        let end = until.to_zoned(TimeZone::fixed(offset(3)));
        let end = end.last_of_month().unwrap().end_of_day().unwrap().timestamp();
        let stays = |one: &Billable| one.time_created.is_some_and(|created| created <= until);
        let stay = |one: &Billable| Billable {
            time_deleted: one.time_deleted.filter(|deleted| *deleted <= until),
            deleted: one.time_deleted.is_some_and(|deleted| deleted <= until),
            ..one.clone()
        };
        options.since = Some(until.to_zoned(TimeZone::fixed(offset(3))).date().first_of_month());
        let later = Billing::of(rows.iter().filter(|one| stays(one)).map(stay), None, end, &options).unwrap();
        assert_eq!(bill.forecast(), later.total(), "seed {seed}");
    }
}

/// Instances of a fortnight: when each was created and deleted, in hours and nanoseconds beside them, since a midnight in Moscow.
fn fortnight() -> impl Strategy<Value = Vec<Billable>> {
    let hour = || (0..14_i64, prop::sample::select(vec![0, 0, 0, 7, 21])).prop_map(|(day, hour)| 24 * day + hour);
    let moment = move || (hour(), -1..=1_i64).prop_map(|(hour, beside)| after_midnight(hour, beside));
    let one = (moment(), prop::option::of(moment()), 0..3_usize);
    prop::collection::vec(one, 0..12).prop_map(|all| {
        let row = |(id, (created, deleted, prefix)): (u64, (Timestamp, Option<Timestamp>, usize))| Billable {
            id_instance: id,
            name: Some(format!("{}-{id}", ["shop", "agency", "demo"][prefix])),
            is_partner: Some(true),
            time_created: Some(created),
            time_deleted: deleted.map(|deleted| deleted.max(created)),
            deleted: deleted.is_some(),
            ..Billable::default()
        };
        (1..).zip(all).map(row).collect()
    })
}

/// 00:00 in UTC+3 is 21:00 of the day before in UTC.
fn after_midnight(hours: i64, nanoseconds: i64) -> Timestamp {
    let midnight: Timestamp = "2027-02-20T21:00:00Z".parse().unwrap();
    midnight + SignedDuration::from_hours(hours) + SignedDuration::from_nanos(nanoseconds)
}

fn billed(rows: &[Billable], until: Timestamp) -> (u64, Decimal) {
    let options = BillingOptions::priced(Prices::of(Decimal::new(333, 2)));
    let bill = Billing::of(rows.to_vec(), None, until, &options).unwrap();
    (bill.total_days(), bill.total())
}

proptest! {
    #![proptest_config(property())]

    #[test]
    fn a_bill_never_shrinks_and_is_the_sum_of_the_bills_of_its_instances(rows in fortnight(), hour in 0..400_i64, later in 0..100_i64) {
        let until = after_midnight(hour, 0);
        let all = billed(&rows, until);
        prop_assert!(billed(&rows, after_midnight(hour + later, 0)) >= all);
        let each = rows.iter().map(|row| billed(std::slice::from_ref(row), until));
        let sum = each.fold((0, Decimal::ZERO), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        prop_assert_eq!(sum, all);
        prop_assert_eq!(Decimal::from(all.0) * Decimal::new(333, 2), all.1);
    }

    #[test]
    fn a_day_is_charged_at_the_instant_of_a_midnight_of_moscows_and_at_no_other(rows in fortnight(), hour in prop_oneof![(1..14_i64).prop_map(|day| 24 * day), 1..400_i64]) {
        let (before, at) = (after_midnight(hour, -1), after_midnight(hour, 0));
        let created = rows.iter().filter(|row| row.time_created == Some(at)).count();
        let lives = |row: &&Billable| row.time_created < Some(at) && row.time_deleted.is_none_or(|deleted| deleted > at);
        let renewed = if hour % 24 == 0 { rows.iter().filter(lives).count() } else { 0 };
        prop_assert_eq!(billed(&rows, at).0 - billed(&rows, before).0, (created + renewed) as u64);
    }
}

#[test]
fn ten_thousand_instances_over_a_hundred_days_are_a_million_days() {
    let created: Timestamp = "2026-08-01T09:00:00Z".parse().unwrap();
    let row =
        |id| Billable { id_instance: id, is_partner: Some(true), time_created: Some(created), ..Billable::default() };
    // 1 August to 8 November: 31 + 30 + 31 + 8 days.
    let until = "2026-11-08T09:00:00Z".parse().unwrap();
    let bill = Billing::of((1..=10_000).map(row), None, until, &BillingOptions::priced(Decimal::ONE)).unwrap();
    assert_eq!((bill.total_days(), bill.total()), (1_000_000, Decimal::from(1_000_000)));
    assert_eq!((bill.instances().len(), bill.days().len(), bill.months().len()), (10_000, 100, 4));
}
