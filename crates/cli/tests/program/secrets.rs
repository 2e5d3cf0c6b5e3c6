//! Secrets: what is said of calls, and what is not.

use crate::account::Account;

#[test]
fn records_are_told_with_verbose_and_without_tokens() {
    let account = Account::of(&["shop-1"]);
    let ran = account.run(["inspect", "-v"]).succeeds();
    assert!(ran.err.contains("getInstances: answered (status 200"), "{ran:?}");
    assert!(ran.err.contains("getStateInstance of "), "{ran:?}");
    assert_eq!(account.run(["inspect"]).succeeds().err, "");
}

#[test]
fn a_broken_set_up_shows_no_secret() {
    let account = Account::new();
    let mut command = account.command();
    let ran = account.ran(command.env("GREENAPI_PARTNER_STORE", "postgresql://ann:canary@127.0.0.1:1/x").args([
        "instances",
        "create",
        "a",
        "--yes",
    ]));
    assert_ne!(ran.code, 0);
    assert!(!ran.err.contains("canary") && !ran.out.contains("canary"), "{ran:?}");
    assert_eq!(account.live(), 0);
}
