//! Names: whoever asks, from wherever, gets the one instance.

use std::{collections::HashSet, time::Duration};

use greenapi_partner::{CallOptions, CreateInstance, EnsureOptions};
use greenapi_partner_mock::{Cut, Fault, Outcome};
use serde_json::json;

use crate::ground::{CREATE, Ground, LIST, SHORT, code, has_waited, shop};

#[tokio::test(flavor = "multi_thread")]
async fn of_many_workers_that_ask_at_once_one_creates() {
    let ground = Ground::new().await;
    let slow = Fault { delay_ms: Some(150), times: Some(-1), ..Fault::default() };
    ground.script(CREATE, [slow]);
    let mut calls = Vec::new();
    for _ in 0..4 {
        let worker = ground.worker();
        for number in 0..10 {
            let worker = worker.clone();
            let name = format!("shop-{number}");
            calls.push(tokio::spawn(async move {
                let ensured = worker.ensure_instance(CreateInstance::named(&name)).await.unwrap();
                (name, ensured.id_instance(), ensured.api_token_instance().map(ToOwned::to_owned))
            }));
        }
    }
    let mut answers = HashSet::new();
    for call in calls {
        answers.insert(call.await.unwrap());
    }
    assert_eq!(answers.len(), 10, "everybody got the same of each name, with its token");
    assert_eq!((ground.live(), ground.received(CREATE)), (10, 10));
}

#[tokio::test]
async fn a_known_name_is_answered_without_the_list() {
    let ground = Ground::new().await;
    let created = ground.worker().ensure_instance(shop()).await.unwrap();
    assert!(created.is_new());
    let lists = ground.received(LIST);
    let known = ground.worker().ensure_instance(shop()).await.unwrap();
    assert_eq!(known.id_instance(), created.id_instance());
    assert_eq!(known.api_token_instance(), created.api_token_instance());
    assert!(!known.is_new());
    assert_eq!(ground.received(LIST), lists);
}

#[tokio::test]
async fn a_row_that_is_old_is_confirmed_by_one_list() {
    let ground = Ground::new().await;
    ground.worker().ensure_instance(shop()).await.unwrap();
    ground.worker().ensure_instance(CreateInstance::named("shop-43")).await.unwrap();
    let lists = ground.received(LIST);
    let doubting = ground.worker_of(ground.store().fresh(Duration::ZERO));
    doubting.ensure_instance(shop()).await.unwrap();
    assert_eq!(ground.received(LIST), lists + 1);
    assert_eq!(ground.received(CREATE), 2);
}

#[tokio::test]
async fn a_deletion_frees_the_name() {
    let ground = Ground::new().await;
    let first = ground.worker().ensure_instance(shop()).await.unwrap();
    ground.worker().delete_instance_account(first.id_instance()).await.unwrap();
    let second = ground.worker().ensure_instance(shop()).await.unwrap();
    assert_ne!(second.id_instance(), first.id_instance());
    assert!(second.is_new());
}

/// An earlier try that nobody heard of has deleted it.
#[tokio::test]
async fn a_deletion_that_finds_nothing_left_frees_the_name() {
    let ground = Ground::new().await;
    let first = ground.worker().ensure_instance(shop()).await.unwrap();
    let gone = Fault::json(200, json!({ "code": 404, "description": "Not found" }));
    ground.script("deleteInstanceAccount", [Fault { act: true, ..gone }]);
    assert_eq!(code(ground.worker().delete_instance_account(first.id_instance()).await), "not_found");
    assert_ne!(ground.worker().ensure_instance(shop()).await.unwrap().id_instance(), first.id_instance());
}

#[tokio::test]
async fn a_deletion_elsewhere_frees_the_name_once_a_list_shows_it() {
    let ground = Ground::new().await;
    let first = ground.worker().ensure_instance(shop()).await.unwrap();
    let other = ground.worker_without_store();
    other.delete_instance_account(first.id_instance()).await.unwrap();
    assert_eq!(ground.worker().ensure_instance(shop()).await.unwrap().id_instance(), first.id_instance(), "believed");
    ground.worker().get_instances().await.unwrap();
    assert_ne!(ground.worker().ensure_instance(shop()).await.unwrap().id_instance(), first.id_instance());
}

#[tokio::test]
async fn a_deliberate_second_leaves_the_first_where_it_is() {
    let ground = Ground::new().await;
    let first = ground.worker().ensure_instance(shop()).await.unwrap();
    let second = ground.worker().create_instance(shop()).await.unwrap();
    assert_ne!(second.id_instance(), first.id_instance());
    assert_eq!(ground.worker().ensure_instance(shop()).await.unwrap().id_instance(), first.id_instance());
    assert_eq!(ground.live(), 2);
}

#[tokio::test]
async fn what_create_instance_has_created_is_known() {
    let ground = Ground::new().await;
    let created = ground.worker().create_instance(shop()).await.unwrap();
    let known = ground.worker().ensure_instance(shop()).await.unwrap();
    assert_eq!((known.id_instance(), known.is_new()), (created.id_instance(), false));
    assert_eq!(ground.received(CREATE), 1);
}

#[tokio::test]
async fn a_time_of_nothing_is_refused_as_it_is_without_a_store() {
    let ground = Ground::new().await;
    let nothing = CallOptions::timeout(Duration::ZERO);
    let ensuring = EnsureOptions { call: nothing, ..EnsureOptions::default() };
    assert_eq!(code(ground.worker().create_instance_with(shop(), nothing).await), "invalid_request");
    assert_eq!(code(ground.worker().ensure_instance_with(shop(), ensuring).await), "invalid_request");
    assert_eq!(ground.received(CREATE), 0);
}

#[tokio::test]
async fn create_instance_waits_for_who_has_the_name() {
    let ground = Ground::new().await;
    ground.script(CREATE, [Fault { act: true, ..Fault::hold() }]);
    let (one, other) = (ground.worker(), ground.worker());
    let first = tokio::spawn(async move { one.ensure_instance(shop()).await });
    ground.until(CREATE, Outcome::Held, 1).await;
    let second = tokio::spawn(async move { other.create_instance(shop()).await });
    let third = ground.worker();
    // Its connections are there already.
    third.ensure_instance(CreateInstance::named("shop-43")).await.unwrap();
    let short = CallOptions::timeout(Duration::from_secs(2));
    assert!(has_waited(third.create_instance_with(shop(), short).await));
    assert_eq!(ground.received(CREATE), 2);
    ground.mock.control().release();
    let (first, second) = (first.await.unwrap().unwrap(), second.await.unwrap().unwrap());
    assert_ne!(first.id_instance(), second.id_instance());
}

#[tokio::test]
async fn a_lost_reply_is_settled_for_all() {
    let ground = Ground::new().await;
    ground.script(CREATE, [Fault::cut(Cut::AfterAction)]);
    let (one, other) = (ground.worker(), ground.worker());
    let (one, other) = tokio::join!(one.ensure_instance(shop()), other.ensure_instance(shop()));
    assert_eq!(one.unwrap().id_instance(), other.unwrap().id_instance());
    assert_eq!((ground.live(), ground.received(CREATE)), (1, 1));
}

#[tokio::test]
async fn what_nobody_knows_is_never_sent_again_without_a_word() {
    let ground = Ground::new().await;
    ground.script(CREATE, [Fault::cut(Cut::AfterRequest)]);
    let unsettled = EnsureOptions { settle: Some(Duration::ZERO), ..EnsureOptions::default() };
    assert_eq!(code(ground.worker().ensure_instance_with(shop(), unsettled).await), "outcome_unknown");
    for _ in 0..2 {
        assert_eq!(code(ground.worker().ensure_instance(shop()).await), "outcome_unknown");
        assert_eq!(code(ground.worker().create_instance(shop()).await), "outcome_unknown");
    }
    assert_eq!(ground.received(CREATE), 1);
    let again = EnsureOptions { retry_unknown: true, ..EnsureOptions::default() };
    assert!(ground.worker().ensure_instance_with(shop(), again).await.unwrap().is_new());
    assert_eq!((ground.live(), ground.received(CREATE)), (1, 2));
}

#[tokio::test]
async fn what_shows_up_later_settles_what_nobody_knew() {
    let ground = Ground::new().await;
    ground.script(CREATE, [Fault::cut(Cut::AfterRequest)]);
    let unsettled = EnsureOptions { settle: Some(Duration::ZERO), ..EnsureOptions::default() };
    assert_eq!(code(ground.worker().ensure_instance_with(shop(), unsettled).await), "outcome_unknown");
    ground.put_named(77, "shop-42");
    assert_eq!(ground.worker().ensure_instance(shop()).await.unwrap().id_instance(), 77);
    let lists = ground.received(LIST);
    assert_eq!(ground.worker().ensure_instance(shop()).await.unwrap().id_instance(), 77);
    assert_eq!(ground.received(LIST), lists, "it is written down");
}

#[tokio::test]
async fn a_refusal_leaves_the_name_free() {
    let ground = Ground::new().await;
    ground.script(CREATE, [Fault::status(401)]);
    let (one, other) = (ground.worker(), ground.worker());
    assert_ne!(code(one.ensure_instance(shop()).await), "no error");
    assert!(other.ensure_instance(shop()).await.unwrap().is_new());
}

#[tokio::test]
async fn who_leaves_before_anything_was_sent_leaves_the_name_free() {
    let ground = Ground::new().await;
    ground.script(LIST, [Fault::hold()]);
    let worker = ground.worker();
    let call = tokio::spawn(async move { worker.ensure_instance(shop()).await });
    ground.until(LIST, Outcome::Held, 1).await;
    call.abort();
    assert!(ground.worker().ensure_instance(shop()).await.unwrap().is_new());
    assert_eq!(ground.received(CREATE), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_died_while_it_created_is_taken_over_and_nothing_is_sent_again() {
    let ground = Ground::new().await;
    ground.script(CREATE, [Fault { act: true, ..Fault::hold() }]);
    // Its runtime ends as its process would: nothing of it runs on.
    let dying = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let worker = ground.worker_of(ground.store().claim(SHORT));
    dying.spawn(async move { worker.ensure_instance(shop()).await });
    ground.until(CREATE, Outcome::Held, 1).await;
    dying.shutdown_background();
    let found = ground.worker_of(ground.store().claim(SHORT)).ensure_instance(shop()).await.unwrap();
    assert_eq!(found.name(), Some("shop-42"));
    assert_eq!((ground.live(), ground.received(CREATE)), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_died_while_it_created_a_second_one_leaves_the_first_known() {
    let ground = Ground::new().await;
    let first = ground.worker().ensure_instance(shop()).await.unwrap();
    ground.script(CREATE, [Fault::hold()]);
    let dying = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let worker = ground.worker_of(ground.store().claim(SHORT));
    dying.spawn(async move { worker.create_instance(shop()).await });
    ground.until(CREATE, Outcome::Held, 1).await;
    dying.shutdown_background();
    let known = ground.worker().ensure_instance(shop()).await.unwrap();
    assert_eq!((known.id_instance(), known.is_new()), (first.id_instance(), false));
    assert_eq!(ground.live(), 1);
}

#[tokio::test]
async fn the_token_of_another_account_is_refused_before_anything_is_sent() {
    let ground = Ground::new().await;
    ground.worker().ensure_instance(shop()).await.unwrap();
    ground.worker().get_instances().await.unwrap();
    let other = Ground::new().await;
    let foreign = other.worker_of(ground.store());
    for name in ["shop-42", "shop-43"] {
        assert_eq!(code(foreign.ensure_instance(CreateInstance::named(name)).await), "configuration");
        assert_eq!(code(foreign.create_instance(CreateInstance::named(name)).await), "configuration");
    }
    assert_eq!(other.received(CREATE), 0);
    foreign.get_instances().await.unwrap();
    assert!(!ground.worker().ensure_instance(shop()).await.unwrap().is_new(), "its list has freed nothing");
    let apart = other.worker_of(ground.store().account("other"));
    assert!(apart.ensure_instance(shop()).await.unwrap().is_new(), "with an account of its own it may");
}

/// No list has shown them since, for their names were known.
#[tokio::test]
async fn the_token_of_another_account_is_refused_although_no_list_has_shown_what_there_is() {
    let ground = Ground::new().await;
    ground.worker().ensure_instance(shop()).await.unwrap();
    let other = Ground::new().await;
    let foreign = other.worker_of(ground.store());
    assert_eq!(code(foreign.ensure_instance(CreateInstance::named("shop-43")).await), "configuration");
    assert_eq!(other.received(CREATE), 0);
}

#[tokio::test]
async fn an_instance_that_is_deleted_while_a_second_one_is_created_is_not_kept() {
    let ground = Ground::new().await;
    let first = ground.worker().ensure_instance(shop()).await.unwrap();
    ground.script(CREATE, [Fault { act: true, ..Fault::hold() }]);
    let worker = ground.worker();
    let call = tokio::spawn(async move { worker.create_instance(shop()).await });
    ground.until(CREATE, Outcome::Held, 1).await;
    ground.worker().delete_instance_account(first.id_instance()).await.unwrap();
    ground.mock.control().release();
    let second = call.await.unwrap().unwrap();
    let known = ground.worker().ensure_instance(shop()).await.unwrap();
    assert_eq!((known.id_instance(), known.is_new()), (second.id_instance(), false));
    assert_eq!(ground.received(CREATE), 2);
}

#[tokio::test]
async fn a_store_that_cannot_be_reached_is_told_before_anything_is_sent() {
    let ground = Ground::new().await;
    let away = greenapi_partner::Store::builder("postgresql://ann:hidden@127.0.0.1:1/shop").unwrap();
    let worker = ground.worker_of(away);
    let options = EnsureOptions { call: CallOptions::timeout(Duration::from_millis(300)), ..EnsureOptions::default() };
    let error = worker.ensure_instance_with(shop(), options).await.unwrap_err();
    assert_eq!(error.code().as_str(), "unavailable");
    assert!(!format!("{error} {error:?} {worker:?}").contains("hidden"));
    let error =
        worker.create_instance_with(shop(), CallOptions::timeout(Duration::from_millis(300))).await.unwrap_err();
    assert_eq!(error.code().as_str(), "unavailable");
    assert_eq!(ground.received(CREATE), 0);
}

#[tokio::test]
async fn a_token_that_the_client_changes_is_written_down() {
    let ground = Ground::new().await;
    ground.put_old(77, "shop-42");
    let worker = ground.worker();
    let found = worker.ensure_instance(shop()).await.unwrap();
    let token = worker.instance_of_listed(&found).unwrap().update_api_token().await.unwrap();
    let lists = ground.received(LIST);
    let known = ground.worker().ensure_instance(shop()).await.unwrap();
    assert_eq!(known.api_token_instance(), Some(&*token));
    assert_eq!(ground.received(LIST), lists);
}

#[tokio::test]
async fn a_token_that_is_refused_is_looked_up_once() {
    let ground = Ground::new().await;
    ground.put_old(77, "shop-42");
    let worker = ground.worker();
    let listed = worker.ensure_instance(shop()).await.unwrap();
    let token = ground.mock.control().rotate_token(77).unwrap();
    assert_eq!(code(worker.instance_of_listed(&listed).unwrap().get_settings().await), "unauthorized");
    let lists = ground.received(LIST);
    for _ in 0..2 {
        let known = ground.worker().ensure_instance(shop()).await.unwrap();
        assert_eq!(known.api_token_instance(), Some(&*token));
    }
    assert_eq!(ground.received(LIST), lists + 1);
    assert_eq!(ground.received(CREATE), 0);
}
