//! Tokens: where they come from, and who may read them.

use std::path::PathBuf;

use assert_cmd::Command;
use serde_json::{Value, json};

use crate::account::{Account, Ran, program, set_mode};

/// The file that profiles are kept in.
fn place(account: &Account) -> PathBuf {
    account.home.path().join(".config/greenapi-partner/profiles.json")
}

/// What is kept there.
fn kept(account: &Account) -> Value {
    serde_json::from_slice(&std::fs::read(place(account)).unwrap()).unwrap()
}

#[test]
fn a_profile_is_set_used_checked_and_removed() {
    let account = Account::of(&["shop-1"]);
    let token = account.mock.partner_token();
    let mut set = account.bare();
    set.env_remove("GREENAPI_PARTNER_API_URL").args([
        "profile",
        "set",
        "mine",
        "--token-file",
        "-",
        "--partner-api-url",
        &account.mock.url(),
    ]);
    account.ran(set.write_stdin(format!("{token}\n"))).succeeds();
    let run = |arguments: &[&str]| account.ran(account.bare().env_remove("GREENAPI_PARTNER_API_URL").args(arguments));
    assert_eq!(
        run(&["instances", "list", "--profile", "mine", "--json", "name"]).succeeds().json(),
        json!([{ "name": "shop-1" }])
    );
    let mut named = account.bare();
    named.env("GREENAPI_PARTNER_PROFILE", "mine").args(["profile", "list", "--json"]);
    let rows = account.ran(&mut named).succeeds().json();
    assert_eq!(
        rows,
        json!([{ "name": "mine", "partnerApiUrl": account.mock.url(), "apiUrl": null, "hasStore": false }])
    );
    assert_eq!(
        run(&["profile", "check", "mine", "--json"]).succeeds().json(),
        json!({ "name": "mine", "works": true, "live": 1 })
    );
    run(&["instances", "list", "--profile", "other"]).fails(4, "there is no profile \"other\": there are mine");
    run(&["profile", "remove", "mine"]).succeeds();
    run(&["profile", "check", "mine"]).fails(4, "there is no profile \"mine\"");
}

#[test]
fn a_store_that_was_named_in_one_folder_is_the_same_from_another() {
    let account = Account::new();
    let token = account.private("token", &account.mock.partner_token());
    account.file("authority.pem", include_str!("../../../../tests/tls/authority.pem"));
    let set =
        ["profile", "set", "mine", "--token-file", &token, "--store", "partner.sqlite", "--ca-file", "authority.pem"];
    account.ran(account.bare().args(set)).succeeds();
    let elsewhere = account.home.path().join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    let create = ["instances", "create", "shop-1", "--ensure", "--yes", "--profile", "mine"];
    account.ran(account.bare().current_dir(&elsewhere).args(create)).succeeds();
    assert!(account.home.path().join("partner.sqlite").exists());
    assert!(!elsewhere.join("partner.sqlite").exists());
}

#[test]
fn a_database_is_kept_as_it_was_given() {
    let account = Account::new();
    let token = account.private("token", &account.mock.partner_token());
    let url = "postgresql://ann@db.example/shop";
    let set = ["profile", "set", "mine", "--token-file", &token, "--store", url];
    account.ran(account.bare().args(set)).succeeds();
    assert_eq!(kept(&account)["mine"]["store"], url);
}

#[test]
fn all_profiles_stay_that_are_set_at_once() {
    let account = Account::new();
    let token = account.private("token", &account.mock.partner_token());
    let names: Vec<_> = (1..=8).map(|number| format!("mine-{number}")).collect();
    let mut running: Vec<_> =
        names.iter().map(|name| account.begin(&["profile", "set", name, "--token-file", &token])).collect();
    for one in &mut running {
        assert!(one.wait().unwrap().success());
    }
    let kept: Vec<_> = kept(&account).as_object().unwrap().keys().cloned().collect();
    assert_eq!(kept, names);
    account.assert_private(&account.files(), &["token", "profiles.json"]);
}

#[cfg(unix)]
#[test]
fn a_link_to_the_profiles_stays_one() {
    let account = Account::new();
    let token = account.private("token", &account.mock.partner_token());
    let folder = place(&account).parent().unwrap().to_owned();
    std::fs::create_dir_all(&folder).unwrap();
    let set = |name| account.ran(account.bare().args(["profile", "set", name, "--token-file", &token])).succeeds();
    // The first is made where the link points, the second written there.
    std::os::unix::fs::symlink("../profiles-of-mine.json", place(&account)).unwrap();
    set("mine");
    set("other");
    assert!(place(&account).is_symlink());
    let itself = folder.join("../profiles-of-mine.json");
    assert!(!itself.is_symlink() && itself.is_file());
    assert_eq!(kept(&account).as_object().unwrap().len(), 2);
}

#[test]
fn what_is_not_given_again_of_a_profile_stays() {
    let account = Account::new();
    let token = account.private("token", &account.mock.partner_token());
    let url = account.mock.url();
    let set = |more: &[&str]| {
        let set = ["profile", "set", "mine", "--token-file", &token];
        account.ran(account.bare().args(set).args(more)).succeeds();
    };
    set(&["--partner-api-url", &url, "--store", "partner.sqlite", "--store-account", "ann"]);
    let before = kept(&account);
    set(&[]);
    assert_eq!(kept(&account), before);
    set(&["--store-account", "bob", "--store-schema", "shop"]);
    let mine = &kept(&account)["mine"];
    assert_eq!(mine["storeSchema"], "shop");
    assert_eq!((&mine["store"], &mine["storeAccount"]), (&before["mine"]["store"], &json!("bob")));
    assert_eq!(mine["partnerApiUrl"], url);
}

#[test]
fn the_schema_of_a_store_is_named_by_an_option_a_variable_or_the_profile() {
    let account = Account::new();
    let token = account.private("token", &account.mock.partner_token());
    // What has no schema refuses a name that is none, too.
    let long = "s".repeat(64);
    let refused = |command: &mut Command| account.ran(command).fails(4, "the store's schema must be a name");
    let list = ["instances", "list", "--store", "partner.sqlite"];
    refused(account.command().args(list).args(["--store-schema", &long]));
    refused(account.command().args(list).env("GREENAPI_PARTNER_STORE_SCHEMA", &long));
    let set = ["profile", "set", "default", "--token-file", &token, "--store", "partner.sqlite", "--store-schema"];
    refused(account.bare().args(set).arg(&long));
    account.ran(account.bare().args(set).arg("shop")).succeeds();
    let file = place(&account);
    let kept = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, kept.replace("\"shop\"", &format!("{long:?}"))).unwrap();
    refused(account.bare().args(["instances", "list"]));
}

#[test]
fn what_will_not_do_is_not_kept() {
    let account = Account::new();
    let token = account.private("token", &account.mock.partner_token());
    let set = |more: &[&str]| account.ran(account.bare().args(["profile", "set", "--token-file", &token]).args(more));
    for store in ["mysql://ann:hidden@db.example/shop", "host=db.example password=hidden"] {
        let ran = set(&["mine", "--store", store]);
        ran.fails(4, "a database is given as postgresql://");
        assert!(!ran.err.contains("hidden"), "{ran:?}");
    }
    set(&["mine", "--store", "partner.sqlite", "--store-account", ""]).fails(4, "the store's account");
    set(&["mine", "--store", "partner.sqlite", "--store-schema", ""]).fails(4, "schema");
    for name in ["", " ", "a\u{1b}[31mb", "a\nb"] {
        let ran = set(&[name]);
        ran.fails(2, "a profile's name");
        assert!(!ran.err.contains('\u{1b}'), "{ran:?}");
    }
    assert!(!place(&account).exists());
}

#[test]
fn a_name_with_control_characters_is_not_written_as_it_is() {
    let account = Account::new();
    let name = "a\u{1b}[31mb";
    let file = account.private("profiles.json", &json!({ name: { "partnerToken": "" } }).to_string());
    for arguments in [
        ["instances", "list", "--profile", "a\u{1b}[2Jb"],
        ["profile", "check", "--profile", name],
        ["profile", "remove", name, "-v"],
    ] {
        let mut command = account.bare();
        let ran = account.ran(command.env("GREENAPI_PARTNER_CONFIG", &file).args(arguments));
        assert!(ran.err.contains("\\u{1b}") && !ran.err.contains('\u{1b}'), "{ran:?}");
    }
}

#[cfg(unix)]
#[test]
fn what_holds_a_token_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let account = Account::new();
    let file = account.file("token", &account.mock.partner_token());
    set_mode(file.as_ref(), 0o644);
    let list = |file: &str| account.ran(account.bare().args(["instances", "list", "--token-file", file]));
    list(&file).fails(4, &format!("chmod 600 {file}"));
    set_mode(file.as_ref(), 0o600);
    list(&file).succeeds();
    account.ran(account.bare().args(["profile", "set", "default", "--token-file", &file])).succeeds();
    let profiles = place(&account);
    assert_eq!(profiles.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    account.ran(account.bare().args(["instances", "list"])).succeeds();
    set_mode(&profiles, 0o640);
    account.ran(account.bare().args(["instances", "list"])).fails(4, "others may read");
}

/// Whatever else a command looks up of the account: stdin and a pipe have it only once.
#[test]
fn a_token_on_stdin_is_read_once() {
    let account = Account::of(&["shop-1"]);
    let hooked = json!({ "name": "hooked", "settings": { "webhookUrl": "https://hook.example/x" } });
    let id = account.add(&hooked).to_string();
    let token = account.mock.partner_token();
    let run = |arguments: &[&str]| {
        let mut command = account.bare();
        account.ran(command.args(arguments).args(["--token-file", "-"]).write_stdin(format!("{token}\n")))
    };
    assert_eq!(run(&["cost", "--json", "days"]).succeeds().json(), json!({ "days": 2 }));
    run(&["ledger", "record", "--store", "s.db"]).succeeds();
    let address = account.mock.url().strip_prefix("http://").unwrap().to_owned();
    run(&["metrics", "--listen", &address]).fails(4, "give another --listen");
    run(&["listen", &id, "--forward-to", "http://127.0.0.1:1"]).fails(5, "has a webhook URL");
    run(&["profile", "set", "mine", "--store", "s.db"]).succeeds();
    run(&["instances", "create", "shop-2", "--profile", "mine", "--journal", "store:spring", "--yes"]).succeeds();
    assert_eq!(account.live(), 3);
}

#[cfg(unix)]
#[test]
fn a_token_in_a_pipe_is_read_once() {
    let account = Account::of(&["shop-1"]);
    let output = std::process::Command::new("bash")
        .args(["-c", "\"$0\" cost --json days --token-file <(echo \"$TOKEN\")", &program()])
        .env("HOME", account.home.path())
        .env("GREENAPI_PARTNER_API_URL", account.mock.url())
        .env("TOKEN", account.mock.partner_token())
        .env_remove("GREENAPI_PARTNER_TOKEN")
        .output();
    assert_eq!(Ran::of(output.expect("bash")).succeeds().json(), json!({ "days": 1 }));
}

#[test]
fn a_profile_that_is_not_there_is_told_where_only_its_store_is_needed() {
    let account = Account::of(&["shop-1"]);
    account.run(["ledger", "record", "--store", "s.db"]).succeeds();
    let show = ["ledger", "show", "--store", "s.db", "--json", "name"];
    let ran = account.ran(account.bare().args(show)).succeeds();
    assert_eq!(ran.json(), json!([{ "name": "shop-1" }]));
    account.ran(account.bare().args(show).args(["--profile", "other"])).fails(4, "there is no profile \"other\"");
}

#[test]
fn without_a_token_it_says_how_to_give_one() {
    let account = Account::new();
    account.ran(account.bare().args(["instances", "list"])).fails(4, "set GREENAPI_PARTNER_TOKEN, give --token-file");
    let empty = account.file("empty", "\n");
    set_mode(empty.as_ref(), 0o600);
    account.ran(account.bare().args(["instances", "list", "--token-file", &empty])).fails(4, "there is no token in");
    account.ran(account.bare().args(["profile", "set", "mine"])).fails(2, "nobody can be asked here");
}

#[test]
fn a_token_that_upstream_does_not_know_is_refused_without_being_shown() {
    let account = Account::new();
    let mut command = account.bare();
    let ran = account.ran(command.env("GREENAPI_PARTNER_TOKEN", "gac.canary0000").args(["instances", "list", "-v"]));
    ran.fails(4, "fix the token");
    assert!(!ran.err.contains("canary"), "{ran:?}");
}

#[test]
fn profiles_that_cannot_be_read_are_not_quoted() {
    let account = Account::new();
    let file = account.file("profiles.json", "{\"mine\": {\"partnerToken\": \"gac.canary\"");
    set_mode(file.as_ref(), 0o600);
    let mut command = account.bare();
    let ran = account.ran(command.env("GREENAPI_PARTNER_CONFIG", &file).args(["profile", "list"]));
    ran.fails(4, "cannot be read at line 1");
    assert!(!ran.err.contains("canary"), "{ran:?}");
}
