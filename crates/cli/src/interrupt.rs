//! Interrupts: Ctrl-C, and SIGTERM, counted.

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
        tokio::spawn(async move {
            while next().await.is_ok() {
                count.send_modify(|count| *count += 1);
            }
        });
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

#[cfg(unix)]
async fn next() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminated.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn next() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
