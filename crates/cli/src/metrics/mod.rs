//! Metrics as Prometheus reads them: what the log records count (`calls`), what a look has seen (`look`), what it costs
//! (`bill`), and who may read it (`server`).
//!
//! A label is a word of a short list: no id, no name, no phone, no token.

mod bill;
mod calls;
mod look;
mod server;

use std::sync::{Mutex, MutexGuard, PoisonError};

use greenapi_partner::{Change, ErrorCode, PartnerClient, VERSION, contract};
use prometheus::{
    Gauge, IntCounterVec, IntGaugeVec, Opts, Registry, TextEncoder,
    core::{Collector, MetricVec, MetricVecBuilder},
};

pub(crate) use self::{
    bill::{Bill, Rates},
    calls::Calls,
    server::{Server, warn_of},
};
use crate::exit::{FAILED, Failure, Outcome};

/// All that is counted and measured.
pub(crate) struct Metrics {
    partner: PartnerClient,
    /// What is counted from the start on.
    counted: Registry,
    budget: Gauge,
    changes: IntCounterVec,
    look_errors: IntCounterVec,
    /// What the last look has seen; nothing before the first.
    seen: Mutex<Option<Registry>>,
}

impl Metrics {
    pub(crate) fn new(partner: PartnerClient, calls: &Calls) -> Outcome<Self> {
        let counted = calls.registry().clone();
        let about = add(
            &counted,
            IntGaugeVec::new(opts("build_info", "Always 1; the label is the program's version."), &["version"]),
        )?;
        about.with_label_values(&[VERSION]).set(1);
        let budget = add(
            &counted,
            Gauge::with_opts(opts(
                "retry_budget_ratio",
                "What is left of the budget that retries are paid from: 1 is full, 0 is no retries.",
            )),
        )?;
        let changes = add(
            &counted,
            IntCounterVec::new(opts("changes_total", "Changes in the account that were noticed, by kind."), &["kind"]),
        )?;
        start(&changes, kinds());
        let look_errors = add(
            &counted,
            IntCounterVec::new(opts("look_errors_total", "Looks at the account that failed, by error."), &["code"]),
        )?;
        start(&look_errors, ErrorCode::ALL.iter().map(|code| code.as_str()));
        Ok(Self { partner, counted, budget, changes, look_errors, seen: Mutex::default() })
    }

    pub(crate) fn change(&self, change: &Change) {
        self.changes.with_label_values(&[change.kind().unwrap_or("unknown")]).inc();
    }

    pub(crate) fn look_error(&self, code: ErrorCode) {
        self.look_errors.with_label_values(&[code.as_str()]).inc();
    }

    /// Takes a look in place of the one before, whole: no scrape is of two looks.
    pub(crate) fn look(&self, looked: &greenapi_partner::Looked, bill: &Bill) -> Outcome<()> {
        let seen = Registry::new();
        look::register(&seen, looked)?;
        bill.register(&seen)?;
        *self.seen() = Some(seen);
        Ok(())
    }

    /// A scrape.
    pub(crate) fn text(&self) -> Outcome<String> {
        self.budget.set(self.partner.retry_budget());
        let mut families = self.counted.gather();
        families.extend(self.seen().as_ref().map(Registry::gather).unwrap_or_default());
        families.sort_by(|one, other| one.name().cmp(other.name()));
        TextEncoder::new().encode_to_string(&families).map_err(broken)
    }

    fn seen(&self) -> MutexGuard<'_, Option<Registry>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A metric's name and its help line.
fn opts(name: &str, help: &str) -> Opts {
    Opts::new(format!("greenapi_partner_{name}"), help)
}

/// Registers a metric.
fn add<T: Collector + Clone + 'static>(registry: &Registry, metric: prometheus::Result<T>) -> Outcome<T> {
    let metric = metric.map_err(broken)?;
    registry.register(Box::new(metric.clone())).map_err(broken)?;
    Ok(metric)
}

/// Begins series at nothing, so that their first increase is one.
fn start<'a, T: MetricVecBuilder>(metric: &MetricVec<T>, labels: impl IntoIterator<Item = &'a str>) {
    for label in labels {
        let _ = metric.with_label_values(&[label]);
    }
}

/// Which kinds of changes there are.
fn kinds() -> impl Iterator<Item = &'static str> {
    let kind = contract::change_model().fields.iter().find(|field| field.name == "kind");
    kind.into_iter().flat_map(|field| field.one_of).copied()
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Would be a mistake of ours: names and labels stand in these files.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn broken(error: prometheus::Error) -> Failure {
    Failure::new(FAILED, format!("the metrics cannot be made: {error}"))
}
