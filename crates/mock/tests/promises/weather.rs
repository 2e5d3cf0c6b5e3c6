//! Faults by chance, reproducible by their seed.

use greenapi_partner_mock::{Cut, Fault, MockServer, Named, Outcome, Requests};
use serde_json::json;

use crate::client::{Client, control, create, partner, path};

#[tokio::test]
async fn the_same_seed_gives_the_same_sequence() {
    let mut sequences = Vec::new();
    for seed in [1, 1, 2] {
        let mock = MockServer::start().await;
        mock.control().set_weather("createInstance", seed, storm()).unwrap();
        sequences.push(creates(&mock, 60).await);
    }
    assert_eq!(sequences[0], sequences[1]);
    assert_ne!(sequences[0], sequences[2]);
}

#[tokio::test]
async fn of_a_thousand_requests_about_the_shares_get_the_faults() {
    let mock = MockServer::start().await;
    mock.control().set_weather("createInstance", 7, storm()).unwrap();
    let outcomes = creates(&mock, 1000).await;
    let count = |outcome: &str| outcomes.iter().filter(|other| *other == outcome).count();
    for (outcome, expected) in [("cut", 300), ("100", 50), ("429", 50), ("500", 50), ("created", 550)] {
        let count = count(outcome);
        // Four standard deviations of the widest are 60; the seed is fixed, so this does not come and go.
        assert!(count.abs_diff(expected) < 60 && count > expected / 2, "{outcome}: {count} of {expected}");
    }
    // Of three kinds of cuts, one comes after the instance was made.
    let unseen = mock.control().instances().len() - count("created");
    assert!((70..130).contains(&unseen), "{unseen}");
    assert_eq!(mock.control().requests(&Requests::of("createInstance").that_are(Outcome::Cut)).len(), count("cut"));
}

#[tokio::test]
async fn a_scripted_fault_comes_first_and_draws_nothing() {
    let mut sequences = Vec::new();
    for scripted in [0, 3] {
        let mock = MockServer::start().await;
        mock.control().set_weather("createInstance", 1, storm()).unwrap();
        mock.control().add_faults("createInstance", vec![Fault::status(599); scripted]).unwrap();
        assert_eq!(creates(&mock, scripted).await, vec!["599"; scripted]);
        sequences.push(creates(&mock, 30).await);
    }
    assert_eq!(sequences[0], sequences[1]);
}

#[tokio::test]
async fn each_method_has_its_own_and_the_rest_share_that_of_all() {
    let mock = MockServer::start().await;
    mock.control().set_weather("*", 1, [(1.0, Fault::status(501))]).unwrap();
    mock.control().set_weather("CREATEINSTANCE", 1, [(1.0, Fault::status(502))]).unwrap();
    for (method, status) in [("createInstance", 502), ("getInstances", 501), ("deleteInstanceAccount", 501)] {
        assert_eq!(partner(&mock, "POST", method, "").await.status, status, "{method}");
    }
    mock.control().set_weather("createInstance", 1, []).unwrap();
    assert_eq!(partner(&mock, "POST", "createInstance", "").await.status, 501);
}

#[tokio::test]
async fn a_fault_for_reused_connections_leaves_new_ones_alone() {
    let mock = MockServer::start().await;
    let fault = Fault { reused_connection: true, ..Fault::status(500) };
    mock.control().set_weather("createInstance", 1, [(1.0, fault)]).unwrap();
    let mut client = Client::connect(&mock).await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(client.call("POST", &path(&mock, "createInstance"), &[], "").await.unwrap().status);
    }
    assert_eq!(statuses, [200, 500, 500]);
}

#[tokio::test]
async fn it_is_set_over_http_and_ends_with_the_faults_or_a_reset() {
    let mock = MockServer::start().await;
    for (verb, end) in [("DELETE", "faults"), ("POST", "reset")] {
        let body =
            json!({ "method": "createInstance", "seed": 1, "faults": [{ "share": 1, "fault": { "status": 500 } }] });
        control(&mock, "POST", "weather", &body.to_string()).await;
        assert_eq!(partner(&mock, "POST", "createInstance", "").await.status, 500);
        control(&mock, verb, end, "").await;
        create(&mock, "").await;
    }
}

#[tokio::test]
async fn what_cannot_be_weather_is_refused() {
    let mock = MockServer::start().await;
    let shares = |shares: &[f64]| shares.iter().map(|share| (*share, Fault::status(500))).collect::<Vec<_>>();
    for (shares, reason) in [
        (shares(&[1.5]), "a share is from 0 to 1, not 1.5"),
        (shares(&[-0.1]), "a share is from 0 to 1"),
        (shares(&[f64::NAN]), "a share is from 0 to 1"),
        (shares(&[0.5, 0.6]), "the shares are 1 together at most"),
        (vec![(0.5, Fault { times: Some(2), ..Fault::status(500) })], "times has no meaning"),
        (vec![(0.5, Fault::status(99))], "status is from 200 to 999"),
    ] {
        let error = mock.control().set_weather("*", 1, shares).unwrap_err();
        assert!(error.contains(reason), "{error}");
    }
    mock.control().set_weather("*", 1, shares(&[0.1; 10])).unwrap();
}

/// What a test of many creations wants to meet.
fn storm() -> Vec<(f64, Fault)> {
    vec![
        (0.1, Fault::cut(Cut::BeforeRequest)),
        (0.1, Fault::cut(Cut::AfterRequest)),
        (0.1, Fault::cut(Cut::AfterAction)),
        (0.05, Fault::named(Named::NoCapacity)),
        (0.05, Fault { retry_after: Some("0".into()), ..Fault::status(429) }),
        (0.05, Fault::status(500)),
        (0.02, Fault { delay_ms: Some(1), ..Fault::default() }),
    ]
}

/// What becomes of so many creations, one after another.
async fn creates(mock: &MockServer, count: usize) -> Vec<String> {
    let mut outcomes = Vec::new();
    for _ in 0..count {
        let mut client = Client::connect(mock).await;
        outcomes.push(match client.partner(mock, "POST", "createInstance", "").await {
            Err(_) => "cut".to_owned(),
            Ok(answer) if answer.status != 200 => answer.status.to_string(),
            Ok(answer) => answer.json().get("code").map_or("created".to_owned(), ToString::to_string),
        });
    }
    outcomes
}
