//! Calls, counted from the log records: each try of a request, each retry, each warning.

use greenapi_partner::log::LogRecord;
use prometheus::{CounterVec, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, Registry};
use serde_json::Value;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::{Layer, layer::Context, registry::LookupSpan};

use super::{add, opts};
use crate::exit::Outcome;

/// A layer that counts the records.
#[derive(Clone, Debug)]
pub(crate) struct Calls {
    registry: Registry,
    counters: Option<Counters>,
}

#[derive(Clone, Debug)]
struct Counters {
    calls: IntCounterVec,
    durations: HistogramVec,
    retries: IntCounterVec,
    waited: CounterVec,
    warnings: IntCounter,
}

impl Default for Calls {
    fn default() -> Self {
        let registry = Registry::new();
        let counters = Counters::new(&registry).ok();
        debug_assert!(counters.is_some(), "names and labels are right");
        Self { registry, counters }
    }
}

impl Calls {
    pub(super) fn registry(&self) -> &Registry {
        &self.registry
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Calls {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if let Some(counters) = &self.counters {
            counters.count(&LogRecord::of(event));
        }
    }
}

impl Counters {
    fn new(registry: &Registry) -> Outcome<Self> {
        Ok(Self {
            calls: add(
                registry,
                IntCounterVec::new(
                    opts(
                        "calls_total",
                        "Requests to GREEN-API, each try of a call, by method and HTTP status, or by why there was none: cut, timed_out, not_sent, too_large.",
                    ),
                    &["operation", "code"],
                ),
            )?,
            durations: add(
                registry,
                HistogramVec::new(
                    HistogramOpts::from(opts(
                        "call_duration_seconds",
                        "How long requests to GREEN-API took, each try of a call.",
                    ))
                    .buckets(BUCKETS.to_vec()),
                    &["operation"],
                ),
            )?,
            retries: add(
                registry,
                IntCounterVec::new(
                    opts("retries_total", "Requests that were sent once more, by the error that was the reason."),
                    &["operation", "code"],
                ),
            )?,
            waited: add(
                registry,
                CounterVec::new(
                    opts("retry_wait_seconds_total", "What was waited before requests were sent once more."),
                    &["operation"],
                ),
            )?,
            warnings: add(
                registry,
                IntCounter::with_opts(opts("warnings_total", "Warnings that were told on stderr.")),
            )?,
        })
    }

    fn count(&self, record: &LogRecord) {
        let text = |name: &str| record.attributes.get(name).and_then(Value::as_str).unwrap_or("none");
        let number = |name: &str| record.attributes.get(name).and_then(Value::as_u64);
        let operation = text("operation");
        if record.level == Level::WARN {
            self.warnings.inc();
        } else if let (Some(_), Some(took)) = (number("attempt"), number("milliseconds")) {
            let code = number("status").map_or_else(|| record.words.replace(' ', "_"), |status| status.to_string());
            self.calls.with_label_values(&[operation, &code]).inc();
            self.durations.with_label_values(&[operation]).observe(seconds(took));
        } else if let Some(wait) = number("wait_milliseconds") {
            self.retries.with_label_values(&[operation, text("code")]).inc();
            self.waited.with_label_values(&[operation]).inc_by(seconds(wait));
        }
    }
}

fn seconds(milliseconds: u64) -> f64 {
    std::time::Duration::from_millis(milliseconds).as_secs_f64()
}

/// From a look at an unchanged list to the longest that a try may take.
const BUCKETS: [f64; 11] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0];
