//! Receiver of what the program posts, on this machine: the test gives its answers.
#![cfg(unix)]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::mpsc::{Receiver, channel},
};

use serde_json::Value;

/// A request as the webhook got it.
#[derive(Debug)]
pub(crate) struct Posted {
    pub(crate) head: String,
    pub(crate) body: Value,
    /// The body as it came.
    pub(crate) text: String,
    /// Answers it, once it may be.
    stream: TcpStream,
}

impl Posted {
    pub(crate) fn answer(mut self, status: u16) {
        write!(self.stream, "HTTP/1.1 {status} Told\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.filter(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
    }
}

/// A webhook on this machine, whose answers the test gives.
pub(crate) fn webhook() -> (String, Receiver<Posted>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (posted, got) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            if posted.send(read(stream.unwrap())).is_err() {
                return;
            }
        }
    });
    (url, got)
}

pub(crate) fn read(stream: TcpStream) -> Posted {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(reader.read_line(&mut head).unwrap(), 0, "{head}");
    }
    let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
    let mut body = vec![0; length.unwrap()];
    reader.read_exact(&mut body).unwrap();
    let text = String::from_utf8(body).unwrap();
    Posted { head, body: serde_json::from_str(&text).unwrap(), text, stream: reader.into_inner() }
}
