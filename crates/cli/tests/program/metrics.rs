//! `metrics`: what Prometheus reads is what the account is, and what has happened.
#![cfg(unix)]
#![allow(clippy::float_cmp, reason = "these are whole numbers, which floating point has exactly")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, ChildStderr, Command, Stdio},
    time::{Duration, Instant},
};

use greenapi_partner_mock::{Fault, Options, Requests, Simulation};
use jiff::tz;
use serde_json::json;

use crate::account::{Account, program};

/// The program, serving.
struct Served {
    run: Child,
    errors: BufReader<ChildStderr>,
    address: String,
}

/// What one scrape says.
#[derive(Debug)]
struct Scrape {
    text: String,
    series: BTreeMap<String, f64>,
}

impl Served {
    fn begin(account: &Account, arguments: &[&str]) -> Self {
        let mut run = Command::new(program())
            .args(["metrics", "--listen", "127.0.0.1:0"])
            .args(if arguments.contains(&"--interval") { &[][..] } else { &["--interval", "0.1"] })
            .args(arguments)
            .env("GREENAPI_PARTNER_API_URL", account.mock.url())
            .env("GREENAPI_PARTNER_TOKEN", account.mock.partner_token())
            .env("HOME", account.home.path())
            .current_dir(account.home.path())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut errors = BufReader::new(run.stderr.take().unwrap());
        let mut line = String::new();
        errors.read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("metrics at http://").and_then(|url| url.strip_suffix("/metrics"));
        let address = address.unwrap_or_else(|| panic!("{line}")).to_owned();
        Self { run, errors, address }
    }

    /// Asks, and gives the status line with the headers, and the body.
    fn ask(&self, request: &str) -> (String, String) {
        let mut socket = TcpStream::connect(&self.address).unwrap();
        write!(socket, "{request} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }

    fn scrape(&self) -> Scrape {
        let (head, text) = self.ask("GET /metrics");
        assert!(
            head.starts_with("HTTP/1.1 200 ") && head.contains("content-type: text/plain; version=0.0.4"),
            "{head}"
        );
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let series = lines.map(|line| line.rsplit_once(' ').unwrap());
        let series = series.map(|(name, value)| (name.to_owned(), value.parse().unwrap())).collect();
        Scrape { text, series }
    }

    /// Scrapes until it says so.
    #[track_caller]
    fn until(&self, what: &str, is_so: impl Fn(&Scrape) -> bool) -> Scrape {
        let begun = Instant::now();
        loop {
            let scrape = self.scrape();
            if is_so(&scrape) {
                return scrape;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "{what}: {}", scrape.text);
        }
    }

    /// Ends it by Ctrl-C, and gives its exit code and the rest of what it has said.
    fn end(mut self) -> (Option<i32>, String) {
        assert!(Command::new("kill").args(["-INT", &self.run.id().to_string()]).status().unwrap().success());
        let mut rest = String::new();
        self.errors.read_to_string(&mut rest).unwrap();
        (self.run.wait().unwrap().code(), rest)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // After a test that has failed; otherwise it is over.
        let _ = self.run.kill();
        let _ = self.run.wait();
    }
}

impl Scrape {
    /// The value of a series, as it stands in the scrape without `greenapi_partner_`.
    fn value(&self, series: &str) -> Option<f64> {
        self.series.get(&format!("greenapi_partner_{series}")).copied()
    }

    fn is(&self, series: &str, value: u32) -> bool {
        self.value(series) == Some(f64::from(value))
    }

    /// The sum of a metric's series that have this label.
    fn sum(&self, metric: &str, label: &str) -> f64 {
        let prefix = format!("greenapi_partner_{metric}{{");
        self.series
            .iter()
            .filter(|(name, _)| name.starts_with(&prefix) && name.contains(label))
            .map(|(_, value)| value)
            .sum()
    }

    fn has_looked(&self) -> bool {
        self.value("last_look_timestamp_seconds").is_some()
    }

    /// The help line of each metric.
    fn help(&self) -> BTreeMap<&str, &str> {
        self.text.lines().filter_map(|line| line.strip_prefix("# HELP ")?.split_once(' ')).collect()
    }
}

/// An account with a past, of which two programs may ask at the same moment.
fn simulated() -> Account {
    let account = Account::with(Options { instance_rate_limits: false, ..Options::default() });
    account.control().simulate(&Simulation { seed: 7, days: 80, ..Simulation::default() }).unwrap();
    account
}

/// A scrape that has every metric: with states, prices, a retry.
fn whole_scrape(account: &Account) -> Scrape {
    account.control().add_faults("getInstances", [Fault::status(503)]).unwrap();
    let served = Served::begin(account, &["--states", "--price", "4.50"]);
    let scrape = served.until("it has looked", Scrape::has_looked);
    served.end();
    scrape
}

fn until_held(account: &Account) {
    while account.control().requests(&Requests::of("getInstances")).is_empty() {
        std::thread::yield_now();
    }
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

#[test]
fn instances_are_those_of_the_account() {
    let account = simulated();
    account.add(&json!({ "name": "twin", "tariff": "PARTNER_99" }));
    account.add(&json!({ "name": "twin", "typeInstance": "telegram", "phone": "79001234567" }));
    let inspected = account.run(["inspect", "--json", "group"]).all("group");
    let served = Served::begin(&account, &["--states"]);
    let scrape = served.until("it has looked", Scrape::has_looked);
    let instances = account.control().instances();
    let live = instances.iter().filter(|one| one.deleted_at.is_none());
    assert_eq!(scrape.sum("instances", ""), number(live.clone().count()), "{}", scrape.text);
    assert_eq!(scrape.value("deleted_instances"), Some(number(instances.len() - live.clone().count())));
    assert_eq!(scrape.value("duplicate_instances"), Some(1.0));
    for group in ["linked", "waiting", "starting", "restricted", "expired", "unreachable", "unknown"] {
        let count = inspected.iter().filter(|one| **one == group).count();
        assert_eq!(scrape.sum("instances", &format!("group=\"{group}\"")), number(count), "{group} {}", scrape.text);
    }
    assert_eq!(scrape.sum("instances", "tariff=\"PARTNER_99\""), 1.0);
    let telegrams = live.filter(|one| one.type_instance == "telegram").count();
    assert_eq!(scrape.sum("instances", "messenger=\"telegram\""), number(telegrams));
    served.end();
}

#[test]
fn without_states_no_instance_is_asked() {
    let account = Account::of(&["shop-1"]);
    account.add(&json!({ "name": "shop-2", "isExpired": true }));
    let served = Served::begin(&account, &[]);
    let scrape = served.until("it has looked", Scrape::has_looked);
    assert_eq!(
        [scrape.sum("instances", "group=\"unknown\""), scrape.sum("instances", "group=\"expired\"")],
        [1.0, 1.0]
    );
    assert!(account.control().requests(&Requests::of("getStateInstance")).is_empty());
    served.end();
}

#[test]
fn one_look_serves_changes_and_figures() {
    let account = Account::of(&["shop-1", "shop-2"]);
    let served = Served::begin(&account, &["--states", "--interval", "3600"]);
    served.until("it has looked", Scrape::has_looked);
    let asked = |method: &str| account.control().requests(&Requests::of(method)).len();
    assert_eq!((asked("getInstances"), asked("getStateInstance")), (1, 2));
    served.end();
}

#[test]
fn charges_are_the_mocks_own_count() {
    let account = simulated();
    for more in [&[][..], &["--ledger", "a.ledger"], &["--store", "s.db"]] {
        let served = Served::begin(&account, &[&["--price", "4.50"], more].concat());
        // Again, should midnight be between the look and the count.
        served.until("charges and costs", |scrape| {
            let charges = account.control().charges();
            let today = account.control().now().to_zoned(tz::offset(3).to_time_zone()).date();
            let month = charges.days.range(today.first_of_month()..=today).map(|(_, days)| days).sum::<u64>();
            let today = charges.days.get(&today).copied().unwrap_or_default();
            [("today", today), ("month", month)].into_iter().all(|(period, days)| {
                let days = number(usize::try_from(days).unwrap());
                scrape.value(&format!("charges{{period=\"{period}\"}}")) == Some(days)
                    && scrape.value(&format!("cost{{period=\"{period}\"}}")) == Some(days * 4.5)
            }) && month > 0
        });
        let scrape = served.scrape();
        let bill = account.run(["cost", "--price", "4.50", "--json", "forecast,nextChargeAt"]).succeeds().json();
        let forecast: f64 = bill["forecast"].as_str().unwrap().parse().unwrap();
        assert_eq!((scrape.value("forecast_cost"), scrape.value("unpriced_charges")), (Some(forecast), Some(0.0)));
        let next: jiff::Timestamp = bill["nextChargeAt"].as_str().unwrap().parse().unwrap();
        assert_eq!(scrape.value("next_charge_timestamp_seconds"), Some(next.as_duration().as_secs_f64()));
        served.end();
    }
    let known = account.run(["ledger", "show", "--json", "id", "--ledger", "a.ledger"]).succeeds().json();
    assert_eq!(known.as_array().unwrap().len(), account.control().instances().len());
}

#[test]
fn without_a_price_nothing_costs_nothing() {
    let account = simulated();
    let served = Served::begin(&account, &[]);
    let scrape = served.until("it has looked", Scrape::has_looked);
    assert!(scrape.value("charges{period=\"month\"}").is_some() && !scrape.text.contains("cost"), "{}", scrape.text);
    served.end();
    let served = Served::begin(&account, &["--price", "OTHER=1"]);
    let scrape = served.until("it has looked", Scrape::has_looked);
    assert_eq!(scrape.value("unpriced_charges"), scrape.value("charges{period=\"month\"}"));
    served.end();
}

#[test]
fn changes_are_counted_by_kind() {
    let account = Account::of(&["shop-1"]);
    let linked = account.add(&json!({ "name": "shop-2", "phone": "79001234567" }));
    let served = Served::begin(&account, &["--states"]);
    let first = served.until("it has looked", Scrape::has_looked);
    for kind in ["created", "deleted", "renamed", "tokenChanged", "stateChanged", "expired"] {
        assert!(first.is(&format!("changes_total{{kind=\"{kind}\"}}"), 0), "{kind} {}", first.text);
    }
    account.add(&json!({ "name": "shop-3" }));
    account.control().unlink(linked).unwrap();
    account.run(["instances", "delete", &account.id("shop-1"), "--yes"]).succeeds();
    let scrape = served.until("four changes", |scrape| scrape.sum("changes_total", "") >= 4.0);
    // The first state of a new one is a change too.
    for (kind, count) in [("created", 1), ("stateChanged", 2), ("deleted", 1)] {
        assert!(scrape.is(&format!("changes_total{{kind=\"{kind}\"}}"), count), "{kind} {}", scrape.text);
    }
    served.until("the look that has seen them", |scrape| {
        scrape.is("deleted_instances", 1) && scrape.sum("instances", "") == 2.0
    });
    served.end();
}

#[test]
fn calls_retries_and_the_budget_are_counted() {
    let account = Account::of(&["shop-1"]);
    account.control().add_faults("getInstances", [Fault::status(429), Fault::status(503)]).unwrap();
    let served = Served::begin(&account, &["--interval", "3600", "--states"]);
    let scrape = served.until("it has looked", Scrape::has_looked);
    for code in ["200", "429", "503"] {
        assert!(scrape.is(&format!("calls_total{{code=\"{code}\",operation=\"getInstances\"}}"), 1), "{}", scrape.text);
    }
    for code in ["rate_limited", "unavailable"] {
        assert!(
            scrape.is(&format!("retries_total{{code=\"{code}\",operation=\"getInstances\"}}"), 1),
            "{}",
            scrape.text
        );
    }
    assert!(scrape.is("calls_total{code=\"200\",operation=\"getStateInstance\"}", 1), "{}", scrape.text);
    assert!(scrape.is("call_duration_seconds_count{operation=\"getInstances\"}", 3), "{}", scrape.text);
    assert!(scrape.value("retry_wait_seconds_total{operation=\"getInstances\"}").is_some());
    // Two retries at a tenth each, and two successes at a hundredth; the last one is paid in after it is counted.
    served.until("the budget is 0.82", |scrape| scrape.value("retry_budget_ratio") == Some(0.82));
    served.end();
}

#[test]
fn an_outage_is_waited_through_and_counted() {
    let account = Account::of(&["shop-1"]);
    let served = Served::begin(&account, &[]);
    let before = served.until("it has looked", Scrape::has_looked);
    // What passes by itself is waited through by the watch; a refusal ends it, and another goes on where it was.
    account.control().add_faults("getInstances", [Fault::status(401), Fault::json(200, json!("odd"))]).unwrap();
    account.add(&json!({ "name": "shop-2" }));
    let after = served.until("the change is told", |scrape| scrape.is("changes_total{kind=\"created\"}", 1));
    let is_counted = |code: &str| after.is(&format!("look_errors_total{{code=\"{code}\"}}"), 1);
    assert!(is_counted("unauthorized") && is_counted("protocol"), "{}", after.text);
    assert!(after.value("last_look_timestamp_seconds") >= before.value("last_look_timestamp_seconds"));
    assert!(after.value("warnings_total") >= Some(1.0), "{}", after.text);
    let (code, said) = served.end();
    assert_eq!(code, Some(130));
    assert!(said.contains("warning: the account cannot be looked at: ") && !said.contains("error: "), "{said}");
}

#[test]
fn an_outage_at_the_start_is_waited_through_too() {
    let account = Account::of(&["shop-1"]);
    account.control().add_faults("getInstances", [Fault::hold()]).unwrap();
    let served = Served::begin(&account, &[]);
    until_held(&account);
    assert!(!served.scrape().has_looked());
    assert!(served.ask("GET /healthz").0.starts_with("HTTP/1.1 200 "));
    account.control().release();
    served.until("it has looked", Scrape::has_looked);
    served.end();
}

#[test]
fn what_cannot_work_ends_it_at_the_start() {
    let account = Account::of(&["shop-1"]);
    let mut wrong = account.bare();
    wrong.env("GREENAPI_PARTNER_TOKEN", "gac.wrong").args(["metrics", "--listen", "127.0.0.1:0"]);
    account.ran(&mut wrong).fails(4, "");
    let sent = account.control().request_count();
    account.run(["metrics", "--listen", "127.0.0.1:0", "--price", "-1"]).fails(2, "price");
    let taken = account.mock.url().strip_prefix("http://").unwrap().to_owned();
    account.run(["metrics", "--listen", &taken]).fails(4, "give another --listen");
    assert_eq!(account.run(["metrics", "--listen", "everywhere"]).code, 2);
    assert_eq!(account.control().request_count(), sent);
}

#[test]
fn an_address_that_others_reach_is_warned_of() {
    let account = Account::of(&["shop-1"]);
    let mut wrong = account.bare();
    wrong.env("GREENAPI_PARTNER_TOKEN", "gac.wrong").args(["metrics", "--listen", "0.0.0.0:0"]);
    let ran = account.ran(&mut wrong);
    assert!(ran.err.starts_with("warning: 0.0.0.0:0 is no loopback address"), "{ran:?}");
}

#[test]
fn only_what_is_served_is_found() {
    let account = Account::of(&["shop-1"]);
    let served = Served::begin(&account, &[]);
    for (request, status) in [
        ("GET /metrics", "200"),
        ("HEAD /metrics", "200"),
        ("GET /healthz", "200"),
        ("GET /-/healthy", "200"),
        ("POST /metrics", "404"),
        ("GET /", "404"),
        ("GET /metrics/..", "404"),
    ] {
        let (head, _) = served.ask(request);
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{request}: {head}");
    }
    assert_eq!(served.end().0, Some(130));
}

/// Asks over a connection that stays open; whether there is an answer.
fn is_served(socket: &mut TcpStream) -> bool {
    // One that was closed may take it still.
    let _ = write!(socket, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n");
    // Half of what one may say nothing for: nobody has to wait for that.
    socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let (mut answer, mut part) = (Vec::new(), [0; 1024]);
    while !answer.ends_with(b"\r\n\r\nok\n") {
        match socket.read(&mut part) {
            Ok(0) | Err(_) => return false,
            Ok(count) => answer.extend_from_slice(&part[..count]),
        }
    }
    true
}

#[test]
fn who_says_nothing_keeps_nobody_from_asking() {
    let account = Account::of(&["shop-1"]);
    let served = Served::begin(&account, &[]);
    let connect = || TcpStream::connect(&served.address).unwrap();
    let mut silent: Vec<_> = (0..64).map(|_| connect()).collect();
    assert!(is_served(&mut connect()));
    served.scrape();
    assert!(!is_served(&mut silent[0]), "it has left for the next");
    assert!(is_served(&mut silent[63]));
    served.end();
}

/// Those that have asked before are no more in the way than others: Prometheus keeps its connection.
#[test]
fn of_64_connections_the_longest_silent_is_closed_for_the_next() {
    let account = Account::of(&["shop-1"]);
    let served = Served::begin(&account, &[]);
    let connect = || TcpStream::connect(&served.address).unwrap();
    let mut open: Vec<_> = (0..64).map(|_| connect()).collect();
    // The last is taken in only after all before it.
    assert!(open.iter_mut().rev().all(is_served));
    assert!(is_served(&mut open[63]));
    assert!(is_served(&mut connect()));
    let closed: Vec<_> = (0..64).filter(|place| !is_served(&mut open[*place])).collect();
    assert_eq!(closed, [62]);
    served.end();
}

#[test]
fn a_scrape_has_no_token_no_id_no_name_and_no_phone() {
    let account = simulated();
    let scrape = whole_scrape(&account);
    let mut secrets = vec![account.mock.partner_token()];
    for one in account.control().instances() {
        secrets.extend([one.api_token_instance.clone(), one.id_instance.to_string(), one.name.clone()]);
        secrets.extend(one.phone().map(str::to_owned));
    }
    assert!(secrets.len() > 50);
    for secret in secrets {
        assert!(!scrape.text.contains(&secret), "{secret} in {}", scrape.text);
    }
}

#[test]
fn promtool_finds_nothing_to_say() {
    if Command::new("promtool").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "promtool is missing");
        eprintln!("promtool is missing: what it would say of the metrics and the rules is not known");
        return;
    }
    let scrape = whole_scrape(&Account::of(&["shop-1"]));
    let mut checked = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    checked.stdin.take().unwrap().write_all(scrape.text.as_bytes()).unwrap();
    let checked = checked.wait_with_output().unwrap();
    let said = [checked.stdout, checked.stderr].concat();
    assert!(checked.status.success() && said.is_empty(), "{}", String::from_utf8_lossy(&said));
    let rules =
        Command::new("promtool").args(["check", "rules"]).arg(document("monitoring/alerts.yml").0).output().unwrap();
    assert!(rules.status.success(), "{rules:?}");
}

#[test]
fn the_dashboard_and_the_alerts_name_metrics_that_there_are() {
    let account = simulated();
    let scrape = whole_scrape(&account);
    let known: BTreeSet<_> = scrape.help().into_keys().collect();
    let mut all = BTreeSet::new();
    for file in ["monitoring/alerts.yml", "monitoring/dashboard.json"] {
        let text = document(file).1;
        let named = names_in(&text);
        assert!(named.len() > 5, "{file}");
        let absent: Vec<_> = named.iter().filter(|name| !known.contains(family(name))).collect();
        assert!(absent.is_empty(), "{file} names {absent:?}, and a scrape has {known:?}");
        all.extend(named.iter().map(|name| family(name).to_owned()));
    }
    let unused: Vec<_> = known.iter().filter(|name| !all.contains(**name)).collect();
    assert!(unused.is_empty(), "neither the dashboard nor an alert has {unused:?}");
    let dashboard: serde_json::Value = serde_json::from_str(&document("monitoring/dashboard.json").1).unwrap();
    assert!(dashboard["panels"].as_array().unwrap().len() > 5);
}

#[test]
fn the_guides_table_is_what_a_scrape_says_of_its_metrics() {
    let scrape = whole_scrape(&Account::of(&["shop-1"]));
    let guide = document("guides/monitoring.md").1;
    let rows: Vec<_> = guide.lines().filter(|line| line.starts_with("| `greenapi_partner_")).collect();
    let expected: Vec<_> = scrape
        .help()
        .into_iter()
        .map(|(name, help)| {
            let labels = labels(&scrape, name);
            let labels = labels.iter().map(|label| format!("`{label}`")).collect::<Vec<_>>().join(", ");
            format!("| `{name}` | {labels} | {help} |").replace("|  |", "| |")
        })
        .collect();
    assert_eq!(rows, expected, "the table should be:\n{}", expected.join("\n"));
}

/// The labels of a metric, without that of a histogram's buckets.
fn labels(scrape: &Scrape, metric: &str) -> BTreeSet<String> {
    let series = scrape.series.keys().filter(|series| family(series.split('{').next().unwrap()) == metric);
    let labels = series.filter_map(|series| series.split_once('{')?.1.strip_suffix('}'));
    let names = labels.flat_map(|labels| labels.split("\",").filter_map(|label| label.split_once('=')));
    names.map(|(name, _)| name.to_owned()).filter(|name| name != "le").collect()
}

/// A file of the documents, and what is in it.
fn document(name: &str) -> (std::path::PathBuf, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
    let text = fs::read_to_string(&path).unwrap();
    (path, text)
}

/// The names of metrics in a text.
fn names_in(text: &str) -> BTreeSet<&str> {
    let starts = text.match_indices("greenapi_partner_").map(|(at, _)| &text[at..]);
    starts
        .map(|rest| rest.split(|letter: char| !letter.is_ascii_lowercase() && letter != '_').next().unwrap())
        .collect()
}

/// The metric of a series: a histogram has three kinds.
fn family(series: &str) -> &str {
    ["_bucket", "_sum", "_count"].iter().find_map(|end| series.strip_suffix(end)).unwrap_or(series)
}
