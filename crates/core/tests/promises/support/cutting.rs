//! A host that sends an answer only so far, or in two pieces; each request says in its path how: `/<how>/<bytes>/…`.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::{JoinSet, yield_now},
};

/// What becomes of an answer after so many bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// The connection is closed; the next request of this path gets all.
    Closed,
    /// The same, with a reset.
    Reset,
    /// The rest follows by itself.
    Split,
}

pub(crate) struct CuttingHost {
    url: String,
    requests: Arc<Mutex<HashMap<String, usize>>>,
    _serving: JoinSet<()>,
}

impl CuttingHost {
    /// A host that answers everything so.
    pub(crate) async fn start(answer: Vec<u8>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (requests, mut serving) = (Arc::default(), JoinSet::new());
        let (counts, answer) = (Arc::clone(&requests), Arc::new(answer));
        serving.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((socket, _)) = listener.accept().await {
                connections.spawn(serve(socket, Arc::clone(&answer), Arc::clone(&counts)));
            }
        });
        Self { url, requests, _serving: serving }
    }

    pub(crate) fn url(&self, how: How, bytes: usize) -> String {
        format!("{}{}", self.url, prefix(how, bytes))
    }

    /// How many whole requests came.
    pub(crate) fn requests(&self, how: How, bytes: usize) -> usize {
        self.requests.lock().unwrap().get(&prefix(how, bytes)).copied().unwrap_or_default()
    }
}

fn prefix(how: How, bytes: usize) -> String {
    format!("/{how:?}/{bytes}")
}

/// One request, and what becomes of its answer.
async fn serve(mut socket: TcpStream, answer: Arc<Vec<u8>>, requests: Arc<Mutex<HashMap<String, usize>>>) {
    socket.set_nodelay(true).unwrap();
    let Some(path) = path_of_whole_request(&mut socket).await else { return };
    let [_, how, bytes, _] = *path.splitn(4, '/').collect::<Vec<_>>() else { panic!("{path}") };
    let came_before = {
        let mut requests = requests.lock().unwrap();
        let count = requests.entry(format!("/{how}/{bytes}")).or_default();
        *count += 1;
        *count > 1
    };
    let (first, rest) = answer.split_at(bytes.parse().unwrap());
    if came_before {
        socket.write_all(&answer).await.unwrap();
    } else {
        socket.write_all(first).await.unwrap();
        match how {
            "Split" => {
                // Each gives the client a turn to read what there is.
                for _ in 0..TURNS {
                    yield_now().await;
                }
                socket.write_all(rest).await.unwrap();
            }
            "Reset" => socket.set_zero_linger().unwrap(),
            _ => {}
        }
    }
}

const TURNS: usize = 4;

/// Reads a request to its end; nothing where the client hangs up before.
async fn path_of_whole_request(socket: &mut TcpStream) -> Option<String> {
    let mut request = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&request);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return Some(head.split(' ').nth(1)?.to_owned());
            }
        }
        if socket.read_buf(&mut request).await.ok()? == 0 {
            return None;
        }
    }
}
