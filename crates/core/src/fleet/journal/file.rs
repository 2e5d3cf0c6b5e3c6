//! Journal in a file: SQLite, which only its owner may read. It stands where it was opened, or nothing more is sent.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock},
};

use rusqlite::{Connection, Transaction, config::DbConfig, params};
use tokio::task;

use super::{
    super::hold::{Hold, Owner, Unheld, with_ending},
    Head, ItemState, JournalRow, JournalStanding, Pending, WrittenRun, unwritable,
};
use crate::{
    config::JOURNAL_PATIENCE,
    error::Error,
    lock::lock,
    private_file::{Identity, make_file, make_private},
};

/// An open file. Nobody else can open it meanwhile.
pub(super) struct JournalFile {
    connection: Mutex<Connection>,
    /// SQLite's write-ahead log, and which file that is: what was committed may stand there alone.
    log: (PathBuf, OnceLock<Identity>),
    /// Below the connection, so that it ends after that.
    hold: Hold,
}

impl JournalFile {
    /// Opens the journal of this run; a new one is made.
    pub(super) async fn open(
        path: &Path,
        head: Head,
        names: Vec<String>,
    ) -> Result<(Arc<Self>, Vec<JournalRow>), Error> {
        let path = absolute(path)?;
        in_background(move || {
            let unopened = |error: io::Error| refused(&path, &format!("cannot be opened: {error}"));
            make_file(&path).map_err(unopened)?;
            let (file, rows) = Self::open_here(&path, &head, &names)?;
            make_private(&path).map_err(unopened)?;
            Ok((Arc::new(file), rows))
        })
        .await
    }

    /// What the journal of this run has of each item, where there is one; nothing is written.
    pub(super) async fn peek(path: &Path, head: Head, names: Vec<String>) -> Result<Vec<JournalRow>, Error> {
        let path = absolute(path)?;
        in_background(move || {
            if !path.exists() {
                return Ok(Vec::new());
            }
            Self::open_here(&path, &head, &names).map(|(_, rows)| rows)
        })
        .await
    }

    /// Whether somebody has the file. None is made.
    pub(super) async fn look(path: &Path) -> Result<JournalStanding, Error> {
        let given = absolute(path)?;
        in_background(move || {
            if !given.exists() {
                return Ok(JournalStanding::Absent);
            }
            let unopened = |error: io::Error| refused(&given, &format!("cannot be opened: {error}"));
            match Hold::look(&given.canonicalize().map_err(unopened)?) {
                Ok(()) => Ok(JournalStanding::Free),
                Err(Unheld::Taken(owner)) => Ok(JournalStanding::Taken(whose(owner))),
                Err(Unheld::Io(error)) => Err(unopened(error)),
            }
        })
        .await
    }

    pub(super) async fn begin(self: &Arc<Self>, head: Head, names: Vec<String>) -> Result<(), Error> {
        let file = Arc::clone(self);
        in_background(move || file.begin_here(&head, &names).map_err(|why| unwritable(&why))).await
    }

    /// Commits all of these, and tells everybody who waits for it.
    pub(super) async fn write(self: &Arc<Self>, pending: Vec<Pending>) -> Result<(), Error> {
        let file = Arc::clone(self);
        in_background(move || {
            file.write_here(pending);
            Ok(())
        })
        .await
    }

    /// Holds the file until it is closed, and reads it. Nothing is written to a file that is not ours.
    fn open_here(given: &Path, head: &Head, names: &[String]) -> Result<(Self, Vec<JournalRow>), Error> {
        let unopened = |error: io::Error| refused(given, &format!("cannot be opened: {error}"));
        // Whichever name it goes by, it is held under its own.
        let path = &given.canonicalize().map_err(unopened)?;
        let hold = Hold::take(path, JOURNAL_PATIENCE).map_err(|why| match why {
            Unheld::Taken(owner) => refused(path, &format!("is in use: {}", whose(owner))),
            Unheld::Io(error) => unopened(error),
        })?;
        let connection = connect(&hold).map_err(|error| match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => {
                refused(path, "is in use: another program has it open")
            }
            Some(rusqlite::ErrorCode::NotADatabase) => refused(path, "is no journal of this library"),
            _ => refused(path, &format!("cannot be opened: {error}")),
        })?;
        let read = read(&connection).map_err(|_| refused(path, "is no journal of this library"))?;
        let rows = match read {
            Contents::Nothing => Vec::new(),
            Contents::Foreign => return Err(refused(path, "is no journal of this library")),
            Contents::Run(run) if run.account != head.account => {
                return Err(refused(path, "is the journal of another partner account"));
            }
            Contents::Run(run) => run.rows_for(head, names).map_err(|why| refused(path, why))?,
        };
        let log = (with_ending(path, "-wal"), OnceLock::new());
        Ok((Self { connection: Mutex::new(connection), log, hold }, rows))
    }

    fn begin_here(&self, head: &Head, names: &[String]) -> Result<(), String> {
        let mut connection = lock(&self.connection);
        self.whole()?;
        write_begin(&mut connection, head, names).map_err(|error| error.to_string())?;
        if let Some(log) = Identity::at(&self.log.0) {
            let _ = self.log.1.set(log);
        }
        self.whole()
    }

    fn write_here(&self, pending: Vec<Pending>) {
        let mut connection = lock(&self.connection);
        let mut commit = || write_rows(&mut connection, &pending).map_err(|error| error.to_string());
        // Only what stands in the files that the next run opens is written: looked at before, and once more after.
        let written = self.whole().and_then(|()| commit()).and_then(|()| self.whole());
        Pending::tell(pending, &written.map_err(|why| unwritable(&why)));
    }

    /// Whether it stands where it was opened, with its log.
    fn whole(&self) -> Result<(), String> {
        let (path, log) = &self.log;
        let logs = log.get().is_none_or(|log| Identity::at(path).as_ref() == Some(log));
        if logs && self.hold.is_whole() { Ok(()) } else { Err(GONE.to_owned()) }
    }
}

/// What stands there by now may be another run's: SQLite is not to delete that one's log.
impl Drop for JournalFile {
    fn drop(&mut self) {
        if self.whole().is_err() {
            let connection = lock(&self.connection);
            let _ = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
        }
    }
}

fn write_begin(connection: &mut Connection, head: &Head, names: &[String]) -> rusqlite::Result<()> {
    // WAL is one flush to the disk for each commit; FULL waits for it.
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    let transaction = connection.transaction()?;
    if matches!(read(&transaction)?, Contents::Nothing) {
        write_plan(&transaction, head, names)?;
    }
    transaction.commit()
}

/// What a file holds.
pub(super) enum Contents {
    Nothing,
    Foreign,
    Run(Box<WrittenRun>),
}

fn connect(hold: &Hold) -> rusqlite::Result<Connection> {
    let connection = hold.connect()?;
    connection.busy_timeout(JOURNAL_PATIENCE)?;
    // Also what keeps SQLite from sharing an index of the log with others.
    connection.pragma_update(None, "locking_mode", "exclusive")?;
    // Where the hold keeps nobody out, the first access takes SQLite's lock, and this mode keeps it.
    connection.execute_batch("BEGIN EXCLUSIVE; COMMIT")?;
    Ok(connection)
}

pub(super) fn read(connection: &Connection) -> rusqlite::Result<Contents> {
    let number = |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, i32>(0));
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match (number("application_id")?, number("user_version")?) {
        (0, 0) if tables == 0 => return Ok(Contents::Nothing),
        (APPLICATION, VERSION) => {}
        _ => return Ok(Contents::Foreign),
    }
    let mut statement = connection.prepare("SELECT name, state, id_instance FROM item ORDER BY place")?;
    let items = statement.query_map([], |row| {
        let (name, word, id): (String, String, Option<String>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok((name, JournalRow::read(&word, id.as_deref())))
    })?;
    let items = items.collect::<rusqlite::Result<_>>()?;
    let run = connection.query_row("SELECT kind, work, host, account FROM run", [], |row| {
        Ok(WrittenRun { kind: row.get(0)?, work: row.get(1)?, host: row.get(2)?, account: row.get(3)?, items })
    })?;
    Ok(Contents::Run(Box::new(run)))
}

pub(super) fn write_plan(transaction: &Transaction<'_>, head: &Head, names: &[String]) -> rusqlite::Result<()> {
    transaction.execute_batch(SCHEMA)?;
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    let Head { kind, work, host, account } = head;
    transaction.execute("INSERT INTO run VALUES (?, ?, ?, ?)", params![kind, work, host, account])?;
    let mut insert = transaction.prepare("INSERT INTO item VALUES (?, ?, ?, NULL)")?;
    for (place, name) in (0_i64..).zip(names) {
        insert.execute(params![place, name, ItemState::Waiting.as_str()])?;
    }
    Ok(())
}

pub(super) fn write_rows(connection: &mut Connection, pending: &[Pending]) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    {
        let mut update = transaction.prepare_cached("UPDATE item SET state = ?, id_instance = ? WHERE place = ?")?;
        for Pending { place, row, .. } in pending {
            let place = i64::try_from(*place).unwrap_or(i64::MAX);
            let changed =
                update.execute(params![row.state.as_str(), row.id_instance.map(|id| id.to_string()), place])?;
            if changed != 1 {
                return Err(rusqlite::Error::StatementChangedRows(changed));
            }
        }
    }
    transaction.commit()
}

/// Ids are text: SQLite's numbers end before upstream's may.
const SCHEMA: &str = "
    CREATE TABLE run (kind TEXT NOT NULL, work TEXT NOT NULL, host TEXT NOT NULL, account TEXT NOT NULL) STRICT;
    CREATE TABLE item (place INTEGER PRIMARY KEY, name TEXT NOT NULL, state TEXT NOT NULL, id_instance TEXT) STRICT;
";
/// How SQLite's file header tells that it is ours: `GAbj`.
const APPLICATION: i32 = 0x4741_626a;
const VERSION: i32 = 1;

const GONE: &str = "its file was deleted, moved or replaced, or one of those beside it";

/// A path that SQLite takes for nothing but a path: `:memory:` is a name like any other.
fn absolute(path: &Path) -> Result<PathBuf, Error> {
    std::path::absolute(path).map_err(|error| refused(path, &format!("cannot be opened: {error}")))
}

async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    task::spawn_blocking(work).await.unwrap_or_else(|_| Err(unwritable("its writer was ended")))
}

fn whose(owner: Option<Owner>) -> String {
    owner.map_or_else(|| "another program has it open".to_owned(), |owner| owner.to_string())
}

fn refused(path: &Path, why: &str) -> Error {
    Error::invalid_request(format!("the journal {} {why}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const FULL: i32 = 2;

    fn head() -> Head {
        let text = |text: &str| text.to_owned();
        Head { kind: "createInstances", work: String::new(), host: text("https://upstream.test"), account: text("0f") }
    }

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|index| format!("a-{index}")).collect()
    }

    /// A file system of its own is not to be had; a limit of SQLite's gives its very error.
    #[tokio::test]
    async fn a_full_disk_is_said_and_leaves_no_half_of_a_plan() {
        let folder = std::env::temp_dir().join(format!("greenapi-journal-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("full.journal");
        let (journal, rows) = JournalFile::open(&path, head(), names(10_000)).await.unwrap();
        assert!(rows.is_empty());
        lock(&journal.connection).pragma_update(None, "max_page_count", 4).unwrap();
        let error = journal.begin(head(), names(10_000)).await.unwrap_err();
        assert!(error.code().as_str() == "configuration" && error.to_string().contains("full"), "{error}");
        drop(journal);
        let (journal, rows) = JournalFile::open(&path, head(), names(1)).await.unwrap();
        assert!(rows.is_empty());
        journal.begin(head(), names(1)).await.unwrap();
        let synchronous = lock(&journal.connection).pragma_query_value(None, "synchronous", |row| row.get(0));
        assert_eq!(synchronous, Ok(FULL), "what is written is on the disk before anything is sent");
        drop(journal);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_state_that_nobody_knows_may_have_been_sent() {
        let mut connection = Connection::open_in_memory().unwrap();
        let transaction = connection.transaction().unwrap();
        write_plan(&transaction, &head(), &names(2)).unwrap();
        transaction.execute("UPDATE item SET state = 'dreaming' WHERE place = 1", []).unwrap();
        let Contents::Run(run) = read(&transaction).unwrap() else { panic!() };
        let states: Vec<_> = run.rows_for(&head(), &names(2)).unwrap().iter().map(|row| row.state).collect();
        assert_eq!(states, [ItemState::Waiting, ItemState::Unknown]);
    }
}
