//! Gate before a store, which can be shut: a way to PostgreSQL that is cut, or a lock on SQLite's file that another holds.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use rusqlite::Connection;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinSet,
};
use url::Url;

use crate::ground::Ground;

/// Dropped, it is shut for good; a file is free then.
pub(crate) enum Gate {
    Way(Way),
    File { path: String, lock: Option<Connection> },
}

impl Gate {
    /// The address of the ground's store behind it; it is open.
    pub(crate) async fn before(ground: &Ground) -> (Self, String) {
        match Way::to(&ground.address()).await {
            Some((way, address)) => (Self::Way(way), address),
            None => (Self::File { path: ground.address(), lock: None }, ground.address()),
        }
    }

    /// Nobody gets through, and who is inside is thrown out. Of a file: nobody writes. This process must have none of it open.
    pub(crate) fn shut(&mut self) {
        match self {
            Self::Way(way) => way.state.send_modify(|state| state.is_open = false),
            Self::File { path, lock } => {
                let holding = Connection::open(path).unwrap();
                holding.busy_timeout(Duration::from_secs(60)).unwrap();
                holding.execute_batch("BEGIN IMMEDIATE").unwrap();
                *lock = Some(holding);
            }
        }
    }

    /// Waits until nobody is in the middle of a write into a file, and lets nobody begin one until it is opened: a process that
    /// is paused there keeps the file locked.
    pub(crate) fn calm(&mut self) {
        if let Self::File { lock: None, .. } = self {
            self.shut();
        }
    }

    pub(crate) fn open(&mut self) {
        match self {
            Self::Way(way) => way.state.send_modify(|state| state.is_open = true),
            Self::File { lock, .. } => *lock = None,
        }
    }
}

/// A way to a database over TCP.
pub(crate) struct Way {
    state: watch::Sender<State>,
    /// Which reply from now on is lost, with its connection: the first is 1; the statement has done its work.
    pub(crate) loses: Arc<AtomicI64>,
    _serving: JoinSet<()>,
}

#[derive(Clone, Copy)]
pub(crate) struct State {
    is_open: bool,
    /// How many times all that was open has gone silent.
    silences: u32,
}

impl Way {
    /// A way to the database of this URL, and its own URL; nothing where it is a file.
    pub(crate) async fn to(address: &str) -> Option<(Self, String)> {
        let mut url = Url::parse(address).ok().filter(|url| url.scheme().starts_with("postgres"))?;
        let target = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(5432));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        url.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
        let (state, seen) = watch::channel(State { is_open: true, silences: 0 });
        let loses = Arc::new(AtomicI64::new(0));
        let mut serving = JoinSet::new();
        serving.spawn(serve(listener, target, seen, Arc::clone(&loses)));
        Some((Self { state, loses, _serving: serving }, url.into()))
    }

    /// Nothing comes through any more over what is open now, and nobody is told.
    pub(crate) fn silence(&self) {
        self.state.send_modify(|state| state.silences += 1);
    }
}

async fn serve(listener: TcpListener, target: String, state: watch::Receiver<State>, loses: Arc<AtomicI64>) {
    let mut lines = JoinSet::new();
    loop {
        let (client, _) = listener.accept().await.unwrap();
        if state.borrow().is_open {
            let server = TcpStream::connect(&target).await.unwrap();
            lines.spawn(carry(client, server, state.clone(), Arc::clone(&loses)));
        }
    }
}

async fn carry(client: TcpStream, server: TcpStream, mut state: watch::Receiver<State>, loses: Arc<AtomicI64>) {
    let began = *state.borrow_and_update();
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let is_silenced = async {
        let now = state.wait_for(|now| !now.is_open || now.silences != began.silences).await;
        now.is_ok_and(|now| now.is_open)
    };
    let goes_silent = tokio::select! {
        _ = copy(&mut from_client, &mut to_server) => false,
        () = replies(&mut from_server, &mut to_client, &loses) => false,
        silenced = is_silenced => silenced,
    };
    if goes_silent {
        drop(copy(&mut from_client, &mut tokio::io::sink()).await);
    }
}

/// Carries PostgreSQL's messages, each reply as a whole: it ends with `Z`.
async fn replies(server: &mut OwnedReadHalf, client: &mut OwnedWriteHalf, loses: &AtomicI64) {
    let (mut reply, mut is_greeting) = (Vec::new(), true);
    loop {
        let mut head = [0; 5];
        if server.read_exact(&mut head).await.is_err() {
            return drop(client.write_all(&reply).await);
        }
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize - 4;
        let mut body = vec![0; length];
        if server.read_exact(&mut body).await.is_err() {
            return;
        }
        reply.extend(head);
        reply.extend(body);
        let is_whole = head[0] == b'Z';
        if is_whole && !is_greeting && loses.fetch_sub(1, Ordering::SeqCst) == 1 {
            return;
        }
        if is_whole || is_greeting {
            is_greeting &= !is_whole;
            if client.write_all(&reply).await.is_err() {
                return;
            }
            reply.clear();
        }
    }
}
