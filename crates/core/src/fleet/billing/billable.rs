//! Billable facts of an instance.

use jiff::Timestamp;

use crate::model::Instance;

/// An instance, as far as its bill goes. A list or a ledger makes these; a store of your own can too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Billable {
    /// The instance's id. Of several rows of one id the first counts.
    pub id_instance: u64,
    /// Its name.
    pub name: Option<String>,
    /// Its plan, such as `PARTNER_23`.
    pub tariff: Option<String>,
    /// Whether it is on the Partner plan; `None`: the tariff's name tells.
    pub is_partner: Option<bool>,
    /// Whether it is on the free plan.
    pub is_free: Option<bool>,
    /// When it was created; `None`: its days cannot be counted.
    pub time_created: Option<Timestamp>,
    /// When it was deleted. One that has this is deleted.
    pub time_deleted: Option<Timestamp>,
    /// Whether it is deleted, be it at a time that nobody knows.
    pub deleted: bool,
    /// Of one that is gone at a time that nobody knows: the last moment at which it was there. `None` for a live one.
    pub seen_until: Option<Timestamp>,
    /// Of such a one: the first moment at which it was known to be gone.
    pub gone_by: Option<Timestamp>,
    /// Whether a phone was ever linked; `None`: nobody knows.
    pub ever_linked: Option<bool>,
    /// The last moment at which a phone was linked.
    pub last_linked_at: Option<Timestamp>,
    /// Whether a phone is linked now; `None`: nobody knows.
    pub is_linked: Option<bool>,
}

impl Billable {
    /// Whether it is charged by the day, as partners are: not what is free, nor what is paid in the console.
    pub(in crate::fleet) fn is_charged_daily(&self) -> bool {
        let by_tariff = || self.tariff.as_ref().is_some_and(|tariff| tariff.starts_with(PARTNER_TARIFF));
        self.is_partner.unwrap_or_else(by_tariff) && self.is_free != Some(true)
    }

    /// Whether there is nothing left to delete.
    pub(super) fn is_gone(&self) -> bool {
        self.deleted || [self.time_deleted, self.seen_until, self.gone_by].iter().any(Option::is_some)
    }
}

/// What a list tells: nothing of phones.
impl From<&Instance> for Billable {
    fn from(listed: &Instance) -> Self {
        Self {
            id_instance: listed.id_instance(),
            name: listed.name().map(str::to_owned),
            tariff: listed.tariff().map(str::to_owned),
            is_partner: listed.is_partner(),
            is_free: listed.is_free(),
            time_created: listed.time_created(),
            time_deleted: listed.gone_at(),
            deleted: listed.deleted(),
            ..Self::default()
        }
    }
}

const PARTNER_TARIFF: &str = "PARTNER_";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::instances_from;

    #[test]
    fn what_a_list_says_is_deleted_is_gone_though_it_does_not_say_since_when() {
        let listed = instances_from(br#"[{"idInstance": 7, "deleted": true}, {"idInstance": 8}]"#).unwrap();
        let gone: Vec<_> = listed.iter().map(|one| Billable::from(&one).is_gone()).collect();
        assert_eq!(gone, [true, false]);
    }

    #[test]
    fn partner_billing_is_what_upstream_says_and_else_what_the_tariff_is_called() {
        let table = [
            (Some(true), Some("PARTNER_23"), None, true),
            (Some(true), None, Some(false), true),
            (Some(true), Some("BUSINESS"), None, true),
            // The lists of 2022 have no isPartner.
            (None, Some("PARTNER_23"), None, true),
            (None, Some("PARTNER"), None, false),
            (None, Some("BUSINESS"), None, false),
            (None, None, None, false),
            (Some(false), Some("PARTNER_23"), None, false),
            (Some(true), Some("PARTNER_23"), Some(true), false),
            (None, Some("PARTNER_23"), Some(true), false),
        ];
        for (is_partner, tariff, is_free, expected) in table {
            let one = Billable { is_partner, tariff: tariff.map(str::to_owned), is_free, ..Billable::default() };
            assert_eq!(one.is_charged_daily(), expected, "{one:?}");
        }
    }
}
