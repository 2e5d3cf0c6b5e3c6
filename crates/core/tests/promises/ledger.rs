//! A ledger keeps what upstream's list forgets, and no token.

use std::fs;
#[cfg(unix)]
use std::path::Path;

use greenapi_partner::{InspectOptions, Ledger, LedgerRow};
use greenapi_partner_mock::Fault;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::support::{LIST, always, code, file::Place, put, put_named, script, start};

const TOKEN: &str = "opensesame-of-instance";

#[tokio::test]
async fn what_a_list_says_of_each_is_kept_over_the_end_of_the_program() {
    let (mock, partner) = start().await;
    put(&mock, json!({ "idInstance": 7, "name": "shop-7", "createdAt": "2026-02-03T04:05:06Z" }));
    put(
        &mock,
        json!({ "idInstance": 1, "tariff": "BUSINESS", "isPartner": false, "deletedAt": "2026-11-01T00:00:00Z",
        "createdAt": "2026-10-01T00:00:00Z" }),
    );
    let place = Place::new();
    let before = Timestamp::now();
    let ledger = Ledger::open(place.path("ledger")).unwrap();
    assert_eq!((ledger.recorded_since().unwrap(), ledger.instance_count().unwrap()), (None, 0));
    ledger.record(&partner.get_instances().await.unwrap()).unwrap();
    drop(ledger);
    let ledger = Ledger::open(place.path("ledger")).unwrap();
    let since = ledger.recorded_since().unwrap().unwrap();
    assert!(since.as_millisecond() >= before.as_millisecond() && since <= Timestamp::now());
    let [first, second] = &ledger.rows().unwrap()[..] else { panic!() };
    assert_eq!((first.id_instance, second.id_instance, ledger.instance_count().unwrap()), (1, 7, 2));
    assert_eq!((second.name.as_deref(), second.tariff.as_deref()), (Some("shop-7"), Some("PARTNER_23")));
    assert_eq!((second.is_partner, second.is_free, first.is_partner), (Some(true), Some(false), Some(false)));
    assert_eq!((second.time_created, second.time_deleted), (Some(time("2026-02-03T04:05:06Z")), None));
    assert_eq!((first.deleted, first.time_deleted), (true, Some(time("2026-11-01T00:00:00Z"))));
    assert_eq!((first.first_seen, first.last_seen, first.vanished_at), (since, since, None));
    assert_eq!((first.ever_linked, first.last_linked_at), (None, None));
}

#[tokio::test]
async fn what_upstream_forgets_after_three_months_stays() {
    let (mock, partner) = start().await;
    put_named(&mock, 1, "short-lived");
    partner.delete_instance_account(1).await.unwrap();
    let ledger = Ledger::open(":memory:").unwrap();
    ledger.record(&partner.get_instances().await.unwrap()).unwrap();
    mock.control().advance_clock(SignedDuration::from_hours(24 * 100));
    let forgotten = partner.get_instances().await.unwrap();
    assert_eq!(forgotten.len(), 0);
    ledger.record(&forgotten).unwrap();
    let row = only(&ledger);
    assert!(row.deleted && row.time_deleted.is_some() && row.vanished_at.is_none(), "{row:?}");
    assert_eq!(row.first_seen, row.last_seen);
}

#[tokio::test]
async fn one_that_is_gone_without_a_word_has_vanished_until_it_is_seen_again() {
    let (mock, partner) = start().await;
    let ledger = Ledger::open(":memory:").unwrap();
    let list = json!([{ "idInstance": 1, "name": "shop-1" }]);
    script(&mock, LIST, [list.clone(), json!([]), json!([]), list].map(|list| Fault::json(200, list)));
    let mut rows = Vec::new();
    for _ in 0..4 {
        ledger.record(&partner.get_instances().await.unwrap()).unwrap();
        rows.push(only(&ledger));
    }
    assert_eq!(rows[0].vanished_at, None);
    let vanished_at = rows[1].vanished_at.unwrap();
    assert!(vanished_at >= rows[1].last_seen && !rows[1].deleted);
    assert_eq!(rows[1], rows[2], "a later list changes nothing of it");
    assert_eq!((rows[1].last_seen, rows[1].name.as_deref()), (rows[0].last_seen, Some("shop-1")));
    assert_eq!((rows[3].vanished_at, rows[3].first_seen), (None, rows[0].first_seen));
}

#[tokio::test]
async fn a_view_is_recorded_as_the_list_that_it_is_of() {
    let (mock, partner) = start().await;
    put_named(&mock, 1, "shop-1");
    put_named(&mock, 2, "shop-2");
    let ledger = Ledger::open(":memory:").unwrap();
    ledger.record(&partner.get_instances().await.unwrap()).unwrap();
    partner.delete_instance_account(2).await.unwrap();
    ledger.record(&partner.get_instances().await.unwrap().live()).unwrap();
    let rows = ledger.rows().unwrap();
    assert_eq!(
        rows.iter().map(|row| (row.deleted, row.vanished_at)).collect::<Vec<_>>(),
        [(false, None), (true, None)]
    );
}

#[tokio::test]
async fn what_an_older_list_lacks_is_not_taken_back() {
    let (mock, partner) = start().await;
    let ledger = Ledger::open(":memory:").unwrap();
    let full = json!([{ "idInstance": 1, "name": "shop-1", "tariff": "PARTNER_23", "isPartner": true, "deleted": true,
        "timeCreated": "2026-01-01T00:00:00", "timeDeleted": "2026-02-01T00:00:00" }]);
    script(&mock, LIST, [Fault::json(200, full), Fault::json(200, json!([{ "idInstance": 1, "deleted": false }]))]);
    ledger.record(&partner.get_instances().await.unwrap()).unwrap();
    let first = only(&ledger);
    ledger.record(&partner.get_instances().await.unwrap()).unwrap();
    assert_eq!(Said::of(only(&ledger)), Said::of(first));
}

#[tokio::test]
async fn who_was_ever_linked_is_never_unknown_again() {
    let (mock, partner) = start().await;
    put(&mock, json!({ "idInstance": 1, "phone": "79000000001" }));
    put_named(&mock, 2, "never");
    put_named(&mock, 3, "nobody asked");
    let ledger = Ledger::open(":memory:").unwrap();
    let inspect = async |ids: [u64; 2], history| {
        let options = InspectOptions { ids: Some(ids.into()), history, ..InspectOptions::default() };
        let rows: Vec<_> = partner.inspect(options).collect().await.unwrap().iter().collect();
        ledger.record_inspections(&rows).unwrap();
        rows.into_iter().find(|one| one.id_instance() == Some(1)).and_then(|one| one.last_linked_at())
    };
    let linked_at = inspect([1, 2], true).await.unwrap();
    assert_eq!(ledger.rows().unwrap(), [], "what no list has shown is no row yet");
    ledger.record(&partner.get_instances().await.unwrap()).unwrap();
    mock.control().unlink(1).unwrap();
    script(&mock, "getStateInstance", [always(Fault::status(401))]);
    assert_eq!(inspect([1, 2], false).await, None, "nothing is known this time");
    mock.control().clear_faults();
    let cut_short = json!([{ "stateInstance": "notAuthorized", "timestamp": 1 }]);
    script(&mock, "getStateInstanceHistory", [always(Fault::json(200, cut_short))]);
    assert_eq!(inspect([1, 2], true).await, None, "never linked, says this history");
    let known: Vec<_> = ledger.rows().unwrap().into_iter().map(|row| (row.ever_linked, row.last_linked_at)).collect();
    let linked_at = Timestamp::from_millisecond(linked_at.as_millisecond()).unwrap();
    assert_eq!(known, [(Some(true), Some(linked_at)), (Some(false), None), (None, None)]);
}

#[tokio::test]
async fn its_file_holds_no_token_and_is_its_owners_alone() {
    let (mock, partner) = start().await;
    put(&mock, json!({ "idInstance": 1, "apiTokenInstance": TOKEN }));
    let place = Place::new();
    let ledger = Ledger::open(place.path("ledger")).unwrap();
    ledger.record(&partner.get_instances().await.unwrap()).unwrap();
    let files: Vec<_> = fs::read_dir(place.folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!files.is_empty());
    for file in files {
        let bytes = fs::read(&file).unwrap();
        for token in [TOKEN.to_owned(), mock.partner_token()] {
            assert!(!bytes.windows(token.len()).any(|part| part == token.as_bytes()), "{file:?}");
        }
        #[cfg(unix)]
        assert_eq!(mode(&file), 0o600, "{file:?}");
    }
    assert_eq!(format!("{ledger:?}"), "Ledger { .. }");
}

#[cfg(unix)]
#[tokio::test]
async fn what_does_not_stand_where_it_was_opened_is_neither_read_nor_written() {
    let (_mock, partner) = start().await;
    let list = partner.get_instances().await.unwrap();
    for (name, take) in TAKEN_AWAY {
        let place = Place::new();
        let path = place.path("ledger");
        let ledger = Ledger::open(&path).unwrap();
        ledger.record(&list).unwrap();
        take(&path);
        let before = fs::read(&path).ok();
        assert_eq!(code(ledger.record(&list)), "configuration", "{name}");
        let error = ledger.rows().unwrap_err();
        assert!(error.to_string().contains("deleted, moved or replaced"), "{name}: {error}");
        assert_eq!(fs::read(&path).ok(), before, "{name}: what is there now is not ours");
        drop(ledger);
        assert_eq!(
            Ledger::open(&path).unwrap().recorded_since().unwrap(),
            None,
            "{name}: opened anew, it is what is there"
        );
    }
}

#[cfg(unix)]
type Taking = fn(&Path);
#[cfg(unix)]
const TAKEN_AWAY: [(&str, Taking); 4] = [
    ("deleted", |path| fs::remove_file(path).unwrap()),
    ("moved", |path| fs::rename(path, path.with_extension("moved")).unwrap()),
    ("replaced by another ledger", |path| {
        drop(Ledger::open(path.with_extension("new")).unwrap());
        fs::rename(path.with_extension("new"), path).unwrap();
    }),
    ("deleted, and another made there", |path| {
        fs::remove_file(path).unwrap();
        drop(Ledger::open(path).unwrap());
    }),
];

/// By a link or another spelling, it is the same file.
#[cfg(unix)]
#[tokio::test]
async fn many_write_it_at_once_and_each_waits_for_its_turn() {
    let (mock, partner) = start().await;
    for id in 1..=40 {
        put_named(&mock, id, &format!("shop-{id}"));
    }
    let list = partner.get_instances().await.unwrap();
    let place = Place::new();
    let path = place.path("ledger");
    drop(Ledger::open(&path).unwrap());
    std::os::unix::fs::symlink(&path, place.path("soft")).unwrap();
    let write = |name: &str| {
        let ledger = Ledger::open(place.path(name)).unwrap();
        for _ in 0..25 {
            ledger.record(&list).unwrap();
            assert_eq!(ledger.rows().unwrap().len(), 40);
        }
    };
    std::thread::scope(|scope| {
        for name in ["ledger", "soft", "./ledger", "ledger"] {
            scope.spawn(move || write(name));
        }
    });
    let left: Vec<_> = fs::read_dir(place.folder()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "nothing is left beside it: {left:?}");
}

#[cfg(unix)]
#[test]
fn a_ledger_that_others_could_read_is_taken_from_them() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    let path = place.path("ledger");
    drop(Ledger::open(&path).unwrap());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    drop(Ledger::open(&path).unwrap());
    assert_eq!(mode(&path), 0o600);
}

#[test]
fn what_is_no_ledger_is_refused_and_left_as_it_is() {
    let place = Place::new();
    let text = place.path("text");
    fs::write(&text, "a shopping list, which is longer than the head of an SQLite file: ".repeat(40)).unwrap();
    let other = place.path("other");
    rusqlite::Connection::open(&other).unwrap().execute_batch("CREATE TABLE t (x); PRAGMA user_version = 1").unwrap();
    let newer = place.path("newer");
    drop(Ledger::open(&newer).unwrap());
    rusqlite::Connection::open(&newer).unwrap().execute_batch("PRAGMA user_version = 2").unwrap();
    for path in [text, other, newer] {
        let before = fs::read(&path).unwrap();
        let error = Ledger::open(&path).unwrap_err();
        assert_eq!(error.code().as_str(), "invalid_request", "{path:?}");
        assert_eq!(error.to_string().contains("newer"), path.ends_with("newer"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), before);
    }
    assert_eq!(code(Ledger::open(place.path("no folder/ledger"))), "configuration");
}

#[tokio::test]
async fn an_id_of_all_64_bits_is_kept() {
    let (mock, partner) = start().await;
    script(&mock, LIST, [Fault::json(200, json!([{ "idInstance": u64::MAX }, { "idInstance": 1 }]))]);
    let ledger = Ledger::open(":memory:").unwrap();
    ledger.clone().record(&partner.get_instances().await.unwrap()).unwrap();
    assert_eq!(ledger.rows().unwrap().iter().map(|row| row.id_instance).collect::<Vec<_>>(), [1, u64::MAX]);
}

/// What lists have said of an instance.
#[derive(Debug, PartialEq)]
struct Said(Option<String>, Option<String>, Option<bool>, bool, [Option<Timestamp>; 2]);

impl Said {
    fn of(row: LedgerRow) -> Self {
        Self(row.name, row.tariff, row.is_partner, row.deleted, [row.time_created, row.time_deleted])
    }
}

fn only(ledger: &Ledger) -> LedgerRow {
    let [row] = &ledger.rows().unwrap()[..] else { panic!() };
    row.clone()
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[cfg(unix)]
fn mode(path: &std::path::Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}
