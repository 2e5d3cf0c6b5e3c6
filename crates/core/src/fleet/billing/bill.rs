//! A bill.

use std::{cmp::Reverse, collections::BTreeMap, fmt};

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;

use super::{
    Billable, BillingOptions,
    calendar::{Day, Days},
    charges::{Charges, charges},
    prefix::prefix,
    records::{DayCost, InstanceCost, MonthCost, PrefixCost, Saving, Waste},
    saving,
    series::Series,
    waste,
};
use crate::{
    error::Error,
    fleet::Table,
    model::{Record, counted},
};

/// What instances cost up to a moment, by instance, day, month and name; and what could be saved.
///
/// Everything is as it stood at that moment. Sums are exact.
#[derive(Clone)]
pub struct Billing {
    rows: Vec<BilledRow>,
    others: Vec<Billable>,
    until: Timestamp,
    /// The days that count; `None`: they only begin later.
    window: Option<Days>,
    complete_since: Option<Timestamp>,
    prefix_separator: String,
}

/// An instance with its charges.
#[derive(Clone, Debug)]
pub(super) struct BilledRow {
    pub(super) one: Billable,
    pub(super) charges: Charges,
    /// The charged days that count.
    pub(super) days: Option<Days>,
    pub(super) price: Option<Decimal>,
}

impl Billing {
    /// About how many bytes it takes.
    #[doc(hidden)]
    pub fn bytes(&self) -> usize {
        self.rows.capacity() * size_of::<BilledRow>() + self.others.capacity() * size_of::<Billable>()
    }

    /// The bill of any rows. `now` is where it ends unless the options say otherwise; before `complete_since`, rows may be
    /// missing (`None`: nowhere).
    ///
    /// # Errors
    ///
    /// `invalid_request`: a price that is none, an empty separator.
    pub fn of(
        rows: impl IntoIterator<Item = Billable>,
        complete_since: Option<Timestamp>,
        now: Timestamp,
        options: &BillingOptions,
    ) -> Result<Self, Error> {
        options.check()?;
        let until = options.until.unwrap_or(now);
        let window = Days::between(options.since.unwrap_or(Date::MIN).into(), Day::of(until));
        let mut rows: Vec<_> = rows.into_iter().collect();
        rows.sort_by_key(|one| one.id_instance);
        rows.dedup_by_key(|one| one.id_instance);
        let (partner, others): (Vec<_>, Vec<_>) = rows.into_iter().partition(Billable::is_charged_daily);
        let row = |one: Billable| {
            let charges = charges(&one, until);
            let days = charges.days.zip(window).and_then(|(days, window)| days.within(window));
            let price = options.price_per_day.on(one.tariff.as_deref());
            BilledRow { one, charges, days, price }
        };
        let rows = partner.into_iter().map(row).collect();
        let prefix_separator = options.prefix_separator.clone();
        Ok(Self { rows, others, until, window, complete_since, prefix_separator })
    }

    /// What each instance costs, by id.
    pub fn instances(&self) -> Table<InstanceCost> {
        let next = self.next_charge_at();
        Table::of(self.rows.iter().map(|row| Line::of(row, next).record(&row.one)))
    }

    /// What each day costs, from the first charged day to the last.
    pub fn days(&self) -> Table<DayCost> {
        self.series().days()
    }

    /// What each month costs, from the first charged one to the last.
    pub fn months(&self) -> Table<MonthCost> {
        self.series().months()
    }

    /// What the instances cost whose names begin alike: the dearest first, then by prefix.
    pub fn prefixes(&self) -> Table<PrefixCost> {
        let mut sums = BTreeMap::<&str, PrefixSum>::new();
        for row in &self.rows {
            let doubt = row.charges.unsure.zip(self.window).is_some_and(|(days, window)| days.within(window).is_some());
            if row.days.is_some() || doubt {
                let name = row.one.name.as_deref().unwrap_or_default();
                sums.entry(prefix(name, &self.prefix_separator)).or_default().add(row, doubt);
            }
        }
        let mut sums: Vec<_> = sums.into_iter().collect();
        sums.sort_by_key(|(prefix, sum)| (Reverse(sum.cost), *prefix));
        Table::of(sums.into_iter().map(|(prefix, sum)| sum.record(prefix)))
    }

    /// The instances that are not charged as a partner's are: free ones, and those that are paid in the console.
    pub fn other(&self) -> Table<InstanceCost> {
        let line = Line { note: Some(NOT_PARTNER_BILLING.to_owned()), ..Line::default() };
        Table::of(self.others.iter().map(|one| line.record(one)))
    }

    /// What all of it costs, as far as the days have a price: see [`unpriced_days`](Self::unpriced_days).
    pub fn total(&self) -> Decimal {
        self.rows.iter().filter_map(BilledRow::cost).sum()
    }

    /// How many days are charged, of all instances together.
    pub fn total_days(&self) -> u64 {
        self.rows.iter().map(BilledRow::day_count).sum()
    }

    /// How many of them have no price.
    pub fn unpriced_days(&self) -> u64 {
        self.rows.iter().filter(|row| row.price.is_none()).map(BilledRow::day_count).sum()
    }

    /// Since when nothing is missing. Before it, instances that were deleted may be: a list forgets them after three
    /// months, a ledger goes back as far as it was fed. `None`: nothing is missing anywhere.
    pub fn complete_since(&self) -> Option<Timestamp> {
        self.complete_since
    }

    /// The next midnight of UTC+3, at which every live instance is charged.
    pub fn next_charge_at(&self) -> Timestamp {
        Day::of(self.until).plus(1).start()
    }

    /// What the whole month will have cost at its end, if nothing is created or deleted any more: what is charged so far,
    /// and every live instance at each midnight that is left. As far as the days have a price; `since` does not limit it.
    pub fn forecast(&self) -> Decimal {
        let today = Day::of(self.until);
        let month = today.month();
        let left = self.midnights_left();
        let cost = |row: &BilledRow| {
            let so_far = row.charges.days.and_then(|days| days.within(month)).map_or(0, Days::count);
            let to_come = if row.charges.lives { left } else { 0 };
            row.price.map(|price| price * Decimal::from(so_far + to_come))
        };
        self.rows.iter().filter_map(cost).sum()
    }

    #[doc = include_str!("waste.md")]
    pub fn waste(&self, idle_days: u64) -> Table<Waste> {
        Table::of(self.rows.iter().filter_map(|row| waste::waste(row, self.until, idle_days)))
    }

    #[doc = include_str!("if_deleted.md")]
    pub fn if_deleted(&self, ids: &[u64]) -> Saving {
        saving::if_deleted(&self.rows, ids, self.next_charge_at(), self.midnights_left())
    }

    /// For people: each month, and what all of it comes to.
    pub fn html(&self) -> String {
        let unpriced = match self.unpriced_days() {
            0 => String::new(),
            days => format!("; {days} of them have no price"),
        };
        let (total, days, forecast) = (self.total(), counted(self.total_days(), "day"), self.forecast());
        format!("{}<p>{total} for {days}{unpriced}; {forecast} at the end of this month</p>", self.months().html())
    }

    /// How many midnights are left in this month.
    fn midnights_left(&self) -> u64 {
        let today = Day::of(self.until);
        Days { first: today, last: today.month().last }.count() - 1
    }

    fn series(&self) -> Series {
        Series::of(&self.rows, self.window, self.complete_since)
    }
}

impl fmt::Debug for Billing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Billing({} instances, {} days)", self.rows.len(), self.total_days())
    }
}

impl BilledRow {
    pub(super) fn day_count(&self) -> u64 {
        self.days.map_or(0, Days::count)
    }

    pub(super) fn cost(&self) -> Option<Decimal> {
        self.cost_of(self.day_count())
    }

    pub(super) fn cost_of(&self, days: u64) -> Option<Decimal> {
        self.price.map(|price| price * Decimal::from(days))
    }
}

/// What a row of [`InstanceCost`] says besides what is known of the instance.
#[derive(Default)]
struct Line {
    days: u64,
    price: Option<Decimal>,
    cost: Option<Decimal>,
    next_charge_at: Option<Timestamp>,
    note: Option<String>,
}

impl Line {
    fn of(row: &BilledRow, next_charge_at: Timestamp) -> Self {
        let unpriced = || match &row.one.tariff {
            Some(tariff) => format!("no price for {tariff}"),
            None => "no price without a tariff".to_owned(),
        };
        let notes = [row.charges.note.map(str::to_owned), row.price.is_none().then(unpriced)];
        let notes: Vec<_> = notes.into_iter().flatten().collect();
        // No days, and nobody knows how many: that is no cost of zero.
        let uncounted = row.charges.days.is_none() && row.charges.unsure.is_some();
        Self {
            days: row.day_count(),
            price: row.price,
            cost: row.cost().filter(|_| !uncounted),
            next_charge_at: row.charges.lives.then_some(next_charge_at),
            note: (!notes.is_empty()).then(|| notes.join("; ")),
        }
    }

    fn record(&self, one: &Billable) -> Record {
        let values = vec![
            one.id_instance.into(),
            one.name.clone().into(),
            one.tariff.clone().into(),
            one.time_created.into(),
            one.time_deleted.into(),
            self.days.into(),
            self.price.into(),
            self.cost.into(),
            self.next_charge_at.into(),
            self.note.clone().into(),
        ];
        Record::of(InstanceCost::MODEL, values)
    }
}

/// What a row of [`PrefixCost`] adds up.
#[derive(Default)]
struct PrefixSum {
    instances: u64,
    days: u64,
    cost: Decimal,
    incomplete: bool,
}

impl PrefixSum {
    fn add(&mut self, row: &BilledRow, doubt: bool) {
        self.instances += u64::from(row.days.is_some());
        self.days += row.day_count();
        self.cost += row.cost().unwrap_or_default();
        self.incomplete |= doubt || row.price.is_none();
    }

    fn record(&self, prefix: &str) -> Record {
        let complete = !self.incomplete;
        let values = vec![prefix.into(), self.instances.into(), self.days.into(), self.cost.into(), complete.into()];
        Record::of(PrefixCost::MODEL, values)
    }
}

const NOT_PARTNER_BILLING: &str = "not partner billing";
