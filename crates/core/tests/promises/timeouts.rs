//! Timeouts of a call, on a clock that stands still unless everybody waits.

use std::time::Duration;

use greenapi_partner::{CallOptions, CreateInstance, EnsureOptions};
use greenapi_partner_mock::{Fault, MockServer, Outcome};
use tokio::{net::TcpListener, time::Instant};

use crate::support::{CREATE, DELETE, LIST, always, builder, code, received, script, shop, start, tls::TlsFront};

#[tokio::test(start_paused = true)]
async fn a_read_that_hangs_is_given_up_after_twenty_seconds_and_sent_again() {
    let (mock, partner) = start().await;
    script(&mock, LIST, [Fault::hold()]);
    let begun = Instant::now();
    assert_eq!(code(partner.get_instances().await), "no error");
    assert_eq!(begun.elapsed().as_secs(), 20);
    assert_eq!(outcomes(&mock, LIST), [Outcome::HungUp, Outcome::Answered]);
}

#[tokio::test(start_paused = true)]
async fn a_delete_that_hangs_is_sent_again_and_not_found_is_success_then() {
    let (mock, partner) = start().await;
    mock.control().add_instances(1);
    let id = mock.control().instances()[0].id_instance;
    script(&mock, DELETE, [Fault { act: true, ..Fault::hold() }]);
    assert_eq!(code(partner.delete_instance_account(id).await), "no error");
    assert_eq!(outcomes(&mock, DELETE), [Outcome::HungUp, Outcome::Answered]);
}

#[tokio::test(start_paused = true)]
async fn a_create_may_take_the_whole_call() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [Fault { delay_ms: Some(55_000), ..Fault::default() }]);
    assert_eq!(code(partner.create_instance(shop()).await), "no error");
    assert_eq!(received(&mock, CREATE).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_create_that_hangs_is_unknown_after_sixty_seconds_and_not_sent_again() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [Fault::hold()]);
    let begun = Instant::now();
    assert_eq!(code(partner.create_instance(shop()).await), "outcome_unknown");
    assert_eq!(begun.elapsed().as_secs(), 60);
    assert_eq!(received(&mock, CREATE).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_read_that_always_hangs_is_a_timeout_after_sixty_seconds() {
    let (mock, partner) = start().await;
    script(&mock, LIST, [always(Fault::hold())]);
    let begun = Instant::now();
    assert_eq!(code(partner.get_instances().await), "timeout");
    assert_eq!(begun.elapsed().as_secs(), 60);
    assert_eq!(received(&mock, LIST).len(), 3);
}

#[tokio::test(start_paused = true)]
async fn the_time_of_one_call_wins_over_the_clients() {
    let (mock, _) = start().await;
    let partner = builder(&mock).timeout(Duration::from_secs(5)).build().unwrap();
    script(&mock, LIST, [always(Fault::hold())]);
    let begun = Instant::now();
    assert_eq!(code(partner.get_instances().await), "timeout");
    assert_eq!(begun.elapsed().as_secs(), 5);
    let begun = Instant::now();
    assert_eq!(code(partner.get_instances_with(CallOptions::timeout(Duration::from_secs(12))).await), "timeout");
    assert_eq!(begun.elapsed().as_secs(), 12);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_drags_on_counts_towards_the_time() {
    let (mock, partner) = start().await;
    let drip = greenapi_partner_mock::Drip { chunks: 4, delay_ms: 20_000 };
    script(&mock, CREATE, [Fault { drip: Some(drip), ..Fault::default() }]);
    assert_eq!(code(partner.create_instance(shop()).await), "outcome_unknown");
}

#[tokio::test]
async fn a_call_without_any_time_is_refused_before_anything_is_sent() {
    let (mock, partner) = start().await;
    let none = CallOptions::timeout(Duration::ZERO);
    assert_eq!(code(partner.get_instances_with(none).await), "invalid_request");
    assert_eq!(code(partner.create_instance_with(shop(), none).await), "invalid_request");
    assert_eq!(mock.control().request_count(), 0);
}

#[tokio::test]
async fn nothing_is_ensured_without_any_time() {
    let (mock, partner) = start().await;
    let none = EnsureOptions { call: CallOptions::timeout(Duration::ZERO), ..EnsureOptions::default() };
    assert_eq!(code(partner.ensure_instance_with(shop(), none).await), "invalid_request");
    assert_eq!(mock.control().request_count(), 0);
}

#[tokio::test]
async fn a_call_may_have_all_the_time_in_the_world() {
    let (_mock, partner) = start().await;
    assert_eq!(code(partner.get_instances_with(CallOptions::timeout(Duration::MAX)).await), "no error");
}

/// The server never answers the handshake, so no request leaves.
#[tokio::test(start_paused = true)]
async fn a_create_that_could_not_be_sent_in_time_is_a_timeout() {
    let (silent, mock, partner) = silent().await;
    let five = CallOptions::timeout(Duration::from_secs(5));
    let error = partner.create_instance_with(CreateInstance::named("shop-42"), five).await.unwrap_err();
    assert_eq!((error.code().as_str(), error.is_retryable()), ("timeout", true));
    drop((silent, mock));
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_given_up_after_ten_seconds_and_tried_again() {
    let (silent, mock, partner) = silent().await;
    let begun = Instant::now();
    let error = partner.create_instance(shop()).await.unwrap_err();
    assert_eq!(error.code().as_str(), "unavailable");
    assert_eq!(
        error.to_string(),
        format!("{CREATE}: no connection to the host 127.0.0.1 within 10 s; nothing was sent")
    );
    assert_eq!(begun.elapsed().as_secs() / 10, 4, "four tries");
    drop((silent, mock));
}

/// A port that takes connections and says nothing, and a client of it.
async fn silent() -> (TcpListener, MockServer, greenapi_partner::PartnerClient) {
    let mock = MockServer::start().await;
    let front = TlsFront::start(&mock, &[]).await;
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", silent.local_addr().unwrap());
    let partner = front.builder(&mock).partner_api_url(url).build().unwrap();
    (silent, mock, partner)
}

fn outcomes(mock: &MockServer, method: &str) -> Vec<Outcome> {
    received(mock, method).into_iter().map(|request| request.outcome).collect()
}
