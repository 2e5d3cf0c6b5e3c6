//! Memory of a client for its own creations and deletions, for as long as a list may lag. The rest is in
//! `tests/scenarios/`, in the files whose names end in `a_list_that_lags`.

use std::time::Duration;

use greenapi_partner::{AuthorizeOptions, CreateInstance, Event, PartnerClient};
use greenapi_partner_mock::{Cut, Fault, MockServer, Outcome};
use serde_json::{Map, Value, json};

use crate::support::{
    CREATE, LIST, always, builder, code, hearing::listen, put, put_named, received, script, shop, start, until,
};

#[tokio::test]
async fn the_next_list_confirms_a_name_or_there_is_one_warning() {
    let (mock, partner) = start_with(json!({"cutsNamesAt": 7})).await;
    let ears = listen();
    for name in ["shop-42", "shop-43-long"] {
        partner.create_instance(CreateInstance::named(name)).await.unwrap();
    }
    let ids: Vec<_> = mock.control().instances().iter().map(|one| one.id_instance).collect();
    assert_eq!(ears.warnings(), [] as [String; 0]);
    for _ in 0..3 {
        partner.get_instances().await.unwrap();
    }
    let [warning] = &ears.warned()[..] else { panic!("{:?}", ears.warned()) };
    for told in [ids[1].to_string().as_str(), "\"shop-43-long\"", "\"shop-43\""] {
        assert!(warning.contains(told), "{warning}");
    }
}

#[tokio::test]
async fn a_name_is_confirmed_by_the_first_list_that_shows_it() {
    let (mock, partner) = start_with(json!({"cutsNamesAt": 4, "listLagMs": 3_600_000})).await;
    let ears = listen();
    partner.create_instance(shop()).await.unwrap();
    partner.get_instances().await.unwrap();
    assert_eq!(ears.warnings(), [] as [String; 0]);
    change(&mock, json!({"listLagMs": 0}));
    partner.get_instances().await.unwrap();
    assert_eq!(ears.warnings().len(), 1);
}

#[tokio::test]
async fn a_list_that_has_no_name_of_it_confirms_and_warns_of_nothing() {
    let (mock, partner) = start_with(json!({"cutsNamesAt": 4})).await;
    let ears = listen();
    let id = partner.create_instance(shop()).await.unwrap().id_instance();
    script(&mock, LIST, [Fault { body: Some(json!([{"idInstance": id}])), ..Fault::default() }]);
    partner.get_instances().await.unwrap();
    assert_eq!(ears.warnings(), [] as [String; 0]);
    partner.get_instances().await.unwrap();
    assert_eq!(ears.warnings().len(), 1);
}

#[tokio::test]
async fn one_without_a_name_needs_no_confirmation() {
    let (_mock, partner) = start().await;
    let ears = listen();
    partner.create_instance(CreateInstance::new().state_webhook(true)).await.unwrap();
    partner.get_instances().await.unwrap();
    assert_eq!(ears.warnings(), [] as [String; 0]);
}

#[tokio::test]
async fn one_that_a_list_shows_as_deleted_is_over_whatever_a_later_list_shows() {
    let (mock, partner) = start_with(json!({"listLagMs": 3_600_000})).await;
    let first = partner.ensure_instance(shop()).await.unwrap().id_instance();
    let shown = |deleted: bool| {
        let list = json!([{"idInstance": first, "name": "shop-42", "deleted": deleted}]);
        script(&mock, LIST, [Fault { body: Some(list), ..Fault::default() }]);
    };
    shown(true);
    let second = partner.ensure_instance(shop()).await.unwrap().id_instance();
    assert_ne!(first, second);
    shown(false);
    assert_eq!(partner.ensure_instance(shop()).await.unwrap().id_instance(), second);
    assert_eq!(received(&mock, CREATE).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn after_some_minutes_the_list_alone_counts() {
    let (mock, partner) = start_with(json!({"listLagMs": 3_600_000})).await;
    partner.ensure_instance(shop()).await.unwrap();
    put_named(&mock, 7, "shop-43");
    partner.delete_instance_account(7).await.unwrap();
    let of_others = || async { partner.get_instance(7).await.unwrap().deleted() };
    tokio::time::sleep(Duration::from_secs(599)).await;
    partner.ensure_instance(shop()).await.unwrap();
    assert_eq!((received(&mock, CREATE).len(), of_others().await), (1, true));
    tokio::time::sleep(Duration::from_secs(1)).await;
    partner.ensure_instance(shop()).await.unwrap();
    assert_eq!((received(&mock, CREATE).len(), of_others().await), (2, false));
}

#[tokio::test]
async fn of_several_the_oldest_that_is_listed_comes_before_one_that_no_list_shows_yet() {
    let (mock, partner) = start_with(json!({"listLagMs": 3_600_000})).await;
    put_named(&mock, 9_999_999_999, "shop-42");
    partner.create_instance(shop()).await.unwrap();
    assert_eq!(partner.ensure_instance(shop()).await.unwrap().id_instance(), 9_999_999_999);
}

#[tokio::test]
async fn an_id_that_is_created_anew_is_live() {
    let (mock, partner) = start().await;
    let first = partner.create_instance(shop()).await.unwrap().id_instance();
    partner.delete_instance_account(first).await.unwrap();
    mock.control().reset();
    let second = partner.create_instance(shop()).await.unwrap().id_instance();
    assert_eq!((first, partner.get_instance(second).await.unwrap().deleted()), (second, false));
}

#[tokio::test]
async fn a_deletion_that_failed_is_not_remembered() {
    let (mock, partner) = start().await;
    put_named(&mock, 7, "shop-42");
    script(&mock, "deleteInstanceAccount", [Fault::json(200, json!({"deleteInstanceAccount": false}))]);
    assert_eq!(code(partner.delete_instance_account(7).await), "refused");
    assert!(!partner.get_instance(7).await.unwrap().deleted());
}

#[tokio::test(start_paused = true)]
async fn one_whose_answer_was_lost_is_remembered_once_it_is_found() {
    let (mock, partner) = start().await;
    script(&mock, CREATE, [Fault::cut(Cut::AfterAction)]);
    let found = partner.ensure_instance(shop()).await.unwrap().id_instance();
    script(&mock, LIST, [always(Fault { body: Some(json!([])), ..Fault::default() })]);
    assert_eq!(partner.ensure_instance(shop()).await.unwrap().id_instance(), found);
    assert_eq!(received(&mock, CREATE).len(), 1);
}

#[tokio::test]
async fn one_whose_caller_has_left_is_remembered_all_the_same() {
    let (mock, partner) = start_with(json!({"listLagMs": 3_600_000})).await;
    script(&mock, CREATE, [Fault { act: false, ..Fault::hold() }]);
    let mut left = partner.onboard(shop(), AuthorizeOptions::default());
    tokio::select! {
        event = left.next() => panic!("{event:?}"),
        () = until(&mock, CREATE, Outcome::Held, 1) => {}
    }
    drop(left);
    mock.control().release();
    let mut events = partner.onboard(shop(), AuthorizeOptions::default());
    let Some(Ok(Event::Created(created))) = events.next().await else { panic!("no event") };
    assert_eq!((created.is_new(), received(&mock, CREATE).len()), (Some(false), 1));
}

#[tokio::test]
async fn clients_remember_for_themselves() {
    let (mock, partner) = start_with(json!({"listLagMs": 3_600_000})).await;
    partner.ensure_instance(shop()).await.unwrap();
    builder(&mock).build().unwrap().ensure_instance(shop()).await.unwrap();
    assert_eq!(received(&mock, CREATE).len(), 2);
}

#[tokio::test]
async fn one_that_no_list_shows_yet_is_as_young_as_it_is() {
    let (mock, partner) = start_with(json!({
        "listLagMs": 3_600_000, "warmUp": [{"stage": "unauthorized", "answers": 9}],
    }))
    .await;
    let created = partner.ensure_instance(shop()).await.unwrap();
    let again = partner.ensure_instance(shop()).await.unwrap();
    for one in [&created, &again] {
        let instance = partner.instance_of_listed(one).unwrap();
        assert_eq!(code(instance.get_state_instance().await), "not_ready");
    }
    put(&mock, json!({"idInstance": 7, "apiTokenInstance": "abc"}));
    let old = partner.instance(7, "wrong").unwrap();
    assert_eq!(code(old.get_state_instance().await), "unauthorized");
}

/// A mock with these options, and a client for it.
async fn start_with(options: Value) -> (MockServer, PartnerClient) {
    let (mock, partner) = start().await;
    change(&mock, options);
    (mock, partner)
}

fn change(mock: &MockServer, options: Value) {
    let Value::Object(options) = options else { panic!() };
    mock.control().change_options(&Map::from_iter(options)).unwrap();
}
