//! Support that the tests have in common: a mock, a client for it, and ears.

pub(crate) mod bulk;
pub(crate) mod child;
pub(crate) mod cutting;
pub(crate) mod days;
pub(crate) mod file;
pub(crate) mod file_host;
pub(crate) mod hearing;
pub(crate) mod http2;
pub(crate) mod proxy;
pub(crate) mod receiver;
pub(crate) mod tls;

use greenapi_partner::{CreateInstance, Error, PartnerClient, PartnerClientBuilder};
use greenapi_partner_mock::{Cut, Fault, MockServer, Outcome, RecordedRequest, Requests};
use serde_json::{Value, json};

/// A mock and a client for it.
pub(crate) async fn start() -> (MockServer, PartnerClient) {
    let mock = MockServer::start().await;
    let partner = client(&mock);
    (mock, partner)
}

/// A mock and a client that let the states be asked for at any rate.
pub(crate) async fn unpaced() -> (MockServer, PartnerClient) {
    let mock = MockServer::start().await;
    mock.control().change_options(json!({ "instanceRateLimits": false }).as_object().unwrap()).unwrap();
    let partner = builder(&mock).pacing(false).build().unwrap();
    (mock, partner)
}

pub(crate) fn client(mock: &MockServer) -> PartnerClient {
    builder(mock).build().unwrap()
}

pub(crate) fn builder(mock: &MockServer) -> PartnerClientBuilder {
    PartnerClient::builder().partner_api_url(mock.url()).partner_token(mock.partner_token())
}

pub(crate) fn shop() -> CreateInstance {
    CreateInstance::named("shop-42")
}

pub(crate) const CREATE: &str = "createInstance";
pub(crate) const LIST: &str = "getInstances";
pub(crate) const DELETE: &str = "deleteInstanceAccount";

/// Lets the next requests of `method` go wrong.
pub(crate) fn script<const N: usize>(mock: &MockServer, method: &str, faults: [Fault; N]) {
    mock.control().add_faults(method, faults).unwrap();
}

/// `fault`, for every request from now on.
pub(crate) fn always(fault: Fault) -> Fault {
    Fault { times: Some(-1), ..fault }
}

/// A 429 with this `Retry-After`.
pub(crate) fn busy(retry_after: &str) -> Fault {
    Fault { status: Some(429), retry_after: Some(retry_after.to_owned()), ..Fault::default() }
}

/// A connection that breaks as soon as it is used again.
pub(crate) fn dead_when_reused() -> Fault {
    always(Fault { reused_connection: true, ..Fault::cut(Cut::BeforeRequest) })
}

/// The requests of `method`, in order of arrival.
pub(crate) fn received(mock: &MockServer, method: &str) -> Vec<RecordedRequest> {
    mock.control().requests(&Requests::of(method))
}

/// Waits until `count` requests of `method` have come to `outcome`.
pub(crate) async fn until(mock: &MockServer, method: &str, outcome: Outcome, count: usize) {
    mock.control().wait_for_requests(&Requests::of(method).that_are(outcome), count).await;
}

/// Puts an instance into the account.
pub(crate) fn put(mock: &MockServer, fields: Value) {
    let Value::Object(fields) = fields else { panic!("{fields} is no instance") };
    mock.control().add_instance(&fields).unwrap();
}

/// Puts a live instance of this name into the account.
pub(crate) fn put_named(mock: &MockServer, id: u64, name: &str) {
    put(mock, json!({ "idInstance": id, "name": name }));
}

pub(crate) fn code<T>(result: Result<T, Error>) -> &'static str {
    result.map_or_else(|error| error.code().as_str(), |_| "no error")
}
