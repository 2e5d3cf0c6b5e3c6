//! Through a proxy where one is named, past it where the host is this machine.

use greenapi_partner_mock::MockServer;

use crate::support::{
    LIST, builder, child, code,
    proxy::{ConnectProxy, SocksProxy},
    put_named, received, shop,
    tls::TlsFront,
};

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

/// Credentials are a matter of the set-up: it is asked once.
#[tokio::test]
async fn a_proxy_that_wants_other_credentials_is_configuration_and_its_credentials_are_not_told() {
    let mock = MockServer::start().await;
    let front = TlsFront::start(&mock, &[]).await;
    let proxy = ConnectProxy::to_nowhere().await;
    let url = proxy.url("partner:open%20sesame@");
    let partner = front.builder(&mock).partner_api_url(UPSTREAM).proxy(url).build().unwrap();
    let error = partner.create_instance(shop()).await.unwrap_err();
    assert_eq!((error.code().as_str(), error.is_retryable(), proxy.heads().len()), ("configuration", false, 1));
    let says = "the proxy asks for credentials, or for others than it was given (407); nothing was sent";
    assert_eq!(error.to_string(), format!("createInstance: {says}"));
    let told = format!("{error} {error:?} {:?} {partner:?}", error.causes().collect::<Vec<_>>());
    assert!(["sesame", BASIC].iter().all(|secret| !told.contains(secret)), "{told}");
}

/// It may pass: nobody tells us which status it was.
#[tokio::test]
async fn a_proxy_that_refuses_the_host_is_unavailable() {
    let mock = MockServer::start().await;
    let front = TlsFront::start(&mock, &[]).await;
    for status in ["403 Forbidden", "502 Bad Gateway", "503 Service Unavailable", "nonsense"] {
        let proxy = ConnectProxy::that_answers(status).await;
        let builder = front.builder(&mock).partner_api_url(UPSTREAM).proxy(proxy.url("partner:open%20sesame@"));
        let error = builder.max_retries(1).build().unwrap().get_instances().await.unwrap_err();
        assert_eq!((error.code().as_str(), proxy.heads().len()), ("unavailable", 2), "{status}");
        let says = "getInstances: the proxy does not connect to the host upstream.test; nothing was sent";
        assert_eq!(error.to_string(), says, "{status}");
        assert!(!format!("{error:?}").contains("sesame"), "{error:?}");
    }
}

/// Nobody is to look for the fault on the side of upstream.
#[tokio::test]
async fn a_proxy_that_cannot_be_reached_is_told_from_the_host() {
    let mock = MockServer::start().await;
    let front = TlsFront::start(&mock, &[]).await;
    let distrusted = TlsFront::start(&mock, &[]).await;
    let rows = [
        ("http://127.0.0.1:1".to_owned(), "unavailable", "the proxy refuses the connection; nothing was sent"),
        ("http://proxy.test:3128".to_owned(), "unavailable", "the proxy cannot be found (DNS); nothing was sent"),
        ("socks5h://127.0.0.1:1".to_owned(), "unavailable", "could not connect to the proxy; nothing was sent"),
        (distrusted.url(), "configuration", "the certificate of the proxy is not trusted: nobody who is trusted here"),
    ];
    for (proxy, code, says) in rows {
        let builder = front.builder(&mock).partner_api_url(UPSTREAM).proxy(&proxy).max_retries(0);
        let error = builder.build().unwrap().get_instances().await.unwrap_err();
        assert_eq!(error.code().as_str(), code, "{proxy}");
        assert!(error.to_string().starts_with(&format!("getInstances: {says}")), "{proxy}: {error}");
    }
}

/// What a SOCKS proxy answers to the greeting, to the credentials and to the request.
#[tokio::test]
async fn a_socks_proxy_says_the_same_in_its_own_words() {
    let credentials = "the proxy asks for credentials, or for others than it was given; nothing was sent";
    let host = "the proxy does not connect to the host upstream.test; nothing was sent";
    let rows: [(&[&[u8]], &str, &str, &str); 6] = [
        (&[&[5, 0xff]], "", "configuration", credentials),
        (&[&[5, 2]], "", "configuration", credentials),
        (&[&[5, 0xff]], "user:open%20sesame@", "configuration", credentials),
        (&[&[5, 2], &[1, 1]], "user:open%20sesame@", "configuration", credentials),
        (&[&[5, 0], &[5, 2, 0, 1, 0, 0, 0, 0, 0, 0]], "", "unavailable", host),
        (&[&[5, 0], &[5, 4, 0, 1, 0, 0, 0, 0, 0, 0]], "", "unavailable", host),
    ];
    for (answers, user, code, says) in rows {
        let mock = MockServer::start().await;
        let front = TlsFront::start(&mock, &[]).await;
        let proxy = SocksProxy::that_answers(answers.iter().map(|answer| answer.to_vec()).collect()).await;
        let builder = front.builder(&mock).partner_api_url(UPSTREAM).proxy(proxy.url(user)).max_retries(0);
        let error = builder.build().unwrap().get_instances().await.unwrap_err();
        assert_eq!((error.code().as_str(), error.to_string()), (code, format!("getInstances: {says}")), "{answers:?}");
        assert!(!format!("{error:?}").contains("sesame"), "{error:?}");
    }
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
async fn a_proxy_of_the_environment_that_is_none_is_not_gone_past() {
    if child::is_child() {
        let error = greenapi_partner::PartnerClient::builder().build().unwrap_err();
        assert!(
            error.code().as_str() == "configuration" && error.to_string().contains("_PROXY holds is not a URL"),
            "{error}"
        );
        assert!(!format!("{error:?}").contains("hidden"), "{error:?}");
        let mock = MockServer::start().await;
        assert_eq!(code(builder(&mock).build().unwrap().get_instances().await), "no error", "this machine needs none");
        return;
    }
    let given = [("GREENAPI_PARTNER_TOKEN", "gac.0123"), ("GREENAPI_PARTNER_API_URL", UPSTREAM)];
    for value in [
        "htp://ann:hidden@127.0.0.1:9",
        "socks4://127.0.0.1:9",
        "http://[::1",
        "http//127.0.0.1:9",
        " http://127.0.0.1:9 ",
    ] {
        for variable in ["HTTPS_PROXY", "ALL_PROXY"] {
            let name = "proxies::a_proxy_of_the_environment_that_is_none_is_not_gone_past";
            child::run(name, &[&[(variable, value)], &given[..]].concat()).await;
        }
    }
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
