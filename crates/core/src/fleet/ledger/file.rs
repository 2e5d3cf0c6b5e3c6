//! Ledger in a file of its own: SQLite, for its owner alone.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fs, io,
    path::{Path, PathBuf},
    process,
    sync::Mutex,
};

use jiff::Timestamp;
use rusqlite::{Connection, Row, Transaction, TransactionBehavior, params};

use super::{
    super::{
        hold::{Hold, Unheld},
        last_known::{Account, LastKnown},
    },
    LedgerRow, Linked,
};
use crate::{
    Instances,
    config::LEDGER_WAIT,
    error::{Error, ErrorCode},
    forking,
    lock::lock,
    private_file::Identity,
};

/// A ledger in a file, or in memory.
pub(super) enum FileLedger {
    Memory(Mutex<Connection>),
    File(LedgerFile),
}

/// Between two calls it is anybody's: each takes a hold on it, opens it and closes it.
pub(super) struct LedgerFile {
    path: PathBuf,
    /// Open as long as the ledger is, so that no later file gets its number.
    _opened: fs::File,
    identity: Identity,
    /// Of the threads of the process that has opened it.
    turn: Mutex<()>,
    pid: u32,
}

impl FileLedger {
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        if path == Path::new(":memory:") {
            let mut connection = Connection::open_in_memory().map_err(|error| failed(&error))?;
            set_up(&mut connection, None)?;
            return Ok(Self::Memory(Mutex::new(connection)));
        }
        make(path).map_err(|error| unusable(error.to_string()))?;
        let file = LedgerFile::open(path).map_err(|error| unusable(error.to_string()))?;
        file.have(|connection| set_up(connection, Some(&file.path)))?;
        Ok(Self::File(file))
    }

    pub(super) fn record_linked(&self, known: &[Linked]) -> Result<(), Error> {
        self.write(|write| known.iter().try_for_each(|one| record_linked(write, one)))
    }

    pub(super) fn rows(&self) -> Result<Vec<LedgerRow>, Error> {
        self.read(ROWS, row)
    }

    pub(super) fn recorded_since(&self) -> Result<Option<Timestamp>, Error> {
        let since = self.read("SELECT recorded_since FROM ledger", |row| moment(row, 0))?;
        Ok(since.into_iter().flatten().next())
    }

    pub(super) fn instance_count(&self) -> Result<u64, Error> {
        let count = self.read("SELECT count(*) FROM instances", |row| row.get::<_, i64>(0))?;
        Ok(count.first().map_or(0, |count| count.unsigned_abs()))
    }

    /// Whether it is this account's by now.
    pub(super) fn tie(&self, account: &Account) -> Result<bool, Error> {
        self.write(|write| {
            write.execute(
                "UPDATE ledger SET host = ?1, token_digest = ?2 WHERE host IS NULL",
                params![account.host, account.token_digest],
            )?;
            Ok(())
        })?;
        let tied = self.read("SELECT host, token_digest FROM ledger", |row| {
            Ok(Account { host: row.get(0)?, token_digest: row.get(1)? })
        })?;
        Ok(tied.first() == Some(account))
    }

    pub(super) fn known(&self) -> Result<BTreeMap<u64, LastKnown>, Error> {
        let known = self.read(KNOWN, |row| {
            let known = LastKnown {
                name: row.get(1)?,
                token_digest: row.get(2)?,
                deleted: row.get(3)?,
                expired: row.get(4)?,
                state: row.get(5)?,
            };
            Ok((id(row)?, known))
        })?;
        Ok(known.into_iter().collect())
    }

    pub(super) fn record_look(
        &self,
        listed: Option<&Instances>,
        states: &HashMap<u64, String>,
        at: Timestamp,
    ) -> Result<(), Error> {
        self.write(|write| {
            if let Some(listed) = listed {
                record_list(write, &listed.whole(), at)?;
            }
            let now = at.as_millisecond();
            write
                .execute("UPDATE ledger SET recorded_since = coalesce(recorded_since, ?1), last_record = ?1", [now])?;
            let mut set_state = write.prepare("UPDATE instances SET state_instance = ?2 WHERE id_instance = ?1")?;
            for (id, state) in states {
                set_state.execute(params![id.cast_signed(), state])?;
                if state == "authorized" {
                    let linked = Linked { id_instance: *id, ever: true, until: Some(at) };
                    record_linked(write, &linked)?;
                }
            }
            Ok(())
        })
    }

    fn write(&self, work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>) -> Result<(), Error> {
        self.have(|connection| {
            let written = connection
                .transaction_with_behavior(TransactionBehavior::Immediate)
                .and_then(|write| work(&write).and_then(|()| write.commit()));
            written.map_err(|error| failed(&error))
        })
    }

    fn read<T>(&self, sql: &str, read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>) -> Result<Vec<T>, Error> {
        self.have(|connection| {
            let rows = connection.prepare(sql).and_then(|mut query| query.query_map([], read)?.collect());
            rows.map_err(|error| failed(&error))
        })
    }

    pub(super) fn have<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T, Error>) -> Result<T, Error> {
        match self {
            Self::Memory(connection) => work(&mut lock(connection)),
            Self::File(file) => file.have(work),
        }
    }
}

impl LedgerFile {
    fn open(path: &Path) -> io::Result<Self> {
        // Whichever name it goes by, it is held under its own.
        let path = path.canonicalize()?;
        let mut options = fs::OpenOptions::new();
        // There, it can be deleted and replaced only if whoever opens it lets it.
        #[cfg(windows)]
        std::os::windows::fs::OpenOptionsExt::share_mode(&mut options, FILE_SHARE_READ | FILE_SHARE_WRITE);
        let opened = options.read(true).open(&path)?;
        let identity = Identity::of(&opened)?;
        Ok(Self { path, _opened: opened, identity, turn: Mutex::default(), pid: process::id() })
    }

    /// Holds the file while it is worked with: nobody else reads half of it, or writes between.
    fn have<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T, Error>) -> Result<T, Error> {
        // A forked child has its parent's turns as they were, and nobody there who ends them.
        let _turn = (self.pid == process::id()).then(|| lock(&self.turn));
        let hold = Hold::take(&self.path, LEDGER_WAIT).map_err(|why| match why {
            Unheld::Taken(Some(owner)) => in_use(&owner.to_string()),
            Unheld::Taken(None) => in_use("another program has it"),
            Unheld::Io(error) if error.kind() == io::ErrorKind::NotFound => gone(),
            Unheld::Io(error) => unusable(error.to_string()),
        })?;
        let stands = || if hold.is_of(&self.identity) && hold.is_whole() { Ok(()) } else { Err(gone()) };
        stands()?;
        let _inside = forking::inside();
        let mut connection = hold.connect().map_err(|error| failed(&error))?;
        connection.busy_timeout(LEDGER_WAIT).map_err(|error| failed(&error))?;
        let done = work(&mut connection)?;
        // What it was written to meanwhile is nobody's.
        stands()?;
        Ok(done)
    }
}

/// Records a whole list: those that it shows, and those that it shows no longer.
fn record_list(write: &Transaction<'_>, listed: &Instances, at: Timestamp) -> rusqlite::Result<()> {
    let shown: HashSet<_> = listed.iter().map(|one| one.id_instance().cast_signed()).collect();
    let mut before = write.prepare("SELECT id_instance FROM instances WHERE last_seen IS NULL")?;
    let before: Vec<i64> = before.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut leave = write.prepare(LEAVE)?;
    // What a list lacks that could not be read whole may be there.
    for id in before.iter().filter(|id| !listed.is_incomplete() && !shown.contains(id)) {
        leave.execute(params![id, at.as_millisecond()])?;
    }
    let mut put = write.prepare(PUT)?;
    for one in listed.iter() {
        let known = LastKnown::of(&one);
        put.execute(params![
            one.id_instance().cast_signed(),
            known.name,
            one.tariff(),
            one.is_partner(),
            one.is_free(),
            one.time_created().map(Timestamp::as_millisecond),
            one.gone_at().map(Timestamp::as_millisecond),
            known.deleted,
            known.expired,
            known.token_digest,
            at.as_millisecond(),
        ])?;
    }
    Ok(())
}

fn record_linked(write: &Transaction<'_>, one: &Linked) -> rusqlite::Result<()> {
    let last_linked_at = one.until.map(Timestamp::as_millisecond);
    write.prepare_cached(PUT_LINKED)?.execute(params![one.id_instance.cast_signed(), one.ever, last_linked_at])?;
    Ok(())
}

fn row(row: &Row<'_>) -> rusqlite::Result<LedgerRow> {
    let seen = |place| moment(row, place).map(Option::unwrap_or_default);
    Ok(LedgerRow {
        id_instance: id(row)?,
        name: row.get(1)?,
        tariff: row.get(2)?,
        is_partner: row.get(3)?,
        is_free: row.get(4)?,
        time_created: moment(row, 5)?,
        time_deleted: moment(row, 6)?,
        deleted: row.get(7)?,
        first_seen: seen(8)?,
        last_seen: seen(9)?,
        vanished_at: moment(row, 10)?,
        ever_linked: row.get(11)?,
        last_linked_at: moment(row, 12)?,
    })
}

/// Ids have 64 bits, and SQLite's numbers a sign.
fn id(row: &Row<'_>) -> rusqlite::Result<u64> {
    row.get(0).map(i64::cast_unsigned)
}

fn moment(row: &Row<'_>, place: usize) -> rusqlite::Result<Option<Timestamp>> {
    let milliseconds: Option<i64> = row.get(place)?;
    Ok(milliseconds.and_then(|milliseconds| Timestamp::from_millisecond(milliseconds).ok()))
}

/// Makes the file where there is none, for its owner alone from the first moment on.
fn make(path: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, OWNER_ALONE);
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Takes a file that others may read from them; what SQLite makes beside it has the same mode.
fn protect(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if fs::metadata(path)?.permissions().mode() & 0o777 != OWNER_ALONE {
            fs::set_permissions(path, fs::Permissions::from_mode(OWNER_ALONE))?;
        }
    }
    #[cfg(not(unix))]
    fs::metadata(path)?;
    Ok(())
}

/// Lays out an empty file; one that is neither that nor a ledger of this version is refused as it is.
fn set_up(connection: &mut Connection, file: Option<&Path>) -> Result<(), Error> {
    let write = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(|error| failed(&error))?;
    let number = |sql| write.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(|error| failed(&error));
    let is_empty = number("SELECT count(*) FROM sqlite_schema")? == 0;
    match (number("PRAGMA application_id")?, number("PRAGMA user_version")?) {
        (0, 0) if is_empty => {}
        (APPLICATION, VERSION) => {}
        (APPLICATION, version) if version > VERSION => {
            return Err(Error::invalid_request("this ledger was written by a newer version of this library"));
        }
        _ => return Err(no_ledger()),
    }
    if let Some(path) = file {
        protect(path).map_err(|error| unusable(error.to_string()))?;
    }
    let laid_out = if is_empty { write.execute_batch(&lay_out()) } else { Ok(()) };
    laid_out.and_then(|()| write.commit()).map_err(|error| failed(&error))
}

pub(super) fn failed(error: &rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => no_ledger(),
        Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => {
            in_use("another program has it")
        }
        _ => unusable(error.to_string()),
    }
}

fn in_use(by_whom: &str) -> Error {
    Error::new(ErrorCode::Unavailable, format!("the ledger is in use: {by_whom}"))
}

fn gone() -> Error {
    Error::configuration("the ledger's file was deleted, moved or replaced: open it anew, where it is now")
}

fn no_ledger() -> Error {
    Error::invalid_request("this file is no ledger")
}

fn unusable(why: String) -> Error {
    Error::configuration("the ledger cannot be used").caused_by([why].into_iter())
}

#[cfg(unix)]
const OWNER_ALONE: u32 = 0o600;
#[cfg(windows)]
const FILE_SHARE_READ: u32 = 1;
#[cfg(windows)]
const FILE_SHARE_WRITE: u32 = 2;

/// `gplg`: what a ledger is known by among SQLite's files.
const APPLICATION: i64 = 0x6770_6c67;
const VERSION: i64 = 1;

fn lay_out() -> String {
    format!("{TABLES}PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION};")
}

/// Times are milliseconds since 1970. What is known of linked phones stands apart: it may come before any list.
const TABLES: &str = "
    CREATE TABLE ledger (recorded_since INTEGER, last_record INTEGER, host TEXT, token_digest TEXT) STRICT;
    INSERT INTO ledger DEFAULT VALUES;
    CREATE TABLE instances (
        id_instance INTEGER PRIMARY KEY,
        name TEXT,
        tariff TEXT,
        is_partner INTEGER,
        is_free INTEGER,
        time_created INTEGER,
        time_deleted INTEGER,
        deleted INTEGER NOT NULL,
        is_expired INTEGER NOT NULL,
        token_digest TEXT,
        state_instance TEXT,
        first_seen INTEGER NOT NULL,
        last_seen INTEGER, -- NULL while the last list has it
        vanished_at INTEGER
    ) STRICT;
    CREATE TABLE linked (
        id_instance INTEGER PRIMARY KEY,
        ever_linked INTEGER NOT NULL,
        last_linked_at INTEGER
    ) STRICT;
";

/// What a list does not say is kept as it was; a deletion is final.
const PUT: &str = "
    INSERT INTO instances
        (id_instance, name, tariff, is_partner, is_free, time_created, time_deleted, deleted, is_expired, token_digest,
         first_seen)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
    ON CONFLICT (id_instance) DO UPDATE SET
        name = coalesce(excluded.name, name),
        tariff = coalesce(excluded.tariff, tariff),
        is_partner = coalesce(excluded.is_partner, is_partner),
        is_free = coalesce(excluded.is_free, is_free),
        time_created = coalesce(excluded.time_created, time_created),
        time_deleted = coalesce(excluded.time_deleted, time_deleted),
        deleted = max(deleted, excluded.deleted),
        is_expired = excluded.is_expired,
        token_digest = coalesce(excluded.token_digest, token_digest),
        last_seen = NULL,
        vanished_at = NULL";

const LEAVE: &str = "
    UPDATE instances SET
        last_seen = (SELECT last_record FROM ledger),
        vanished_at = CASE WHEN deleted THEN NULL ELSE ?2 END
    WHERE id_instance = ?1";

const PUT_LINKED: &str = "
    INSERT INTO linked (id_instance, ever_linked, last_linked_at) VALUES (?1, ?2, ?3)
    ON CONFLICT (id_instance) DO UPDATE SET
        ever_linked = max(ever_linked, excluded.ever_linked),
        last_linked_at = max(coalesce(last_linked_at, excluded.last_linked_at), coalesce(excluded.last_linked_at, last_linked_at))";

const ROWS: &str = "
    SELECT id_instance, name, tariff, is_partner, is_free, time_created, time_deleted, deleted, first_seen,
        coalesce(last_seen, last_record), vanished_at, ever_linked, last_linked_at
    FROM instances JOIN ledger LEFT JOIN linked USING (id_instance)";

const KNOWN: &str = "
    SELECT id_instance, name, token_digest, deleted, is_expired, state_instance FROM instances WHERE vanished_at IS NULL";

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::{
        env,
        process::{Command, Stdio},
        time::Duration,
    };

    use super::{super::super::forked, *};

    /// A ledger in a folder of its own, which the caller takes away.
    fn ledger(name: &str) -> (FileLedger, PathBuf) {
        let folder = env::temp_dir().join(format!("greenapi-ledger-{name}-{}", process::id()));
        fs::create_dir(&folder).unwrap();
        let path = folder.join("instances.ledger");
        (FileLedger::open(&path).unwrap(), path)
    }

    fn add(connection: &Connection, id: i64) -> Result<(), Error> {
        let row = "INSERT INTO instances (id_instance, deleted, is_expired, first_seen) VALUES (?1, 0, 0, 0)";
        connection.execute(row, [id]).map(drop).map_err(|error| failed(&error))
    }

    /// Tries to write to it as any program with SQLite does: at once, or not at all.
    fn writes(path: &Path) -> bool {
        let other = Connection::open(path).unwrap();
        other.busy_timeout(Duration::ZERO).unwrap();
        other.execute_batch("UPDATE ledger SET host = 'another'").is_ok()
    }

    const FILE: &str = "GREENAPI_TEST_LEDGER";

    /// The same of another process: the test of this name once more, as a child.
    fn another_writes(path: &Path, test: &str) -> bool {
        let mut child = Command::new(env::current_exe().unwrap());
        child.args(["--exact", test, "--nocapture"]).env(FILE, path).stdin(Stdio::null());
        child.output().unwrap().status.success()
    }

    /// Every lock of SQLite's own would be lost by that.
    #[test]
    fn a_look_at_the_file_by_the_same_process_lets_nobody_in() {
        let test = "fleet::ledger::file::tests::a_look_at_the_file_by_the_same_process_lets_nobody_in";
        if let Some(path) = env::var_os(FILE) {
            assert!(writes(path.as_ref()));
            return;
        }
        let (ledger, path) = ledger("look");
        let worked = ledger.have(|connection| {
            connection.execute_batch("BEGIN IMMEDIATE").unwrap();
            add(connection, 1)?;
            drop(fs::read(&path).unwrap());
            assert!(!writes(&path), "this process");
            assert!(!another_writes(&path, test), "another one");
            connection.execute_batch("COMMIT").map_err(|error| failed(&error))
        });
        worked.unwrap();
        assert_eq!(ledger.instance_count().unwrap(), 1);
        // Between two calls it is anybody's.
        assert!(another_writes(&path, test) && writes(&path));
        assert_eq!(ledger.instance_count().unwrap(), 1);
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }

    /// Whoever asks who has it looks beside the file, whatever name it was opened by.
    #[test]
    fn it_is_held_by_the_name_of_its_file() {
        let (ledger, path) = ledger("named");
        let link = path.with_extension("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let linked = FileLedger::open(&link).unwrap();
        for ledger in [ledger, linked] {
            assert!(ledger.have(|_| Ok(path.with_extension("ledger.lock").exists())).unwrap());
        }
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }

    #[test]
    fn what_was_written_to_a_file_that_is_taken_away_meanwhile_is_not_called_written() {
        let (ledger, path) = ledger("taken");
        let moved = path.with_extension("moved");
        let taken = [
            ledger.have(|connection| {
                let added = add(connection, 1);
                fs::rename(&path, &moved).unwrap();
                added
            }),
            ledger.have(|connection| add(connection, 2)),
        ];
        for result in taken {
            assert_eq!(result.unwrap_err().code(), ErrorCode::Configuration);
        }
        fs::rename(&moved, &path).unwrap();
        assert_eq!(ledger.instance_count().unwrap(), 1, "it is where it was again");
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }

    /// Whatever a child inherits in the midst of a call, it neither keeps the file from others nor waits for itself.
    #[test]
    fn a_forked_child_keeps_nobody_out_and_can_go_on() {
        let (ledger, path) = ledger("forked");
        let written = forked::pipe();
        let child = ledger.have(|connection| {
            add(connection, 1)?;
            Ok(forked::fork(|| {
                forked::hear(written);
                assert_eq!(ledger.instance_count().unwrap(), 2);
            }))
        });
        FileLedger::open(&path).unwrap().have(|connection| add(connection, 2)).unwrap();
        forked::tell(written);
        forked::wait(child.unwrap());
        assert_eq!(ledger.instance_count().unwrap(), 2);
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }
}
