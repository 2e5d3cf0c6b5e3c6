//! Log records on stderr: warnings always, everything with `--verbose`. No record holds a token.

use greenapi_partner::log::{LogRecord, TARGET};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::{
    Layer,
    filter::Targets,
    layer::{Context, SubscriberExt as _},
    registry::LookupSpan,
};

use crate::{metrics::Calls, terminal};

/// Begins to tell them, and to count them where somebody reads the count.
pub(crate) fn tell(verbose: bool, calls: Option<Calls>) {
    let level = if verbose { Level::DEBUG } else { Level::WARN };
    let told = tracing_subscriber::registry()
        .with(Told.with_filter(Targets::new().with_target(TARGET, level)))
        .with(calls.map(|calls| calls.with_filter(Targets::new().with_target(TARGET, Level::DEBUG))));
    // Where somebody else in this process has set one, theirs stays.
    let _ = tracing::subscriber::set_global_default(told);
}

struct Told;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Told {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let LogRecord { level, message, .. } = LogRecord::of(event);
        if level == Level::WARN {
            terminal::warn(&message);
        } else {
            terminal::say(&message);
        }
    }
}
