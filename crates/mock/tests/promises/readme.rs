//! The README lists every option and every part of a fault, and its examples do what they say.

use std::process::Command;

use greenapi_partner_mock::{Fault, MockServer, Options};
use serde_json::{Value, json};

use crate::client::Client;

#[test]
fn every_option_is_in_the_table() {
    for name in names(&serde_json::to_value(Options::default()).unwrap()) {
        assert!(README.contains(&format!("\n| `{name}` | ")), "{name}");
    }
}

#[test]
fn every_part_of_a_fault_is_in_the_table() {
    let fault = Fault { body: Some(json!(1)), ..Fault::default() };
    let parts = README.split("## Faults").nth(1).expect("a section on faults");
    for name in names(&serde_json::to_value(fault).unwrap()) {
        assert!(parts.lines().any(|line| line.starts_with("| `") && line.contains(&format!("`{name}`"))), "{name}");
    }
}

/// A wait that has no end is ended by the paused clock.
#[tokio::test(start_paused = true)]
async fn every_request_in_the_table_is_known_to_the_mock() {
    let mock = MockServer::start().await;
    let table = README.split("## The interface under").nth(1).expect("a section on it");
    let rows: Vec<_> = table.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next()).collect();
    let requests = rows.iter().filter(|row| row.contains("/_mock/") || row.contains("…/{id}"));
    for row in requests.clone() {
        let words = row.replace('`', "").replace('…', "/_mock/instances").replace("{id}", "1").replace(',', "");
        let (verbs, path) = words.rsplit_once(' ').expect("a verb and a path");
        for verb in verbs.split(' ') {
            let answer = Client::connect(&mock).await.call(verb, path, &[], "").await.unwrap();
            assert_ne!(answer.status, 404, "{row}: {}", answer.text());
        }
    }
    assert!(requests.count() > 30, "{rows:?}");
}

/// They need `bash` and `curl`, which CI has. A comment is what they print, with … for what differs from run to run.
#[test]
fn every_example_prints_what_its_comments_say() {
    let there = |program| Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success());
    if std::env::var_os("CI").is_none() && !(there("bash") && there("curl")) {
        eprintln!("left out: the README's shell examples need bash and curl (Debian: apt-get install bash curl)");
        return;
    }
    let examples: Vec<_> =
        README.split("```sh example\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(!examples.is_empty(), "no examples");
    for example in examples {
        let mock = MockServer::start_blocking(Options::default()).unwrap();
        let output = Command::new("bash")
            .args(["-e", "-c", example])
            .env("GREENAPI_PARTNER_API_URL", mock.url())
            .env("GREENAPI_PARTNER_TOKEN", mock.partner_token())
            .output()
            .unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{example}\n{printed}");
        let mut rest = printed.as_str();
        for part in example.lines().filter_map(|line| line.strip_prefix("# ")).flat_map(|line| line.split('…')) {
            let place = rest.find(part).unwrap_or_else(|| panic!("{part} is not in\n{printed}of\n{example}"));
            rest = &rest[place + part.len()..];
        }
    }
}

fn names(value: &Value) -> Vec<String> {
    value.as_object().expect("an object").keys().cloned().collect()
}

const README: &str = include_str!("../../README.md");
