//! Looks at a host: one request that carries no token, and what its answer says of the way there.

use http::{HeaderMap, Uri};
use hyper_util::client::proxy::matcher::Matcher;
use jiff::Timestamp;
use reqwest::tls::TlsInfo;
use x509_cert::{Certificate as X509, der::Decode as _};

use super::http::{Http, Lost, lost_of};
use crate::{config::BaseUrl, endpoint::Target};

/// What a host has answered.
pub(crate) struct Look {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// That of the host, over TLS.
    pub(crate) certificate: Option<Certificate>,
}

/// What a certificate says of itself.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// Who has issued it.
    pub issuer: String,
    /// Until when it is valid.
    pub until: Timestamp,
}

impl Http {
    /// Asks for the root of a host, over a connection of its own. The target has no token.
    pub(crate) async fn look(&self, target: &Target) -> Result<Look, Lost> {
        let client = self.looking_client(&target.base).map_err(|error| Lost::barred(&error))?;
        let url = format!("{}/", target.base.origin());
        let response = client.get(url).send().await.map_err(|error| lost_of(target, error))?;
        let certificate = response.extensions().get::<TlsInfo>().and_then(TlsInfo::peer_certificate);
        Ok(Look {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            certificate: certificate.and_then(Certificate::read),
        })
    }
}

impl Certificate {
    fn read(der: &[u8]) -> Option<Self> {
        let read = X509::from_der(der).ok()?.tbs_certificate;
        let until = i64::try_from(read.validity.not_after.to_unix_duration().as_secs()).ok()?;
        Some(Self { issuer: read.issuer.to_string(), until: Timestamp::from_second(until).ok()? })
    }
}

/// The proxy that the environment or the system has for this host, without its credentials: by the library that the HTTP client asks.
pub(crate) fn proxy_of(base: &BaseUrl) -> Option<String> {
    let uri: Uri = base.origin().parse().ok()?;
    let intercept = Matcher::from_system().intercept(&uri)?;
    let (scheme, host) = (intercept.uri().scheme_str()?, intercept.uri().host()?);
    let port = intercept.uri().port_u16().map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{scheme}://{host}{port}"))
}
