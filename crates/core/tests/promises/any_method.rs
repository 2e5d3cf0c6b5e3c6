//! A call of any method is sent as the table of methods says, unless the caller says otherwise.

use greenapi_partner::{Call, File, InstanceClient, PartnerClient};
use greenapi_partner_mock::{Cut, Fault, MockServer};
use serde_json::json;

use crate::support::{code, put, received, script, start};

const STATE: &str = "getStateInstance";

#[tokio::test]
async fn a_call_is_sent_once_if_told() {
    let (mock, partner) = start().await;
    script(&mock, STATE, [Fault::cut(Cut::AfterAction)]);
    assert_eq!(code(shop(&mock, &partner).call(Call::get(STATE).once()).await), "outcome_unknown");
    assert_eq!(received(&mock, STATE).len(), 1);
}

#[tokio::test]
async fn a_call_that_is_safe_or_idempotent_is_sent_again() {
    for call in
        [Call::new(STATE), Call::get("GetStateInstance"), Call::get(STATE).safe(), Call::get(STATE).idempotent()]
    {
        let (mock, partner) = start().await;
        script(&mock, STATE, [Fault::cut(Cut::AfterAction)]);
        let answer = shop(&mock, &partner).call(call).await.unwrap();
        assert_eq!(answer, json!({ "stateInstance": "notAuthorized" }));
        assert_eq!(received(&mock, STATE).len(), 2);
    }
}

#[tokio::test]
async fn a_file_that_is_the_whole_body_has_its_type_and_its_name_in_headers() {
    let (mock, partner) = start().await;
    script(&mock, "uploadFile", [Fault::json(200, json!({ "urlFile": "https://storage.example/a.png" }))]);
    let file = File::new("a photo.png", &b"not really"[..]);
    shop(&mock, &partner).call(Call::new("uploadFile").file(file)).await.unwrap();
    let request = &received(&mock, "uploadFile")[0];
    let header = |name| request.headers.get(name).unwrap().to_str().unwrap();
    assert_eq!((header("content-type"), header("ga-filename")), ("image/png", "a photo.png"));
    assert_eq!((request.verb.as_str(), &request.body[..]), ("POST", &b"not really"[..]));
}

/// What a caller says is meant, whatever the table says.
#[tokio::test]
async fn a_verb_that_the_caller_says_is_meant() {
    let (mock, partner) = start().await;
    let instance = shop(&mock, &partner);
    script(&mock, "clearWebhooksQueue", [Fault::json(200, json!({ "isCleared": true }))]);
    instance.call(Call::new("clearWebhooksQueue")).await.unwrap();
    let error = instance.call(Call::get("sendPoll")).await.unwrap_err();
    assert_eq!(
        (error.code().as_str(), error.status()),
        ("configuration", Some(404)),
        "a wrong verb is not \"not found\""
    );
    let verbs = |method| received(&mock, method).iter().map(|one| one.verb.to_string()).collect::<Vec<_>>();
    assert_eq!((verbs("clearWebhooksQueue"), verbs("sendPoll")), (vec!["DELETE".to_owned()], vec!["GET".to_owned()]));
}

fn shop(mock: &MockServer, partner: &PartnerClient) -> InstanceClient {
    put(mock, json!({ "idInstance": 1_101_728_000, "apiTokenInstance": "d75b3a66374942c5b3c0" }));
    partner.instance(1_101_728_000, "d75b3a66374942c5b3c0").unwrap()
}
