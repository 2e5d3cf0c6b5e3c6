//! Recovery: a server that is killed and comes back on the same port, and a host name that is found again.

use std::{
    io,
    net::{IpAddr, Ipv4Addr},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use greenapi_partner::{CreateInstance, PartnerClient};
use greenapi_partner_mock::{Fault, MockServer, Options, Outcome};
use tokio::task::JoinSet;

use crate::support::{CREATE, LIST, builder, code, received, script, start, until};

const AT_ONCE: usize = 32;
const TIMES: usize = 10;

/// What was sent to the server that died is not sent to the one that comes after it, unless that is harmless.
#[tokio::test]
async fn calls_in_flight_when_the_server_dies_end_by_the_retry_table() {
    let (mut mock, partner) = start().await;
    for _ in 0..TIMES {
        let many = Some(AT_ONCE.try_into().unwrap());
        for method in [CREATE, LIST] {
            script(&mock, method, [Fault { times: many, ..Fault::hold() }]);
        }
        let mut calls = JoinSet::new();
        for _ in 0..AT_ONCE {
            let (creating, listing) = (partner.clone(), partner.clone());
            calls
                .spawn(async move { (CREATE, code(creating.create_instance(CreateInstance::named("shop-42")).await)) });
            calls.spawn(async move { (LIST, code(listing.get_instances().await)) });
        }
        for method in [CREATE, LIST] {
            until(&mock, method, Outcome::Held, AT_ONCE).await;
        }
        mock = killed_and_back(mock).await;
        while let Some(ended) = calls.join_next().await {
            match ended.unwrap() {
                (CREATE, ended) => assert_eq!(ended, "outcome_unknown"),
                // So many at once use the budget of retries up.
                (_, ended) => assert!(["no error", "unavailable"].contains(&ended), "{ended}"),
            }
        }
        assert_eq!(received(&mock, CREATE).len(), 0);
        assert_eq!(code(partner.create_instance(CreateInstance::named("shop-42")).await), "no error");
        assert_eq!(received(&mock, CREATE).len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn while_it_is_away_calls_fail_and_nothing_is_sent_and_the_first_one_afterwards_works() {
    for first in [CREATE, LIST] {
        let (mock, partner) = start().await;
        // Each kind of call has a connection that it may find dead.
        partner.get_instances().await.unwrap();
        partner.create_instance(CreateInstance::named("shop-1")).await.unwrap();
        let options = same_place(&mock);
        mock.stop().await;
        for _ in 0..3 {
            assert_eq!(code(partner.get_instances().await), "unavailable");
            let error = partner.create_instance(CreateInstance::named("shop-2")).await.unwrap_err();
            assert_eq!(error.code().as_str(), "unavailable");
            assert!(error.to_string().ends_with("nothing was sent"), "{error}");
        }
        let mock = MockServer::start_with(options).await.unwrap();
        if first == CREATE {
            assert_eq!(code(partner.create_instance(CreateInstance::named("shop-2")).await), "no error");
        } else {
            assert_eq!(code(partner.get_instances().await), "no error");
        }
        assert_eq!((received(&mock, first).len(), mock.control().request_count()), (1, 1));
    }
}

/// A watch goes on over it, and tells what changed meanwhile.
#[tokio::test(start_paused = true)]
async fn a_call_that_waits_for_its_next_try_takes_the_server_that_comes_back() {
    let (mock, partner) = start().await;
    partner.get_instances().await.unwrap();
    let options = same_place(&mock);
    mock.stop().await;
    let creating = tokio::spawn({
        let partner = partner.clone();
        async move { partner.create_instance(CreateInstance::named("shop-42")).await }
    });
    let mock = MockServer::start_with(options).await.unwrap();
    assert_eq!(code(creating.await.unwrap()), "no error");
    assert_eq!(received(&mock, CREATE).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_host_that_is_not_found_and_then_is_costs_retries_and_creates_once() {
    let (mock, _) = start().await;
    let names = Names::that_fail(2);
    let partner = names.client_of(&mock);
    assert_eq!(code(partner.create_instance(CreateInstance::named("shop-42")).await), "no error");
    assert_eq!((names.asked(), received(&mock, CREATE).len()), (3, 1));
}

#[tokio::test(start_paused = true)]
async fn a_host_that_is_not_found_for_long_is_unavailable_and_is_looked_for_again_by_the_next_call() {
    let (mock, _) = start().await;
    let names = Names::that_fail(4);
    let partner = names.client_of(&mock);
    let error = partner.create_instance(CreateInstance::named("shop-42")).await.unwrap_err();
    assert_eq!(error.to_string(), format!("{CREATE}: the host localhost cannot be found (DNS); nothing was sent"));
    assert_eq!((names.asked(), mock.control().request_count()), (4, 0));
    assert_eq!(code(partner.create_instance(CreateInstance::named("shop-42")).await), "no error");
    assert_eq!(received(&mock, CREATE).len(), 1);
}

/// Names that are not found the first few times that they are asked for.
#[derive(Clone)]
struct Names {
    fails: u32,
    asked: Arc<AtomicU32>,
}

impl Names {
    fn that_fail(times: u32) -> Self {
        Self { fails: times, asked: Arc::default() }
    }

    fn asked(&self) -> u32 {
        self.asked.load(Ordering::Relaxed)
    }

    fn client_of(&self, mock: &MockServer) -> PartnerClient {
        let names = self.clone();
        let find = move |_: &str| {
            if names.asked.fetch_add(1, Ordering::Relaxed) < names.fails {
                return Err(io::Error::other(
                    "failed to lookup address information: Temporary failure in name resolution",
                ));
            }
            Ok(vec![IpAddr::from(Ipv4Addr::LOCALHOST)])
        };
        let url = mock.url().replace("127.0.0.1", "localhost");
        builder(mock).partner_api_url(url).names(find).build().unwrap()
    }
}

/// The same port and token again, with nothing of what it knew. Nothing of it is told to those who are connected but that
/// their connections are gone.
async fn killed_and_back(mock: MockServer) -> MockServer {
    let options = same_place(&mock);
    mock.stop().await;
    MockServer::start_with(options).await.unwrap()
}

fn same_place(mock: &MockServer) -> Options {
    let port = mock.url().rsplit(':').next().unwrap().parse().unwrap();
    Options { port, partner_token: Some(mock.partner_token()), ..Options::default() }
}
