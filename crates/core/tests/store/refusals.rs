//! Refusals of a PostgreSQL or a pooler, word for word from servers that say nothing else: what an operator must mend is said at
//! once, and what passes is tried again, with pauses.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::future::join_all;
use greenapi_partner::{CallOptions, EnsureOptions};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    task::JoinSet,
};

use crate::ground::{CREATE, Ground, shop};

#[tokio::test]
async fn what_an_operator_must_mend_is_said_at_once() {
    for (state, words) in [
        ("28P01", "password authentication failed for user \"ann\""),
        ("28000", "no pg_hba.conf entry for host"),
        ("3D000", "database \"shop\" does not exist"),
        // PgBouncer's.
        ("08P01", "no such user: ann"),
        ("08P01", "no such database: shop"),
        ("08P01", "server login failed: FATAL password authentication failed for user \"ann\""),
    ] {
        let (code, said, tries) = asked(&Server::that_says(state, words).await).await;
        assert_eq!((code.as_str(), tries), ("configuration", 1), "{state} {words}: {said}");
        assert!(said.contains(words), "{said}");
    }
}

/// Two seconds have room for six tries, each after a pause twice as long as that before.
#[tokio::test]
async fn what_passes_is_tried_again_with_pauses() {
    let said = [
        ("08P01", "server conn crashed?"),
        ("08006", "server closed the connection"),
        ("25006", "cannot execute INSERT in a read-only transaction"),
        ("53300", "sorry, too many clients already"),
        ("57P03", "the database system is starting up"),
    ];
    join_all(said.map(async |(state, words)| {
        let (code, said, tries) = asked(&Server::that_says(state, words).await).await;
        assert_eq!(code, "unavailable", "{state} {words}: {said}");
        assert!((2..=6).contains(&tries), "{state} {words}: {tries} tries");
    }))
    .await;
}

/// The code, the words and the number of tries of a creation that may take two seconds, with a store on that server.
async fn asked(server: &Server) -> (String, String, usize) {
    let ground = Ground::new().await;
    let worker = ground.worker_of(ground.store_at(&server.address()));
    let options = EnsureOptions { call: CallOptions::timeout(Duration::from_secs(2)), ..EnsureOptions::default() };
    let error = worker.ensure_instance_with(shop(), options).await.unwrap_err();
    assert_eq!(ground.received(CREATE), 0);
    (error.code().as_str().to_owned(), error.to_string(), server.tries.load(Ordering::Relaxed))
}

/// A server that refuses all who come, in the same words.
struct Server {
    port: u16,
    tries: Arc<AtomicUsize>,
    _serving: JoinSet<()>,
}

impl Server {
    async fn that_says(state: &str, words: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, tries) = (listener.local_addr().unwrap().port(), Arc::default());
        let mut serving = JoinSet::new();
        serving.spawn(refuse(listener, message(state, words), Arc::clone(&tries)));
        Self { port, tries, _serving: serving }
    }

    fn address(&self) -> String {
        format!("postgresql://ann:hidden@127.0.0.1:{}/shop?sslmode=disable", self.port)
    }
}

async fn refuse(listener: TcpListener, message: Vec<u8>, tries: Arc<AtomicUsize>) {
    while let Ok((mut socket, _)) = listener.accept().await {
        tries.fetch_add(1, Ordering::Relaxed);
        // It says who it is first: a length, and as many bytes with it.
        let length = socket.read_u32().await.unwrap();
        let mut who = vec![0; length as usize - 4];
        socket.read_exact(&mut who).await.unwrap();
        socket.write_all(&message).await.unwrap();
    }
}

/// PostgreSQL's `ErrorResponse`.
fn message(state: &str, words: &str) -> Vec<u8> {
    let fields: String = [("S", "FATAL"), ("V", "FATAL"), ("C", state), ("M", words)]
        .map(|(key, value)| format!("{key}{value}\0"))
        .concat();
    let length = u32::try_from(4 + fields.len() + 1).unwrap();
    [b"E", &length.to_be_bytes()[..], fields.as_bytes(), b"\0"].concat()
}
