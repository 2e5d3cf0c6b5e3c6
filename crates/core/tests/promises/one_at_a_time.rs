//! `ensure_instance` and `onboard` of one client: a name is created once, whoever asks for it, and whoever leaves.

use std::time::Duration;

use greenapi_partner::{AuthorizeOptions, CallOptions, EnsureOptions, Event, PartnerClient};
use greenapi_partner_mock::{Cut, Fault, MockServer, Outcome};
use tracing::Level;

use crate::support::{CREATE, LIST, busy, code, hearing::listen, received, script, shop, start, until};

#[tokio::test]
async fn two_calls_at_once_create_one() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [Fault { act: true, ..Fault::hold() }]);
    let calls = [ensure(&partner), ensure(&partner)];
    until(&mock, CREATE, Outcome::Held, 1).await;
    mock.control().release();
    let mut ids = Vec::new();
    for call in calls {
        ids.push(call.await.unwrap().unwrap().id_instance());
    }
    assert_eq!(ids[0], ids[1]);
    one_was_created(&mock);
}

#[tokio::test]
async fn other_names_do_not_wait() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [Fault::hold()]);
    let held = ensure(&partner);
    until(&mock, CREATE, Outcome::Held, 1).await;
    let other = greenapi_partner::CreateInstance::named("shop-43");
    assert_eq!(code(partner.ensure_instance(other).await), "no error");
    mock.control().release();
    held.await.unwrap().unwrap();
}

#[tokio::test]
async fn whoever_comes_after_one_that_left_finds_what_was_created() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [Fault { act: true, ..Fault::hold() }]);
    let ears = listen();
    let mut left = partner.onboard(shop(), AuthorizeOptions::default());
    tokio::select! {
        event = left.next() => panic!("{event:?}"),
        () = until(&mock, CREATE, Outcome::Held, 1) => {}
    }
    drop(left);
    let mut events = partner.onboard(shop(), AuthorizeOptions::default());
    let next = events.next();
    tokio::pin!(next);
    tokio::select! {
        event = &mut next => panic!("it did not wait: {event:?}"),
        () = until_warned(&ears) => {}
    }
    assert_eq!(received(&mock, LIST).len(), 1, "it waits for its turn before it looks");
    mock.control().release();
    let Some(Ok(Event::Created(created))) = next.await else { panic!("no event") };
    assert_eq!((created.is_new(), created.name()), (Some(false), Some("shop-42")));
    one_was_created(&mock);
}

#[tokio::test]
async fn a_creation_that_is_left_without_an_answer_is_looked_for_before_the_next_one() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [Fault { act: true, cut: Some(Cut::AfterAction), ..Fault::hold() }]);
    // The first look finds nothing yet.
    let nothing = || Fault { body: Some(serde_json::json!([])), ..Fault::default() };
    script(&mock, LIST, [nothing(), nothing()]);
    let mut left = partner.onboard(shop(), AuthorizeOptions::default());
    tokio::select! {
        event = left.next() => panic!("{event:?}"),
        () = until(&mock, CREATE, Outcome::Held, 1) => {}
    }
    drop(left);
    let next = ensure(&partner);
    mock.control().release();
    assert_eq!(next.await.unwrap().unwrap().name(), Some("shop-42"));
    one_was_created(&mock);
}

#[tokio::test(start_paused = true)]
async fn what_was_not_sent_when_its_caller_left_is_not_sent() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [busy("20")]);
    let call = ensure(&partner);
    until(&mock, CREATE, Outcome::Answered, 1).await;
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!((received(&mock, CREATE).len(), mock.control().instances().len()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_does_not_come_is_a_timeout() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [Fault::hold()]);
    let held = ensure(&partner);
    until(&mock, CREATE, Outcome::Held, 1).await;
    let short = EnsureOptions { call: CallOptions::timeout(Duration::from_secs(5)), ..EnsureOptions::default() };
    let error = partner.ensure_instance_with(shop(), short).await.unwrap_err();
    assert_eq!(error.code().as_str(), "timeout");
    assert!(error.to_string().contains("another call"), "{error}");
    mock.control().release();
    held.await.unwrap().unwrap();
}

fn ensure(
    partner: &PartnerClient,
) -> tokio::task::JoinHandle<Result<greenapi_partner::EnsuredInstance, greenapi_partner::Error>> {
    let partner = partner.clone();
    tokio::spawn(async move { partner.ensure_instance(shop()).await })
}

async fn until_warned(ears: &crate::support::hearing::Ears) {
    let warned = || {
        let said = ears.ours();
        said.iter().any(|event| {
            event.level == Level::WARN && event.field("message").is_some_and(|text| text.contains("it goes on"))
        })
    };
    while !warned() {
        tokio::task::yield_now().await;
    }
}

fn one_was_created(mock: &MockServer) {
    assert_eq!((received(mock, CREATE).len(), mock.control().instances().len()), (1, 1));
}
