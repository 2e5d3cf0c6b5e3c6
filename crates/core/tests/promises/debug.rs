//! `Debug` of public types that hold a secret: it shows none.

use std::fmt::{Debug, Write as _};

use greenapi_partner::{
    AuthorizeOptions, Call, CallOptions, CreateInstance, DeliverOptions, File, GetOrderDetails, InspectOptions,
    InstanceClient, PartnerClient, SetSettings, Store, TerminalView,
};
use greenapi_partner_mock::{MockServer, Options};
use serde_json::{Map, json};

use crate::support::put;

#[tokio::test]
async fn of_what_a_caller_gives() {
    let mut told = String::new();
    let url = format!("https://{CANARY}@upstream.test/{CANARY}");
    let partner = PartnerClient::builder().partner_token(CANARY).proxy(format!("http://user:{CANARY}@127.0.0.1:1"));
    tell(&mut told, &partner.clone().partner_api_url(&url).api_url(&url).media_url(&url));
    tell(&mut told, &partner.build().unwrap());
    let instance = InstanceClient::builder(ID, CANARY).proxy(format!("http://user:{CANARY}@127.0.0.1:1"));
    tell(&mut told, &instance.clone().api_url(&url).media_url(&url));
    tell(&mut told, &instance.build().unwrap());
    tell(&mut told, &CreateInstance::named("shop-42").webhook_url_token(CANARY));
    tell(&mut told, &SetSettings::new().webhook_url_token(CANARY));
    tell(&mut told, &GetOrderDetails::new("1", CANARY));
    tell(&mut told, &File::new("a.txt", CANARY));
    let sent = json!({ "webhookUrlToken": CANARY, "password": [CANARY] });
    tell(&mut told, &Call::new("setSettings").json(sent).query("token", &CANARY).file(File::new("a.txt", CANARY)));
    tell(&mut told, &Call::new("setSettings").json(json!([CANARY])));
    tell(&mut told, &DeliverOptions::new(&url, CANARY));
    tell(&mut told, &Store::new(&format!("postgresql://user:{CANARY}@127.0.0.1:1/partner")).unwrap());
    assert_silent(&told, CANARY);
}

#[tokio::test]
async fn of_what_upstream_gives() {
    let options = Options { partner_token: Some(CANARY.to_owned()), ..Options::default() };
    let mock = MockServer::start_with(options).await.unwrap();
    let settings = json!({ "webhookUrlToken": CANARY });
    put(&mock, json!({ "idInstance": ID, "name": "shop-7", "apiTokenInstance": CANARY, "settings": settings }));
    let partner = PartnerClient::builder().partner_api_url(mock.url()).partner_token(CANARY).build().unwrap();
    let mut told = String::new();
    tell(&mut told, &partner);
    let all = partner.get_instances().await.unwrap();
    tell(&mut told, &all);
    tell(&mut told, &all.iter().collect::<Vec<_>>());
    tell(&mut told, &partner.ensure_instance(CreateInstance::named("shop-7")).await.unwrap());
    let inspected = InspectOptions { settings: true, ..InspectOptions::default() };
    tell(&mut told, &partner.inspect(inspected).collect().await.unwrap());
    let shop = partner.instance(ID, CANARY).unwrap();
    tell(&mut told, &shop);
    tell(&mut told, &shop.get_settings().await.unwrap());
    tell(&mut told, &shop.invoke("getSettings", Map::new(), None, CallOptions::default()).await.unwrap());
    assert_silent(&told, CANARY);
    let qr = shop.invoke("qr", Map::new(), None, CallOptions::default()).await.unwrap();
    let mut told = format!("{qr:?}");
    let mut events = shop.authorize(AuthorizeOptions::default());
    let event = events.next().await.unwrap().unwrap();
    tell(&mut told, &events);
    tell(&mut told, &event);
    let mut view = TerminalView::new(false);
    view.draw(&event);
    tell(&mut told, &view);
    assert_silent(&told, mock.control().instance(ID).unwrap()["qrPayload"].as_str().unwrap());
    let rotated = shop.invoke("updateApiToken", Map::new(), None, CallOptions::default()).await.unwrap();
    assert_silent(&format!("{rotated:?} {shop:?}"), &mock.control().instances()[0].api_token_instance);
    let created = partner.create_instance(CreateInstance::named("shop-8")).await.unwrap();
    let mut told = String::new();
    tell(&mut told, &created);
    tell(&mut told, &partner.instance_of_created(&created).unwrap());
    assert_silent(&told, created.api_token_instance());
}

fn tell(told: &mut String, value: &impl Debug) {
    writeln!(told, "{value:?} {value:#?}").unwrap();
}

/// The secret itself must not be in the report of a failure either.
fn assert_silent(told: &str, secret: &str) {
    assert!(!told.is_empty() && !secret.is_empty());
    let place = told.find(secret).map(|place| told[..place].chars().rev().take(200).collect::<String>());
    let before = place.map(|before| before.chars().rev().collect::<String>());
    assert!(before.is_none(), "a secret is told after: {}", before.unwrap_or_default());
}

/// It does not look like a token of upstream's, so that nothing hides it for its looks.
const CANARY: &str = "canary-of-a-secret";
const ID: u64 = 1_101_728_000;
