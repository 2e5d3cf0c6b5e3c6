//! Address of a store: a file, or a database's URL, whose credentials nobody is shown.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use tokio_postgres::config::{Config, Host, SslMode};
use url::Url;

use crate::error::Error;

/// Where a store is.
#[derive(Clone)]
pub(super) enum Address {
    File(PathBuf),
    Postgres(Box<Server>),
}

/// A PostgreSQL server, or PgBouncer before one.
#[derive(Clone)]
pub(super) struct Server {
    pub(super) config: Config,
    /// A PEM file of certificates to trust besides the system's: libpq's `sslrootcert`.
    pub(super) ca_file: Option<PathBuf>,
}

impl Address {
    /// Reads the text that a caller gave. No error repeats it: a password may stand in it.
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let scheme = text.split_once("://").map(|(scheme, _)| scheme);
        match scheme {
            Some("postgresql" | "postgres") => Server::parse(text).map(|server| Self::Postgres(Box::new(server))),
            Some("sqlite" | "file") => Err(wrong("a file is given as its path, without a scheme")),
            Some(_) => Err(wrong("a database is given as postgresql://user:password@host:port/name")),
            // It would become a file, whose name has the password in it.
            None if is_conninfo(text) || has_password(text) => {
                Err(wrong("a database is given as postgresql://user:password@host:port/name"))
            }
            None if text.trim().is_empty() => Err(wrong("it is empty: give a path or a postgresql:// URL")),
            None => Self::of_path(Path::new(text)),
        }
    }

    /// `:memory:` is a name like any other: a store that ends with its process is none.
    pub(super) fn of_path(path: &Path) -> Result<Self, Error> {
        let path = std::path::absolute(path).map_err(|error| wrong(&format!("its path will not do: {error}")))?;
        if path.is_dir() {
            return Err(wrong(&format!("{} is a folder", path.display())));
        }
        Ok(Self::File(path))
    }

    /// What may be shown of it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Postgres(server) => server.shown(),
        }
    }
}

impl Server {
    fn parse(text: &str) -> Result<Self, Error> {
        let mut url = Url::parse(text).map_err(|error| wrong(&format!("it is no URL: {error}")))?;
        // What libpq knows and the library below does not; whoever asks for TLS gets it verified, whatever the word.
        let (mut ca_file, mut ssl) = (None, None);
        let mut kept = Vec::new();
        for (key, value) in url.query_pairs() {
            match &*key {
                "sslrootcert" => ca_file = Some(PathBuf::from(&*value)),
                "sslmode" => ssl = Some(ssl_mode(&value)?),
                _ => kept.push((key.into_owned(), value.into_owned())),
            }
        }
        url.set_query(None);
        if !kept.is_empty() {
            url.query_pairs_mut().extend_pairs(kept);
        }
        // Its words name the parameter, and never a value.
        let mut config: Config = url.as_str().parse().map_err(|error: tokio_postgres::Error| wrong(&reason(&error)))?;
        if let Some(ssl) = ssl {
            config.ssl_mode(ssl);
        }
        if config.get_hosts().is_empty() {
            return Err(wrong("it names no host"));
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if config.get_application_name().is_none() {
            config.application_name("greenapi_partner");
        }
        Ok(Self { config, ca_file })
    }

    fn shown(&self) -> String {
        let host = match self.config.get_hosts().first() {
            Some(Host::Tcp(name)) => name.clone(),
            #[cfg(unix)]
            Some(Host::Unix(path)) => path.display().to_string(),
            None => String::new(),
        };
        let port = self.config.get_ports().first().copied().unwrap_or(5432);
        let name = self.config.get_dbname().or(self.config.get_user()).unwrap_or_default();
        format!("postgresql://{host}:{port}/{name}")
    }
}

/// Whether it reads as libpq's `host=… password=…`, or as a URL without its slashes.
fn is_conninfo(text: &str) -> bool {
    let word = text.trim_start().split_once('=').map(|(word, _)| word.trim_end());
    let is_parameter = word.is_some_and(|word| CONNINFO.contains(&word));
    is_parameter || ["postgresql:", "postgres:"].iter().any(|scheme| text.trim_start().starts_with(scheme))
}

/// Whether it is an address in which a part of `://` is missing: what is before the first `@` ends in a name and a password.
fn has_password(text: &str) -> bool {
    let who = text.split_once('@').and_then(|(before, _)| before.rsplit(['/', '\\']).next());
    who.and_then(|who| who.split_once(':')).is_some_and(|(name, password)| !name.is_empty() && !password.is_empty())
}

const CONNINFO: [&str; 8] = ["host", "hostaddr", "port", "dbname", "user", "password", "service", "sslmode"];

fn ssl_mode(word: &str) -> Result<SslMode, Error> {
    match word {
        "disable" => Ok(SslMode::Disable),
        "allow" | "prefer" => Ok(SslMode::Prefer),
        "require" | "verify-ca" | "verify-full" => Ok(SslMode::Require),
        _ => Err(wrong("sslmode must be disable, prefer, require, verify-ca or verify-full")),
    }
}

/// What an error of the library says, with what is below it.
fn reason(error: &tokio_postgres::Error) -> String {
    let below = std::error::Error::source(error).map(|below| format!(": {below}")).unwrap_or_default();
    format!("{error}{below}")
}

fn wrong(why: &str) -> Error {
    Error::configuration(format!("the store's address will not do: {why}"))
}

/// How long one try to connect may take, where the URL does not say.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match Address::parse(text) {
            Ok(address) => address.shown(),
            Err(error) => format!("{}: {}", error.code().as_str(), error.message()),
        }
    }

    #[test]
    fn an_address_is_shown_without_what_is_secret() {
        for (text, want) in [
            ("postgresql://ann:hidden@db.example:6432/shop", "postgresql://db.example:6432/shop"),
            (
                "postgres://ann:hidden@db.example/shop?sslmode=verify-full&sslrootcert=/a.pem",
                "postgresql://db.example:5432/shop",
            ),
            ("postgresql://ann:hidden@[::1]:1/shop", "postgresql://::1:1/shop"),
            ("postgresql:///shop?host=/run/postgresql&user=ann", "postgresql:///run/postgresql:5432/shop"),
        ] {
            assert_eq!(shown(text), want);
        }
        assert!(shown("partner.sqlite").ends_with("/partner.sqlite"));
        assert!(shown("ann@shop/a:b.sqlite").ends_with("/ann@shop/a:b.sqlite"), "it has no password");
        assert!(shown(":memory:").ends_with("/:memory:"), "it would end with its process");
    }

    #[test]
    fn an_address_that_will_not_do_is_refused_without_repeating_it() {
        for text in [
            "",
            " ",
            "mysql://ann:hidden@db/shop",
            "sqlite://a",
            "postgresql://",
            "postgresql://ann:hidden@/shop",
            "postgresql://ann:hidden@db/shop?sslmode=hidden",
            "postgresql://ann:hidden@db/shop?hidden=1",
            "postgresql://ann:hidden@db:hidden/shop",
            "host=db user=ann password=hidden",
            "password = hidden host=db",
            "postgresql:ann:hidden@db/shop",
            "postgresql//ann:hidden@db/shop",
            "postgresql:/ann:hidden@db/shop",
            "//ann:hidden@db/shop",
            "ann:hidden@db/shop",
            "/",
        ] {
            let refused = shown(text);
            assert!(refused.starts_with("configuration: the store's address will not do: "), "{text}: {refused}");
            assert!(!refused.contains("hidden") || text.contains("?hidden="), "{refused}");
        }
        let why = shown("postgresql://ann:hidden@db/shop?hidden=1");
        assert!(why.ends_with("will not do: invalid connection string: unknown option `hidden`"), "{why}");
    }
}
