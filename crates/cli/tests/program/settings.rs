//! `settings`: read, set, copied.

use greenapi_partner_mock::Options;
use serde_json::json;

use crate::account::Account;

/// An account whose instances are up again at once when their settings are set.
fn quick(names: &[&str]) -> Account {
    let account = Account::with(Options { reboot_answers: 0, ..Options::default() });
    for name in names {
        account.add(&json!({ "name": name }));
    }
    account
}

#[test]
fn settings_are_read_and_set_by_upstreams_names() {
    let account = quick(&["shop-1", "shop-2"]);
    account
        .run(["settings", "set", "shop-1", "shop-2", "incomingWebhook=yes", "delay-send-messages-milliseconds=700"])
        .succeeds();
    for name in ["shop-1", "shop-2"] {
        let ran =
            account.run(["settings", "get", name, "incomingWebhook", "delay_send_messages_milliseconds"]).succeeds();
        assert_eq!(ran.json(), json!({ "incomingWebhook": true, "delaySendMessagesMilliseconds": 700 }));
    }
    assert!(account.run(["settings", "get", "shop-1"]).succeeds().json().as_object().unwrap().len() > 10);
    account.run(["settings", "get", "shop-1", "colour"]).fails(2, "there is no setting \"colour\"");
    account.run(["settings", "set", "shop-1"]).fails(2, "no setting is given");
    account.run(["settings", "set", "incomingWebhook=yes"]).fails(2, "no instance is named");
    account.run(["settings", "set", "shop-1", "delaySendMessagesMilliseconds=soon"]).fails(2, "must be a whole number");
    let ran =
        account.run(["settings", "set", "shop-1", "incomingWebhook=no", "--dry-run", "--json", "status"]).succeeds();
    assert_eq!(ran.json(), json!([{ "status": "planned" }]));
}

#[test]
fn settings_are_copied_from_one_to_others() {
    let account = quick(&["from", "to-1", "to-2"]);
    account.run(["settings", "set", "from", "incomingWebhook=yes", "delaySendMessagesMilliseconds=700"]).succeeds();
    account.run(["settings", "copy", "from", "to-1", "to-2", "--without", "delaySendMessagesMilliseconds"]).succeeds();
    for name in ["to-1", "to-2"] {
        let ran = account.run(["settings", "get", name, "incomingWebhook", "delaySendMessagesMilliseconds"]).succeeds();
        assert_eq!(ran.json()["incomingWebhook"], true);
        assert_ne!(ran.json()["delaySendMessagesMilliseconds"], 700);
    }
}

#[test]
fn a_secret_setting_is_read_from_a_file() {
    let account = quick(&["shop-1"]);
    let file = account.file("hook-token", "Bearer canary-of-a-hook\n");
    let ran = account.run(["settings", "set", "shop-1", &format!("webhookUrlToken=@{file}"), "-v"]).succeeds();
    assert!(!ran.err.contains("canary"), "{ran:?}");
    let ran = account.run(["settings", "get", "shop-1"]).succeeds();
    assert!(!ran.out.contains("canary"), "{ran:?}");
    let shown =
        account.command().args(["settings", "get", "shop-1", "webhookUrlToken", "--show-tokens"]).output().unwrap();
    assert!(String::from_utf8(shown.stdout).unwrap().contains("canary-of-a-hook"));
}

#[test]
fn instances_are_rebooted_and_logged_out() {
    let account = Account::of(&["shop-1"]);
    account.control().scan(account.id("shop-1").parse().unwrap(), None).unwrap();
    account.run(["logout", "shop-1", "--yes"]).succeeds();
    let ran = account.run(["call", "shop-1", "getStateInstance"]).succeeds();
    assert_eq!(ran.json(), json!({ "stateInstance": "notAuthorized" }));
    assert_eq!(account.run(["reboot", "shop-1", "--json", "status"]).succeeds().json(), json!([{ "status": "done" }]));
}
