//! A socket that is open and says nothing: a phone is noticed all the same, and no dead code stays on the screen.

use std::time::Duration;

use greenapi_partner::{AuthorizeOptions, Error, Event, Events, InstanceClient};
use greenapi_partner_mock::{Fault, MockServer};
use jiff::SignedDuration;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::support::{builder, code, put, received, script};

const ID: u64 = 1_101_728_000;
const TOKEN: &str = "canary-instance-1";
const SCAN: &str = "scanqrcode";
const STATE: &str = "getStateInstance";

/// Whenever it is linked, upstream knows it for five seconds at most.
#[tokio::test(start_paused = true)]
async fn a_phone_is_noticed_within_five_seconds() {
    for linked_after in [0, 1, 3, 4, 7, 19, 22] {
        let (mock, instance) = silent_after(1).await;
        let mut events = instance.authorize(AuthorizeOptions::default());
        assert_eq!(kind(next(&mut events).await), "qrCode");
        let linked_at = Instant::now() + Duration::from_secs(linked_after);
        let noticed = tokio::spawn(async move { (kind(next(&mut events).await), Instant::now()) });
        tokio::time::sleep_until(linked_at).await;
        mock.control().scan(ID, Some("79001234567")).unwrap();
        let (noticed, at) = noticed.await.unwrap();
        assert_eq!(noticed, "authorized");
        assert!(at - linked_at <= Duration::from_secs(5), "{linked_after}: {:?}", at - linked_at);
    }
}

#[tokio::test(start_paused = true)]
async fn the_state_is_asked_every_four_seconds_and_no_more() {
    let (mock, instance) = silent_after(1).await;
    let mut events = instance.authorize(AuthorizeOptions::default());
    next(&mut events).await.unwrap();
    assert_eq!(received(&mock, STATE).len(), 1);
    tokio::select! {
        event = events.next() => panic!("{event:?}"),
        () = sleep(Duration::from_millis(20_500)) => {}
    }
    assert_eq!(received(&mock, STATE).len(), 6);
}

/// What passes in the state ends nothing, and a socket goes on showing codes meanwhile.
#[tokio::test(start_paused = true)]
async fn an_outage_of_the_state_is_waited_through() {
    let (mock, instance) = silent_after(1).await;
    let mut events = instance.authorize(AuthorizeOptions::default());
    next(&mut events).await.unwrap();
    script(&mock, STATE, [Fault { times: Some(5), ..Fault::status(502) }]);
    mock.control().scan(ID, None).unwrap();
    assert_eq!(kind(next(&mut events).await), "authorized");
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_held_ends_it_beside_the_socket() {
    for state in ["suspended", "yellowCard", "blocked"] {
        let (mock, instance) = silent_after(1).await;
        let mut events = instance.authorize(AuthorizeOptions::default());
        next(&mut events).await.unwrap();
        mock.control().set_state(ID, Some(state)).unwrap();
        assert_eq!(code(next(&mut events).await), "suspended", "{state}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_code_that_is_over_is_replaced_by_another_socket() {
    let (mock, instance) = silent_after(1).await;
    let mut events = instance.authorize(AuthorizeOptions::default());
    next(&mut events).await.unwrap();
    let shown_at = Instant::now();
    mock.control().advance_clock(SignedDuration::from_secs(20));
    assert_eq!(kind(next(&mut events).await), "qrCode");
    assert_eq!(shown_at.elapsed().as_secs(), 23);
    assert_eq!((received(&mock, SCAN).len(), received(&mock, "qr").len()), (2, 0));
    mock.control().wait_for_sockets(ID, 1).await;
}

#[tokio::test(start_paused = true)]
async fn after_a_second_silence_codes_are_polled() {
    let (mock, instance) = silent_after(1).await;
    let mut events = instance.authorize(AuthorizeOptions::default());
    let begun = Instant::now();
    for seconds in [0, 23, 46] {
        assert_eq!(kind(next(&mut events).await), "qrCode");
        assert_eq!(begun.elapsed().as_secs(), seconds);
        mock.control().advance_clock(SignedDuration::from_secs(20));
    }
    assert_eq!((received(&mock, SCAN).len(), received(&mock, "qr").len()), (2, 1));
    mock.control().wait_for_sockets(ID, 0).await;
}

#[tokio::test(start_paused = true)]
async fn a_socket_that_never_shows_a_code_is_left_within_twenty_seconds() {
    let (mock, instance) = silent_after(0).await;
    let mut events = instance.authorize(AuthorizeOptions::default());
    let begun = Instant::now();
    assert_eq!(kind(next(&mut events).await), "qrCode");
    assert_eq!(begun.elapsed().as_secs(), 20);
    assert_eq!((received(&mock, SCAN).len(), received(&mock, "qr").len()), (2, 1));
}

/// Without a rest in between it would open as many as it may ask for the state.
#[tokio::test(start_paused = true)]
async fn a_window_that_is_over_at_once_is_followed_by_another_no_sooner_than_a_look_would_be() {
    let mock = MockServer::start().await;
    let changes = json!({ "instanceRateLimits": false, "scanWindowMs": 0 });
    mock.control().change_options(changes.as_object().unwrap()).unwrap();
    put(&mock, json!({ "idInstance": ID, "apiTokenInstance": TOKEN, "createdAt": "2024-01-01T00:00:00Z" }));
    let instance = builder(&mock).build().unwrap().instance(ID, TOKEN).unwrap();
    let mut options = AuthorizeOptions::default();
    options.ready.timeout = Duration::from_secs(60);
    let mut events = instance.authorize(options);
    let mut last = next(&mut events).await;
    while last.is_ok() {
        last = next(&mut events).await;
    }
    assert_eq!(code(last), "timeout");
    let sockets = received(&mock, SCAN).len();
    assert!((2..=13).contains(&sockets), "{sockets}");
}

/// It has no other way to codes.
#[tokio::test(start_paused = true)]
async fn scan_qr_code_opens_a_silent_socket_anew_until_its_window_is_over() {
    let (mock, instance) = silent_after(1).await;
    let mut events = instance.scan_qr_code();
    let begun = Instant::now();
    for seconds in [0, 23, 46, 69, 92] {
        assert_eq!(kind(next(&mut events).await), "qrCode");
        assert_eq!(begun.elapsed().as_secs(), seconds);
    }
    assert_eq!(code(next(&mut events).await), "qr_expired");
    assert_eq!(begun.elapsed().as_secs(), 110);
    assert_eq!((received(&mock, SCAN).len(), received(&mock, "qr").len()), (5, 0));
}

/// An instance whose sockets fall silent after so many frames.
async fn silent_after(frames: usize) -> (MockServer, InstanceClient) {
    let mock = MockServer::start().await;
    let changes = json!({ "instanceRateLimits": false, "socketFrames": frames });
    mock.control().change_options(changes.as_object().unwrap()).unwrap();
    // Codes change when a test says so: the mock's clock is not the one that stands still here.
    mock.control().set_clock("2026-11-22T10:00:00Z".parse().unwrap());
    put(&mock, json!({ "idInstance": ID, "apiTokenInstance": TOKEN, "createdAt": "2024-01-01T00:00:00Z" }));
    let instance = builder(&mock).build().unwrap().instance(ID, TOKEN).unwrap();
    (mock, instance)
}

async fn next(events: &mut Events) -> Result<Event, Error> {
    events.next().await.unwrap()
}

fn kind(event: Result<Event, Error>) -> String {
    match event.unwrap().to_json().remove("type") {
        Some(Value::String(kind)) => kind,
        other => panic!("{other:?}"),
    }
}
