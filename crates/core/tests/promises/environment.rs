//! Environment variables fill in what is not given, and never replace what is.

use greenapi_partner::PartnerClient;
use greenapi_partner_mock::MockServer;

use crate::support::{LIST, child, code, received};

#[tokio::test]
async fn token_and_url_come_from_the_environment() {
    if child::is_child() {
        let partner = PartnerClient::builder().build().unwrap();
        assert_eq!(code(partner.get_instances().await), "no error");
        return;
    }
    let mock = MockServer::start().await;
    let (url, token) = (mock.url(), mock.partner_token());
    let variables = [("GREENAPI_PARTNER_TOKEN", token.as_str()), ("GREENAPI_PARTNER_API_URL", url.as_str())];
    child::run("environment::token_and_url_come_from_the_environment", &variables).await;
    assert_eq!(received(&mock, LIST)[0].status, Some(200));
}

#[tokio::test]
async fn what_is_given_wins_over_the_environment() {
    if child::is_child() {
        let mock = MockServer::start().await;
        let given = PartnerClient::builder().partner_api_url(mock.url()).partner_token(mock.partner_token());
        assert_eq!(code(given.build().unwrap().get_instances().await), "no error");
        return;
    }
    let variables = [("GREENAPI_PARTNER_TOKEN", "gac.another"), ("GREENAPI_PARTNER_API_URL", "http://127.0.0.1:1")];
    child::run("environment::what_is_given_wins_over_the_environment", &variables).await;
}

#[tokio::test]
async fn an_empty_text_given_does_not_look_there() {
    if child::is_child() {
        assert_eq!(code(PartnerClient::builder().partner_token("").build()), "configuration");
        assert_eq!(code(PartnerClient::builder().partner_api_url("").build()), "configuration");
        return;
    }
    let variables = [("GREENAPI_PARTNER_TOKEN", "gac.0123"), ("GREENAPI_PARTNER_API_URL", "http://127.0.0.1:1")];
    child::run("environment::an_empty_text_given_does_not_look_there", &variables).await;
}

#[tokio::test]
async fn without_a_token_anywhere_the_error_names_the_variable() {
    if child::is_child() {
        let error = PartnerClient::builder().build().unwrap_err();
        assert_eq!(error.code().as_str(), "configuration");
        assert!(error.to_string().contains("GREENAPI_PARTNER_TOKEN"), "{error}");
        return;
    }
    child::run("environment::without_a_token_anywhere_the_error_names_the_variable", &[]).await;
}

#[tokio::test]
async fn without_a_url_anywhere_it_is_upstreams() {
    if child::is_child() {
        let partner = PartnerClient::builder().build().unwrap();
        assert_eq!(partner.partner_api_url(), "https://api.green-api.com");
        return;
    }
    let variables = [("GREENAPI_PARTNER_TOKEN", "gac.0123")];
    child::run("environment::without_a_url_anywhere_it_is_upstreams", &variables).await;
}
