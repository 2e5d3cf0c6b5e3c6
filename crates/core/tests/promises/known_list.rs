//! A list that has not changed is not sent again, and a changed one is noticed.

use greenapi_partner_mock::Fault;
use serde_json::json;

use crate::support::{LIST, put_named, received, script, start};

#[tokio::test]
async fn the_etag_is_sent_and_a_304_brings_the_known_list() {
    let (mock, partner) = start().await;
    put_named(&mock, 7, "shop-7");
    let first = partner.get_instances().await.unwrap();
    let second = partner.get_instances().await.unwrap();
    assert_eq!(second.get(0), first.get(0));
    let requests = received(&mock, LIST);
    assert_eq!(requests.iter().map(|request| request.status).collect::<Vec<_>>(), [Some(200), Some(304)]);
    assert_eq!(requests[0].headers.get("if-none-match"), None);
    assert!(requests[1].headers["if-none-match"].to_str().unwrap().starts_with("W/\""));
}

#[tokio::test]
async fn a_changed_list_is_read_anew() {
    let (mock, partner) = start().await;
    partner.get_instances().await.unwrap();
    put_named(&mock, 7, "shop-7");
    assert_eq!(partner.get_instances().await.unwrap().len(), 1);
    assert_eq!(partner.get_instances().await.unwrap().len(), 1);
    assert_eq!(
        received(&mock, LIST).iter().map(|request| request.status).collect::<Vec<_>>(),
        [Some(200), Some(200), Some(304)]
    );
}

#[tokio::test]
async fn clones_know_the_same_list_and_a_reopened_client_knows_none() {
    let (mock, partner) = start().await;
    partner.get_instances().await.unwrap();
    partner.clone().get_instances().await.unwrap();
    partner.reopened().unwrap().get_instances().await.unwrap();
    let asked: Vec<_> =
        received(&mock, LIST).iter().map(|request| request.headers.contains_key("if-none-match")).collect();
    assert_eq!(asked, [false, true, false]);
}

#[tokio::test]
async fn a_list_without_etag_is_forgotten() {
    let (mock, partner) = start().await;
    partner.get_instances().await.unwrap();
    let headers = [("etag".to_owned(), None)].into();
    script(&mock, LIST, [Fault { body: Some(json!([{ "idInstance": 9 }])), headers, ..Fault::default() }]);
    assert_eq!(partner.get_instances().await.unwrap().len(), 1);
    assert_eq!(partner.get_instances().await.unwrap().len(), 0);
    assert!(!received(&mock, LIST)[2].headers.contains_key("if-none-match"));
}

#[tokio::test]
async fn a_view_keeps_its_list_when_a_newer_one_comes() {
    let (mock, partner) = start().await;
    put_named(&mock, 7, "shop-7");
    let one = partner.get_instances().await.unwrap().get(0).unwrap();
    partner.delete_instance_account(7).await.unwrap();
    assert!(partner.get_instance(7).await.unwrap().deleted());
    assert!(!one.deleted());
}
