//! TLS roots: the CA file, SSL_CERT_FILE, SSL_CERT_DIR and a language's own variable; each adds to the others.

use std::{fs, os::unix::fs::symlink, path::PathBuf};

use greenapi_partner::{PartnerClient, PartnerClientBuilder};
use greenapi_partner_mock::MockServer;

use crate::support::{builder, child, code, file::Place, tls::TlsFront};

/// What stands for `NODE_EXTRA_CA_CERTS` here, and what counts where that is not set.
const OF_THE_LANGUAGE: &[&str] = &["TEST_EXTRA_CA", "TEST_OTHER_CA"];
const URLS: &str = "TEST_URLS";
const TOKEN: &str = "GREENAPI_PARTNER_TOKEN";
const SAYS: &str = "TEST_SAYS";

/// Runs `name` as a child that is to reach all of these.
async fn reach(name: &str, mock: &MockServer, fronts: &[&TlsFront], variables: &[(&str, String)]) {
    let urls = fronts.iter().map(|front| front.url()).collect::<Vec<_>>().join(" ");
    let shared = [(URLS, urls), (TOKEN, mock.partner_token())];
    let variables: Vec<_> = shared.iter().chain(variables).map(|(name, value)| (*name, value.as_str())).collect();
    child::run(&format!("tls_roots::{name}"), &variables).await;
}

/// Whether each of them is trusted by a client that is told nothing more than this.
async fn reaches_them(told: impl Fn(PartnerClientBuilder) -> PartnerClientBuilder) {
    for url in std::env::var(URLS).unwrap().split(' ') {
        let partner = told(PartnerClient::builder().partner_api_url(url)).build().unwrap();
        assert_eq!(code(partner.get_instances().await), "no error", "{url}");
    }
}

fn text(path: PathBuf) -> String {
    path.into_os_string().into_string().unwrap()
}

#[tokio::test]
async fn what_the_environment_names_is_trusted() {
    if child::is_child() {
        return reaches_them(|builder| builder.ca_variables(OF_THE_LANGUAGE)).await;
    }
    let mock = MockServer::start().await;
    let (front, place) = (TlsFront::start(&mock, &[]).await, Place::new());
    fs::copy(front.ca_file(), place.path("firm.crt")).unwrap();
    for (variable, path) in [
        ("SSL_CERT_FILE", front.ca_file()),
        ("SSL_CERT_DIR", place.folder().to_owned()),
        ("TEST_EXTRA_CA", front.ca_file()),
        ("TEST_EXTRA_CA", place.folder().to_owned()),
        ("TEST_OTHER_CA", front.ca_file()),
    ] {
        reach("what_the_environment_names_is_trusted", &mock, &[&front], &[(variable, text(path))]).await;
    }
}

#[tokio::test]
async fn each_adds_to_the_others() {
    if child::is_child() {
        let ca_file = std::env::var("TEST_CA_FILE").unwrap();
        return reaches_them(|builder| builder.ca_file(&ca_file).ca_variables(OF_THE_LANGUAGE)).await;
    }
    let mock = MockServer::start().await;
    let mut fronts = Vec::new();
    for _ in 0..5 {
        fronts.push(TlsFront::start(&mock, &[]).await);
    }
    let fronts: Vec<_> = fronts.iter().collect();
    let (one, other) = (Place::new(), Place::new());
    fs::copy(fronts[2].ca_file(), one.path("firm.pem")).unwrap();
    fs::copy(fronts[3].ca_file(), other.path("0a1b2c3d.0")).unwrap();
    let variables = [
        ("TEST_CA_FILE", text(fronts[0].ca_file())),
        ("SSL_CERT_FILE", text(fronts[1].ca_file())),
        ("SSL_CERT_DIR", format!("{}::{}", one.folder().display(), other.folder().display())),
        ("TEST_EXTRA_CA", text(fronts[4].ca_file())),
    ];
    reach("each_adds_to_the_others", &mock, &fronts, &variables).await;
}

#[tokio::test]
async fn of_a_languages_variables_the_first_that_is_set_counts() {
    if child::is_child() {
        let partner = PartnerClient::builder().ca_variables(OF_THE_LANGUAGE).build().unwrap();
        assert_eq!(code(partner.get_instances().await), "configuration");
        return;
    }
    let mock = MockServer::start().await;
    let (front, other) = (TlsFront::start(&mock, &[]).await, TlsFront::start(&mock, &[]).await);
    let name = "tls_roots::of_a_languages_variables_the_first_that_is_set_counts";
    let (url, token) = (front.url(), mock.partner_token());
    let (first, second) = (text(other.ca_file()), text(front.ca_file()));
    let shared = [(TOKEN, token.as_str()), ("GREENAPI_PARTNER_API_URL", &url)];
    let variables = [("TEST_EXTRA_CA", first.as_str()), ("TEST_OTHER_CA", &second)];
    child::run(name, &[shared, variables].concat()).await;
    assert_eq!((front.connections(), mock.control().request_count()), (1, 0));
}

#[tokio::test]
async fn a_variable_that_is_set_to_nothing_is_not_set() {
    if child::is_child() {
        let ca_file = std::env::var("TEST_CA_FILE").unwrap();
        return reaches_them(|builder| builder.ca_file(&ca_file).ca_variables(OF_THE_LANGUAGE)).await;
    }
    let mock = MockServer::start().await;
    let front = TlsFront::start(&mock, &[]).await;
    for nothing in ["", " "] {
        let nothing = nothing.to_owned();
        let variables = [
            ("SSL_CERT_FILE", nothing.clone()),
            ("SSL_CERT_DIR", nothing.clone()),
            ("TEST_EXTRA_CA", nothing),
            ("TEST_CA_FILE", text(front.ca_file())),
        ];
        reach("a_variable_that_is_set_to_nothing_is_not_set", &mock, &[&front], &variables).await;
    }
}

/// In the order in which they are read: of several that are wrong, the first is told.
#[tokio::test]
async fn what_cannot_be_read_is_configuration_that_names_the_variable_and_the_path() {
    if child::is_child() {
        let mut builder = PartnerClient::builder().ca_variables(OF_THE_LANGUAGE);
        if let Ok(path) = std::env::var("TEST_CA_FILE") {
            builder = builder.ca_file(path);
        }
        let error = builder.build().unwrap_err();
        assert_eq!(error.code().as_str(), "configuration");
        let says = std::env::var(SAYS).unwrap();
        assert!(error.to_string().starts_with(&says), "{error} is not {says}");
        return;
    }
    let place = Place::new();
    let (none, empty, broken) = (place.path("none"), place.path("empty"), place.path("broken.pem"));
    let (in_a_folder, no_pem) = (place.path("folder"), place.path("words"));
    for folder in [&empty, &in_a_folder] {
        fs::create_dir(folder).unwrap();
    }
    let no_base64 = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n";
    fs::write(&broken, no_base64).unwrap();
    fs::write(in_a_folder.join("broken.pem"), no_base64).unwrap();
    fs::write(&no_pem, "no certificate in here").unwrap();
    let no_x509 = place.path("no_x509.pem");
    fs::write(&no_x509, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
    let [none, empty, broken, in_a_folder, no_pem, no_x509] =
        [none, empty, broken, in_a_folder, no_pem, no_x509].map(text);

    let rows: &[(&[(&str, &String)], String)] = &[
        (&[("SSL_CERT_FILE", &none)], format!("SSL_CERT_FILE: {none} cannot be read: ")),
        (&[("SSL_CERT_FILE", &no_pem)], format!("SSL_CERT_FILE: {no_pem} holds no certificate in PEM")),
        (&[("SSL_CERT_FILE", &no_x509)], format!("SSL_CERT_FILE: {no_x509} holds no certificate in PEM")),
        (&[("SSL_CERT_FILE", &broken)], format!("SSL_CERT_FILE: {broken} is broken")),
        (&[("SSL_CERT_DIR", &none)], format!("SSL_CERT_DIR: {none} cannot be read: ")),
        (&[("SSL_CERT_DIR", &empty)], format!("SSL_CERT_DIR: {empty} holds no certificate in PEM")),
        (&[("SSL_CERT_DIR", &in_a_folder)], format!("SSL_CERT_DIR: {in_a_folder}/broken.pem is broken")),
        (&[("TEST_EXTRA_CA", &none)], format!("TEST_EXTRA_CA: {none} cannot be read: ")),
        (&[("TEST_OTHER_CA", &no_pem)], format!("TEST_OTHER_CA: {no_pem} holds no certificate in PEM")),
        (&[("TEST_CA_FILE", &none), ("SSL_CERT_FILE", &empty)], format!("the CA file {none} cannot be read: ")),
        (&[("SSL_CERT_FILE", &none), ("SSL_CERT_DIR", &empty)], format!("SSL_CERT_FILE: {none} ")),
        (&[("SSL_CERT_DIR", &none), ("TEST_EXTRA_CA", &none)], format!("SSL_CERT_DIR: {none} ")),
    ];
    for (variables, says) in rows {
        let mut variables: Vec<_> = variables.iter().map(|(name, path)| (*name, path.as_str())).collect();
        variables.extend([(TOKEN, "gac.0123"), (SAYS, says)]);
        let name = "what_cannot_be_read_is_configuration_that_names_the_variable_and_the_path";
        child::run(&format!("tls_roots::{name}"), &variables).await;
    }
}

#[tokio::test]
async fn plain_http_to_loopback_reads_none_of_them() {
    if child::is_child() {
        let mock = MockServer::start().await;
        let partner = builder(&mock).ca_variables(OF_THE_LANGUAGE).build().unwrap();
        assert_eq!(code(partner.get_instances().await), "no error");
        return;
    }
    let variables = [("SSL_CERT_FILE", "/nowhere/ca.pem"), ("SSL_CERT_DIR", "/nowhere"), ("TEST_EXTRA_CA", "/nowhere")];
    child::run("tls_roots::plain_http_to_loopback_reads_none_of_them", &variables).await;
}

#[tokio::test]
async fn a_ca_file_may_be_a_folder_of_all_kinds_of_things() {
    let mock = MockServer::start().await;
    let (front, place) = (TlsFront::start(&mock, &[]).await, Place::new());
    fs::copy(front.ca_file(), place.path("firm.pem")).unwrap();
    symlink("firm.pem", place.path("0a1b2c3d.0")).unwrap();
    symlink("gone.pem", place.path("4e5f6a7b.0")).unwrap();
    fs::write(place.path("README"), "who is trusted here").unwrap();
    fs::create_dir(place.path("private")).unwrap();
    let partner = front.builder(&mock).ca_file(place.folder()).build().unwrap();
    assert_eq!(code(partner.get_instances().await), "no error");
}

#[tokio::test]
async fn of_a_bundle_what_cannot_be_used_is_passed_over() {
    let mock = MockServer::start().await;
    let (front, place) = (TlsFront::start(&mock, &[]).await, Place::new());
    let bundle = place.path("bundle.pem");
    let odd = "# of a kind that nobody knows\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    fs::write(&bundle, odd.to_owned() + &fs::read_to_string(front.ca_file()).unwrap()).unwrap();
    let partner = front.builder(&mock).ca_file(bundle).build().unwrap();
    assert_eq!(code(partner.get_instances().await), "no error");
}

/// As a forked child opens it: with the settings that it was made with.
#[tokio::test]
async fn a_client_that_is_opened_again_trusts_the_same() {
    if child::is_child() {
        let partner = PartnerClient::builder().ca_variables(OF_THE_LANGUAGE).build().unwrap();
        assert_eq!(code(partner.reopened().unwrap().get_instances().await), "no error");
        return;
    }
    let mock = MockServer::start().await;
    let front = TlsFront::start(&mock, &[]).await;
    let (url, token, ca_file) = (front.url(), mock.partner_token(), text(front.ca_file()));
    let variables = [(TOKEN, token.as_str()), ("GREENAPI_PARTNER_API_URL", &url), ("TEST_EXTRA_CA", &ca_file)];
    child::run("tls_roots::a_client_that_is_opened_again_trusts_the_same", &variables).await;
}
