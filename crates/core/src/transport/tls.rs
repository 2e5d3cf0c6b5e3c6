//! TLS roots: the system's, those of a file or a folder, and those that the environment names. Each adds to the others.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier, client::WantsClientCert, crypto::ring};
use rustls_pki_types::{
    CertificateDer,
    pem::{self, PemObject},
};

use crate::{config::Config, error::Error};

/// The TLS settings of a client.
pub(super) fn client_config(config: &Config, https: bool) -> Result<ClientConfig, Error> {
    let mut tls = tls_of(config.ca_file.as_deref(), &config.ca_named, https)?;
    if https {
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    }
    Ok(tls)
}

/// TLS that trusts the system, and what these files hold. Where it is not needed none of the system's are loaded; a file that
/// the caller names is looked at all the same.
pub(crate) fn tls_of(
    ca_file: Option<&Path>,
    ca_named: &[(&'static str, PathBuf)],
    is_needed: bool,
) -> Result<ClientConfig, Error> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| Error::configuration("this build has no usable TLS version"))?;
    let mut extra = match ca_file {
        Some(path) => certificates("the CA file", path)?,
        None => Vec::new(),
    };
    if !is_needed {
        return Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth());
    }
    for (variable, path) in ca_named {
        extra.extend(certificates(&format!("{variable}:"), path)?);
    }
    Ok(trusting(builder, extra)?.with_no_client_auth())
}

/// The system says itself whom it trusts.
#[cfg(any(windows, target_vendor = "apple"))]
fn trusting(
    builder: ConfigBuilder<ClientConfig, WantsVerifier>,
    extra: Vec<CertificateDer<'static>>,
) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, Error> {
    let provider = Arc::clone(builder.crypto_provider());
    let verifier =
        rustls_platform_verifier::Verifier::new_with_extra_roots(extra, provider).map_err(|_| nobody_to_trust())?;
    Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)))
}

/// The system keeps files of whom it trusts. Without any, the extra ones will do.
#[cfg(not(any(windows, target_vendor = "apple")))]
fn trusting(
    builder: ConfigBuilder<ClientConfig, WantsVerifier>,
    extra: Vec<CertificateDer<'static>>,
) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, Error> {
    let roots = roots(extra);
    if roots.is_empty() { Err(nobody_to_trust()) } else { Ok(builder.with_root_certificates(roots)) }
}

/// The system's and the extra ones, each once: the same file may well be named several times over. Some that the library
/// cannot use do no harm.
#[cfg(not(any(windows, target_vendor = "apple")))]
fn roots(extra: Vec<CertificateDer<'static>>) -> RootCertStore {
    let mut certificates: Vec<_> = system().chain(extra).collect();
    certificates.sort_unstable_by(|one, other| one.cmp(other));
    certificates.dedup();
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates);
    roots
}

/// The usual call, `load_native_certs`, would read SSL_CERT_FILE and SSL_CERT_DIR in place of what the system has, even if
/// they are set to nothing.
#[cfg(not(any(windows, target_vendor = "apple")))]
fn system() -> impl Iterator<Item = CertificateDer<'static>> {
    let places = openssl_probe::probe();
    let read = |file: Option<&Path>, folder| rustls_native_certs::load_certs_from_paths(file, folder).certs;
    let from_file = read(places.cert_file.as_deref(), None);
    let from_folders = openssl_probe::candidate_cert_dirs().flat_map(move |folder| read(None, Some(folder)));
    from_file.into_iter().chain(from_folders)
}

fn nobody_to_trust() -> Error {
    Error::configuration("no certificates to trust: install the system's, or give a CA file or SSL_CERT_FILE")
}

/// What can be used of a file, or of the files in a folder; nothing is an error, and says who named it.
fn certificates(named_by: &str, path: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let wrong = |path: &Path, why: &str| Error::configuration(format!("{named_by} {} {why}", path.display()));
    let unreadable = |error: io::Error| wrong(path, &format!("cannot be read: {error}"));
    let files = if path.is_dir() { files_in(path).map_err(unreadable)? } else { vec![path.to_owned()] };
    let mut found = Vec::new();
    for file in files {
        let inside: Result<Vec<_>, _> = CertificateDer::pem_file_iter(&file).and_then(Iterator::collect);
        found.extend(inside.map_err(|error| match error {
            pem::Error::Io(error) => wrong(&file, &format!("cannot be read: {error}")),
            // Its words may quote the file.
            _ => wrong(&file, "is broken: it is not PEM throughout"),
        })?);
    }
    let usable = |certificate: &CertificateDer<'static>| RootCertStore::empty().add(certificate.clone()).is_ok();
    found.retain(usable);
    if found.is_empty() { Err(wrong(path, "holds no certificate in PEM")) } else { Ok(found) }
}

/// `openssl rehash` makes several links to each file, and leaves some behind that lead nowhere.
fn files_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        match path.canonicalize() {
            Ok(file) if file.is_file() => drop(files.insert(file, path)),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(files.into_values().collect())
}

#[cfg(all(test, not(any(windows, target_vendor = "apple"))))]
mod tests {
    use std::{env, process::Command};

    use super::*;
    use crate::secret::short_digest;

    /// In a process with these variables, the same test tells the keys that it trusts.
    #[test]
    fn the_systems_are_read_whatever_the_variables_say() {
        let keys = roots(Vec::new()).roots.into_iter().map(|root| short_digest(&root.subject_public_key_info));
        if env::var_os("GREENAPI_TEST_ROLE").is_some() {
            return println!("{}", keys.collect::<Vec<_>>().join(" "));
        }
        let keys: Vec<_> = keys.collect();
        assert!(!keys.is_empty(), "the system has none: install ca-certificates");
        let tests = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/tls");
        let authority = format!("{tests}/authority.pem");
        for (file, folders) in [(authority.as_str(), ""), ("", tests), ("/nowhere", "/nowhere")] {
            let name = "transport::tls::tests::the_systems_are_read_whatever_the_variables_say";
            let mut child = Command::new(env::current_exe().unwrap());
            child.args(["--exact", name, "--nocapture"]).env("GREENAPI_TEST_ROLE", "child");
            child.env("SSL_CERT_FILE", file).env("SSL_CERT_DIR", folders);
            let said = String::from_utf8(child.output().unwrap().stdout).unwrap();
            assert!(keys.iter().all(|key| said.contains(key)), "{file} {folders}: {said}");
        }
    }
}
