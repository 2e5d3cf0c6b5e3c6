//! Support of the tests of bulk runs.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use greenapi_partner::{BulkItem, CreateInstance, Error, Run, Table};
use greenapi_partner_mock::{MockServer, RecordedRequest};

use super::{CREATE, received};

/// A path in an empty folder of its own: `…/shops.journal`.
pub(crate) fn journal_path() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("bulk-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder.join("shops.journal")
}

/// `a-0`, `a-1` …
pub(crate) fn specs(count: usize) -> Vec<CreateInstance> {
    (0..count).map(|index| CreateInstance::named(format!("a-{index}"))).collect()
}

/// All items as they stand at the end, in the order in which they were given, and how the run ended.
pub(crate) async fn to_end(mut run: Run<BulkItem>) -> (Table<BulkItem>, Result<(), Error>) {
    let mut ended = Ok(());
    while let Some(result) = run.next().await {
        ended = result.map(drop);
    }
    (run.report(), ended)
}

/// The same of a run that ends well.
pub(crate) async fn report(run: Run<BulkItem>) -> Table<BulkItem> {
    let (report, ended) = to_end(run).await;
    ended.unwrap();
    report
}

/// The run's own error.
pub(crate) async fn refusal(run: Run<BulkItem>) -> Error {
    to_end(run).await.1.unwrap_err()
}

pub(crate) fn statuses(report: &Table<BulkItem>) -> Vec<String> {
    report.iter().map(|item| item.status().unwrap().to_owned()).collect()
}

pub(crate) fn reasons(report: &Table<BulkItem>) -> Vec<String> {
    report.iter().map(|item| item.reason().unwrap_or_default().to_owned()).collect()
}

/// The codes of the items' errors.
pub(crate) fn codes(report: &Table<BulkItem>) -> Vec<&'static str> {
    report.iter().map(|item| item.error().map_or("", |error| error.code().as_str())).collect()
}

/// The names of the live instances, sorted.
pub(crate) fn live(mock: &MockServer) -> Vec<String> {
    let instances = mock.control().instances();
    let live = instances.into_iter().filter(|one| one.deleted_at.is_none()).map(|one| one.name);
    let mut names: Vec<_> = live.collect();
    names.sort();
    names
}

/// The names that were asked for, in order of arrival.
pub(crate) fn created_names(mock: &MockServer) -> Vec<String> {
    let name = |request: RecordedRequest| request.json().unwrap()["name"].as_str().unwrap().to_owned();
    received(mock, CREATE).into_iter().map(name).collect()
}
