//! The one tokio runtime that every client of the process runs on.

use std::{future::Future, panic, pin::Pin, time::Duration};

use greenapi_partner::{Error, metronome::Metronome};
use napi::{
    Env,
    bindgen_prelude::{Either3, JsValue, Null, PromiseRaw, Result, ToNapiValue, Unknown, create_custom_tokio_runtime},
};

use crate::{cancel::Call, error::NativeError};

/// What a call ends in: a value, a failure, or null where it was cancelled.
pub(crate) type Outcome<T> = Either3<T, NativeError, Null>;

/// Two: one hands a reply over while the other reads the next. A third gains nothing, and one loses half.
const WORKERS: usize = 2;

static CALLS: Metronome = Metronome::new(Duration::from_secs(1));

/// Gives napi the runtime before the first environment begins.
#[napi_derive::module_init]
fn install() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .thread_name("greenapi-partner")
        .enable_all()
        .build();
    if let Ok(runtime) = runtime {
        create_custom_tokio_runtime(runtime);
    }
}

/// Work that waits for a file, on a thread that may wait.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> std::result::Result<T, Error> + Send + 'static,
) -> std::result::Result<T, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(ended) => ended,
        Err(error) if error.is_panic() => panic::resume_unwind(error.into_panic()),
        // The process ends, and nobody waits any more.
        Err(_) => std::future::pending().await,
    }
}

/// A promise of what `work` gives. It keeps the process alive until then.
pub(crate) fn promise<'env, T, U>(
    env: &'env Env,
    call: &Call,
    work: impl Future<Output = std::result::Result<T, Error>> + Send + 'static,
) -> Result<PromiseRaw<'env, Outcome<U>>>
where
    T: Send + 'static,
    U: From<T> + ToNapiValue + Send + 'static,
{
    let work = call.guard(work);
    let work: Pin<Box<dyn Future<Output = Result<Settled>> + Send>> = Box::pin(async move {
        CALLS.on_call();
        let outcome: Outcome<U> = match work.await {
            Some(Ok(value)) => Either3::A(value.into()),
            Some(Err(error)) => Either3::B((&error).into()),
            None => Either3::C(Null),
        };
        let settled: Settled = Box::new(move |env| outcome.into_unknown(env));
        Ok(settled)
    });
    let promise = env.spawn_future_with_callback(work, |env, settled| settled(env))?;
    Ok(PromiseRaw::new(env.raw(), promise.raw()))
}

/// A value that becomes JavaScript's on its thread. All promises have this one type inside, and one kind of task: for each
/// type of value the runtime and napi would be compiled once more.
type Settled = Box<dyn for<'env> FnOnce(&'env Env) -> Result<Unknown<'env>> + Send>;
