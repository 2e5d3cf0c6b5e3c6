//! Core's `tracing` events as records of `logging.getLogger("greenapi_partner")`.
//!
//! Whether somebody listens is asked once per call; a call that nobody listens to runs without any of this.

use std::{
    cell::RefCell,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use greenapi_partner::log::{LogRecord, TARGET};
use pyo3::{intern, prelude::*, sync::PyOnceLock, types::PyDict};
use tracing::{
    Dispatch, Event, Level, Metadata, Subscriber, dispatcher::with_default, level_filters::LevelFilter, span,
};

use crate::{finalization, runtime, settlement::is_interruption, show::dict};

/// A future whose events reach `logging`, also those of its end when it is dropped half-way.
pub(crate) struct Heard<F> {
    call: Option<Pin<Box<F>>>,
    ears: Option<Dispatch>,
}

impl<F> Heard<F> {
    pub(crate) fn new(py: Python<'_>, call: F) -> PyResult<Self> {
        Ok(Self { call: Some(Box::pin(call)), ears: ears(py)? })
    }
}

impl<F: Future> Future for Heard<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let Self { call, ears } = self.get_mut();
        match call {
            Some(call) => within(ears.as_ref(), || call.as_mut().poll(context)),
            None => Poll::Pending,
        }
    }
}

impl<F> Drop for Heard<F> {
    fn drop(&mut self) {
        let Self { call, ears } = self;
        within(ears.as_ref(), || *call = None);
    }
}

/// Runs `work` without the GIL, its events reaching `logging`.
pub(crate) fn heard<T: Send>(py: Python<'_>, work: impl FnOnce() -> T + Send) -> PyResult<T> {
    let ears = ears(py)?;
    let done = py.detach(|| within(ears.as_ref(), work));
    interruption().map_or(Ok(done), Err)
}

/// What a signal handler raised while this thread wrote a record, for who began the call to raise.
pub(crate) fn interruption() -> Option<PyErr> {
    INTERRUPTION.take()
}

thread_local!(static INTERRUPTION: RefCell<Option<PyErr>> = const { RefCell::new(None) });

/// Nobody can be told of `raised` where an event happens: a listener's failure is shown, an interruption is for who waits.
fn keep(py: Python<'_>, raised: PyErr) {
    if is_interruption(py, &raised) && runtime::is_main_thread(py).unwrap_or(false) {
        INTERRUPTION.set(Some(raised));
    } else {
        raised.write_unraisable(py, None);
    }
}

fn within<T>(ears: Option<&Dispatch>, work: impl FnOnce() -> T) -> T {
    match ears {
        Some(ears) => with_default(ears, work),
        None => work(),
    }
}

/// Who listens at this moment, at the level they asked for.
fn ears(py: Python<'_>) -> PyResult<Option<Dispatch>> {
    static EARS: [PyOnceLock<Dispatch>; LEVELS.len()] = [const { PyOnceLock::new() }; LEVELS.len()];
    let heard = match logger(py)? {
        Some(logger) => most_talkative(logger)?,
        None => Some(WARNING),
    };
    // One `Dispatch` per level for the whole process: making one visits every event of the program.
    Ok(heard.map(|index| EARS[index].get_or_init(py, || Dispatch::new(ToLogging(LEVELS[index].0))).clone()))
}

fn most_talkative(logger: &Bound<'_, PyAny>) -> PyResult<Option<usize>> {
    for (place, (_, number)) in LEVELS.iter().enumerate() {
        if logger.call_method1(intern!(logger.py(), "isEnabledFor"), (number,))?.is_truthy()? {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

/// From the most talkative down, with `logging`'s numbers.
const LEVELS: [(Level, u8); 3] = [(Level::DEBUG, 10), (Level::INFO, 20), (Level::WARN, 30)];

/// What Python shows where nobody has set up `logging`, or even imported it.
const WARNING: usize = 2;

/// Our logger, if this program has imported `logging`; importing it for a call would cost more than the call.
fn logger(py: Python<'_>) -> PyResult<Option<&Bound<'_, PyAny>>> {
    static LOGGER: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    if LOGGER.get(py).is_none() {
        let modules = py.import(intern!(py, "sys"))?.getattr(intern!(py, "modules"))?;
        if !modules.contains(intern!(py, "logging"))? {
            return Ok(None);
        }
        LOGGER.get_or_try_init(py, || get_logger(py))?;
    }
    Ok(LOGGER.get(py).map(|logger| logger.bind(py)))
}

fn get_logger(py: Python<'_>) -> PyResult<Py<PyAny>> {
    py.import("logging")?.call_method1("getLogger", (TARGET,)).map(Bound::unbind)
}

/// Hears the events of core, whose target is the logger's name. Nothing else leaves: other crates log whole URLs.
struct ToLogging(Level);

impl Subscriber for ToLogging {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= self.0 && metadata.target() == TARGET && metadata.is_event()
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.0.into())
    }

    fn event(&self, event: &Event<'_>) {
        // None: the interpreter is on its way out, and nobody listens any more.
        finalization::enter(|py| {
            if let Err(raised) = record(py, event) {
                keep(py, raised);
            }
        });
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

fn record(py: Python<'_>, event: &Event<'_>) -> PyResult<()> {
    let LogRecord { level, message, attributes, .. } = LogRecord::of(event);
    let options = PyDict::new(py);
    options.set_item(intern!(py, "extra"), dict(py, &attributes)?)?;
    // A log call without arguments takes its message as it is: no `%` in it is read.
    get_logger(py)?.bind(py).call_method(intern!(py, "log"), (number(level), message), Some(&options))?;
    Ok(())
}

fn number(level: Level) -> u8 {
    match level {
        Level::ERROR => 40,
        Level::WARN => 30,
        Level::INFO => 20,
        Level::DEBUG => 10,
        Level::TRACE => 5,
    }
}
