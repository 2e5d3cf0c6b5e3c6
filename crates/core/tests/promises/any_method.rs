//! A call of any method is sent once, unless the caller says that a second time is harmless.

use greenapi_partner::{Call, InstanceClient, PartnerClient};
use greenapi_partner_mock::{Cut, Fault, MockServer};
use serde_json::json;

use crate::support::{code, put, received, script, start};

const STATE: &str = "getStateInstance";

#[tokio::test]
async fn a_call_is_sent_once_unless_told() {
    let (mock, partner) = start().await;
    script(&mock, STATE, [Fault::cut(Cut::AfterAction)]);
    assert_eq!(code(shop(&mock, &partner).call(Call::get(STATE)).await), "outcome_unknown");
    assert_eq!(received(&mock, STATE).len(), 1);
}

#[tokio::test]
async fn a_call_that_is_safe_or_idempotent_is_sent_again() {
    for call in [Call::get(STATE).safe(), Call::get(STATE).idempotent()] {
        let (mock, partner) = start().await;
        script(&mock, STATE, [Fault::cut(Cut::AfterAction)]);
        let answer = shop(&mock, &partner).call(call).await.unwrap();
        assert_eq!(answer, json!({ "stateInstance": "notAuthorized" }));
        assert_eq!(received(&mock, STATE).len(), 2);
    }
}

fn shop(mock: &MockServer, partner: &PartnerClient) -> InstanceClient {
    put(mock, json!({ "idInstance": 1_101_728_000, "apiTokenInstance": "d75b3a66374942c5b3c0" }));
    partner.instance(1_101_728_000, "d75b3a66374942c5b3c0").unwrap()
}
