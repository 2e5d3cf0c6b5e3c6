//! Delivery: of many that deliver from a store one does, and another takes over what waits.

use std::time::Duration;

use greenapi_partner::{DeliverOptions, Delivery, PartnerClient, Run};
use greenapi_partner_mock::{Fault, Requests};
use serde_json::json;
use tokio::{runtime, sync::mpsc};

use crate::{
    ground::{Ground, LIST, SHORT, code},
    receiver::{Receiver, Reply},
};

#[tokio::test(flavor = "multi_thread")]
async fn of_many_one_delivers_each_event_once() {
    let ground = Ground::new().await;
    let receiver = Receiver::start().await;
    let (told, mut heard) = mpsc::unbounded_channel();
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let (mut run, told) = (worker(&ground).deliver(to(&receiver)), told.clone());
            tokio::spawn(async move {
                while let Some(Ok(delivered)) = run.next().await {
                    // Whoever has left needs none.
                    let _ = told.send(delivered);
                }
            })
        })
        .collect();
    looks(&ground, 3).await;
    for id in 2..=6 {
        ground.put_named(id, "new");
        assert_eq!(heard.recv().await.unwrap().id_instance(), Some(id));
    }
    looks(&ground, 3).await;
    assert!(heard.try_recv().is_err() && receiver.posted().len() == 5, "nothing is delivered twice");
    workers.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_takes_over_what_waits_and_what_has_changed_meanwhile() {
    let ground = Ground::new().await;
    let down = Receiver::deciding(|_, _| Reply::Status(503, "")).await;
    let dying = runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (client, options) = (worker(&ground), to(&down));
    dying.spawn(async move { client.deliver(options).next().await });
    looks(&ground, 3).await;
    ground.put_named(1, "waits");
    let id = down.until(1).await[0].id().to_owned();
    dying.shutdown_background();
    ground.put_named(2, "while nobody delivered");
    let up = Receiver::start().await;
    let mut run = worker(&ground).deliver(to(&up));
    let mut taken = [next(&mut run).await, next(&mut run).await];
    taken.sort_by_key(Delivery::id_instance);
    assert_eq!(taken[0].id(), Some(id.as_str()));
    assert_eq!(taken.map(|one| one.id_instance()), [Some(1), Some(2)]);
    run.control().stop();
    assert!(run.next().await.is_none());
    // What was delivered is over, for the next one too.
    let mut last = worker(&ground).deliver(to(&up));
    tokio::select! {
        delivered = last.next() => panic!("{delivered:?}"),
        () = looks(&ground, 3) => {}
    }
    assert_eq!(up.posted().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_name_gets_everything() {
    let ground = Ground::new().await;
    let (first, second) = (Receiver::start().await, Receiver::start().await);
    let begin = || [worker(&ground).deliver(to(&first)), worker(&ground).deliver(to(&second).name("others"))];
    // One after the other, so that the looks are its own.
    for mut run in begin() {
        tokio::select! {
            delivered = run.next() => panic!("{delivered:?}"),
            () = looks(&ground, 3) => {}
        }
        run.control().stop();
        assert!(run.next().await.is_none());
    }
    ground.put_named(1, "new");
    for mut run in begin() {
        assert_eq!(next(&mut run).await.id_instance(), Some(1));
    }
    assert_eq!((first.posted().len(), second.posted().len()), (1, 1));
}

#[tokio::test]
async fn it_needs_a_store_of_the_same_account_and_a_name() {
    let ground = Ground::new().await;
    let receiver = Receiver::start().await;
    assert_eq!(code(ground.worker_without_store().deliver(to(&receiver)).next().await.unwrap()), "configuration");
    assert_eq!(code(worker(&ground).deliver(to(&receiver).name(" ")).next().await.unwrap()), "invalid_request");
    ground.put_named(1, "ours");
    let mut run = worker(&ground).deliver(to(&receiver));
    tokio::select! {
        delivered = run.next() => panic!("{delivered:?}"),
        () = looks(&ground, 3) => {}
    }
    run.control().stop();
    assert!(run.next().await.is_none());
    ground.script(LIST, [Fault::json(200, json!([{ "idInstance": 7 }]))]);
    assert_eq!(code(worker(&ground).deliver(to(&receiver)).next().await.unwrap()), "configuration");
}

fn to(receiver: &Receiver) -> DeliverOptions {
    DeliverOptions::new(receiver.url(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        .interval(Duration::from_millis(10))
        .first_wait(Duration::from_millis(10))
}

fn worker(ground: &Ground) -> PartnerClient {
    ground.worker_of(ground.store().claim(SHORT))
}

async fn next(run: &mut Run<Delivery>) -> Delivery {
    run.next().await.unwrap().unwrap()
}

/// Waits until so many looks more were made.
async fn looks(ground: &Ground, more: usize) {
    let count = ground.received(LIST) + more;
    ground.mock.control().wait_for_requests(&Requests::of(LIST), count).await;
}
