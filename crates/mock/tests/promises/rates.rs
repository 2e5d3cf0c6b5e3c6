//! 429 above the documented rate of a method on an instance, by the mock's clock.

use greenapi_partner_mock::{MockServer, Options};
use jiff::SignedDuration;
use serde_json::json;

use crate::{
    client::{mock_with, moment},
    instance::Instance,
};

#[tokio::test]
async fn a_second_call_within_a_second_is_refused_where_one_is_allowed() {
    let mock = MockServer::start().await;
    mock.control().set_clock(moment("2026-11-22T10:00:00Z"));
    let (instance, other) = (Instance::linked(&mock).await, Instance::linked(&mock).await);
    assert_eq!(instance.get("showMessagesQueue").await.status, 200);
    let refused = instance.get("showMessagesQueue").await;
    assert_eq!((refused.status, refused.text()), (429, "Too Many Requests".to_owned()));
    assert_eq!(refused.headers.get("retry-after"), None);
    assert_eq!(instance.get("clearMessagesQueue").await.status, 200, "another method");
    assert_eq!(other.get("showMessagesQueue").await.status, 200, "another instance");
    mock.control().advance_clock(SignedDuration::from_secs(1));
    assert_eq!(instance.get("showMessagesQueue").await.status, 200, "another second");
}

#[tokio::test]
async fn the_messenger_decides() {
    let mock = MockServer::start().await;
    mock.control().set_clock(moment("2026-11-22T10:00:00Z"));
    for (type_instance, second) in [("whatsapp", 200), ("telegram", 429), ("v3", 429)] {
        let instance = Instance::linked_with(&mock, type_instance, json!({})).await;
        assert_eq!(instance.get("getMessagesCount").await.status, 200, "{type_instance}");
        assert_eq!(instance.get("getMessagesCount").await.status, second, "{type_instance}");
    }
}

#[tokio::test]
async fn by_option_there_is_no_rate() {
    let mock = mock_with(Options { instance_rate_limits: false, ..Options::default() }).await;
    mock.control().set_clock(moment("2026-11-22T10:00:00Z"));
    let instance = Instance::linked(&mock).await;
    for _ in 0..3 {
        assert_eq!(instance.get("showMessagesQueue").await.status, 200);
    }
}
