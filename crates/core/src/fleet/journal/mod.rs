//! The journal of a bulk run: what was sent, written down before it is sent, so that a crash creates nothing twice.
//!
//! It holds names, ids and what has become of each item; no token, and no setting. One run has it at a time. `file`: in a
//! file of its own; `stored`: in a store, for all processes of a partner.

mod file;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod stored;

use std::{
    ffi::{OsStr, OsString},
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use tokio::sync::{Mutex as Turn, oneshot};

use self::{file::JournalFile, stored::StoredJournal};
use crate::{
    PartnerClient, Store,
    error::{Error, ErrorCode},
    lock::lock,
};

#[doc = include_str!("journal.md")]
#[derive(Clone)]
pub struct Journal(Place);

#[derive(Clone)]
enum Place {
    File(PathBuf),
    Store(Store, String),
}

impl Store {
    /// A journal in this store, for a run of any kind. The name is the caller's.
    pub fn journal(&self, name: impl Into<String>) -> Journal {
        Journal(Place::Store(self.clone(), name.into()))
    }
}

impl From<PathBuf> for Journal {
    fn from(path: PathBuf) -> Self {
        Self(Place::File(path))
    }
}

impl From<String> for Journal {
    fn from(path: String) -> Self {
        Self(Place::File(path.into()))
    }
}

impl From<OsString> for Journal {
    fn from(path: OsString) -> Self {
        Self(Place::File(path.into()))
    }
}

impl<T: ?Sized + AsRef<OsStr>> From<&T> for Journal {
    fn from(path: &T) -> Self {
        Self(Place::File(path.into()))
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::File(path) => path.fmt(formatter),
            Place::Store(store, name) => formatter.debug_tuple("Journal").field(store).field(name).finish(),
        }
    }
}

/// How a journal stands for who would have it.
#[doc(hidden)]
#[derive(Clone, Debug, PartialEq)]
pub enum JournalStanding {
    /// There is none yet.
    Absent,
    Free,
    /// Somebody has it: who, and since when, as far as that is known.
    Taken(String),
}

/// What a journal belongs to: it is refused for anything else.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Head {
    /// The kind of run: `createInstances`.
    pub(crate) kind: &'static str,
    /// What is done to each item, as a digest, where that is not the same for every run of the kind.
    pub(crate) work: String,
    /// Where upstream was called.
    pub(crate) host: String,
    /// The partner account, as a digest of its token: a file has nothing else.
    pub(crate) account: String,
}

/// How an item stands in the journal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ItemState {
    /// Nothing was sent.
    Waiting,
    /// It may have been sent; nothing is known of the answer.
    Sent,
    Done,
    /// Refused, or not sent after all.
    Failed,
    /// Sent, and looking did not settle it.
    Unknown,
}

impl ItemState {
    const ALL: [Self; 5] = [Self::Waiting, Self::Sent, Self::Done, Self::Failed, Self::Unknown];

    fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }
}

/// What an earlier run has written of an item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct JournalRow {
    pub(crate) state: ItemState,
    pub(crate) id_instance: Option<u64>,
}

impl JournalRow {
    /// What cannot be read may have been sent.
    fn read(word: &str, id: Option<&str>) -> Self {
        let state = ItemState::ALL.into_iter().find(|state| state.as_str() == word);
        Self { state: state.unwrap_or(ItemState::Unknown), id_instance: id.and_then(|id| id.parse().ok()) }
    }
}

/// An open journal. Nobody else can open it meanwhile.
pub(crate) struct OpenJournal {
    place: Opened,
    pending: Mutex<Vec<Pending>>,
    /// Whoever has it writes for all who wait: one commit, however many there are.
    turn: Turn<()>,
}

enum Opened {
    File(Arc<JournalFile>),
    Store(StoredJournal),
}

/// What is to be written, and who waits for it.
struct Pending {
    place: usize,
    row: JournalRow,
    written: oneshot::Sender<Result<(), Unwritten>>,
}

/// Why it was not written.
type Unwritten = (ErrorCode, Arc<str>);

impl Pending {
    fn tell(pending: Vec<Self>, written: &Result<(), Error>) {
        let written = written.as_ref().copied().map_err(|error| (error.code(), Arc::from(error.message())));
        for one in pending {
            // Whoever has left needs no answer.
            let _ = one.written.send(written.clone());
        }
    }
}

impl Journal {
    /// Whether a run could have it. Nothing is made or written: for the program's `doctor`.
    #[doc(hidden)]
    pub async fn look(&self) -> Result<JournalStanding, Error> {
        match &self.0 {
            Place::File(path) => JournalFile::look(path).await,
            Place::Store(store, name) => stored::look(store, name).await,
        }
    }

    /// What names are made of, where none are given.
    pub(crate) fn stem(&self) -> Option<String> {
        match &self.0 {
            Place::File(path) => path.file_stem().map(|stem| stem.to_string_lossy().into_owned()),
            Place::Store(_, name) => Some(name.clone()),
        }
    }

    /// Opens the journal of this run, and gives what it has of each item; a new one is made, and has nothing.
    pub(crate) async fn open(
        &self,
        partner: &PartnerClient,
        head: Head,
        names: Vec<String>,
    ) -> Result<(OpenJournal, Vec<JournalRow>), Error> {
        let (place, rows) = match &self.0 {
            Place::File(path) => {
                let (file, rows) = JournalFile::open(path, head, names).await?;
                (Opened::File(file), rows)
            }
            Place::Store(store, name) => {
                let (stored, rows) = StoredJournal::open(store, name, partner, &head, &names).await?;
                (Opened::Store(stored), rows)
            }
        };
        Ok((OpenJournal { place, pending: Mutex::default(), turn: Turn::default() }, rows))
    }

    /// What the journal of this run has of each item, where there is one; nothing is written.
    pub(crate) async fn peek(
        &self,
        partner: &PartnerClient,
        head: Head,
        names: Vec<String>,
    ) -> Result<Vec<JournalRow>, Error> {
        match &self.0 {
            Place::File(path) => JournalFile::peek(path, head, names).await,
            Place::Store(store, name) => StoredJournal::peek(store, name, partner, &head, &names).await,
        }
    }
}

impl OpenJournal {
    /// Writes down what is to be done, where an earlier run has not: from now on the journal belongs to this run.
    pub(crate) async fn begin(&self, head: Head, names: Vec<String>) -> Result<(), Error> {
        match &self.place {
            Opened::File(file) => file.begin(head, names).await,
            Opened::Store(stored) => stored.begin(&head, &names).await,
        }
    }

    /// Writes down how an item stands. It is on the disk when this returns.
    pub(crate) async fn write(&self, place: usize, row: JournalRow) -> Result<(), Error> {
        let (written, mut result) = oneshot::channel();
        lock(&self.pending).push(Pending { place, row, written });
        let _turn = self.turn.lock().await;
        let read = |result: Result<(), Unwritten>| result.map_err(|(code, why)| Error::new(code, &*why));
        if let Ok(result) = result.try_recv() {
            return read(result);
        }
        let pending = std::mem::take(&mut *lock(&self.pending));
        match &self.place {
            Opened::File(file) => file.write(pending).await?,
            Opened::Store(stored) => stored.write(pending).await,
        }
        result.await.map_or_else(|_| Err(unwritable("nobody wrote it")), read)
    }

    /// Lets go of it: the next run may begin at once.
    pub(crate) async fn close(self) {
        if let Opened::Store(stored) = self.place {
            stored.close().await;
        }
    }
}

/// A run as it was written down.
struct WrittenRun {
    kind: String,
    work: String,
    host: String,
    /// A digest of the token, in a file.
    account: String,
    items: Vec<(String, JournalRow)>,
}

impl WrittenRun {
    /// The rows, if they are those of this run; otherwise why not.
    fn rows_for(self, head: &Head, names: &[String]) -> Result<Vec<JournalRow>, &'static str> {
        if self.kind != head.kind {
            return Err("is the journal of another kind of run");
        }
        if self.host != head.host {
            return Err("is the journal of another partner account");
        }
        if self.work != head.work {
            return Err("is the journal of a run with other settings");
        }
        if !self.items.iter().map(|(name, _)| name).eq(names) {
            return Err("is the journal of a run over other items: their number or their names differ");
        }
        Ok(self.items.into_iter().map(|(_, row)| row).collect())
    }
}

fn unwritable(why: &str) -> Error {
    Error::configuration(format!("the journal cannot be written ({why}): nothing more is sent"))
}
