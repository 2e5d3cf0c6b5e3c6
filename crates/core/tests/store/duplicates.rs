//! Duplicates with a store: a name whose instance is deleted as one too many has the one that is kept.

use greenapi_partner::{DeleteDuplicatesOptions, PartnerClient};
use greenapi_partner_mock::Fault;

use crate::ground::{CREATE, Ground, LIST, shop};

const DELETE: &str = "deleteInstanceAccount";

#[tokio::test]
async fn a_name_has_the_one_that_is_kept() {
    let ground = Ground::new().await;
    ground.put_named(1, "shop-42");
    ground.worker().ensure_instance(shop()).await.unwrap();
    ground.put_linked(7, "shop-42");
    clean_up(&ground.worker()).await;
    assert_eq!((ground.live(), ground.received(DELETE)), (1, 1));
    let lists = ground.received(LIST);
    let known = ground.worker().ensure_instance(shop()).await.unwrap();
    assert_eq!((known.id_instance(), known.is_new()), (7, false));
    assert_eq!((ground.received(LIST), ground.received(CREATE)), (lists, 0), "it is written down");
    let listed = ground.worker().get_instance(7).await.unwrap();
    assert_eq!(known.api_token_instance(), listed.api_token_instance());
}

/// From before the deletion on: nobody is given an instance that is about to go.
#[tokio::test]
async fn a_name_has_it_before_the_other_is_gone() {
    let ground = Ground::new().await;
    ground.put_named(1, "shop-42");
    ground.worker().ensure_instance(shop()).await.unwrap();
    ground.put_linked(7, "shop-42");
    ground.script(DELETE, [Fault::status(403)]);
    clean_up(&ground.worker()).await;
    assert_eq!(ground.live(), 2);
    assert_eq!(ground.worker().ensure_instance(shop()).await.unwrap().id_instance(), 7);
}

#[tokio::test]
async fn a_name_that_has_the_right_one_keeps_it() {
    let ground = Ground::new().await;
    ground.put_linked(1, "shop-42");
    ground.worker().ensure_instance(shop()).await.unwrap();
    ground.put_named(7, "shop-42");
    clean_up(&ground.worker()).await;
    assert_eq!(ground.live(), 1);
    assert_eq!(ground.worker().ensure_instance(shop()).await.unwrap().id_instance(), 1);
}

async fn clean_up(worker: &PartnerClient) {
    worker.delete_duplicates(DeleteDuplicatesOptions::default().dry_run(false)).collect().await.unwrap();
}
