//! Secrets: what is said of calls, what is not, and where a token is not left.

#[cfg(target_os = "linux")]
use std::{
    io::{BufRead as _, BufReader},
    process::{self, Stdio},
};

use serde_json::json;

use crate::account::Account;
#[cfg(target_os = "linux")]
use crate::account::program;
#[cfg(unix)]
use crate::receiver::webhook;

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

/// What any user of the machine may read of a process are its arguments; its environment, only its owner.
#[cfg(target_os = "linux")]
#[test]
fn no_process_has_a_token_among_its_arguments_and_none_gets_one_that_was_not_in_the_environment() {
    const LOOK: &str = "for file in /proc/$$ /proc/$PPID; do cat $file/cmdline $file/environ; done > seen; cat > told; \
        cat seen told > looked.new; mv looked.new looked";
    let account = Account::of(&["shop-1"]);
    let token = account.mock.partner_token();
    account
        .ran(account.bare().args(["profile", "set", "default", "--token-file", "-"]).write_stdin(&*token))
        .succeeds();
    let mut run = process::Command::new(program())
        .args(["watch", "--interval", "0.1", "--exec", LOOK])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", account.home.path())
        .env("GREENAPI_PARTNER_API_URL", account.mock.url())
        .current_dir(account.home.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    account.until_listed(2);
    account.add(&json!({ "name": "shop-2" }));
    let mut line = String::new();
    BufReader::new(run.stdout.take().unwrap()).read_line(&mut line).unwrap();
    run.kill().unwrap();
    run.wait().unwrap();
    let looked = std::fs::read(account.home.path().join("looked")).unwrap();
    let holds = |text: &str| looked.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(
        holds("--interval") && holds("GREENAPI_PARTNER_API_URL") && holds("shop-2"),
        "both were looked at, and told"
    );
    for secret in account.tokens() {
        assert!(!holds(&secret), "a process, or the command, is told a token");
    }
}

/// Whatever it is asked to keep, and whatever it makes for itself.
#[cfg(unix)]
#[test]
fn files_hold_no_token_but_the_profiles_and_are_their_owners_alone() {
    let account = Account::of(&["shop-1"]);
    let place = |name: &str| account.home.path().join(name);
    std::fs::create_dir(place("tmp")).unwrap();
    let rows_text = "name,webhookUrlToken\nshop-2,canary-webhook\nshop-3,canary-webhook\n";
    let run = |arguments: &[&str], input: &str| {
        let mut command = account.command();
        account.ran(command.env("TMPDIR", place("tmp")).args(arguments).write_stdin(input)).succeeds()
    };
    run(&["profile", "set", "default", "--token-file", "-"], &account.mock.partner_token());
    run(&["bulk", "create", "-", "--journal", "a.journal", "--yes"], rows_text);
    run(
        &["bulk", "create", "-", "--store", "s.db", "--journal", "store:spring", "--yes"],
        "name,webhookUrlToken\nshop-4,canary-webhook\n",
    );
    run(&["instances", "create", "shop-5", "--ensure", "--store", "s.db", "--yes"], "");
    run(&["ledger", "record", "--ledger", "a.ledger"], "");

    let secret = account.file("secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    crate::account::set_mode(secret.as_ref(), 0o600);
    let (url, posts) = webhook();
    let arguments =
        ["watch", "--interval", "0.1", "--forward-to", &url, "--secret-file", &secret, "--spool", "a.spool"];
    let listed = account.lists();
    let mut watch = account.begin(&arguments);
    account.until_listed(listed + 2);
    account.add(&json!({ "name": "shop-6" }));
    // While the event waits, and when nobody is there any more.
    let post = posts.recv().unwrap();
    let files = account.files();
    account.assert_private(&files, &["profiles.json", "secret"]);
    post.answer(204);
    watch.kill().unwrap();
    watch.wait().unwrap();
    let files = account.files();
    for kept in ["a.journal", "s.db", "a.ledger", "a.spool", "profiles.json"] {
        assert!(files.iter().any(|file| file.ends_with(kept)), "{kept}: {files:?}");
    }
    account.assert_private(&files, &["profiles.json", "secret"]);
    assert_eq!(
        std::fs::read_dir(place("tmp")).unwrap().count(),
        0,
        "nothing is left in the folder for temporary files"
    );
}
