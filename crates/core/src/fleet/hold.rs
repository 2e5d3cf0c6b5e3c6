//! Holds on files of ours: one run has a journal, whatever else its process does with the file.
//!
//! SQLite's own locks do not last: they belong to the process, and end when anything in it opens the file and closes it
//! again, be it a backup or a look with another SQLite. So a hold is a lock on a file beside (`shops.journal.lock`), which
//! names its owner; and while it lasts, the bytes of SQLite's locks are locked as well (`Shut`), so that everybody else's
//! SQLite says "database is locked", also the one of this process.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    process,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

#[cfg(unix)]
use super::system;
use crate::engine::lock;

/// A hold on a file. Dropping it ends it, in the process that took it.
#[derive(Debug)]
pub(super) struct Hold {
    key: u64,
    path: PathBuf,
    beside: PathBuf,
    /// The file, and the one beside, as they were opened.
    opened: (Identity, Identity),
    shut: Shut,
}

/// Whether SQLite's bytes are locked.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shut {
    /// The system has no such locks.
    Never,
    ByUs,
    /// By a dead owner's child: it keeps everybody out just as well, for as long as it lives.
    ByOrphan,
}

/// Why a file cannot be had.
#[derive(Debug)]
pub(super) enum Unheld {
    /// By whom it is held, as far as that can be told.
    Taken(Option<Owner>),
    Io(io::Error),
}

/// Who has a file.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Owner {
    pid: u32,
    /// When it took the file.
    since: String,
    /// Whether a dead owner's child had SQLite's bytes then.
    #[serde(default)]
    beside_orphan: bool,
    /// What tells the process from a later one with the same number, where the system says so.
    process: Option<Process>,
}

/// Which process a number means: numbers are given anew, after a while, after a restart and in each container.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Process {
    /// The system's run, and the space of numbers in it.
    system: String,
    /// When it was started, in the system's own time.
    started: u64,
}

impl Hold {
    /// Takes the file, which is there, for this process. A dead owner's is taken over.
    pub(super) fn take(path: &Path, patience: Duration) -> Result<Self, Unheld> {
        close_inherited();
        let until = Instant::now() + patience;
        let beside = with_ending(path, ".lock");
        let file = gate(path, until)?;
        let taken = take_beside(&beside, until);
        let taken = taken.and_then(|taken| {
            let shut = shut(&file, until, taken.is_orphaned)?;
            write_owner(&taken.file, &Owner::this(shut == Shut::ByOrphan))?;
            Ok((taken.file, shut))
        });
        open_gate(&file);
        let (held, shut) = taken?;
        let opened = (Identity::of(&file)?, Identity::of(&held)?);
        let key = next_key();
        lock(&HELD).push(Held { key, pid: process::id(), beside: held, file });
        Ok(Self { key, path: path.to_owned(), beside, opened, shut })
    }

    /// How SQLite is to open the file: without locks of its own where they would meet these, as it is used to elsewhere.
    pub(super) fn vfs(&self) -> Option<&'static str> {
        (self.shut != Shut::Never).then_some("unix-none")
    }

    /// Whether the file, and the one beside, still stand where they were opened.
    pub(super) fn is_whole(&self) -> bool {
        let (file, beside) = &self.opened;
        Identity::at(&self.path).as_ref() == Some(file) && Identity::at(&self.beside).as_ref() == Some(beside)
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let held = {
            let mut all = lock(&HELD);
            let place = all.iter().position(|held| held.key == self.key);
            place.map(|place| all.swap_remove(place))
        };
        // A forked child has closed what it inherited, or does now; the hold goes on in its parent.
        let Some(held) = held.filter(|held| held.pid == process::id()) else { return };
        let is_ours = Identity::at(&self.beside).as_ref() == Some(&self.opened.1);
        // The next owner is to know of an orphan, too.
        let goes = is_ours && self.shut != Shut::ByOrphan;
        held.release(goes.then_some(self.beside.as_path()));
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pid, since, .. } = self;
        let who = if *pid == process::id() { ", this one," } else { "" };
        write!(formatter, "process {pid}{who} has it since {since}")
    }
}

impl From<io::Error> for Unheld {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Everything that this process holds, its parent's holds included where it was forked: one place to close those.
static HELD: Mutex<Vec<Held>> = Mutex::new(Vec::new());

struct Held {
    key: u64,
    pid: u32,
    beside: fs::File,
    file: fs::File,
}

fn next_key() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Closes what a forked child has inherited: otherwise it would hold its parent's files for as long as it lives.
///
/// For the bindings, when they find themselves in one.
pub fn close_inherited() {
    // A parent that was just taking a hold when it forked has left this locked for ever.
    let Ok(mut held) = HELD.try_lock() else { return };
    held.retain(|held| held.pid == process::id());
}

/// The file beside, locked.
struct Beside {
    file: fs::File,
    /// Whether a dead owner's child may have what it had.
    is_orphaned: bool,
}

fn take_beside(beside: &Path, until: Instant) -> Result<Beside, Unheld> {
    let mut is_orphaned = false;
    loop {
        let owner = match open_locked(beside) {
            Ok(file) => {
                is_orphaned |= Owner::of(beside).is_some_and(|before| before.beside_orphan);
                return Ok(Beside { file, is_orphaned });
            }
            Err(Unheld::Taken(owner)) => owner,
            Err(error) => return Err(error),
        };
        if owner.as_ref().is_some_and(Owner::is_dead) {
            is_orphaned = true;
            fs::remove_file(beside)?;
        } else if Instant::now() >= until {
            return Err(Unheld::Taken(owner));
        } else {
            thread::sleep(PAUSE);
        }
    }
}

impl Owner {
    fn this(beside_orphan: bool) -> Self {
        let since = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        Self { pid: process::id(), since, beside_orphan, process: Process::of(process::id()) }
    }

    /// The owner that a file names; none where it was not written yet.
    fn of(beside: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(beside).ok()?).ok()
    }

    /// Whether this process is surely over. One of another container cannot be asked for from here.
    #[cfg(unix)]
    fn is_dead(&self) -> bool {
        let (Some(then), Some(this)) = (&self.process, Process::of(process::id())) else {
            return !cfg!(target_os = "linux") && !system::may_live(self.pid);
        };
        if then.system != this.system {
            return false;
        }
        Process::of(self.pid).map_or(!system::may_live(self.pid), |now| now != *then)
    }

    /// There, the system itself ends a dead owner's hold, and nobody inherits it.
    #[cfg(not(unix))]
    fn is_dead(&self) -> bool {
        false
    }
}

impl Process {
    #[cfg(target_os = "linux")]
    fn of(pid: u32) -> Option<Self> {
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        let space = fs::read_link("/proc/self/ns/pid").ok()?;
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name of the program stands in parentheses, and may have any of them in it; 20 fields later is the time.
        let (_, fields) = stat.rsplit_once(')')?;
        let started = fields.split_whitespace().nth(19)?.parse().ok()?;
        Some(Self { system: format!("{} {}", boot.trim(), space.display()), started })
    }

    #[cfg(not(target_os = "linux"))]
    fn of(_pid: u32) -> Option<Self> {
        None
    }
}

fn write_owner(mut file: &fs::File, owner: &Owner) -> io::Result<()> {
    let owner = serde_json::to_string(owner)?;
    file.set_len(0)?;
    io::Write::write_all(&mut file, owner.as_bytes())
}

/// The file beside a file.
pub(super) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Which file it is, whatever its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity(#[cfg(unix)] (u64, u64));

#[cfg(unix)]
impl Identity {
    pub(super) fn of(file: &fs::File) -> io::Result<Self> {
        file.metadata().map(|found| Self::found(&found))
    }

    /// That of the file which stands there now.
    pub(super) fn at(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().map(|found| Self::found(&found))
    }

    fn found(found: &fs::Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self((found.dev(), found.ino()))
    }
}

/// A file that is open cannot be deleted or replaced there.
#[cfg(not(unix))]
impl Identity {
    pub(super) fn of(_file: &fs::File) -> io::Result<Self> {
        Ok(Self())
    }

    pub(super) fn at(path: &Path) -> Option<Self> {
        path.exists().then(Self)
    }
}

#[cfg(unix)]
impl Held {
    /// Closing alone would not do: a forked child may have the same open files.
    fn release(self, beside: Option<&Path>) {
        system::open_up(&self.file);
        if let Some(path) = beside {
            // Before the lock ends: nobody else's is removed. Where it cannot be, the next owner takes it as it is.
            let _ = fs::remove_file(path);
        }
        system::unlock(&self.beside);
    }
}

/// Opens the file, and keeps others out who are about to take it.
#[cfg(unix)]
fn gate(path: &Path, until: Instant) -> Result<fs::File, Unheld> {
    loop {
        let file = fs::OpenOptions::new().read(true).write(true).open(path)?;
        let is_open = match system::try_lock(&file) {
            // Where a file system has no such locks, the one beside cannot be had either, and says so.
            Err(error) if error.kind() != io::ErrorKind::Unsupported => return Err(error.into()),
            Ok(false) => false,
            _ => Identity::at(path) == Some(Identity::of(&file)?),
        };
        if is_open {
            return Ok(file);
        }
        if Instant::now() >= until {
            return Err(Unheld::Taken(Owner::of(&with_ending(path, ".lock"))));
        }
        thread::sleep(PAUSE);
    }
}

#[cfg(unix)]
fn open_gate(file: &fs::File) {
    system::unlock(file);
}

/// Opens the file beside, made where there is none, and locks it.
#[cfg(unix)]
fn open_locked(beside: &Path) -> Result<fs::File, Unheld> {
    use std::os::unix::fs::OpenOptionsExt as _;
    loop {
        let mut options = fs::OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(false).mode(PRIVATE).open(beside)?;
        if !system::try_lock(&file)? {
            return Err(Unheld::Taken(Owner::of(beside)));
        }
        // Whoever had it has removed it meanwhile, and what was locked is no file any more.
        if Identity::at(beside) == Some(Identity::of(&file)?) {
            return Ok(file);
        }
    }
}

/// Locks SQLite's bytes.
#[cfg(unix)]
fn shut(file: &fs::File, until: Instant, is_orphaned: bool) -> Result<Shut, Unheld> {
    loop {
        match system::try_shut(file) {
            Ok(true) => return Ok(Shut::ByUs),
            Ok(false) if is_orphaned => return Ok(Shut::ByOrphan),
            Ok(false) if Instant::now() >= until => return Err(Unheld::Taken(None)),
            Ok(false) => thread::sleep(PAUSE),
            Err(error) if error.kind() == io::ErrorKind::Unsupported => return Ok(Shut::Never),
            Err(error) => return Err(error.into()),
        }
    }
}

#[cfg(not(unix))]
impl Held {
    fn release(self, beside: Option<&Path>) {
        drop(self);
        if let Some(path) = beside {
            // Somebody may have opened it meanwhile.
            let _ = fs::remove_file(path);
        }
    }
}

#[cfg(not(unix))]
fn gate(path: &Path, _until: Instant) -> Result<fs::File, Unheld> {
    Ok(fs::OpenOptions::new().read(true).write(true).open(path)?)
}

#[cfg(not(unix))]
fn open_gate(_file: &fs::File) {}

/// There, how a file is opened says whether others may open it too: to read it, that is.
#[cfg(windows)]
fn open_locked(beside: &Path) -> Result<fs::File, Unheld> {
    use std::os::windows::fs::OpenOptionsExt as _;
    const FILE_SHARE_READ: u32 = 1;
    const ERROR_SHARING_VIOLATION: i32 = 32;
    let mut options = fs::OpenOptions::new();
    let opened = options.read(true).write(true).create(true).truncate(false).share_mode(FILE_SHARE_READ).open(beside);
    opened.map_err(|error| match error.raw_os_error() {
        Some(ERROR_SHARING_VIOLATION) => Unheld::Taken(Owner::of(beside)),
        _ => error.into(),
    })
}

/// There, SQLite's own locks belong to the open file.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn shut(_file: &fs::File, _until: Instant, _is_orphaned: bool) -> Result<Shut, Unheld> {
    Ok(Shut::Never)
}

/// Between two tries to have a file.
const PAUSE: Duration = Duration::from_millis(5);
#[cfg(unix)]
const PRIVATE: u32 = 0o600;
