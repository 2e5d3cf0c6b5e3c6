//! Races of real processes: whichever of them dies or is held up, wherever it is, and whatever becomes of the store, a name is
//! created once. It is counted where it is billed: upstream.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use greenapi_partner_mock::{Cut, Fault, Outcome};

use crate::{
    gate::{Gate, Way},
    ground::{CREATE, Ground, LIST, code, shop},
    worker::{Orders, Worker},
};

/// Where a process is when it happens.
#[derive(Clone, Copy, Debug, PartialEq)]
enum At {
    /// It has the name, and has sent nothing.
    Claimed,
    /// It has sent a creation that upstream has not acted on.
    Sending,
    /// Upstream has acted, and has not answered.
    Sent,
    /// It has the answer, and has not written it down.
    Answered,
    Done,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq)]
enum How {
    /// kill -9.
    Killed,
    /// SIGSTOP for longer than its claim runs, then SIGCONT.
    Paused,
}

macro_rules! races {
    ($($name:ident: $at:ident, $how:ident;)*) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            // Most of their time is a claim's that runs out.
            let races = [2, 4, 16].map(|processes| tokio::spawn(race(At::$at, How::$how, processes)));
            for race in races {
                race.await.unwrap();
            }
        }
    )*};
}

races! {
    killed_with_a_claim: Claimed, Killed;
    killed_while_it_sends: Sending, Killed;
    killed_before_the_answer: Sent, Killed;
    killed_with_the_answer: Answered, Killed;
    killed_when_all_is_done: Done, Killed;
    paused_with_a_claim: Claimed, Paused;
    paused_while_it_sends: Sending, Paused;
    paused_before_the_answer: Sent, Paused;
    paused_with_the_answer: Answered, Paused;
    paused_when_all_is_done: Done, Paused;
}

/// One process meets its fate with the first name, and all others want that one and more, of which some replies are lost.
async fn race(at: At, how: How, processes: usize) {
    let ground = Ground::new().await;
    let (mut gate, behind_gate) = Gate::before(&ground).await;
    let mut victim = Worker::start(&ground, &Orders { address: Some(behind_gate), ..Orders::of([NAMES[0]]) });
    bring(&ground, &mut gate, &mut victim, at).await;
    match how {
        How::Killed => victim.kill(),
        How::Paused => {
            gate.calm();
            victim.stop();
        }
    }
    gate.open();

    let lost = || Fault::cut(Cut::AfterAction);
    ground.script(CREATE, [lost(), Fault::default(), lost()]);
    // Where upstream never acts, looking for it settles nothing.
    let settle = if at == At::Sending { Duration::from_secs(1) } else { Duration::from_secs(20) };
    let others = (1..processes).map(|place| {
        let names = (0..NAMES.len()).map(|name| NAMES[(name + place) % NAMES.len()]);
        Worker::start(&ground, &Orders { settle, ..Orders::of(names) })
    });
    let mut got = all_of(others.collect()).await;
    let case = format!("{at:?}, {how:?}, {processes} processes");
    if at == At::Sending {
        let of_the_first = got.remove(NAMES[0]);
        assert_eq!(of_the_first, Some(["outcome_unknown".to_owned()].into()), "{case}");
    }
    if how == How::Paused {
        victim.go_on();
        ground.mock.control().release();
        if at != At::Done {
            add(&mut got, victim.got().await);
        }
    }
    let again = Orders { retry_unknown: true, ..Orders::of(NAMES) };
    add(&mut got, Worker::start(&ground, &again).got().await);

    assert_one_of_each(&ground, &got, &case);
    let sent_again = usize::from(at == At::Sending && how == How::Killed);
    assert_eq!(ground.received(CREATE), NAMES.len() + sent_again, "{case}");
}

/// Lets the process come to that point, and no further.
async fn bring(ground: &Ground, gate: &mut Gate, victim: &mut Worker, at: At) {
    // Acted on: the list that it gets in the end is the one of now.
    let held = Fault { act: true, ..Fault::hold() };
    match at {
        At::Claimed => {
            ground.script(LIST, [held]);
            ground.until(LIST, Outcome::Held, 1).await;
        }
        At::Sending => {
            ground.script(CREATE, [Fault::hold()]);
            ground.until(CREATE, Outcome::Held, 1).await;
        }
        At::Sent => {
            ground.script(CREATE, [held]);
            ground.until(CREATE, Outcome::Held, 1).await;
        }
        At::Answered => {
            ground.script(CREATE, [held]);
            ground.until(CREATE, Outcome::Held, 1).await;
            gate.shut();
            ground.mock.control().release();
            ground.until(CREATE, Outcome::Answered, 1).await;
        }
        At::Done => drop(victim.got().await),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_that_find_no_store_yet_make_one() {
    let ground = Ground::new().await;
    let workers = (0..16).map(|_| Worker::start(&ground, &Orders::of(NAMES)));
    let got = all_of(workers.collect()).await;
    assert_one_of_each(&ground, &got, "16 processes");
    assert_eq!(ground.received(CREATE), NAMES.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_goes_away_and_comes_back() {
    for at in [At::Claimed, At::Sending, At::Sent, At::Answered] {
        let ground = Ground::new().await;
        let (mut gate, behind_gate) = Gate::before(&ground).await;
        let orders =
            |names: &[&str]| Orders { address: Some(behind_gate.clone()), ..Orders::of(names.iter().copied()) };
        let mut first = Worker::start(&ground, &orders(&NAMES[..1]));
        bring(&ground, &mut gate, &mut first, at).await;
        if at != At::Answered {
            gate.shut();
        }
        let others: Vec<_> = (0..3).map(|_| Worker::start(&ground, &orders(&NAMES))).collect();
        ground.mock.control().release();
        if at == At::Sent || at == At::Sending {
            ground.until(CREATE, Outcome::Answered, 1).await;
        }
        gate.open();
        let mut got = all_of(others).await;
        add(&mut got, first.got().await);
        assert_one_of_each(&ground, &got, &format!("{at:?}"));
        assert_eq!(ground.received(CREATE), NAMES.len(), "{at:?}");
    }
}

/// Who has its instance is told so; the next who asks finds it in the list.
#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_does_not_come_back_before_the_caller_has_its_instance() {
    let ground = Ground::new().await;
    let (mut gate, behind_gate) = Gate::before(&ground).await;
    let mut first = Worker::start(&ground, &Orders { address: Some(behind_gate), ..Orders::of([NAMES[0]]) });
    bring(&ground, &mut gate, &mut first, At::Answered).await;
    let mut got = BTreeMap::new();
    add(&mut got, first.got().await);
    first.kill();
    gate.open();
    add(&mut got, Worker::start(&ground, &Orders::of(NAMES)).got().await);
    assert_one_of_each(&ground, &got, "it came back when all was over");
    assert_eq!(ground.received(CREATE), NAMES.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_stays_away_is_told_before_anything_is_sent() {
    let ground = Ground::new().await;
    Worker::start(&ground, &Orders::of(["before"])).got().await;
    let (mut gate, behind_gate) = Gate::before(&ground).await;
    gate.shut();
    let orders = Orders { address: Some(behind_gate), timeout: Duration::from_secs(1), ..Orders::of([NAMES[0]]) };
    let got = Worker::start(&ground, &orders).got().await;
    assert_eq!(got, [(NAMES[0].to_owned(), "unavailable".to_owned())]);
    assert_eq!(ground.received(CREATE), 1);
}

/// The statement has done its work, nobody is told, and it is run again: each of those that a creation takes.
#[tokio::test(flavor = "multi_thread")]
async fn a_statement_whose_reply_is_lost_is_run_again() {
    for lost in 1..=16 {
        let ground = Ground::new().await;
        let Some((way, address)) = Way::to(&ground.address()).await else { return };
        way.loses.store(lost, std::sync::atomic::Ordering::SeqCst);
        let worker = ground.worker_of(ground.store_at(&address));
        let first = worker.ensure_instance(shop()).await.unwrap();
        let second = ground.worker().ensure_instance(shop()).await.unwrap();
        assert_eq!(first.id_instance(), second.id_instance(), "reply {lost}");
        assert_eq!((ground.live(), ground.received(CREATE)), (1, 1), "reply {lost}");
    }
}

/// What is open there is as good as lost, and nothing says so: a server that is gone without a word.
#[tokio::test(flavor = "multi_thread")]
async fn connections_that_have_died_silently_are_given_up() {
    let ground = Ground::new().await;
    let Some((way, address)) = Way::to(&ground.address()).await else { return };
    let worker = ground.worker_of(ground.store_at(&address));
    let first = worker.ensure_instance(shop()).await.unwrap();
    way.silence();
    let known = worker.ensure_instance(shop()).await;
    assert_eq!(known.map(|known| known.id_instance()).map_err(|error| error.code()), Ok(first.id_instance()));
    assert_eq!(code(worker.ensure_instance(shop()).await), "no error");
}

type Got = BTreeMap<String, BTreeSet<String>>;

fn add(got: &mut Got, of_one: Vec<(String, String)>) {
    assert!(!of_one.is_empty(), "a worker ended without a word");
    for (name, what) in of_one {
        got.entry(name).or_default().insert(what);
    }
}

async fn all_of(workers: Vec<Worker>) -> Got {
    let mut got = BTreeMap::new();
    for mut worker in workers {
        add(&mut got, worker.got().await);
    }
    got
}

/// Upstream has one live instance of each name, and everybody got that one.
fn assert_one_of_each(ground: &Ground, got: &Got, case: &str) {
    let mut there: Got = BTreeMap::new();
    let instances = ground.mock.control().instances();
    for one in instances.iter().filter(|one| one.deleted_at.is_none()) {
        there.entry(one.name.clone()).or_default().insert(one.id_instance.to_string());
    }
    assert_eq!(*got, there, "{case}");
    assert!(there.values().all(|ids| ids.len() == 1), "{case}: {there:?}");
}

const NAMES: [&str; 4] = ["shop-0", "shop-1", "shop-2", "shop-3"];
