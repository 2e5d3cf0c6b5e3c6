//! Soak: under mixed traffic with faults a process holds no more memory, files and threads after a while than before.
//!
//! `SOAK_SECONDS=3600` is the long form; `cargo xtask soak rust` runs it.

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Write as _, stdin},
    process::Stdio,
    time::{Duration, Instant},
};

use greenapi_partner::{
    AuthorizeOptions, BulkOptions, CallOptions, CreateInstance, EnsureOptions, Error, Event, InspectOptions,
    PartnerClient, WatchOptions,
};
use greenapi_partner_mock::{Cut, Drip, Fault, MockServer, Named, Options};
use jiff::SignedDuration;
use serde_json::json;
use tokio::{join, runtime::Runtime, task::JoinSet, time::timeout};

use crate::support::child;

/// How many instances a list has: one that is kept is seen.
const ACCOUNT: usize = 400;
/// After so many the mock forgets all that it knows.
const ROUNDS_OF_A_LIFE: u16 = 100;
/// At least, and as many as there is time for.
const ROUNDS: usize = 24;
const AT_ONCE: usize = 32;
const NAMES: usize = 6;

/// What the system says of a process. Memory in bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Held {
    memory: usize,
    files: usize,
    threads: usize,
}

/// How much more the last third of the rounds may hold than the one before it, by the medians of both.
///
/// Memory: pages of which a part is free are resident, and what the client remembers of its creations, 10,000 of them for 10 minutes, is less than half of it in so short a time. Files: as many connections as may be idle in a pool, or cut just now.
/// Threads: none comes and goes.
const ALLOWED: Held = Held { memory: 3 << 19, files: 4, threads: 1 };

#[test]
fn mixed_traffic_with_faults_holds_no_more_after_a_while() {
    if child::is_child() {
        return Runtime::new().unwrap().block_on(traffic());
    }
    let time = env::var("SOAK_SECONDS").map_or(0, |seconds| seconds.parse().unwrap());
    let end = Instant::now() + Duration::from_secs(time);
    let mock = MockServer::start_blocking(Options::default()).unwrap();
    let (url, token) = (mock.url(), mock.partner_token());
    let variables = [
        ("GREENAPI_PARTNER_TOKEN", token.as_str()),
        ("GREENAPI_PARTNER_API_URL", url.as_str()),
        ("GREENAPI_API_URL", url.as_str()),
        // Each thread may have a heap of its own otherwise, and what one of them keeps free looks like growth.
        ("MALLOC_ARENA_MAX", "1"),
    ];
    let name = "soak::mixed_traffic_with_faults_holds_no_more_after_a_while";
    let mut child = child::command(name, &variables).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut orders, answers) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    let mut told = answers.lines().map(Result::unwrap).filter_map(|line| Held::told(&line));
    let mut rounds = Vec::new();
    while rounds.len() < ROUNDS || Instant::now() < end {
        prepare(&mock, rounds.len());
        writeln!(orders, "{}", rounds.len()).unwrap();
        rounds.push(told.next().expect("the traffic goes on"));
    }
    drop(orders);
    assert!(child.wait().unwrap().success());
    println!("{} rounds: {:?}", rounds.len(), rounds.iter().map(|held| held.memory >> 10).collect::<Vec<_>>());
    assert_eq!(grown(&rounds), [] as [String; 0]);
}

#[test]
fn growth_is_found_and_noise_is_not() {
    let noise: Vec<_> =
        (0..30).map(|at| Held { memory: (50 << 20) + ((at % 3) << 19), files: 20 + at % 4, threads: 9 }).collect();
    assert_eq!(grown(&noise), [] as [String; 0]);
    let warm_up = noise[..10].iter().map(|held| Held { memory: held.memory * 5, ..*held });
    assert_eq!(grown(&warm_up.chain(noise.clone()).collect::<Vec<_>>()), [] as [String; 0]);
    for (what, leak) in [
        ("memory", Held { memory: 1 << 19, files: 0, threads: 0 }),
        ("files", Held { memory: 0, files: 1, threads: 0 }),
        ("threads", Held { memory: 0, files: 0, threads: 1 }),
    ] {
        let grows = |(at, held): (usize, &Held)| Held {
            memory: held.memory + at * leak.memory,
            files: held.files + at * leak.files,
            threads: held.threads + at * leak.threads,
        };
        let found = grown(&noise.iter().enumerate().map(grows).collect::<Vec<_>>());
        assert!(found.len() == 1 && found[0].starts_with(what), "{found:?}");
    }
}

/// One of the figures: what it is called, and how it is read.
type Looked = (&'static str, fn(&Held) -> usize);

/// What the last third of the rounds holds more of than the second one; the first warms up.
fn grown(rounds: &[Held]) -> Vec<String> {
    let third = rounds.len() / 3;
    assert!(third > 0, "{} rounds tell nothing", rounds.len());
    let looked_at: [Looked; 3] =
        [("memory", |held| held.memory), ("files", |held| held.files), ("threads", |held| held.threads)];
    let grown = looked_at.into_iter().filter_map(|(what, of)| {
        let median = |part: &[Held]| {
            let mut all: Vec<_> = part.iter().map(of).collect();
            all.sort_unstable();
            all[all.len() / 2]
        };
        let (middle, last) = (median(&rounds[third..2 * third]), median(&rounds[2 * third..]));
        (last > middle + of(&ALLOWED)).then(|| format!("{what}: {middle}, and then {last}"))
    });
    grown.collect()
}

/// What a round finds: an account of the same size, and weather. Ids never come again.
fn prepare(mock: &MockServer, round: usize) {
    let round = u16::try_from(round % 60_000).unwrap();
    if round % ROUNDS_OF_A_LIFE == 0 {
        mock.control().reset();
        let options =
            json!({ "keepRequests": 100, "instanceRateLimits": false, "pool": 1101 + round / ROUNDS_OF_A_LIFE });
        mock.control().change_options(options.as_object().unwrap()).unwrap();
        mock.control().add_instances(ACCOUNT);
        mock.control().set_weather("*", round.into(), weather()).unwrap();
    }
    // What was deleted in the rounds before is in no list any more.
    mock.control().advance_clock(SignedDuration::from_hours(100 * 24));
}

fn weather() -> Vec<(f64, Fault)> {
    let delay = |ms| Fault { delay_ms: Some(ms), ..Fault::default() };
    let drip = Fault { drip: Some(Drip { chunks: 4, delay_ms: 5 }), ..Fault::default() };
    vec![
        (0.01, Fault::cut(Cut::BeforeRequest)),
        (0.01, Fault::cut(Cut::AfterRequest)),
        (0.01, Fault::cut(Cut::AfterAction)),
        (0.01, Fault::cut(Cut::TruncatedBody)),
        (0.01, Fault::status(500)),
        (0.01, Fault { retry_after: Some("0".into()), ..Fault::named(Named::RateLimited) }),
        (0.01, Fault::named(Named::Garbage)),
        (0.01, Fault::named(Named::Html502)),
        (0.02, drip),
        (0.05, delay(20)),
        (0.001, Fault::hold()),
    ]
}

impl Held {
    /// What the system says of this process, without what its allocator keeps although it is free.
    fn now() -> Self {
        #[cfg(target_env = "gnu")]
        #[expect(unsafe_code, reason = "glibc has no safe name for it")]
        // SAFETY: it takes a number, locks what it looks at, and touches only what is free.
        unsafe {
            libc::malloc_trim(0);
        }
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let told = |name: &str| -> usize {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            line.split_whitespace().next().unwrap().parse().unwrap()
        };
        let files = fs::read_dir("/proc/self/fd").unwrap().count();
        Self { memory: told("VmRSS:") * 1024, files, threads: told("Threads:") }
    }

    fn tell(self) {
        println!("\nheld {} {} {}", self.memory, self.files, self.threads);
    }

    fn told(line: &str) -> Option<Self> {
        let numbers: Vec<usize> = line.strip_prefix("held ")?.split(' ').map(|text| text.parse().unwrap()).collect();
        let [memory, files, threads] = numbers[..] else { panic!("{line}") };
        Some(Self { memory, files, threads })
    }
}

/// A round for each line that comes in.
async fn traffic() {
    // This one lives as long as a service does; each round has another besides.
    let partner = client();
    for line in stdin().lines() {
        let round = line.unwrap();
        join!(
            one_by_one(&partner, format!("one-{round}")),
            runs(&partner, format!("run-{round}")),
            watched(&partner, format!("watched-{round}")),
            of_a_new_client(format!("new-{round}")),
        );
        given_up(leave_nothing(&partner, &format!("-{round}")).await);
        Held::now().tell();
    }
}

/// The mock leaves some calls unanswered, and a wait soaks nothing.
fn client() -> PartnerClient {
    PartnerClient::builder().timeout(Duration::from_secs(1)).max_retries(1).pacing(false).build().unwrap()
}

/// A call that fails is a part of the traffic.
fn given_up<T>(outcome: Result<T, Error>) -> Option<T> {
    outcome.ok()
}

async fn one_by_one(partner: &PartnerClient, name: String) {
    if let Some(created) = given_up(partner.create_instance(CreateInstance::named(&name)).await) {
        given_up(partner.get_instance(created.id_instance()).await);
        given_up(partner.delete_instance_account(created.id_instance()).await);
    }
    let options = EnsureOptions { settle: Some(SETTLE), ..EnsureOptions::default() };
    given_up(partner.ensure_instance_with(CreateInstance::named(name), options).await);
    given_up(partner.get_instances_with(CallOptions::timeout(Duration::from_millis(1))).await);
}

async fn runs(partner: &PartnerClient, name: String) {
    let specs = (0..NAMES).map(|number| CreateInstance::named(format!("{number}-{name}"))).collect();
    let mut run = partner.create_instances(specs, BulkOptions::new().settle(SETTLE));
    while run.next().await.is_some() {}
    let ids: Vec<_> = run.report().iter().filter_map(|item| item.id_instance()).collect();
    let looked_at = || InspectOptions { ids: Some(ids.clone()), ..InspectOptions::default() };
    let mut run = partner.inspect(looked_at());
    while run.next().await.is_some() {}
    // What is left of a run that nobody asks for.
    partner.inspect(looked_at()).next().await;
    delete(partner, ids).await;
}

async fn delete(partner: &PartnerClient, ids: Vec<u64>) {
    let mut run = partner.delete_instance_accounts(ids, BulkOptions::new());
    while run.next().await.is_some() {}
}

async fn watched(partner: &PartnerClient, name: String) {
    let mut watch = partner.watch(WatchOptions { interval: Duration::from_millis(10), ..WatchOptions::default() });
    let control = watch.control();
    join!(async { while watch.next().await.is_some() {} }, async {
        given_up(partner.create_instance(CreateInstance::named(name)).await);
        control.stop();
    });
}

async fn of_a_new_client(name: String) {
    let partner = client();
    join!(at_once(&partner), of_a_flow(&partner, format!("flow-{name}")), of_an_instance(&partner, name));
}

async fn at_once(partner: &PartnerClient) {
    let mut calls = JoinSet::new();
    for number in 0..AT_ONCE {
        let partner = partner.clone();
        // Some of them are cancelled: dropped as they wait.
        let longest = if number % 4 == 0 { Duration::from_millis(2) } else { Duration::MAX };
        calls.spawn(async move { timeout(longest, partner.get_instances()).await.map(given_up).is_ok() });
    }
    calls.join_all().await;
}

async fn of_a_flow(partner: &PartnerClient, name: String) {
    let mut events = partner.onboard(CreateInstance::named(name), AuthorizeOptions::default());
    let code = async {
        while let Some(Ok(event)) = events.next().await {
            if matches!(event, Event::QrCode(_)) {
                break;
            }
        }
    };
    // Most get that far.
    let _ = timeout(Duration::from_millis(300), code).await;
}

async fn of_an_instance(partner: &PartnerClient, name: String) {
    let Some(created) = given_up(partner.create_instance(CreateInstance::named(name)).await) else { return };
    let shop = partner.instance_of_created(&created).unwrap();
    let (mut codes, mut notifications) = (shop.scan_qr_code(), shop.notifications().idle(Duration::from_millis(10)));
    let _ = join!(
        timeout(Duration::from_millis(300), codes.next()),
        timeout(Duration::from_millis(100), notifications.try_next())
    );
}

async fn leave_nothing(partner: &PartnerClient, of_the_round: &str) -> Result<(), Error> {
    let list = partner.get_instances().await?;
    let left = list.iter().filter(|one| !one.deleted() && one.name().is_some_and(|name| name.ends_with(of_the_round)));
    let ids: Vec<_> = left.map(|one| one.id_instance()).collect();
    if !ids.is_empty() {
        delete(partner, ids).await;
    }
    Ok(())
}

const SETTLE: Duration = Duration::from_millis(200);
