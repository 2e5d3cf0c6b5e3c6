//! Troubles of a store: each has the code by which its operator or its caller knows what to do, and nothing is sent.

use std::time::Duration;

use greenapi_partner::{CallOptions, CreateInstance, DeleteDuplicatesOptions, EnsureOptions, PartnerClient};
use greenapi_partner_mock::{Fault, Outcome};
use rusqlite::Connection;
use tokio_postgres::{Client, NoTls};
use url::Url;

use crate::{
    gate::Gate,
    ground::{CREATE, Ground, LIST, SHORT, code, has_waited, shop},
    hearing,
    worker::{Orders, Worker},
};

#[tokio::test]
async fn credentials_that_will_not_do_are_the_operators() {
    let ground = Ground::new().await;
    let Some(url) = database(&ground) else { return };
    let with = |change: &dyn Fn(&mut Url)| {
        let mut url = url.clone();
        change(&mut url);
        url.to_string()
    };
    for (what, address) in [
        ("another password", with(&|url| url.set_password(Some("gone")).unwrap())),
        ("no password", with(&|url| url.set_password(None).unwrap())),
        ("nobody", with(&|url| url.set_username("nobody").unwrap())),
        ("no such database", with(&|url| url.set_path("/nowhere"))),
        ("TLS of a server that has none", with(&|url| url.set_query(Some("sslmode=require")))),
    ] {
        let error = ensure(&ground.worker_of(ground.store_at(&address))).await.unwrap_err();
        // PgBouncer lets who asks for a database that there is not wait for it, and says nothing.
        let is_silent = what == "no such database" && error.code().as_str() == "unavailable";
        assert!(is_silent || error.code().as_str() == "configuration", "{what}: {error}");
        assert!(!format!("{error} {error:?}").contains("gone"), "{what}");
    }
    assert_eq!(ground.received(CREATE), 0);
}

#[tokio::test]
async fn a_role_that_may_not_make_the_tables_uses_those_that_are_there() {
    let ground = Ground::new().await;
    let Some(url) = database(&ground) else { return };
    let (client, schema) = (connected(&url).await, &ground.schema);
    run(&client, &format!("CREATE ROLE \"{schema}\" LOGIN PASSWORD 'other'")).await;
    let mut limited = url.clone();
    limited.set_username(&schema.replace(' ', "%20")).unwrap();
    limited.set_password(Some("other")).unwrap();
    let limited = || ground.store_at(limited.as_str());
    assert_eq!(code(ensure(&ground.worker_of(limited())).await), "configuration", "there are none yet");

    ground.worker().get_instances().await.unwrap();
    let granted = format!(
        "GRANT USAGE ON SCHEMA \"{schema}\" TO \"{schema}\";
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA \"{schema}\" TO \"{schema}\""
    );
    run(&client, &granted).await;
    assert!(ensure(&ground.worker_of(limited())).await.is_ok());

    run(&client, &format!("ALTER ROLE \"{schema}\" SET default_transaction_read_only = on")).await;
    let other = CreateInstance::named("another");
    let options = EnsureOptions { call: CallOptions::timeout(Duration::from_secs(1)), ..EnsureOptions::default() };
    // A pooler may have a connection from before; then it can be written.
    let refused = code(ground.worker_of(limited()).ensure_instance_with(other, options).await);
    assert!(["unavailable", "no error"].contains(&refused), "{refused}");
    assert_eq!(ground.received(CREATE), if refused == "no error" { 2 } else { 1 });
}

/// Whoever asks for the name would be given what is deleted.
#[tokio::test]
async fn a_clean_up_that_cannot_tell_its_store_deletes_nothing() {
    let ground = Ground::new().await;
    ground.put_named(1, "shop-42");
    ground.put_linked(2, "shop-42");
    let (mut gate, address) = Gate::before(&ground).await;
    let worker = ground.worker_of(ground.store_at(&address));
    worker.get_instances().await.unwrap();
    match &mut gate {
        Gate::Way(_) => gate.shut(),
        Gate::File { path, .. } => std::fs::remove_file(path).unwrap(),
    }
    let cleaned = worker.delete_duplicates(DeleteDuplicatesOptions::default().dry_run(false)).collect().await.unwrap();
    let told: Vec<_> = cleaned.iter().map(|item| (item.id_instance(), item.status().map(ToOwned::to_owned))).collect();
    let expected = [(2, "skipped"), (1, "failed")].map(|(id, status)| (Some(id), Some(status.to_owned())));
    assert_eq!(told, expected, "{:?}", cleaned.iter().collect::<Vec<_>>());
    assert_eq!((ground.live(), ground.received("deleteInstanceAccount")), (2, 0));
}

#[tokio::test]
async fn a_role_that_may_make_no_schema_makes_its_tables_in_the_one_it_was_given() {
    let ground = Ground::new().await;
    let Some(mut url) = database(&ground) else { return };
    let schema = &ground.schema;
    let given = format!(
        "CREATE ROLE \"{schema}\" LOGIN PASSWORD 'other'; CREATE SCHEMA \"{schema}\" AUTHORIZATION \"{schema}\""
    );
    run(&connected(&url).await, &given).await;
    url.set_username(&schema.replace(' ', "%20")).unwrap();
    url.set_password(Some("other")).unwrap();
    assert!(ensure(&ground.worker_of(ground.store_at(url.as_str()))).await.is_ok());
}

#[tokio::test]
async fn a_store_that_a_newer_version_has_written_is_left_alone() {
    let ground = Ground::new().await;
    ground.worker().get_instances().await.unwrap();
    match database(&ground) {
        Some(url) => {
            run(&connected(&url).await, &format!("UPDATE \"{}\".version SET done = 1000", ground.schema)).await;
        }
        None => Connection::open(ground.address()).unwrap().pragma_update(None, "user_version", 1000).unwrap(),
    }
    let error = ensure(&ground.worker()).await.unwrap_err();
    assert_eq!(error.code().as_str(), "configuration");
    assert!(error.to_string().contains("newer version"), "{error}");
    assert_eq!(ground.received(CREATE), 0);
}

/// Whoever dropped them has had a reason, or has none any more.
#[tokio::test]
async fn tables_that_were_dropped_meanwhile_are_made_again() {
    let ground = Ground::new().await;
    let Some(url) = database(&ground) else { return };
    let worker = ground.worker();
    worker.ensure_instance(shop()).await.unwrap();
    run(&connected(&url).await, &format!("DROP SCHEMA \"{}\" CASCADE", ground.schema)).await;
    assert!(worker.ensure_instance(CreateInstance::named("another")).await.unwrap().is_new());
}

#[tokio::test]
async fn who_looks_for_leases_makes_no_tables() {
    let ground = Ground::new().await;
    let leases = async || ground.store().build().unwrap().leases().await;
    assert_eq!((leases().await.unwrap(), leases().await.unwrap()), (None, None));
    ground.worker().get_instances().await.unwrap();
    assert_eq!(leases().await.unwrap(), Some(Vec::new()));
    if let Some(url) = database(&ground) {
        let schema = &ground.schema;
        // A table that will not do is not one that is not there.
        let changed = format!("ALTER TABLE \"{schema}\".leases ALTER COLUMN lease_until TYPE text");
        run(&connected(&url).await, &changed).await;
        assert_eq!(leases().await.unwrap_err().code().as_str(), "unavailable");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_tasks_share_few_connections() {
    let ground = Ground::new().await;
    let worker = ground.worker();
    let calls = (0..64).map(|number| {
        let worker = worker.clone();
        let name = format!("shop-{}", number % 16);
        tokio::spawn(async move { worker.ensure_instance(CreateInstance::named(&name)).await.unwrap().id_instance() })
    });
    let mut ids = std::collections::HashSet::new();
    for call in calls.collect::<Vec<_>>() {
        ids.insert(call.await.unwrap());
    }
    assert_eq!((ids.len(), ground.live(), ground.received(CREATE)), (16, 16, 16));
}

#[tokio::test]
async fn a_name_that_no_store_can_hold_is_refused() {
    let ground = Ground::new().await;
    for name in ["a\0b".to_owned(), "a".repeat(4_000)] {
        let worker = ground.worker();
        assert_eq!(code(worker.ensure_instance(CreateInstance::named(&name)).await), "invalid_request");
        assert_eq!(code(worker.create_instance(CreateInstance::named(&name)).await), "invalid_request");
    }
    assert_eq!(ground.received(CREATE), 0);
}

/// What an operator must mend, where a disk that is full for a while is not.
#[tokio::test]
async fn a_file_that_is_damaged_is_the_operators() {
    let ground = Ground::new().await;
    if database(&ground).is_some() {
        return;
    }
    ground.worker().ensure_instance(shop()).await.unwrap();
    let file = Connection::open(ground.address()).unwrap();
    file.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE").unwrap();
    drop(file);
    let mut bytes = std::fs::read(ground.address()).unwrap();
    bytes[PAGE..].fill(0xff);
    std::fs::write(ground.address(), bytes).unwrap();
    assert_eq!(code(ensure(&ground.worker()).await), "configuration");
    assert_eq!(ground.received(CREATE), 1);
}

#[tokio::test]
async fn a_file_that_cannot_be_a_store_is_the_operators() {
    let ground = Ground::new().await;
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    std::fs::write(place("text"), "This is the text of a letter, and of nobody's database.".repeat(20)).unwrap();
    for name in ["text", "text/below", "missing/below"] {
        let worker = ground.worker_of(ground.store_at(&place(name).display().to_string()));
        assert_eq!(code(ensure(&worker).await), "configuration", "{name}");
    }
    assert_eq!(ground.received(CREATE), 0);
}

/// A process that may write no more than is there already is as good as one on a full disk.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_full_is_told_before_anything_is_sent() {
    let ground = Ground::new().await;
    if database(&ground).is_some() {
        return;
    }
    Worker::start(&ground, &Orders::of(["before"])).got().await;
    let got = Worker::start_where_nothing_is_written(&ground, &Orders::of(["shop-42", "before"])).got().await;
    assert_eq!(got[0], ("shop-42".to_owned(), "unavailable".to_owned()));
    assert_eq!(ground.received(CREATE), 1);
    assert!(ground.worker().ensure_instance(shop()).await.unwrap().is_new(), "and there is room again");
}

/// Claims run by the database's clock. One that jumps takes them from who has them, and nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_put_forward_has_nothing_sent_twice() {
    for method in [LIST, CREATE] {
        let ground = Ground::new().await;
        ground.script(method, [Fault { act: true, ..Fault::hold() }]);
        let one = ground.worker();
        let held = tokio::spawn(async move { one.ensure_instance(shop()).await });
        ground.until(method, Outcome::Held, 1).await;
        put_forward(&ground, 1).await;
        let other = ground.worker().ensure_instance(shop()).await.unwrap();
        ground.mock.control().release();
        assert_eq!(held.await.unwrap().unwrap().id_instance(), other.id_instance(), "{method}");
        assert_eq!((ground.live(), ground.received(CREATE)), (1, 1), "{method}");
    }
}

/// What a process had that died is nobody's, until the clock says that its claim has run out.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_put_back_lets_others_wait() {
    let ground = Ground::new().await;
    ground.script(LIST, [Fault::hold()]);
    let mut dying = Worker::start(&ground, &Orders::of(["shop-42"]));
    ground.until(LIST, Outcome::Held, 1).await;
    dying.kill();
    put_forward(&ground, -1).await;
    let options = EnsureOptions { call: CallOptions::timeout(SHORT * 2), ..EnsureOptions::default() };
    assert!(has_waited(ground.worker().ensure_instance_with(shop(), options).await));
    assert_eq!(ground.received(CREATE), 0);
    put_forward(&ground, 1).await;
    assert!(ground.worker().ensure_instance(shop()).await.unwrap().is_new());
}

#[tokio::test]
async fn who_has_lost_its_name_meanwhile_says_so_and_has_its_instance_all_the_same() {
    let ears = hearing::listen();
    let ground = Ground::new().await;
    ground.script(CREATE, [Fault { act: true, ..Fault::hold() }]);
    let worker = ground.worker();
    let taking = async {
        ground.until(CREATE, Outcome::Held, 1).await;
        alter(&ground, |names| format!("UPDATE {names} SET owner = 'another', sender = 'another'")).await;
        ground.mock.control().release();
    };
    let (created, ()) = tokio::join!(worker.ensure_instance(shop()), taking);
    assert!(created.unwrap().is_new());
    assert_eq!(ears.warnings(), ["the store did not take its instance: another process has the name by now"]);
}

#[tokio::test]
async fn what_is_deleted_frees_its_name_although_the_clock_was_put_back_since() {
    let ground = Ground::new().await;
    let created = ground.worker().ensure_instance(shop()).await.unwrap();
    put_forward(&ground, -23).await;
    ground.worker().delete_instance_account(created.id_instance()).await.unwrap();
    assert!(ground.worker().ensure_instance(shop()).await.unwrap().is_new());
}

/// What a clock that was put forward by so many hours makes of the rows.
async fn put_forward(ground: &Ground, hours: i64) {
    let by = hours * 3_600_000;
    let moved =
        |names: &str| format!("UPDATE {names} SET lease_until = lease_until - {by}, known_at = known_at - {by}");
    alter(ground, moved).await;
}

/// Does this to the table of names.
async fn alter(ground: &Ground, statement: impl Fn(&str) -> String) {
    match database(ground) {
        Some(url) => run(&connected(&url).await, &statement(&format!("\"{}\".names", ground.schema))).await,
        None => Connection::open(ground.address()).unwrap().execute_batch(&statement("names")).unwrap(),
    }
}

/// Thousands of rows would be written before each creation.
#[tokio::test]
async fn a_list_confirms_what_has_not_been_confirmed_of_late_and_writes_nothing_else() {
    let ground = Ground::new().await;
    ground.worker().ensure_instance(shop()).await.unwrap();
    alter(&ground, |names| format!("UPDATE {names} SET known_at = known_at - 1000")).await;
    let created = known_at(&ground).await;
    ground.worker().get_instances().await.unwrap();
    assert_eq!(known_at(&ground).await, created);
    ground.worker_of(ground.store().fresh(Duration::ZERO)).get_instances().await.unwrap();
    assert!(known_at(&ground).await > created);
}

/// A store does not grow with each name that there ever was.
#[tokio::test]
async fn a_name_that_has_been_free_for_a_month_is_forgotten_when_a_list_frees_another() {
    let ground = Ground::new().await;
    let worker = ground.worker();
    let mut ids = Vec::new();
    for name in ["one", "two", "three"] {
        ids.push(worker.ensure_instance(CreateInstance::named(name)).await.unwrap().id_instance());
    }
    worker.delete_instance_account(ids[0]).await.unwrap();
    for (days, id, left) in [(29_i64, ids[1], 3), (2, ids[2], 2)] {
        let by = days * 24 * 3_600_000;
        let aged =
            |names: &str| format!("UPDATE {names} SET changed_at = changed_at - {by}, known_at = known_at - {by}");
        alter(&ground, aged).await;
        ground.worker_without_store().delete_instance_account(id).await.unwrap();
        worker.get_instances().await.unwrap();
        assert_eq!(asked(&ground, "count(*)").await, left, "{days} days later");
    }
}

/// When the only row was last known to be live.
async fn known_at(ground: &Ground) -> i64 {
    asked(ground, "known_at").await
}

/// A number that the table of names has.
async fn asked(ground: &Ground, what: &str) -> i64 {
    if let Some(url) = database(ground) {
        let asked = format!("SELECT {what} FROM \"{}\".names", ground.schema);
        return connected(&url).await.query_typed(&asked, &[]).await.unwrap()[0].get(0);
    }
    let file = Connection::open(ground.address()).unwrap();
    file.query_row(&format!("SELECT {what} FROM names"), [], |row| row.get(0)).unwrap()
}

/// How SQLite divides a file; the first holds what the tables are.
const PAGE: usize = 4096;

async fn ensure(worker: &PartnerClient) -> Result<u64, greenapi_partner::Error> {
    let options = EnsureOptions { call: CallOptions::timeout(Duration::from_secs(5)), ..EnsureOptions::default() };
    worker.ensure_instance_with(shop(), options).await.map(|ensured| ensured.id_instance())
}

/// Where the tests run on PostgreSQL.
pub(crate) fn database(ground: &Ground) -> Option<Url> {
    Url::parse(&ground.address()).ok()
}

pub(crate) async fn connected(url: &Url) -> Client {
    let (client, connection) = tokio_postgres::connect(url.as_str(), NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

async fn run(client: &Client, statements: &str) {
    client.batch_execute(statements).await.unwrap();
}
