//! What the program does with hosts that get no token.

use greenapi_partner::PartnerClient;
use greenapi_partner_mock::{MockServer, Requests};

use crate::support::{code, tls::TlsFront};

#[tokio::test]
async fn a_look_says_who_has_issued_the_certificate_and_sends_no_token() {
    let mock = MockServer::start().await;
    let front = TlsFront::start(&mock, &["h2"]).await;
    let tokenless = PartnerClient::builder().partner_api_url(front.url()).ca_file(front.ca_file()).tokenless().unwrap();
    assert!(tokenless.trusted().unwrap().contains(&("the CA file", front.ca_file())));
    let seen = tokenless.look().await.unwrap();
    let certificate = seen.certificate.unwrap();
    assert!(certificate.issuer.starts_with("CN="), "{}", certificate.issuer);
    assert!(certificate.until > seen.date.unwrap());
    let asked = mock.control().requests(&Requests::default());
    assert_eq!((asked.len(), asked[0].path.as_str()), (1, "/"));
}

#[tokio::test]
async fn a_host_that_is_not_trusted_is_configuration() {
    let mock = MockServer::start().await;
    let front = TlsFront::start(&mock, &[]).await;
    let tokenless = PartnerClient::builder().partner_api_url(front.url()).tokenless().unwrap();
    assert_eq!(code(tokenless.look().await.map(|seen| seen.status)), "configuration");
}
