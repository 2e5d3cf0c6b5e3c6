//! Every default, stated once, and the options of a client, checked.

use std::{env, ffi::OsString, fmt, path::PathBuf, time::Duration};

use url::{Host, Url};

use crate::{error::Error, names::Names, secret::Secret};

/// The version of this library, as it stands in the `User-Agent`.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Upstream's partner host, where neither option nor environment names one.
pub(crate) const PARTNER_API_URL: &str = "https://api.green-api.com";

/// Of a whole call, with its retries.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(60);
/// The most that a caller may ask for: a clock cannot count to the end of all numbers.
pub(crate) const LONGEST_CALL: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);
/// Of one try, where a second one is harmless. A `once` try has no limit below the call's.
pub(crate) const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(20);
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The largest answer that is read, in bytes: some hundred thousand instances. Three megabytes can unpack to thousands.
pub(crate) const MAX_RESPONSE_SIZE: usize = 256 << 20;
/// The largest frame of a socket that is read: a QR code has some kilobytes.
pub(crate) const LARGEST_FRAME: usize = 16 << 20;

pub(crate) const MAX_RETRIES: u32 = 3;
pub(crate) const BACKOFF_FIRST: Duration = Duration::from_millis(250);
pub(crate) const BACKOFF_CAP: Duration = Duration::from_secs(8);
pub(crate) const BUDGET_FULL: u32 = 100;
pub(crate) const BUDGET_PER_RETRY: u32 = 10;
pub(crate) const BUDGET_PER_SUCCESS: u32 = 1;

/// How long a connection may idle in the pool; below the 60 s and more of common servers.
pub(crate) const POOL_IDLE: Duration = Duration::from_secs(50);
/// The same for a connection that is to carry a `once` call: Node servers close after 5 s.
pub(crate) const POOL_IDLE_ONCE: Duration = Duration::from_secs(4);
pub(crate) const POOL_MAX_IDLE: usize = 64;

/// How long the host of a file may send nothing, before its answer and between two pieces of it.
pub(crate) const FILE_SILENCE: Duration = Duration::from_secs(30);
/// How much of a file is gathered before it is written to the disk.
pub(crate) const WRITTEN_AT_ONCE: usize = 256 << 10;

/// How long a `qr` call may block: upstream took up to 60 seconds.
pub(crate) const QR_TIMEOUT: Duration = Duration::from_secs(90);
/// Of a call that carries a file.
pub(crate) const UPLOAD_TIMEOUT: Duration = Duration::from_secs(300);
/// What a long poll may take over the time that upstream was asked to wait.
pub(crate) const POLL_MARGIN: Duration = Duration::from_secs(15);
/// How long upstream waits for a notification, where the caller does not say.
pub(crate) const RECEIVE_TIMEOUT: Duration = Duration::from_secs(5);
/// A QR code is replaced by upstream after this time.
pub(crate) const QR_LIFETIME: Duration = Duration::from_secs(20);
/// How long a QR socket shows codes before upstream closes it.
pub(crate) const SCAN_WINDOW: Duration = Duration::from_secs(100);
/// How much later the client gives up, so that upstream may say so first.
pub(crate) const SCAN_WINDOW_MARGIN: Duration = Duration::from_secs(10);
/// How long a socket may take to show its first code before it counts as silent.
pub(crate) const FIRST_CODE: Duration = Duration::from_secs(10);
/// How much later than its code's end a socket counts as silent that shows no other.
pub(crate) const SILENCE: Duration = Duration::from_secs(3);
/// After so many silences within a window QR codes are polled.
pub(crate) const MOST_SILENCES: u32 = 2;
/// An instance younger than this may answer as if its token were wrong or it were unpaid.
pub(crate) const YOUNG: Duration = Duration::from_secs(10 * 60);
/// Calls are sent this much further apart than the documented rate asks: on the way, distances shrink.
pub(crate) const PACE_MARGIN: f64 = 1.05;

/// How long a flow waits in all, where the caller does not say.
pub(crate) const FLOW_TIMEOUT: Duration = Duration::from_secs(900);
/// Between two looks at the state, as upstream's pages say.
pub(crate) const POLL_INTERVAL: Duration = Duration::from_secs(5);
/// The same beside a socket that shows QR codes: it may stay silent although a phone is linked.
pub(crate) const POLL_INTERVAL_BESIDE: Duration = Duration::from_secs(4);
/// Between two QR codes over HTTP: WhatsApp, and Telegram or MAX.
pub(crate) const QR_INTERVAL: Duration = Duration::from_secs(2);
pub(crate) const QR_INTERVAL_OTHERS: Duration = Duration::from_secs(5);
/// An instance that is `starting` for so long is rebooted, and then left alone for this part of it: 300 s and 120 s.
pub(crate) const REBOOT_AFTER: Duration = Duration::from_secs(300);
pub(crate) const REST_AFTER_REBOOT: f64 = 0.4;
/// How long a code for a phone is good.
pub(crate) const PHONE_CODE_LIFETIME: Duration = Duration::from_secs(150);
/// The same of Telegram and MAX, whose code comes in the messenger.
pub(crate) const PHONE_CODE_LIFETIME_OTHERS: Duration = Duration::from_secs(300);

/// How long `ensure_instance` looks for an instance whose creation got no answer.
pub(crate) const SETTLE: Duration = Duration::from_secs(60);
/// The first wait between two looks; each further one is twice as long.
pub(crate) const SETTLE_FIRST_WAIT: Duration = Duration::from_secs(1);

/// How long a client remembers what it has created and deleted, where a list lags behind; and how many of each.
pub(crate) const REMEMBERED_FOR: Duration = Duration::from_secs(10 * 60);
pub(crate) const REMEMBERED_MOST: usize = 10_000;

/// How many items of a bulk run are under way at once: of partner methods, and of instance methods.
pub(crate) const BULK_PARTNER_CONCURRENCY: usize = 8;
pub(crate) const BULK_INSTANCE_CONCURRENCY: usize = 32;
/// How long the second of two runs waits for a journal that the first is about to leave.
pub(crate) const JOURNAL_PATIENCE: Duration = Duration::from_millis(200);
/// The account of a store, and the schema of its tables in PostgreSQL.
pub(crate) const STORE_ACCOUNT: &str = "default";
pub(crate) const STORE_SCHEMA: &str = "greenapi_partner";
/// How long a claim on a name in a store runs without being renewed, and how long an instance there is believed to be live.
pub(crate) const STORE_CLAIM: Duration = Duration::from_secs(30);
pub(crate) const STORE_FRESH: Duration = Duration::from_secs(10 * 60);
/// How old a row's confirmation is at most when a list that shows its instance leaves it as it is.
pub(crate) const STORE_CONFIRM: Duration = Duration::from_secs(60);
/// How long one process waits for another that writes into SQLite's file.
pub(crate) const STORE_PATIENCE: Duration = Duration::from_secs(10);
/// The same for who only looks.
pub(crate) const STORE_LOOK: Duration = Duration::from_secs(2);
/// How long a caller whose instance is there waits for the store to be told.
pub(crate) const STORE_END: Duration = Duration::from_secs(5);
/// The waits of who wants a name that another process has: the first, each twice as long, and the longest.
pub(crate) const STORE_FIRST_WAIT: Duration = Duration::from_millis(20);
pub(crate) const STORE_LONGEST_WAIT: Duration = Duration::from_millis(500);
/// How long one statement of a ledger in a store may take: a first list of many thousands is one.
pub(crate) const STORE_LEDGER_TIME: Duration = Duration::from_secs(30);
/// How long a name that is free stays in the store.
pub(crate) const STORE_PURGE: Duration = Duration::from_secs(30 * 24 * 3600);
/// How long a list shows what was deleted: three months, less what they may be short of.
pub(crate) const LISTED_AFTER_DELETION: Duration = Duration::from_secs(80 * 24 * 3600);
/// How many calls a run over many instances makes at once, where the caller does not say: as many connections are kept.
pub(crate) const INSPECT_CONCURRENCY: usize = POOL_MAX_IDLE;
/// From the beginning of one look of `watch` to that of the next.
pub(crate) const WATCH_INTERVAL: Duration = Duration::from_secs(60);

/// How many events are posted at once, and how long the receiver may take for one.
pub(crate) const DELIVER_CONCURRENCY: usize = 8;
pub(crate) const DELIVER_TIMEOUT: Duration = Duration::from_secs(15);
/// Between two posts of an event: the first wait, each twice as long, and the longest.
pub(crate) const DELIVER_FIRST_WAIT: Duration = Duration::from_secs(1);
pub(crate) const DELIVER_LONGEST_WAIT: Duration = Duration::from_secs(5 * 60);
/// The longest wait that a receiver may ask for.
pub(crate) const DELIVER_LONGEST_RETRY_AFTER: Duration = Duration::from_secs(24 * 3600);
/// Which delivery it is, of several in a store.
pub(crate) const DELIVER_NAME: &str = "events";
/// How old, or how far ahead, the signature of an event may be, where the receiver does not say: 5 minutes.
pub const VERIFY_TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// What ends the prefix of a name, for the sums of a bill.
pub(crate) const PREFIX_SEPARATOR: &str = "-";
/// How long the ledger's file is waited for while another program writes it.
pub(crate) const LEDGER_WAIT: Duration = Duration::from_secs(10);

/// How long settings are looked for that were set: upstream says that they apply within this time.
pub(crate) const VERIFY_TIMEOUT: Duration = Duration::from_secs(300);
/// Between two looks at them.
pub(crate) const VERIFY_INTERVAL: Duration = Duration::from_secs(10);

pub(crate) const ENV_PARTNER_TOKEN: &str = "GREENAPI_PARTNER_TOKEN";
pub(crate) const ENV_PARTNER_API_URL: &str = "GREENAPI_PARTNER_API_URL";
pub(crate) const ENV_API_URL: &str = "GREENAPI_API_URL";
pub(crate) const ENV_MEDIA_URL: &str = "GREENAPI_MEDIA_URL";
/// Where OpenSSL, and most programs, look for certificates: one file, and folders.
pub(crate) const ENV_CA_FILE: &str = "SSL_CERT_FILE";
pub(crate) const ENV_CA_FOLDERS: &str = "SSL_CERT_DIR";

/// The options, checked.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) api_url: Option<BaseUrl>,
    pub(crate) media_url: Option<BaseUrl>,
    /// `None`: what the `Spec` of the operation says.
    pub(crate) timeout: Option<Duration>,
    pub(crate) max_retries: u32,
    pub(crate) max_response_size: usize,
    pub(crate) proxy: Option<Secret>,
    pub(crate) ca_file: Option<PathBuf>,
    /// What the environment names besides, and the variable that does.
    pub(crate) ca_named: Vec<(&'static str, PathBuf)>,
    pub(crate) pacing: bool,
    pub(crate) user_agent: String,
    pub(crate) once_idle: Duration,
    /// `None`: the system finds them.
    pub(crate) names: Option<Names>,
}

/// A host to send tokens to: https, or loopback; no trailing slash.
#[derive(Clone, PartialEq)]
pub(crate) struct BaseUrl {
    text: String,
    host: String,
    origin: String,
    pub(crate) loopback: bool,
    pub(crate) https: bool,
}

impl BaseUrl {
    pub(crate) fn parse(text: &str, name: &str) -> Result<Self, Error> {
        let wrong = |why: &str| Error::configuration(format!("{name} {why}"));
        let url = Url::parse(text.trim()).map_err(|_| wrong("is not a URL"))?;
        let loopback = is_loopback(&url);
        let https = url.scheme() == "https";
        if !https && url.scheme() != "http" {
            return Err(wrong("must begin with https://"));
        }
        if !https && !loopback {
            return Err(wrong("must begin with https://: the token would travel in the clear"));
        }
        if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("must be a host and a path, without credentials, query or fragment"));
        }
        Ok(Self { text: url.as_str().trim_end_matches('/').to_owned(), ..Self::of_file(&url) })
    }

    /// The host of a file, which gets no token: plain http will do.
    pub(crate) fn of_file(url: &Url) -> Self {
        let origin = url.origin().ascii_serialization();
        let host = url.host_str().unwrap_or_default().to_owned();
        Self { text: origin.clone(), host, origin, loopback: is_loopback(url), https: url.scheme() == "https" }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// A receiver of events, which gets no token: https, or this machine, or any host where plain http is allowed. What is wrong
    /// is said without quoting it: the address may hold a secret.
    pub(crate) fn of_receiver(text: &str, plain_http: bool) -> Result<(Url, Self), Error> {
        let wrong = |why: &str| Error::configuration(format!("the receiver's url {why}"));
        let url = Url::parse(text.trim()).map_err(|_| wrong("is not a URL"))?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(wrong("must begin with https://"));
        }
        let base = Self::of_file(&url);
        if !base.https && !base.loopback && !plain_http {
            return Err(wrong(
                "must begin with https://: what is posted would travel in the clear, which plain_http allows",
            ));
        }
        Ok((url, base))
    }

    /// The host alone: what a sentence may say.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// The host with its scheme and port: whom connections are made to.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether the host is GREEN-API's own, and not a gateway or a mock before it.
    pub(crate) fn is_upstreams(&self) -> bool {
        let host = self.host();
        UPSTREAM_DOMAINS.iter().any(|domain| host == *domain || host.ends_with(&format!(".{domain}")))
    }
}

const UPSTREAM_DOMAINS: [&str; 2] = ["green-api.com", "greenapi.com"];

impl fmt::Debug for BaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// A token without what surrounds it; one that cannot be a segment of a path is refused.
#[expect(clippy::disallowed_methods, reason = "a token is checked where it comes in")]
pub(crate) fn checked_token(token: &Secret, name: &str) -> Result<Secret, Error> {
    let text = token.expose().trim();
    if text.is_empty() {
        return Err(Error::configuration(format!("{name} is empty")));
    }
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) || text == "." || text == ".." {
        return Err(Error::configuration(format!("{name} is malformed: white space or control characters inside")));
    }
    Ok(Secret::new(text))
}

/// Files and folders of certificates, in the order in which they are read.
pub(crate) fn ca_named(of_the_language: &[&'static str]) -> Vec<(&'static str, PathBuf)> {
    let file = path_from_environment(ENV_CA_FILE).map(|path| (ENV_CA_FILE, path.into()));
    let folders = path_from_environment(ENV_CA_FOLDERS).unwrap_or_default();
    let folders = env::split_paths(&folders).filter(|path| !path.as_os_str().is_empty());
    let languages = of_the_language.iter().find_map(|name| Some((*name, path_from_environment(name)?.into())));
    file.into_iter().chain(folders.map(|path| (ENV_CA_FOLDERS, path))).chain(languages).collect()
}

/// The same for a path, which need not be text.
fn path_from_environment(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.as_encoded_bytes().trim_ascii().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_https_or_loopback_and_bare() {
        let good = [
            ("https://api.green-api.com", "https://api.green-api.com"),
            ("https://api.green-api.com/", "https://api.green-api.com"),
            (" https://gateway.example/green/ ", "https://gateway.example/green"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://127.9.9.9", "http://127.9.9.9"),
            ("http://[::1]:1", "http://[::1]:1"),
            ("http://localhost:1/x", "http://localhost:1/x"),
        ];
        for (text, base) in good {
            assert_eq!(BaseUrl::parse(text, "it").unwrap().as_str(), base);
        }
        let bad = [
            "",
            "api.green-api.com",
            "http://api.green-api.com",
            "http://localhost.example",
            "http://10.0.0.1",
            "ftp://127.0.0.1",
            "https://user@host",
            "https://u:p@host",
            "https://host?x",
            "https://host#x",
            "https://",
        ];
        for text in bad {
            assert_eq!(BaseUrl::parse(text, "it").unwrap_err().code(), crate::ErrorCode::Configuration, "{text}");
        }
    }
}
