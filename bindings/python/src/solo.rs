//! Solo runtimes: on each, one thread at a time does the call that it waits for, and nobody is woken to send it or to hand its answer
//! over.
//!
//! A connection belongs to the runtime that opened it. So a thread takes the one that was worked on last: calls one after another share
//! a connection, whichever threads they come from.

use std::{
    future::Future,
    io,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use greenapi_partner::{Error, metronome::Metronome};
use pyo3::PyResult;
use tokio::{
    runtime::{Builder, Handle, Runtime},
    task::{spawn_blocking, yield_now},
    time,
};

/// Those of this process.
pub(crate) struct Solos {
    /// On which nobody works; the last one was worked on last.
    idle: Mutex<Vec<&'static Solo>>,
    made: AtomicUsize,
    /// Where the sweeper is.
    shared: Handle,
    is_swept: AtomicBool,
}

struct Solo {
    runtime: Runtime,
    calls: Metronome,
    left: Mutex<Instant>,
}

/// One that this thread works on.
pub(crate) struct Taken {
    solo: &'static Solo,
    of: &'static Solos,
}

impl Solos {
    pub(crate) fn new(shared: Handle) -> Self {
        Self { idle: Mutex::default(), made: AtomicUsize::new(0), shared, is_swept: AtomicBool::new(false) }
    }

    /// None where as many threads wait as may do so in this way, or there are no more files to be had.
    pub(crate) fn take(&'static self) -> Option<Taken> {
        let solo = self.idle().pop().or_else(|| self.one_more())?;
        Some(Taken { solo, of: self })
    }

    fn one_more(&self) -> Option<&'static Solo> {
        if self.made.fetch_add(1, Ordering::Relaxed) < MOST
            && let Ok(solo) = Solo::new()
        {
            return Some(Box::leak(Box::new(solo)));
        }
        self.made.fetch_sub(1, Ordering::Relaxed);
        None
    }

    /// Closes what was let go of, wherever nobody works.
    pub(crate) fn settle(&self) {
        self.settle_left(|_| true);
    }

    /// Nothing that goes on there needs the GIL, which the caller may hold.
    fn settle_left(&self, is_meant: impl Fn(Instant) -> bool) {
        let mut idle = self.idle();
        for solo in idle.iter_mut() {
            if solo.has_tasks() && is_meant(*solo.left()) {
                solo.runtime.block_on(take_note());
            }
        }
    }

    /// Lets what is idle hear from time to time: a connection that the server has closed, or that has idled for long enough. Until
    /// there is nothing left that could.
    async fn sweep(&'static self) {
        loop {
            time::sleep(SWEEP).await;
            let swept = spawn_blocking(|| {
                self.settle_left(|left| left.elapsed() >= SWEEP / 2);
                self.idle().iter().any(|solo| solo.has_tasks())
            });
            if !swept.await.unwrap_or(false) {
                break;
            }
        }
        self.is_swept.store(false, Ordering::Release);
    }

    fn idle(&self) -> MutexGuard<'_, Vec<&'static Solo>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Solo {
    fn new() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        Ok(Self { runtime, calls: Metronome::new(BEAT), left: Mutex::new(Instant::now()) })
    }

    fn has_tasks(&self) -> bool {
        self.runtime.metrics().num_alive_tasks() > 0
    }

    fn left(&self) -> MutexGuard<'_, Instant> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    /// Does a call on connections with which nobody has worked since the last one, and will until the next.
    pub(crate) fn block_on<T>(
        self,
        call: impl Future<Output = PyResult<Result<T, Error>>>,
    ) -> PyResult<Result<T, Error>> {
        self.solo.runtime.block_on(async {
            self.solo.calls.on_call();
            // Of connections that the server has closed meanwhile.
            yield_now().await;
            let ended = call.await;
            if !matches!(ended, Ok(Ok(_))) {
                take_note().await;
            }
            ended
        })
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        *self.solo.left() = Instant::now();
        self.of.idle().push(self.solo);
        if !self.of.is_swept.swap(true, Ordering::AcqRel) {
            self.of.shared.spawn(self.of.sweep());
        }
    }
}

/// Lets the runtime hear what has happened, then lets its connections act on that.
async fn take_note() {
    yield_now().await;
    yield_now().await;
}

/// Each has three files of its own, and a connection at least.
const MOST: usize = 64;

/// As often as the shortest timer of a call goes off, which is the look for Ctrl-C.
pub(crate) const BEAT: Duration = Duration::from_millis(50);

const SWEEP: Duration = Duration::from_secs(2);
