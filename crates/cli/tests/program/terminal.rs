//! In a terminal: questions that are answered there, widths, colours.
#![cfg(unix)]

use std::process::Command;

use rexpect::session::{PtySession, spawn_command};

use crate::account::{Account, program};

/// The program in a terminal of 80 columns, with a test's patience.
fn in_terminal(account: &Account, arguments: &[&str], environment: &[(&str, &str)]) -> PtySession {
    let mut command = Command::new(program());
    command.args(arguments).env_clear().envs(environment.iter().copied());
    command
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", account.home.path())
        .env("TERM", "xterm-256color");
    command.env("GREENAPI_PARTNER_API_URL", account.mock.url()).env("LANG", "C.UTF-8");
    command.env("GREENAPI_PARTNER_TOKEN", account.mock.partner_token());
    spawn_command(command, Some(30_000)).unwrap()
}

/// What it has shown until its end.
fn shown(account: &Account, arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let bytes = in_terminal(account, arguments, environment).exp_eof().unwrap();
    // It takes every byte for a letter.
    String::from_utf8(bytes.chars().map(|letter| u8::try_from(letter).unwrap()).collect()).unwrap()
}

#[test]
fn who_says_no_pays_nothing_and_who_says_yes_gets_it() {
    let account = Account::new();
    for (answer, live, told) in [("n", 0, "nothing was sent: you said no"), ("y", 1, "done")] {
        let mut terminal = in_terminal(&account, &["instances", "create", "shop-1", "--price", "4.50"], &[]);
        terminal.exp_string("Create 1 instance: 4.50 is charged at once, and again for every day?").unwrap();
        terminal.send(answer).unwrap();
        terminal.flush().unwrap();
        terminal.exp_string(told).unwrap();
        terminal.exp_eof().unwrap();
        assert_eq!(account.live(), live);
    }
}

#[test]
fn a_token_that_is_typed_is_not_shown() {
    let account = Account::new();
    let mut terminal = in_terminal(&account, &["profile", "set", "mine"], &[]);
    terminal.exp_string("Partner token").unwrap();
    terminal.send_line("gac.canary1234").unwrap();
    let rest = terminal.exp_eof().unwrap();
    assert!(rest.contains("kept mine in ") && !rest.contains("canary"), "{rest:?}");
}

#[test]
fn a_table_is_as_wide_as_the_terminal_and_cut_where_it_must_be() {
    let long = "a-very-long-name-of-a-shop-".repeat(4);
    let account = Account::of(&[&long]);
    let table = shown(&account, &["instances", "list"], &[]);
    assert!(table.contains('…') && table.lines().all(|line| line.chars().count() <= 80), "{table}");
    let plain = shown(&account, &["instances", "list"], &[("LC_ALL", "C")]);
    assert!(plain.is_ascii() && plain.contains('~'), "{plain}");
    assert!(account.run(["instances", "list"]).succeeds().out.contains(&long), "a pipe gets all of it");
}

#[test]
fn colours_are_for_those_who_want_them() {
    let account = Account::new();
    let list = ["instances", "show", "nobody"];
    assert!(shown(&account, &list, &[]).contains("\u{1b}["));
    for off in [("NO_COLOR", "1"), ("CLICOLOR", "0")] {
        let error = shown(&account, &list, &[off]);
        assert!(error.contains("error: ") && !error.contains('\u{1b}'), "{off:?} {error:?}");
    }
    assert!(!account.run(list).err.contains('\u{1b}'));
}

#[test]
fn who_keeps_the_results_in_a_file_is_asked_all_the_same() {
    let account = Account::new();
    let create = format!("{} instances create shop-1 > {}/out", program(), account.home.path().display());
    let mut command = Command::new("sh");
    command.args(["-c", &create]).env("GREENAPI_PARTNER_API_URL", account.mock.url());
    command.env("GREENAPI_PARTNER_TOKEN", account.mock.partner_token());
    let mut terminal = spawn_command(command, Some(30_000)).unwrap();
    terminal.exp_string("Create 1 instance").unwrap();
    terminal.send("y").unwrap();
    terminal.flush().unwrap();
    terminal.exp_eof().unwrap();
    assert_eq!(account.live(), 1);
}
