//! Prices of a day of an instance.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::error::Error;

/// What a day costs: one price for all tariffs, or one for each. Upstream publishes none: they are agreed with it.
///
/// ```
/// use greenapi_partner::Prices;
/// use rust_decimal::Decimal;
///
/// let one_for_all = Prices::of(Decimal::new(1250, 2));
/// let by_tariff = Prices::none().tariff("PARTNER_23", Decimal::new(1250, 2)).tariff("PARTNER_24", Decimal::from(9));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Prices {
    others: Option<Decimal>,
    by_tariff: BTreeMap<String, Decimal>,
}

impl Prices {
    /// No prices: days are counted, and cost nobody knows what.
    pub fn none() -> Self {
        Self::default()
    }

    /// One price, for every tariff that has none of its own.
    pub fn of(price: Decimal) -> Self {
        Self { others: Some(price), ..Self::default() }
    }

    /// The price of one tariff.
    pub fn tariff(mut self, tariff: impl Into<String>, price: Decimal) -> Self {
        self.by_tariff.insert(tariff.into(), price);
        self
    }

    /// Reads one price from text, such as `12.50`: exact, never by way of a binary fraction.
    ///
    /// # Errors
    ///
    /// `invalid_request`: it is no number in decimal digits, or no price (see [`BillingOptions`](super::BillingOptions)).
    pub fn parse(text: &str) -> Result<Decimal, Error> {
        let text = text.trim();
        let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let price = plain.then(|| Decimal::from_str_exact(text).ok()).flatten();
        let price =
            price.ok_or_else(|| Error::invalid_request("a price is a number in decimal digits, such as 12.50"))?;
        check(price).map(|()| price)
    }

    /// What a day costs on this tariff; `None`: nobody has said.
    pub(super) fn on(&self, tariff: Option<&str>) -> Option<Decimal> {
        tariff.and_then(|tariff| self.by_tariff.get(tariff).copied()).or(self.others)
    }

    /// Whether each is a price.
    pub(in crate::fleet) fn check(&self) -> Result<(), Error> {
        self.others.iter().chain(self.by_tariff.values()).try_for_each(|price| check(*price))
    }
}

impl From<Decimal> for Prices {
    fn from(price: Decimal) -> Self {
        Self::of(price)
    }
}

/// Within these limits every sum is exact, and none can overflow.
fn check(price: Decimal) -> Result<(), Error> {
    if price < Decimal::ZERO {
        return Err(Error::invalid_request(format!("a price must not be negative, and {price} is")));
    }
    if price > Decimal::from(HIGHEST) || price.normalize().scale() > MOST_PLACES {
        return Err(Error::invalid_request(format!(
            "a price must be at most {HIGHEST}, with {MOST_PLACES} decimal places; {price} is not"
        )));
    }
    Ok(())
}

const HIGHEST: u32 = 1_000_000_000;
const MOST_PLACES: u32 = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorCode;

    #[test]
    fn a_price_is_read_exactly() {
        let table =
            [("12.50", "12.50"), ("0", "0"), (" 7 ", "7"), ("0.00000001", "0.00000001"), ("1000000000", "1000000000")];
        for (text, price) in table {
            assert_eq!(Prices::parse(text).unwrap().to_string(), price);
        }
    }

    #[test]
    fn what_is_no_price_is_refused() {
        let long = "1".repeat(40);
        let table = [
            "",
            " ",
            ".",
            "-1",
            "-0.01",
            "+1",
            "1,50",
            "1e3",
            "1_000",
            "NaN",
            "inf",
            "0x10",
            "1.2.3",
            "１",
            "1000000000.01",
            "0.000000001",
            &long,
        ];
        for text in table {
            let error = Prices::parse(text).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidRequest, "{text}");
        }
        let negative = Prices::of(Decimal::ONE).tariff("PARTNER_23", Decimal::new(-1, 2));
        assert_eq!(negative.check().unwrap_err().code(), ErrorCode::InvalidRequest);
        assert_eq!(Prices::of(Decimal::MAX).check().unwrap_err().code(), ErrorCode::InvalidRequest);
    }

    #[test]
    fn a_tariffs_own_price_goes_before_the_one_for_all() {
        let prices = Prices::of(Decimal::TEN).tariff("PARTNER_23", Decimal::ONE);
        let on = |prices: &Prices| [Some("PARTNER_23"), Some("PARTNER_24"), None].map(|tariff| prices.on(tariff));
        assert_eq!(on(&prices), [Some(Decimal::ONE), Some(Decimal::TEN), Some(Decimal::TEN)]);
        assert_eq!(on(&Prices::none().tariff("PARTNER_23", Decimal::ONE)), [Some(Decimal::ONE), None, None]);
    }
}
