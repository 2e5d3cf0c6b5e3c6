//! The sums by day and by month.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{
    bill::BilledRow,
    calendar::{Day, Days},
    records::{DayCost, MonthCost},
};
use crate::{fleet::Table, model::Record};

/// What each day costs, from the first of the first charged month to the last of the last.
pub(super) struct Series {
    sums: Vec<Sum>,
    /// From the first charged day to the last.
    charged: Option<Days>,
}

/// What one day, or several, cost.
#[derive(Clone, Copy)]
struct Sum {
    day: Day,
    instances: u64,
    cost: Decimal,
    complete: bool,
}

impl Series {
    /// Adds up the days of all rows within the window; days that began before `complete_since` are never complete.
    pub(super) fn of(rows: &[BilledRow], window: Option<Days>, complete_since: Option<Timestamp>) -> Self {
        let charged = rows
            .iter()
            .filter_map(|row| row.days)
            .reduce(|all, one| Days { first: all.first.min(one.first), last: all.last.max(one.last) });
        let whole_months = |days: Days| Days { first: days.first.month().first, last: days.last.month().last };
        let shown = charged.map(whole_months).zip(window).and_then(|(months, window)| months.within(window));
        let Some(shown) = shown else { return Self { sums: Vec::new(), charged } };

        let mut changes = Changes::default();
        for row in rows {
            changes.charge(row.days, row.price);
            changes.doubt(row.charges.unsure.and_then(|days| days.within(shown)));
        }
        let known = |day: Day| complete_since.is_none_or(|since| day.start() >= since);
        let mut now = Level::default();
        let sums = shown.iter().map(|day| {
            if let Some(change) = changes.0.get(&day) {
                now.add(change);
            }
            Sum {
                day,
                instances: now.instances.unsigned_abs(),
                cost: now.cost,
                complete: now.incomplete == 0 && known(day),
            }
        });
        Self { sums: sums.collect(), charged }
    }

    pub(super) fn days(&self) -> Table<DayCost> {
        let charged = |sum: &&Sum| self.charged.is_some_and(|days| days.first <= sum.day && sum.day <= days.last);
        Table::of(self.sums.iter().filter(charged).map(Sum::day))
    }

    pub(super) fn months(&self) -> Table<MonthCost> {
        let months = self.sums.chunk_by(|one, next| one.day.month() == next.day.month());
        Table::of(
            months
                .filter_map(|days| {
                    days.iter().copied().reduce(|all, one| Sum {
                        day: all.day,
                        instances: all.instances + one.instances,
                        cost: all.cost + one.cost,
                        complete: all.complete && one.complete,
                    })
                })
                .map(|sum| sum.month()),
        )
    }
}

impl Sum {
    fn day(&self) -> Record {
        let values = vec![self.day.date().into(), self.instances.into(), self.cost.into(), self.complete.into()];
        Record::of(DayCost::MODEL, values)
    }

    fn month(&self) -> Record {
        let month = self.day.date().strftime("%Y-%m").to_string();
        Record::of(MonthCost::MODEL, vec![month.into(), self.instances.into(), self.cost.into(), self.complete.into()])
    }
}

/// Where the sums change: a row changes them on two days, however many lie between.
#[derive(Default)]
struct Changes(BTreeMap<Day, Level>);

/// The sums of a day, or by how much they change.
#[derive(Clone, Copy, Default)]
struct Level {
    instances: i64,
    cost: Decimal,
    /// How many are charged without a price, or may be.
    incomplete: i64,
}

impl Changes {
    fn charge(&mut self, days: Option<Days>, price: Option<Decimal>) {
        let cost = price.unwrap_or_default();
        self.during(days, Level { instances: 1, cost, incomplete: i64::from(price.is_none()) });
    }

    fn doubt(&mut self, days: Option<Days>) {
        self.during(days, Level { incomplete: 1, ..Level::default() });
    }

    fn during(&mut self, days: Option<Days>, level: Level) {
        let Some(days) = days else { return };
        self.0.entry(days.first).or_default().add(&level);
        self.0.entry(days.last.plus(1)).or_default().add(&level.back());
    }
}

impl Level {
    fn add(&mut self, change: &Self) {
        self.instances += change.instances;
        self.cost += change.cost;
        self.incomplete += change.incomplete;
    }

    fn back(self) -> Self {
        // `-self.cost` would make a zero read "-0".
        Self { instances: -self.instances, cost: Decimal::ZERO - self.cost, incomplete: -self.incomplete }
    }
}
