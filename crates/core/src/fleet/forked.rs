//! Children that tests fork, and pipes by which they are told to go on: what Rust's library has no safe name for.
#![expect(unsafe_code, reason = "each is one call of C")]

use std::{
    os::fd::{AsRawFd as _, BorrowedFd},
    panic::{AssertUnwindSafe, catch_unwind},
};

/// Its end to read, and its end to write.
pub(super) type Pipe = [libc::c_int; 2];

pub(super) fn flags(file: BorrowedFd<'_>) -> libc::c_int {
    // SAFETY: the descriptor is open while it is borrowed, and only asked about.
    unsafe { libc::fcntl(file.as_raw_fd(), libc::F_GETFD) }
}

pub(super) fn pipe() -> Pipe {
    let mut pipe = [0; 2];
    // SAFETY: it writes two numbers, for which there is room.
    assert_eq!(unsafe { libc::pipe(pipe.as_mut_ptr()) }, 0);
    pipe
}

/// Lets one who hears go on.
pub(super) fn tell(pipe: Pipe) {
    // SAFETY: it reads one byte, which is there.
    assert_eq!(unsafe { libc::write(pipe[1], [1_u8].as_ptr().cast(), 1) }, 1);
}

/// Waits for that; whoever would have told it may have died.
pub(super) fn hear(pipe: Pipe) {
    let mut byte = [0_u8];
    // SAFETY: the end to write is this process's own copy, a bare number that no Rust value owns.
    unsafe { libc::close(pipe[1]) };
    // SAFETY: it writes at most one byte, for which there is room.
    assert_eq!(unsafe { libc::read(pipe[0], byte.as_mut_ptr().cast(), 1) }, 1);
}

/// Does it in a child, which ends with it.
pub(super) fn fork(work: impl FnOnce()) -> libc::pid_t {
    // SAFETY: the child has this thread alone. It does what a forked child of a user may do, which is what is tested, and
    // ends without returning to the runner of the tests, whose threads it lacks.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let done = catch_unwind(AssertUnwindSafe(work));
        // SAFETY: it ends the process, with nothing of it run besides.
        unsafe { libc::_exit(done.is_err().into()) };
    }
    child
}

/// Kills a child, and waits until it is gone.
pub(super) fn kill(child: libc::pid_t) {
    // SAFETY: it takes numbers, and the child was not waited for: its number is its own.
    assert_eq!(unsafe { libc::kill(child, libc::SIGKILL) }, 0);
    let status = ended(child);
    assert!(libc::WIFSIGNALED(status), "{status}");
}

/// Waits until a child has done its work.
pub(super) fn wait(child: libc::pid_t) {
    let status = ended(child);
    assert!(libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0, "{status}");
}

fn ended(child: libc::pid_t) -> libc::c_int {
    let mut status = 0;
    // SAFETY: it writes one number, for which there is room.
    assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
    status
}
