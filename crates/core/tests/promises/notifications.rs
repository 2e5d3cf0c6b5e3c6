//! Notifications one after the other: none is lost, whatever happens between two of them.

use std::time::Duration;

use greenapi_partner::{InstanceClient, Notification, Notifications};
use greenapi_partner_mock::{Cut, Fault, MockServer, Outcome};
use serde_json::{Value, json};

use crate::support::{builder, code, hearing::listen, put, received, script, until};

const RECEIVE: &str = "receiveNotification";
const ACK: &str = "deleteNotification";
const ID: u64 = 1_101_000_042;

#[tokio::test]
async fn each_comes_once_and_in_order() {
    let (mock, instance) = start().await;
    write(&mock, &["one", "two", "three"]);
    let mut notifications = instance.notifications();
    for expected in ["one", "two", "three"] {
        assert_eq!(text(&notifications.next().await.unwrap()), expected);
    }
    assert_eq!(waiting(&mock), ["three"], "the last is the caller's until the next is asked for");
}

#[tokio::test]
async fn one_that_was_not_acknowledged_comes_again() {
    let (mock, instance) = start().await;
    write(&mock, &["one", "two"]);
    for _ in 0..2 {
        assert_eq!(text(&instance.notifications().next().await.unwrap()), "one");
    }
    assert_eq!(waiting(&mock), ["one", "two"]);
    assert!(received(&mock, ACK).is_empty());
}

#[tokio::test]
async fn ack_acknowledges_at_once_and_once() {
    let (mock, instance) = start().await;
    write(&mock, &["one", "two"]);
    let mut notifications = instance.notifications();
    notifications.ack().await.unwrap();
    notifications.next().await.unwrap();
    notifications.ack().await.unwrap();
    assert_eq!(waiting(&mock), ["two"]);
    notifications.ack().await.unwrap();
    assert_eq!(text(&notifications.next().await.unwrap()), "two");
    assert_eq!(received(&mock, ACK).len(), 1);
}

#[tokio::test]
async fn one_that_somebody_else_deleted_is_passed() {
    let (mock, instance) = start().await;
    write(&mock, &["one", "two"]);
    let mut notifications = instance.notifications();
    let first = notifications.next().await.unwrap();
    instance.delete_notification(first.receipt_id().unwrap()).await.unwrap();
    assert_eq!(text(&notifications.next().await.unwrap()), "two");
}

#[tokio::test]
async fn a_receipt_that_upstream_stumbles_over_counts_as_deleted() {
    let (mock, instance) = start().await;
    write(&mock, &["one"]);
    let mut notifications = instance.notifications();
    notifications.next().await.unwrap();
    let words = "Cannot read properties of undefined (reading 'findUnAckedMessage')";
    script(&mock, ACK, [Fault { status: Some(500), text: Some(words.into()), ..Fault::default() }]);
    notifications.ack().await.unwrap();
    assert_eq!(received(&mock, ACK).len(), 1);
}

#[tokio::test]
async fn nothing_there_in_any_spelling_is_waited_through() {
    let (mock, instance) = start().await;
    write(&mock, &["one"]);
    let null = Fault { status: Some(200), body: Some(Value::Null), ..Fault::default() };
    script(&mock, RECEIVE, [Fault::status(408), Fault::status(504), Fault::status(200), null]);
    assert_eq!(text(&instance.notifications().next().await.unwrap()), "one");
    assert_eq!(received(&mock, RECEIVE).len(), 5);
}

#[tokio::test(start_paused = true)]
async fn nothing_there_at_once_does_not_make_it_race() {
    let (mock, instance) = start().await;
    write(&mock, &["one"]);
    script(&mock, RECEIVE, [Fault { times: Some(20), ..Fault::status(504) }]);
    let begun = tokio::time::Instant::now();
    instance.notifications().next().await.unwrap();
    assert!(begun.elapsed().as_secs() >= 5, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_poll_has_its_time_though_calls_have_less() {
    let (mock, instance) = start().await;
    let ears = listen();
    let mut notifications = instance.with_timeout(Duration::from_millis(50)).notifications();
    let (got, ()) = tokio::join!(notifications.next(), async {
        until(&mock, RECEIVE, Outcome::Answered, 1).await;
        write(&mock, &["one"]);
    });
    assert_eq!(text(&got.unwrap()), "one");
    assert!(ears.warnings().is_empty(), "{:?}", ears.warnings());
}

#[tokio::test(start_paused = true)]
async fn idle_ends_it_only_when_nothing_came_for_so_long() {
    let (mock, instance) = start().await;
    write(&mock, &["one"]);
    let mut notifications = instance.notifications().idle(Duration::from_secs(60));
    assert_eq!(text(&notifications.try_next().await.unwrap().unwrap()), "one");
    script(&mock, RECEIVE, [Fault { times: Some(3), ..Fault::status(504) }]);
    write(&mock, &["two"]);
    assert_eq!(text(&notifications.try_next().await.unwrap().unwrap()), "two");
    script(&mock, RECEIVE, [Fault { times: Some(-1), ..Fault::status(504) }]);
    let begun = tokio::time::Instant::now();
    assert!(notifications.try_next().await.unwrap().is_none());
    assert_eq!(begun.elapsed().as_secs(), 60);
    assert!(waiting(&mock).is_empty(), "the last was acknowledged");
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_no_silence() {
    let (mock, instance) = start().await;
    script(&mock, RECEIVE, [Fault { times: Some(-1), ..Fault::status(503) }]);
    let mut notifications = instance.notifications().idle(Duration::from_secs(60));
    assert_eq!(code(notifications.try_next().await), "unavailable");
}

#[tokio::test]
async fn an_outage_is_waited_through_with_a_warning() {
    let (mock, instance) = start().await;
    write(&mock, &["one", "two"]);
    let ears = listen();
    let mut notifications = instance.notifications();
    script(&mock, RECEIVE, [Fault::status(503), Fault::cut(Cut::AfterRequest)]);
    assert_eq!(text(&notifications.next().await.unwrap()), "one");
    script(&mock, ACK, [Fault::status(502)]);
    assert_eq!(text(&notifications.next().await.unwrap()), "two");
    assert_eq!(ears.warnings(), ["notifications cannot be received just now: trying again"; 3]);
}

#[tokio::test]
async fn an_acknowledgement_that_failed_is_made_again() {
    let (mock, instance) = start().await;
    write(&mock, &["one", "two"]);
    let mut notifications = instance.notifications();
    notifications.next().await.unwrap();
    script(&mock, ACK, [Fault::status(502)]);
    assert_eq!(code(notifications.ack().await), "unavailable");
    assert_eq!(waiting(&mock), ["one", "two"]);
    assert_eq!(text(&notifications.next().await.unwrap()), "two");
}

#[tokio::test]
async fn an_acknowledgement_whose_answer_was_lost_is_none_of_the_callers_business() {
    let (mock, instance) = start().await;
    write(&mock, &["one", "two"]);
    let mut notifications = instance.notifications();
    notifications.next().await.unwrap();
    script(&mock, ACK, [Fault::cut(Cut::AfterAction)]);
    assert_eq!(text(&notifications.next().await.unwrap()), "two");
    assert_eq!(waiting(&mock), ["two"]);
}

#[tokio::test]
async fn a_next_that_is_dropped_loses_none() {
    let (mock, instance) = start().await;
    write(&mock, &["one", "two"]);
    let mut notifications = instance.notifications();
    notifications.next().await.unwrap();
    // It was acknowledged, and the next one is on its way.
    script(&mock, RECEIVE, [Fault { act: true, ..Fault::hold() }]);
    leave(&mut notifications, &mock, RECEIVE).await;
    assert_eq!(text(&notifications.next().await.unwrap()), "two");
    // The acknowledgement is on its way.
    write(&mock, &["three"]);
    script(&mock, ACK, [Fault::hold()]);
    leave(&mut notifications, &mock, ACK).await;
    assert_eq!(text(&notifications.next().await.unwrap()), "three");
}

#[tokio::test]
async fn a_webhook_url_is_an_error_and_it_may_be_asked_again() {
    let (mock, instance) = start().await;
    write(&mock, &["one"]);
    let words = "Message cannot be received because custom webhook url is set";
    script(&mock, RECEIVE, [Fault { status: Some(400), text: Some(words.into()), ..Fault::default() }]);
    let mut notifications = instance.notifications();
    let error = notifications.next().await.unwrap_err();
    assert_eq!((error.code().as_str(), error.description()), ("invalid_request", Some(words)));
    assert_eq!(text(&notifications.next().await.unwrap()), "one");
}

#[tokio::test]
async fn what_does_not_pass_ends_the_wait() {
    let (mock, instance) = start().await;
    for (status, expected) in [(401, "unauthorized"), (404, "configuration")] {
        script(&mock, RECEIVE, [Fault::status(status)]);
        assert_eq!(code(instance.notifications().next().await), expected);
    }
    instance.close();
    assert_eq!(code(instance.notifications().next().await), "configuration");
}

#[tokio::test]
async fn a_poll_is_5_to_60_seconds_long() {
    let (mock, instance) = start().await;
    write(&mock, &["one"]);
    for seconds in [0, 4, 61] {
        let mut notifications = instance.notifications().receive_timeout(seconds);
        assert_eq!(code(notifications.next().await), "invalid_request", "{seconds}");
    }
    assert!(received(&mock, RECEIVE).is_empty());
    for seconds in [5, 60] {
        instance.notifications().receive_timeout(seconds).next().await.unwrap();
        let asked = received(&mock, RECEIVE).pop().unwrap().path;
        assert!(asked.ends_with(&format!("receiveTimeout={seconds}")), "{seconds}");
    }
}

#[tokio::test]
async fn what_is_queued_has_its_class_and_what_is_unknown_comes_raw() {
    let (mock, instance) = start().await;
    let unknown = json!({ "typeWebhook": "somethingNew", "instanceData": { "idInstance": ID }, "news": [1] });
    for body in [json!({ "typeWebhook": "stateInstanceChanged", "stateInstance": "authorized" }), unknown.clone()] {
        mock.control().notify(ID, body).unwrap();
    }
    let mut notifications = instance.notifications();
    match notifications.next().await.unwrap() {
        Notification::StateInstanceChanged(change) => assert_eq!(change.state_instance(), Some("authorized")),
        other => panic!("{other:?}"),
    }
    let raw = notifications.next().await.unwrap();
    assert!(matches!(raw, Notification::Unknown(_)), "{raw:?}");
    assert_eq!((raw.type_webhook(), raw.body()), (Some("somethingNew"), &unknown));
}

#[tokio::test]
async fn one_that_is_no_object_does_not_hold_up_those_behind_it() {
    let (mock, instance) = start().await;
    write(&mock, &["one"]);
    let odd = json!({ "receiptId": "7", "body": null });
    script(&mock, RECEIVE, [Fault { status: Some(200), body: Some(odd), ..Fault::default() }]);
    let mut notifications = instance.notifications();
    let raw = notifications.next().await.unwrap();
    assert_eq!((raw.receipt_id(), raw.type_webhook(), raw.body()), (Some(7), None, &Value::Null));
    assert_eq!(text(&notifications.next().await.unwrap()), "one");
}

#[tokio::test]
async fn nothing_that_people_wrote_is_logged() {
    let (mock, instance) = start().await;
    write(&mock, &["the secret of the chat"]);
    let ears = listen();
    let mut notifications = instance.notifications();
    notifications.next().await.unwrap();
    notifications.ack().await.unwrap();
    let told: Vec<_> = ears.ours().iter().map(|event| format!("{:?}", event.fields)).collect();
    assert!(!told.is_empty() && !told.concat().contains("the secret"), "{told:?}");
}

async fn start() -> (MockServer, InstanceClient) {
    let mock = MockServer::start().await;
    let options = json!({ "instanceRateLimits": false, "receiveTimeoutMs": 100 });
    mock.control().change_options(options.as_object().unwrap()).unwrap();
    put(
        &mock,
        json!({
            "idInstance": ID, "apiTokenInstance": "abc", "phone": "79001234567", "settings": { "incomingWebhook": "yes" },
        }),
    );
    let partner = builder(&mock).pacing(false).max_retries(0).build().unwrap();
    let instance = partner.instance(ID, "abc").unwrap();
    (mock, instance)
}

fn write(mock: &MockServer, texts: &[&str]) {
    for text in texts {
        mock.control().receive_message(ID, json!({ "text": text }).as_object().unwrap()).unwrap();
    }
}

/// The texts that wait.
fn waiting(mock: &MockServer) -> Vec<String> {
    let place = "/body/messageData/textMessageData/textMessage";
    mock.control()
        .notifications(ID)
        .iter()
        .map(|one| one.pointer(place).unwrap().as_str().unwrap().to_owned())
        .collect()
}

fn text(notification: &Notification) -> &str {
    match notification {
        Notification::IncomingMessageReceived(message) => message.text().unwrap(),
        other => panic!("{other:?}"),
    }
}

/// Asks for the next, and leaves when a request of `method` is held.
async fn leave(notifications: &mut Notifications, mock: &MockServer, method: &str) {
    tokio::select! {
        got = notifications.next() => panic!("{got:?}"),
        () = until(mock, method, Outcome::Held, 1) => {}
    }
}
