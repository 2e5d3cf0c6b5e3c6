//! A handle of an instance, its clones and the partner that it was made from.

use std::{fmt::Write as _, time::Duration};

use greenapi_partner::{ErrorCode, File, InstanceClient, SendMessage, SetSettings};
use greenapi_partner_mock::{Fault, MockServer, Options, Outcome};
use serde_json::json;

use crate::support::{builder, code, hearing::listen, put, received, script, start, until};

const ID: u64 = 1_101_728_000;
const TOKEN: &str = "canary-instance-1";
const STATE: &str = "getStateInstance";

#[tokio::test]
async fn a_closed_handle_leaves_its_partner_and_other_handles_open() {
    let (mock, partner) = start().await;
    put_shop(&mock);
    let (one, other) = (partner.instance(ID, TOKEN).unwrap(), partner.instance(ID, TOKEN).unwrap());
    let clone = one.clone();
    one.close();
    assert_eq!([code(one.get_state_instance().await), code(clone.get_state_instance().await)], ["configuration"; 2]);
    assert!(one.is_closed() && clone.is_closed() && !other.is_closed() && !partner.is_closed());
    assert_eq!(code(other.get_state_instance().await), "no error");
    assert_eq!(code(partner.get_instances().await), "no error");
}

#[tokio::test]
async fn a_closed_partner_closes_its_handles() {
    let (mock, partner) = start().await;
    put_shop(&mock);
    let instance = partner.instance(ID, TOKEN).unwrap();
    partner.close();
    assert!(instance.is_closed());
    assert_eq!(code(instance.get_state_instance().await), "configuration");
}

#[tokio::test]
async fn a_handle_without_a_partner_works_alone() {
    let mock = MockServer::start().await;
    put_shop(&mock);
    let instance = InstanceClient::builder(ID, TOKEN).api_url(mock.url()).build().unwrap();
    assert_eq!(instance.get_state_instance().await.unwrap(), "notAuthorized");
    assert!(received(&mock, "getInstances").is_empty());
    assert_eq!(instance.reopened().unwrap().id_instance(), ID);
}

#[test]
fn a_handle_that_cannot_be_is_refused_at_once() {
    let refused = |id, token: &str| InstanceClient::builder(id, token).build().unwrap_err().code();
    assert_eq!(refused(0, TOKEN), ErrorCode::InvalidRequest);
    for token in ["", " ", "a b", ".."] {
        assert_eq!(refused(ID, token), ErrorCode::Configuration, "{token:?}");
    }
    let plain = InstanceClient::builder(ID, TOKEN).api_url("http://api.green-api.com").build();
    assert_eq!(plain.unwrap_err().code(), ErrorCode::Configuration);
}

#[tokio::test]
async fn a_changed_token_is_the_token_of_all_clones() {
    let (mock, partner) = start().await;
    put_shop(&mock);
    let instance = partner.instance(ID, TOKEN).unwrap();
    let clone = instance.with_timeout(Duration::from_secs(30));
    let ears = listen();
    let token = instance.update_api_token().await.unwrap();
    assert_eq!(clone.api_token_instance(), token);
    assert_eq!(code(clone.get_state_instance().await), "no error");
    let said = ears.ours().into_iter().any(|event| event.field("message").is_some_and(|text| text.contains("new one")));
    assert!(said, "nothing was said of the new token");
    assert!(!ears.text().contains(&token));
}

#[tokio::test]
async fn a_host_that_upstream_names_must_be_one_for_tokens() {
    let (mock, partner) = start().await;
    script(
        &mock,
        "createInstance",
        [Fault::json(200, json!({ "idInstance": 7, "apiTokenInstance": TOKEN, "apiUrl": "http://evil.example" }))],
    );
    let created = partner.create_instance(greenapi_partner::CreateInstance::named("a")).await.unwrap();
    assert_eq!(partner.instance_of_created(&created).unwrap().api_url(), mock.url());
}

/// What a caller gives is as secret as the token, where it is a code, a password or a webhook's token.
#[tokio::test]
async fn no_secret_argument_is_told() {
    let mock = MockServer::start_blocking(Options { instance_rate_limits: false, ..Options::default() }).unwrap();
    put_shop(&mock);
    let (ears, mut told) = (listen(), String::new());
    let partner = builder(&mock).pacing(false).max_retries(0).build().unwrap();
    let instance = partner.instance(ID, TOKEN).unwrap();
    let secrets = ["canary-code-2", "canary-password-3", "canary-webhook-4", TOKEN];
    let echo = secrets.join(" ");
    let settings = SetSettings::new().webhook_url_token("canary-webhook-4");
    writeln!(told, "{settings:?} {:?}", File::new("a.jpg", &b"x"[..])).unwrap();
    for status in [200, 400, 401, 404, 466, 500] {
        script(
            &mock,
            "*",
            [Fault { status: Some(status), text: Some(echo.clone()), times: Some(-1), ..Fault::default() }],
        );
        let errors = [
            instance.send_authorization_code("canary-code-2", Some("canary-password-3")).await.err(),
            instance.send_authorization_password("canary-password-3").await.err(),
            instance.set_settings(settings.clone()).await.err(),
            instance.get_state_instance().await.err(),
        ];
        for error in errors.iter().flatten() {
            writeln!(told, "{error} {error:?}").unwrap();
        }
        mock.control().clear_faults();
    }
    for secret in secrets {
        assert!(!ears.text().contains(secret), "{secret} is logged");
    }
    assert!(!told.contains(TOKEN), "{told}");
}

#[tokio::test]
async fn the_secrets_of_a_call_are_taken_out_of_what_upstream_repeats() {
    let (mock, partner) = start().await;
    put_shop(&mock);
    let instance = partner.instance(ID, TOKEN).unwrap();
    let text = "wrong: canary-code-2 / canary-password-3".to_owned();
    script(&mock, "sendAuthorizationCode", [Fault { status: Some(400), text: Some(text), ..Fault::default() }]);
    let error = instance.send_authorization_code("canary-code-2", Some("canary-password-3")).await.unwrap_err();
    assert_eq!(error.description(), Some("wrong: *** / ***"));
    let text = "wrong: canary-webhook-4".to_owned();
    script(&mock, "setSettings", [Fault { status: Some(400), text: Some(text), ..Fault::default() }]);
    let error = instance.set_settings(SetSettings::new().webhook_url_token("canary-webhook-4")).await.unwrap_err();
    assert_eq!(error.description(), Some("wrong: ***"));
}

#[tokio::test]
async fn calls_over_one_partner_share_its_pace_and_nothing_is_answered_by_429() {
    let (mock, partner) = start().await;
    put_shop(&mock);
    let (one, other) = (partner.instance(ID, TOKEN).unwrap(), partner.instance(ID, TOKEN).unwrap());
    let (first, second) = tokio::join!(one.get_state_instance(), other.get_state_instance());
    assert_eq!([code(first), code(second)], ["no error"; 2]);
    let statuses: Vec<_> = received(&mock, STATE).iter().map(|request| request.status).collect();
    assert_eq!(statuses, [Some(200), Some(200)]);
}

#[tokio::test]
async fn a_wait_for_the_rate_that_is_longer_than_the_call_is_refused_before_anything_is_sent() {
    let (mock, partner) = start().await;
    put(&mock, json!({ "idInstance": ID, "apiTokenInstance": TOKEN, "phone": "79001234567" }));
    let instance = partner.instance(ID, TOKEN).unwrap();
    let picture = || File::new("a.jpg", &b"\xff\xd8\xff"[..]);
    assert_eq!(code(instance.set_profile_picture(picture()).await), "no error");
    let error = instance.with_timeout(Duration::from_secs(2)).set_profile_picture(picture()).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::RateLimited);
    assert!(error.retry_after().is_some_and(|wait| wait > Duration::from_secs(2)), "{error:?}");
    assert_eq!(received(&mock, "setProfilePicture").len(), 1);
}

#[tokio::test]
async fn a_message_that_was_cancelled_after_it_was_sent_is_warned_of() {
    let (mock, partner) = start().await;
    put(&mock, json!({ "idInstance": ID, "apiTokenInstance": TOKEN, "phone": "79001234567" }));
    let instance = partner.instance(ID, TOKEN).unwrap();
    script(&mock, "sendMessage", [Fault { act: true, ..Fault::hold() }]);
    let ears = listen();
    let send = instance.send_message(SendMessage::new("79876543210@c.us", "Hello"));
    tokio::select! {
        got = send => panic!("{got:?}"),
        () = until(&mock, "sendMessage", Outcome::Held, 1) => {}
    }
    assert_eq!(ears.warnings().len(), 1, "{:?}", ears.warnings());
}

fn put_shop(mock: &MockServer) {
    put(mock, json!({ "idInstance": ID, "apiTokenInstance": TOKEN }));
}

#[tokio::test]
async fn a_host_that_cannot_be_used_is_passed_over_with_a_warning_that_quotes_nothing() {
    let (mock, partner) = start().await;
    let ears = listen();
    let odd = json!({
        "idInstance": ID, "apiTokenInstance": TOKEN, "name": "a",
        "apiUrl": "https://canary-user@host.example", "mediaUrl": format!("http://host.example/{TOKEN}"),
    });
    script(&mock, "createInstance", [Fault::json(200, odd.clone())]);
    script(&mock, "getInstances", [Fault::json(200, json!([odd]))]);
    let created = partner.create_instance(greenapi_partner::CreateInstance::named("a")).await.unwrap();
    let listed = partner.get_instance(ID).await.unwrap();
    for instance in [partner.instance_of_created(&created), partner.instance_of_listed(&listed)] {
        let instance = instance.unwrap();
        assert_eq!([instance.api_url(), instance.media_url()], [mock.url(), mock.url()]);
    }
    let warnings: Vec<_> = ears.ours().into_iter().filter(|said| said.level == tracing::Level::WARN).collect();
    assert_eq!(warnings.len(), 4, "{warnings:?}");
    let text = ears.text();
    assert!(!["canary-user", "host.example", TOKEN].iter().any(|secret| text.contains(secret)), "{warnings:?}");
}
