//! Store: what must hold for all of a partner's processes, in a database that they share.
//!
//! - `address`, `sqlite`, `postgres`, `dialect`, `cell`: two databases, one text for both (`sql`)
//! - `row`, `claim`, `names`: a name's way: free, claimed, sending, done; or refused, or unknown
//! - `seal`: tokens, closed
//! - `lease`: what one process does alone
//!
//! What else stands in it, such as a ledger, asks by `run_until` with statements of `sql`.

mod address;
mod cell;
mod claim;
mod dialect;
mod lease;
#[cfg(test)]
mod model;
mod names;
mod postgres;
mod row;
mod seal;
pub(crate) mod sql;
mod sqlite;

use std::{fmt, path::Path, sync::Arc, time::Duration};

use serde_json::{Value, json};
use tokio::time::{self, Instant};
use tokio_postgres::config::{Host, SslMode};

use crate::{
    config::{STORE_ACCOUNT, STORE_CLAIM, STORE_FRESH, STORE_SCHEMA, ca_named},
    error::{Error, ErrorCode},
    transport::tls_of,
};
use address::{Address, Server};
use postgres::Postgres;
use sqlite::Sqlite;

pub(crate) use cell::{Cell, Cells};
pub(crate) use claim::Claim;
pub(crate) use lease::{Holder, Lease};
pub(crate) use names::{ClaimOptions, check_kept};
#[cfg(any(test, fuzzing))]
pub(crate) use row::NameRow;
pub(crate) use row::{NameStanding, StoredInstance};
pub(crate) use seal::Seal;

#[doc = include_str!("store.md")]
///
/// Clones are of the same one. Nothing is opened before it is needed.
#[derive(Clone)]
pub struct Store(Arc<StoreInner>);

struct StoreInner {
    builder: StoreBuilder,
    database: Database,
    account: String,
    claim: Duration,
    fresh: Duration,
    /// What may be shown of where it is.
    shown: String,
}

enum Database {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Store {
    /// A store at a path or a `postgresql://` URL, with every option as it is.
    ///
    /// # Errors
    ///
    /// `configuration`: an address that will not do.
    pub fn new(address: &str) -> Result<Self, Error> {
        Self::builder(address)?.build()
    }

    /// The options of a store at a path or a `postgresql://` URL.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new).
    pub fn builder(address: &str) -> Result<StoreBuilder, Error> {
        Ok(StoreBuilder::of(Address::parse(address)?))
    }

    /// The options of a store in a file.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new).
    pub fn file(path: impl AsRef<Path>) -> Result<StoreBuilder, Error> {
        Ok(StoreBuilder::of(Address::of_path(path.as_ref())?))
    }

    /// Whose names these are in the store.
    pub fn account(&self) -> &str {
        &self.0.account
    }

    /// Where it is, without a password.
    pub fn address(&self) -> &str {
        &self.0.shown
    }

    /// The same store with connections of its own: for a forked child.
    #[doc(hidden)]
    pub fn reopened(&self) -> Result<Self, Error> {
        self.0.builder.clone().build()
    }

    /// Runs one statement, within the time of the caller.
    pub(crate) async fn run_until(
        &self,
        statement: &'static str,
        params: Vec<Cell>,
        deadline: Instant,
    ) -> Result<Vec<Cells>, Error> {
        match &self.0.database {
            // On the heap: every flow's future would carry it otherwise.
            Database::Postgres(postgres) => Box::pin(postgres.run(statement, &params, deadline)).await,
            Database::Sqlite(sqlite) => {
                time::timeout_at(deadline, sqlite.run(statement, params)).await.unwrap_or_else(|_| {
                    let message = format!("the store {} did not answer in time", self.0.shown);
                    Err(Error::new(ErrorCode::Unavailable, message))
                })
            }
        }
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Store")
            .field("address", &self.0.shown)
            .field("account", &self.0.account)
            .finish_non_exhaustive()
    }
}

/// The options of a [`Store`]. Every one may be left out.
#[derive(Clone)]
#[must_use]
pub struct StoreBuilder {
    address: Address,
    account: String,
    schema: String,
    claim: Duration,
    fresh: Duration,
}

impl StoreBuilder {
    fn of(address: Address) -> Self {
        let (account, schema) = (STORE_ACCOUNT.to_owned(), STORE_SCHEMA.to_owned());
        Self { address, account, schema, claim: STORE_CLAIM, fresh: STORE_FRESH }
    }

    /// The store.
    ///
    /// # Errors
    ///
    /// `configuration`: an empty account or schema, a claim of less than a second, certificates that cannot be read.
    pub fn build(self) -> Result<Store, Error> {
        for (what, text) in [("account", &self.account), ("schema", &self.schema)] {
            if text.trim().is_empty() || text.contains('\0') || text.len() > LONGEST_NAME {
                return Err(Error::configuration(format!("the store's {what} must be a name of 1 to 63 bytes")));
            }
        }
        if self.claim < SHORTEST_CLAIM {
            return Err(Error::configuration("the store's claim must be 1 second or more"));
        }
        let shown = self.address.shown();
        let database = match &self.address {
            Address::File(path) => Database::Sqlite(Sqlite::at(path.clone())),
            Address::Postgres(server) => {
                let (server, tls) = with_tls(server)?;
                Database::Postgres(Postgres::of(&server, tls, &self.schema, &shown)?)
            }
        };
        let (account, claim, fresh) = (self.account.clone(), self.claim, self.fresh);
        Ok(Store(Arc::new(StoreInner { builder: self, database, account, claim, fresh, shown })))
    }
}

/// Declares the options of a store: the setter of each, and what every language is told of it.
macro_rules! options {
    ($($option:ident: $type:ty => $value:expr, $kind:literal = $default:expr, $doc:literal;)*) => {
        impl StoreBuilder {
            $(#[doc = $doc]
            pub fn $option(mut self, $option: $type) -> Self {
                self.$option = $value;
                self
            })*
        }

        /// The options, as the contract has them.
        pub(crate) fn options() -> Vec<Value> {
            vec![$(json!({ "name": stringify!($option), "kind": $kind, "default": $default, "doc": $doc })),*]
        }
    };
}

options! {
    account: impl Into<String> => account.into(), "text" = STORE_ACCOUNT, "Whose names these are: a name of the caller's for a partner account, which stays when its token is replaced. Two accounts in one database each need one. Defaults to `default`.";
    schema: impl Into<String> => schema.into(), "text" = STORE_SCHEMA, "The schema of the tables in PostgreSQL, made where it is missing. Defaults to `greenapi_partner`.";
    claim: Duration => claim, "duration" = STORE_CLAIM.as_secs_f64(), "How long a name is held without a sign of life from the process that has it, a second at least. Defaults to 30 seconds.";
    fresh: Duration => fresh, "duration" = STORE_FRESH.as_secs_f64(), "How long an instance is believed to be live since it was created or a list last showed it; then one list confirms all names of the account. Defaults to 600 seconds.";
}

/// Without a word on it, what stays on this machine needs no TLS: Debian's server has a certificate that nobody trusts.
fn with_tls(server: &Server) -> Result<(Server, rustls::ClientConfig), Error> {
    let mut server = server.clone();
    let is_local = |host: &Host| match host {
        Host::Tcp(name) => matches!(&**name, "localhost" | "127.0.0.1" | "::1"),
        #[cfg(unix)]
        Host::Unix(_) => true,
    };
    if server.config.get_ssl_mode() == SslMode::Prefer && server.config.get_hosts().iter().all(is_local) {
        server.config.ssl_mode(SslMode::Disable);
    }
    let needed = server.config.get_ssl_mode() != SslMode::Disable;
    let tls = tls_of(server.ca_file.as_deref(), &ca_named(&[]), needed)?;
    Ok((server, tls))
}

/// As long as a name may be in PostgreSQL.
const LONGEST_NAME: usize = 63;
const SHORTEST_CLAIM: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]
    use super::*;

    /// What the options make: nothing, or why not.
    fn built(options: impl FnOnce(StoreBuilder) -> StoreBuilder) -> String {
        let built = options(Store::builder("shops.sqlite").unwrap()).build();
        built.map_or_else(|error| format!("{}: {}", error.code().as_str(), error.message()), |_| String::new())
    }

    #[test]
    fn a_store_says_where_it_is_and_whose_names_it_has() {
        let store =
            Store::builder("postgresql://ann:hidden@127.0.0.1:1/shop").unwrap().account("north").build().unwrap();
        assert_eq!((store.address(), store.account()), ("postgresql://127.0.0.1:1/shop", "north"));
        let shown = format!("{store:?}");
        assert_eq!(shown, "Store { address: \"postgresql://127.0.0.1:1/shop\", account: \"north\", .. }");
    }

    #[test]
    fn an_account_and_a_schema_are_names_of_1_to_63_bytes() {
        for name in ["", " ", "a\0b", &"a".repeat(64)] {
            let account = built(|options| options.account(name));
            assert_eq!(account, "configuration: the store's account must be a name of 1 to 63 bytes", "{name:?}");
            let schema = built(|options| options.schema(name));
            assert_eq!(schema, "configuration: the store's schema must be a name of 1 to 63 bytes", "{name:?}");
        }
        let longest = "a".repeat(63);
        assert_eq!(built(|options| options.account(&longest).schema(&longest)), "");
    }

    #[test]
    fn a_claim_is_a_second_or_more() {
        assert_eq!(built(|options| options.claim(Duration::from_secs(1))), "");
        let refused = built(|options| options.claim(Duration::from_millis(999)));
        assert_eq!(refused, "configuration: the store's claim must be 1 second or more");
    }

    /// How a server is spoken to.
    fn mode(address: &str) -> SslMode {
        let Address::Postgres(server) = Address::parse(address).unwrap() else { panic!("{address}") };
        with_tls(&server).unwrap().0.config.get_ssl_mode()
    }

    #[test]
    fn only_what_stays_on_this_machine_goes_without_tls_unless_it_is_asked_for() {
        for (address, want) in [
            ("postgresql://ann@localhost/shop", SslMode::Disable),
            ("postgresql://ann@127.0.0.1/shop?sslmode=allow", SslMode::Disable),
            ("postgresql://ann@[::1]/shop?sslmode=prefer", SslMode::Disable),
            ("postgresql:///shop?host=/run/postgresql&user=ann", SslMode::Disable),
            ("postgresql://ann@localhost/shop?sslmode=require", SslMode::Require),
            ("postgresql://ann@localhost/shop?sslmode=verify-full", SslMode::Require),
            ("postgresql://ann@db.example/shop", SslMode::Prefer),
            ("postgresql://ann@db.example/shop?sslmode=allow", SslMode::Prefer),
            ("postgresql://ann@localhost,db.example/shop", SslMode::Prefer),
            ("postgresql://ann@db.example/shop?sslmode=disable", SslMode::Disable),
        ] {
            assert_eq!(mode(address), want, "{address}");
        }
    }
}
