//! Journal: a run of any kind goes on on any host, and one process has it at a time.

use std::{sync::mpsc, thread, time::Duration};

use greenapi_partner::{BulkItem, BulkOptions, CreateInstance, Error, Journal, PartnerClient, Run, SetSettings};
use greenapi_partner_mock::{Fault, Outcome};
use tokio::runtime;

use crate::ground::{CREATE, Ground, SHORT, code};

const DELETE: &str = "deleteInstanceAccount";

#[tokio::test]
async fn what_was_done_is_skipped_by_the_next_process() {
    let ground = Ground::new().await;
    ground.script(CREATE, [Fault::default(), Fault::status(401)]);
    for client in [ground.worker_without_store(), ground.worker()] {
        to_end(client.create_instances(shops(), spring(&ground))).await.1.unwrap();
    }
    let (statuses, ended) = to_end(ground.worker().create_instances(shops(), spring(&ground))).await;
    ended.unwrap();
    assert_eq!(statuses, ["skipped"; 3]);
    assert_eq!((ground.live(), ground.received(CREATE)), (3, 4));
}

#[tokio::test]
async fn names_are_made_of_its_own() {
    let ground = Ground::new().await;
    let unnamed = || vec![CreateInstance::new(), CreateInstance::new()];
    for expected in ["done", "skipped"] {
        let (statuses, _) = to_end(ground.worker_without_store().create_instances(unnamed(), spring(&ground))).await;
        assert_eq!(statuses, [expected; 2]);
    }
    let names: Vec<_> = ground.mock.control().instances().into_iter().map(|one| one.name).collect();
    assert!(names.iter().all(|name| name.starts_with("spring")), "{names:?}");
}

#[tokio::test]
async fn one_with_a_name_that_no_store_can_hold_is_refused() {
    let ground = Ground::new().await;
    for name in ["", " ", "a\0b", &"n".repeat(2_001)] {
        let options = BulkOptions::new().journal(ground.store().build().unwrap().journal(name));
        let error = to_end(ground.worker_without_store().create_instances(shops(), options)).await.1.unwrap_err();
        assert_eq!((error.code().as_str(), ground.received(CREATE)), ("invalid_request", 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_run_has_it_at_a_time_and_the_second_is_told_who() {
    let ground = Ground::new().await;
    ground.script(CREATE, [Fault { act: true, ..Fault::hold() }]);
    let first = tokio::spawn(to_end(ground.worker_without_store().create_instances(shops(), spring(&ground))));
    ground.until(CREATE, Outcome::Held, 1).await;
    for options in [spring(&ground), spring(&ground).dry_run(true)] {
        let error = to_end(ground.worker_without_store().create_instances(shops(), options)).await.1.unwrap_err();
        assert_eq!(error.code().as_str(), "invalid_request");
        let holder = format!("is in use: process {}", std::process::id());
        assert!(error.to_string().contains(&holder) && !error.to_string().contains("hidden"), "{error}");
    }
    let other = BulkOptions::new().journal(ground.store().build().unwrap().journal("autumn"));
    to_end(ground.worker_without_store().create_instances(vec![CreateInstance::named("b")], other)).await.1.unwrap();
    ground.mock.control().release();
    first.await.unwrap().1.unwrap();
    let (statuses, _) = to_end(ground.worker_without_store().create_instances(shops(), spring(&ground))).await;
    assert_eq!(statuses, ["skipped"; 3], "at once, when the first has ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_dies_leaves_what_it_has_sent() {
    let ground = Ground::new().await;
    ground.script(CREATE, [Fault::default(), Fault { act: true, ..Fault::hold() }]);
    let dying = runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let run = (ground.worker_without_store(), short(&ground));
    dying.spawn(async move { to_end(run.0.create_instances(shops(), run.1)).await });
    ground.until(CREATE, Outcome::Held, 1).await;
    dying.shutdown_background();
    let statuses = when_free(|| ground.worker_without_store().create_instances(shops(), short(&ground))).await;
    assert_eq!(statuses, ["skipped", "done", "done"]);
    assert_eq!((ground.live(), ground.received(CREATE)), (3, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_was_held_up_for_longer_than_its_lease_sends_nothing_more() {
    let ground = Ground::new().await;
    for id in 1..=3 {
        ground.put_named(id, "shop");
    }
    ground.script(DELETE, [Fault::default(), Fault { act: true, ..Fault::hold() }]);
    let delete = |client: &PartnerClient, options: BulkOptions| client.delete_instance_accounts(vec![1, 2, 3], options);
    let options = || short(&ground).delete_all(true).logout(false);
    let (begun, first) = mpsc::channel();
    let (go_on, wait) = mpsc::channel::<()>();
    let (client, given) = (ground.worker_without_store(), options());
    let paused = thread::spawn(move || {
        let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut run = delete(&client, given);
            run.next().await.unwrap().unwrap();
            begun.send(()).unwrap();
            // As SIGSTOP does: nothing of this runtime goes on.
            wait.recv().unwrap();
            to_end(run).await
        })
    });
    tokio::task::spawn_blocking(move || first.recv().unwrap()).await.unwrap();
    let (client, given) = (ground.worker_without_store(), options());
    let second = tokio::spawn(when_free(move || delete(&client, given.clone())));
    ground.until(DELETE, Outcome::Held, 1).await;
    go_on.send(()).unwrap();
    let (_, ended) = tokio::task::spawn_blocking(|| paused.join().unwrap()).await.unwrap();
    let error = ended.unwrap_err();
    assert!(error.code().as_str() == "configuration" && error.to_string().contains("held up"), "{error}");
    assert_eq!((ground.live(), ground.received(DELETE)), (1, 2));
    ground.mock.control().release();
    assert_eq!(second.await.unwrap(), ["skipped", "done", "done"]);
    assert_eq!((ground.live(), ground.received(DELETE)), (0, 3));
}

#[tokio::test]
async fn it_is_of_one_run() {
    let ground = Ground::new().await;
    ground.put_named(1, "shop");
    let client = ground.worker_without_store();
    let set = |webhook| SetSettings::new().incoming_webhook(webhook);
    to_end(client.set_instances_settings(vec![1], set(true), spring(&ground))).await.1.unwrap();
    let refused = [
        ("another kind of run", client.reboot_instances(vec![1], spring(&ground))),
        ("other settings", client.set_instances_settings(vec![1], set(false), spring(&ground))),
        ("over other items", client.set_instances_settings(vec![1, 2], set(true), spring(&ground))),
    ];
    for (why, run) in refused {
        let error = to_end(run).await.1.unwrap_err();
        assert!(error.code().as_str() == "invalid_request" && error.to_string().contains(why), "{error}");
    }
    let other = Ground::new().await;
    let elsewhere = other.worker_without_store().set_instances_settings(vec![1], set(true), spring(&ground));
    assert_eq!(code(to_end(elsewhere).await.1), "invalid_request", "of another host");
}

#[tokio::test]
async fn the_token_of_another_account_is_refused_before_anything_is_sent() {
    let ground = Ground::new().await;
    ground.worker().ensure_instance(CreateInstance::named("shop-42")).await.unwrap();
    ground.worker().get_instances().await.unwrap();
    let other = Ground::new().await;
    let (_, ended) = to_end(other.worker_without_store().create_instances(shops(), spring(&ground))).await;
    assert_eq!((code(ended), other.received(CREATE)), ("configuration", 0));
}

#[test]
fn a_path_is_a_file_as_before() {
    for journal in [Journal::from("a/b"), "a/b".to_owned().into(), std::path::Path::new("a/b").into()] {
        assert_eq!(format!("{journal:?}"), "\"a/b\"");
    }
}

fn shops() -> Vec<CreateInstance> {
    (0..3).map(|number| CreateInstance::named(format!("a-{number}"))).collect()
}

/// As another process would have it.
fn spring(ground: &Ground) -> BulkOptions {
    BulkOptions::new().journal(ground.store().build().unwrap().journal("spring")).concurrency(1)
}

fn short(ground: &Ground) -> BulkOptions {
    spring(ground)
        .journal(ground.store().claim(SHORT).build().unwrap().journal("spring"))
        .settle(Duration::from_secs(1))
}

async fn to_end(mut run: Run<BulkItem>) -> (Vec<String>, Result<(), Error>) {
    let mut ended = Ok(());
    while let Some(result) = run.next().await {
        ended = result.map(drop);
    }
    (run.report().iter().map(|item| item.status().unwrap().to_owned()).collect(), ended)
}

/// The same, as soon as the one who has it has lost it.
async fn when_free(run: impl Fn() -> Run<BulkItem>) -> Vec<String> {
    loop {
        let (statuses, ended) = to_end(run()).await;
        match ended {
            Ok(()) => return statuses,
            Err(error) => assert!(error.to_string().contains("is in use"), "{error}"),
        }
    }
}
