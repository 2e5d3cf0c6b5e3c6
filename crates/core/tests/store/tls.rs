//! TLS on the way to PostgreSQL: where it is asked for, the server is verified, whatever the word, before it is told anything.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;
use url::Url;

use crate::{
    certificates::certified,
    ground::{CREATE, Ground, code, shop},
};

#[tokio::test]
async fn where_tls_is_asked_for_the_server_is_verified_by_the_file_that_is_named() {
    for mode in ["require", "verify-ca", "verify-full"] {
        let ground = Ground::new().await;
        let server = TlsServer::before(&ground).await;
        if server.database.is_none() {
            return;
        }
        let address = server.address(mode, &[("sslrootcert", &server.ca_file())]);
        let ensured = ground.worker_of(ground.store_at(&address)).ensure_instance(shop()).await;
        assert!(ensured.unwrap().is_new() && server.met() > 0, "{mode}");
    }
}

#[tokio::test]
async fn a_server_that_nobody_vouches_for_is_told_nothing_and_nothing_is_created() {
    for mode in ["require", "verify-ca", "verify-full"] {
        let ground = Ground::new().await;
        let (server, other) = (TlsServer::before(&ground).await, TlsServer::before(&ground).await);
        for named in [vec![], vec![("sslrootcert", other.ca_file())]] {
            let named: Vec<_> = named.iter().map(|(key, file)| (*key, file.as_str())).collect();
            let worker = ground.worker_of(ground.store_at(&server.address(mode, &named)));
            assert_eq!(code(worker.ensure_instance(shop()).await), "configuration", "{mode} {named:?}");
        }
        assert_eq!((server.met(), ground.received(CREATE)), (0, 0), "{mode}");
    }
}

/// A server that speaks TLS as PostgreSQL does, with the ground's database behind it, if that is one.
struct TlsServer {
    port: u16,
    database: Option<Url>,
    folder: TempDir,
    met: Arc<AtomicUsize>,
    _serving: JoinSet<()>,
}

impl TlsServer {
    async fn before(ground: &Ground) -> Self {
        let (settings, authority) = certified(|_| {});
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("ca.pem"), authority).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (database, met) = (Url::parse(&ground.address()).ok(), Arc::default());
        let behind = database.as_ref().map(|url| format!("{}:{}", url.host_str().unwrap(), url.port().unwrap()));
        let mut serving = JoinSet::new();
        serving.spawn(serve(listener, TlsAcceptor::from(Arc::new(settings)), behind, Arc::clone(&met)));
        Self { port, database, folder, met, _serving: serving }
    }

    fn ca_file(&self) -> String {
        self.folder.path().join("ca.pem").display().to_string()
    }

    fn address(&self, mode: &str, named: &[(&str, &str)]) -> String {
        let mut url = self.database.clone().unwrap_or_else(|| Url::parse("postgresql://ann:hidden@db/shop").unwrap());
        url.set_host(Some("localhost")).unwrap();
        url.set_port(Some(self.port)).unwrap();
        url.query_pairs_mut().append_pair("sslmode", mode).extend_pairs(named);
        url.into()
    }

    /// How many connections trust it.
    fn met(&self) -> usize {
        self.met.load(Ordering::Relaxed)
    }
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, behind: Option<String>, met: Arc<AtomicUsize>) {
    let mut connections = JoinSet::new();
    while let Ok((mut socket, _)) = listener.accept().await {
        let (acceptor, behind, met) = (acceptor.clone(), behind.clone(), Arc::clone(&met));
        connections.spawn(async move {
            let mut asked = [0; 8];
            if socket.read_exact(&mut asked).await.is_err() {
                return;
            }
            assert_eq!(asked, SSL_REQUEST, "it was told more");
            socket.write_all(b"S").await.unwrap();
            let Ok(mut inside) = acceptor.accept(socket).await else { return };
            // Who trusts us says who it is. With TLS 1.3 we hear only now that it does not.
            let mut first = [0; 1];
            if inside.read_exact(&mut first).await.is_err() {
                return;
            }
            met.fetch_add(1, Ordering::Relaxed);
            let Some(behind) = behind else { return };
            let mut database = TcpStream::connect(behind).await.unwrap();
            database.write_all(&first).await.unwrap();
            // Either side may hang up as it likes.
            let _ = copy_bidirectional(&mut inside, &mut database).await;
        });
    }
}

/// Its length, and the number that stands for it.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];
