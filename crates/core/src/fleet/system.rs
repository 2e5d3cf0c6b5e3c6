//! System calls for locks: what Rust's library has in a later version than ours, or not at all.
//!
//! - a lock of a whole file (`flock`) belongs to the open file: no other `close` of this process ends it, and the end of
//!   the process does
//! - the same of some bytes (`F_OFD_SETLK`) is met by SQLite's own locks as well, also by those of this process
#![expect(unsafe_code, reason = "each is one call of C with a descriptor that is open")]

use std::{fs::File, io, os::fd::AsRawFd as _};

/// Locks the file for this opening of it; false where another has it.
pub(super) fn try_lock(file: &File) -> io::Result<bool> {
    // SAFETY: the descriptor is open for as long as `file` is borrowed, and the other is a number.
    granted(unsafe { libc::flock(file.as_raw_fd(), libc::LOCK_EX | libc::LOCK_NB) })
}

/// Ends that, also for a forked child that has inherited it.
pub(super) fn unlock(file: &File) {
    // SAFETY: as above.
    unsafe { libc::flock(file.as_raw_fd(), libc::LOCK_UN) };
}

/// Whether there may be a process of this number.
pub(super) fn may_live(pid: u32) -> bool {
    let Ok(pid) = libc::pid_t::try_from(pid) else { return true };
    // SAFETY: it takes numbers, and signal 0 is sent to nobody: it only asks.
    let asked = unsafe { libc::kill(pid, 0) };
    asked == 0 || io::Error::last_os_error().raw_os_error() != Some(libc::ESRCH)
}

/// Locks the bytes by whose locks SQLite's programs know of each other: to all of them the database is locked. False where
/// one of them has it; an error of the kind `Unsupported` where the system has no such locks.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
pub(super) fn try_shut(file: &File) -> io::Result<bool> {
    granted(bytes_of_sqlite(file, libc::F_WRLCK))
}

/// Ends that.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
pub(super) fn open_up(file: &File) {
    bytes_of_sqlite(file, libc::F_UNLCK);
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
pub(super) fn try_shut(_file: &File) -> io::Result<bool> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
pub(super) fn open_up(_file: &File) {}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
#[allow(clippy::unnecessary_cast, clippy::cast_possible_truncation, reason = "the types differ from system to system")]
fn bytes_of_sqlite(file: &File, kind: impl Into<libc::c_int>) -> libc::c_int {
    // SQLite's file format: the byte PENDING, then RESERVED, then 510 that are SHARED.
    const FIRST: libc::off_t = 0x4000_0000;
    const COUNT: libc::off_t = 512;
    // SAFETY: it is a struct of C with nothing but numbers, of which each may be 0.
    let mut lock: libc::flock = unsafe { std::mem::zeroed() };
    lock.l_type = kind.into() as libc::c_short;
    lock.l_whence = libc::SEEK_SET as libc::c_short;
    (lock.l_start, lock.l_len) = (FIRST, COUNT);
    // SAFETY: the descriptor is open while `file` is borrowed, and this command reads the `flock` that is given, which outlives the call.
    unsafe { libc::fcntl(file.as_raw_fd(), libc::F_OFD_SETLK, &raw const lock) }
}

fn granted(answer: libc::c_int) -> io::Result<bool> {
    if answer == 0 {
        return Ok(true);
    }
    let error = io::Error::last_os_error();
    match error.raw_os_error() {
        Some(libc::EAGAIN | libc::EACCES) => Ok(false),
        Some(libc::EINVAL | libc::ENOSYS | libc::ENOLCK | libc::EOPNOTSUPP) => Err(io::ErrorKind::Unsupported.into()),
        _ => Err(error),
    }
}
