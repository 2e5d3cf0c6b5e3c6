//! Secrets: who has a copy of the database has no token, whatever of the library has written into it.

use std::{fs, time::Duration};

use greenapi_partner::{BulkItem, BulkOptions, CreateInstance, DeliverOptions, Run, SetSettings, WatchOptions};
use greenapi_partner_mock::Requests;
use rusqlite::Connection;
use tokio_postgres::SimpleQueryMessage;

use crate::{
    ground::{Ground, LIST, shop},
    receiver::{Receiver, Reply},
    troubles::{connected, database},
};

#[tokio::test(flavor = "multi_thread")]
async fn no_token_is_in_the_database() {
    let ground = Ground::new().await;
    let (worker, store) = (ground.worker(), ground.store().build().unwrap());
    worker.ensure_instance(shop()).await.unwrap();

    let journal = |name| BulkOptions::new().journal(store.journal(name));
    let others = ["shop-43", "shop-44"].map(CreateInstance::named).to_vec();
    to_end(ground.worker_without_store().create_instances(others, journal("spring"))).await;
    let list = worker.get_instances().await.unwrap();
    let ids = list.iter().map(|one| one.id_instance()).collect();
    let settings = SetSettings::new().webhook_url("https://shop.test/hook").webhook_url_token(WEBHOOK_TOKEN);
    to_end(worker.set_instances_settings(ids, settings, journal("settings"))).await;
    ground.ledger().record(&list).unwrap();

    let receiver = Receiver::deciding(|_, _| Reply::Status(503, "")).await;
    let often = Duration::from_millis(10);
    let mut watch = worker.watch(WatchOptions { interval: often, exclusive: true, ..WatchOptions::default() });
    tokio::select! {
        change = watch.next() => panic!("{change:?}"),
        () = looks(&ground) => drop(watch),
    }
    let mut run = worker.deliver(DeliverOptions::new(receiver.url(), SIGNING_SECRET).interval(often));
    let delivering = tokio::spawn(async move { run.next().await.is_some() });
    looks(&ground).await;
    ground.put_named(1, "shop-45");
    receiver.until(1).await;

    let tables = tables(&ground).await;
    let empty: Vec<_> = tables.iter().filter(|(_, rows)| rows.is_empty()).collect();
    assert!(tables.len() >= 8 && empty.is_empty(), "nothing is written there: {empty:?}");
    let mut content = tables.into_iter().map(|(_, rows)| rows).collect::<String>().into_bytes();
    for file in files(&ground) {
        content.extend(fs::read(file).unwrap());
    }
    let mut secrets = vec![ground.mock.partner_token(), WEBHOOK_TOKEN.to_owned(), SIGNING_SECRET.to_owned()];
    secrets.extend(ground.mock.control().instances().into_iter().map(|one| one.api_token_instance));
    for secret in secrets {
        for spelled in [hex(&secret), hex(&secret).to_uppercase(), secret] {
            assert!(!content.windows(spelled.len()).any(|part| part == spelled.as_bytes()));
        }
    }
    delivering.abort();
}

async fn to_end(mut run: Run<BulkItem>) {
    while let Some(item) = run.next().await {
        // New instances warm up, and take no settings yet.
        assert!(matches!(item.unwrap().status(), Some("done" | "failed")));
    }
}

/// Waits until there is something to compare with.
async fn looks(ground: &Ground) {
    let count = ground.received(LIST) + 3;
    ground.mock.control().wait_for_requests(&Requests::of(LIST), count).await;
}

/// Each table, with all that its rows hold.
async fn tables(ground: &Ground) -> Vec<(String, String)> {
    let Some(url) = database(ground) else { return tables_of_file(&Connection::open(ground.address()).unwrap()) };
    let (client, schema) = (connected(&url).await, &ground.schema);
    let named = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = $1";
    let mut tables = Vec::new();
    for row in client.query_typed(named, &[(schema, tokio_postgres::types::Type::TEXT)]).await.unwrap() {
        let table: String = row.get(0);
        let all = format!("SELECT string_agg(t::text, '') FROM \"{schema}\".\"{table}\" t");
        let answers = client.simple_query(&all).await.unwrap();
        let rows = answers.iter().filter_map(|answer| match answer {
            SimpleQueryMessage::Row(row) => row.get(0),
            _ => None,
        });
        tables.push((table, rows.collect()));
    }
    tables
}

fn tables_of_file(file: &Connection) -> Vec<(String, String)> {
    let mut all = file.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").unwrap();
    let tables: Vec<String> = all.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let rows = |table: &str| {
        let mut all = file.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let width = all.column_count();
        let row = |row: &rusqlite::Row<'_>| {
            Ok((0..width).map(|place| format!("{:?}", row.get_ref(place))).collect::<Vec<_>>().concat())
        };
        all.query_map([], row).unwrap().map(Result::unwrap).collect::<String>()
    };
    tables.iter().map(|table| (table.clone(), rows(table))).collect()
}

/// The file, and what SQLite keeps beside it.
fn files(ground: &Ground) -> Vec<std::path::PathBuf> {
    if ground.address().contains("://") {
        return Vec::new();
    }
    let address = std::path::PathBuf::from(ground.address());
    let folder = fs::read_dir(address.parent().unwrap()).unwrap();
    folder.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect()
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

const WEBHOOK_TOKEN: &str = "hook-token-of-the-canary";
const SIGNING_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
