//! Days in the life of an account, and what a ledger says of them.

use std::collections::BTreeMap;

use greenapi_partner::{BillingOptions, BulkItem, BulkOptions, CreateInstance, Ledger, PartnerClient, Run};
use greenapi_partner_mock::MockServer;
use jiff::SignedDuration;
use rust_decimal::Decimal;

pub(crate) const DAYS: usize = 100;

/// Some go, some come, some stay for less than a day, at any hour but midnight to the second: what upstream does then is
/// not known. On most days nothing happens.
pub(crate) async fn live_through_a_day(
    mock: &MockServer,
    partner: &PartnerClient,
    dice: &mut fastrand::Rng,
    day: usize,
) {
    let control = mock.control();
    let mut left = 24;
    if dice.u8(0..3) > 0 {
        return control.advance_clock(SignedDuration::from_hours(left));
    }
    for (part, count) in [dice.usize(1..20), dice.usize(1..20)].into_iter().enumerate() {
        let hours = dice.i64(1..10);
        control.advance_clock(SignedDuration::from_hours(hours));
        left -= hours;
        let fresh = (0..dice.usize(1..9)).map(|number| CreateInstance::named(format!("day{day}-{part}-{number}")));
        all_done(partner.create_instances(fresh.collect(), BulkOptions::new())).await;
        let mut ids: Vec<_> =
            control.instances().iter().filter(|one| one.deleted_at.is_none()).map(|one| one.id_instance).collect();
        dice.shuffle(&mut ids);
        ids.truncate(count);
        all_done(partner.delete_instance_accounts(ids, BulkOptions::new().logout(false))).await;
    }
    control.advance_clock(SignedDuration::from_hours(left));
}

/// In sum, day by day, and instance by instance.
pub(crate) fn agree(mock: &MockServer, ledger: &Ledger, began_with: usize) {
    let (now, charges) = (mock.control().now(), mock.control().charges());
    let bill = ledger.billing(&BillingOptions::priced(Decimal::new(35, 1)).until(now)).unwrap();
    let days: BTreeMap<_, _> = bill.days().iter().map(|day| (day.date().unwrap(), day.instances().unwrap())).collect();
    assert_eq!(days, charges.days);
    let counted: BTreeMap<_, _> = charges.instances.iter().map(|one| (one.id_instance, one.days)).collect();
    let billed: BTreeMap<_, _> =
        bill.instances().iter().map(|one| (one.id_instance().unwrap(), one.days().unwrap())).collect();
    assert_eq!(billed, counted);
    assert_eq!(bill.total_days(), charges.total());
    assert_eq!(bill.total(), Decimal::from(charges.total()) * Decimal::new(35, 1));
    assert!(counted.len() > began_with, "the account has lived");
    let forgotten = counted.len() - mock.control().instances().len();
    assert!(forgotten > 0, "and lists have forgotten some of it");
}

pub(crate) async fn all_done(mut run: Run<BulkItem>) {
    while let Some(result) = run.next().await {
        assert_eq!(result.unwrap().status(), Some("done"));
    }
}
