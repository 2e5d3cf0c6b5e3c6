//! Retries: when a call is sent again, and how long it waits first. The table itself is in `tests/scenarios/retry/`.

use std::time::{Duration, SystemTime};

use greenapi_partner_mock::{Fault, MockServer};
use tokio::time::Instant;

use crate::support::{CREATE, LIST, always, builder, busy, code, received, script, shop, start};

#[tokio::test(start_paused = true)]
async fn retry_after_is_waited_for_in_full() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [busy("30")]);
    let begun = Instant::now();
    assert_eq!(code(partner.create_instance(shop()).await), "no error");
    assert_eq!(begun.elapsed().as_secs(), 30);
    assert_eq!(
        received(&mock, CREATE).iter().map(|request| request.status).collect::<Vec<_>>(),
        [Some(429), Some(200)]
    );
}

#[tokio::test(start_paused = true)]
async fn a_date_is_waited_for() {
    let (mock, partner) = start().await;
    script(&mock, LIST, [busy(&in_seconds(30))]);
    let begun = Instant::now();
    assert_eq!(code(partner.get_instances().await), "no error");
    assert!((28..=30).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_date_beyond_the_call_is_told_as_a_wait() {
    let (mock, partner) = start().await;
    script(&mock, LIST, [busy(&in_seconds(3600))]);
    let wait = partner.get_instances().await.unwrap_err().retry_after().unwrap().as_secs();
    assert!((3590..=3600).contains(&wait), "{wait}");
    assert_eq!(received(&mock, LIST).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_waits_double_from_a_quarter_of_a_second() {
    let (mock, partner) = start().await;
    script(&mock, LIST, [always(Fault::status(503))]);
    let begun = Instant::now();
    assert_eq!(code(partner.get_instances().await), "unavailable");
    assert!(begun.elapsed() <= Duration::from_millis(250 + 500 + 1000 + 50), "{:?}", begun.elapsed());
    assert_eq!(received(&mock, LIST).len(), 4);
}

#[tokio::test]
async fn clones_share_the_budget() {
    let (mock, partner) = start().await;
    script(&mock, LIST, [always(busy("0"))]);
    for _ in 0..6 {
        partner.clone().get_instances().await.unwrap_err();
    }
    assert_eq!(received(&mock, LIST).len(), 6 + 10);
}

#[tokio::test]
async fn ten_successes_earn_a_retry() {
    let (mock, _) = start().await;
    let partner = builder(&mock).max_retries(10).build().unwrap();
    let spend = |expected| {
        let (mock, partner) = (&mock, partner.clone());
        async move {
            mock.control().clear_requests();
            script(mock, LIST, [always(busy("0"))]);
            partner.get_instances().await.unwrap_err();
            assert_eq!(received(mock, LIST).len(), expected);
            mock.control().clear_faults();
        }
    };
    spend(11).await;
    spend(1).await;
    succeed(&mock, &partner, 9).await;
    spend(1).await;
    succeed(&mock, &partner, 1).await;
    spend(2).await;
}

async fn succeed(mock: &MockServer, partner: &greenapi_partner::PartnerClient, times: usize) {
    mock.control().clear_faults();
    for _ in 0..times {
        partner.get_instances().await.unwrap();
    }
}

/// The moment so many seconds from now, as a header says it.
fn in_seconds(seconds: u64) -> String {
    httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(seconds))
}
