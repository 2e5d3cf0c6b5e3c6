//! `watch`, `mock`: what goes on until it is stopped.
#![cfg(unix)]

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command},
};

use serde_json::{Value, json};

use crate::{
    account::{Account, set_mode},
    receiver::webhook,
};

fn end(mut run: Child) -> Option<i32> {
    assert!(Command::new("kill").args(["-INT", &run.id().to_string()]).status().unwrap().success());
    run.wait().unwrap().code()
}

#[test]
fn changes_are_json_lines_as_they_come() {
    let account = Account::of(&["shop-1"]);
    let mut run = account.begin(&["watch", "--interval", "0.1", "--json", "kind,name"]);
    account.until_listed(2);
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
    let mut run = account.begin(&["watch", "--interval", "0.1", "--exec", command]);
    account.until_listed(2);
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
fn changes_are_posted_signed_until_they_are_taken_and_survive_a_restart() {
    let account = Account::of(&["shop-1"]);
    let secret = account.file("secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    set_mode(secret.as_ref(), 0o600);
    let (url, posts) = webhook();
    let arguments =
        ["watch", "--interval", "0.1", "--forward-to", &url, "--secret-file", &secret, "--spool", "s", "--json"];
    let run = account.begin(&arguments);
    account.until_listed(2);
    account.add(&json!({ "name": "shop-2" }));
    let refused = posts.recv().unwrap();
    let id = refused.header("webhook-id").unwrap().to_owned();
    refused.answer(500);
    end(run);
    let mut again = account.begin(&arguments);
    let post = posts.recv().unwrap();
    assert_eq!(post.header("webhook-id"), Some(&*id));
    assert!(post.header("webhook-signature").unwrap().starts_with("v1,"), "{post:?}");
    assert_eq!((&post.body["type"], &post.body["data"]["name"]), (&json!("instance.created"), &json!("shop-2")));
    let files = [account.file("headers", &post.head), account.file("event.json", &post.text)];
    post.answer(204);
    let mut line = String::new();
    BufReader::new(again.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&line).unwrap()["id"], *id);
    assert_eq!(end(again), Some(130));

    let [headers, event] = &files;
    let verify = |event: &str, more: &[&str]| {
        account.run([&["webhook", "verify", event, "--headers-file", headers, "--json", "id,type"], more].concat())
    };
    let ran = verify(event, &["--secret-file", &secret]).succeeds();
    assert_eq!(ran.json(), json!([{ "id": id, "type": "instance.created" }]));
    let forged = account.file("forged.json", &std::fs::read_to_string(event).unwrap().replace("shop-2", "shop-3"));
    verify(&forged, &["--secret-file", &secret]).fails(4, "none of this body with this secret");
    verify(event, &["--secret-file", &secret, "--tolerance", "0"]).fails(4, "signed too long ago");
    verify(event, &[]).fails(4, "there is no secret that events are signed with");
    verify(event, &[event, "--secret-file", &secret]).fails(2, "give one FILE with --headers-file");
}

#[test]
fn a_delivery_that_will_not_do_is_refused_before_anything_is_asked() {
    let account = Account::new();
    let bad = account.file("bad", "not-a-secret\n");
    set_mode(bad.as_ref(), 0o600);
    let to = ["watch", "--forward-to", "http://127.0.0.1:9/?key=canary"];
    account.run(to).fails(4, "there is no secret that events are signed with");
    let ran = account.run([&to[..], &["--secret-file", &bad, "--spool", "s"]].concat());
    ran.fails(4, "secret");
    assert!(!ran.err.contains("canary") && !ran.err.contains("not-a-secret"), "{ran:?}");
    let good = account.file("good", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    set_mode(good.as_ref(), 0o600);
    account.run([&to[..], &["--secret-file", &good]].concat()).fails(4, "needs a spool");
    account.run(["watch", "--spool", "s"]).fails(2, "are for --forward-to");
    assert_eq!(account.control().request_count(), 0);
}

#[test]
fn the_mock_is_a_command() {
    let account = Account::new();
    let mut run = account.begin(&["mock", "--instances", "3"]);
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
