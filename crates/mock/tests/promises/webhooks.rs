//! Notifications to a `webhookUrl`: how they are posted, what acknowledges them, and when they come again.

use greenapi_partner_mock::{MockServer, Options, Outcome, Requests};
use jiff::SignedDuration;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

use crate::{
    client::{mock_with, moment},
    instance::Instance,
};

#[tokio::test]
async fn a_notification_is_posted_as_json_with_the_token() {
    for (token, authorization) in
        [("", None), ("secret", Some("Bearer secret")), ("Basic dXNlcjp3b3Jk", Some("Basic dXNlcjp3b3Jk"))]
    {
        let mock = MockServer::start().await;
        let mut endpoint = Endpoint::answering([200]).await;
        let settings = json!({ "webhookUrl": endpoint.url, "webhookUrlToken": token });
        Instance::linked_with(&mock, "whatsapp", settings).await.notify(json!({ "n": 1 })).await;
        let posted = endpoint.next().await;
        assert_eq!(posted.line, "POST /webhook?a=1 HTTP/1.1");
        assert_eq!(posted.header("content-type"), Some("application/json; charset=utf-8"));
        assert_eq!(posted.header("authorization"), authorization);
        assert_eq!(posted.body, json!({ "n": 1 }));
    }
}

#[tokio::test]
async fn only_200_acknowledges_and_until_then_the_same_one_comes_again() {
    let mock = mock_with(Options { webhook_pause_ms: 0, ..Options::default() }).await;
    let mut endpoint = Endpoint::answering([500, 201, 204, 302, 200, 200]).await;
    let instance = Instance::linked_with(&mock, "whatsapp", json!({ "webhookUrl": endpoint.url })).await;
    instance.notify(json!({ "n": 1 })).await;
    instance.notify(json!({ "n": 2 })).await;
    let mut posted = Vec::new();
    for _ in 0..6 {
        posted.push(endpoint.next().await.body["n"].clone());
    }
    assert_eq!(posted, [1, 1, 1, 1, 1, 2]);
    let statuses: Vec<_> = webhooks(&mock, Outcome::Answered, 6).await.into_iter().map(|(status, _)| status).collect();
    assert_eq!(statuses, [500, 201, 204, 302, 200, 200].map(Some));
    assert_eq!(instance.notifications().await, [Value::Null; 0]);
}

#[tokio::test]
async fn after_a_failure_it_rests_for_a_minute_of_the_mocks_clock() {
    let mock = MockServer::start().await;
    mock.control().set_clock(moment("2026-11-22T10:00:00Z"));
    let mut failing = Endpoint::answering([500, 200]).await;
    let mut working = Endpoint::answering([200]).await;
    let instance = Instance::linked_with(&mock, "whatsapp", json!({ "webhookUrl": failing.url })).await;
    let other = Instance::linked_with(&mock, "whatsapp", json!({ "webhookUrl": working.url })).await;
    instance.notify(json!({ "n": 1 })).await;
    failing.next().await;
    webhooks(&mock, Outcome::Answered, 1).await;
    mock.control().advance_clock(SignedDuration::from_secs(59));
    // The other instance's notification is delivered in a later round than the one that could have come again.
    other.notify(json!({ "n": 2 })).await;
    working.next().await;
    assert_eq!(mock.control().requests(&Requests::of("webhook")).len(), 2);
    mock.control().advance_clock(SignedDuration::from_secs(1));
    assert_eq!(failing.next().await.body, json!({ "n": 1 }));
}

#[tokio::test]
async fn an_endpoint_that_does_not_answer_in_time_gets_it_again() {
    let mock = mock_with(Options { webhook_pause_ms: 0, webhook_timeout_ms: 1, ..Options::default() }).await;
    let endpoint = Endpoint::answering([SILENCE, SILENCE]).await;
    let instance = Instance::linked_with(&mock, "whatsapp", json!({ "webhookUrl": endpoint.url })).await;
    instance.notify(json!({ "n": 1 })).await;
    let seen = webhooks(&mock, Outcome::HungUp, 2).await;
    assert_eq!(seen[..2], [(None, json!({ "n": 1 })), (None, json!({ "n": 1 }))]);
}

#[tokio::test]
async fn what_waited_is_delivered_when_the_instance_gets_a_url() {
    let mock = mock_with(Options { instance_rate_limits: false, ..Options::default() }).await;
    let mut endpoint = Endpoint::answering([200]).await;
    let instance = Instance::linked(&mock).await;
    instance.notify(json!({ "n": 1 })).await;
    instance.post("setSettings", json!({ "webhookUrl": endpoint.url })).await;
    // The settings apply when the instance has rebooted.
    while instance.state().await != "authorized" {}
    assert_eq!(endpoint.next().await.body, json!({ "n": 1 }));
}

#[tokio::test]
async fn a_message_that_waited_for_a_phone_is_told_of_by_itself() {
    let mock = MockServer::start().await;
    let mut endpoint = Endpoint::answering([200, 200]).await;
    let settings = json!({ "webhookUrl": endpoint.url, "outgoingWebhook": "yes", "stateWebhook": "no" });
    let instance = Instance::put_in(&mock, json!({ "settings": settings })).await;
    let id_message = instance.send("71234567890@c.us", "a").await;
    instance.control("POST", "scan", Value::Null).await;
    for status in ["sent", "delivered"] {
        let posted = endpoint.next().await.body;
        assert_eq!((&posted["idMessage"], &posted["status"]), (&json!(id_message), &json!(status)));
    }
}

#[tokio::test]
async fn a_message_that_waited_for_the_instance_to_be_made_is_told_of_by_itself() {
    let mock = MockServer::start().await;
    let mut endpoint = Endpoint::answering([200]).await;
    let settings = json!({ "webhookUrl": endpoint.url, "outgoingWebhook": "yes" });
    let instance = Instance::put_in(&mock, json!({ "settings": settings })).await;
    let id_message = instance.send("71234567890@c.us", "a").await;
    instance.control("POST", "set-state", json!({ "state": null })).await;
    instance.control("POST", "scan", Value::Null).await;
    assert_eq!(endpoint.next().await.body["idMessage"], json!(id_message));
}

#[tokio::test]
async fn other_machines_are_not_called() {
    for url in ["http://example.com/webhook", "https://127.0.0.1/webhook"] {
        let mock = MockServer::start().await;
        let instance = Instance::linked_with(&mock, "whatsapp", json!({ "webhookUrl": url })).await;
        instance.notify(json!({ "n": 1 })).await;
        let noted = mock.control().wait_for_requests(&Requests::of("webhook").that_are(Outcome::Refused), 1).await;
        assert_eq!((&*noted[0].path, noted[0].json()), (url, Some(json!({ "n": 1 }))));
        assert_eq!(instance.notifications().await, [json!({ "n": 1 })]);
    }
}

/// The webhooks with an outcome, once there are so many: their statuses and bodies.
async fn webhooks(mock: &MockServer, outcome: Outcome, count: usize) -> Vec<(Option<u16>, Value)> {
    let meant = Requests::of("webhook").that_are(outcome);
    let seen = mock.control().wait_for_requests(&meant, count).await;
    seen.iter().map(|request| (request.status, request.json().unwrap())).collect()
}

/// A partner's web server.
struct Endpoint {
    url: String,
    posted: mpsc::UnboundedReceiver<Posted>,
}

#[derive(Debug)]
struct Posted {
    line: String,
    headers: Vec<(String, String)>,
    body: Value,
}

impl Endpoint {
    /// One that answers so, in this order, and then no more.
    async fn answering(statuses: impl IntoIterator<Item = u16>) -> Self {
        let statuses: Vec<_> = statuses.into_iter().collect();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/webhook?a=1", listener.local_addr().unwrap());
        let (tell, posted) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut open = Vec::new();
            for status in statuses {
                let mut stream = BufReader::new(listener.accept().await.unwrap().0);
                let _ = tell.send(Posted::read(&mut stream).await);
                if status != SILENCE {
                    let answer = format!("HTTP/1.1 {status} Said\r\nContent-Length: 0\r\n\r\n");
                    stream.get_mut().write_all(answer.as_bytes()).await.unwrap();
                }
                open.push(stream);
            }
            std::future::pending::<()>().await;
        });
        Self { url, posted }
    }

    async fn next(&mut self) -> Posted {
        self.posted.recv().await.expect("the endpoint runs")
    }
}

impl Posted {
    async fn read(stream: &mut BufReader<TcpStream>) -> Self {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).await.unwrap();
            match line.trim_end() {
                "" => break,
                line => lines.push(line.to_owned()),
            }
        }
        let line = lines.remove(0);
        let headers: Vec<_> = lines
            .iter()
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        let mut posted = Self { line, headers, body: Value::Null };
        let length = posted.header("content-length").expect("a length").parse().unwrap();
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.unwrap();
        posted.body = serde_json::from_slice(&body).unwrap();
        posted
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }
}

/// Stands for no answer at all.
const SILENCE: u16 = 0;
