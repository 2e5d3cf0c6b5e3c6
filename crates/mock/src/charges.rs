//! Charges of upstream: a day at the creation, and a day at each midnight of UTC+3 while the instance lives.
//!
//! Evidence: the partners' pages have the nightly charge at 00:00 UTC+3, GREEN-API's issue 567 the one at the creation. That
//! the day of the creation is not charged a second time, and that nothing is given back, is an inference.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use serde_json::{Map, Value, json};

use crate::{account::AccountInstance, options::Midnight, zone};

/// The days that were charged until the mock's now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Charges {
    /// Each instance that was charged, in order of its coming into the account. Those on other plans are not here.
    pub instances: Vec<InstanceCharges>,
    /// How many instances were charged on each day of UTC+3; days without any are not here.
    pub days: BTreeMap<Date, u64>,
}

/// The days that were charged for one instance: all of UTC+3 from the first to the last.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InstanceCharges {
    /// Its number.
    pub id_instance: u64,
    /// Its name.
    pub name: String,
    /// The name of its plan.
    pub tariff: String,
    /// The day of the charge at its creation.
    pub first_day: Date,
    /// The day of the last charge so far.
    pub last_day: Date,
    /// How many charges there were.
    pub days: u64,
}

impl Charges {
    /// How many charges there were in all.
    pub fn total(&self) -> u64 {
        self.days.values().sum()
    }

    /// The charges as `GET /_mock/charges` shows them: fields in camelCase, days as `2026-11-22`.
    pub fn to_json(&self) -> Value {
        let days: Map<_, _> = self.days.iter().map(|(day, number)| (day.to_string(), json!(number))).collect();
        json!({
            "total": self.total(),
            "instances": self.instances.iter().map(InstanceCharges::to_json).collect::<Vec<_>>(),
            "days": days,
        })
    }

    pub(crate) fn count<'a>(
        instances: impl Iterator<Item = &'a AccountInstance>,
        now: Timestamp,
        midnight: Midnight,
    ) -> Self {
        let mut charges = Self::default();
        // By how much the number of charged instances changes with a day.
        let mut steps = BTreeMap::<i64, i64>::new();
        for instance in instances.filter(|instance| instance.is_on_partner_plan() && instance.created_at <= now) {
            let until = instance.deleted_at.unwrap_or(now).min(now);
            let first = day(instance.created_at, midnight);
            let last = day(until, midnight).max(first);
            *steps.entry(first).or_default() += 1;
            *steps.entry(last + 1).or_default() -= 1;
            charges.instances.push(InstanceCharges {
                id_instance: instance.id_instance,
                name: instance.name.clone(),
                tariff: instance.tariff.clone(),
                first_day: zone::date(first),
                last_day: zone::date(last),
                days: (last - first + 1).unsigned_abs(),
            });
        }
        charges.days = by_day(&steps);
        charges
    }
}

impl InstanceCharges {
    fn to_json(&self) -> Value {
        json!({
            "idInstance": self.id_instance,
            "name": self.name,
            "tariff": self.tariff,
            "firstDay": self.first_day.to_string(),
            "lastDay": self.last_day.to_string(),
            "days": self.days,
        })
    }
}

/// The day that a moment belongs to, where its charge is concerned.
fn day(moment: Timestamp, midnight: Midnight) -> i64 {
    match midnight {
        Midnight::After => zone::day(moment),
        Midnight::Before => zone::day(moment.saturating_sub(SECOND).unwrap_or(moment)),
    }
}

/// From by how much a number changes on some days, the number on every day on which it is not 0.
fn by_day(steps: &BTreeMap<i64, i64>) -> BTreeMap<Date, u64> {
    let mut number = 0;
    let mut days = BTreeMap::new();
    for ((day, change), (next, _)) in steps.iter().zip(steps.iter().skip(1)) {
        number += change;
        if number > 0 {
            days.extend((*day..*next).map(|day| (zone::date(day), number.unsigned_abs())));
        }
    }
    days
}

const SECOND: jiff::SignedDuration = jiff::SignedDuration::from_secs(1);
