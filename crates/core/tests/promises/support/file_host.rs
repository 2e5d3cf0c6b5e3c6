//! A host of files on this machine: each connection is told the next thing, and is closed then.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::sleep,
};

/// What a connection is told.
pub(crate) enum Told {
    /// An answer as it goes over the wire.
    Whole(Vec<u8>),
    /// These pieces, with so long a wait before each.
    Slowly(Vec<Vec<u8>>, Duration),
    /// This, and nothing more until the client hangs up.
    Held(Vec<u8>),
}

pub(crate) struct FileHost {
    pub(crate) address: String,
    heads: Arc<Mutex<Vec<String>>>,
    _serving: JoinSet<()>,
}

impl FileHost {
    pub(crate) async fn start(told: Vec<Told>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let mut serving = JoinSet::new();
        let seen = Arc::clone(&heads);
        serving.spawn(async move {
            for told in told {
                let (socket, _) = listener.accept().await.unwrap();
                serve(socket, told, &seen).await;
            }
        });
        Self { address, heads, _serving: serving }
    }

    /// An address on it, with what a signed link has.
    pub(crate) fn link(&self) -> String {
        format!("http://{}/1101728000/a.pdf?X-Signature={SIGNATURE}", self.address)
    }

    /// The heads of the requests, each up to its blank line.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

/// What whoever has it can fetch the file with.
pub(crate) const SIGNATURE: &str = "canary-signature-5";

/// A 200 with this file.
pub(crate) fn whole(file: &[u8]) -> Told {
    Told::Whole(answer(file.len(), file))
}

/// The same of a file that should have had more bytes.
pub(crate) fn cut(file: &[u8]) -> Told {
    Told::Whole(answer(file.len() + 1, file))
}

/// An answer without a body.
pub(crate) fn only(status: &str, headers: &str) -> Told {
    Told::Whole(format!("HTTP/1.1 {status}\r\n{headers}content-length: 0\r\nconnection: close\r\n\r\n").into_bytes())
}

/// An answer that says it has so many bytes, and has these.
pub(crate) fn answer(length: usize, file: &[u8]) -> Vec<u8> {
    let mut answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n").into_bytes();
    answer.extend_from_slice(file);
    answer
}

/// The beginning of one that does not say how long it is.
pub(crate) const CHUNKED: &[u8] = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n";

async fn serve(mut socket: TcpStream, told: Told, seen: &Mutex<Vec<String>>) {
    let asked = head(&mut socket).await;
    seen.lock().unwrap().push(asked);
    // The client may hang up as it likes.
    match told {
        Told::Whole(answer) => drop(socket.write_all(&answer).await),
        Told::Slowly(pieces, wait) => {
            for piece in pieces {
                sleep(wait).await;
                let _ = socket.write_all(&piece).await;
            }
        }
        Told::Held(beginning) => {
            let _ = socket.write_all(&beginning).await;
            let _ = socket.read(&mut [0]).await;
        }
    }
}

/// The head of a request, up to its blank line.
pub(crate) async fn head(socket: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}
