//! `watch`, `mock`: what goes on until it is stopped.
#![cfg(unix)]

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use greenapi_partner_mock::Requests;
use serde_json::{Value, json};

use crate::account::{Account, program};

fn begin(account: &Account, arguments: &[&str]) -> Child {
    Command::new(program())
        .args(arguments)
        .env("GREENAPI_PARTNER_API_URL", account.mock.url())
        .env("GREENAPI_PARTNER_TOKEN", account.mock.partner_token())
        .env("HOME", account.home.path())
        .current_dir(account.home.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn end(mut run: Child) -> Option<i32> {
    assert!(Command::new("kill").args(["-INT", &run.id().to_string()]).status().unwrap().success());
    run.wait().unwrap().code()
}

fn until_listed(account: &Account) {
    // The first list is answered for certain once the second is asked for.
    while account.control().requests(&Requests::of("getInstances")).len() < 2 {
        std::thread::yield_now();
    }
}

#[test]
fn changes_are_json_lines_as_they_come() {
    let account = Account::of(&["shop-1"]);
    let mut run = begin(&account, &["watch", "--interval", "0.1", "--json", "kind,name"]);
    until_listed(&account);
    account.add(&json!({ "name": "shop-2" }));
    let mut line = String::new();
    BufReader::new(run.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), json!({ "kind": "created", "name": "shop-2" }));
    assert_eq!(end(run), Some(130));
}

#[test]
fn a_command_gets_each_change_until_it_ends_well() {
    let account = Account::of(&["shop-1"]);
    // Fails the first time.
    let command = "cat >> changes; test -e once || { touch once; false; }";
    let mut run = begin(&account, &["watch", "--interval", "0.1", "--exec", command]);
    until_listed(&account);
    account.add(&json!({ "name": "shop-2" }));
    let mut line = String::new();
    BufReader::new(run.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("created") && line.contains("shop-2"), "{line}");
    end(run);
    let changes = std::fs::read_to_string(account.home.path().join("changes")).unwrap();
    let names: Vec<_> =
        changes.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["name"].clone()).collect();
    assert_eq!(names, [json!("shop-2"), json!("shop-2")]);
}

#[test]
fn the_mock_is_a_command() {
    let account = Account::new();
    let mut run = begin(&account, &["mock", "--instances", "3"]);
    let mut line = String::new();
    BufReader::new(run.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let said = line.trim_end().strip_prefix("greenapi-partner-mock: ").unwrap();
    let (url, token) = said.split_once(", partner token ").unwrap();
    let mut list = account.bare();
    list.env("GREENAPI_PARTNER_API_URL", url).env("GREENAPI_PARTNER_TOKEN", token);
    let ran = account.ran(list.args(["instances", "list", "--json", "id"])).succeeds();
    assert_eq!(ran.json().as_array().unwrap().len(), 3);
    assert_eq!(end(run), Some(0));
}
