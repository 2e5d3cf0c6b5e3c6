//! Options of a bill.

use jiff::{Timestamp, civil::Date};

use super::Prices;
use crate::{config::PREFIX_SEPARATOR, error::Error};

/// Options of [`Instances::billing`](crate::Instances::billing).
///
/// A price is 0 to 1,000,000,000 with at most 8 decimal places.
///
/// ```
/// use greenapi_partner::BillingOptions;
/// use rust_decimal::Decimal;
///
/// let options = BillingOptions::priced(Decimal::new(1250, 2)).prefix_separator("_");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct BillingOptions {
    /// What a day costs. Defaults to no prices: days are counted.
    pub price_per_day: Prices,
    /// The first day of upstream's calendar, UTC+3, that counts. Defaults to none: as far back as is known.
    pub since: Option<Date>,
    /// The moment up to which charges count, that moment included. Defaults to now.
    pub until: Option<Timestamp>,
    /// When the list was made, and so how far back it goes. Defaults to now, or to `until` where that is later. For lists
    /// of an account that lives by another clock.
    pub listed_at: Option<Timestamp>,
    /// What ends the prefix of a name. Defaults to `-`.
    pub prefix_separator: String,
}

impl BillingOptions {
    /// The defaults: no prices.
    pub fn new() -> Self {
        Self {
            price_per_day: Prices::none(),
            since: None,
            until: None,
            listed_at: None,
            prefix_separator: PREFIX_SEPARATOR.to_owned(),
        }
    }

    /// With these prices, or this one for all tariffs.
    pub fn priced(prices: impl Into<Prices>) -> Self {
        Self { price_per_day: prices.into(), ..Self::new() }
    }

    /// Counts from this day on, of UTC+3.
    pub fn since(mut self, first: Date) -> Self {
        self.since = Some(first);
        self
    }

    /// Counts up to this moment.
    pub fn until(mut self, moment: Timestamp) -> Self {
        self.until = Some(moment);
        self
    }

    /// Says when the list was made.
    pub fn listed_at(mut self, moment: Timestamp) -> Self {
        self.listed_at = Some(moment);
        self
    }

    /// Ends the prefix of a name here.
    pub fn prefix_separator(mut self, separator: impl Into<String>) -> Self {
        self.prefix_separator = separator.into();
        self
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        if self.prefix_separator.is_empty() {
            return Err(Error::invalid_request("prefix_separator must not be empty"));
        }
        self.price_per_day.check()
    }
}

impl Default for BillingOptions {
    fn default() -> Self {
        Self::new()
    }
}
