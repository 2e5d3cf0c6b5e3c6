//! A thousand instances through bad weather and a crash, and a hundred days of an account after that: the ledger's bill is
//! what the mock has counted for itself.

use std::{path::Path, time::Duration};

use greenapi_partner::{BulkOptions, Ledger, PartnerClient};
use greenapi_partner_mock::{Cut, Fault, MockServer, Named, Options};
use tokio::runtime::Runtime;

use crate::support::{
    CREATE, builder,
    bulk::{journal_path, live, report, specs, statuses},
    days::{DAYS, agree, live_through_a_day},
};

const COUNT: usize = 1_000;

#[test]
fn the_ledger_agrees_with_the_mocks_own_count_seed_1() {
    hundred_days(1, "2026-01-10T09:12:34Z");
}

#[test]
fn the_ledger_agrees_with_the_mocks_own_count_seed_2() {
    hundred_days(2, "2027-12-01T20:59:50Z");
}

#[test]
fn the_ledger_agrees_with_the_mocks_own_count_seed_3() {
    hundred_days(3, "2026-07-31T21:00:10Z");
}

fn hundred_days(seed: u64, begin: &str) {
    let mock = MockServer::start_blocking(Options::default()).unwrap();
    mock.control().set_clock(begin.parse().unwrap());
    let path = journal_path();
    bad_weather(&mock, seed);
    let mut dice = fastrand::Rng::with_seed(seed);
    dies_after(dice.usize(100..400), &mock, &path);
    in_new_process(&mock, async |partner| report(partner.create_instances(specs(COUNT), options(&path))).await);
    mock.control().clear_faults();
    let last = options(&path).retry_unknown(true);
    let ended = in_new_process(&mock, async |partner| report(partner.create_instances(specs(COUNT), last)).await);
    assert!(statuses(&ended).iter().all(|status| status == "done" || status == "skipped"));
    assert_eq!(live(&mock).len(), COUNT);

    let ledger = Ledger::open(path.with_file_name("ledger")).unwrap();
    in_new_process(&mock, async |partner| {
        for day in 0..DAYS {
            ledger.record_at(&partner.get_instances().await.unwrap(), mock.control().now()).unwrap();
            live_through_a_day(&mock, &partner, &mut dice, day).await;
        }
        ledger.record_at(&partner.get_instances().await.unwrap(), mock.control().now()).unwrap();
    });
    agree(&mock, &ledger, COUNT);
}

fn bad_weather(mock: &MockServer, seed: u64) {
    let weather = [
        (0.03, Fault::cut(Cut::BeforeRequest)),
        (0.03, Fault::cut(Cut::AfterRequest)),
        (0.04, Fault::cut(Cut::AfterAction)),
        (0.03, Fault::named(Named::NoCapacity)),
        (0.03, Fault { retry_after: Some("0".to_owned()), ..Fault::named(Named::RateLimited) }),
        (0.03, Fault { act: true, ..Fault::status(500) }),
        (0.02, Fault::named(Named::SaveError)),
        (0.20, Fault { delay_ms: Some(10), ..Fault::default() }),
    ];
    mock.control().set_weather(CREATE, seed, weather).unwrap();
}

fn options(path: &Path) -> BulkOptions {
    BulkOptions::new().journal(path).timeout(Duration::from_secs(2)).settle(Duration::from_millis(1500))
}

/// A run of which so many results are seen, and then nothing of it is there any more: what is on its way is cut off.
fn dies_after(results: usize, mock: &MockServer, path: &Path) {
    in_new_process(mock, async |partner| {
        let mut run = partner.create_instances(specs(COUNT), options(path));
        for _ in 0..results {
            run.next().await.unwrap().unwrap();
        }
        // Not dropped: a drop would stop it in good order.
        std::mem::forget(run);
    });
}

/// A runtime and a client of its own, which both end with it.
fn in_new_process<T>(mock: &MockServer, work: impl AsyncFnOnce(PartnerClient) -> T) -> T {
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async { work(builder(mock).build().unwrap()).await })
}
