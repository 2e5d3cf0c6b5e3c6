//! Connect failures: which one it was, as far as the libraries' errors tell.

use std::{error::Error, io, iter};

use jiff::Timestamp;
use rustls::CertificateError;
use rustls_pki_types::UnixTime;

use crate::{config::CONNECT_TIMEOUT, retry::Failure};

/// Why nothing could be sent, as the beginning of a sentence, and whether trying again may help.
///
/// A wrong certificate, and a proxy that wants other credentials, are a matter of the set-up: to try again only hides that.
/// Any other refusal of a proxy may pass: its library tells no 403 from a 502.
pub(super) fn failure(error: &reqwest::Error, host: &str) -> (Failure, String) {
    let host = format!("the host {host}");
    let mut whom = host.as_str();
    for text in chain(error).map(ToString::to_string) {
        match ByProxy::told(&text) {
            Some(ByProxy::WantsCredentials) => {
                let asked = "the proxy asks for credentials, or for others than it was given";
                let status = if text.starts_with(TUNNEL) { " (407)" } else { "" };
                return (Failure::Barred, format!("{asked}{status}"));
            }
            Some(ByProxy::RefusesTheHost) => {
                return (Failure::NotSent, format!("the proxy does not connect to {host}"));
            }
            Some(ByProxy::Unreachable) => whom = "the proxy",
            None => {}
        }
    }
    match innermost::<rustls::Error>(error) {
        Some(rustls::Error::InvalidCertificate(reason)) => {
            let why = format!("the certificate of {whom} is not trusted: {}", distrust(reason));
            return (Failure::Barred, why);
        }
        Some(other) => return (Failure::NotSent, format!("no TLS with {whom}: {other}")),
        None => {}
    }
    let why = if error.is_dns() {
        format!("{whom} cannot be found (DNS)")
    } else {
        match innermost::<io::Error>(error).map(io::Error::kind) {
            Some(io::ErrorKind::ConnectionRefused) => format!("{whom} refuses the connection"),
            Some(io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable) => {
                format!("there is no way to {whom}")
            }
            Some(io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::UnexpectedEof) => {
                format!("{whom} broke off the connection while it was made")
            }
            None if error.is_timeout() => format!("no connection to {whom} within {} s", CONNECT_TIMEOUT.as_secs()),
            _ => format!("could not connect to {whom}"),
        }
    };
    (Failure::NotSent, why)
}

/// An error and all that is below it. What is wrapped in an `io::Error` is below it too, and not only what is below that.
pub(super) fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    iter::successors(Some(error), |&above| match above.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => above.source(),
    })
}

fn innermost<T: Error + 'static>(error: &reqwest::Error) -> Option<&T> {
    chain(error).filter_map(<dyn Error>::downcast_ref).last()
}

/// Why a certificate is not trusted.
fn distrust(reason: &CertificateError) -> String {
    match reason {
        CertificateError::UnknownIssuer => {
            "nobody who is trusted here has issued it; if it is your firm's, name its CA by the CA file or SSL_CERT_FILE"
                .into()
        }
        CertificateError::ExpiredContext { not_after, .. } => format!("it has expired, at {}", moment(*not_after)),
        CertificateError::Expired => "it has expired".into(),
        CertificateError::NotValidYetContext { not_before, .. } => {
            format!("it is not valid before {}; is this machine's clock right?", moment(*not_before))
        }
        CertificateError::NotValidYet => "it is not valid yet; is this machine's clock right?".into(),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it is for another host".into()
        }
        CertificateError::BadSignature => "it is not signed by the CA that it names".into(),
        CertificateError::Revoked => "it is revoked".into(),
        other => other.to_string(),
    }
}

fn moment(time: UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).ok();
    let time = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
    time.map_or_else(|| "a time out of reach".into(), |time| time.to_string())
}

/// What the way through a proxy came to. The libraries keep the types of these errors to themselves, so that only their
/// texts can be read.
#[derive(Clone, Copy)]
enum ByProxy {
    WantsCredentials,
    RefusesTheHost,
    Unreachable,
}

impl ByProxy {
    fn told(text: &str) -> Option<Self> {
        let what = text.strip_prefix(TUNNEL).or_else(|| text.strip_prefix(SOCKS))?;
        Some(match what {
            _ if WANTS_CREDENTIALS.contains(&what) => Self::WantsCredentials,
            UNREACHABLE => Self::Unreachable,
            _ => Self::RefusesTheHost,
        })
    }
}

const TUNNEL: &str = "tunnel error: ";
const SOCKS: &str = "SOCKS error: ";
const UNREACHABLE: &str = "failed to create underlying connection";
/// The second is said of a SOCKS proxy that takes none of our ways to log in, the third of one that insists on another.
const WANTS_CREDENTIALS: [&str; 4] = [
    "proxy authorization required",
    "server does not support user/pass authentication",
    "server implements authentication incorrectly",
    "credentials not accepted",
];
