//! Ctrl-C: what was sent is waited for, and the journal is whole.
#![cfg(unix)]

use std::{
    io::{BufRead as _, BufReader, Lines, Read as _},
    process::{Child, ChildStderr, Command},
    time::{Duration, Instant},
};

use greenapi_partner_mock::{Fault, Requests};

use crate::account::Account;

fn interrupt(program: &Child) {
    signal(program, "-INT");
}

fn signal(program: &Child, which: &str) {
    assert!(Command::new("kill").args([which, &program.id().to_string()]).status().unwrap().success());
}

fn until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(30), "{what}");
        std::thread::yield_now();
    }
}

#[test]
fn the_first_ctrl_c_waits_for_what_was_sent_and_the_same_command_goes_on() {
    let account = Account::new();
    let file = account.file("shops.csv", "name\nshop-1\nshop-2\nshop-3\n");
    let arguments = ["bulk", "create", &*file, "--journal", "j", "--concurrency", "1", "--yes"];
    account.control().add_faults("createInstance", [Fault::hold()]).unwrap();
    let mut run = account.begin(&arguments);
    let sent = || account.control().requests(&Requests::of("createInstance")).len();
    until("a creation is under way", || sent() == 1);
    interrupt(&run);
    let mut lines = BufReader::new(run.stderr.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().starts_with("stopping: what was sent is waited for"));
    account.control().release();
    let said: Vec<_> = lines.map(Result::unwrap).collect();
    assert_eq!(run.wait().unwrap().code(), Some(130), "{said:?}");
    assert!(said.iter().any(|line| line == "stopped: 1 done, 2 not sent"), "{said:?}");
    assert!(said.iter().any(|line| line.contains("the same command with the same journal goes on")), "{said:?}");
    assert_eq!((sent(), account.live()), (1, 1));
    account.run(arguments).succeeds();
    assert_eq!((sent(), account.live()), (3, 3));
}

#[test]
fn the_second_ctrl_c_leaves_what_was_sent() {
    let account = Account::new();
    let file = account.file("shops.csv", "name\nshop-1\n");
    account.control().add_faults("createInstance", [Fault::hold()]).unwrap();
    let mut run = account.begin(&["bulk", "create", &file, "--journal", "j", "--yes"]);
    until("a creation is under way", || account.control().requests(&Requests::of("createInstance")).len() == 1);
    interrupt(&run);
    let mut errors = BufReader::new(run.stderr.take().unwrap());
    errors.read_line(&mut String::new()).unwrap();
    interrupt(&run);
    let mut rest = String::new();
    errors.read_to_string(&mut rest).unwrap();
    assert_eq!(run.wait().unwrap().code(), Some(130));
    assert!(rest.contains("error: interrupted"), "{rest}");
}

/// `bulk create … | head`: nothing that was sent is left, and who reads the exit code hears of it.
#[test]
fn a_run_whose_reader_has_left_is_stopped_and_says_so() {
    let account = Account::new();
    // More than one write holds.
    let names: Vec<_> = (1..=2_000).map(|number| format!("shop-{number}")).collect();
    let file = account.file("shops.csv", &format!("name\n{}\n", names.join("\n")));
    let arguments = ["bulk", "create", &*file, "--journal", "j", "--concurrency", "4", "--yes", "--csv"];
    let mut run = account.begin(&arguments);
    // The heading; `head` has what it wants then.
    BufReader::new(run.stdout.take().unwrap()).read_line(&mut String::new()).unwrap();
    let mut said = String::new();
    run.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(run.wait().unwrap().code(), Some(1), "{said}");
    for words in
        ["stopped: ", "the same command with the same journal goes on", "error: what was done cannot be printed"]
    {
        assert!(said.contains(words), "{said}");
    }
    let sent = account.control().requests(&Requests::of("createInstance"));
    assert!(sent.len() < 2_000 && sent.len() == account.live(), "{} sent, {} live", sent.len(), account.live());
    account.run(arguments).succeeds();
    assert_eq!(account.live(), 2_000);
}

/// An `onboard` that is interrupted once its creation was sent, which is held, and what it says from then on.
fn interrupted_onboard(account: &Account) -> (Child, Lines<BufReader<ChildStderr>>) {
    account.control().add_faults("createInstance", [Fault::hold()]).unwrap();
    let mut run = account.begin(&["onboard", "shop-1", "--yes"]);
    until("a creation is under way", || account.control().requests(&Requests::of("createInstance")).len() == 1);
    interrupt(&run);
    let mut lines = BufReader::new(run.stderr.take().unwrap()).lines();
    let warning = lines.next().unwrap().unwrap();
    assert!(warning.contains("the instance may be charged: ask for it again by its name"), "{warning}");
    assert!(lines.next().unwrap().unwrap().starts_with("stopping: what was sent is waited for"));
    (run, lines)
}

#[test]
fn a_creation_of_onboard_that_was_sent_is_waited_for() {
    let account = Account::new();
    let (mut run, lines) = interrupted_onboard(&account);
    account.control().release();
    let said: Vec<_> = lines.map(Result::unwrap).collect();
    assert_eq!((run.wait().unwrap().code(), said), (Some(130), vec!["error: interrupted".to_owned()]));
    assert_eq!(account.live(), 1);
}

#[test]
fn the_second_ctrl_c_leaves_a_creation_of_onboard_and_says_so() {
    let account = Account::new();
    let (mut run, lines) = interrupted_onboard(&account);
    interrupt(&run);
    let said: Vec<_> = lines.map(Result::unwrap).collect();
    assert!(
        run.wait().unwrap().code() == Some(130) && said.iter().any(|line| line == "error: interrupted"),
        "{said:?}"
    );
}

#[test]
fn a_call_is_left_at_once() {
    let account = Account::new();
    account.control().add_faults("getInstances", [Fault::hold()]).unwrap();
    let run = account.begin(&["instances", "list"]);
    until("the list is asked for", || account.control().requests(&Requests::of("getInstances")).len() == 1);
    interrupt(&run);
    let output = run.wait_with_output().unwrap();
    assert_eq!((output.status.code(), &*output.stdout), (Some(130), &b""[..]));
}

#[test]
fn a_clean_up_of_doubles_waits_for_what_was_sent() {
    let account = Account::of(&["twin", "twin", "other"]);
    account.control().scan(account.id("twin").parse().unwrap(), None).unwrap();
    account.control().add_faults("deleteInstanceAccount", [Fault { act: true, ..Fault::hold() }]).unwrap();
    let mut run = account.begin(&["instances", "duplicates", "--delete", "--yes"]);
    let sent = || account.control().requests(&Requests::of("deleteInstanceAccount")).len();
    until("a deletion is under way", || sent() == 1);
    interrupt(&run);
    let mut lines = BufReader::new(run.stderr.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().starts_with("stopping: what was sent is waited for"));
    account.control().release();
    assert_eq!(run.wait().unwrap().code(), Some(130));
    assert_eq!((sent(), account.live()), (1, 2));
}

#[test]
fn the_mock_ends_at_the_first_signal() {
    let account = Account::new();
    for which in ["-INT", "-TERM"] {
        let mut run = account.begin(&["mock"]);
        let mut line = String::new();
        BufReader::new(run.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("greenapi-partner-mock: http://127.0.0.1:"), "{line}");
        signal(&run, which);
        let begun = Instant::now();
        let ended = loop {
            match run.try_wait().unwrap() {
                None if begun.elapsed() < Duration::from_secs(30) => std::thread::yield_now(),
                ended => break ended,
            }
        };
        let _ = run.kill();
        assert_eq!(ended.and_then(|ended| ended.code()), Some(0), "{which}");
    }
}
