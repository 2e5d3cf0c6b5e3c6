//! A thousand creations, upstream at its worst, and a process that dies in the middle: nothing is created twice.

use std::{collections::BTreeSet, path::Path, process::Stdio, time::Duration};

use greenapi_partner::{BulkOptions, PartnerClient};
use greenapi_partner_mock::{Cut, Fault, MockServer, Named, Options, Outcome, Requests};
use tokio::runtime::Runtime;

use crate::support::{
    CREATE, builder,
    bulk::{journal_path, live, report, specs, statuses},
    child,
};

const COUNT: usize = 1_000;

#[test]
fn it_ends_with_one_instance_for_each_name_seed_1() {
    survives(1);
}

#[test]
fn it_ends_with_one_instance_for_each_name_seed_2() {
    survives(2);
}

#[test]
fn it_ends_with_one_instance_for_each_name_seed_3() {
    survives(3);
}

/// Not only a runtime that ends: a process that gets no chance to close anything.
#[test]
fn a_process_that_is_killed_leaves_a_journal_to_go_on_from() {
    if child::is_child() {
        let path = std::env::var(JOURNAL).unwrap();
        let partner = PartnerClient::builder();
        let run =
            async || report(partner.build().unwrap().create_instances(specs(COUNT), options(path.as_ref()))).await;
        Runtime::new().unwrap().block_on(run());
        return;
    }
    let mock = MockServer::start_blocking(Options::default()).unwrap();
    let path = journal_path();
    let (url, token) = (mock.url(), mock.partner_token());
    let variables = [
        ("GREENAPI_PARTNER_TOKEN", token.as_str()),
        ("GREENAPI_PARTNER_API_URL", url.as_str()),
        (JOURNAL, path.to_str().unwrap()),
    ];
    let name = "bulk_crash::a_process_that_is_killed_leaves_a_journal_to_go_on_from";
    let mut child = child::command(name, &variables).stdout(Stdio::null()).spawn().unwrap();
    let seen = Requests::of(CREATE).that_are(Outcome::Answered);
    Runtime::new().unwrap().block_on(mock.control().wait_for_requests(&seen, 100));
    child.kill().unwrap();
    child.wait().unwrap();
    let begun = mock.control().instances().len();
    assert!((100..COUNT).contains(&begun), "{begun} were created before it was killed");
    for retry_unknown in [false, true] {
        let again = options(&path).retry_unknown(retry_unknown);
        let dry = again.clone().dry_run(true);
        in_new_process(async |partner| report(partner.create_instances(specs(COUNT), dry)).await, &mock);
        in_new_process(async |partner| report(partner.create_instances(specs(COUNT), again)).await, &mock);
        assert_no_name_twice(&mock);
    }
    assert_eq!(mock.control().instances().len(), COUNT);
}

fn survives(seed: u64) {
    let mock = MockServer::start_blocking(Options::default()).unwrap();
    let mut dice = Dice(seed);
    let path = journal_path();
    for _ in 0..2 {
        let faults: Vec<_> = (0..COUNT).map(|_| dice.fault()).collect();
        mock.control().add_faults(CREATE, faults).unwrap();
        dies_after(50 + dice.roll(300), &mock, &path);
        assert_no_name_twice(&mock);
    }
    let resumed =
        in_new_process(async |partner| report(partner.create_instances(specs(COUNT), options(&path))).await, &mock);
    assert_no_name_twice(&mock);
    assert!(resumed.iter().any(|item| item.status() == Some("skipped")), "nothing was left of the first runs");

    mock.control().clear_faults();
    in_new_process(async |partner| report(partner.create_instances(specs(COUNT), options(&path))).await, &mock);
    assert_no_name_twice(&mock);
    let last = options(&path).retry_unknown(true);
    in_new_process(async |partner| report(partner.create_instances(specs(COUNT), last)).await, &mock);
    assert_no_name_twice(&mock);
    assert_eq!(mock.control().instances().len(), COUNT);
    assert_eq!(live(&mock).len(), COUNT);

    let nothing_left =
        in_new_process(async |partner| report(partner.create_instances(specs(COUNT), options(&path))).await, &mock);
    assert!(statuses(&nothing_left).iter().all(|status| status == "skipped"));
}

fn options(path: &Path) -> BulkOptions {
    BulkOptions::new().journal(path).timeout(Duration::from_secs(2)).settle(Duration::from_millis(1500))
}

/// A run of which so many results are seen, and then nothing of it is there any more: what is on its way is cut off.
fn dies_after(results: u64, mock: &MockServer, path: &Path) {
    in_new_process(
        async |partner| {
            let mut run = partner.create_instances(specs(COUNT), options(path));
            for _ in 0..results {
                run.next().await.unwrap().unwrap();
            }
            // Not dropped: a drop would stop it in good order.
            std::mem::forget(run);
        },
        mock,
    );
}

/// A runtime and a client of its own, which both end with it.
fn in_new_process<T>(work: impl AsyncFnOnce(PartnerClient) -> T, mock: &MockServer) -> T {
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async { work(builder(mock).build().unwrap()).await })
}

fn assert_no_name_twice(mock: &MockServer) {
    let names = live(mock);
    let unique: BTreeSet<_> = names.iter().collect();
    assert_eq!(unique.len(), names.len());
}

const JOURNAL: &str = "GREENAPI_TEST_JOURNAL";

/// A small generator, the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn fault(&mut self) -> Fault {
        match self.roll(40) {
            0 => Fault::cut(Cut::BeforeRequest),
            1 => Fault::cut(Cut::ReadingRequest),
            2 => Fault::cut(Cut::AfterRequest),
            3 | 4 => Fault::cut(Cut::AfterAction),
            5 => Fault::cut(Cut::TruncatedBody),
            6 => Fault::named(Named::NoCapacity),
            7 => Fault { retry_after: Some("0".to_owned()), ..Fault::named(Named::RateLimited) },
            8 => Fault::status(500),
            9 => Fault { act: true, ..Fault::status(500) },
            10 => Fault::named(Named::SaveError),
            11 => Fault { act: true, ..Fault::named(Named::Html502) },
            12 if self.roll(4) == 0 => Fault { act: true, ..Fault::hold() },
            13..=20 => Fault { delay_ms: Some(self.roll(20)), ..Fault::default() },
            _ => Fault::default(),
        }
    }
}
