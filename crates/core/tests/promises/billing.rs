//! A bill counts what upstream charges, by upstream's midnights, and says what a list cannot know.

use std::fmt::Write as _;

use greenapi_partner::{Billing, BillingOptions, CreateInstance, PartnerClient, Prices};
use greenapi_partner_mock::MockServer;
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use serde_json::json;

use crate::support::{code, put, start};

/// A moment as upstream writes it: UTC+3.
fn at(text: &str) -> Timestamp {
    format!("{text}+03:00").parse().unwrap()
}

fn priced() -> BillingOptions {
    BillingOptions::priced(Prices::parse("2.50").unwrap())
}

/// The bill of the list as it stands, by the mock's clock.
async fn bill(mock: &MockServer, partner: &PartnerClient, options: BillingOptions) -> Billing {
    let now = mock.control().now();
    partner.get_instances().await.unwrap().billing(&options.until(now).listed_at(now)).unwrap()
}

/// Each instance's name and days, by id.
fn days(bill: &Billing) -> Vec<(String, u64)> {
    bill.instances().iter().map(|row| (row.name().unwrap().to_owned(), row.days().unwrap())).collect()
}

async fn create(partner: &PartnerClient, name: &str) -> u64 {
    partner.create_instance(CreateInstance::named(name)).await.unwrap().id_instance()
}

#[tokio::test]
async fn what_was_created_and_deleted_on_the_way_costs_its_days() {
    let (mock, partner) = start().await;
    let clock = mock.control();
    // Into a leap day, seven seconds before its midnight.
    clock.set_clock(at("2028-02-28T23:59:53"));
    create(&partner, "shop-1").await;
    let across = create(&partner, "shop-2").await;
    let brief = create(&partner, "agency-1").await;
    partner.delete_instance_account(brief).await.unwrap();
    clock.advance_clock(SignedDuration::from_secs(14));
    partner.delete_instance_account(across).await.unwrap();
    clock.advance_clock(SignedDuration::from_hours(36));

    // 1 March, 12:00:07. shop-1: 28 and 29 February, 1 March; shop-2: the 28th and 29th; agency-1: the 28th.
    let bill = bill(&mock, &partner, priced()).await;
    assert_eq!(
        days(&bill),
        [("shop-1", 3), ("shop-2", 2), ("agency-1", 1)].map(|(name, days)| (name.to_owned(), days))
    );
    let by_day: Vec<_> =
        bill.days().iter().map(|day| (day.date().unwrap().to_string(), day.instances(), day.complete())).collect();
    let expected = [("2028-02-28", 3), ("2028-02-29", 2), ("2028-03-01", 1)];
    assert_eq!(by_day, expected.map(|(date, instances)| (date.to_owned(), Some(instances), Some(true))));
    assert_eq!((bill.total(), bill.next_charge_at()), (Decimal::new(1500, 2), at("2028-03-02T00:00:00")));
    // 1 day in March, and 30 midnights.
    assert_eq!(bill.forecast(), Decimal::new(7750, 2));
    let saving = bill.if_deleted(&[across, 1]);
    assert_eq!((saving.instances(), saving.ignored()), (Some(0), Some(&json!([1, across]))));
}

#[tokio::test]
async fn a_bill_of_before_keeps_its_days_when_more_is_listed() {
    let (mock, partner) = start().await;
    mock.control().set_clock(at("2028-05-10T12:00:00"));
    create(&partner, "shop-1").await;
    mock.control().set_clock(at("2028-05-20T12:00:00"));
    create(&partner, "shop-2").await;
    let then = bill(&mock, &partner, priced()).await;
    mock.control().set_clock(at("2028-06-20T12:00:00"));
    let list = partner.get_instances().await.unwrap();
    let later = list.billing(&priced().until(at("2028-05-20T12:00:00"))).unwrap();
    assert_eq!(days(&later), days(&then));
    assert_eq!((later.total(), later.forecast()), (then.total(), then.forecast()));
}

#[tokio::test]
async fn what_upstream_has_forgotten_lies_before_complete_since() {
    // The first is deleted an hour too early to be listed; months end on different days.
    for (now, deleted) in [
        ("2028-02-29T12:00:00", "2027-11-30T11:00:00"),
        ("2027-02-28T12:00:00", "2026-11-30T11:00:00"),
        ("2028-03-31T12:00:00", "2027-12-31T11:00:00"),
        ("2028-04-30T12:00:00", "2028-01-31T11:00:00"),
        ("2028-04-29T12:00:00", "2028-01-29T11:00:00"),
    ] {
        let (mock, partner) = start().await;
        mock.control().set_clock(at(now));
        let shop = |id: u64, gone: Timestamp| {
            put(&mock, json!({"idInstance": id, "createdAt": "2026-10-01T09:00:00Z", "deletedAt": gone.to_string()}));
        };
        shop(1, at(deleted));
        shop(2, at(deleted) + SignedDuration::from_hours(2));
        shop(3, at(deleted) + SignedDuration::from_hours(48));
        let bill = bill(&mock, &partner, priced()).await;
        let listed: Vec<_> = bill.instances().iter().filter_map(|row| row.id_instance()).collect();
        assert_eq!(listed, [2, 3], "at {now}");
        let since = bill.complete_since().unwrap();
        assert!(since > at(deleted) && since <= at(deleted) + SignedDuration::from_hours(2), "at {now}: {since}");
        let complete = |date: &str| {
            let day = bill.days().iter().find(|day| day.date() == Some(date.parse().unwrap()));
            day.and_then(|day| day.complete())
        };
        let next = at(deleted) + SignedDuration::from_hours(24);
        assert_eq!(complete(&deleted[..10]), Some(false), "at {now}");
        // The second one ended that day; the third is there to be charged on the next.
        assert_eq!(complete(&next.to_string()[..10]), Some(true), "at {now}");
    }
}

#[tokio::test]
async fn an_older_until_does_not_claim_what_a_list_of_now_has_forgotten() {
    let (_mock, partner) = start().await;
    let list = partner.get_instances().await.unwrap();
    let now = Timestamp::now();
    let before = list.billing(&priced()).unwrap().complete_since().unwrap();
    let back = list.billing(&priced().until(now - SignedDuration::from_hours(24 * 60))).unwrap();
    // A list of now goes back from now, whatever moment is asked for.
    assert!(back.complete_since().unwrap() >= before);
    let told = list.billing(&priced().listed_at(at("2022-06-08T09:22:00"))).unwrap();
    assert_eq!(told.complete_since(), Some(at("2022-03-08T09:22:00")));
    let ahead = list.billing(&priced().until(at("2222-06-08T09:22:00"))).unwrap();
    assert_eq!(ahead.complete_since(), Some(at("2222-03-08T09:22:00")));
}

#[tokio::test]
async fn a_list_of_2022_is_billed_by_its_tariffs_and_a_business_instance_is_not() {
    let (mock, partner) = start().await;
    mock.control().set_clock(at("2028-06-08T12:00:00"));
    mock.control().change_options(json!({"listFormat": "2022"}).as_object().unwrap()).unwrap();
    let created = "2028-06-07T07:36:48Z";
    put(&mock, json!({"idInstance": 1, "name": "shop-1", "createdAt": created}));
    put(&mock, json!({"idInstance": 2, "name": "own", "createdAt": created, "tariff": "BUSINESS"}));
    put(&mock, json!({"idInstance": 3, "name": "own", "createdAt": created, "isPartner": false}));
    put(&mock, json!({"idInstance": 4, "name": "free", "createdAt": created, "isFree": true}));
    let bill = bill(&mock, &partner, priced()).await;
    assert_eq!(days(&bill), [("shop-1".to_owned(), 2)]);
    let other: Vec<_> = bill.other().iter().map(|row| (row.id_instance(), row.days(), row.cost())).collect();
    assert_eq!(other, [2, 3, 4].map(|id| (Some(id), Some(0), None)));
}

#[tokio::test]
async fn an_instance_that_a_view_shows_twice_is_charged_once() {
    let (mock, partner) = start().await;
    mock.control().set_clock(at("2028-06-08T12:00:00"));
    create(&partner, "shop-1").await;
    let list = partner.get_instances().await.unwrap().select([0, 0]);
    assert_eq!(list.billing(&priced().until(mock.control().now())).unwrap().total_days(), 1);
}

#[tokio::test]
async fn nobody_knows_from_a_list_which_instances_are_used() {
    let (mock, partner) = start().await;
    mock.control().set_clock(at("2028-06-08T12:00:00"));
    create(&partner, "shop-1").await;
    let waste = bill(&mock, &partner, priced()).await.waste(30);
    let waste: Vec<_> = waste.iter().map(|row| (row.why().unwrap().to_owned(), row.idle_days(), row.days())).collect();
    assert_eq!(waste, [("unknown".to_owned(), None, Some(1))]);
}

#[tokio::test]
async fn a_bill_ends_now_unless_told_otherwise() {
    let (_mock, partner) = start().await;
    create(&partner, "shop-1").await;
    let list = partner.get_instances().await.unwrap();
    let before = Timestamp::now();
    let next = list.billing(&priced()).unwrap().next_charge_at();
    let day = SignedDuration::from_hours(24);
    assert!(before < next && next <= Timestamp::now() + day, "{next}");
}

#[tokio::test]
async fn no_token_is_in_a_bill() {
    let (mock, partner) = start().await;
    create(&partner, "shop-1").await;
    let list = partner.get_instances().await.unwrap();
    let token = list.get(0).unwrap().api_token_instance().unwrap().to_owned();
    let bill = list.billing(&priced().until(mock.control().now())).unwrap();
    let mut shown = format!("{bill:?} {:?} {}", bill.instances(), bill.instances().html());
    for row in bill.instances().iter() {
        write!(shown, "{row:?} {}", json!(row.to_json(true))).unwrap();
    }
    assert!(shown.contains("shop-1") && !shown.contains(&token), "{shown}");
}

#[tokio::test]
async fn what_is_no_price_is_refused() {
    let (_mock, partner) = start().await;
    let list = partner.get_instances().await.unwrap();
    assert_eq!(code(list.billing(&BillingOptions::priced(Decimal::NEGATIVE_ONE))), "invalid_request");
    assert_eq!(code(list.billing(&priced().prefix_separator(""))), "invalid_request");
    assert_eq!(code(Prices::parse("12,50")), "invalid_request");
}
