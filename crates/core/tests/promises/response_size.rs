//! An answer is read only so far as the caller allows, and no further.

use greenapi_partner::{Error, PartnerClient};
use greenapi_partner_mock::{Fault, MockServer, Options};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::support::{LIST, builder, code, put, received, script};

/// It ends although the answer does not: the size is counted while it comes.
#[tokio::test]
async fn an_answer_without_an_end_is_left() {
    let (url, served) = serving("transfer-encoding: chunked", true).await;
    let error = list(&url, 1 << 20).await;
    assert_eq!((error.code().as_str(), error.is_retryable()), ("protocol", false));
    served.await.unwrap();
}

/// It ends although nothing comes.
#[tokio::test]
async fn an_answer_that_says_that_it_is_too_large_is_not_waited_for() {
    let (url, served) = serving("content-length: 1048577", false).await;
    let error = list(&url, 1 << 20).await;
    let says = format!("{LIST}: the answer is larger than the client's max_response_size of 1048576 bytes");
    assert_eq!((error.code().as_str(), error.to_string()), ("protocol", says));
    served.await.unwrap();
}

#[tokio::test]
async fn a_long_list_is_read_in_its_many_pieces() {
    let mock = MockServer::start().await;
    mock.control().add_instances(5000);
    let size = size_of_a_list(&mock).await;
    let all = builder(&mock).max_response_size(size).build().unwrap().get_instances().await.unwrap();
    assert_eq!(all.live().len(), 5000);
    let short = builder(&mock).max_response_size(size - 1).build().unwrap();
    assert_eq!(code(short.get_instances().await), "protocol");
    assert_eq!(received(&mock, LIST).len(), 3);
}

const ID: u64 = 1_101_728_000;

#[tokio::test]
async fn a_frame_that_is_too_large_ends_the_scan() {
    let mock = MockServer::start_with(Options { instance_rate_limits: false, ..Options::default() }).await.unwrap();
    put(&mock, json!({ "idInstance": ID, "apiTokenInstance": "token" }));
    let partner = builder(&mock).max_response_size(50_000).build().unwrap();
    let mut events = partner.instance(ID, "token").unwrap().scan_qr_code();
    events.next().await.unwrap().unwrap();
    mock.control().send_frame(ID, &format!("{{\"type\": \"new\", \"filling\": \"{}\"}}", " ".repeat(50_000))).unwrap();
    let error = events.next().await.unwrap().unwrap_err();
    assert_eq!(error.to_string(), "scanQrCode: a frame that is too large");
    assert_eq!((error.code().as_str(), error.is_retryable()), ("protocol", false));
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn an_answer_in_place_of_a_socket_has_the_same_bound() {
    let mock = MockServer::start().await;
    put(&mock, json!({ "idInstance": ID, "apiTokenInstance": "token" }));
    let text = Some(" ".repeat(50_001));
    script(&mock, "scanqrcode", [Fault { status: Some(503), text, ..Fault::default() }]);
    let partner = builder(&mock).max_response_size(50_000).build().unwrap();
    let mut events = partner.instance(ID, "token").unwrap().scan_qr_code();
    assert_eq!(code(events.next().await.unwrap()), "protocol");
    assert_eq!(received(&mock, "scanqrcode").len(), 1);
}

/// A server for one request, to which it answers with this header, and with chunks for as long as they are taken.
async fn serving(header: &'static str, chunks: bool) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let served = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        head(&mut socket).await;
        socket.write_all(format!("HTTP/1.1 200 OK\r\n{header}\r\n\r\n").as_bytes()).await.unwrap();
        let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
        while chunks && socket.write_all(chunk.as_bytes()).await.is_ok() {}
        // Ends when the client hangs up.
        let _ = socket.read(&mut [0]).await;
    });
    (url, served)
}

async fn head(socket: &mut TcpStream) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await.unwrap());
    }
}

async fn list(url: &str, max_response_size: usize) -> Error {
    let builder = PartnerClient::builder().partner_api_url(url).partner_token("gac.canary");
    builder.max_response_size(max_response_size).build().unwrap().get_instances().await.unwrap_err()
}

/// As a client without a limit of its own is told it.
async fn size_of_a_list(mock: &MockServer) -> usize {
    let url = mock.url();
    let mut socket = TcpStream::connect(url.trim_start_matches("http://")).await.unwrap();
    let request = format!(
        "GET /partner/getInstances/{} HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n\r\n",
        mock.partner_token()
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    let begin = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    answer.len() - begin
}
