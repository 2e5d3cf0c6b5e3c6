//! Core's log records, on their way to JavaScript's diagnostics channel.

use std::sync::Arc;

use greenapi_partner::log::{LogRecord, TARGET};
use tracing::{Event, Level, Metadata, Subscriber, level_filters::LevelFilter, span, subscriber::Interest};

use crate::port::{Queue, Record};

/// Hears the events of core, and nothing else: other libraries' records may hold a URL, and with it a token.
pub(crate) struct Listener {
    pub(crate) queue: Arc<Queue>,
    pub(crate) level: Level,
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
        self.queue.record(record);
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
