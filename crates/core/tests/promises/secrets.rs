//! No token is told: not by an error, not by a value's looks, not by anything that any library logs at any level.

use std::fmt::{Debug, Write as _};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use greenapi_partner::{CreateInstance, Error, InspectOptions, PartnerClient};
use greenapi_partner_mock::{Cut, Fault, MockServer, Named, Options};
use serde_json::json;

use crate::support::{
    CREATE, DELETE, LIST,
    hearing::{Ears, listen},
    proxy::ConnectProxy,
    put, script,
    tls::TlsFront,
};

/// None looks like a token of upstream's, so that nothing hides it for its looks.
const PARTNER: &str = "canary/partner+1";
const PARTNER_ENCODED: &str = "canary%2Fpartner%2B1";
const INSTANCE: &str = "canary-instance-2";
const WEBHOOK: &str = "canary-webhook-3";
const PROXY: &str = "canary-proxy-4";
/// `user:canary-proxy-4`, as a header says it.
const PROXY_BASIC: &str = "dXNlcjpjYW5hcnktcHJveHktNA==";

#[tokio::test]
async fn over_http1() {
    let mock = mock();
    let (ears, mut told) = (listen(), String::new());
    let builder = PartnerClient::builder().partner_api_url(mock.url());
    everything(&mock, &builder.partner_token(PARTNER).build().unwrap(), &mut told).await;
    assert_no_canary(&ears, &told);
}

#[tokio::test]
async fn over_http2_and_a_proxy() {
    let mock = mock();
    let front = TlsFront::start(&mock, &["h2"]).await;
    let proxy = ConnectProxy::to(front.port).await;
    let (ears, mut told) = (listen(), String::new());
    let builder = front.builder(&mock).partner_api_url("https://upstream.test");
    let builder = builder.proxy(proxy.url(&format!("user:{PROXY}@")));
    tell(&mut told, &builder);
    everything(&mock, &builder.build().unwrap(), &mut told).await;
    assert_no_canary(&ears, &told);
}

#[tokio::test]
async fn where_nothing_can_be_reached() {
    let (ears, mut told) = (listen(), String::new());
    let (mock, proxy) = (mock(), ConnectProxy::to_nowhere().await);
    let (front, refuses) = (TlsFront::start(&mock, &[]).await, ConnectProxy::that_answers("403 Forbidden").await);
    let builder = || PartnerClient::builder().partner_token(PARTNER).max_retries(0);
    let unreachable = [
        builder().partner_api_url("http://127.0.0.1:1"),
        builder().partner_api_url("https://127.0.0.1:1"),
        builder().partner_api_url("https://upstream.test"),
        builder().partner_api_url(front.url()),
        builder().partner_api_url("https://upstream.test").proxy(proxy.url(&format!("user:{PROXY}@"))),
        builder().partner_api_url("https://upstream.test").proxy(refuses.url(&format!("user:{PROXY}@"))),
        builder().partner_api_url("https://upstream.test").proxy(format!("http://user:{PROXY}@proxy.test")),
        builder().partner_api_url("https://upstream.test").proxy(format!("socks5h://user:{PROXY}@127.0.0.1:1")),
    ];
    for builder in unreachable {
        tell_error(&mut told, &builder.build().unwrap().get_instances().await.unwrap_err());
    }
    assert_no_canary(&ears, &told);
}

#[tokio::test]
async fn where_an_option_is_refused() {
    let (ears, mut told) = (listen(), String::new());
    let builder = || PartnerClient::builder().partner_token(PARTNER);
    let refused = [
        PartnerClient::builder().partner_token(format!("{PARTNER} and more")),
        builder().partner_api_url(format!("https://{PARTNER_ENCODED}@upstream.test")),
        builder().partner_api_url(format!("https://user:{PROXY}@upstream.test")),
        builder().partner_api_url(format!("https://upstream.test?token={PARTNER}")),
        builder().proxy(format!("ftp://user:{PROXY}@127.0.0.1")),
        builder().proxy(format!("http://user:{PROXY}@")),
        builder().proxy(format!("user:{PROXY}")),
    ];
    for builder in refused {
        tell_error(&mut told, &builder.build().unwrap_err());
    }
    assert_no_canary(&ears, &told);
}

/// The ears would hear a canary: what the libraries below log is there, and so is ours.
#[tokio::test]
async fn everybody_is_listened_to() {
    let mock = mock();
    let ears = listen();
    let partner = PartnerClient::builder().partner_api_url(mock.url()).partner_token(PARTNER).build().unwrap();
    partner.get_instances().await.unwrap();
    let heard = ears.all();
    for target in ["greenapi_partner", "hyper"] {
        assert!(heard.iter().any(|event| event.target.starts_with(target)), "nothing of {target}");
    }
    tracing::info!(target: "anybody", "a word in an event");
    log::trace!("a word in a record");
    assert!(ears.text().contains("a word in an event") && ears.text().contains("a word in a record"));
}

/// On a thread of its own: what the mock logs is not ours.
fn mock() -> MockServer {
    let mock =
        MockServer::start_blocking(Options { partner_token: Some(PARTNER.to_owned()), ..Options::default() }).unwrap();
    for (id, name) in [(1, "one"), (2, "two"), (3, "three")] {
        put(&mock, json!({ "idInstance": id, "name": name, "apiTokenInstance": INSTANCE }));
    }
    put(&mock, json!({ "idInstance": 4, "apiTokenInstance": { "odd": INSTANCE } }));
    mock
}

/// Every operation, with every way to fail; all that comes of it is told.
async fn everything(mock: &MockServer, partner: &PartnerClient, told: &mut String) {
    tell(told, partner);
    let settings = CreateInstance::named("shop-42").webhook_url_token(WEBHOOK);
    tell(told, &settings);
    let created = partner.create_instance(settings.clone()).await.unwrap();
    tell(told, &created);
    tell(told, &created.to_json(false));
    let all = partner.get_instances().await.unwrap();
    tell(told, &all);
    *told += &all.html();
    for one in all.iter() {
        tell(told, &one);
        tell(told, &one.to_json(false));
    }
    let echo = Fault { status: Some(400), text: Some(format!("no: {INSTANCE}")), ..Fault::default() };
    script(mock, "getStateInstance", [echo]);
    let options = InspectOptions { settings: true, history: true, ..InspectOptions::default() };
    let inspected = partner.inspect(options).collect().await.unwrap();
    assert!(inspected.iter().any(|one| one.error().is_some()));
    *told += &inspected.html();
    for one in inspected.iter() {
        tell(told, &one);
        tell(told, &one.to_json(false));
        one.error().into_iter().for_each(|error| tell_error(told, error));
    }
    let sent = format!("Cannot POST /partner/x/{PARTNER_ENCODED} ({PARTNER})");
    let sent_by_create = format!("{sent} {WEBHOOK}");
    let hidden = hidden(PARTNER).into_iter().zip(hidden(WEBHOOK));
    for (fault, of_create) in faults(&sent).into_iter().zip(faults(&sent_by_create)).chain(hidden) {
        for (method, fault) in [(CREATE, &of_create), (LIST, &fault), (DELETE, &fault)] {
            script(mock, method, [Fault { times: Some(-1), ..fault.clone() }]);
        }
        let errors = [
            partner.create_instance(settings.clone()).await.err(),
            partner.get_instances().await.err(),
            partner.delete_instance_account(1).await.err(),
            partner.get_instance(1).await.err(),
        ];
        errors.iter().flatten().for_each(|error| tell_error(told, error));
        assert!(errors.iter().any(Option::is_some), "{fault:?} did no harm");
        mock.control().clear_faults();
    }
}

/// What goes wrong; upstream repeats what it was sent wherever it can.
fn faults(echo: &str) -> Vec<Fault> {
    let words = json!({ "code": 7, "description": echo });
    let nest = json!({ "statusCode": 400, "path": echo, "message": [echo] });
    let text = |status, text: &str| Fault { status: Some(status), text: Some(text.to_owned()), ..Fault::default() };
    let location = [("location".to_owned(), Some(format!("https://elsewhere.test/{PARTNER_ENCODED}")))].into();
    let mut faults: Vec<_> = [200, 400, 401, 403, 404, 409, 466, 469, 500]
        .into_iter()
        .flat_map(|status| [text(status, echo), Fault::json(status, words.clone()), Fault::json(status, nest.clone())])
        .collect();
    faults.extend(
        [Named::Unauthorized, Named::NotFound, Named::Garbage, Named::Html502, Named::Empty, Named::Nest404]
            .map(Fault::named),
    );
    faults.extend([Cut::BeforeRequest, Cut::ReadingRequest, Cut::AfterRequest, Cut::TruncatedBody].map(Fault::cut));
    let limits = ["remaining", "burst-capacity", "replenish-rate", "requested-tokens"];
    let limits = limits.map(|name| (format!("x-ratelimit-{name}"), Some(format!("19;key={PARTNER_ENCODED}"))));
    faults.push(Fault { headers: limits.into(), ..text(500, echo) });
    faults.push(Fault { retry_after: Some("100".to_owned()), ..text(429, echo) });
    faults.push(Fault { headers: location, ..Fault::status(302) });
    faults.push(Fault::json(200, json!([{ "idInstance": 1, "name": PARTNER }, { "apiTokenInstance": INSTANCE }])));
    faults.push(text(200, &format!("[{{\"idInstance\":1,\"apiTokenInstance\":\"{INSTANCE}")));
    faults
}

/// Answers that hold a secret so that a plain search does not find it.
fn hidden(secret: &str) -> Vec<Fault> {
    let between = |text: &str, odd: &str| each(text, |c| format!("{c}{odd}"));
    let words = format!("no such token {secret} here");
    let json = json!({ "code": 7, "description": words, "apiTokenInstance": secret }).to_string();
    let odd = ["\0", "\u{7}", "\u{200b}", "\u{ad}", "\r\n", " "];
    let mut texts: Vec<_> = odd.map(|odd| between(&words, odd)).into();
    let (half, other) = secret.split_at(secret.len() / 2);
    let escaped = each(secret, |c| format!("\\u{:04x}", u32::from(c)));
    let percent = each(secret, |c| format!("%{:02x}", u32::from(c)));
    let forms = [format!("{half}\r\n    {other}"), escaped, percent, secret[1..].to_owned()];
    texts.extend(forms.map(|form| format!("no such token {form} here")));
    texts.push(format!("no such token {}", &secret[..secret.len() - 1]));
    let begins = ["", "\u{feff}", "cb(", "a line of text\n", "\0", "[1,", "\"{\\"];
    texts.extend(begins.map(|begins| format!("{begins}{}", &json[..json.len() - 3])));
    let mut bodies: Vec<_> = texts.into_iter().map(String::into_bytes).collect();
    for text in [&words, &json, &format!("\u{feff}{json}")] {
        bodies.push(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
        bodies.push(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
    }
    let fault = |body: Vec<u8>| {
        let body = Some(STANDARD.encode(body));
        [400, 502].map(|status| Fault { status: Some(status), body_base64: body.clone(), ..Fault::default() })
    };
    bodies.into_iter().flat_map(fault).collect()
}

/// The text with something made of each character.
pub(crate) fn each(text: &str, form: impl Fn(char) -> String) -> String {
    text.chars().map(form).collect()
}

fn tell(told: &mut String, value: &impl Debug) {
    writeln!(told, "{value:?} {value:#?}").unwrap();
}

fn tell_error(told: &mut String, error: &Error) {
    let causes: Vec<_> = error.causes().collect();
    writeln!(told, "{error} {error:?} {error:#?} {causes:?} {:?}", error.description()).unwrap();
    let mut below = std::error::Error::source(error);
    while let Some(cause) = below {
        writeln!(told, "{cause} {cause:?}").unwrap();
        below = cause.source();
    }
}

/// None of them, and no larger part of one, whatever stands between its letters.
fn assert_no_canary(ears: &Ears, told: &str) {
    assert!(!told.is_empty());
    let ours = format!("{:?}", ears.ours().iter().map(|event| &event.fields).collect::<Vec<_>>());
    for (place, text) in [("logged", ears.text()), ("told", told.to_owned())] {
        for canary in [PARTNER, PARTNER_ENCODED, INSTANCE, WEBHOOK, PROXY, PROXY_BASIC] {
            if let Some(found) = text.find(canary) {
                let before: String = text[..found].chars().rev().take(300).collect();
                panic!("{canary} is {place}: …{}{canary}", before.chars().rev().collect::<String>());
            }
        }
    }
    let letters = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<Vec<_>>();
    for (place, text) in [("logged by us", &*ours), ("told", told)] {
        let text: String = letters(text).into_iter().collect();
        for canary in [PARTNER, INSTANCE, WEBHOOK] {
            for part in letters(canary).windows(PART).map(String::from_iter) {
                assert!(!text.contains(&part), "{part} of {canary} is {place}");
            }
        }
    }
}

/// Letters of a canary that are more than chance.
const PART: usize = 11;
