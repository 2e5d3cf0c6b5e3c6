//! A call that is dropped ends at once and frees its connection.

use greenapi_partner_mock::{Fault, MockServer, Outcome};

use crate::support::{CREATE, DELETE, LIST, code, put_named, received, script, shop, start, tls::TlsFront, until};

#[tokio::test]
async fn a_dropped_read_hangs_up() {
    let (mock, partner) = start().await;
    script(&mock, LIST, [Fault::hold()]);
    let call = tokio::spawn({
        let partner = partner.clone();
        async move { partner.get_instances().await }
    });
    until(&mock, LIST, Outcome::Held, 1).await;
    call.abort();
    until(&mock, LIST, Outcome::HungUp, 1).await;
    mock.control().wait_for_connections(0).await;
    assert_eq!(code(partner.get_instances().await), "no error");
}

#[tokio::test]
async fn a_dropped_create_hangs_up_and_is_not_sent_again() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [Fault { act: true, ..Fault::hold() }]);
    let call = tokio::spawn(async move { partner.create_instance(shop()).await });
    until(&mock, CREATE, Outcome::Held, 1).await;
    call.abort();
    until(&mock, CREATE, Outcome::HungUp, 1).await;
    mock.control().wait_for_connections(0).await;
    assert_eq!((received(&mock, CREATE).len(), mock.control().instances().len()), (1, 1));
}

#[tokio::test]
async fn a_dropped_delete_hangs_up() {
    let (mock, partner) = start().await;
    put_named(&mock, 7, "shop-7");
    script(&mock, DELETE, [Fault::hold()]);
    let call = tokio::spawn(async move { partner.delete_instance_account(7).await });
    until(&mock, DELETE, Outcome::Held, 1).await;
    call.abort();
    until(&mock, DELETE, Outcome::HungUp, 1).await;
    mock.control().wait_for_connections(0).await;
    assert_eq!(mock.control().instances()[0].deleted_at, None);
}

#[tokio::test]
async fn over_http2_a_dropped_call_ends_and_the_others_go_on() {
    let mock = MockServer::start().await;
    let front = TlsFront::start(&mock, &["h2"]).await;
    let partner = front.builder(&mock).build().unwrap();
    partner.get_instances().await.unwrap();
    script(&mock, LIST, [Fault { times: Some(2), ..Fault::hold() }]);
    let call = || {
        tokio::spawn({
            let partner = partner.clone();
            async move { partner.get_instances().await }
        })
    };
    let (kept, dropped) = (call(), call());
    until(&mock, LIST, Outcome::Held, 2).await;
    dropped.abort();
    until(&mock, LIST, Outcome::HungUp, 1).await;
    mock.control().release();
    assert_eq!(code(kept.await.unwrap()), "no error");
    assert_eq!(mock.control().accepted_connections(), 1);
}
