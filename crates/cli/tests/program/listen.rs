//! `listen`: a queue that is forwarded in order, and acknowledged only as far as it was answered 200.
#![cfg(unix)]

use std::{
    collections::VecDeque,
    io::{BufRead as _, BufReader, Read as _},
    net::TcpListener,
    process::{Child, Command},
};

use greenapi_partner_mock::Requests;
use serde_json::{Value, json};

use crate::{
    account::{Account, set_mode},
    receiver::{read, webhook},
};

fn listen(account: &Account, to: &str, more: &[&str]) -> Child {
    account.begin(&[&["listen", "shop-1", "--forward-to", to, "--json"], more].concat())
}

/// An account with an instance that can be asked for notifications, and its id.
fn account() -> (Account, u64) {
    let account = Account::of(&["shop-1"]);
    let id = account.id("shop-1").parse().unwrap();
    (account, id)
}

fn notification(number: u64) -> Value {
    json!({
        "typeWebhook": "incomingMessageReceived",
        "timestamp": 1_700_000_000 + number,
        "idMessage": format!("M{number}"),
        "messageData": { "typeMessage": "textMessage", "textMessageData": { "textMessage": "a customer's words" } },
    })
}

fn waiting(account: &Account, id: u64) -> Vec<Value> {
    account.control().notifications(id).iter().map(|one| one["body"]["idMessage"].clone()).collect()
}

#[test]
fn each_is_acknowledged_once_it_was_answered_200_in_order_and_ctrl_c_leaves_the_rest() {
    let (account, id) = account();
    for number in 1..=3 {
        account.control().notify(id, notification(number)).unwrap();
    }
    let token = account.file("webhook-token", "canary-of-the-webhook");
    set_mode(token.as_ref(), 0o600);
    let (url, got) = webhook();
    let to = format!("{url}/hook?key=canary-of-the-query");
    let mut run = listen(&account, &to, &["--webhook-url-token-file", &token]);

    let mut answers = VecDeque::from([500, 204, 200]);
    while let Some(status) = answers.pop_front() {
        let posted = got.recv().unwrap();
        assert_eq!(posted.body, notification(1), "as it came, the same until it is taken");
        assert!(posted.head.starts_with("POST /hook?key=canary-of-the-query HTTP/1.1"), "{posted:?}");
        assert_eq!(posted.header("content-type"), Some("application/json"));
        assert_eq!(posted.header("authorization"), Some("Bearer canary-of-the-webhook"));
        assert_eq!(waiting(&account, id), ["M1", "M2", "M3"], "nothing is acknowledged before it was answered 200");
        posted.answer(status);
    }
    let second = got.recv().unwrap();
    assert_eq!(second.body, notification(2));
    assert_eq!(waiting(&account, id), ["M2", "M3"]);
    assert!(Command::new("kill").args(["-INT", &run.id().to_string()]).status().unwrap().success());
    let mut said = String::new();
    run.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    let mut out = String::new();
    run.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    assert_eq!(run.wait().unwrap().code(), Some(130), "{said}");
    drop(second);
    assert_eq!(waiting(&account, id), ["M2", "M3"], "what was not answered is not acknowledged");

    let rows: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), 1, "{out}");
    let row = &rows[0];
    let shown = (row["typeWebhook"].as_str(), row["idMessage"].as_str(), row["status"].as_u64());
    assert_eq!(shown, (Some("incomingMessageReceived"), Some("M1"), Some(200)), "{row}");
    assert!(said.contains(&format!("{url} answered 500")) && said.contains("answered 204"), "{said}");
    assert!(said.contains("gets a part of it"), "{said}");
    assert!(!format!("{said}{out}").contains("canary") && !out.contains("customer"), "{said}{out}");
}

#[test]
fn without_a_token_there_is_no_header_and_a_webhook_that_is_away_is_waited_for() {
    let (account, id) = account();
    account.control().notify(id, notification(1)).unwrap();
    let place = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut run = listen(&account, &format!("http://{place}"), &[]);
    let mut said = BufReader::new(run.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(said.any(|line| line.contains("refuses the connection") && line.contains("posted again in 1 s")));
    let listener = TcpListener::bind(place).unwrap();
    let posted = read(listener.accept().unwrap().0);
    assert_eq!(posted.header("authorization"), None);
    posted.answer(200);
    let mut line = String::new();
    BufReader::new(run.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.contains("\"M1\"") && waiting(&account, id).is_empty(), "{line}");
    run.kill().unwrap();
    run.wait().unwrap();
}

#[test]
fn an_instance_with_a_webhook_is_refused_with_the_way_to_clear_it() {
    let account = Account::new();
    let id = account.add(&json!({ "name": "shop-1", "settings": { "webhookUrl": "https://hook.example/canary" } }));
    account.control().notify(id, notification(1)).unwrap();
    let ran = account.run(["listen", "shop-1", "--forward-to", "http://127.0.0.1:1"]);
    ran.fails(5, &format!("clear it with: greenapi-partner settings set {id} webhookUrl="));
    assert!(!ran.err.contains("canary"), "{ran:?}");
    assert_eq!(account.control().requests(&Requests::of("receiveNotification")).len(), 0);
}

#[test]
fn a_url_that_will_not_do_is_refused_before_anything_is_sent() {
    let (account, _) = account();
    let token = account.file("webhook-token", "told");
    set_mode(token.as_ref(), 0o600);
    for url in ["ftp://127.0.0.1/canary", "127.0.0.1:1/canary", ""] {
        let ran = account.run(["listen", "shop-1", "--forward-to", url]);
        ran.fails(4, "the receiver's url");
        assert!(!ran.err.contains("canary"), "{ran:?}");
    }
    account
        .run(["listen", "shop-1", "--forward-to", "http://a:canary@127.0.0.1:1", "--webhook-url-token-file", &token])
        .fails(2, "the URL has credentials");
    assert_eq!(
        account.run(["listen", "shop-1", "--forward-to", "http://127.0.0.1:1", "--receive-timeout", "61"]).code,
        2
    );
    assert_eq!(account.control().requests(&Requests::default()).len(), 0);
    let ran = account.run(["listen", "nobody", "--forward-to", "http://user:canary@hook.example/?canary"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.err.contains("http://hook.example is another machine") && !ran.err.contains("canary"), "{ran:?}");
}
