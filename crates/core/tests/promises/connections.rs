//! One client, few connections, and a create that never travels on a stale one.

use std::time::Duration;

use greenapi_partner_mock::{Fault, Outcome};

use crate::support::{
    CREATE, LIST, builder, client, code, dead_when_reused, put_named, received, script, shop, start, until,
};

#[tokio::test]
async fn sequential_calls_share_a_connection() {
    let (mock, partner) = start().await;
    put_named(&mock, 7, "shop-7");
    for _ in 0..3 {
        partner.get_instances().await.unwrap();
    }
    partner.delete_instance_account(7).await.unwrap();
    assert_eq!(mock.control().accepted_connections(), 1);
}

#[tokio::test]
async fn sequential_creates_share_a_connection() {
    let (mock, partner) = start().await;
    for _ in 0..3 {
        partner.create_instance(shop()).await.unwrap();
    }
    assert_eq!(mock.control().accepted_connections(), 1);
}

#[tokio::test]
async fn clones_share_connections() {
    let (mock, partner) = start().await;
    partner.get_instances().await.unwrap();
    partner.clone().get_instances().await.unwrap();
    assert_eq!(mock.control().accepted_connections(), 1);
}

#[tokio::test]
async fn a_reopened_client_shares_no_connection() {
    let (mock, partner) = start().await;
    partner.get_instances().await.unwrap();
    let reopened = partner.reopened().unwrap();
    reopened.get_instances().await.unwrap();
    assert_eq!(mock.control().accepted_connections(), 2);
}

#[tokio::test]
async fn many_calls_run_at_once() {
    let (mock, partner) = start().await;
    script(&mock, LIST, [Fault { times: Some(16), ..Fault::hold() }]);
    let calls: Vec<_> = (0..16)
        .map(|_| {
            tokio::spawn({
                let partner = partner.clone();
                async move { partner.get_instances().await }
            })
        })
        .collect();
    until(&mock, LIST, Outcome::Held, 16).await;
    assert_eq!(mock.control().release(), 16);
    for call in calls {
        assert_eq!(code(call.await.unwrap()), "no error");
    }
}

#[tokio::test]
async fn the_last_clone_closes_the_connections() {
    let (mock, partner) = start().await;
    partner.get_instances().await.unwrap();
    partner.create_instance(shop()).await.unwrap();
    assert_eq!(mock.control().open_connections(), 2);
    drop(partner);
    mock.control().wait_for_connections(0).await;
}

#[tokio::test]
async fn closing_closes_the_idle_connections() {
    let (mock, partner) = start().await;
    partner.get_instances().await.unwrap();
    partner.create_instance(shop()).await.unwrap();
    partner.close();
    mock.control().wait_for_connections(0).await;
    assert!(partner.is_closed());
}

#[tokio::test]
async fn closing_lets_a_call_in_flight_end_and_refuses_the_next() {
    let (mock, partner) = start().await;
    script(&mock, LIST, [Fault::hold()]);
    let call = tokio::spawn({
        let partner = partner.clone();
        async move { partner.get_instances().await }
    });
    until(&mock, LIST, Outcome::Held, 1).await;
    partner.close();
    mock.control().release();
    assert_eq!(code(call.await.unwrap()), "no error");
    assert!(partner.is_closed());
    assert_eq!(code(partner.get_instances().await), "configuration");
    assert_eq!(received(&mock, LIST).len(), 1);
}

#[tokio::test]
async fn a_closed_client_stays_closed_when_it_is_reopened() {
    let (_mock, partner) = start().await;
    partner.close();
    assert_eq!(code(partner.reopened().unwrap().get_instances().await), "configuration");
}

#[tokio::test]
async fn a_create_does_not_travel_on_a_connection_that_idled_too_long() {
    let (mock, _) = start().await;
    let partner = builder(&mock).once_idle(Duration::ZERO).build().unwrap();
    script(&mock, CREATE, [dead_when_reused()]);
    for _ in 0..3 {
        partner.create_instance(shop()).await.unwrap();
    }
    assert_eq!(mock.control().instances().len(), 3);
    assert_eq!(mock.control().accepted_connections(), 3);
}

/// Shows that the test above can fail: without the limit, the connection is reused and the create lost.
#[tokio::test]
async fn a_create_on_a_connection_that_breaks_on_reuse_is_lost() {
    let (mock, _) = start().await;
    let partner = builder(&mock).once_idle(Duration::from_secs(3600)).build().unwrap();
    script(&mock, CREATE, [dead_when_reused()]);
    partner.create_instance(shop()).await.unwrap();
    assert_eq!(code(partner.create_instance(shop()).await), "outcome_unknown");
    assert_eq!(mock.control().accepted_connections(), 1);
}

/// Node servers close after five seconds.
#[tokio::test]
async fn a_create_does_not_travel_on_a_connection_that_idled_for_five_seconds() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [dead_when_reused()]);
    partner.create_instance(shop()).await.unwrap();
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(5)).await;
    tokio::time::resume();
    assert_eq!(code(partner.create_instance(shop()).await), "no error");
}

#[tokio::test]
async fn a_create_never_takes_over_a_connection_of_a_read() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [dead_when_reused()]);
    partner.get_instances().await.unwrap();
    assert_eq!(code(partner.create_instance(shop()).await), "no error");
}

#[tokio::test]
async fn a_read_on_a_connection_that_the_server_closed_is_sent_again() {
    let (mock, partner) = start().await;
    script(&mock, LIST, [Fault { times: Some(1), ..dead_when_reused() }]);
    partner.get_instances().await.unwrap();
    assert_eq!(code(partner.get_instances().await), "no error");
    assert_eq!(mock.control().accepted_connections(), 2);
}

#[tokio::test]
async fn connections_that_the_server_closed_while_idle_are_replaced() {
    let (mock, partner) = start().await;
    partner.get_instances().await.unwrap();
    mock.control().close_connections();
    mock.control().wait_for_connections(0).await;
    assert_eq!(code(partner.get_instances().await), "no error");
    assert_eq!(mock.control().accepted_connections(), 2);
}

#[tokio::test]
async fn two_clients_share_nothing() {
    let (mock, partner) = start().await;
    partner.get_instances().await.unwrap();
    client(&mock).get_instances().await.unwrap();
    assert_eq!(mock.control().accepted_connections(), 2);
}

/// A connection is served by the runtime that opened it, which may do nothing for now.
#[test]
fn a_call_on_another_runtime_does_not_wait_for_the_first_one() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (servers, first, second) = (tokio::runtime::Runtime::new().unwrap(), runtime(), runtime());
    let (mock, partner) = servers.block_on(start());
    for runtime in [&first, &second, &first] {
        runtime.block_on(partner.get_instances()).unwrap();
        assert_eq!(code(runtime.block_on(partner.create_instance(shop()))), "no error");
    }
    assert_eq!(mock.control().accepted_connections(), 4);
}
