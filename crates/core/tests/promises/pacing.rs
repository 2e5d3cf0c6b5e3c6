//! Calls of one method of one instance keep to the documented rate, so that upstream never has to turn one away.

use std::time::Duration;

use futures_util::future::try_join_all;
use greenapi_partner::{InstanceClient, PartnerClient};
use greenapi_partner_mock::{Fault, MockServer};
use serde_json::json;

use crate::support::{always, builder, busy, code, put, received, script, start};

const ID: u64 = 1_101_728_000;
const OTHER: u64 = 1_101_728_001;
/// Less than the time from one call of a method with a rate of one a second to the next.
const NO_TIME_TO_WAIT: Duration = Duration::from_millis(900);

#[tokio::test]
async fn calls_at_once_go_one_after_the_other_and_none_is_turned_away() {
    let (mock, partner) = start().await;
    let shop = shop(&mock, &partner, ID);
    try_join_all((0..5).map(|_| shop.qr())).await.unwrap();
    assert_eq!(statuses(&mock, "qr"), [Some(200); 5]);
}

#[tokio::test]
async fn instances_do_not_wait_for_each_other() {
    let (mock, partner) = start().await;
    for id in [ID, OTHER] {
        shop(&mock, &partner, id).with_timeout(NO_TIME_TO_WAIT).get_state_instance().await.unwrap();
    }
    assert_eq!(statuses(&mock, "getStateInstance"), [Some(200); 2]);
}

#[tokio::test]
async fn a_retry_keeps_the_rate_too() {
    let (mock, partner) = start().await;
    let shop = shop(&mock, &partner, ID);
    script(&mock, "qr", [busy("0"), busy("0")]);
    shop.qr().await.unwrap();
    shop.qr().await.unwrap();
    assert_eq!(statuses(&mock, "qr"), [Some(429), Some(429), Some(200), Some(200)]);
}

#[tokio::test]
async fn a_call_that_was_given_up_while_it_waited_sends_nothing() {
    let (mock, partner) = start().await;
    let shop = shop(&mock, &partner, ID);
    shop.get_state_instance().await.unwrap();
    let waits = tokio::spawn({
        let shop = shop.clone();
        async move { shop.get_state_instance().await }
    });
    tokio::task::yield_now().await;
    waits.abort();
    assert!(waits.await.unwrap_err().is_cancelled());
    assert_eq!(code(shop.with_timeout(NO_TIME_TO_WAIT).get_state_instance().await), "rate_limited");
    assert_eq!(statuses(&mock, "getStateInstance"), [Some(200)]);
}

/// The try that the rate leaves no time for is no reason to say that nothing was sent.
#[tokio::test]
async fn what_came_of_the_tries_before_is_told_where_there_is_no_time_for_another() {
    let (mock, partner) = start().await;
    let shop = shop(&mock, &partner, ID);
    script(&mock, "getSettings", [always(Fault::status(503))]);
    let error = shop.with_timeout(NO_TIME_TO_WAIT).get_settings().await.unwrap_err();
    assert_eq!((error.code().as_str(), error.status()), ("unavailable", Some(503)), "{error}");
    assert_eq!(statuses(&mock, "getSettings"), [Some(503)]);
}

#[tokio::test]
async fn switched_off_nothing_waits() {
    let (mock, partner) = start().await;
    mock.control().change_options(json!({ "instanceRateLimits": false }).as_object().unwrap()).unwrap();
    let token = shop(&mock, &partner, ID).api_token_instance();
    let unpaced = builder(&mock).pacing(false).build().unwrap().instance(ID, &token).unwrap();
    for _ in 0..3 {
        unpaced.with_timeout(NO_TIME_TO_WAIT).get_state_instance().await.unwrap();
    }
    assert_eq!(statuses(&mock, "getStateInstance"), [Some(200); 3]);
}

fn shop(mock: &MockServer, partner: &PartnerClient, id: u64) -> InstanceClient {
    put(mock, json!({ "idInstance": id, "apiTokenInstance": "d75b3a66374942c5b3c0" }));
    partner.instance(id, "d75b3a66374942c5b3c0").unwrap()
}

fn statuses(mock: &MockServer, method: &str) -> Vec<Option<u16>> {
    received(mock, method).iter().map(|request| request.status).collect()
}
