//! A watch tells every change once it is noticed, and loses none.

use std::time::Duration;

use greenapi_partner::{Change, Instance, Ledger, PartnerClient, Watch, WatchOptions};
use greenapi_partner_mock::{Cut, Fault, MockServer, Named, Outcome};
use serde_json::{Value, json};
use tokio::task::yield_now;

use crate::support::{
    LIST, always, builder, busy, client, code, file::Place, hearing::listen, put, put_named, received, script, start,
    unpaced, until,
};

const STATE: &str = "getStateInstance";
const TOKEN: &str = "opensesame-of-instance";

#[tokio::test]
async fn every_kind_of_change_is_told_by_kind_and_then_by_id() {
    let (mock, partner) = start().await;
    let one = |id: u64| json!({ "idInstance": id, "name": format!("shop-{id}"), "apiTokenInstance": "a", "isExpired": false });
    let with = |id: u64, changes: Value| {
        let mut item = one(id);
        item.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        item
    };
    let before = json!([one(6), one(5), one(4), one(3), one(2), one(1)]);
    let gone = json!({ "deleted": true, "timeDeleted": "2026-11-20T13:00:00" });
    let after = json!([
        with(9, gone.clone()),
        with(8, json!({ "timeCreated": "2026-11-20T12:00:00" })),
        with(6, json!({ "isExpired": true })),
        with(5, json!({ "apiTokenInstance": "b" })),
        with(4, json!({ "name": "new name" })),
        with(2, gone),
        one(1)
    ]);
    script(&mock, LIST, [Fault::json(200, before), always(Fault::json(200, after))]);
    let mut watch = partner.watch(often());
    let changes = take(&mut watch, 8).await;
    let expected = [
        ("created", 8, "shop-8", None),
        ("created", 9, "shop-9", None),
        ("deleted", 2, "shop-2", None),
        ("deleted", 3, "shop-3", None),
        ("deleted", 9, "shop-9", None),
        ("renamed", 4, "new name", Some(("shop-4", "new name"))),
        ("tokenChanged", 5, "shop-5", None),
        ("expired", 6, "shop-6", None),
    ];
    assert_eq!(changes.iter().map(told).collect::<Vec<_>>(), expected);
    assert_eq!(changes[0].at().unwrap().to_string(), "2026-11-20T09:00:00Z");
    assert_eq!(changes[2].at().unwrap().to_string(), "2026-11-20T10:00:00Z");
    assert!(changes[3].instance().is_none() && changes[3].at().is_some(), "the list has it no longer");
    assert_eq!(changes[2].instance().map(Instance::deleted), Some(true));
    still_quiet(&mock, &mut watch).await;
}

#[tokio::test]
async fn the_first_list_is_the_base_and_an_unchanged_one_is_not_sent_again() {
    let (mock, partner) = start().await;
    put_named(&mock, 1, "shop-1");
    let mut watch = partner.watch(often());
    assert_eq!(watch.snapshot(), None);
    assert_eq!(mock.control().request_count(), 0, "nothing happens before a change is asked for");
    still_quiet(&mock, &mut watch).await;
    let statuses: Vec<_> = received(&mock, LIST).iter().filter_map(|request| request.status).take(3).collect();
    assert_eq!(statuses, [200, 304, 304]);
    put_named(&mock, 2, "shop-2");
    assert_eq!(told(&next(&mut watch).await), ("created", 2, "shop-2", None));
}

#[tokio::test]
async fn nothing_between_two_runs_is_missed() {
    let (mock, partner) = start().await;
    put_named(&mock, 1, "stays");
    put_named(&mock, 2, "goes");
    let snapshot = base(&mut partner.watch(often())).await;
    partner.delete_instance_account(2).await.unwrap();
    put_named(&mock, 3, "comes");
    put_named(&mock, 4, "comes and goes");
    partner.delete_instance_account(4).await.unwrap();
    mock.control().rotate_token(1).unwrap();
    let mut watch = partner.watch(since(snapshot));
    let changes = take(&mut watch, 5).await;
    let expected = [
        ("created", 3, "comes", None),
        ("created", 4, "comes and goes", None),
        ("deleted", 2, "goes", None),
        ("deleted", 4, "comes and goes", None),
        ("tokenChanged", 1, "stays", None),
    ];
    assert_eq!(changes.iter().map(told).collect::<Vec<_>>(), expected);
    still_quiet(&mock, &mut watch).await;
    let snapshot = watch.snapshot().unwrap();
    still_quiet(&mock, &mut partner.watch(since(snapshot))).await;
}

#[tokio::test]
async fn a_snapshot_holds_exactly_what_was_handed_out() {
    let (mock, partner) = start().await;
    let mut snapshot = base(&mut partner.watch(often())).await;
    for id in 1..=3 {
        put_named(&mock, id, "new");
    }
    partner.delete_instance_account(3).await.unwrap();
    let mut all = Vec::new();
    for _ in 0..4 {
        let mut watch = partner.watch(since(snapshot));
        let change = next(&mut watch).await;
        all.push((change.kind().unwrap().to_owned(), change.id_instance().unwrap()));
        snapshot = watch.snapshot().unwrap();
    }
    let expected = [("created", 1), ("created", 2), ("created", 3), ("deleted", 3)];
    assert_eq!(all, expected.map(|(kind, id)| (kind.to_owned(), id)));
    still_quiet(&mock, &mut partner.watch(since(snapshot))).await;
}

#[tokio::test]
async fn what_upstream_forgets_of_old_deletions_is_no_change() {
    let (mock, partner) = start().await;
    let deleted = json!([{ "idInstance": 1, "deleted": true }, { "idInstance": 2 }]);
    script(&mock, LIST, [Fault::json(200, deleted), always(Fault::json(200, json!([{ "idInstance": 2 }])))]);
    let mut watch = partner.watch(often());
    still_quiet(&mock, &mut watch).await;
    assert!(!watch.snapshot().unwrap().contains("\"1\""), "{:?}", watch.snapshot());
}

#[tokio::test]
async fn an_outage_is_waited_through_with_a_warning() {
    let (mock, _) = start().await;
    let partner = builder(&mock).max_retries(0).build().unwrap();
    let ears = listen();
    let mut watch = partner.watch(often());
    base(&mut watch).await;
    let outage = [Fault::named(Named::Html502), busy("0"), Fault::named(Named::Garbage), Fault::cut(Cut::AfterRequest)];
    script(&mock, LIST, outage);
    put_named(&mock, 1, "came meanwhile");
    assert_eq!(told(&next(&mut watch).await), ("created", 1, "came meanwhile", None));
    let codes: Vec<_> = ears
        .ours()
        .iter()
        .filter(|event| event.level == tracing::Level::WARN)
        .filter_map(|event| Some(event.field("code")?.to_owned()))
        .collect();
    assert_eq!(codes, ["unavailable", "rate_limited", "protocol", "unavailable"]);
    assert!(!ears.text().contains(&mock.partner_token()));
}

#[tokio::test]
async fn what_does_not_pass_ends_it() {
    let (mock, partner) = start().await;
    let mut watch = partner.watch(often());
    base(&mut watch).await;
    script(&mock, LIST, [Fault::named(Named::Unauthorized)]);
    assert_eq!(code(watch.next().await.unwrap()), "unauthorized");
    assert!(watch.next().await.is_none());
    partner.close();
    assert_eq!(first_error(&partner, often()).await, "configuration");
}

#[tokio::test]
async fn a_change_that_is_taken_back_was_not_handed_out() {
    let (mock, partner) = start().await;
    put_named(&mock, 1, "shop-1");
    let mut watch = partner.watch(often());
    still_quiet(&mock, &mut watch).await;
    let base = watch.snapshot();
    put_named(&mock, 2, "shop-2");
    assert_eq!(told(&next(&mut watch).await).1, 2);
    assert_ne!(watch.snapshot(), base);
    watch.control().take_back();
    assert_eq!(watch.snapshot(), base);
    watch.control().take_back();
    assert_eq!(watch.snapshot(), base, "only the last one can be");
    let mut later = partner.watch(since(base.unwrap()));
    assert_eq!(told(&next(&mut later).await), ("created", 2, "shop-2", None));
}

#[tokio::test]
async fn a_snapshot_that_cannot_be_read_or_is_of_another_account_is_refused() {
    let (mock, partner) = start().await;
    let (_other, stranger) = start().await;
    let snapshot = base(&mut partner.watch(often())).await;
    let newer = snapshot.replace("\"version\":1", "\"version\":2");
    assert_ne!(newer, snapshot);
    for text in
        [String::new(), "{}".to_owned(), snapshot[1..].to_owned(), newer, base(&mut stranger.watch(often())).await]
    {
        assert_eq!(first_error(&partner, since(text)).await, "invalid_request");
    }
    let other_token = builder(&mock).partner_token("gac.another").build().unwrap();
    assert_eq!(first_error(&other_token, since(snapshot)).await, "invalid_request");
    let none_at_once = WatchOptions { concurrency: Some(0), ..often() };
    assert_eq!(first_error(&partner, none_at_once).await, "invalid_request");
}

#[tokio::test]
async fn neither_a_snapshot_nor_a_change_shows_a_token() {
    let (mock, partner) = start().await;
    put(&mock, json!({ "idInstance": 1, "apiTokenInstance": TOKEN }));
    let mut watch = partner.watch(often());
    let snapshot = base(&mut watch).await;
    put(&mock, json!({ "idInstance": 2, "apiTokenInstance": TOKEN }));
    let change = next(&mut watch).await;
    let shown = format!("{snapshot} {change:?} {} {watch:?}", Value::Object(change.to_json(false)));
    assert!(shown.contains("\"1\"") && !shown.contains(TOKEN) && !shown.contains(&mock.partner_token()), "{shown}");
}

#[tokio::test]
async fn stopped_it_ends_for_whoever_waits() {
    let (mock, partner) = start().await;
    let mut watch = partner.watch(WatchOptions { interval: Duration::from_secs(3600), ..often() });
    let control = watch.control();
    let (next, ()) = tokio::join!(watch.next(), async {
        until(&mock, LIST, Outcome::Answered, 1).await;
        control.stop();
    });
    assert!(next.is_none() && watch.next().await.is_none());
    assert_eq!(received(&mock, LIST).len(), 1);
}

#[tokio::test]
async fn states_are_told_when_they_change_and_kept_when_they_cannot_be_had() {
    let (mock, partner) = unpaced().await;
    put(&mock, json!({ "idInstance": 1, "name": "shop-1", "phone": "79000000001" }));
    put(&mock, json!({ "idInstance": 2, "name": "shop-2", "createdAt": "2026-01-01T00:00:00Z" }));
    let mut watch = partner.watch(states());
    base(&mut watch).await;
    script(&mock, STATE, [Fault::status(401), Fault::status(404)]);
    still_quiet(&mock, &mut watch).await;
    mock.control().unlink(1).unwrap();
    let unlinked = ("stateChanged", 1, "shop-1", Some(("authorized", "notAuthorized")));
    assert_eq!(told(&next(&mut watch).await), unlinked);
    mock.control().scan(2, None).unwrap();
    let snapshot = watch.snapshot().unwrap();
    let mut later = partner.watch(WatchOptions { since: Some(snapshot), ..states() });
    let linked = ("stateChanged", 2, "shop-2", Some(("notAuthorized", "authorized")));
    assert_eq!(told(&next(&mut later).await), linked);
    still_quiet(&mock, &mut later).await;
}

/// Whoever goes on from there, be it from a snapshot or a ledger, the state is the one that was told.
#[tokio::test]
async fn a_state_that_is_held_back_is_told_by_the_next_run() {
    let (mock, partner) = unpaced().await;
    put(&mock, json!({ "idInstance": 1, "name": "shop-1", "phone": "79000000001" }));
    let ledger = Ledger::open(":memory:").unwrap();
    let settled = || WatchOptions { settle: true, ledger: Some(ledger.clone()), ..states() };
    let mut first = partner.watch(settled());
    still_quiet(&mock, &mut first).await;
    let restless = ["starting", "notAuthorized"].into_iter().cycle().take(1_000);
    let restless = restless.map(|state| Fault::json(200, json!({ "stateInstance": state })));
    mock.control().add_faults(STATE, restless).unwrap();
    still_quiet(&mock, &mut first).await;
    let snapshot = first.snapshot().unwrap();
    drop(first);
    mock.control().clear_faults();
    mock.control().unlink(1).unwrap();
    let unlinked = ("stateChanged", 1, "shop-1", Some(("authorized", "notAuthorized")));
    let looks = received(&mock, LIST).len();
    let since = WatchOptions { since: Some(snapshot), settle: true, ..states() };
    assert_eq!(told(&next(&mut partner.watch(since)).await), unlinked);
    assert!(received(&mock, LIST).len() - looks >= 2, "it was held back for a look");
    assert_eq!(told(&next(&mut partner.watch(settled())).await), unlinked);
}

#[tokio::test]
async fn the_first_state_of_a_new_instance_is_a_change_and_that_of_a_known_one_is_none() {
    let (mock, partner) = unpaced().await;
    put_named(&mock, 1, "known");
    let snapshot = base(&mut partner.watch(often())).await;
    put_named(&mock, 2, "new");
    mock.control().set_state(2, None).unwrap();
    let mut watch = partner.watch(WatchOptions { since: Some(snapshot), ..states() });
    assert_eq!(told(&next(&mut watch).await), ("created", 2, "new", None));
    still_quiet(&mock, &mut watch).await;
    mock.control().set_state(2, Some("notAuthorized")).unwrap();
    let first = next(&mut watch).await;
    assert_eq!((first.kind(), first.before(), first.after()), (Some("stateChanged"), None, Some("notAuthorized")));
}

#[tokio::test]
async fn a_host_that_does_not_answer_holds_up_no_look() {
    let (mock, _) = unpaced().await;
    let partner = builder(&mock).pacing(false).max_retries(0).build().unwrap();
    for id in 1..=50 {
        put_named(&mock, id, "shop");
    }
    script(&mock, STATE, [always(Fault::status(502))]);
    let mut watch = partner.watch(WatchOptions { concurrency: Some(1), ..states() });
    base(&mut watch).await;
    assert_eq!(received(&mock, STATE).len(), 8);
    put_named(&mock, 51, "new");
    assert_eq!(told(&next(&mut watch).await), ("created", 51, "new", None));
}

#[tokio::test]
async fn a_ledger_remembers_for_the_next_run_and_is_written_once_all_was_handed_out() {
    let (mock, partner) = unpaced().await;
    put(&mock, json!({ "idInstance": 1, "name": "shop-1", "phone": "79000000001" }));
    let place = Place::new();
    let open = || Ledger::open(place.path("ledger")).unwrap();
    let remembering = || WatchOptions { ledger: Some(open()), ..states() };
    still_quiet(&mock, &mut partner.watch(remembering())).await;
    assert_eq!(open().rows().unwrap().iter().map(|row| row.ever_linked).collect::<Vec<_>>(), [Some(true)]);
    put_named(&mock, 2, "shop-2");
    mock.control().unlink(1).unwrap();
    let expected = [
        ("created", 2, "shop-2", None),
        ("stateChanged", 1, "shop-1", Some(("authorized", "notAuthorized"))),
        ("stateChanged", 2, "shop-2", Some(("", "notAuthorized"))),
    ];
    let mut cut_off = partner.watch(remembering());
    assert_eq!(told(&next(&mut cut_off).await), expected[0]);
    drop(cut_off);
    assert_eq!(open().instance_count().unwrap(), 1);
    let mut watch = partner.watch(remembering());
    let changes = take(&mut watch, 3).await;
    assert_eq!(changes.iter().map(told).collect::<Vec<_>>(), expected);
    still_quiet(&mock, &mut watch).await;
    assert_eq!(open().instance_count().unwrap(), 2);
    still_quiet(&mock, &mut partner.watch(remembering())).await;
}

#[tokio::test]
async fn the_first_state_of_a_new_instance_is_told_by_the_next_run_too() {
    let (mock, partner) = unpaced().await;
    let ledger = Ledger::open(":memory:").unwrap();
    let remembering = || WatchOptions { ledger: Some(ledger.clone()), ..states() };
    still_quiet(&mock, &mut partner.watch(remembering())).await;
    put_named(&mock, 1, "new");
    mock.control().set_state(1, None).unwrap();
    let mut watch = partner.watch(remembering());
    assert_eq!(told(&next(&mut watch).await), ("created", 1, "new", None));
    still_quiet(&mock, &mut watch).await;
    mock.control().set_state(1, Some("notAuthorized")).unwrap();
    let first = next(&mut partner.watch(remembering())).await;
    assert_eq!((first.kind(), first.before(), first.after()), (Some("stateChanged"), None, Some("notAuthorized")));
}

#[tokio::test]
async fn a_list_that_was_recorded_by_hand_is_a_base_and_an_unchanged_one_is_seen_again() {
    let (mock, partner) = start().await;
    put_named(&mock, 1, "shop-1");
    let ledger = Ledger::open(":memory:").unwrap();
    ledger.record(&partner.get_instances().await.unwrap()).unwrap();
    let first_seen = ledger.rows().unwrap()[0].first_seen;
    put_named(&mock, 2, "shop-2");
    let mut watch = partner.watch(WatchOptions { ledger: Some(ledger.clone()), ..often() });
    assert_eq!(told(&next(&mut watch).await), ("created", 2, "shop-2", None));
    still_quiet(&mock, &mut watch).await;
    let rows = ledger.rows().unwrap();
    assert_eq!(ledger.recorded_since().unwrap(), Some(first_seen));
    assert!(rows[0].first_seen == first_seen && rows[0].last_seen > rows[1].first_seen, "{rows:?}");
}

#[tokio::test]
async fn a_ledger_of_another_account_is_refused() {
    let (mock, partner) = start().await;
    let (_other, stranger) = start().await;
    let ledger = Ledger::open(":memory:").unwrap();
    let remembering = || WatchOptions { ledger: Some(ledger.clone()), ..often() };
    base(&mut partner.watch(remembering())).await;
    assert_eq!(first_error(&stranger, remembering()).await, "invalid_request");
    base(&mut client(&mock).watch(remembering())).await;
}

fn often() -> WatchOptions {
    WatchOptions { interval: Duration::from_millis(10), ..WatchOptions::default() }
}

fn since(snapshot: String) -> WatchOptions {
    WatchOptions { since: Some(snapshot), ..often() }
}

fn states() -> WatchOptions {
    WatchOptions { states: true, ..often() }
}

async fn next(watch: &mut Watch) -> Change {
    watch.next().await.unwrap().unwrap()
}

async fn take(watch: &mut Watch, count: usize) -> Vec<Change> {
    let mut changes = Vec::new();
    while changes.len() < count {
        changes.push(next(watch).await);
    }
    changes
}

/// Lets a watch take its first list, and gives the snapshot after it.
async fn base(watch: &mut Watch) -> String {
    let control = watch.control();
    let taken = async {
        loop {
            match control.snapshot() {
                Some(snapshot) => return snapshot,
                None => yield_now().await,
            }
        }
    };
    tokio::select! {
        change = watch.next() => panic!("{change:?}"),
        snapshot = taken => snapshot,
    }
}

/// Lets a watch go on for some looks, in which it must find nothing.
async fn still_quiet(mock: &MockServer, watch: &mut Watch) {
    let looks = received(mock, LIST).len();
    tokio::select! {
        change = watch.next() => panic!("{change:?}"),
        () = until_lists(mock, looks + 4) => {}
    }
}

async fn until_lists(mock: &MockServer, count: usize) {
    until(mock, LIST, Outcome::Answered, count).await;
}

async fn first_error(partner: &PartnerClient, options: WatchOptions) -> &'static str {
    code(partner.watch(options).next().await.unwrap())
}

/// Kind, id, name, and what it was before and is after.
fn told(change: &Change) -> (&str, u64, &str, Option<(&str, &str)>) {
    let both = change.after().map(|after| (change.before().unwrap_or_default(), after));
    (change.kind().unwrap(), change.id_instance().unwrap(), change.name().unwrap(), both)
}
