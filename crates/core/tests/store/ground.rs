//! Ground of the tests: a mock, a store of their own, and as many clients as a fleet of workers has.

use std::{env, time::Duration};

use greenapi_partner::{CreateInstance, Error, Ledger, PartnerClient, PartnerClientBuilder, Store, StoreBuilder};
use greenapi_partner_mock::{Fault, MockServer, Outcome, Requests};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A mock and a place for a store.
pub(crate) struct Ground {
    pub(crate) mock: MockServer,
    folder: TempDir,
    pub(crate) schema: String,
}

impl Ground {
    pub(crate) async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        // As random as the folder's: numbers of processes are given again, and a database may be kept.
        let schema = format!("test {}", folder.path().file_name().unwrap().display());
        Self { mock: MockServer::start().await, folder, schema }
    }

    /// Where the store is.
    pub(crate) fn address(&self) -> String {
        env::var("STORE_URL").unwrap_or_else(|_| self.folder.path().join("partner.sqlite").display().to_string())
    }

    /// A store as another process would open it.
    pub(crate) fn store(&self) -> StoreBuilder {
        self.store_at(&self.address())
    }

    /// The same by another way.
    pub(crate) fn store_at(&self, address: &str) -> StoreBuilder {
        Store::builder(address).unwrap().schema(&self.schema)
    }

    /// The ledger in it, as another process would have it.
    pub(crate) fn ledger(&self) -> Ledger {
        Ledger::in_store(&self.store().build().unwrap()).unwrap()
    }

    /// A worker's client.
    pub(crate) fn worker(&self) -> PartnerClient {
        self.worker_of(self.store())
    }

    pub(crate) fn worker_of(&self, store: StoreBuilder) -> PartnerClient {
        self.builder().store(store.build().unwrap()).build().unwrap()
    }

    pub(crate) fn worker_without_store(&self) -> PartnerClient {
        self.builder().build().unwrap()
    }

    fn builder(&self) -> PartnerClientBuilder {
        PartnerClient::builder()
            .partner_api_url(self.mock.url())
            .partner_token(self.mock.partner_token())
            .api_url(self.mock.url())
    }

    /// Puts a live instance of this name into the account.
    pub(crate) fn put_named(&self, id: u64, name: &str) {
        self.put(&json!({ "idInstance": id, "name": name }));
    }

    /// The same of one that has a phone.
    pub(crate) fn put_linked(&self, id: u64, name: &str) {
        self.put(&json!({ "idInstance": id, "name": name, "phone": "79001234567" }));
    }

    /// The same of one that was created long ago.
    pub(crate) fn put_old(&self, id: u64, name: &str) {
        self.put(&json!({ "idInstance": id, "name": name, "timeCreated": "2025-01-01T00:00:00Z" }));
    }

    fn put(&self, fields: &Value) {
        self.mock.control().add_instance(fields.as_object().unwrap()).unwrap();
    }

    pub(crate) fn script<const N: usize>(&self, method: &str, faults: [Fault; N]) {
        self.mock.control().add_faults(method, faults).unwrap();
    }

    pub(crate) fn received(&self, method: &str) -> usize {
        self.mock.control().requests(&Requests::of(method)).len()
    }

    pub(crate) async fn until(&self, method: &str, outcome: Outcome, count: usize) {
        self.mock.control().wait_for_requests(&Requests::of(method).that_are(outcome), count).await;
    }

    /// How many live instances there are.
    pub(crate) fn live(&self) -> usize {
        self.mock.control().instances().iter().filter(|one| one.deleted_at.is_none()).count()
    }
}

pub(crate) fn shop() -> CreateInstance {
    CreateInstance::named("shop-42")
}

pub(crate) const CREATE: &str = "createInstance";
pub(crate) const LIST: &str = "getInstances";
/// As short as a claim may be.
pub(crate) const SHORT: Duration = Duration::from_secs(1);

/// Whether a call has waited for as long as it could. Where its time is up while it asks the store, and not between two questions, the
/// store counts as silent.
pub(crate) fn has_waited<T>(result: Result<T, Error>) -> bool {
    matches!(code(result), "timeout" | "unavailable")
}

pub(crate) fn code<T>(result: Result<T, Error>) -> &'static str {
    result.map_or_else(|error| error.code().as_str(), |_| "no error")
}
