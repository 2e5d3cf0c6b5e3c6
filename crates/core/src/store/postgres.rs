//! PostgreSQL as a store, as it is run: through a pooler or not, with connections that come and go.
//!
//! Every statement is sent whole and unnamed, and is a transaction of its own: no state of a session is needed, and PgBouncer
//! may give each to another connection.

use std::{cmp::Ordering, sync::Arc, time::Duration};

use bytes::BytesMut;
use deadpool::managed::{self, Metrics, Pool, RecycleError, RecycleResult};
use rustls::ClientConfig;
use tokio::{
    sync::OnceCell,
    time::{self, Instant},
};
use tokio_postgres::{
    Client, Row,
    error::SqlState,
    types::{FromSql, IsNull, ToSql, Type},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{
    address::Server,
    cell::{Cell, Cells},
    dialect::Dialect,
    sql::MIGRATIONS,
};
use crate::error::{Error, ErrorCode};

/// A database whose connections are made when they are first needed.
#[derive(Clone)]
pub(super) struct Postgres {
    pool: Pool<Connecting>,
    dialect: Arc<Dialect>,
    /// Whether the tables have been seen to be of this version.
    is_ready: Arc<OnceCell<()>>,
    /// The schema, quoted.
    schema: Arc<str>,
    /// What may be shown of its address.
    shown: Arc<str>,
}

impl Postgres {
    pub(super) fn of(server: &Server, tls: ClientConfig, schema: &str, shown: &str) -> Result<Self, Error> {
        let schema = format!("\"{}\"", schema.replace('"', "\"\""));
        let manager = Connecting { config: server.config.clone(), tls: MakeRustlsConnect::new(tls) };
        let pool = Pool::builder(manager).max_size(CONNECTIONS).build();
        let pool = pool.map_err(|error| Error::configuration(format!("the store cannot be used: {error}")))?;
        let dialect = Arc::new(Dialect::postgres(&schema));
        Ok(Self { pool, dialect, is_ready: Arc::default(), schema: schema.into(), shown: shown.into() })
    }

    /// Runs one statement. A connection that is lost is made again, until the deadline: a statement does the same the second
    /// time.
    pub(super) async fn run(&self, statement: &str, params: &[Cell], deadline: Instant) -> Result<Vec<Cells>, Error> {
        let mut wait = FIRST_WAIT;
        loop {
            let limit = deadline.min(Instant::now() + LONGEST_TRY);
            let failed = match self.run_once(statement, params, limit).await {
                Ok(rows) => return Ok(rows),
                Err(failed) => failed,
            };
            let next = Instant::now() + wait;
            if !failed.is_lost || next >= deadline {
                let code = if failed.is_lost { ErrorCode::Unavailable } else { failed.code };
                return Err(Error::new(code, format!("the store {} cannot be used: {}", self.shown, failed.why)));
            }
            time::sleep_until(next).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    /// Runs one statement, once; nothing where there are no tables. None are made.
    pub(super) async fn look(
        &self,
        statement: &str,
        params: &[Cell],
        deadline: Instant,
    ) -> Result<Option<Vec<Cells>>, Error> {
        let look = async {
            let client = self.pool.get().await.map_err(|error| match error {
                managed::PoolError::Backend(error) => Failed::of(&error),
                error => Failed::lost(&error.to_string()),
            })?;
            match self.query(&client, statement, params).await {
                Err(error) if is_missing(&error) => Ok(None),
                ran => ran.map(Some).map_err(|error| Failed::of(&error)),
            }
        };
        let looked = time::timeout_at(deadline, look).await;
        let looked = looked.unwrap_or_else(|_| Err(Failed::lost("it did not answer in time")));
        looked.map_err(|failed| {
            Error::new(failed.code, format!("the store {} cannot be used: {}", self.shown, failed.why))
        })
    }

    async fn run_once(&self, statement: &str, params: &[Cell], limit: Instant) -> Result<Vec<Cells>, Failed> {
        let silent = || Failed::lost("it did not answer in time");
        let client = time::timeout_at(limit, self.pool.get()).await.map_err(|_| silent())?;
        let client = client.map_err(|error| match error {
            managed::PoolError::Backend(error) => Failed::of(&error),
            error => Failed::lost(&error.to_string()),
        })?;
        let ran = time::timeout_at(limit, self.run_on(&client, statement, params)).await;
        let ran = ran.unwrap_or_else(|_| Err(silent()));
        if ran.as_ref().is_err_and(|failed| failed.is_lost) {
            // Nobody uses it again, nor those that may have gone the same way.
            drop(managed::Object::take(client));
            self.pool.retain(|_, _| false);
        }
        ran
    }

    async fn run_on(&self, client: &Client, statement: &str, params: &[Cell]) -> Result<Vec<Cells>, Failed> {
        self.is_ready.get_or_try_init(|| self.make_ready(client)).await?;
        match self.query(client, statement, params).await {
            // Whoever dropped them has had a reason, or has none any more.
            Err(error) if is_missing(&error) => {
                self.migrate(client).await?;
                self.query(client, statement, params).await.map_err(|error| Failed::of(&error))
            }
            ran => ran.map_err(|error| Failed::of(&error)),
        }
    }

    /// Sees to it that the tables are there, and are those that this version knows.
    async fn make_ready(&self, client: &Client) -> Result<(), Failed> {
        let done = match client.query_typed(&format!("SELECT done FROM {}.version", self.schema), &[]).await {
            Ok(rows) => rows.first().and_then(|row| row.try_get(0).ok()).unwrap_or(0),
            Err(error) if is_missing(&error) => 0,
            Err(error) => return Err(Failed::of(&error)),
        };
        match usize::try_from(done).unwrap_or(0).cmp(&MIGRATIONS.len()) {
            Ordering::Less => self.migrate(client).await,
            Ordering::Equal => Ok(()),
            Ordering::Greater => Err(Failed::refused("it was written by a newer version of this library")),
        }
    }

    async fn query(
        &self,
        client: &Client,
        statement: &str,
        params: &[Cell],
    ) -> Result<Vec<Cells>, tokio_postgres::Error> {
        let params: Vec<_> = params.iter().map(|cell| (cell as &(dyn ToSql + Sync), cell.kind())).collect();
        let rows = client.query_typed(&self.dialect.fill(statement), &params).await?;
        rows.iter().map(cells).collect()
    }

    /// Makes the schema and the tables where they are missing: of ten workers that start at once, one.
    async fn migrate(&self, client: &Client) -> Result<(), Failed> {
        let made = client.batch_execute(&self.migration()).await;
        made.map_err(|error| match error.code() {
            // Made by another meanwhile, where the role's transactions see nothing newer than themselves.
            Some(&SqlState::DUPLICATE_SCHEMA | &SqlState::DUPLICATE_TABLE | &SqlState::UNIQUE_VIOLATION) => {
                Failed::lost("another process makes the tables")
            }
            _ => Failed::of(&error),
        })
    }

    /// All steps as one statement, under a lock that ends with it.
    fn migration(&self) -> String {
        let schema = &self.schema;
        let literal = schema[1..schema.len() - 1].replace("\"\"", "\"").replace('\'', "''");
        let steps = MIGRATIONS.iter().zip(1..).map(|(step, number)| {
            let step = self.dialect.fill(step);
            format!("IF done < {number} THEN {step} END IF;\n")
        });
        let (steps, last) = (steps.collect::<String>(), MIGRATIONS.len());
        format!(
            "DO $migration$ DECLARE done integer; BEGIN
            PERFORM pg_advisory_xact_lock({LOCK});
            IF NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = '{literal}') THEN CREATE SCHEMA {schema}; END IF;
            IF to_regclass('{literal_quoted}.version') IS NULL THEN
                CREATE TABLE {schema}.version (done integer NOT NULL);
                INSERT INTO {schema}.version VALUES (0);
            END IF;
            SELECT version.done INTO done FROM {schema}.version;
            {steps}
            UPDATE {schema}.version SET done = {last} WHERE version.done < {last};
            END $migration$",
            literal_quoted = schema.replace('\'', "''"),
        )
    }
}

/// What makes connections.
struct Connecting {
    config: tokio_postgres::Config,
    tls: MakeRustlsConnect,
}

impl managed::Manager for Connecting {
    type Type = Client;
    type Error = tokio_postgres::Error;

    async fn create(&self) -> Result<Client, tokio_postgres::Error> {
        let (client, connection) = self.config.connect(self.tls.clone()).await?;
        // Its errors reach whoever waits for an answer over it.
        tokio::spawn(async move { drop(connection.await) });
        Ok(client)
    }

    async fn recycle(&self, client: &mut Client, _: &Metrics) -> RecycleResult<tokio_postgres::Error> {
        if client.is_closed() { Err(RecycleError::message("closed")) } else { Ok(()) }
    }
}

/// Why a statement did not run.
struct Failed {
    /// Whether it may run on another connection, or a moment later.
    is_lost: bool,
    code: ErrorCode,
    why: String,
}

impl Failed {
    fn lost(why: &str) -> Self {
        Self { is_lost: true, code: ErrorCode::Unavailable, why: why.to_owned() }
    }

    fn refused(why: &str) -> Self {
        Self { is_lost: false, code: ErrorCode::Configuration, why: why.to_owned() }
    }

    fn of(error: &tokio_postgres::Error) -> Self {
        let Some(state) = error.code() else {
            let (said, below) = (error.to_string(), std::error::Error::source(error));
            let why = below.map_or_else(|| said.clone(), |below| format!("{said}: {below}"));
            // The library tells these by their words alone.
            let is_refused = MISTAKES.iter().any(|words| why.starts_with(words)) || below.is_some_and(is_no_such_peer);
            return if is_refused { Self::refused(&why) } else { Self::lost(&why) };
        };
        let why = error.as_db_error().map_or_else(|| error.to_string(), |error| error.message().to_owned());
        // PgBouncer has one code for all that goes wrong with who connects.
        let is_refused = REFUSED.contains(state)
            || state.code().starts_with("28")
            || *state == SqlState::PROTOCOL_VIOLATION && OF_POOLERS.iter().any(|words| why.contains(words));
        let is_lost = !is_refused && PASSING.iter().any(|class| state.code().starts_with(class));
        let code = if is_refused { ErrorCode::Configuration } else { ErrorCode::Unavailable };
        Self { is_lost, code, why }
    }
}

/// Whether TLS found that it is not who it should be.
fn is_no_such_peer(error: &(dyn std::error::Error + 'static)) -> bool {
    let inside = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    inside.is_some_and(<dyn std::error::Error + Send + Sync>::is::<rustls::Error>)
}

/// How the library's errors begin where the address is to be mended, or the server's settings.
const MISTAKES: [&str; 3] =
    ["invalid configuration", "authentication error", "error performing TLS handshake: server does not support TLS"];
const OF_POOLERS: [&str; 3] = ["authentication failed", "no such user", "no such database"];

/// What an operator must mend.
const REFUSED: [SqlState; 5] = [
    SqlState::INVALID_CATALOG_NAME,
    SqlState::INSUFFICIENT_PRIVILEGE,
    SqlState::INVALID_SCHEMA_NAME,
    SqlState::UNDEFINED_TABLE,
    SqlState::UNDEFINED_COLUMN,
];

/// Connections (08), transactions that met (40), a standby (25), too many clients (53), a server that stops or starts (57).
const PASSING: [&str; 5] = ["08", "25", "40", "53", "57"];

fn is_missing(error: &tokio_postgres::Error) -> bool {
    matches!(
        error.code(),
        Some(&SqlState::UNDEFINED_TABLE | &SqlState::INVALID_SCHEMA_NAME | &SqlState::UNDEFINED_COLUMN)
    )
}

impl Cell {
    /// Nothing is of whatever kind its place is.
    fn kind(&self) -> Type {
        match self {
            Self::Null => Type::UNKNOWN,
            Self::Whole(_) => Type::INT8,
            Self::Text(_) => Type::TEXT,
            Self::Bytes(_) => Type::BYTEA,
        }
    }
}

impl ToSql for Cell {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Whole(number) => number.to_sql(kind, out),
            Self::Text(text) => text.to_sql(kind, out),
            Self::Bytes(bytes) => bytes.to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    tokio_postgres::types::to_sql_checked!();
}

impl<'a> FromSql<'a> for Cell {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(match *kind {
            Type::BOOL => Self::from(bool::from_sql(kind, raw)?),
            Type::INT4 => Self::from(i64::from(i32::from_sql(kind, raw)?)),
            Type::INT8 => Self::from(i64::from_sql(kind, raw)?),
            Type::BYTEA => Self::Bytes(raw.to_vec()),
            _ => Self::from(<&str>::from_sql(kind, raw)?),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self::Null)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

fn cells(row: &Row) -> Result<Cells, tokio_postgres::Error> {
    Ok(Cells::of((0..row.len()).map(|place| row.try_get(place)).collect::<Result<_, _>>()?))
}

/// A small pool: a statement takes a millisecond, a creation hundreds.
const CONNECTIONS: usize = 4;
/// How long one try of a statement may take: what is silent for so long is gone.
const LONGEST_TRY: Duration = Duration::from_secs(10);
const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(1);
/// Which advisory lock the migration takes: `GAst`.
const LOCK: i64 = 0x4741_7374;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn a_value_is_read_as_what_its_column_holds() {
        let read = |kind, raw| <Cell as FromSql>::from_sql(&kind, raw).unwrap();
        assert_eq!([&[1], &[0]].map(|raw| read(Type::BOOL, raw)), [Cell::Whole(1), Cell::Whole(0)]);
        assert_eq!(read(Type::INT4, &[0, 0, 1, 2]), Cell::Whole(258));
        assert_eq!(read(Type::INT8, &[0, 0, 0, 0, 0, 0, 1, 2]), Cell::Whole(258));
        assert_eq!(read(Type::BYTEA, b"ab"), Cell::Bytes(b"ab".to_vec()));
        assert_eq!(read(Type::TEXT, b"ab"), Cell::Text("ab".to_owned()));
        assert_eq!(<Cell as FromSql>::from_sql_null(&Type::TEXT).unwrap(), Cell::Null);
    }
}
