//! Billing: what instances cost, by the days that upstream charges: pure, from rows to tables.
//!
//! `charges` decides which days of one instance are charged, `series` adds them up by day and by month, and `bill` holds
//! what users ask for.

mod bill;
mod billable;
mod calendar;
mod charges;
mod listed;
mod options;
mod prefix;
mod prices;
#[cfg(test)]
mod property;
mod records;
mod saving;
mod series;
#[cfg(test)]
mod tests;
mod waste;

pub use bill::Billing;
pub use billable::Billable;
pub use options::BillingOptions;
pub use prices::Prices;
pub use records::{DayCost, InstanceCost, MonthCost, PrefixCost, Saving, Waste};

pub(super) use calendar::three_months_before;
