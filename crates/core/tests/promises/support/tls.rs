//! TLS in front of a mock, with an authority of its own.

use std::{env, fs, path::PathBuf, sync::Arc};

use greenapi_partner::{PartnerClient, PartnerClientBuilder};
use greenapi_partner_mock::MockServer;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
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

/// A TLS server that passes everything on to a mock. Dropping it closes it.
pub(crate) struct TlsFront {
    pub(crate) port: u16,
    ca_file: PathBuf,
    _serving: JoinSet<()>,
}

impl TlsFront {
    /// Offers these protocols by ALPN.
    pub(crate) async fn start(mock: &MockServer, protocols: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (mut settings, authority) = certified();
        settings.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        let ca_file = env::temp_dir().join(format!("greenapi-partner-ca-{}-{port}.pem", std::process::id()));
        fs::write(&ca_file, authority).unwrap();
        let upstream = mock.url().trim_start_matches("http://").to_owned();
        let mut serving = JoinSet::new();
        serving.spawn(serve(listener, TlsAcceptor::from(Arc::new(settings)), upstream));
        Self { port, ca_file, _serving: serving }
    }

    pub(crate) fn url(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    pub(crate) fn ca_file(&self) -> PathBuf {
        self.ca_file.clone()
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

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, upstream: String) {
    let mut connections = JoinSet::new();
    while let Ok((socket, _)) = listener.accept().await {
        let (acceptor, upstream) = (acceptor.clone(), upstream.clone());
        connections.spawn(async move {
            // A client that does not trust us hangs up here.
            let Ok(mut inside) = acceptor.accept(socket).await else { return };
            let mut mock = TcpStream::connect(upstream).await.unwrap();
            // Either side may hang up as it likes.
            let _ = copy_bidirectional(&mut inside, &mut mock).await;
        });
    }
}

/// The server's settings, and the authority that vouches for it, as PEM.
fn certified() -> (ServerConfig, String) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(NAMES.map(str::to_owned)).unwrap().signed_by(&key, &authority).unwrap();
    let settings = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
        .unwrap();
    (settings, authority.pem())
}
