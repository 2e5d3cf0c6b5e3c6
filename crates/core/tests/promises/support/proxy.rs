//! An HTTP proxy that tunnels every host to one port of this machine.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

/// Dropping it closes it.
pub(crate) struct ConnectProxy {
    port: u16,
    heads: Arc<Mutex<Vec<String>>>,
    _serving: JoinSet<()>,
}

impl ConnectProxy {
    /// Leads to this port, whatever host is asked for.
    pub(crate) async fn to(port: u16) -> Self {
        Self::start(Way::To(port)).await
    }

    /// Lets nobody through without other credentials.
    pub(crate) async fn to_nowhere() -> Self {
        Self::that_answers("407 Proxy Authentication Required").await
    }

    /// Lets nobody through, and answers with this status.
    pub(crate) async fn that_answers(status: &str) -> Self {
        Self::start(Way::No(format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n"))).await
    }

    async fn start(way: Way) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let mut serving = JoinSet::new();
        serving.spawn(serve(listener, way, Arc::clone(&heads)));
        Self { port, heads, _serving: serving }
    }

    pub(crate) fn url(&self, credentials: &str) -> String {
        format!("http://{credentials}127.0.0.1:{}", self.port)
    }

    /// The heads of the requests it got.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

#[derive(Clone)]
enum Way {
    To(u16),
    /// Nobody is let through, and told this.
    No(String),
}

async fn serve(listener: TcpListener, way: Way, heads: Arc<Mutex<Vec<String>>>) {
    let mut tunnels = JoinSet::new();
    while let Ok((mut socket, _)) = listener.accept().await {
        let (heads, way) = (Arc::clone(&heads), way.clone());
        tunnels.spawn(async move {
            let head = head(&mut socket).await;
            heads.lock().unwrap().push(head);
            let port = match way {
                Way::To(port) => port,
                Way::No(refusal) => return socket.write_all(refusal.as_bytes()).await.unwrap(),
            };
            let mut host = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            socket.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            // Either side may hang up as it likes.
            let _ = copy_bidirectional(&mut socket, &mut host).await;
        });
    }
}

async fn head(socket: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match socket.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(head).unwrap()
}

/// A SOCKS proxy that answers each message with the next of these. Dropping it closes it.
pub(crate) struct SocksProxy {
    port: u16,
    _serving: JoinSet<()>,
}

impl SocksProxy {
    pub(crate) async fn that_answers(answers: Vec<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                for answer in &answers {
                    // The longest message of SOCKS is shorter, and comes in one piece.
                    assert!(socket.read(&mut [0; 600]).await.unwrap() > 0, "the client hung up");
                    socket.write_all(answer).await.unwrap();
                }
            }
        });
        Self { port, _serving: serving }
    }

    /// The proxy finds the host.
    pub(crate) fn url(&self, credentials: &str) -> String {
        format!("socks5h://{credentials}127.0.0.1:{}", self.port)
    }
}
