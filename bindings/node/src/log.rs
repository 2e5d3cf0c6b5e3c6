//! Core's log records, on their way to JavaScript's diagnostics channel.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use greenapi_partner::log::{LogRecord, TARGET};
use napi::{
    Status,
    bindgen_prelude::{Function, Result},
    threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode},
};
use napi_derive::napi;
use serde_json::{Map, Value};
use tracing::{
    Dispatch, Event, Level, Metadata, Subscriber, dispatcher::with_default, level_filters::LevelFilter, span,
    subscriber::Interest,
};

use crate::model::json_text;

/// Calls into JavaScript from any thread. Weak: it keeps no process alive.
type Wake = ThreadsafeFunction<(), (), (), Status, false, true>;

/// The records of one JavaScript environment (the main thread, or a worker), in order.
///
/// A record is queued where it is made, and `wake` tells JavaScript to take what there is; JavaScript also takes what
/// there is whenever a call ends, so that a call's records are out before its promise settles.
#[napi]
pub struct Recorder {
    queue: Arc<Queue>,
    everything: Dispatch,
    warnings: Dispatch,
}

#[napi]
impl Recorder {
    #[napi(constructor)]
    pub fn new(wake: Function<'_, (), ()>) -> Result<Self> {
        let wake = wake.build_threadsafe_function::<()>().weak::<true>().build()?;
        let queue = Arc::new(Queue { records: Mutex::default(), wake });
        let up_to = |level| Dispatch::new(Listener { queue: Arc::clone(&queue), level });
        Ok(Self { everything: up_to(Level::DEBUG), warnings: up_to(Level::WARN), queue })
    }

    /// The records since the last time, as a JSON array; null where there are none. What `JSON.parse` would round is text.
    #[napi]
    pub fn take(&self) -> Option<String> {
        let records = std::mem::take(&mut *self.queue.lock());
        (!records.is_empty()).then(|| json_text(records.into_iter().map(Value::Object).collect()))
    }

    /// Where a call's records go. Without a listener only warnings are recorded.
    pub(crate) fn dispatch(&self, listened: bool) -> Dispatch {
        if listened { self.everything.clone() } else { self.warnings.clone() }
    }

    /// Does what is no call, its warnings recorded.
    pub(crate) fn warned<T>(&self, work: impl FnOnce() -> T) -> T {
        with_default(&self.warnings, work)
    }
}

type Record = Map<String, Value>;

struct Queue {
    records: Mutex<VecDeque<Record>>,
    wake: Wake,
}

impl Queue {
    fn push(&self, record: Record) {
        let mut records = self.lock();
        records.push_back(record);
        if records.len() == 1 {
            self.wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<Record>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hears the events of core, and nothing else: other libraries' records may hold a URL, and with it a token.
struct Listener {
    queue: Arc<Queue>,
    level: Level,
}

impl Subscriber for Listener {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.enabled(metadata) { Interest::always() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && metadata.target() == TARGET && *metadata.level() <= self.level
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::from_level(self.level))
    }

    fn event(&self, event: &Event<'_>) {
        let LogRecord { level, message, attributes, .. } = LogRecord::of(event);
        let mut record = Record::new();
        record.insert("level".to_owned(), level_name(level).into());
        record.insert("message".to_owned(), message.into());
        record.extend(attributes.into_iter().map(|(name, value)| (camel_case(&name), value)));
        self.queue.push(record);
    }

    fn new_span(&self, _attributes: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _span: &span::Id, _values: &span::Record<'_>) {}
    fn record_follows_from(&self, _span: &span::Id, _follows: &span::Id) {}
    fn enter(&self, _span: &span::Id) {}
    fn exit(&self, _span: &span::Id) {}
}

/// `wait_milliseconds` → `waitMilliseconds`.
fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |so_far, word| {
        let (initial, rest) = word.split_at(word.len().min(1));
        so_far + &initial.to_uppercase() + rest
    })
}

/// Node's word for a level, in the case of the language.
fn level_name(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warning",
        Level::INFO => "info",
        _ => "debug",
    }
}
