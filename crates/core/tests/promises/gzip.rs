//! Compressed answers are read like others.

use greenapi_partner_mock::{Fault, MockServer, Options};

use crate::support::{LIST, client, received, script, start};

/// `[{"idInstance":7,"name":"shop-7"}]`, compressed.
const COMPRESSED: &str = "H4sIAAAAAAACA4uuVspM8cwrLknMS05VsjLXUcpLzAUylIoz8gt0zZVqYwFRyQMJIgAAAA==";

#[tokio::test]
async fn a_compressed_list_is_read() {
    let (mock, partner) = start().await;
    let headers = [("content-encoding".to_owned(), Some("gzip".to_owned()))].into();
    script(&mock, LIST, [Fault { body_base64: Some(COMPRESSED.to_owned()), headers, ..Fault::default() }]);
    let all = partner.get_instances().await.unwrap();
    assert_eq!(all.get(0).unwrap().name(), Some("shop-7"));
}

#[tokio::test]
async fn a_server_that_compresses_is_asked_to() {
    let mock = MockServer::start_with(Options { gzip: true, ..Options::default() }).await.unwrap();
    mock.control().add_instances(500);
    let all = client(&mock).get_instances().await.unwrap();
    assert_eq!((all.len(), all.live().len()), (500, 500));
    assert_eq!(received(&mock, LIST)[0].headers["accept-encoding"], "gzip");
}
