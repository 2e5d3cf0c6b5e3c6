//! Port of an event loop: where the results for it queue up until it takes them all at once, and how it is told that there are some.
//!
//! A loop that can wait for a socket is told by one: no thread of ours needs the GIL for that, so none waits for one while the loop
//! is busy, and no answer waits for that thread.

#[cfg(unix)]
use std::io;
use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use pyo3::{
    intern,
    prelude::*,
    sync::PyOnceLock,
    types::{PyWeakrefMethods, PyWeakrefReference},
};
use tokio::{runtime::Handle, time};

use crate::{
    finalization,
    settlement::{Settlement, is_interruption},
};

/// What the loop calls.
#[pyclass(frozen)]
pub(crate) struct Port(Arc<Results>);

/// The results for one event loop.
///
/// They must not own the loop: the dictionary of ports would keep every loop alive for ever.
pub(crate) struct Results {
    pid: u32,
    event_loop: Py<PyWeakrefReference>,
    queue: Mutex<Queue>,
    bell: Mutex<Option<Bell>>,
    /// Somebody will look whether the loop has come.
    awaited: AtomicBool,
}

#[derive(Default)]
struct Queue {
    settlements: Vec<Settlement>,
    /// The loop has been asked to come and has not come yet.
    called: bool,
}

#[pymethods]
impl Port {
    /// Called by the loop, on its own thread. Fails with what a signal handler raised meanwhile: the loop ends with it.
    fn __call__(&self, py: Python<'_>) -> PyResult<()> {
        if let Some(bell) = &*self.0.bell() {
            bell.hush();
        }
        let settlements = {
            let mut queue = self.0.queue();
            queue.called = false;
            std::mem::take(&mut queue.settlements)
        };
        let mut interrupted = Ok(());
        for settlement in settlements {
            if let Err(raised) = settlement.make(py) {
                if is_interruption(py, &raised) {
                    interrupted = Err(raised);
                } else {
                    raised.write_unraisable(py, None);
                }
            }
        }
        interrupted
    }
}

impl Results {
    /// Those for `event_loop`, which runs on this thread, in this process: a forked child must not touch a queue that its parent was
    /// using.
    pub(crate) fn of(event_loop: &Bound<'_, PyAny>) -> PyResult<Arc<Self>> {
        let py = event_loop.py();
        let ports = ports(py)?;
        let known = ports.call_method1(intern!(py, "get"), (event_loop,))?;
        if let Ok(port) = known.cast::<Port>()
            && port.get().0.pid == std::process::id()
        {
            return Ok(Arc::clone(&port.get().0));
        }
        clear_closed(ports)?;
        let results = Arc::new(Self {
            pid: std::process::id(),
            event_loop: PyWeakrefReference::new(event_loop)?.unbind(),
            queue: Mutex::default(),
            bell: Mutex::default(),
            awaited: AtomicBool::new(false),
        });
        let port = Py::new(py, Port(Arc::clone(&results)))?;
        *results.bell() = Bell::hung(event_loop, &port)?;
        ports.set_item(event_loop, &port)?;
        Ok(results)
    }

    /// Hands a result over, and sees to it that the loop comes for it.
    pub(crate) fn push(self: &Arc<Self>, settlement: Settlement) {
        let is_called = {
            let mut queue = self.queue();
            queue.settlements.push(settlement);
            std::mem::replace(&mut queue.called, true)
        };
        if is_called {
            return;
        }
        let has_rung = self.bell().as_ref().is_some_and(Bell::ring);
        if !has_rung || !self.await_loop() {
            finalization::enter(|py| self.wake(py));
        }
    }

    fn wake(self: &Arc<Self>, py: Python<'_>) {
        let Some(event_loop) = self.event_loop.bind(py).upgrade() else { return };
        if event_loop.call_method1(intern!(py, "call_soon_threadsafe"), (Port(Arc::clone(self)),)).is_err() {
            // The loop is closed.
            self.clear();
        }
    }

    /// Looks in a while whether the loop has come: one that was closed meanwhile never does. Whether somebody could be found who looks.
    fn await_loop(self: &Arc<Self>) -> bool {
        if self.awaited.swap(true, Ordering::AcqRel) {
            return true;
        }
        let Ok(runtime) = Handle::try_current() else {
            self.awaited.store(false, Ordering::Release);
            return false;
        };
        let results = Arc::downgrade(self);
        runtime.spawn(async move {
            time::sleep(PATIENCE).await;
            let Some(results) = results.upgrade() else { return };
            results.awaited.store(false, Ordering::Release);
            if results.queue().called {
                finalization::enter(|py| results.wake(py));
            }
        });
        true
    }

    /// Nobody waits for what is in the queue of a loop that is closed, and it would keep the loop for ever.
    fn clear(&self) {
        let settlements = {
            let mut queue = self.queue();
            queue.called = false;
            std::mem::take(&mut queue.settlements)
        };
        let bell = self.bell().take();
        // What is freed may run code that comes back here.
        drop((settlements, bell));
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn bell(&self) -> MutexGuard<'_, Option<Bell>> {
        self.bell.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One that was closed with its queue under way is found when the next loop comes.
fn clear_closed(ports: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = ports.py();
    for event_loop in ports.call_method0(intern!(py, "keyrefs"))?.try_iter()? {
        let event_loop = event_loop?.call0()?;
        if !event_loop.is_none()
            && event_loop.call_method0(intern!(py, "is_closed"))?.is_truthy()?
            && let Ok(port) = ports.get_item(&event_loop)?.cast::<Port>()
        {
            port.get().0.clear();
        }
    }
    Ok(())
}

/// Event loop → port, forgotten with the loop.
fn ports(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static PORTS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let ports =
        PORTS.get_or_try_init(py, || py.import("weakref")?.call_method0("WeakKeyDictionary").map(Bound::unbind))?;
    Ok(ports.bind(py))
}

/// A loop comes within this, unless it is closed or held up; then nothing is lost but a glance.
const PATIENCE: Duration = Duration::from_secs(1);

/// A pair of sockets: what is written to one wakes the loop, which waits for the other.
#[cfg(unix)]
struct Bell {
    ours: std::os::unix::net::UnixStream,
    theirs: std::os::unix::net::UnixStream,
}

#[cfg(unix)]
impl Bell {
    /// None where the loop cannot wait for sockets, or there are no more files to be had.
    fn hung(event_loop: &Bound<'_, PyAny>, port: &Py<Port>) -> PyResult<Option<Self>> {
        use std::os::fd::AsRawFd as _;
        let py = event_loop.py();
        let Some(bell) = Self::new() else { return Ok(None) };
        let place = bell.theirs.as_raw_fd();
        match event_loop.call_method1(intern!(py, "add_reader"), (place, port)) {
            Ok(_) => Ok(Some(bell)),
            Err(raised) if is_interruption(py, &raised) => Err(raised),
            Err(_) => Ok(None),
        }
    }

    fn new() -> Option<Self> {
        let (ours, theirs) = std::os::unix::net::UnixStream::pair().ok()?;
        ours.set_nonblocking(true).and(theirs.set_nonblocking(true)).ok()?;
        Some(Self { ours, theirs })
    }

    fn ring(&self) -> bool {
        use io::Write as _;
        match (&self.ours).write(&[0]) {
            Ok(written) => written == 1,
            // It has been rung often, and not been heard yet.
            Err(error) => error.kind() == io::ErrorKind::WouldBlock,
        }
    }

    fn hush(&self) {
        use io::Read as _;
        let _ = (&self.theirs).read(&mut [0; 64]);
    }
}

/// Loops of Windows wait for their own sockets only: they are told by Python's means.
#[cfg(not(unix))]
struct Bell;

#[cfg(not(unix))]
impl Bell {
    fn hung(_event_loop: &Bound<'_, PyAny>, _port: &Py<Port>) -> PyResult<Option<Self>> {
        Ok(None)
    }

    fn ring(&self) -> bool {
        false
    }

    fn hush(&self) {}
}
