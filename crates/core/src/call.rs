//! The one way that every call goes: encode, send, decode; and wait and send again where that is allowed.

mod download;

use std::{any::Any, borrow::Cow, future::Future, sync::Arc, time::Duration};

use tokio::time::{self, Instant};
use tracing::Instrument;

use crate::{
    config::{ATTEMPT_TIMEOUT, LONGEST_CALL},
    endpoint::{Answer, Asks, Body, CallOptions, Class, Endpoint, Looked, Mismatch, Sent, Spec, Target},
    engine::Engine,
    error::{Error, ErrorCode},
    lock::lock,
    log::TARGET,
    refusal,
    retry::{self, Failure, Situation},
    secret::Secret,
    transport::{Http, Lost, Opened, Outgoing, Socket},
};

pub(crate) use download::Download;

impl Engine {
    /// The way of every call. `echoed` is what upstream may repeat and nobody may read.
    pub(crate) async fn call<E: Endpoint>(
        &self,
        endpoint: E,
        target: &Target,
        options: CallOptions,
        echoed: &[Secret],
    ) -> Result<E::Output, Error> {
        let operation = endpoint.spec().operation.clone();
        let span = tracing::info_span!(target: TARGET, "call", operation = &*operation);
        // On the heap: every caller's future would carry it otherwise.
        let called = Box::pin(self.call_inside(Arc::new(endpoint), target, options, echoed)).instrument(span).await;
        let output = called.and_then(|output| output.downcast().map_err(|_| misread()));
        output.map(|output| *output).map_err(|error| error.during(operation))
    }

    async fn call_inside(
        &self,
        endpoint: Arc<dyn AnyEndpoint>,
        target: &Target,
        options: CallOptions,
        echoed: &[Secret],
    ) -> Result<Output, Error> {
        let (spec, config) = (endpoint.spec(), &self.config);
        let http = self.http()?;
        http.prepare(&target.base)?;
        let timeout = options.timeout.unwrap_or_else(|| endpoint.timeout(config.timeout));
        if timeout.is_zero() {
            return Err(Error::invalid_request("the timeout must be longer than nothing"));
        }
        let body = endpoint.body()?;
        let deadline = Instant::now() + timeout.min(LONGEST_CALL);
        let secrets: Vec<_> = echoed.iter().chain([&target.token]).collect();
        let about = endpoint.id_instance().or(target.id_instance);
        self.repeat(spec, target, about, deadline, |past| {
            let unanswered_before = past.unanswered;
            let (body, asked) = (body.clone(), Asked { target, timeout, secrets: &secrets, unanswered_before });
            let (http, endpoint) = (&http, &endpoint);
            async move {
                if past.refused
                    && let Some(step) = look(&**endpoint, deadline).await
                {
                    return step;
                }
                if let Some(permit) = endpoint.permit(deadline)
                    && let Err(refused) = permit.await
                {
                    return Verdict::Final(refused);
                }
                let ended = attempt(http, target, &**endpoint, body, deadline, past.tries + 1).await;
                let step = judge(endpoint, ended, &asked).await;
                if matches!(step, Verdict::Failed(_, Failure::NotSent | Failure::Barred | Failure::Refused)) {
                    endpoint.sent().clear();
                }
                step
            }
        })
        .await
    }

    /// Opens a socket, in the way of every call.
    pub(crate) async fn socket(&self, spec: &Spec, target: &Target, deadline: Instant) -> Result<Socket, Error> {
        let http = self.http()?;
        http.prepare(&target.base)?;
        let opened = self.repeat(spec, target, target.id_instance, deadline, |past| {
            let http = &http;
            async move { open_socket(http, spec, target, deadline, past.tries + 1).await }
        });
        opened.await.map_err(|error| error.during(spec.operation.clone()))
    }

    /// Tries, and waits and tries again where that is allowed. A try is told of those before it. `about` is the instance,
    /// for the log.
    async fn repeat<T, F>(
        &self,
        spec: &Spec,
        target: &Target,
        about: Option<u64>,
        deadline: Instant,
        mut attempt: impl FnMut(Past) -> F,
    ) -> Result<T, Error>
    where
        F: Future<Output = Verdict<T>>,
    {
        let (mut past, mut last) = (Past::default(), None);
        loop {
            // What came of the try before says more than that there is no room for another.
            self.keep_pace(spec, target, deadline).await.map_err(|no_room| last.take().unwrap_or(no_room))?;
            let (error, failure) = match attempt(past).await {
                Verdict::Success(output) => {
                    lock(&self.budget).success();
                    return Ok(output);
                }
                Verdict::Final(error) => return Err(error),
                Verdict::Failed(error, failure) => (error, failure),
            };
            past.unanswered |= failure == Failure::Unanswered;
            past.refused |= failure == Failure::Refused;
            let situation = Situation {
                class: spec.retry,
                failure,
                retries: past.tries,
                max_retries: self.config.max_retries,
                retry_after: error.retry_after(),
                left: deadline.saturating_duration_since(Instant::now()),
                random: fastrand::f64(),
            };
            let Some(wait) = retry::next_wait(&situation, &mut lock(&self.budget)) else {
                return Err(error);
            };
            tracing::debug!(
                target: TARGET,
                operation = &*spec.operation,
                id_instance = about,
                code = error.code().as_str(),
                wait_milliseconds = milliseconds(wait),
                "trying again"
            );
            time::sleep(wait).await;
            last = Some(error);
            past.tries += 1;
        }
    }

    /// Waits for the next moment that the documented rate allows.
    async fn keep_pace(&self, spec: &Spec, target: &Target, deadline: Instant) -> Result<(), Error> {
        let (Some(rate), Some(id), true) = (spec.rate, target.id_instance, self.config.pacing) else {
            return Ok(());
        };
        let (now, interval) = (Instant::now(), rate.interval(target.messenger));
        let left = deadline.saturating_duration_since(now);
        let booked = lock(&self.pace).book(id, spec.operation.clone(), interval, now, left);
        let wait = booked.map_err(|wait| {
            let message = "nothing was sent: upstream's documented rate for this method leaves no room within the time";
            Error::new(ErrorCode::RateLimited, message).with_retry_after(Some(wait))
        })?;
        if !wait.is_zero() {
            time::sleep(wait).await;
        }
        Ok(())
    }
}

/// What came of the tries before one.
#[derive(Clone, Copy, Default)]
struct Past {
    tries: u32,
    /// One of them was sent and got no answer.
    unanswered: bool,
    /// One of them got a 429.
    refused: bool,
}

/// An endpoint, whatever it gives: the way of a call is compiled once, and not once for each method.
trait AnyEndpoint: Asks {
    fn read(&self, answer: &Answer) -> Result<Output, Mismatch>;
    fn repeated(&self, error: &Error) -> Option<Output>;
    fn look(&self, left: Duration) -> Looked<'_, Output>;
}

/// What an endpoint gives. Whoever made the endpoint knows what it is.
type Output = Box<dyn Any + Send>;

impl<E: Endpoint> AnyEndpoint for E {
    fn read(&self, answer: &Answer) -> Result<Output, Mismatch> {
        Ok(Box::new(self.decode(answer)?))
    }

    fn repeated(&self, error: &Error) -> Option<Output> {
        Some(Box::new(self.after_unanswered(error)?))
    }

    fn look(&self, left: Duration) -> Looked<'_, Output> {
        Box::pin(async move { Ok(self.after_refused(left).await?.map(|output| Box::new(output) as Output)) })
    }
}

/// Would be a mistake of ours: an endpoint's output has one type.
fn misread() -> Error {
    Error::new(ErrorCode::Protocol, "the answer was read as something else")
}

/// What a call was, for the reading of its answer.
struct Asked<'a> {
    target: &'a Target,
    timeout: Duration,
    secrets: &'a [&'a Secret],
    unanswered_before: bool,
}

/// What there is already of what a try was refused, where the endpoint can look.
async fn look(endpoint: &dyn AnyEndpoint, deadline: Instant) -> Option<Verdict<Output>> {
    match endpoint.look(deadline.saturating_duration_since(Instant::now())).await {
        Ok(found) => found.map(Verdict::Success),
        Err(error) => Some(Verdict::Final(error)),
    }
}

/// Sends once, within what is left of the call and what one try may take.
async fn attempt(
    http: &Http,
    target: &Target,
    endpoint: &dyn AnyEndpoint,
    body: Option<Body>,
    deadline: Instant,
    number: u32,
) -> Ended {
    let (spec, sent, begun) = (endpoint.spec(), endpoint.sent(), Instant::now());
    let limit = spec.attempt.map_or(deadline, |longest| deadline.min(begun + longest));
    let suffix = endpoint.suffix();
    let request = Outgoing { spec, target, body, suffix, if_none_match: endpoint.if_none_match(), sent: &sent };
    let about = endpoint.id_instance().or(target.id_instance);
    let left_alone = LeftAlone::watch(spec, about, &sent);
    let ended = match time::timeout_at(limit, http.send(request)).await {
        Ok(Ok(answer)) => Ended::Answered(answer),
        Ok(Err(lost)) => Ended::Lost(lost),
        Err(_) if limit == deadline => Ended::TimeIsUp { sent: sent.get() },
        Err(_) => Ended::TriedLongEnough,
    };
    if let Some(watch) = left_alone {
        watch.end();
    }
    report(spec, about, &ended, number, begun.elapsed());
    ended
}

/// Opens a socket once, within what is left of the time and what one try may take.
async fn open_socket(http: &Http, spec: &Spec, target: &Target, deadline: Instant, number: u32) -> Verdict<Socket> {
    let begun = Instant::now();
    let longest = spec.attempt.unwrap_or(ATTEMPT_TIMEOUT);
    let limit = deadline.min(begun + longest);
    let (step, status, outcome) = match time::timeout_at(limit, http.socket(spec, target)).await {
        Ok(Opened::Socket(socket)) => (Verdict::Success(*socket), Some(101), "opened"),
        Ok(Opened::Answered(answer)) => {
            let mismatch = Mismatch::from("upstream opens no socket");
            let refusal = refusal::refusal(spec, &answer, &mismatch, &[&target.token], target);
            let step = match refusal.failure {
                Some(failure) => Verdict::Failed(refusal.error, failure),
                None => Verdict::Final(refusal.error),
            };
            (step, Some(answer.status), "answered")
        }
        Ok(Opened::Lost(lost)) => (Verdict::Failed(no_answer(spec, &lost), lost.failure), None, "not opened"),
        Err(_) if limit == deadline => (Verdict::Final(timed_out(spec, begun.elapsed(), true)), None, "timed out"),
        Err(_) => (Verdict::Failed(timed_out(spec, longest, true), Failure::Unanswered), None, "timed out"),
    };
    tracing::debug!(
        target: TARGET,
        operation = &*spec.operation,
        id_instance = target.id_instance,
        path = &*spec.path,
        status,
        attempt = number,
        milliseconds = milliseconds(begun.elapsed()),
        "{outcome}"
    );
    step
}

/// How a try ended.
enum Ended {
    Answered(Answer),
    Lost(Lost),
    TriedLongEnough,
    TimeIsUp { sent: bool },
}

/// What a try has come to.
enum Verdict<T> {
    Success(T),
    Final(Error),
    /// The call may be made again, if its class and its time allow.
    Failed(Error, Failure),
}

async fn judge(endpoint: &Arc<dyn AnyEndpoint>, ended: Ended, asked: &Asked<'_>) -> Verdict<Output> {
    let spec = endpoint.spec();
    let answer = match ended {
        Ended::Answered(answer) => answer,
        Ended::Lost(lost) => return Verdict::Failed(no_answer(spec, &lost), lost.failure),
        Ended::TriedLongEnough => {
            let longest = spec.attempt.unwrap_or(asked.timeout);
            return Verdict::Failed(timed_out(spec, longest, true), Failure::Unanswered);
        }
        Ended::TimeIsUp { sent } => return Verdict::Final(timed_out(spec, asked.timeout, sent)),
    };
    let mismatch = match decode(endpoint, &answer).await {
        Ok(output) => return Verdict::Success(output),
        Err(mismatch) => mismatch,
    };
    let refusal = refusal::refusal(spec, &answer, &mismatch, asked.secrets, asked.target);
    match (refusal.failure, asked.unanswered_before) {
        (Some(failure), _) => Verdict::Failed(refusal.error, failure),
        (None, true) => endpoint.repeated(&refusal.error).map_or(Verdict::Final(refusal.error), Verdict::Success),
        (None, false) => Verdict::Final(refusal.error),
    }
}

/// A long answer is read on a thread of its own, so that it holds up no other call.
async fn decode(endpoint: &Arc<dyn AnyEndpoint>, answer: &Answer) -> Result<Output, Mismatch> {
    if answer.body.len() <= LONG_ANSWER {
        return endpoint.read(answer);
    }
    let (endpoint, answer) = (Arc::clone(endpoint), answer.clone());
    let read = tokio::task::spawn_blocking(move || endpoint.read(&answer)).await;
    read.unwrap_or_else(|_| Err("it could not be read".into()))
}

const LONG_ANSWER: usize = 1 << 20;

pub(crate) fn no_answer(spec: &Spec, lost: &Lost) -> Error {
    let why = || lost.why.clone();
    let (code, message) = match (lost.failure, spec.retry) {
        (Failure::Unanswered, Class::Once) => (
            ErrorCode::OutcomeUnknown,
            "sent, and the connection ended without an answer; it may have taken effect: look, then decide".into(),
        ),
        (Failure::Unanswered, _) => (ErrorCode::Unavailable, "the connection ended without a whole answer".into()),
        (Failure::TooLarge, Class::Once) => {
            (ErrorCode::OutcomeUnknown, format!("{}; it may have taken effect: look, then decide", lost.why))
        }
        (Failure::TooLarge, _) => (ErrorCode::Protocol, why()),
        (Failure::Barred, _) => (ErrorCode::Configuration, why()),
        (Failure::NotSent | Failure::Refused, _) => (ErrorCode::Unavailable, why()),
    };
    Error::new(code, message).caused_by(lost.reasons.iter().cloned())
}

pub(crate) fn timed_out(spec: &Spec, limit: Duration, sent: bool) -> Error {
    let seconds = limit.as_secs_f64();
    if sent && spec.retry == Class::Once {
        let message =
            format!("sent, and no answer came within {seconds} s; it may have taken effect: look, then decide");
        return Error::new(ErrorCode::OutcomeUnknown, message);
    }
    let what = if sent { "no answer came" } else { "nothing could be sent" };
    Error::new(ErrorCode::Timeout, format!("{what} within {seconds} s"))
}

fn report(spec: &Spec, about: Option<u64>, ended: &Ended, attempt: u32, took: Duration) {
    let (status, rate_limit, outcome) = match ended {
        Ended::Answered(answer) => (Some(answer.status), Some(answer), "answered"),
        Ended::Lost(Lost { failure: Failure::NotSent | Failure::Barred, .. }) => (None, None, "not sent"),
        Ended::Lost(Lost { failure: Failure::TooLarge, .. }) => (None, None, "too large"),
        Ended::Lost(_) => (None, None, "cut"),
        Ended::TriedLongEnough | Ended::TimeIsUp { .. } => (None, None, "timed out"),
    };
    tracing::debug!(
        target: TARGET,
        operation = &*spec.operation,
        id_instance = about,
        path = &*spec.path,
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
    operation: Cow<'static, str>,
    path: Cow<'static, str>,
    about: Option<u64>,
    sent: Sent,
    /// Whoever listens now: when the call is dropped, its own scope is gone.
    listener: tracing::Dispatch,
    over: bool,
}

impl LeftAlone {
    fn watch(spec: &Spec, about: Option<u64>, sent: &Sent) -> Option<Self> {
        (spec.retry == Class::Once).then(|| Self {
            operation: spec.operation.clone(),
            path: spec.path.clone(),
            about,
            sent: sent.clone(),
            listener: tracing::dispatcher::get_default(Clone::clone),
            over: false,
        })
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
                operation = &*self.operation,
                id_instance = self.about,
                path = &*self.path,
                "cancelled after it was sent; it may have taken effect: look before repeating"
            );
        });
    }
}
