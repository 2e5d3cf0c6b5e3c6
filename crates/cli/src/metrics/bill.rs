//! Charges: of today, of this month, and the next.

use greenapi_partner::{Billing, Error, Instances, Ledger};
use jiff::Timestamp;
use prometheus::{Gauge, GaugeVec, IntGauge, IntGaugeVec, Registry};
use rust_decimal::{Decimal, prelude::ToPrimitive as _};
use serde_json::{Map, Value};
use tokio::task;

use super::{add, opts};
use crate::{commands::UTC_PLUS_3, exit::Outcome};

/// What a day costs, as it was given.
pub(crate) struct Rates(Map<String, Value>);

impl Rates {
    /// Checks them.
    pub(crate) fn new(arguments: Map<String, Value>) -> Outcome<Self> {
        Billing::check_arguments(arguments.clone())?;
        Ok(Self(arguments))
    }

    /// The bill of a list, or of a ledger where there is one.
    pub(crate) fn bill(&self, listed: &Instances, ledger: Option<&Ledger>) -> Result<Bill, Error> {
        match ledger {
            // Reads a file, or asks the store: whoever scrapes meanwhile is answered by another thread.
            Some(ledger) => task::block_in_place(|| self.bill_by(|arguments| ledger.billing_by_name(arguments))),
            None => self.bill_by(|arguments| listed.billing_by_name(arguments)),
        }
    }

    fn bill_by(&self, bill: impl Fn(Map<String, Value>) -> Result<Billing, Error>) -> Result<Bill, Error> {
        let now = Timestamp::now();
        let today = now.to_zoned(UTC_PLUS_3.to_time_zone()).date();
        let since = |first: jiff::civil::Date| {
            let mut arguments = self.0.clone();
            arguments.insert("since".to_owned(), first.to_string().into());
            arguments.insert("until".to_owned(), now.to_string().into());
            bill(arguments)
        };
        Ok(Bill { today: since(today)?, month: since(today.first_of_month())?, is_priced: !self.0.is_empty() })
    }
}

/// What is charged.
pub(crate) struct Bill {
    today: Billing,
    month: Billing,
    is_priced: bool,
}

impl Bill {
    /// Registers what there is to say of it.
    pub(super) fn register(&self, registry: &Registry) -> Outcome<()> {
        let days = add(
            registry,
            IntGaugeVec::new(
                opts("charges", "Charges so far, one for each day of an instance, today and this month of UTC+3."),
                &["period"],
            ),
        )?;
        for (period, bill) in self.periods() {
            days.with_label_values(&[period]).set(whole(bill.total_days()));
        }
        let next = add(
            registry,
            Gauge::with_opts(opts(
                "next_charge_timestamp_seconds",
                "When live instances are charged next, in seconds since 1970.",
            )),
        )?;
        next.set(self.month.next_charge_at().as_duration().as_secs_f64());
        if self.is_priced { self.register_costs(registry) } else { Ok(()) }
    }

    fn register_costs(&self, registry: &Registry) -> Outcome<()> {
        let costs = add(
            registry,
            GaugeVec::new(
                opts("cost", "What the charges come to, in the currency of --price, today and this month of UTC+3."),
                &["period"],
            ),
        )?;
        for (period, bill) in self.periods() {
            costs.with_label_values(&[period]).set(amount(bill.total()));
        }
        let forecast = add(
            registry,
            Gauge::with_opts(opts(
                "forecast_cost",
                "What this month of UTC+3 will have cost if nothing is created or deleted any more, in the currency of --price.",
            )),
        )?;
        forecast.set(amount(self.month.forecast()));
        let unpriced = add(
            registry,
            IntGauge::with_opts(opts("unpriced_charges", "Charges of this month that --price has no price for.")),
        )?;
        unpriced.set(whole(self.month.unpriced_days()));
        Ok(())
    }

    fn periods(&self) -> [(&'static str, &Billing); 2] {
        [("today", &self.today), ("month", &self.month)]
    }
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn amount(cost: Decimal) -> f64 {
    cost.to_f64().unwrap_or(f64::NAN)
}
