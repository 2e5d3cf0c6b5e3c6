//! The program: one line of output, options as arguments, and its end.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

use serde_json::Value;

#[test]
fn it_says_where_it_listens_and_for_which_token() {
    let (program, address, token) = start(&["--port", "0"]);
    assert!(address.starts_with("127.0.0.1:"), "{address}");
    assert_eq!((&token[..4], token.len()), ("gac.", 50));
    assert_eq!(list(&address, &token), Value::Array(Vec::new()));
    end(program);
}

#[test]
fn it_takes_a_token_options_and_instances() {
    let arguments =
        ["--partner-token", "gac.mine", "--options", r#"{"listFormat":"2022","pool":7105}"#, "--instances", "2"];
    let (program, address, token) = start(&arguments);
    let items = list(&address, &token);
    assert_eq!(token, "gac.mine");
    assert_eq!(items.as_array().unwrap().len(), 2);
    assert_eq!(items[0]["idInstance"], 7_105_000_001_u64);
    assert_eq!(items[0].get("messenger"), None);
    end(program);
}

#[test]
fn it_fills_the_account_with_the_history_of_a_seed() {
    let names = |seed: &str| {
        let (program, address, token) = start(&["--simulate", seed]);
        let items = list(&address, &token);
        end(program);
        let name = |item: &Value| item["name"].to_string();
        items.as_array().unwrap().iter().map(name).collect::<Vec<_>>()
    };
    let seven = names("7");
    assert!(seven.len() > 10, "{seven:?}");
    assert_eq!(names("7"), seven);
    assert_ne!(names("8"), seven);
}

#[test]
fn it_refuses_an_option_that_it_does_not_know() {
    let output = Command::new(PROGRAM).args(["--options", r#"{"listFormt":"2022"}"#]).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(error.contains("unknown field `listFormt`"), "{error}");
}

fn start(arguments: &[&str]) -> (Child, String, String) {
    let mut program = Command::new(PROGRAM).args(arguments).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let said = line.trim_end().strip_prefix("greenapi-partner-mock: http://").expect("the address first");
    let (address, token) = said.split_once(", partner token ").expect("the token second");
    (program, address.to_owned(), token.to_owned())
}

fn list(address: &str, token: &str) -> Value {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET /partner/getInstances/{token} HTTP/1.1\r\nHost: mock\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    serde_json::from_str(answer.split_once("\r\n\r\n").expect("a body").1).unwrap()
}

/// Ends it as Ctrl-C does, and sees that it calls that a success.
fn end(mut program: Child) {
    let sent = Command::new("kill").args(["-INT", &program.id().to_string()]).status().unwrap();
    assert!(sent.success());
    assert!(program.wait().unwrap().success());
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_greenapi-partner-mock");
