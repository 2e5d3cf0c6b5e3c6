//! In a terminal: questions that are answered there, widths, colours.
#![cfg(unix)]

use std::process::Command;

use greenapi_partner_mock::Requests;
use rexpect::{
    process::{Signal, WaitStatus},
    session::{PtySession, spawn_command},
};
use rustix::termios::{LocalModes, Termios, tcgetattr};
use serde_json::json;

use crate::account::{Account, program};

/// The program in a terminal of 80 columns, with a test's patience.
fn in_terminal(account: &Account, arguments: &[&str], environment: &[(&str, &str)]) -> PtySession {
    let mut command = Command::new(program());
    command.args(arguments);
    in_terminal_of(account, command, environment)
}

fn in_terminal_of(account: &Account, mut command: Command, environment: &[(&str, &str)]) -> PtySession {
    command.env_clear().envs(environment.iter().copied());
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

/// The program in a terminal that shows what is typed, as a shell leaves it, and how that is set.
fn in_shown_terminal(account: &Account, arguments: &[&str]) -> (PtySession, Termios) {
    let mut command = Command::new("sh");
    command.args(["-c", "stty echo; echo ready; read go; exec \"$@\"", "sh", &program()]).args(arguments);
    let mut terminal = in_terminal_of(account, command, &[]);
    terminal.exp_string("ready").unwrap();
    let before = termios(&terminal);
    assert!(before.local_modes.contains(LocalModes::ECHO));
    terminal.send_line("").unwrap();
    (terminal, before)
}

fn termios(terminal: &PtySession) -> Termios {
    tcgetattr(terminal.process().get_file_handle().unwrap()).unwrap()
}

/// The terminal is set as before, and has its cursor.
fn assert_as_it_was(terminal: &PtySession, before: &Termios, shown: &str) {
    let after = termios(terminal);
    assert_eq!((after.local_modes, after.input_modes), (before.local_modes, before.input_modes));
    assert_eq!(shown.matches("\u{1b}[?25l").count(), shown.matches("\u{1b}[?25h").count(), "{shown:?}");
}

/// How somebody ends a question who answers none.
#[derive(Clone, Copy, Debug)]
enum Ends {
    CtrlC,
    By(Signal),
}

impl Ends {
    const ALL: [Self; 3] = [Self::CtrlC, Self::By(Signal::SIGINT), Self::By(Signal::SIGTERM)];

    fn end(self, terminal: &mut PtySession) {
        match self {
            // Whatever is typed after it.
            Self::CtrlC => terminal.send("\u{3}y\r").and_then(|_| terminal.flush()).unwrap(),
            Self::By(signal) => terminal.process_mut().signal(signal).unwrap(),
        }
    }
}

#[test]
fn who_interrupts_a_question_agrees_to_nothing() {
    let account = Account::of(&["shop-1", "shop-1"]);
    let (id, file) =
        (account.add(&json!({ "name": "linked" })).to_string(), account.file("shops.csv", "name\nshop-2\n"));
    account.control().scan(id.parse().unwrap(), None).unwrap();
    let commands = [
        &["instances", "create", "shop-2"][..],
        &["bulk", "create", &file],
        &["instances", "delete", &id],
        &["instances", "duplicates", "--delete"],
        &["logout", &id],
        &["onboard", "shop-2"],
    ];
    for (arguments, ends) in commands.into_iter().flat_map(|one| Ends::ALL.map(|ends| (one, ends))) {
        let (mut terminal, before) = in_shown_terminal(&account, arguments);
        terminal.exp_string("[y/N]").unwrap();
        ends.end(&mut terminal);
        let shown = terminal.exp_eof().unwrap();
        assert!(
            shown.contains("interrupted") && !shown.contains("read interrupted"),
            "{arguments:?} {ends:?} {shown:?}"
        );
        assert_as_it_was(&terminal, &before, &shown);
        let ended = terminal.process().wait().unwrap();
        assert!(matches!(ended, WaitStatus::Exited(_, 130)), "{arguments:?} {ends:?} {ended:?}");
    }
    for charged in ["createInstance", "deleteInstanceAccount", "logout"] {
        assert_eq!(account.control().requests(&Requests::of(charged)).len(), 0, "{charged}");
    }
}

#[test]
fn what_is_no_answer_is_passed_over() {
    let account = Account::new();
    let (mut terminal, before) = in_shown_terminal(&account, &["instances", "create", "shop-1"]);
    terminal.exp_string("[y/N]").unwrap();
    // Arrows, a terminal's answer that ends with the letter, a letter of two bytes, and one that is no answer.
    terminal.send("\u{1b}[A\u{1b}OB\u{1b}[?1;2$y\u{e9}xy").unwrap();
    terminal.flush().unwrap();
    let shown = terminal.exp_eof().unwrap();
    assert!(shown.contains("yes"), "{shown:?}");
    assert_as_it_was(&terminal, &before, &shown);
    assert_eq!(account.live(), 1);
}

#[test]
fn whatever_ends_a_hidden_question_what_is_typed_next_is_shown() {
    let account = Account::new();
    for ends in Ends::ALL {
        let (mut terminal, before) = in_shown_terminal(&account, &["profile", "set", "mine"]);
        terminal.exp_string("Partner token").unwrap();
        terminal.send("gac.canary").unwrap();
        terminal.flush().unwrap();
        ends.end(&mut terminal);
        let shown = terminal.exp_eof().unwrap();
        assert!(shown.contains("interrupted") && !shown.contains("canary"), "{ends:?} {shown:?}");
        assert_as_it_was(&terminal, &before, &shown);
        let ended = terminal.process().wait().unwrap();
        assert!(matches!(ended, WaitStatus::Exited(_, 130)), "{ends:?} {ended:?}");
    }
    assert!(account.files().is_empty());
}

#[test]
fn what_is_typed_wrongly_can_be_taken_back() {
    let account = Account::of(&["shop-1"]);
    let (mut terminal, before) = in_shown_terminal(&account, &["profile", "set", "default"]);
    terminal.exp_string("Partner token").unwrap();
    // An empty line, a line that is taken back, and a letter of two bytes that is.
    let token = account.mock.partner_token();
    terminal.send(&format!("\rwrong\u{15}{token}\u{e9}\u{7f}\r")).unwrap();
    terminal.flush().unwrap();
    let shown = terminal.exp_eof().unwrap();
    assert!(shown.contains("kept default in ") && !shown.contains(&token), "{shown:?}");
    assert_as_it_was(&terminal, &before, &shown);
    account.ran(account.bare().args(["instances", "list"])).succeeds();
}
