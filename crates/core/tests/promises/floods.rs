//! A socket that is flooded: frames without a pause take nobody's time away, and answers that nobody reads take no memory.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use greenapi_partner::{Error, InstanceClient};
use greenapi_partner_mock::MockServer;
use serde_json::json;
use tokio::runtime::Runtime;

use crate::support::{builder, put};

const ID: u64 = 1_101_728_000;
const TOKEN: &str = "canary-instance-1";
/// Far beyond what any of it takes.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn frames_without_a_pause_do_not_outlast_the_time_that_was_given() {
    let runtime = Runtime::new().unwrap();
    for payload in ["{\"type\":\"zzz\"}", "null"] {
        let mock = runtime.block_on(MockServer::start());
        let (url, _) = flooding(&mock, &frame(0x81, payload), Reads::All);
        let ended = scanning(&runtime, &shop(&mock, &url), Duration::from_secs(1));
        let error = ended.recv_timeout(PATIENCE).expect("it ends");
        assert_eq!(error.code().as_str(), "timeout", "{payload}: {error}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn answers_to_pings_that_nobody_reads_take_no_memory() {
    let runtime = Runtime::new().unwrap();
    let mock = runtime.block_on(MockServer::start());
    let (url, opened) = flooding(&mock, &frame(0x89, &"p".repeat(100)), Reads::Nothing);
    let ended = scanning(&runtime, &shop(&mock, &url), Duration::from_secs(4));
    opened.recv_timeout(PATIENCE).expect("it is opened");
    let before = kilobytes("VmRSS:");
    let error = ended.recv_timeout(PATIENCE).expect("it ends");
    let grown = kilobytes("VmHWM:").saturating_sub(before);
    assert_eq!((error.code().as_str(), grown / 64_000), ("timeout", 0), "{grown} kB more");
}

/// What the system says of this process.
#[cfg(target_os = "linux")]
fn kilobytes(what: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(what)).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// Whether the server reads what the client sends once the socket is open.
#[derive(Clone, Copy, PartialEq)]
enum Reads {
    All,
    Nothing,
}

/// What is before the mock: a socket that it has opened is flooded with these frames. Says when one is.
fn flooding(mock: &MockServer, frame: &[u8], reads: Reads) -> (String, Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (url, upstream) = (format!("http://{}", listener.local_addr().unwrap()), mock.url().replace("http://", ""));
    let (opened, told) = channel();
    let flood = frame.repeat(1_000);
    thread::spawn(move || {
        for client in listener.incoming() {
            let (mut client, mut mock) = (client.unwrap(), TcpStream::connect(&upstream).unwrap());
            let (flood, opened) = (flood.clone(), opened.clone());
            thread::spawn(move || {
                mock.write_all(&head(&mut client)).unwrap();
                client.write_all(&head(&mut mock)).unwrap();
                let _ = opened.send(());
                if reads == Reads::All {
                    let mut asked = client.try_clone().unwrap();
                    thread::spawn(move || while asked.read(&mut [0; 1 << 12]).is_ok_and(|count| count > 0) {});
                }
                while client.write_all(&flood).is_ok() {}
            });
        }
    });
    (url, told)
}

/// The head of a request or an answer, and nothing behind it.
fn head(from: &mut TcpStream) -> Vec<u8> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        from.read_exact(&mut byte).unwrap();
        head.extend(byte);
    }
    head
}

/// A short frame of a server.
fn frame(kind: u8, payload: &str) -> Vec<u8> {
    [&[kind, u8::try_from(payload.len()).unwrap()], payload.as_bytes()].concat()
}

fn shop(mock: &MockServer, url: &str) -> InstanceClient {
    put(mock, json!({ "idInstance": ID, "apiTokenInstance": TOKEN }));
    builder(mock).partner_api_url(url).pacing(false).build().unwrap().instance(ID, TOKEN).unwrap()
}

/// Scans until it fails.
fn scanning(runtime: &Runtime, shop: &InstanceClient, timeout: Duration) -> Receiver<Error> {
    let (ended, told) = channel();
    let mut events = shop.with_timeout(timeout).scan_qr_code();
    runtime.spawn(async move {
        while let Some(event) = events.next().await {
            if let Err(error) = event {
                let _ = ended.send(error);
            }
        }
    });
    told
}
