//! `doctor`: what is wrong, by check, with a cure; and that looking changes nothing.

use std::{io::Write as _, net::TcpListener};

use greenapi_partner_mock::Requests;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::account::{Account, Ran};

/// The row of a check.
fn row(ran: &Ran, check: &str) -> Value {
    let rows = ran.json();
    let found = rows.as_array().unwrap().iter().find(|row| row["check"] == check);
    found.unwrap_or_else(|| panic!("no check {check}: {ran:?}")).clone()
}

fn statuses(ran: &Ran) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    ran.json().as_array().unwrap().iter().map(|row| (text(&row["check"]), text(&row["status"]))).collect()
}

/// The first check that fails is this one, for this reason; it has a cure, and the program ends so.
#[track_caller]
fn fails(ran: &Ran, code: i32, check: &str, words: &str) {
    assert_eq!(ran.code, code, "{ran:?}");
    let first = statuses(ran).into_iter().find(|(_, status)| status == "failed");
    assert_eq!(first, Some((check.to_owned(), "failed".to_owned())), "{ran:?}");
    let row = row(ran, check);
    assert!(row["found"].as_str().unwrap().contains(words), "{row}");
    assert!(!row["cure"].as_str().unwrap().is_empty(), "{row}");
}

#[track_caller]
fn skips(ran: &Ran, checks: &[&str], why: &str) {
    for check in checks {
        let row = row(ran, check);
        assert_eq!((row["status"].as_str(), row["found"].as_str()), (Some("skipped"), Some(why)), "{ran:?}");
    }
}

fn with(account: &Account, variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
    let mut command = account.command();
    let ran = account.ran(command.envs(variables.iter().copied()).args(["doctor", "--json"]).args(arguments));
    assert!(!format!("{ran:?}").contains("canary"), "{ran:?}");
    ran
}

/// A port of this machine where nobody listens.
fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn all_is_well_and_nothing_is_changed() {
    let account = Account::of(&["shop-1", "shop-2"]);
    let ran = with(&account, &[("GREENAPI_PARTNER_STORE", "new.sqlite")], &["--journal", "new.journal"]).succeeds();
    let expected = [
        ("versions", "ok"),
        ("token", "ok"),
        ("host", "ok"),
        ("certificates", "ok"),
        ("proxy", "ok"),
        ("dns", "ok"),
        ("connection", "ok"),
        ("tls", "ok"),
        ("clock", "ok"),
        ("list", "ok"),
        ("instance hosts", "ok"),
        ("store", "warning"),
        ("journal", "warning"),
    ];
    assert_eq!(statuses(&ran), expected.map(|(check, status)| (check.to_owned(), status.to_owned())));
    assert!(row(&ran, "list")["found"].as_str().unwrap().starts_with("2 live instances"), "{ran:?}");
    assert!(row(&ran, "host")["found"].as_str().unwrap().contains("GREENAPI_PARTNER_API_URL"), "{ran:?}");
    assert_eq!(std::fs::read_dir(account.home.path()).unwrap().count(), 0);
    let asked = account.control().requests(&Requests::default());
    assert_eq!(asked.len(), 2, "a look and the list: {asked:?}");
    assert!(account.run(["doctor"]).succeeds().out.starts_with("versions"));
    assert!(account.run(["doctor", "--csv", "check,status"]).succeeds().out.starts_with("check,status\nversions,ok\n"));
}

#[test]
fn a_token_that_will_not_do_is_told_and_not_shown() {
    let account = Account::new();
    let none = account.ran(account.bare().args(["doctor", "--json"]));
    fails(&none, 4, "token", "there is no partner token");
    skips(&none, &["list", "instance hosts"], "there is no token to ask with");
    assert_eq!(row(&none, "clock")["status"], "ok", "{none:?}");
    for (token, words) in
        [("gac.can ary", "white space"), ("gac.can\nary", "a line end inside"), ("\"gac.canary\"", "quotation marks")]
    {
        fails(&with(&account, &[("GREENAPI_PARTNER_TOKEN", token)], &[]), 4, "token", words);
    }
    let other = with(&account, &[("GREENAPI_PARTNER_TOKEN", "canary")], &[]);
    assert_eq!(row(&other, "token")["status"], "warning", "{other:?}");
    let unknown = with(&account, &[("GREENAPI_PARTNER_TOKEN", "gac.canary")], &[]);
    fails(&unknown, 4, "list", "");
    assert_eq!(row(&unknown, "token")["status"], "ok", "{unknown:?}");
}

#[cfg(unix)]
#[test]
fn a_token_that_others_may_read_is_told() {
    let account = Account::new();
    let file = account.file("token", &account.mock.partner_token());
    crate::account::set_mode(file.as_ref(), 0o644);
    fails(&with(&account, &[], &["--token-file", &file]), 4, "token", "others may read");
    crate::account::set_mode(file.as_ref(), 0o600);
    let ran = with(&account, &[], &["--token-file", &file]).succeeds();
    assert!(row(&ran, "token")["found"].as_str().unwrap().contains(&file), "{ran:?}");
}

#[test]
fn a_host_that_is_not_reached_leaves_the_rest_unasked() {
    let account = Account::new();
    let after = ["tls", "clock", "list", "instance hosts"];
    let url = format!("http://127.0.0.1:{}", closed_port());
    let ran = with(&account, &[("GREENAPI_PARTNER_API_URL", &url)], &[]);
    fails(&ran, 6, "connection", "127.0.0.1, port ");
    skips(&ran, &after[..2], "the host is not reached");
    skips(&ran, &after[2..], "the partner host is not reached");
    let ran = with(&account, &[("GREENAPI_PARTNER_API_URL", "https://upstream.invalid")], &[]);
    fails(&ran, 6, "dns", "upstream.invalid");
    skips(&ran, &["connection"], "the name of the host is not found");
    let ran = with(&account, &[("GREENAPI_PARTNER_API_URL", "http://upstream.invalid")], &[]);
    fails(&ran, 4, "host", "must begin with https://");
    skips(&ran, &["certificates", "dns", "list"], "it is not known whom to call");
}

#[test]
fn a_host_without_tls_and_certificates_that_cannot_be_read_are_told() {
    let account = Account::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let _ = stream.unwrap().write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
        }
    });
    let ran = with(&account, &[("GREENAPI_PARTNER_API_URL", &url)], &[]);
    fails(&ran, 6, "tls", "no TLS with the host 127.0.0.1");
    skips(&ran, &["clock"], "the host has not answered");
    let ran = with(&account, &[("GREENAPI_PARTNER_API_URL", &url), ("SSL_CERT_FILE", "/nowhere.pem")], &[]);
    fails(&ran, 4, "certificates", "SSL_CERT_FILE: /nowhere.pem");
}

#[test]
fn the_way_goes_by_the_proxy_whose_credentials_are_not_shown() {
    let account = Account::new();
    let proxy = format!("http://ann:canary@127.0.0.1:{}", closed_port());
    let upstream = ("GREENAPI_PARTNER_API_URL", "https://upstream.invalid");
    let ran = with(&account, &[upstream, ("HTTPS_PROXY", &proxy)], &[]);
    let shown = proxy.replace("ann:canary@", "");
    assert_eq!(row(&ran, "proxy")["found"], json!(format!("{shown}; HTTPS_PROXY is set")));
    fails(&ran, 6, "connection", "127.0.0.1, port ");
    skips(&ran, &["tls"], "the proxy is not reached");
    let past = with(&account, &[upstream, ("HTTPS_PROXY", &proxy), ("NO_PROXY", "upstream.invalid")], &[]);
    assert_eq!(row(&past, "proxy")["found"], "none for this host, although HTTPS_PROXY, NO_PROXY are set");
    fails(&past, 6, "dns", "upstream.invalid");
    let here = with(&account, &[("HTTPS_PROXY", &proxy)], &[]).succeeds();
    assert!(row(&here, "proxy")["found"].as_str().unwrap().starts_with("none: this machine"), "{here:?}");
}

#[test]
fn a_clock_that_is_off_is_worth_a_warning() {
    let account = Account::new();
    for (off, words) in [(3600, "behind the host"), (-3600, "ahead of the host")] {
        account.control().set_clock(Timestamp::now() + SignedDuration::from_secs(off));
        let ran = with(&account, &[], &[]).succeeds();
        let row = row(&ran, "clock");
        assert_eq!(row["status"], "warning", "{row}");
        assert!(row["found"].as_str().unwrap().contains(words), "{row}");
        assert!(row["cure"].as_str().unwrap().contains("UTC+3"), "{row}");
    }
}

#[test]
fn a_store_is_looked_at_and_one_that_cannot_be_had_is_told() {
    let account = Account::new();
    let run = |store: &str| with(&account, &[("GREENAPI_PARTNER_STORE", store)], &["--journal", "store:spring"]);
    account.run(["instances", "create", "shop-1", "--yes", "--store", "s.sqlite"]).succeeds();
    let ran = run("s.sqlite").succeeds();
    assert!(row(&ran, "store")["found"].as_str().unwrap().contains("account default"), "{ran:?}");
    assert_eq!(
        (row(&ran, "store")["status"].as_str(), row(&ran, "journal")["status"].as_str()),
        (Some("ok"), Some("ok"))
    );

    let writer = rusqlite::Connection::open(account.home.path().join("s.sqlite")).unwrap();
    writer.execute_batch("BEGIN IMMEDIATE").unwrap();
    fails(&run("s.sqlite"), 6, "store", "database is locked");
    drop(writer);

    let away = format!("postgresql://ann:canary@127.0.0.1:{}/x", closed_port());
    let ran = run(&away);
    fails(&ran, 6, "store", "postgresql://127.0.0.1:");
    skips(&ran, &["journal"], "store:spring: the store is not to be had");
    account.file("text", "no store");
    fails(&run("text"), 4, "store", "");
    fails(&run("nowhere/s.sqlite"), 4, "store", "its folder is not there");
    fails(&with(&account, &[], &["--journal", "store:spring"]), 4, "journal", "needs a store");
}

#[cfg(unix)]
#[test]
fn who_watches_for_all_processes_of_a_store_is_told() {
    let account = Account::of(&["shop-1"]);
    let look = || with(&account, &[("GREENAPI_PARTNER_STORE", "s.sqlite")], &[]).succeeds();
    let mut run = account.begin(&["watch", "--interval", "0.1", "--exclusive", "--store", "s.sqlite"]);
    while account.control().requests(&Requests::of("getInstances")).is_empty() {
        assert_eq!(run.try_wait().unwrap(), None);
        std::thread::yield_now();
    }
    let ran = look();
    let found = row(&ran, "store")["found"].as_str().unwrap().to_owned();
    assert!(found.contains("account default; watch: process ") && found.contains(&run.id().to_string()), "{found}");
    run.kill().unwrap();
    run.wait().unwrap();
}

#[cfg(unix)]
#[test]
fn who_has_a_journal_is_told() {
    use greenapi_partner_mock::Fault;

    let account = Account::new();
    let file = account.file("shops.csv", "name\nshop-1\n");
    account.control().add_faults("createInstance", [Fault::hold()]).unwrap();
    let mut run = account.begin(&["bulk", "create", &file, "--journal", "j", "--yes"]);
    while account.control().requests(&Requests::of("createInstance")).is_empty() {
        assert_eq!(run.try_wait().unwrap(), None);
        std::thread::yield_now();
    }
    let look = || with(&account, &[], &["--journal", "j", "--journal", "none"]);
    fails(&look(), 6, "journal", &format!("j is in use: process {} has it since ", run.id()));
    account.control().release();
    assert!(run.wait().unwrap().success());
    let files = || std::fs::read_dir(account.home.path()).unwrap().count();
    let before = files();
    let ran = look().succeeds();
    let found: Vec<_> = ran.json().as_array().unwrap().iter().rev().take(2).map(|row| row["found"].clone()).collect();
    assert_eq!(found, [json!("none: there is none"), json!("j: nobody has it")]);
    assert_eq!(files(), before);
}
