//! TLS: whom a client trusts, and which HTTP it speaks then.

use greenapi_partner::PartnerClient;
use greenapi_partner_mock::{Cut, Fault, MockServer, Outcome};
use rcgen::{CertificateParams, date_time_ymd};

use crate::support::{
    CREATE, LIST, code, proxy::ConnectProxy, put_named, received, script, shop, tls::TlsFront, until,
};

#[tokio::test]
async fn a_ca_file_makes_its_servers_trusted() {
    let mock = MockServer::start().await;
    let front = TlsFront::start(&mock, &["h2", "http/1.1"]).await;
    put_named(&mock, 7, "shop-7");
    let all = front.builder(&mock).build().unwrap().get_instances().await.unwrap();
    assert_eq!(all.get(0).unwrap().name(), Some("shop-7"));
}

/// Nothing is sent, and nothing is tried again: what is wrong is the set-up, on one side or the other.
#[tokio::test]
async fn a_server_that_nobody_vouches_for_gets_nothing() {
    let mock = MockServer::start().await;
    let (front, other) = (TlsFront::start(&mock, &[]).await, TlsFront::start(&mock, &[]).await);
    let partner = front.builder(&mock).ca_file(other.ca_file()).build().unwrap();
    let listed = partner.get_instances().await.unwrap_err();
    let created = partner.create_instance(shop()).await.unwrap_err();
    for (error, operation) in [(&listed, LIST), (&created, CREATE)] {
        let says =
            format!("{operation}: the certificate of the host localhost is not trusted: nobody who is trusted here");
        assert!(error.to_string().starts_with(&says), "{error}");
        assert!(error.to_string().ends_with("; nothing was sent"), "{error}");
        assert_eq!((error.code().as_str(), error.is_retryable(), error.status()), ("configuration", false, None));
        assert!(error.causes().any(|cause| cause.contains("UnknownIssuer")), "{error:?}");
    }
    assert_eq!((front.connections(), mock.control().request_count()), (2, 0));
}

#[tokio::test]
async fn a_certificate_for_another_host_is_refused() {
    let mock = MockServer::start().await;
    let front = TlsFront::start(&mock, &[]).await;
    let proxy = ConnectProxy::to(front.port).await;
    let partner = front.builder(&mock).partner_api_url("https://elsewhere.test").proxy(proxy.url("")).build().unwrap();
    let error = partner.get_instances().await.unwrap_err();
    assert_eq!(error.code().as_str(), "configuration");
    let says = "the certificate of the host elsewhere.test is not trusted: it is for another host; nothing was sent";
    assert_eq!(error.to_string(), format!("{LIST}: {says}"));
    assert_eq!((front.connections(), mock.control().request_count()), (1, 0));
}

#[tokio::test]
async fn a_certificate_out_of_its_time_is_refused() {
    let expired = |params: &mut CertificateParams| params.not_after = date_time_ymd(2024, 2, 29);
    let not_yet = |params: &mut CertificateParams| params.not_before = date_time_ymd(3024, 2, 29);
    let mock = MockServer::start().await;
    let rows = [
        (TlsFront::with(&mock, expired).await, "it has expired, at 2024-02-29T00:00:00Z"),
        (
            TlsFront::with(&mock, not_yet).await,
            "it is not valid before 3024-02-29T00:00:00Z; is this machine's clock right?",
        ),
    ];
    for (front, why) in rows {
        let error = front.builder(&mock).build().unwrap().get_instances().await.unwrap_err();
        assert_eq!(error.code().as_str(), "configuration");
        let says = format!("{LIST}: the certificate of the host localhost is not trusted: {why}; nothing was sent");
        assert_eq!(error.to_string(), says);
        assert_eq!((front.connections(), mock.control().request_count()), (1, 0));
    }
}

#[tokio::test]
async fn http2_is_spoken_where_the_server_offers_it() {
    let mock = MockServer::start().await;
    let front = TlsFront::start(&mock, &["h2", "http/1.1"]).await;
    let partner = front.builder(&mock).build().unwrap();
    partner.get_instances().await.unwrap();
    partner.create_instance(shop()).await.unwrap();
    assert_eq!([LIST, CREATE].map(|method| format!("{:?}", received(&mock, method)[0].http)), ["HTTP/2.0"; 2]);
}

#[tokio::test]
async fn http1_is_spoken_where_the_server_offers_no_other() {
    let mock = MockServer::start().await;
    for protocols in [&["http/1.1"][..], &[]] {
        let front = TlsFront::start(&mock, protocols).await;
        front.builder(&mock).build().unwrap().get_instances().await.unwrap();
        assert_eq!(format!("{:?}", received(&mock, LIST).last().unwrap().http), "HTTP/1.1", "{protocols:?}");
    }
}

#[tokio::test]
async fn over_http2_many_calls_share_one_connection() {
    let mock = MockServer::start().await;
    let front = TlsFront::start(&mock, &["h2"]).await;
    let partner = front.builder(&mock).build().unwrap();
    partner.get_instances().await.unwrap();
    script(&mock, LIST, [Fault { times: Some(32), ..Fault::hold() }]);
    let calls: Vec<_> = (0..32)
        .map(|_| {
            tokio::spawn({
                let partner = partner.clone();
                async move { partner.get_instances().await }
            })
        })
        .collect();
    until(&mock, LIST, Outcome::Held, 32).await;
    mock.control().release();
    for call in calls {
        assert_eq!(code(call.await.unwrap()), "no error");
    }
    assert_eq!(mock.control().accepted_connections(), 1);
}

#[tokio::test]
async fn over_http2_a_create_that_is_cut_is_not_sent_again() {
    let mock = MockServer::start().await;
    let front = TlsFront::start(&mock, &["h2"]).await;
    let partner = front.builder(&mock).build().unwrap();
    script(&mock, CREATE, [Fault::cut(Cut::AfterAction)]);
    assert_eq!(code(partner.create_instance(shop()).await), "outcome_unknown");
    assert_eq!((received(&mock, CREATE).len(), mock.control().instances().len()), (1, 1));
}

#[tokio::test]
async fn over_http2_a_read_that_is_cut_is_sent_again() {
    let mock = MockServer::start().await;
    let front = TlsFront::start(&mock, &["h2"]).await;
    let partner = front.builder(&mock).max_retries(1).build().unwrap();
    script(&mock, LIST, [Fault::cut(Cut::AfterRequest)]);
    assert_eq!(code(partner.get_instances().await), "no error");
    assert_eq!(received(&mock, LIST).len(), 2);
}

#[tokio::test]
async fn a_ca_file_without_a_certificate_is_refused_at_once() {
    let builder = PartnerClient::builder().partner_token("gac.0123456789").ca_file(env!("CARGO_MANIFEST_PATH"));
    assert_eq!(code(builder.build()), "configuration");
}
