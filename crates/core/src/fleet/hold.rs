//! Holds on files of ours: one run has a journal, and one call at a time a ledger, whatever else its process does with the
//! file.
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
use rusqlite::{Connection, OpenFlags};
use serde::{Deserialize, Serialize};

#[cfg(unix)]
use super::system;
use crate::{lock::lock, private_file::Identity};

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

    /// Whether nobody has the file, without taking it: nothing is made, and a dead owner has nothing.
    pub(super) fn look(path: &Path) -> Result<(), Unheld> {
        let beside = with_ending(path, ".lock");
        match look_beside(&beside) {
            Err(Unheld::Taken(Some(owner))) if owner.is_dead() => return Ok(()),
            Err(Unheld::Io(error)) if error.kind() == io::ErrorKind::NotFound => {}
            seen => seen?,
        }
        look_inside(&fs::OpenOptions::new().read(true).write(true).open(path)?)
    }

    /// Opens the file with SQLite: without locks of its own where they would meet these, as it is used to elsewhere.
    pub(super) fn connect(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
        match self.shut {
            Shut::Never => Connection::open_with_flags(&self.path, flags),
            Shut::ByUs | Shut::ByOrphan => Connection::open_with_flags_and_vfs(&self.path, flags, "unix-none"),
        }
    }

    /// Whether this is the file.
    pub(super) fn is_of(&self, file: &Identity) -> bool {
        self.opened.0 == *file
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

/// Whether the lock of the file beside could be had.
#[cfg(unix)]
fn look_beside(beside: &Path) -> Result<(), Unheld> {
    let file = fs::OpenOptions::new().read(true).write(true).open(beside)?;
    if !system::try_lock(&file)? {
        return Err(Unheld::Taken(Owner::of(beside)));
    }
    system::unlock(&file);
    Ok(())
}

/// Whether SQLite's bytes could be locked.
#[cfg(unix)]
fn look_inside(file: &fs::File) -> Result<(), Unheld> {
    match system::try_shut(file) {
        Ok(true) => system::open_up(file),
        Ok(false) => return Err(Unheld::Taken(None)),
        Err(error) if error.kind() == io::ErrorKind::Unsupported => {}
        Err(error) => return Err(error.into()),
    }
    Ok(())
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

#[cfg(not(unix))]
fn look_beside(beside: &Path) -> Result<(), Unheld> {
    // One that is there for others to read, and not to open like this, is somebody's.
    match fs::OpenOptions::new().read(true).write(true).open(beside) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(error.into()),
        Err(_) => Err(Unheld::Taken(Owner::of(beside))),
    }
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn look_inside(_file: &fs::File) -> Result<(), Unheld> {
    Ok(())
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

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use std::os::fd::AsFd as _;

    use super::{super::forked, *};

    /// A file in a folder of its own, which the caller takes away.
    fn file() -> (PathBuf, PathBuf) {
        let folder = std::env::temp_dir().join(format!("greenapi-hold-{}-{}", process::id(), next_key()));
        fs::create_dir(&folder).unwrap();
        let path = folder.join("shops.journal");
        fs::write(&path, "").unwrap();
        (path, folder)
    }

    fn take(path: &Path) -> Result<Hold, Unheld> {
        Hold::take(path, Duration::ZERO)
    }

    #[test]
    fn it_is_one_hold_at_a_time_and_names_its_owner() {
        let (path, folder) = file();
        let hold = take(&path).unwrap();
        let Err(Unheld::Taken(Some(owner))) = take(&path) else { panic!("taken twice") };
        assert_eq!(owner.pid, process::id());
        // A close of the file by this process ends it as little as a look at what is beside.
        drop((fs::read(&path).unwrap(), fs::read(with_ending(&path, ".lock")).unwrap()));
        assert!(matches!(take(&path), Err(Unheld::Taken(Some(_)))) && hold.is_whole());
        drop(hold);
        assert_eq!(take(&path).unwrap().shut, Shut::ByUs);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing is left beside it");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn it_is_whole_while_both_files_stand_where_they_were() {
        for replaced in ["", ".lock"] {
            let (path, folder) = file();
            let hold = take(&path).unwrap();
            let (one, moved) = (with_ending(&path, replaced), folder.join("moved"));
            fs::rename(&one, &moved).unwrap();
            assert!(!hold.is_whole(), "moved: {one:?}");
            fs::write(&one, "").unwrap();
            assert!(!hold.is_whole(), "replaced: {one:?}");
            fs::rename(&moved, &one).unwrap();
            assert!(hold.is_whole(), "back: {one:?}");
            fs::remove_file(&one).unwrap();
            assert!(!hold.is_whole(), "deleted: {one:?}");
            fs::remove_dir_all(folder).unwrap();
        }
    }

    /// Whoever is started by the owner has none of its files.
    #[test]
    fn its_files_are_closed_where_a_program_is_started() {
        let (path, folder) = file();
        let _hold = take(&path).unwrap();
        for held in &*lock(&HELD) {
            for file in [&held.file, &held.beside] {
                let flags = forked::flags(file.as_fd());
                assert_eq!(flags & libc::FD_CLOEXEC, libc::FD_CLOEXEC);
            }
        }
        fs::remove_dir_all(folder).unwrap();
    }

    /// Its forked child lives on: where that has called us since, the file is free, and where it has not, it is taken over.
    #[test]
    fn a_dead_owners_file_is_taken_over_whatever_its_child_does() {
        for (calls, shut) in [(true, Shut::ByUs), (false, Shut::ByOrphan)] {
            let (path, folder) = file();
            let (ready, stay) = (forked::pipe(), forked::pipe());
            let owner = forked::fork(|| {
                let _hold = take(&path).unwrap();
                forked::fork(|| {
                    if calls {
                        close_inherited();
                    }
                    forked::tell(ready);
                    forked::hear(stay);
                });
                forked::hear(stay);
            });
            forked::hear(ready);
            forked::kill(owner);
            let hold = take(&path).unwrap();
            assert_eq!(hold.shut, shut, "calls: {calls}");
            assert!(matches!(take(&path), Err(Unheld::Taken(Some(owner))) if owner.pid == process::id()));
            // Nor does a child of the next owner keep what that gives back.
            let stay_as_well = forked::pipe();
            let child = forked::fork(|| forked::hear(stay_as_well));
            drop(hold);
            assert!(take(&path).is_ok(), "calls: {calls}");
            forked::tell(stay);
            forked::tell(stay_as_well);
            forked::wait(child);
            fs::remove_dir_all(folder).unwrap();
        }
    }

    /// The owner lives, and so does its child: neither the child's call nor its end gives the file away.
    #[test]
    fn a_child_of_a_living_owner_gives_nothing_away() {
        let (path, folder) = file();
        let hold = take(&path).unwrap();
        let child = forked::fork(close_inherited);
        forked::wait(child);
        assert!(matches!(take(&path), Err(Unheld::Taken(Some(_)))) && hold.is_whole());
        let child = forked::fork(|| ());
        forked::wait(child);
        assert!(matches!(take(&path), Err(Unheld::Taken(Some(_)))));
        fs::remove_dir_all(folder).unwrap();
    }

    /// A number that was given anew is another process.
    #[test]
    fn an_owner_is_who_was_started_then_here() {
        let this = || Process::of(process::id()).unwrap();
        let owner = |pid, process| Owner { pid, process, ..Owner::this(false) };
        let older = |started| Some(Process { started, ..this() });
        let elsewhere = Some(Process { system: "another".to_owned(), started: 1 });
        assert!(!Owner::this(false).is_dead());
        assert!(owner(process::id(), older(this().started - 1)).is_dead());
        assert!(!owner(process::id(), elsewhere).is_dead(), "one that cannot be asked for");
        assert!(owner(999_999_999, older(1)).is_dead());
        assert!(!owner(999_999_999, None).is_dead(), "nobody knows");
    }
}
