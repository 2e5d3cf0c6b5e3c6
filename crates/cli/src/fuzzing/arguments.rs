//! Arguments of the program.
//!
//! An input is text, an argument on each line.

use clap::Parser as _;

use super::{TOKEN, tells_no_token};
use crate::{Program, commands::Command, exit::USAGE, settings};

pub fn check(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let given: Vec<&str> = text.lines().take(20).collect();
    match Program::try_parse_from(["greenapi-partner"].iter().chain(&given)) {
        Ok(program) => of_money(&program.command, &given),
        Err(error) => {
            let code = u8::try_from(error.exit_code()).unwrap();
            assert_eq!(code, if error.use_stderr() { USAGE } else { 0 });
            assert!(!error.render().to_string().is_empty());
        }
    }
    // A file is named by `@`: none is read here.
    let set: Vec<_> = given.iter().filter(|given| !given.contains("=@")).map(|given| (*given).to_owned()).collect();
    for one in &set {
        for operation in ["createInstance", "setInstancesSettings"] {
            match settings::read(operation, [one]) {
                Ok(read) => {
                    let (name, value) = one.split_once('=').unwrap();
                    assert_eq!(read.len(), 1);
                    assert!(read.iter().all(|(read, _)| *read == name.trim().replace('-', "_")));
                    assert!(read.values().all(|read| read.is_boolean()
                        || *read == value
                        || *read.to_string() == *value.trim_start_matches(['+', '0'])
                        || read == 0));
                }
                Err(failure) => {
                    assert_eq!(failure.exit, USAGE);
                    let name = one.split_once('=').map_or("", |(name, _)| name);
                    if !name.replace('-', "_").contains(&TOKEN[..super::PART]) {
                        tells_no_token(&failure.to_string());
                    }
                }
            }
        }
    }
}

pub fn seeds() -> Vec<Vec<u8>> {
    let lines = [
        "instances list --json id,name --live",
        "instances create shop-1 shop-2 --set incomingWebhook=yes --yes",
        "instances create shop --set delaySendMessagesMilliseconds=500 --ensure --dry-run",
        "instances delete 1101000001 - --logout -y",
        "instances duplicates --delete --yes",
        "onboard shop-1 --yes",
        "offboard 1101000001 --yes",
        "bulk create rows.csv --journal run.journal --yes",
        "bulk delete rows.csv --yes",
        "settings set webhookUrl=https://shop.example shop-1",
        "cost --price 1.5",
        "watch --csv",
        "send shop-1 79001234567 hello",
        "call getSettings shop-1",
        "--help",
        "--version",
    ];
    let odd = format!(
        "instances\ncreate\nshop\n--set\n{TOKEN}\n--set\nwebhookUrlToken={TOKEN}\n--set\nincomingWebhook={TOKEN}"
    );
    lines.map(|line| line.replace(' ', "\n")).into_iter().chain([odd]).map(String::into_bytes).collect()
}

/// What charges, deletes or unlinks was called by its whole name, and agreed to by a whole word.
fn of_money(command: &Command, given: &[&str]) {
    let shown = format!("{command:?}");
    let words: &[&str] = match command {
        Command::Instances(_) if shown.starts_with("Instances(Create") => &["instances", "create"],
        Command::Instances(_) if shown.starts_with("Instances(Delete") => &["instances", "delete"],
        Command::Onboard(_) => &["onboard"],
        Command::Offboard(_) => &["offboard"],
        Command::Logout(_) => &["logout"],
        Command::Bulk(_) => &["bulk"],
        Command::Call(_) => &["call"],
        _ => &[],
    };
    for word in words {
        assert!(given.contains(word), "{shown} of {given:?}");
    }
    let short = |argument: &&str| argument.starts_with('-') && !argument.starts_with("--") && argument.contains('y');
    let agreed = given.contains(&"--yes") || given.iter().any(short);
    assert!(agreed || !shown.contains("yes: true"), "{shown} of {given:?}");
}
