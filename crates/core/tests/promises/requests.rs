//! Requests as they go over the wire.

use greenapi_partner::VERSION;
use serde_json::json;

use crate::support::{CREATE, DELETE, LIST, builder, put_named, received, shop, start};

#[tokio::test]
async fn the_list_is_a_get_without_a_body() {
    let (mock, partner) = start().await;
    partner.get_instances().await.unwrap();
    let request = &received(&mock, LIST)[0];
    assert_eq!(
        (request.verb.as_str(), request.path.as_str()),
        ("GET", format!("/partner/getInstances/{}", mock.partner_token()).as_str())
    );
    assert!(request.body.is_empty() && !request.headers.contains_key("content-type"), "{request:?}");
}

#[tokio::test]
async fn a_create_is_a_post_of_json() {
    let (mock, partner) = start().await;
    partner.create_instance(shop()).await.unwrap();
    let request = &received(&mock, CREATE)[0];
    assert_eq!(
        (request.verb.as_str(), request.path.as_str()),
        ("POST", format!("/partner/createInstance/{}", mock.partner_token()).as_str())
    );
    assert_eq!(request.json(), Some(json!({ "name": "shop-42" })));
    assert_eq!(
        (&request.headers["content-type"], &request.headers["content-length"]),
        (&"application/json".parse().unwrap(), &"18".parse().unwrap())
    );
    assert!(!request.headers.contains_key("transfer-encoding"));
}

#[tokio::test]
async fn a_delete_is_a_post_of_the_id() {
    let (mock, partner) = start().await;
    put_named(&mock, 710_512_345_678, "shop-7");
    partner.delete_instance_account(710_512_345_678).await.unwrap();
    let request = &received(&mock, DELETE)[0];
    assert_eq!(
        (request.verb.as_str(), request.path.as_str()),
        ("POST", format!("/partner/deleteInstanceAccount/{}", mock.partner_token()).as_str())
    );
    assert_eq!(&request.body[..], br#"{"idInstance":710512345678}"#);
}

#[tokio::test]
async fn an_id_beyond_signed_64_bits_is_sent_exactly() {
    let (mock, partner) = start().await;
    partner.delete_instance_account(u64::MAX).await.unwrap_err();
    assert_eq!(&received(&mock, DELETE)[0].body[..], br#"{"idInstance":18446744073709551615}"#);
}

#[tokio::test]
async fn the_user_agent_names_version_and_language() {
    let (mock, partner) = start().await;
    partner.get_instances().await.unwrap();
    builder(&mock).language("python/3.11.7").build().unwrap().get_instances().await.unwrap();
    let agents: Vec<_> = received(&mock, LIST)
        .iter()
        .map(|request| request.headers["user-agent"].to_str().unwrap().to_owned())
        .collect();
    let rust = env!("CARGO_PKG_RUST_VERSION");
    assert_eq!(
        agents,
        [format!("greenapi-partner/{VERSION} rust/{rust}"), format!("greenapi-partner/{VERSION} python/3.11.7")]
    );
}

#[tokio::test]
async fn nothing_else_is_told_to_upstream() {
    let (mock, partner) = start().await;
    partner.get_instances().await.unwrap();
    let mut names: Vec<_> = received(&mock, LIST)[0].headers.keys().map(ToString::to_string).collect();
    names.sort();
    assert_eq!(names, ["accept", "accept-encoding", "host", "user-agent"]);
}

#[tokio::test]
async fn a_token_is_one_segment_of_the_path() {
    let (mock, _) = start().await;
    let partner = builder(&mock).partner_token("gac./../a?b#c%2f é").build();
    assert!(partner.is_err(), "white space inside");
    let partner = builder(&mock).partner_token("gac./../a?b#c%2fé").build().unwrap();
    partner.get_instances().await.unwrap_err();
    assert_eq!(received(&mock, LIST)[0].path, "/partner/getInstances/gac.%2F..%2Fa%3Fb%23c%252f%C3%A9");
}
