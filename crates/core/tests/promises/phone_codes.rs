//! A code for a phone is good for a while; the next one is asked for when it is not.

use greenapi_partner::{AuthorizeOptions, Event, Events};
use greenapi_partner_mock::MockServer;
use serde_json::json;
use tokio::time::Instant;

use crate::support::{put, received, start};

const ID: u64 = 1_101_728_000;
const TOKEN: &str = "canary-instance-1";

#[tokio::test(start_paused = true)]
async fn whatsapps_is_good_for_150_seconds() {
    let (mock, mut events) = linking("whatsapp").await;
    let begun = next_code(&mut events).await;
    assert_eq!(received(&mock, "getAuthorizationCode").len(), 1);
    let again = next_code(&mut events).await;
    assert!((150..=160).contains(&(again - begun).as_secs()), "{:?}", again - begun);
    assert_eq!(received(&mock, "getAuthorizationCode").len(), 2);
}

#[tokio::test(start_paused = true)]
async fn telegrams_comes_in_its_own_chat_and_is_good_for_300_seconds() {
    let (mock, mut events) = linking("telegram").await;
    let begun = next_code(&mut events).await;
    let again = next_code(&mut events).await;
    assert!((300..=310).contains(&(again - begun).as_secs()), "{:?}", again - begun);
    assert_eq!(received(&mock, "startAuthorization").len(), 2);
}

async fn linking(messenger: &str) -> (MockServer, Events) {
    let (mock, partner) = start().await;
    // The mock's clock does not stand still with ours.
    let changes = json!({ "instanceRateLimits": false });
    mock.control().change_options(changes.as_object().unwrap()).unwrap();
    put(&mock, json!({ "idInstance": ID, "apiTokenInstance": TOKEN, "typeInstance": messenger }));
    let listed = partner.get_instance(ID).await.unwrap();
    let instance = partner.instance_of_listed(&listed).unwrap();
    let options = AuthorizeOptions { phone_number: Some("79001234567".to_owned()), ..AuthorizeOptions::default() };
    (mock, instance.authorize(options))
}

/// When the next code was told.
async fn next_code(events: &mut Events) -> Instant {
    loop {
        match events.next().await {
            Some(Ok(Event::AuthorizationCode(_))) => return Instant::now(),
            Some(Ok(Event::Waiting(_))) => {}
            other => panic!("{other:?}"),
        }
    }
}
