//! `call`, `send`, `webhook verify`.

use greenapi_partner_mock::Requests;
use serde_json::json;

use crate::account::{Account, Ran, set_mode};

#[test]
fn any_method_is_called_by_its_name() {
    let account = Account::of(&["shop-1"]);
    account.control().scan(account.id("shop-1").parse().unwrap(), None).unwrap();
    assert_eq!(
        account.run(["call", "shop-1", "getStateInstance"]).succeeds().json(),
        json!({ "stateInstance": "authorized" })
    );
    let body = r#"{"chatId": "79001234567@c.us", "message": "hello"}"#;
    assert!(account.run(["call", "shop-1", "sendMessage", body]).succeeds().json()["idMessage"].is_string());
    account.ran(account.command().args(["call", "shop-1", "sendMessage", "-"]).write_stdin(body)).succeeds();
    assert_eq!(account.control().messages(account.id("shop-1").parse().unwrap()).len(), 2);
    account.run(["call", "shop-1", "sendMessage", "{oops"]).fails(2, "it is no JSON: line 1");
    account.run(["call", "shop-1", "getChatHistory", "--query", "count"]).fails(2, "give name=value");
    account.run(["call", "nobody", "getStateInstance"]).fails(3, "no instance");
}

#[test]
fn an_answer_is_printed_without_its_secrets_unless_they_are_asked_for() {
    let account = Account::new();
    account.add(&json!({ "name": "shop-1", "settings": { "webhookUrlToken": "canary-of-a-hook" } }));
    let settings = account.run(["call", "shop-1", "getSettings"]).succeeds();
    assert_eq!(settings.json()["webhookUrlToken"], "***");
    assert!(!settings.out.contains("canary"), "{settings:?}");
    let renewed = account.run(["call", "shop-1", "updateApiToken"]).succeeds();
    assert_eq!(renewed.json()["apiTokenInstance"], "***");
    let shown = |method: &str| {
        let output = account.command().args(["call", "shop-1", method, "--show-tokens"]).output().unwrap();
        Ran::of(output).succeeds().json()
    };
    assert_eq!(shown("getSettings")["webhookUrlToken"], "canary-of-a-hook");
    assert_eq!(shown("updateApiToken")["apiTokenInstance"], account.control().instances()[0].api_token_instance);
}

#[test]
fn a_phone_is_unlinked_only_once_somebody_has_agreed() {
    let account = Account::of(&["shop-1"]);
    let id = account.id("shop-1");
    account.control().scan(id.parse().unwrap(), None).unwrap();
    let asked = format!("nobody can be asked here: Unlink the phone of instance {id}?; what to do: give --yes");
    for method in ["logout", "Logout"] {
        account.run(["call", "shop-1", method]).fails(2, &asked);
    }
    let state = account.run(["call", "shop-1", "getStateInstance"]).succeeds().json();
    assert_eq!(state, json!({ "stateInstance": "authorized" }));
    account.run(["call", "shop-1", "logout", "--yes"]).succeeds();
    assert_eq!(account.control().requests(&Requests::of("logout")).len(), 1);
}

#[test]
fn what_is_no_length_of_time_is_refused_before_anything_is_sent() {
    let account = Account::of(&["shop-1"]);
    let commands: [&[&str]; 6] = [
        &["instances", "list", "--timeout"],
        &["call", "shop-1", "getStateInstance", "--timeout"],
        &["inspect", "--timeout"],
        &["onboard", "shop-1", "--yes", "--timeout"],
        &["watch", "--interval"],
        &["metrics", "--listen", "127.0.0.1:0", "--interval"],
    ];
    for command in commands {
        for time in ["1e300", "18446744073709551616", "inf", "soon"] {
            account.run([command, &[time]].concat()).fails(2, "a time is a number of seconds, or has its units");
        }
    }
    assert_eq!(account.control().request_count(), 0);
    // So long that it never ends.
    account.run(["instances", "list", "--timeout", "1e19"]).succeeds();
    account.run(["call", "shop-1", "getStateInstance", "--timeout", "1e19"]).succeeds();
}

#[test]
fn a_message_is_sent_to_a_chat_or_a_number() {
    let account = Account::of(&["shop-1"]);
    let id: u64 = account.id("shop-1").parse().unwrap();
    account.control().scan(id, None).unwrap();
    let ran = account.run(["send", "shop-1", "79001234567", "hello", "--json"]).succeeds();
    account.run(["send", "shop-1", "79001234567@c.us", "again"]).succeeds();
    let messages = account.control().messages(id);
    assert_eq!(ran.json()["idMessage"], messages[0]["messageID"]);
    assert_eq!(
        messages.iter().map(|one| one["body"]["chatId"].clone()).collect::<Vec<_>>(),
        [json!("79001234567@c.us"), json!("79001234567@c.us")]
    );
}

#[test]
fn bodies_of_webhooks_are_read_and_their_sender_is_checked() {
    let account = Account::new();
    let body = json!({ "typeWebhook": "stateInstanceChanged", "instanceData": { "idInstance": 7 }, "timestamp": 1_700_000_000, "stateInstance": "authorized" });
    let (good, bad) = (account.file("good.json", &body.to_string()), account.file("bad.json", "{}"));
    let ran = account.run(["webhook", "verify", &good, "--json", "typeWebhook,idInstance"]).succeeds();
    assert_eq!(ran.json(), json!([{ "typeWebhook": "stateInstanceChanged", "idInstance": 7 }]));
    account.run(["webhook", "verify", &good, &bad]).fails(1, "bad.json: webhook: the body has no typeWebhook");
    let (header, token) = (account.file("header", "Bearer hook\n"), account.file("token", "hook\n"));
    set_mode(token.as_ref(), 0o600);
    let check = |header: &str| {
        account.run(["webhook", "verify", &good, "--authorization-file", header, "--webhook-url-token-file", &token])
    };
    check(&header).succeeds();
    check(&account.file("other", "Bearer other\n")).fails(1, "good.json");
}

#[test]
fn a_dry_run_of_a_call_finds_the_instance_and_sends_nothing_more() {
    let account = Account::of(&["shop-1"]);
    let sends = [
        (["send", "shop-1", "79001234567", "hello"], "a text of 5 letters would go from instance"),
        (["call", "shop-1", "logout", "{}"], "logout of instance"),
    ];
    for (command, words) in sends {
        let ran = account.run([&command[..], &["--dry-run"]].concat()).succeeds();
        assert!(ran.out.is_empty() && ran.err.contains(words) && ran.err.contains("nothing was sent"), "{ran:?}");
        let unknown = [command[0], "nobody", command[2], command[3], "--dry-run"];
        account.run(unknown).fails(3, "no instance");
    }
    assert!(account.control().requests(&Requests::default()).iter().all(|one| one.method == "getInstances"));
}
