//! The one tokio runtime that every client of the process runs on.

use std::{future::Future, panic, pin::Pin, time::Duration};

use greenapi_partner::{Error, metronome::Metronome};
use napi::{
    Env,
    bindgen_prelude::{Either3, Null, Result, ToNapiValue, create_custom_tokio_runtime, spawn},
};

use crate::{cancel::Call, error::NativeError};

/// What a call ends in: a value, a failure, or null where it was cancelled.
type Outcome<T> = Either3<T, NativeError, Null>;

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

/// Begins `work`; what it gives is for the promise that JavaScript has made for `call`.
pub(crate) fn begin<T, U>(
    env: Env,
    call: &Call,
    work: impl Future<Output = std::result::Result<T, Error>> + Send + 'static,
) -> Result<()>
where
    T: Send + 'static,
    U: From<T> + ToNapiValue + Send + 'static,
{
    let (pending, work) = (call.begin(env)?, call.guard(work));
    let work: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(async move {
        CALLS.on_call();
        let outcome: Outcome<U> = match work.await {
            Some(Ok(value)) => Either3::A(value.into()),
            Some(Err(error)) => Either3::B((&error).into()),
            None => Either3::C(Null),
        };
        pending.settle(Box::new(move |env| outcome.into_unknown(env)));
    });
    spawn(work);
    Ok(())
}
