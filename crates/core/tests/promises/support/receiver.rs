//! A receiver of events on this machine: it keeps what is posted to it, and answers as it is told.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};

/// What a request is answered.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reply {
    /// A status, with further headers: each ends with a line break.
    Status(u16, &'static str),
    /// Nothing, for as long as the client waits.
    Hang,
    /// Nothing, and the connection ends.
    Cut,
}

pub(crate) const TAKEN: Reply = Reply::Status(204, "");

/// What was posted.
#[derive(Clone, Debug)]
pub(crate) struct Posted {
    pub(crate) path: String,
    head: String,
    pub(crate) body: String,
}

impl Posted {
    pub(crate) fn header(&self, name: &str) -> &str {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.filter(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next().unwrap()
    }

    pub(crate) fn headers(&self) -> Vec<(String, String)> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect()
    }

    pub(crate) fn id(&self) -> &str {
        self.header("webhook-id")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Its type and its instance.
    pub(crate) fn about(&self) -> (String, u64) {
        let body = self.json();
        (body["type"].as_str().unwrap().to_owned(), body["data"]["idInstance"].as_u64().unwrap())
    }
}

/// How it decides, by what was posted before and now.
type Decide = dyn Fn(&[Posted], &Posted) -> Reply + Send + Sync;

pub(crate) struct Receiver {
    pub(crate) address: String,
    posted: Arc<Mutex<Vec<Posted>>>,
    count: watch::Receiver<usize>,
    _serving: JoinSet<()>,
}

impl Receiver {
    /// One that takes everything.
    pub(crate) async fn start() -> Self {
        Self::deciding(|_, _| TAKEN).await
    }

    /// One that answers so, one after the other, and takes everything after that.
    pub(crate) async fn answering<const N: usize>(replies: [Reply; N]) -> Self {
        let replies = Mutex::new(VecDeque::from(replies));
        Self::deciding(move |_, _| replies.lock().unwrap().pop_front().unwrap_or(TAKEN)).await
    }

    pub(crate) async fn deciding(decide: impl Fn(&[Posted], &Posted) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let posted = Arc::new(Mutex::new(Vec::new()));
        let (counted, count) = watch::channel(0);
        let (seen, decide): (_, Arc<Decide>) = (Arc::clone(&posted), Arc::new(decide));
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut each = JoinSet::new();
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                each.spawn(serve(socket, Arc::clone(&seen), counted.clone(), Arc::clone(&decide)));
            }
        });
        Self { address, posted, count, _serving: serving }
    }

    /// Its address, with what nobody else is to see.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook?key={CANARY}", self.address)
    }

    /// What was posted, in order of arrival.
    pub(crate) fn posted(&self) -> Vec<Posted> {
        self.posted.lock().unwrap().clone()
    }

    /// Waits until so much was posted.
    pub(crate) async fn until(&self, count: usize) -> Vec<Posted> {
        self.count.clone().wait_for(|posted| *posted >= count).await.unwrap();
        self.posted()
    }
}

/// What stands in the address.
pub(crate) const CANARY: &str = "canary-receiver-9";

async fn serve(
    mut socket: TcpStream,
    seen: Arc<Mutex<Vec<Posted>>>,
    counted: watch::Sender<usize>,
    decide: Arc<Decide>,
) {
    while let Some(posted) = request(&mut socket).await {
        let reply = {
            let mut seen = seen.lock().unwrap();
            let reply = decide(&seen, &posted);
            seen.push(posted);
            counted.send_replace(seen.len());
            reply
        };
        match reply {
            Reply::Status(status, headers) => {
                let answer = format!("HTTP/1.1 {status} So\r\ncontent-length: 0\r\n{headers}\r\n");
                if socket.write_all(answer.as_bytes()).await.is_err() {
                    return;
                }
            }
            Reply::Hang => {
                let _ = socket.read(&mut [0]).await;
                return;
            }
            Reply::Cut => return,
        }
    }
}

/// The next request of a connection; nothing once the client has left.
async fn request(socket: &mut TcpStream) -> Option<Posted> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).unwrap();
    let path = head.split(' ').nth(1).unwrap().to_owned();
    let mut posted = Posted { path, head, body: String::new() };
    let mut body = vec![0; posted.header("content-length").parse().unwrap()];
    socket.read_exact(&mut body).await.ok()?;
    posted.body = String::from_utf8(body).unwrap();
    Some(posted)
}
