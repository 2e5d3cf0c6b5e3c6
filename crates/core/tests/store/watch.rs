//! Watch: of many that are exclusive one tells, and another takes over, with nothing told twice or lost.

use std::{sync::mpsc, thread, time::Duration};

use greenapi_partner::{Change, PartnerClient, Watch, WatchOptions};
use greenapi_partner_mock::{Fault, Requests};
use serde_json::json;
use tokio::{runtime, sync::mpsc as channel, task::JoinHandle, time};

use crate::ground::{Ground, LIST, SHORT, code};

#[tokio::test(flavor = "multi_thread")]
async fn of_many_one_tells_each_change_once() {
    let ground = Ground::new().await;
    ground.put_named(1, "before");
    let (told, mut heard) = channel::unbounded_channel();
    let watchers: Vec<_> = (0..4).map(|_| tell(worker(&ground).watch(exclusive()), told.clone())).collect();
    looks(&ground, 3).await;
    for id in 2..=6 {
        ground.put_named(id, "new");
        assert_eq!(id_of(&heard.recv().await.unwrap()), id);
    }
    looks(&ground, 3).await;
    assert!(heard.try_recv().is_err(), "nothing is told twice");
    watchers.iter().for_each(JoinHandle::abort);
}

#[tokio::test]
async fn what_was_not_asked_past_is_told_by_the_next_and_nothing_else() {
    let ground = Ground::new().await;
    ground.put_named(1, "before");
    let mut first = worker(&ground).watch(exclusive());
    base(&ground, &mut first).await;
    ground.put_named(2, "asked past");
    ground.put_named(3, "not asked past");
    assert_eq!((next(&mut first).await, next(&mut first).await), (2, 3));
    drop(first);
    ground.put_named(4, "between two watches");
    let mut second = worker(&ground).watch(exclusive());
    assert_eq!((next(&mut second).await, next(&mut second).await), (3, 4));
    drop(second);
    ground.script(LIST, [Fault::json(200, json!([{ "idInstance": 1, "name": "before" }]))]);
    let mut third = worker(&ground).watch(exclusive());
    let gone = third.next().await.unwrap().unwrap();
    assert_eq!((gone.kind(), gone.id_instance()), (Some("deleted"), Some(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_takes_over_from_one_that_died() {
    let ground = Ground::new().await;
    let dying = runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (told, _heard) = channel::unbounded_channel();
    let watch = worker(&ground).watch(exclusive());
    dying.spawn(async move { tell(watch, told).await });
    looks(&ground, 3).await;
    dying.shutdown_background();
    ground.put_named(1, "while nobody told");
    assert_eq!(next(&mut worker(&ground).watch(exclusive())).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_was_held_up_tells_nothing_that_another_has_told() {
    let ground = Ground::new().await;
    let (begun, first) = mpsc::channel();
    let (go_on, wait) = mpsc::channel::<()>();
    let mut watch = worker(&ground).watch(exclusive());
    let paused = thread::spawn(move || {
        let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let told = next(&mut watch).await;
            begun.send(told).unwrap();
            // As SIGSTOP does: nothing of this runtime goes on.
            wait.recv().unwrap();
            next(&mut watch).await
        })
    });
    looks(&ground, 2).await;
    ground.put_named(1, "one");
    assert_eq!(tokio::task::spawn_blocking(move || first.recv().unwrap()).await.unwrap(), 1);
    ground.put_named(2, "two");
    let mut second = worker(&ground).watch(exclusive());
    assert_eq!((next(&mut second).await, next(&mut second).await), (1, 2));
    go_on.send(()).unwrap();
    ground.put_named(3, "three");
    assert_eq!(next(&mut second).await, 3);
    base(&ground, &mut second).await;
    drop(second);
    ground.put_named(4, "four");
    assert_eq!(tokio::task::spawn_blocking(|| paused.join().unwrap()).await.unwrap(), 4);
}

/// Nobody need wait until its lease runs out.
#[tokio::test]
async fn one_that_has_ended_leaves_its_place_to_another_at_once() {
    let ground = Ground::new().await;
    let lease = Duration::from_secs(3600);
    let mut watch = ground.worker_of(ground.store().claim(lease)).watch(exclusive());
    base(&ground, &mut watch).await;
    let store = ground.store().build().unwrap();
    assert_eq!(store.leases().await.unwrap().map(|leases| leases.len()), Some(1));
    drop(watch);
    while store.leases().await.unwrap() != Some(Vec::new()) {
        time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_state_that_was_seen_first_is_known_to_the_next() {
    let ground = Ground::new().await;
    ground.put_named(1, "shop");
    let states = || WatchOptions { states: true, ..exclusive() };
    ground.script("getStateInstance", [Fault::status(404)]);
    let mut first = worker(&ground).watch(states());
    base(&ground, &mut first).await;
    drop(first);
    ground.mock.control().set_state(1, Some("blocked")).unwrap();
    let change = worker(&ground).watch(states()).next().await.unwrap().unwrap();
    assert_eq!((change.kind(), change.after()), (Some("stateChanged"), Some("blocked")));
}

#[tokio::test]
async fn it_needs_a_store_of_the_same_account() {
    let ground = Ground::new().await;
    let refused = ground.worker_without_store().watch(exclusive()).next().await.unwrap();
    assert_eq!(code(refused), "configuration");
    ground.put_named(1, "ours");
    base(&ground, &mut worker(&ground).watch(exclusive())).await;
    ground.script(LIST, [Fault::json(200, json!([{ "idInstance": 7 }]))]);
    assert_eq!(code(worker(&ground).watch(exclusive()).next().await.unwrap()), "configuration");
}

fn exclusive() -> WatchOptions {
    WatchOptions { interval: Duration::from_millis(10), exclusive: true, ..WatchOptions::default() }
}

fn worker(ground: &Ground) -> PartnerClient {
    ground.worker_of(ground.store().claim(SHORT))
}

fn tell(mut watch: Watch, told: channel::UnboundedSender<Change>) -> JoinHandle<()> {
    tokio::spawn(async move {
        while let Some(Ok(change)) = watch.next().await {
            // Whoever has left needs no change.
            let _ = told.send(change);
        }
    })
}

/// Waits until so many looks more were made.
async fn looks(ground: &Ground, more: usize) {
    let count = ground.received(LIST) + more;
    ground.mock.control().wait_for_requests(&Requests::of(LIST), count).await;
}

/// Lets it look, with nothing to tell: what it has told by then is written.
async fn base(ground: &Ground, watch: &mut Watch) {
    tokio::select! {
        change = watch.next() => panic!("{change:?}"),
        () = looks(ground, 3) => {}
    }
}

async fn next(watch: &mut Watch) -> u64 {
    id_of(&watch.next().await.unwrap().unwrap())
}

fn id_of(change: &Change) -> u64 {
    change.id_instance().unwrap()
}
