//! A mock on a thread of its own, and the end of a mock.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use greenapi_partner_mock::{MockServer, Options};

use crate::client::partner;

#[test]
fn it_runs_without_a_runtime_and_ends_with_its_value() {
    let mock = MockServer::start_blocking(Options::default()).unwrap();
    let address = mock.url().replace("http://", "");
    let mut stream = TcpStream::connect(&address).unwrap();
    write!(
        stream,
        "GET /partner/getInstances/{} HTTP/1.1\r\nHost: mock\r\nConnection: close\r\n\r\n",
        mock.partner_token()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\n[]"), "{answer}");
    drop(mock);
    assert!(TcpStream::connect(&address).is_err());
}

#[tokio::test]
async fn a_stopped_mock_has_closed_its_port() {
    let mock = MockServer::start().await;
    partner(&mock, "GET", "getInstances", "").await;
    let address = mock.url().replace("http://", "");
    mock.stop().await;
    assert!(tokio::net::TcpStream::connect(&address).await.is_err());
}

#[tokio::test]
async fn a_taken_port_and_a_senseless_option_are_errors() {
    let mock = MockServer::start().await;
    let port = mock.url().rsplit(':').next().unwrap().parse().unwrap();
    assert!(MockServer::start_with(Options { port, ..Options::default() }).await.is_err());
    let error = MockServer::start_blocking(Options { pool: 7, ..Options::default() }).unwrap_err();
    assert_eq!(error.to_string(), "pool has four digits, not 7");
}
