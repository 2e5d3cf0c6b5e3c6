//! The one way that every call goes: encode, send, decode; and wait and send again where that is allowed.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::{self, Instant};
use tracing::Instrument;

use crate::{
    CallOptions, PartnerClient,
    api::{Endpoint, Spec},
    client::lock,
    config::{ATTEMPT_TIMEOUT, Config, LONGEST_CALL},
    error::{Error, ErrorCode},
    retry::{self, Class, Failure, Situation},
    secret::Secret,
    transport::{Http, Lost, Outgoing, Sent},
    wire::{self, Answer},
};

impl PartnerClient {
    /// The way of every call. `echoed` is what upstream may repeat and nobody may read.
    pub(crate) async fn call<E: Endpoint>(
        &self,
        endpoint: E,
        options: CallOptions,
        echoed: Option<&Secret>,
    ) -> Result<E::Output, Error> {
        let operation = E::SPEC.operation;
        let span = tracing::info_span!(target: TARGET, "call", operation);
        let called = self.call_inside(endpoint, options, echoed).instrument(span).await;
        called.map_err(|error| error.during(operation))
    }

    async fn call_inside<E: Endpoint>(
        &self,
        endpoint: E,
        options: CallOptions,
        echoed: Option<&Secret>,
    ) -> Result<E::Output, Error> {
        let (spec, config) = (E::SPEC, &self.0.config);
        let http = self.http()?;
        let timeout = options.timeout.or(config.timeout).unwrap_or(spec.timeout);
        if timeout.is_zero() {
            return Err(Error::invalid_request("the timeout must be longer than nothing"));
        }
        let body = endpoint.body()?.map(Bytes::from);
        let deadline = Instant::now() + timeout.min(LONGEST_CALL);
        let secrets: Vec<_> = echoed.into_iter().chain([&config.partner_token]).collect();
        let mut retries = 0;
        let mut unanswered_before = false;
        loop {
            let ended = attempt(&http, config, &endpoint, body.clone(), deadline, retries + 1).await;
            let (error, failure) = match judge(&endpoint, ended, unanswered_before, timeout, &secrets).await {
                Step::Success(output) => {
                    lock(&self.0.budget).success();
                    return Ok(output);
                }
                Step::Final(error) => return Err(error),
                Step::Failed(error, failure) => (error, failure),
            };
            unanswered_before |= failure == Failure::Unanswered;
            let situation = Situation {
                class: spec.retry,
                failure,
                retries,
                max_retries: config.max_retries,
                retry_after: error.retry_after(),
                left: deadline.saturating_duration_since(Instant::now()),
                random: fastrand::f64(),
            };
            let Some(wait) = retry::next_wait(&situation, &mut lock(&self.0.budget)) else {
                return Err(error);
            };
            tracing::debug!(
                target: TARGET,
                operation = spec.operation,
                code = error.code().as_str(),
                wait_milliseconds = milliseconds(wait),
                "trying again"
            );
            time::sleep(wait).await;
            retries += 1;
        }
    }
}

/// Sends once, within what is left of the call and what one try may take.
async fn attempt<E: Endpoint>(
    http: &Http,
    config: &Config,
    endpoint: &E,
    body: Option<Bytes>,
    deadline: Instant,
    number: u32,
) -> Ended {
    let (spec, sent, begun) = (E::SPEC, Sent::default(), Instant::now());
    let limit = if spec.retry == Class::Once { deadline } else { deadline.min(begun + ATTEMPT_TIMEOUT) };
    let request = Outgoing { spec, body, if_none_match: endpoint.if_none_match(), sent: &sent };
    let left_alone = LeftAlone::watch(spec, &sent);
    let ended = match time::timeout_at(limit, http.send(config, request)).await {
        Ok(Ok(answer)) => Ended::Answered(answer),
        Ok(Err(lost)) => Ended::Lost(lost),
        Err(_) if limit == deadline => Ended::TimeIsUp { sent: sent.get() },
        Err(_) => Ended::TriedLongEnough,
    };
    if let Some(watch) = left_alone {
        watch.end();
    }
    report(spec, &ended, number, begun.elapsed());
    ended
}

/// What `tracing` knows our events by.
pub(crate) const TARGET: &str = "greenapi_partner";

/// How a try ended.
enum Ended {
    Answered(Answer),
    Lost(Lost),
    TriedLongEnough,
    TimeIsUp { sent: bool },
}

/// What a try has come to.
enum Step<T> {
    Success(T),
    Final(Error),
    /// The call may be made again, if its class and its time allow.
    Failed(Error, Failure),
}

async fn judge<E: Endpoint>(
    endpoint: &E,
    ended: Ended,
    unanswered_before: bool,
    timeout: Duration,
    secrets: &[&Secret],
) -> Step<E::Output> {
    let spec = E::SPEC;
    let answer = match ended {
        Ended::Answered(answer) => answer,
        Ended::Lost(lost) => return Step::Failed(no_answer(spec, &lost), lost.failure),
        Ended::TriedLongEnough => return Step::Failed(timed_out(spec, ATTEMPT_TIMEOUT, true), Failure::Unanswered),
        Ended::TimeIsUp { sent } => return Step::Final(timed_out(spec, timeout, sent)),
    };
    let mismatch = match decode(endpoint, &answer).await {
        Ok(output) => return Step::Success(output),
        Err(mismatch) => mismatch,
    };
    let refusal = wire::refusal(spec, &answer, &mismatch, secrets);
    match (refusal.failure, unanswered_before) {
        (Some(failure), _) => Step::Failed(refusal.error, failure),
        (None, true) => endpoint.after_unanswered(&refusal.error).map_or(Step::Final(refusal.error), Step::Success),
        (None, false) => Step::Final(refusal.error),
    }
}

/// A long answer is read on a thread of its own, so that it holds up no other call.
async fn decode<E: Endpoint>(endpoint: &E, answer: &Answer) -> Result<E::Output, String> {
    if answer.body.len() <= LONG_ANSWER {
        return endpoint.decode(answer);
    }
    let (endpoint, answer) = (endpoint.clone(), answer.clone());
    let read = tokio::task::spawn_blocking(move || endpoint.decode(&answer)).await;
    read.unwrap_or_else(|_| Err("it could not be read".into()))
}

const LONG_ANSWER: usize = 1 << 20;

fn no_answer(spec: &Spec, lost: &Lost) -> Error {
    let (code, message) = match (lost.failure, spec.retry) {
        (Failure::Unanswered, Class::Once) => (
            ErrorCode::OutcomeUnknown,
            "sent, and the connection ended without an answer; it may have taken effect: look, then decide",
        ),
        (Failure::Unanswered, _) => (ErrorCode::Unavailable, "the connection ended without a whole answer"),
        _ => (ErrorCode::Unavailable, "could not connect; nothing was sent"),
    };
    Error::new(code, message).caused_by(lost.reasons.iter().cloned())
}

fn timed_out(spec: &Spec, limit: Duration, sent: bool) -> Error {
    let seconds = limit.as_secs_f64();
    if sent && spec.retry == Class::Once {
        let message =
            format!("sent, and no answer came within {seconds} s; it may have taken effect: look, then decide");
        return Error::new(ErrorCode::OutcomeUnknown, message);
    }
    let what = if sent { "no answer came" } else { "nothing could be sent" };
    Error::new(ErrorCode::Timeout, format!("{what} within {seconds} s"))
}

fn report(spec: &Spec, ended: &Ended, attempt: u32, took: Duration) {
    let (status, rate_limit, outcome) = match ended {
        Ended::Answered(answer) => (Some(answer.status), Some(answer), "answered"),
        Ended::Lost(Lost { failure: Failure::NotSent, .. }) => (None, None, "not sent"),
        Ended::Lost(_) => (None, None, "cut"),
        Ended::TriedLongEnough | Ended::TimeIsUp { .. } => (None, None, "timed out"),
    };
    tracing::debug!(
        target: TARGET,
        operation = spec.operation,
        path = spec.path,
        status,
        attempt,
        milliseconds = milliseconds(took),
        rate_limit = rate_limit.map(Answer::rate_limit),
        "{outcome}"
    );
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Says so when a call that could bill, send or rotate twice is dropped after it was sent.
struct LeftAlone {
    spec: &'static Spec,
    sent: Sent,
    /// Whoever listens now: when the call is dropped, its own scope is gone.
    listener: tracing::Dispatch,
    over: bool,
}

impl LeftAlone {
    fn watch(spec: &'static Spec, sent: &Sent) -> Option<Self> {
        let listener = || tracing::dispatcher::get_default(Clone::clone);
        (spec.retry == Class::Once).then(|| Self { spec, sent: sent.clone(), listener: listener(), over: false })
    }

    fn end(mut self) {
        self.over = true;
    }
}

impl Drop for LeftAlone {
    fn drop(&mut self) {
        if self.over || !self.sent.get() {
            return;
        }
        tracing::dispatcher::with_default(&self.listener, || {
            tracing::warn!(
                target: TARGET,
                operation = self.spec.operation,
                path = self.spec.path,
                "cancelled after it was sent; it may have taken effect: look before repeating"
            );
        });
    }
}
