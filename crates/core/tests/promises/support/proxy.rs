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
        Self::start(Some(port)).await
    }

    /// Lets nobody through.
    pub(crate) async fn to_nowhere() -> Self {
        Self::start(None).await
    }

    async fn start(target: Option<u16>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let mut serving = JoinSet::new();
        serving.spawn(serve(listener, target, Arc::clone(&heads)));
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

async fn serve(listener: TcpListener, target: Option<u16>, heads: Arc<Mutex<Vec<String>>>) {
    let mut tunnels = JoinSet::new();
    while let Ok((mut socket, _)) = listener.accept().await {
        let heads = Arc::clone(&heads);
        tunnels.spawn(async move {
            let head = head(&mut socket).await;
            heads.lock().unwrap().push(head);
            let Some(port) = target else {
                let refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n";
                return socket.write_all(refusal).await.unwrap();
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
