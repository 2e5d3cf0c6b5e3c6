//! Traffic of an instance, for the tests of messages and notifications.

use greenapi_partner_mock::MockServer;
use serde_json::{Value, json};

use crate::{client::Answer, instance::Instance};

impl<'mock> Instance<'mock> {
    /// One with the phone 79001234567, of a messenger and with settings.
    pub(crate) async fn linked_with(mock: &'mock MockServer, type_instance: &str, settings: Value) -> Self {
        let fields = json!({ "typeInstance": type_instance, "phone": "79001234567", "settings": settings });
        Self::put_in(mock, fields).await
    }

    /// Sends a text to a chat; gives its `idMessage`.
    pub(crate) async fn send(&self, chat_id: &str, message: &str) -> String {
        let sent = self.post("sendMessage", json!({ "chatId": chat_id, "message": message })).await.json();
        sent["idMessage"].as_str().expect("an idMessage").to_owned()
    }

    /// Queues a notification.
    pub(crate) async fn notify(&self, body: Value) {
        self.control("POST", "notify", body).await;
    }

    /// What waits to be received, without the receipts.
    pub(crate) async fn notifications(&self) -> Vec<Value> {
        let waiting = self.control("GET", "notifications", Value::Null).await;
        waiting.as_array().unwrap().iter().map(|notification| notification["body"].clone()).collect()
    }

    pub(crate) async fn delete_notification(&self, receipt_id: &Value) -> Answer {
        let path = format!("{}/{receipt_id}", self.path("deleteNotification"));
        self.call("DELETE", &path, &[], "").await
    }
}
