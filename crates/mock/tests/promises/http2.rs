//! HTTP/2 without TLS, for clients that know beforehand that the server speaks it.

use greenapi_partner_mock::{Cut, Fault, MockServer, Outcome, Requests};
use http::Request;
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Bytes, client::conn::http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;

use crate::client::path;

#[tokio::test]
async fn requests_share_a_connection() {
    let mock = MockServer::start().await;
    let mut sender = connect(&mock).await;
    let (one, other) = (sender.clone().send_request(create(&mock)), sender.send_request(create(&mock)));
    for answer in [one.await.unwrap(), other.await.unwrap()] {
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        assert!(body.starts_with(br#"{"idInstance":110100000"#), "{body:?}");
    }
    let requests = mock.control().requests(&Requests::of("createInstance"));
    let seen: Vec<_> = requests.iter().map(|request| (request.connection, request.http)).collect();
    assert_eq!(seen, [(1, http::Version::HTTP_2), (1, http::Version::HTTP_2)]);
}

#[tokio::test]
async fn a_cut_closes_the_connection_of_all_its_requests() {
    let mock = MockServer::start().await;
    mock.control().add_faults("createInstance", [Fault::cut(Cut::AfterAction)]).unwrap();
    let mut sender = connect(&mock).await;
    assert!(sender.send_request(create(&mock)).await.is_err());
    mock.control().wait_for_connections(0).await;
    assert_eq!(mock.control().instances().len(), 1);
}

#[tokio::test]
async fn a_cancelled_request_has_hung_up_and_the_connection_stays() {
    let mock = MockServer::start().await;
    mock.control().add_faults("createInstance", [Fault::hold()]).unwrap();
    let mut sender = connect(&mock).await;
    let call = tokio::spawn(sender.send_request(create(&mock)));
    mock.control().wait_for_requests(&Requests::default().that_are(Outcome::Held), 1).await;
    call.abort();
    mock.control().wait_for_requests(&Requests::default().that_are(Outcome::HungUp), 1).await;
    assert_eq!(sender.send_request(create(&mock)).await.unwrap().status(), 200);
    assert_eq!(mock.control().accepted_connections(), 1);
}

async fn connect(mock: &MockServer) -> http2::SendRequest<Full<Bytes>> {
    let stream = TcpStream::connect(mock.url().replace("http://", "")).await.unwrap();
    let (sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    sender
}

fn create(mock: &MockServer) -> Request<Full<Bytes>> {
    let address = format!("{}{}", mock.url(), path(mock, "createInstance"));
    Request::post(address).body(Full::new(Bytes::from_static(b"{}"))).unwrap()
}
