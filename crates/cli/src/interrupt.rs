//! Interrupts: Ctrl-C, and SIGTERM, counted.

use std::io;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

/// Forgets who has listened in this process before: an interpreter's own handlers would go on hearing of each, and Node's raises
/// it again, for ever.
#[cfg(unix)]
#[expect(unsafe_code, reason = "one call of C, which changes nothing but what it is asked to")]
pub(crate) fn forget_others() {
    for signal in [libc::SIGINT, libc::SIGTERM] {
        // SAFETY: both numbers are of signals that may be set, and SIG_DFL is no function that could be called.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
    }
}

#[cfg(not(unix))]
pub(crate) fn forget_others() {}

/// What is said of the first one where something was sent.
pub(crate) const STOPPING: &str = "stopping: what was sent is waited for; Ctrl-C again leaves it";

/// How many there have been. A command that leaves things whole takes the first as a wish, and is ended by the second.
#[derive(Clone, Debug)]
pub(crate) struct Interrupt(watch::Receiver<u32>);

impl Interrupt {
    /// Begins to listen.
    pub(crate) fn listen() -> Self {
        let (count, seen) = watch::channel(0);
        // From here on, and not only once the task runs.
        if let Ok(mut signals) = Signals::new() {
            tokio::spawn(async move {
                while signals.next().await.is_some() {
                    count.send_modify(|count| *count += 1);
                }
            });
        }
        Self(seen)
    }

    /// Waits until there have been so many.
    pub(crate) async fn reached(&self, many: u32) {
        let mut seen = self.0.clone();
        if seen.wait_for(|count| *count >= many).await.is_err() {
            // Nobody listens: there will be none.
            std::future::pending::<()>().await;
        }
    }
}

/// Those that are counted. What comes between two looks is not lost.
#[cfg(unix)]
struct Signals(Signal, Signal);

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self(signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?))
    }

    async fn next(&mut self) -> Option<()> {
        tokio::select! {
            told = self.0.recv() => told,
            told = self.1.recv() => told,
        }
    }
}

#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    fn new() -> io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    async fn next(&mut self) -> Option<()> {
        self.0.recv().await
    }
}
