//! What a store costs: `ensure_instance` of a known name and of a new one, with it and without, in an account of 10,000 names,
//! against a bare query in the same run. On SQLite, and where `STORE_URL` names a PostgreSQL, there:
//!
//! `STORE_URL=postgresql://… cargo bench -p greenapi-partner --bench store`

#![allow(clippy::unwrap_used, clippy::panic, reason = "what cannot be set up is no measurement")]

use std::{
    env,
    io::{self, BufRead as _, BufReader, Write as _},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use greenapi_partner::{CreateInstance, PartnerClient, Store, StoreBuilder};
use greenapi_partner_mock::MockServer;
use rusqlite::Connection;
use serde_json::json;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio_postgres::{Client, NoTls};

const ROWS: usize = 10_000;
const PROCESSES: usize = 16;

fn main() {
    let arguments: Vec<String> = env::args().collect();
    if arguments.get(1).is_some_and(|word| word == WORKER) {
        let place = Place::of_words(&arguments[2..]);
        Runtime::new().unwrap().block_on(work(&place));
    } else if arguments.iter().any(|word| word == "--bench") {
        // Cargo says so; a runner of tests does not.
        Runtime::new().unwrap().block_on(measure());
    }
}

async fn measure() {
    let (mock, folder) = (MockServer::start().await, TempDir::new().unwrap());
    mock.control().add_instances(ROWS);
    let place = Place {
        store: env::var("STORE_URL").unwrap_or_else(|_| folder.path().join("partner.sqlite").display().to_string()),
        schema: format!("bench {}", std::process::id()),
        url: mock.url(),
        token: mock.partner_token(),
    };
    let (with, without) = (place.worker(), place.client().build().unwrap());
    let doubting = place.worker_of(|store| store.fresh(Duration::ZERO));
    ensure(&with, KNOWN).await;
    place.fill(&mock).await;
    let names = |of: &'static str| (0..20).map(move |number| format!("{of}-{number}"));

    let kind = if place.is_url() { "PostgreSQL" } else { "SQLite" };
    println!("{ROWS} names in the account and in the store, {kind}, medians:");
    let new = |client: PartnerClient, names: Vec<String>| async move {
        let mut times = Vec::new();
        for name in names {
            times.push(ensure(&client, &name).await);
        }
        times
    };
    let new_without = line("a new name, without a store", new(without.clone(), names("without").collect()).await);
    let new_with = line("a new name, with it", new(with.clone(), names("with").collect()).await);
    line("and when it has all rows to confirm", new(doubting, names("doubting").collect()).await);
    let known_without = line("a known name, without a store", new(without, names("without").collect()).await);
    let bare = Bare::of(&place).await;
    let (mut asked, mut known) = (Vec::new(), Vec::new());
    for _ in 0..500 {
        asked.push(bare.ask().await);
        known.push(ensure(&with, KNOWN).await);
    }
    let (asked, known) = (line("a bare query", asked), line("a known name, with it", known));
    let at_once = at_once(&place);
    let asked_at_once = line(&format!("a bare query, {PROCESSES} processes at once"), at_once.asked);
    let known_at_once = line(&format!("a known name, {PROCESSES} processes at once"), at_once.known);

    println!("\nmore than a bare query, for a known name: {:.2} ms, x{:.1}", known - asked, known / asked);
    println!("  {PROCESSES} at once: {:.2} ms, x{:.1}", known_at_once - asked_at_once, known_at_once / asked_at_once);
    println!(
        "with a store against without: a known name x{:.3}, a new one x{:.2}",
        known / known_without,
        new_with / new_without
    );
    place.drop_schema().await;
}

/// Prints a median, and gives it in milliseconds.
fn line(what: &str, mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    let milliseconds = |place: usize| times[place].as_secs_f64() * 1_000.0;
    let median = milliseconds(times.len() / 2);
    println!("  {what:<42} {median:>8.2} ms   95 of 100 within {:>8.2} ms", milliseconds(times.len() * 95 / 100));
    median
}

async fn ensure(client: &PartnerClient, name: &str) -> Duration {
    let began = Instant::now();
    client.ensure_instance(CreateInstance::named(name)).await.unwrap();
    began.elapsed()
}

/// Where a process finds all it needs.
struct Place {
    store: String,
    schema: String,
    url: String,
    token: String,
}

impl Place {
    fn of_words(words: &[String]) -> Self {
        let [store, schema, url, token] = words else { panic!("a worker is told four things") };
        Self { store: store.clone(), schema: schema.clone(), url: url.clone(), token: token.clone() }
    }

    fn is_url(&self) -> bool {
        self.store.contains("://")
    }

    fn client(&self) -> greenapi_partner::PartnerClientBuilder {
        PartnerClient::builder().partner_api_url(&self.url).partner_token(&self.token)
    }

    fn worker(&self) -> PartnerClient {
        self.worker_of(|store| store)
    }

    fn worker_of(&self, options: impl Fn(StoreBuilder) -> StoreBuilder) -> PartnerClient {
        let store = options(Store::builder(&self.store).unwrap().schema(&self.schema)).build().unwrap();
        self.client().store(store).build().unwrap()
    }

    /// A row for each instance of the account, as the library would have written it.
    async fn fill(&self, mock: &MockServer) {
        let there: Vec<_> = mock
            .control()
            .instances()
            .iter()
            .filter(|one| one.name != KNOWN)
            .map(|one| json!({ "name": one.name, "id": one.id_instance.to_string() }))
            .collect();
        let there = json!(there).to_string();
        let (table, items) = if self.is_url() {
            (format!("\"{}\".names", self.schema), "jsonb_array_elements($1::jsonb) AS item(value)")
        } else {
            ("names".to_owned(), "json_each($1) AS item")
        };
        let filled = format!(
            "INSERT INTO {table} (account, name, state, id_instance, type_instance, api_token, known_at, changed_at)
             SELECT account, value ->> 'name', state, value ->> 'id', type_instance, api_token, known_at, changed_at
             FROM {table}, {items} WHERE name = '{KNOWN}' ON CONFLICT DO NOTHING"
        );
        if self.is_url() {
            let client = connect(&self.store).await;
            client.query_typed(&filled, &[(&there, tokio_postgres::types::Type::TEXT)]).await.unwrap();
            client.batch_execute(&format!("ANALYZE {table}")).await.unwrap();
        } else {
            Connection::open(&self.store).unwrap().execute(&filled, [there]).unwrap();
        }
    }

    async fn drop_schema(&self) {
        if self.is_url() {
            let dropped = format!("DROP SCHEMA \"{}\" CASCADE", self.schema);
            connect(&self.store).await.batch_execute(&dropped).await.unwrap();
        }
    }
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// The least that a database can be asked: the same driver, one connection, no pool.
enum Bare {
    Postgres(Client),
    Sqlite(Connection),
}

impl Bare {
    async fn of(place: &Place) -> Self {
        if place.is_url() {
            Self::Postgres(connect(&place.store).await)
        } else {
            Self::Sqlite(Connection::open(&place.store).unwrap())
        }
    }

    async fn ask(&self) -> Duration {
        let began = Instant::now();
        match self {
            Self::Postgres(client) => assert_eq!(client.query_typed("SELECT 1", &[]).await.unwrap().len(), 1),
            Self::Sqlite(file) => {
                let count: i64 = file.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap();
                assert!(count > 0);
            }
        }
        began.elapsed()
    }
}

/// What many processes measured at the same time.
#[derive(Default)]
struct AtOnce {
    asked: Vec<Duration>,
    known: Vec<Duration>,
}

fn at_once(place: &Place) -> AtOnce {
    let mut workers: Vec<Child> = (0..PROCESSES)
        .map(|_| {
            Command::new(env::current_exe().unwrap())
                .args([WORKER, &place.store, &place.schema, &place.url, &place.token])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let mut said: Vec<_> =
        workers.iter_mut().map(|worker| BufReader::new(worker.stdout.take().unwrap()).lines()).collect();
    // All are ready before one begins.
    for lines in &mut said {
        lines.next().unwrap().unwrap();
    }
    for worker in &mut workers {
        writeln!(worker.stdin.as_mut().unwrap(), "go").unwrap();
    }
    let mut all = AtOnce::default();
    for line in said.into_iter().flatten() {
        let line = line.unwrap();
        let (what, time) = line.split_once(' ').unwrap();
        let times = if what == "asked" { &mut all.asked } else { &mut all.known };
        times.push(Duration::from_nanos(time.parse().unwrap()));
    }
    for mut worker in workers {
        assert!(worker.wait().unwrap().success());
    }
    all
}

/// One of them.
async fn work(place: &Place) {
    let (client, bare) = (place.worker(), Bare::of(place).await);
    ensure(&client, KNOWN).await;
    println!("ready");
    io::stdin().read_line(&mut String::new()).unwrap();
    let mut times = Vec::new();
    for _ in 0..200 {
        times.push(("asked", bare.ask().await));
        times.push(("known", ensure(&client, KNOWN).await));
    }
    for (what, time) in times {
        println!("{what} {}", time.as_nanos());
    }
}

const WORKER: &str = "worker";
const KNOWN: &str = "known";
