//! One instance of a mock, and how to call it.

use greenapi_partner_mock::MockServer;
use serde_json::{Value, json};

use crate::client::{Answer, Client, control, partner};

pub(crate) struct Instance<'mock> {
    mock: &'mock MockServer,
    pub(crate) id: u64,
    pub(crate) token: String,
}

impl<'mock> Instance<'mock> {
    /// One that createInstance makes.
    pub(crate) async fn created(mock: &'mock MockServer) -> Self {
        Self::of(mock, &partner(mock, "POST", "createInstance", "").await.json())
    }

    /// One that a test puts in.
    pub(crate) async fn put_in(mock: &'mock MockServer, fields: Value) -> Self {
        Self::of(mock, &control(mock, "POST", "instances", &fields.to_string()).await)
    }

    /// One of WhatsApp that waits for a phone.
    pub(crate) async fn unlinked(mock: &'mock MockServer) -> Self {
        Self::put_in(mock, json!({})).await
    }

    /// One of WhatsApp with the phone 79001234567.
    pub(crate) async fn linked(mock: &'mock MockServer) -> Self {
        Self::put_in(mock, json!({ "phone": "79001234567" })).await
    }

    fn of(mock: &'mock MockServer, fields: &Value) -> Self {
        let token = fields["apiTokenInstance"].as_str().expect("a token").to_owned();
        Self { mock, id: fields["idInstance"].as_u64().expect("an id"), token }
    }

    pub(crate) fn path(&self, method: &str) -> String {
        format!("/waInstance{}/{method}/{}", self.id, self.token)
    }

    pub(crate) async fn get(&self, method: &str) -> Answer {
        self.call("GET", &self.path(method), &[], "").await
    }

    pub(crate) async fn post(&self, method: &str, body: Value) -> Answer {
        self.call("POST", &self.path(method), &[], &body.to_string()).await
    }

    pub(crate) async fn call(&self, verb: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        Client::connect(self.mock).await.call(verb, path, headers, body).await.unwrap()
    }

    /// One of the mock's own controls for this instance.
    pub(crate) async fn control(&self, verb: &str, what: &str, body: Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        control(self.mock, verb, &format!("instances/{}/{what}", self.id), &body).await
    }

    /// What getStateInstance tells.
    pub(crate) async fn state(&self) -> Value {
        self.get("getStateInstance").await.json()["stateInstance"].clone()
    }
}
