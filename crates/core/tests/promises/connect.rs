//! Connect failures: the sentence says which one it was, and nothing was sent.

use greenapi_partner::PartnerClient;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use crate::support::{CREATE, shop};

#[tokio::test]
async fn a_host_that_cannot_be_found_is_told_so() {
    tells("https://upstream.test", "the host upstream.test cannot be found (DNS)").await;
}

#[tokio::test]
async fn a_host_that_refuses_the_connection_is_told_so() {
    tells("https://127.0.0.1:1", "the host 127.0.0.1 refuses the connection").await;
    tells("http://127.0.0.1:1", "the host 127.0.0.1 refuses the connection").await;
    tells("http://[::1]:1/with/a/path", "the host [::1] refuses the connection").await;
}

/// TCP leads to one host, and this is the address of many.
#[tokio::test]
async fn a_host_that_no_way_leads_to_is_told_so() {
    tells("https://224.0.0.1", "there is no way to the host 224.0.0.1").await;
}

#[tokio::test]
async fn a_host_that_hangs_up_before_anything_is_agreed_is_told_so() {
    let at_once = Server::start(drop).await;
    let after_the_hello = Server::start(|mut socket| {
        tokio::spawn(async move { socket.read(&mut [0; 1 << 14]).await });
    })
    .await;
    for server in [at_once, after_the_hello] {
        tells(&server.url(), "the host 127.0.0.1 broke off the connection while it was made").await;
    }
}

#[tokio::test]
async fn a_host_that_speaks_no_tls_is_told_so() {
    let server = Server::start(|mut socket| {
        tokio::spawn(async move {
            socket.write_all(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n").await.unwrap();
            // Until the client has read it and hangs up: a socket that is closed with something unread takes it back.
            while socket.read(&mut [0; 600]).await.is_ok_and(|length| length > 0) {}
        });
    })
    .await;
    tells(&server.url(), "no TLS with the host 127.0.0.1: received corrupt message").await;
}

/// What a creation says that cannot even connect.
async fn tells(url: &str, why: &str) {
    let builder = PartnerClient::builder().partner_token("gac.canary").partner_api_url(url).max_retries(0);
    let error = builder.build().unwrap().create_instance(shop()).await.unwrap_err();
    let said = error.to_string();
    assert!(said.starts_with(&format!("{CREATE}: {why}")) && said.ends_with("; nothing was sent"), "{said}");
    assert_eq!((error.code().as_str(), error.is_retryable(), error.status()), ("unavailable", true, None));
    assert!(!format!("{error:?}").contains("canary"), "{error:?}");
}

/// Takes connections, and does this with them. Dropping it closes it.
struct Server {
    port: u16,
    _serving: JoinSet<()>,
}

impl Server {
    async fn start(serve: impl Fn(TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                serve(socket);
            }
        });
        Self { port, _serving: serving }
    }

    fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }
}
