//! Secrets are zeroed where they lay: in a block of memory that this library gives back, none is left.
//!
//! What the HTTP library copies for itself is not ours to zero. So a call is measured against a bare one by that library: it may leave
//! no copy more.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what cannot be set up is a failed test")]

mod freed;

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use greenapi_partner::{
    CreateInstance, InstanceClient, PartnerClient, SetSettings, VERIFY_TOLERANCE, parse_notification, verify_event,
};
use greenapi_partner_mock::{Fault, MockServer, Options};
use reqwest::{Client, Method, header};
use rustls::crypto::ring::default_provider;
use serde_json::json;
use tokio::runtime::{Builder, Runtime};

use crate::freed::{CANARY, freed_with_a_secret};

#[test]
fn the_allocator_sees_what_is_not_zeroed() {
    assert_eq!(freed_with_a_secret(|| drop(format!("gac.{CANARY}"))), 1);
    assert_eq!(freed_with_a_secret(|| drop(vec![0; 100])), 0);
}

#[test]
fn a_client_leaves_no_token() {
    let runtime = runtime();
    let left = freed_with_a_secret(|| {
        let _inside = runtime.enter();
        let builder = PartnerClient::builder().partner_token(token()).partner_api_url(HOST);
        let partner = builder.clone().build().unwrap();
        let one = partner.instance(ID, CANARY).unwrap();
        let alone = InstanceClient::builder(ID, token()).api_url(HOST).build().unwrap();
        drop((builder, one.with_timeout(TIMEOUT), alone, partner, one));
        for malformed in ["canary-to-be-zeroed\n", "canary-to-be zeroed canary-to-be-zeroed"] {
            drop(PartnerClient::builder().partner_token(malformed).build());
        }
    });
    assert_eq!(left, 0);
}

#[test]
fn settings_leave_no_webhook_token() {
    let left = freed_with_a_secret(|| {
        let settings = CreateInstance::named("shop-42").webhook_url_token(token());
        drop((settings.clone(), settings.extra("webhookSecret", token().into())));
    });
    assert_eq!(left, 0);
}

#[test]
fn a_webhooks_guard_leaves_no_token() {
    let secret = format!("whsec_{}", STANDARD.encode(token()));
    let body = json!({ "typeWebhook": "stateInstanceChanged" }).to_string();
    let left = freed_with_a_secret(|| {
        let header = [("webhook-id", "1"), ("webhook-timestamp", "1"), ("webhook-signature", "v1,AA==")];
        assert!(verify_event(body.as_bytes(), header, &secret, VERIFY_TOLERANCE).is_err());
        assert!(parse_notification(body.as_bytes(), Some("Bearer wrong"), Some(CANARY)).is_err());
    });
    assert_eq!(left, 0);
}

#[test]
fn a_creation_leaves_no_more_than_the_http_library() {
    let mock = mock();
    let created = Fault::json(200, json!({ "idInstance": ID + 1, "apiTokenInstance": CANARY }));
    mock.server.control().add_faults("createInstance", [created.clone(), created]).unwrap();
    let body = json!({ "name": "shop-42", "webhookUrlToken": CANARY });
    let bare = bare(Method::POST, &mock.path("/partner/createInstance/"), Some(body.to_string()));
    let ours = freed_with_a_secret(|| {
        let settings = CreateInstance::named("shop-43").webhook_url_token(token());
        let created = runtime().block_on(async { mock.partner().create_instance(settings).await }).unwrap();
        assert_eq!(created.api_token_instance(), CANARY);
    });
    assert_no_more(ours, bare);
}

#[test]
fn a_list_leaves_no_more_than_the_http_library() {
    let mock = mock();
    let bare = bare(Method::GET, &mock.path("/partner/getInstances/"), None);
    let ours = freed_with_a_secret(|| {
        let listed = runtime().block_on(async { mock.partner().get_instances().await }).unwrap();
        assert_eq!(listed.iter().next().unwrap().api_token_instance(), Some(TOKEN));
    });
    assert_no_more(ours, bare);
}

#[test]
fn settings_that_are_sent_leave_no_more_than_the_http_library() {
    let mock = mock();
    let body = json!({ "webhookUrlToken": TOKEN }).to_string();
    // An instance whose settings were changed restarts: each has one of its own.
    let bare = bare(Method::POST, &self::mock().path(&format!("/waInstance{ID}/setSettings/")), Some(body));
    let ours = freed_with_a_secret(|| {
        let shop = InstanceClient::builder(ID, token()).api_url(mock.server.url()).build().unwrap();
        let settings = SetSettings::new().webhook_url_token(token());
        runtime().block_on(async { shop.set_settings(settings).await.map(drop) }).unwrap();
    });
    assert_no_more(ours, bare);
}

/// How many blocks with a secret are freed by the same request without this library, made and sent as it is there.
fn bare(method: Method, path: &str, body: Option<String>) -> usize {
    let url = format!("{path}{}", token());
    // Neither is freed within: only what the library makes of them.
    let body = body.map(Bytes::from);
    let sent = body.clone();
    let left = freed_with_a_secret(|| {
        let tls = rustls::ClientConfig::builder_with_provider(Arc::new(default_provider()));
        let tls =
            tls.with_safe_default_protocol_versions().unwrap().with_root_certificates(rustls::RootCertStore::empty());
        let client = Client::builder().tls_backend_preconfigured(tls.with_no_client_auth()).no_proxy().build().unwrap();
        // All of it is freed by its end.
        runtime().block_on(async {
            let mut request = client.request(method, &*url);
            if let Some(body) = sent {
                request = request.header(header::CONTENT_TYPE, "application/json").body(body);
            }
            let answer = request.send().await.unwrap();
            assert!(answer.status().is_success(), "{}", answer.status());
            answer.bytes().await.unwrap();
        });
    });
    drop(body);
    left
}

fn assert_no_more(ours: usize, bare: usize) {
    assert!(bare > 0, "nothing was seen of the library's own copies");
    assert!(ours <= bare, "{ours} blocks were freed with a secret in them, and {bare} are the HTTP library's");
}

/// A mock, on threads of its own, whose tokens are canaries.
struct Mock {
    server: MockServer,
}

impl Mock {
    fn path(&self, path: &str) -> String {
        format!("{}{path}", self.server.url())
    }

    fn partner(&self) -> PartnerClient {
        PartnerClient::builder().partner_token(token()).partner_api_url(self.server.url()).build().unwrap()
    }
}

fn mock() -> Mock {
    let options = Options { partner_token: Some(token()), ..Options::default() };
    let server = MockServer::start_blocking(options).unwrap();
    let instance = json!({ "idInstance": ID, "name": "shop-1", "apiTokenInstance": TOKEN });
    server.control().add_instance(instance.as_object().unwrap()).unwrap();
    Mock { server }
}

/// All on the thread that counts.
fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Made at once: a text that grows would leave copies itself.
fn token() -> String {
    TOKEN.to_owned()
}

const TOKEN: &str = "gac.canary-to-be-zeroed";
const ID: u64 = 1_101_728_000;
const HOST: &str = "http://127.0.0.1:1";
const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(1);
