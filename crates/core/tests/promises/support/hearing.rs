//! A subscriber that keeps everything: every target, every level, events and spans, and the records of `log`.

use std::{
    collections::BTreeMap,
    fmt::{Debug, Write as _},
    sync::{Arc, Mutex, Once},
};

use greenapi_partner::log::LogRecord;
use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
    subscriber::{DefaultGuard, set_default},
};
use tracing_subscriber::{Layer, Registry, layer::Context, layer::SubscriberExt as _, registry::LookupSpan};

/// What was heard since [`listen`], on this thread; of `log`, since the start of the process.
pub(crate) struct Ears {
    heard: Arc<Mutex<Heard>>,
    _guard: DefaultGuard,
}

#[derive(Default)]
struct Heard {
    events: Vec<Said>,
    /// The fields of spans, as text.
    spans: String,
}

/// One event.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) level: Level,
    pub(crate) target: String,
    pub(crate) fields: BTreeMap<String, String>,
    /// The message that Python and Node get.
    pub(crate) message: String,
}

impl Said {
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }
}

/// Listens to this thread until the ears are dropped.
pub(crate) fn listen() -> Ears {
    static LOG: Once = Once::new();
    LOG.call_once(|| {
        log::set_logger(&LOGGER).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
    });
    let heard = Arc::new(Mutex::new(Heard::default()));
    let guard = set_default(Registry::default().with(Ear(Arc::clone(&heard))));
    Ears { heard, _guard: guard }
}

impl Ears {
    /// Our own events, in order.
    pub(crate) fn ours(&self) -> Vec<Said> {
        self.all().into_iter().filter(|event| event.target == "greenapi_partner").collect()
    }

    /// Our own events that are told to whoever listens to warnings.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let warnings = self.ours().into_iter().filter(|event| event.level == Level::WARN);
        warnings.map(|event| event.field("message").unwrap_or_default().to_owned()).collect()
    }

    /// The same, as Python and Node get them.
    pub(crate) fn warned(&self) -> Vec<String> {
        let warnings = self.ours().into_iter().filter(|event| event.level == Level::WARN);
        warnings.map(|event| event.message).collect()
    }

    pub(crate) fn all(&self) -> Vec<Said> {
        self.heard.lock().unwrap().events.clone()
    }

    /// Everything, as text.
    pub(crate) fn text(&self) -> String {
        let heard = self.heard.lock().unwrap();
        format!("{:?}\n{}\n{}", heard.events, heard.spans, LOGGER.0.lock().unwrap())
    }
}

struct Ear(Arc<Mutex<Heard>>);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Ear {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let (level, target) = (*event.metadata().level(), event.metadata().target().to_owned());
        let message = LogRecord::of(event).message;
        self.0.lock().unwrap().events.push(Said { level, target, fields: fields.0, message });
    }

    fn on_new_span(&self, span: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        let mut fields = Fields::default();
        span.record(&mut fields);
        self.span(&fields);
    }

    fn on_record(&self, _: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        self.span(&fields);
    }
}

impl Ear {
    fn span(&self, fields: &Fields) {
        writeln!(self.0.lock().unwrap().spans, "{:?}", fields.0).unwrap();
    }
}

#[derive(Default)]
struct Fields(BTreeMap<String, String>);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }
}

struct Logger(Mutex<String>);

impl log::Log for Logger {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        writeln!(self.0.lock().unwrap(), "{} {}", record.target(), record.args()).unwrap();
    }

    fn flush(&self) {}
}

static LOGGER: Logger = Logger(Mutex::new(String::new()));
