//! Through a proxy where one is named, past it where the host is this machine.

use greenapi_partner_mock::MockServer;

use crate::support::{LIST, builder, child, code, proxy::ConnectProxy, put_named, received, tls::TlsFront};

const UPSTREAM: &str = "https://upstream.test";

#[tokio::test]
async fn a_proxy_reaches_a_host_that_only_it_knows() {
    let mock = MockServer::start().await;
    let front = TlsFront::start(&mock, &["h2"]).await;
    put_named(&mock, 7, "shop-7");
    let proxy = ConnectProxy::to(front.port).await;
    let partner = front.builder(&mock).partner_api_url(UPSTREAM).proxy(proxy.url("")).build().unwrap();
    assert_eq!(partner.get_instances().await.unwrap().len(), 1);
    let heads = proxy.heads();
    assert!(heads.len() == 1 && heads[0].starts_with("CONNECT upstream.test:443 HTTP/1.1\r\n"), "{heads:?}");
    assert!(!heads[0].contains(&mock.partner_token()), "{heads:?}");
}

#[tokio::test]
async fn a_proxy_is_told_its_credentials() {
    let mock = MockServer::start().await;
    let front = TlsFront::start(&mock, &[]).await;
    let proxy = ConnectProxy::to(front.port).await;
    let url = proxy.url("partner:open%20sesame@");
    let partner = front.builder(&mock).partner_api_url(UPSTREAM).proxy(url).build().unwrap();
    assert_eq!(code(partner.get_instances().await), "no error");
    let head = proxy.heads().remove(0).to_lowercase();
    assert!(head.contains(&format!("proxy-authorization: basic {}", BASIC.to_lowercase())), "{head}");
}

#[tokio::test]
async fn a_proxy_that_refuses_is_unavailable_and_its_credentials_are_not_told() {
    let mock = MockServer::start().await;
    let front = TlsFront::start(&mock, &[]).await;
    let proxy = ConnectProxy::to_nowhere().await;
    let url = proxy.url("partner:open%20sesame@");
    let partner = front.builder(&mock).partner_api_url(UPSTREAM).proxy(url).max_retries(0).build().unwrap();
    let error = partner.get_instances().await.unwrap_err();
    assert_eq!(error.code().as_str(), "unavailable");
    let told = format!("{error} {error:?} {:?} {partner:?}", error.causes().collect::<Vec<_>>());
    assert!(["sesame", BASIC].iter().all(|secret| !told.contains(secret)), "{told}");
}

#[tokio::test]
async fn loopback_is_never_reached_through_the_proxy_of_the_option() {
    let mock = MockServer::start().await;
    let proxy = ConnectProxy::to_nowhere().await;
    let partner = builder(&mock).proxy(proxy.url("")).build().unwrap();
    assert_eq!(code(partner.get_instances().await), "no error");
    assert_eq!(proxy.heads(), Vec::<String>::new());
}

#[tokio::test]
async fn loopback_is_never_reached_through_the_proxy_of_the_environment() {
    if child::is_child() {
        let mock = MockServer::start().await;
        let front = TlsFront::start(&mock, &[]).await;
        assert_eq!(code(builder(&mock).build().unwrap().get_instances().await), "no error");
        assert_eq!(code(front.builder(&mock).build().unwrap().get_instances().await), "no error");
        return;
    }
    let proxy = ConnectProxy::to_nowhere().await;
    let url = proxy.url("");
    let name = "proxies::loopback_is_never_reached_through_the_proxy_of_the_environment";
    child::run(name, &[("HTTP_PROXY", &url), ("HTTPS_PROXY", &url), ("ALL_PROXY", &url)]).await;
    assert_eq!(proxy.heads(), Vec::<String>::new());
}

#[tokio::test]
async fn the_proxy_of_the_environment_is_used_for_other_hosts() {
    if child::is_child() {
        let ca_file = std::env::var("TEST_CA_FILE").unwrap();
        let partner = greenapi_partner::PartnerClient::builder().ca_file(ca_file).build().unwrap();
        assert_eq!(code(partner.get_instances().await), "no error");
        return;
    }
    let mock = MockServer::start().await;
    let front = TlsFront::start(&mock, &[]).await;
    let proxy = ConnectProxy::to(front.port).await;
    let variables = [
        ("HTTPS_PROXY", proxy.url("")),
        ("GREENAPI_PARTNER_TOKEN", mock.partner_token()),
        ("GREENAPI_PARTNER_API_URL", UPSTREAM.to_owned()),
        ("TEST_CA_FILE", front.ca_file().to_str().unwrap().to_owned()),
    ];
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    child::run("proxies::the_proxy_of_the_environment_is_used_for_other_hosts", &variables).await;
    assert_eq!((proxy.heads().len(), received(&mock, LIST).len()), (1, 1));
}

#[tokio::test]
async fn a_host_in_no_proxy_is_not_reached_through_it() {
    if child::is_child() {
        let partner = greenapi_partner::PartnerClient::builder().max_retries(0).build().unwrap();
        assert_eq!(code(partner.get_instances().await), "unavailable", "only the proxy would know the host");
        return;
    }
    let proxy = ConnectProxy::to_nowhere().await;
    let variables = [
        ("HTTPS_PROXY", proxy.url("")),
        ("NO_PROXY", "upstream.test".to_owned()),
        ("GREENAPI_PARTNER_TOKEN", "gac.0123".to_owned()),
        ("GREENAPI_PARTNER_API_URL", UPSTREAM.to_owned()),
    ];
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    child::run("proxies::a_host_in_no_proxy_is_not_reached_through_it", &variables).await;
    assert_eq!(proxy.heads(), Vec::<String>::new());
}

#[tokio::test]
async fn a_proxy_that_is_no_url_is_refused_at_once() {
    let mock = MockServer::start().await;
    for proxy in ["", "::nonsense::", "ftp://127.0.0.1:21", "127.0.0.1"] {
        let error = builder(&mock).partner_api_url(UPSTREAM).proxy(proxy).build().unwrap_err();
        assert_eq!(error.code().as_str(), "configuration", "{proxy}");
    }
}

/// `partner:open sesame`, as a header says it.
const BASIC: &str = "cGFydG5lcjpvcGVuIHNlc2FtZQ==";
