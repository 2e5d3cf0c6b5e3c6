//! TLS in front of a mock, with an authority of its own.

use std::{
    env, fs,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use greenapi_partner::{PartnerClient, PartnerClientBuilder};
use greenapi_partner_mock::MockServer;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer},
};

/// The names that the certificate is for.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "upstream.test"];

/// A TLS server that passes everything on to another. Dropping it closes it.
pub(crate) struct TlsFront {
    pub(crate) port: u16,
    ca_file: PathBuf,
    connections: Arc<AtomicUsize>,
    _serving: JoinSet<()>,
}

impl TlsFront {
    /// Offers these protocols by ALPN.
    pub(crate) async fn start(mock: &MockServer, protocols: &[&str]) -> Self {
        Self::before(mock.url().trim_start_matches("http://"), protocols).await
    }

    /// The same before another server than a mock: `127.0.0.1:80`.
    pub(crate) async fn before(server: &str, protocols: &[&str]) -> Self {
        let (mut settings, authority) = certified(|_| {});
        settings.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        Self::serving(server, vec![settings], &authority).await
    }

    /// Has a certificate that was changed before it was signed.
    pub(crate) async fn with(mock: &MockServer, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let (settings, authority) = certified(change);
        Self::serving(mock.url().trim_start_matches("http://"), vec![settings], &authority).await
    }

    /// Shows the first connection another certificate than all later ones, which nobody vouches for.
    pub(crate) async fn that_turns(mock: &MockServer) -> Self {
        let ((first, authority), (later, _)) = (certified(|_| {}), certified(|_| {}));
        Self::serving(mock.url().trim_start_matches("http://"), vec![first, later], &authority).await
    }

    async fn serving(server: &str, settings: Vec<ServerConfig>, authority: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let ca_file = env::temp_dir().join(format!("greenapi-partner-ca-{}-{port}.pem", std::process::id()));
        fs::write(&ca_file, authority).unwrap();
        let upstream = server.to_owned();
        let connections = Arc::new(AtomicUsize::new(0));
        let acceptors = settings.into_iter().map(|settings| TlsAcceptor::from(Arc::new(settings))).collect();
        let mut serving = JoinSet::new();
        serving.spawn(serve(listener, acceptors, upstream, Arc::clone(&connections)));
        Self { port, ca_file, connections, _serving: serving }
    }

    pub(crate) fn url(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    pub(crate) fn ca_file(&self) -> PathBuf {
        self.ca_file.clone()
    }

    /// How many connections have come.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// A client of the mock behind it that trusts it.
    pub(crate) fn builder(&self, mock: &MockServer) -> PartnerClientBuilder {
        PartnerClient::builder().partner_api_url(self.url()).partner_token(mock.partner_token()).ca_file(self.ca_file())
    }
}

impl Drop for TlsFront {
    fn drop(&mut self) {
        fs::remove_file(&self.ca_file).unwrap();
    }
}

async fn serve(listener: TcpListener, acceptors: Vec<TlsAcceptor>, upstream: String, count: Arc<AtomicUsize>) {
    let mut connections = JoinSet::new();
    while let Ok((socket, _)) = listener.accept().await {
        let turn = count.fetch_add(1, Ordering::Relaxed).min(acceptors.len() - 1);
        let (acceptor, upstream) = (acceptors[turn].clone(), upstream.clone());
        connections.spawn(async move {
            // A client that does not trust us hangs up here.
            let Ok(mut inside) = acceptor.accept(socket).await else { return };
            let mut mock = TcpStream::connect(upstream).await.unwrap();
            // Either side may hang up as it likes.
            let _ = copy_bidirectional(&mut inside, &mut mock).await;
        });
    }
}

/// So many have been made: one is told from another by its name before its key.
static AUTHORITIES: AtomicUsize = AtomicUsize::new(0);

/// The server's settings, and the authority that vouches for it, as PEM.
pub(crate) fn certified(change: impl FnOnce(&mut CertificateParams)) -> (ServerConfig, String) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let name = format!("authority {} of {}", AUTHORITIES.fetch_add(1, Ordering::Relaxed), std::process::id());
    authority.distinguished_name.push(DnType::CommonName, name);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let mut certificate = CertificateParams::new(NAMES.map(str::to_owned)).unwrap();
    change(&mut certificate);
    let certificate = certificate.signed_by(&key, &authority).unwrap();
    let settings = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
        .unwrap();
    (settings, authority.pem())
}
