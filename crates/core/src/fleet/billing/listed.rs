//! Billing of a list.

use jiff::Timestamp;

use super::{Billable, Billing, BillingOptions, calendar::three_months_before};
use crate::{error::Error, model::Instances};

impl Instances {
    #[doc = include_str!("billing.md")]
    pub fn billing(&self, options: &BillingOptions) -> Result<Billing, Error> {
        let now = Timestamp::now();
        // Whoever asks for what was has a list of now, which has forgotten more than one of then.
        let listed_at = options.listed_at.unwrap_or_else(|| options.until.map_or(now, |until| until.max(now)));
        let rows = self.iter().map(|listed| Billable::from(&listed));
        Billing::of(rows, Some(three_months_before(listed_at)), now, options)
    }
}
