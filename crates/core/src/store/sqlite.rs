//! SQLite as a store: one file, for the processes of one host.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, Weak},
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Connection, OpenFlags, TransactionBehavior, params_from_iter, types::Value, types::ValueRef};
use tokio::task;

use super::{
    cell::{Cell, Cells},
    dialect::Dialect,
    sql::MIGRATIONS,
};
use crate::{
    config::{STORE_LOOK, STORE_PATIENCE},
    error::{Error, ErrorCode},
    forking::{self, Closes},
    lock::lock,
    private_file::{Identity, make_file},
};

/// A file that is opened when it is first needed.
#[derive(Clone)]
pub(super) struct Sqlite {
    path: Arc<Path>,
    opened: Arc<Slot>,
}

#[derive(Default)]
struct Slot(Mutex<Held>);

#[derive(Default)]
struct Held {
    connection: Option<Connection>,
    /// Which file it is, also while a child is born: one that was put in its place later is another store.
    file: Option<Identity>,
}

impl Drop for Slot {
    fn drop(&mut self) {
        if let Some(connection) = self.0.get_mut().unwrap_or_else(PoisonError::into_inner).connection.take() {
            let _inside = forking::inside();
            drop(connection);
        }
    }
}

impl Closes for Slot {
    fn close(&self) {
        lock(&self.0).connection = None;
    }
}

impl Sqlite {
    pub(super) fn at(path: PathBuf) -> Self {
        let opened = Arc::new(Slot::default());
        let slot: Weak<Slot> = Arc::downgrade(&opened);
        forking::close_before(slot);
        Self { path: path.into(), opened }
    }

    /// Runs one statement, which is a transaction of its own.
    pub(super) async fn run(&self, statement: &'static str, params: Vec<Cell>) -> Result<Vec<Cells>, Error> {
        let this = self.clone();
        let ran = task::spawn_blocking(move || this.run_here(statement, params)).await;
        ran.unwrap_or_else(|_| Err(Error::new(ErrorCode::Unavailable, "the runtime was shut down")))
    }

    fn run_here(&self, statement: &str, params: Vec<Cell>) -> Result<Vec<Cells>, Error> {
        let _inside = forking::inside();
        let Held { connection, file } = &mut *lock(&self.opened.0);
        self.is_still(file.as_ref())?;
        let connection = match connection {
            Some(connection) => connection,
            none => {
                let (opened, found) = self.open()?;
                self.is_still(Some(file.get_or_insert(found)))?;
                none.insert(opened)
            }
        };
        query(connection, &Dialect::sqlite().fill(statement), params).map_err(|error| self.broken(&error))
    }

    /// Refuses another file than the one that was opened first.
    fn is_still(&self, file: Option<&Identity>) -> Result<(), Error> {
        if file.is_some_and(|file| Identity::at(&self.path).as_ref() != Some(file)) {
            return Err(self.failed(ErrorCode::Configuration, "was deleted, moved or replaced"));
        }
        Ok(())
    }

    /// Runs one statement in a file that is there, and where it can be written; nothing where there is none, or one without tables.
    /// No file is made, and nothing in it.
    pub(super) async fn look(&self, statement: &'static str, params: Vec<Cell>) -> Result<Option<Vec<Cells>>, Error> {
        let this = self.clone();
        let looked = task::spawn_blocking(move || this.look_here(statement, params)).await;
        looked.unwrap_or_else(|_| Err(Error::new(ErrorCode::Unavailable, "the runtime was shut down")))
    }

    fn look_here(&self, statement: &str, params: Vec<Cell>) -> Result<Option<Vec<Cells>>, Error> {
        if !self.path.exists() {
            return match self.path.parent() {
                Some(folder) if folder.is_dir() => Ok(None),
                _ => Err(self.failed(ErrorCode::Configuration, "cannot be made: its folder is not there")),
            };
        }
        let _inside = forking::inside();
        let look = || {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection = Connection::open_with_flags(&*self.path, flags)?;
            connection.busy_timeout(STORE_LOOK)?;
            // Who writes waits for this lock.
            connection.execute_batch("BEGIN IMMEDIATE")?;
            match version(&connection)? {
                Some(done) if done > MIGRATIONS.len() => Ok(Err(Ours::Newer)),
                None => Ok(Err(Ours::No)),
                Some(0) => Ok(Ok(None)),
                Some(_) => query(&connection, &Dialect::sqlite().fill(statement), params).map(|rows| Ok(Some(rows))),
            }
        };
        match look().map_err(|error| self.broken(&error))? {
            Ok(rows) => Ok(rows),
            Err(ours) => Err(self.not_ours(&ours)),
        }
    }

    fn open(&self) -> Result<(Connection, Identity), Error> {
        let unopened =
            |error: std::io::Error| self.failed(ErrorCode::Configuration, &format!("cannot be opened: {error}"));
        make_file(&self.path).map_err(unopened)?;
        match self.connect() {
            Ok((connection, Ours::Yes)) => {
                let file = Identity::at(&self.path);
                let file = file.ok_or_else(|| self.failed(ErrorCode::Configuration, "was deleted as it was opened"))?;
                Ok((connection, file))
            }
            Ok((_, ours)) => Err(self.not_ours(&ours)),
            Err(error) => Err(self.broken(&error)),
        }
    }

    /// Opens it, for as long as others that open it at the same moment are in the way: SQLite itself waits for nobody where a file
    /// that is new becomes one that many may use.
    fn connect(&self) -> rusqlite::Result<(Connection, Ours)> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let begun = Instant::now();
        loop {
            let opened = Connection::open_with_flags(&*self.path, flags).and_then(|mut connection| {
                connection.busy_timeout(STORE_PATIENCE)?;
                let ours = migrate(&mut connection)?;
                Ok((connection, ours))
            });
            match opened {
                Err(error) if is_busy(&error) && begun.elapsed() < STORE_PATIENCE => thread::sleep(SHORT),
                opened => return opened,
            }
        }
    }

    fn not_ours(&self, ours: &Ours) -> Error {
        let why = match ours {
            Ours::Newer => "was written by a newer version of this library",
            Ours::No | Ours::Yes => "is no store of this library",
        };
        self.failed(ErrorCode::Configuration, why)
    }

    fn broken(&self, error: &rusqlite::Error) -> Error {
        let code = match error.sqlite_error_code() {
            Some(
                rusqlite::ErrorCode::NotADatabase
                | rusqlite::ErrorCode::DatabaseCorrupt
                | rusqlite::ErrorCode::CannotOpen
                | rusqlite::ErrorCode::ReadOnly
                | rusqlite::ErrorCode::PermissionDenied,
            ) => ErrorCode::Configuration,
            _ => ErrorCode::Unavailable,
        };
        self.failed(code, &format!("cannot be used: {error}"))
    }

    fn failed(&self, code: ErrorCode, why: &str) -> Error {
        Error::new(code, format!("the store {} {why}", self.path.display()))
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(code, Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked))
}

enum Ours {
    Yes,
    No,
    Newer,
}

/// Makes the tables where they are missing; one process at a time.
fn migrate(connection: &mut Connection) -> rusqlite::Result<Ours> {
    // WAL lets others read while one writes; FULL waits for the disk, so that no crash takes back what was written.
    connection.pragma_update(None, "synchronous", "full")?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let Some(done) = version(&transaction)? else { return Ok(Ours::No) };
    if done > MIGRATIONS.len() {
        return Ok(Ours::Newer);
    }
    for step in &MIGRATIONS[done..] {
        transaction.execute_batch(&Dialect::sqlite().fill(step))?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", i32::try_from(MIGRATIONS.len()).unwrap_or(i32::MAX))?;
    transaction.commit()?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    Ok(Ours::Yes)
}

/// How many of the migrations a store has had: none where it is empty. Nothing where it is no store.
fn version(connection: &Connection) -> rusqlite::Result<Option<usize>> {
    let number = |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, i32>(0));
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(match (number("application_id")?, number("user_version")?) {
        (0, 0) if tables == 0 => Some(0),
        (APPLICATION, done) => Some(usize::try_from(done).unwrap_or(0)),
        _ => None,
    })
}

pub(super) fn query(connection: &Connection, statement: &str, params: Vec<Cell>) -> rusqlite::Result<Vec<Cells>> {
    let mut prepared = connection.prepare_cached(statement)?;
    let columns = prepared.column_count();
    let mut rows = prepared.query(params_from_iter(params.into_iter().map(value)))?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let cells = (0..columns).map(|place| Ok(cell(row.get_ref(place)?))).collect::<rusqlite::Result<_>>()?;
        all.push(Cells::of(cells));
    }
    Ok(all)
}

fn value(cell: Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Whole(number) => Value::Integer(number),
        Cell::Text(text) => Value::Text(text),
        Cell::Bytes(bytes) => Value::Blob(bytes),
    }
}

fn cell(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Integer(number) => Cell::Whole(number),
        ValueRef::Text(text) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
        ValueRef::Null | ValueRef::Real(_) => Cell::Null,
    }
}

/// From one try to open a file to the next.
const SHORT: Duration = Duration::from_millis(5);

/// How SQLite's file header tells that it is ours: `GAst`.
const APPLICATION: i32 = 0x4741_7374;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use std::sync::Barrier;

    use tempfile::TempDir;

    use super::*;
    use crate::store::sql::LEASES;

    /// What a look and an opening say of a file that something was done with: nothing, or why not.
    async fn said(make: impl FnOnce(&Path)) -> (String, String) {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("store");
        make(&path);
        let before = std::fs::read(&path).ok();
        let of = |ran: Result<Option<Vec<Cells>>, Error>| match ran {
            Ok(None) => "there are no tables".to_owned(),
            Ok(Some(rows)) => format!("{} rows", rows.len()),
            Err(error) => format!("{}: {}", error.code().as_str(), error.message().rsplit('/').next().unwrap()),
        };
        let looked = of(Sqlite::at(path.clone()).look(LEASES, vec!["default".into()]).await);
        assert_eq!(std::fs::read(&path).ok(), before, "a look writes nothing");
        let opened = of(Sqlite::at(path.clone()).run(LEASES, vec!["default".into()]).await.map(Some));
        (looked, opened)
    }

    fn with(statements: &str) -> impl FnOnce(&Path) {
        move |path| Connection::open(path).unwrap().execute_batch(statements).unwrap()
    }

    /// SQLite itself turns away somebody who opens one of some 80 new files.
    #[test]
    fn all_who_open_a_new_file_at_once_get_it() {
        let folder = TempDir::new().unwrap();
        for number in 0..150 {
            let (path, all_there) = (folder.path().join(number.to_string()), Barrier::new(8));
            thread::scope(|scope| {
                for _ in 0..8 {
                    scope.spawn(|| {
                        let store = Sqlite::at(path.clone());
                        all_there.wait();
                        store.run_here(LEASES, vec!["default".into()]).unwrap();
                    });
                }
            });
        }
    }

    #[test]
    fn a_file_that_was_closed_for_a_fork_is_opened_again_and_no_other_in_its_place() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("store");
        let store = Sqlite::at(path.clone());
        let run = || store.run_here(LEASES, vec!["default".into()]);
        run().unwrap();
        store.opened.close();
        run().unwrap();
        store.opened.close();
        std::fs::rename(&path, folder.path().join("moved")).unwrap();
        let moved = run().err().unwrap().message().to_owned();
        assert!(moved.ends_with("was deleted, moved or replaced") && !path.exists(), "{moved}");
        std::fs::write(&path, "").unwrap();
        assert!(run().is_err());
    }

    #[tokio::test]
    async fn a_file_that_is_no_store_of_ours_is_left_alone() {
        let new = ("there are no tables".to_owned(), "0 rows".to_owned());
        assert_eq!(said(|_| {}).await, new, "no file");
        assert_eq!(said(|path| std::fs::write(path, "").unwrap()).await, new, "an empty file");
        let of_another = "configuration: store is no store of this library";
        for statements in [
            "CREATE TABLE names (name TEXT)",
            "PRAGMA user_version = 1",
            "PRAGMA application_id = 7; CREATE TABLE names (name TEXT)",
        ] {
            let said = said(with(statements)).await;
            assert_eq!(said, (of_another.to_owned(), of_another.to_owned()), "{statements}");
        }
        let newer = "configuration: store was written by a newer version of this library";
        let statements = format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = 1000");
        assert_eq!(said(with(&statements)).await, (newer.to_owned(), newer.to_owned()));
        let text =
            said(|path| std::fs::write(path, "not a database, but a text of some length".repeat(50)).unwrap()).await;
        let broken = "configuration: store cannot be used: file is not a database";
        assert_eq!(text, (broken.to_owned(), broken.to_owned()));
    }

    #[tokio::test]
    async fn what_has_been_made_is_looked_at() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("store");
        Sqlite::at(path.clone()).run(LEASES, vec!["default".into()]).await.unwrap();
        let rows = Sqlite::at(path).look(LEASES, vec!["default".into()]).await.unwrap();
        assert!(rows.is_some_and(|rows| rows.is_empty()));
    }

    #[tokio::test]
    async fn a_folder_that_is_not_there_is_said() {
        let folder = TempDir::new().unwrap();
        let store = Sqlite::at(folder.path().join("gone").join("store"));
        let error = store.look(LEASES, vec!["default".into()]).await.err().unwrap();
        assert_eq!(error.code(), ErrorCode::Configuration);
        assert!(error.message().ends_with("cannot be made: its folder is not there"), "{error}");
    }
}
