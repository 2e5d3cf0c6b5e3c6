//! Spool in a file: lines of JSON, each the whole of what there is of one instance; the last one of each counts. It is held by
//! one process, and only its owner may read it.
//!
//! A line is on the disk before anything is done upon it. One that a crash has cut stands at the end, and was never acted on.

use std::{
    fs,
    io::{self, Seek as _, Write as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use serde::{Deserialize, Serialize};
use tokio::task;

use super::{
    super::super::{
        hold::{Hold, Unheld, with_ending},
        last_known::Account,
    },
    Row, Rows,
};
use crate::{
    config::JOURNAL_PATIENCE,
    error::Error,
    lock::lock,
    private_file::{Identity, make_file, make_private},
};

pub(super) struct SpoolFile {
    opened: Arc<Opened>,
    /// What was read, until somebody asks for it.
    read: Option<(Rows, bool)>,
}

struct Opened {
    /// The file by its own name.
    path: PathBuf,
    account: Account,
    lines: Mutex<Lines>,
    /// Below the file, so that it ends after that.
    _hold: Hold,
}

/// The file as it is written.
struct Lines {
    file: fs::File,
    /// Which one it is.
    identity: Identity,
    /// Up to where its lines are whole.
    length: u64,
    /// How many lines there are.
    count: usize,
}

/// The first line.
#[derive(Serialize, Deserialize)]
struct Head {
    spool: u32,
    account: Account,
}

/// Any other: of an instance, or that there was a first list.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Instance {
        id: u64,
        #[serde(flatten)]
        row: Row,
    },
    Base {
        base: bool,
    },
}

impl SpoolFile {
    pub(super) async fn open(path: &Path, account: &Account) -> Result<Self, Error> {
        let path = std::path::absolute(path).map_err(|error| unopened(path, &error))?;
        let account = account.clone();
        in_background(move || Self::open_here(&path, account)).await
    }

    /// What there is, and whether a list is to show that it is of the same account: its token is another by now.
    pub(super) fn take(&mut self) -> (Rows, bool) {
        self.read.take().unwrap_or_default()
    }

    /// Writes what there is of these instances.
    pub(super) async fn write(&self, rows: &Rows, ids: &[u64]) -> Result<(), Error> {
        let mut text = if rows.has_base { line(&Line::Base { base: true }) } else { String::new() };
        for id in ids {
            text += &line(&Line::Instance { id: *id, row: rows.rows.get(id).cloned().unwrap_or_default() });
        }
        let count = ids.len() + 1;
        let lines = lock(&self.opened.lines).count + count;
        let whole = (lines > LEAST_LINES && lines > MOST_PER_ROW * rows.rows.len()).then(|| rows.clone());
        let opened = Arc::clone(&self.opened);
        in_background(move || {
            let mut lines = lock(&opened.lines);
            opened.append(&mut lines, &text, count)?;
            match whole {
                Some(rows) => opened.compact(&mut lines, &rows),
                None => Ok(()),
            }
        })
        .await
    }

    fn open_here(given: &Path, account: Account) -> Result<Self, Error> {
        make_file(given).map_err(|error| unopened(given, &error))?;
        let path = given.canonicalize().map_err(|error| unopened(given, &error))?;
        let hold = Hold::take(&path, JOURNAL_PATIENCE).map_err(|why| match why {
            Unheld::Taken(Some(owner)) => refused(&path, &format!("is in use: {owner}")),
            Unheld::Taken(None) => refused(&path, "is in use: another program has it open"),
            Unheld::Io(error) => unopened(&path, &error),
        })?;
        let unopened = |error: io::Error| unopened(&path, &error);
        make_private(&path).map_err(unopened)?;
        let text = fs::read(&path).map_err(unopened)?;
        // What has no end is what a crash has cut.
        let length = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let read = Read::of(&text[..length]).filter(|read| read.account.is_some() || is_begun(&text));
        let read = read.ok_or_else(|| refused(&path, "is no spool of this library, or damaged"))?;
        let is_same = read.account.as_ref().is_none_or(|written| *written == account);
        if read.account.as_ref().is_some_and(|written| written.host != account.host) {
            return Err(refused(&path, "is the spool of another partner account"));
        }
        let mut file = fs::OpenOptions::new().write(true).open(&path).map_err(unopened)?;
        file.set_len(length as u64).and_then(|()| file.seek(io::SeekFrom::End(0))).map_err(unopened)?;
        let identity = Identity::of(&file).map_err(unopened)?;
        let lines = Lines { file, identity, length: length as u64, count: read.count };
        let opened = Opened { path: path.clone(), account, lines: Mutex::new(lines), _hold: hold };
        if read.account.is_none() {
            opened.append(&mut lock(&opened.lines), &opened.head(), 1)?;
        } else if !is_same {
            opened.compact(&mut lock(&opened.lines), &read.rows)?;
        }
        Ok(Self { opened: Arc::new(opened), read: Some((read.rows, !is_same)) })
    }
}

impl Opened {
    /// Adds whole lines, which are on the disk when this returns; or none of them.
    fn append(&self, lines: &mut Lines, text: &str, count: usize) -> Result<(), Error> {
        if Identity::at(&self.path).as_ref() != Some(&lines.identity) {
            return Err(self.unwritten("its file was deleted, moved or replaced"));
        }
        let written = lines.file.write_all(text.as_bytes()).and_then(|()| lines.file.sync_data());
        if let Err(error) = written {
            // Half a line would spoil the next.
            let _ = lines.file.set_len(lines.length).and_then(|()| lines.file.seek(io::SeekFrom::End(0)));
            return Err(self.unwritten(&error.to_string()));
        }
        lines.length += text.len() as u64;
        lines.count += count;
        Ok(())
    }

    /// Writes the file anew, without what counts no more. A crash leaves the old one or the new one.
    fn compact(&self, lines: &mut Lines, rows: &Rows) -> Result<(), Error> {
        let beside = with_ending(&self.path, ".new");
        let mut text = self.head();
        if rows.has_base {
            text += &line(&Line::Base { base: true });
        }
        let kept = rows.rows.iter().filter(|(_, row)| !row.is_over());
        text.extend(kept.map(|(id, row)| line(&Line::Instance { id: *id, row: row.clone() })));
        let replace = || {
            make_file(&beside)?;
            make_private(&beside)?;
            let mut file = fs::OpenOptions::new().write(true).truncate(true).open(&beside)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&beside, &self.path)?;
            sync_folder(&self.path)?;
            Ok((Identity::of(&file)?, file))
        };
        let (identity, file) = replace().map_err(|error: io::Error| self.unwritten(&error.to_string()))?;
        *lines = Lines { file, identity, length: text.len() as u64, count: text.lines().count() };
        Ok(())
    }

    fn head(&self) -> String {
        line(&Head { spool: VERSION, account: self.account.clone() })
    }

    fn unwritten(&self, why: &str) -> Error {
        let path = self.path.display();
        Error::configuration(format!("the spool {path} cannot be written ({why}): nothing more is delivered"))
    }
}

/// What a file says.
struct Read {
    /// Nothing of an empty file.
    account: Option<Account>,
    rows: Rows,
    count: usize,
}

impl Read {
    /// Nothing where a line cannot be read.
    fn of(text: &[u8]) -> Option<Self> {
        let mut lines = std::str::from_utf8(text).ok()?.lines();
        let mut read = Self { account: None, rows: Rows::default(), count: 0 };
        let Some(first) = lines.next() else { return Some(read) };
        let head: Head = serde_json::from_str(first).ok().filter(|head: &Head| head.spool == VERSION)?;
        read.account = Some(head.account);
        read.count = 1;
        for line in lines {
            match serde_json::from_str(line).ok()? {
                Line::Base { base } => read.rows.has_base = base,
                Line::Instance { id, row } if row.is_over() => drop(read.rows.rows.remove(&id)),
                Line::Instance { id, row } => drop(read.rows.rows.insert(id, row)),
            }
            read.count += 1;
        }
        Some(read)
    }
}

/// Whether a text without a whole line is nothing, or the first line of a spool that a crash has cut.
fn is_begun(text: &[u8]) -> bool {
    text.starts_with(HEAD) || HEAD.starts_with(text)
}

const HEAD: &[u8] = br#"{"spool":"#;

/// A name in a folder is on the disk once the folder is.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |folder| fs::File::open(folder)?.sync_all())
}

#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}

fn line(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default() + "\n"
}

async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let ended = task::spawn_blocking(work).await;
    ended.unwrap_or_else(|_| Err(Error::configuration("the spool cannot be written: its writer was ended")))
}

fn unopened(path: &Path, error: &io::Error) -> Error {
    Error::configuration(format!("the spool {} cannot be opened: {error}", path.display()))
}

fn refused(path: &Path, why: &str) -> Error {
    Error::invalid_request(format!("the spool {} {why}", path.display()))
}

const VERSION: u32 = 1;
/// A file is written anew when it has so many lines, and so many for each instance.
const LEAST_LINES: usize = 1_000;
const MOST_PER_ROW: usize = 4;
