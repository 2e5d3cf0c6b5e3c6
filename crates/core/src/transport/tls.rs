//! Whom to trust: the system's certificates, and those of a file.

use std::{path::Path, sync::Arc};

use rustls::{ClientConfig, RootCertStore, crypto::ring};
use rustls_pki_types::{CertificateDer, pem::PemObject};
use rustls_platform_verifier::Verifier;

use crate::{config::Config, error::Error};

/// The TLS settings of a client. Plain http needs none, and none are loaded for it.
pub(super) fn client_config(config: &Config, https: bool) -> Result<ClientConfig, Error> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|_| Error::configuration("this build has no usable TLS version"))?;
    let extra = config.ca_file.as_deref().map(certificates).transpose()?.unwrap_or_default();
    if !https {
        return Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth());
    }
    let verifier = Verifier::new_with_extra_roots(extra, provider).map_err(|error| {
        Error::configuration(format!("no certificates to trust: install the system's or give a CA file ({error})"))
    })?;
    let mut tls = builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth();
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(tls)
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let unusable = |why: String| Error::configuration(format!("the CA file {}: {why}", path.display()));
    let found: Result<Vec<_>, _> =
        CertificateDer::pem_file_iter(path).and_then(Iterator::collect).map_err(|error| unusable(error.to_string()));
    match found {
        Ok(found) if found.is_empty() => Err(unusable("holds no certificate".into())),
        other => other,
    }
}
